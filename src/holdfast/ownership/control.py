"""What a record of control means under a pack: control, a mere role, or a hand in a trust."""

from __future__ import annotations

import re
from collections import defaultdict
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from holdfast.ownership.pack import read_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from holdfast.model.holding import Control, Joint
    from holdfast.ownership.pack import RulePack


class Kind(StrEnum):
    """How words of control are read."""

    CONTROL = "control"
    ROLE = "role"
    TRUST = "trust"


@cache
def read_kind(how: str) -> Kind:
    """The kind that the words name; a record of control asserts control unless it says less."""
    table = read_table("control")
    if _names(how, table["trust"]["words"]):
        return Kind.TRUST
    if _names(how, table["role"]["words"]) and not _names(how, table["role"]["unless"]):
        return Kind.ROLE
    return Kind.CONTROL


def is_trust_name(name: str) -> bool:
    """Whether a party's own name says that it is a trust, a foundation or the like."""
    words = read_table("control")["trust_names"]["words"]
    return re.search(
        rf"(?<![^\W\d_])(?:{'|'.join(words)})(?![^\W_])|(?:stiftung|anstalt)\b", name, re.IGNORECASE
    ) is not None or bool(re.match(r"trust\d*\b", name, re.IGNORECASE))


def in_force(item: Control | Joint, day: date) -> bool:
    """Whether the record counts on that day."""
    return (item.valid_from is None or item.valid_from <= day) and (
        item.valid_to is None or day <= item.valid_to
    )


def control_edges(
    controls: Iterable[Control], pack: RulePack, number: Mapping[str, int], day: date
) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """Whom each controller carries along when caught: certainly, and possibly (a superset)."""
    certain: dict[int, list[int]] = defaultdict(list)
    possible: dict[int, list[int]] = defaultdict(list)
    for control in controls:
        if not in_force(control, day) or pack.control == "ignore":
            continue
        kind = read_kind(control.how)
        pair = number[control.controller], number[control.controlled]
        if kind is Kind.CONTROL and pack.control == "counts":
            certain[pair[0]].append(pair[1])
        if kind is Kind.TRUST or pack.control == "counts":
            possible[pair[0]].append(pair[1])
    return certain, possible


def _names(text: str, words: Iterable[str]) -> bool:
    return any(re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE) for word in words)
