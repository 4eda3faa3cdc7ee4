"""Files beside the holdings: who is blocked, and who controls whom.

The columns are ``entity[, valid_from, valid_to]`` and ``controller, entity, kind``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast.inputs.table import read_rows
from holdfast.model.holding import Control, Joint
from holdfast.records.holdings import parse_day

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from holdfast.inputs.table import Row
    from holdfast.model.origin import Origin
    from holdfast.model.status import Problems

JOINT = {"joint", "joint arrangement", "joint-arrangement", "acting in concert"}
"""Kinds that say that several controllers use their rights together; they are separated by ``;``."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """A party that the user's file calls blocked."""

    entity: str
    valid_from: date | None
    valid_to: date | None
    origin: Origin
    programmes: tuple[str, ...] = ()
    group: str = ""
    """Directive, for the sectoral pack."""


def read_blocked(path: str | Path, problems: Problems) -> Iterator[Blocked]:
    """The blocked parties of a file; a row that ends before it starts is taken as blocked throughout."""
    for row in read_rows(path, problems, required=["entity"]):
        entity = row.cells["entity"].strip()
        if not entity:
            problems.add("names no entity; skipped", row.origin)
            continue
        start, end = _days(row, problems)
        programmes = tuple(
            word.strip() for word in row.cells.get("programmes", "").split(";") if word.strip()
        )
        group = row.cells.get("directive", "").strip()
        yield Blocked(entity, start, end, row.origin, programmes, group)


def read_control(path: str | Path, problems: Problems) -> Iterator[Control | Joint]:
    """The control records of a file."""
    for row in read_rows(path, problems, required=["controller", "entity"]):
        controller, entity = row.cells["controller"].strip(), row.cells["entity"].strip()
        if not controller or not entity:
            problems.add("names no controller or no entity; skipped", row.origin)
            continue
        how = (row.cells.get("kind") or row.cells.get("how") or "").strip()
        start, end = _days(row, problems)
        parties = tuple(dict.fromkeys(part.strip() for part in controller.split(";") if part.strip()))
        if how.lower() in JOINT and len(parties) > 1:
            yield Joint(parties, entity, how, start, end, row.origin)
            continue
        for party in parties:
            yield Control(party, entity, how, start, end, row.origin)


def _days(row: Row, problems: Problems) -> tuple[date | None, date | None]:
    days: list[date | None] = []
    for column in ("valid_from", "valid_to"):
        text = row.cells.get(column, "").strip()
        try:
            days.append(parse_day(text) if text else None)
        except ValueError:
            problems.add(f"{column} {text!r} is not a date (YYYY-MM-DD); taken as open", row.origin)
            days.append(None)
    start, end = days
    if start is not None and end is not None and start > end:
        problems.add(f"ends ({end}) before it starts ({start}); taken as always in force", row.origin)
        return None, None
    return start, end
