"""What follows for the operator from a contact: legal effect and next step, from ``data/notices.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from holdfast.flows.contact import Concern
from holdfast.flows.inside import Place

if TYPE_CHECKING:
    from holdfast.flows.contact import Contact


@dataclass(frozen=True, slots=True)
class Notice:
    """One entry of the table."""

    effect: str
    """What the law says of it; empty where it says nothing."""
    next: str
    """What to do."""
    source: str
    grade: str


def notice_of(contact: Contact) -> Notice:
    """The entry that applies."""
    return _notices()[_entry(contact)]


def _entry(contact: Contact) -> str:
    if contact.concern is Concern.HOSTED:
        return "hosted"
    if contact.finding.kind != "indicator":
        return "behaviour"
    if contact.came and contact.finding.details.get("role") == "management":
        return "managed"
    return "host" if contact.place is Place.PRIVATE else "subscriber"


@cache
def _notices() -> dict[str, Notice]:
    table = tomllib.loads(files("holdfast.flows").joinpath("data/notices.toml").read_text("utf-8"))
    return {name: Notice(**entry) for name, entry in table.items() if isinstance(entry, dict)}
