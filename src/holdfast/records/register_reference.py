"""Writes the formats and columns of ``docs/reference/owners.md`` from the tables that the readers use.

``python -m holdfast.records.register_reference PAGE`` renews the page between its two marks; ``make docs`` calls it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.records.holdings import COLUMNS, RIGHTS
from holdfast.records.register_words import read_words
from holdfast.text.markdown import Part, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def _lines() -> Iterator[str]:
    words = read_words()
    yield "### A table"
    yield ""
    yield from table(("Column", "Holds"), ((f"`{name}`", says) for name, says in COLUMNS.items()))
    other = {
        right: [f"`{word}`" for word in RIGHTS if word and RIGHTS[word] == right]
        for right in ("shares", "votes")
    }
    yield f"A right is read as shares from {', '.join(other['shares'])}, and as votes from {', '.join(other['votes'])}."
    yield ""
    yield "### BODS 0.4"
    yield ""
    yield from table(("Interest", "Read as"), _meanings(words["bods"]["rights"], words["bods"]["control"]))
    economic = ", ".join(f"`{name}`" for name in words["bods"]["economic"])
    yield f"{economic}: shares, where the relationship states none."
    yield ""
    yield "### UK PSC"
    yield ""
    yield from table(
        ("Band", "Read as"), ((f"`{name}`", _band(*band)) for name, band in words["psc"]["bands"].items())
    )
    yield from table(
        ("Nature of control", "Read as"), _meanings(words["psc"]["rights"], words["psc"]["control"])
    )
    yield "### GLEIF level 2"
    yield ""
    says = {
        "stake": "a stake of unknown size: review, never blocked by itself",
        "whole": "the same legal person: the whole",
        "feeder": "a stake of unknown size of the feeder in its master",
    }
    yield from table(
        ("Relationship", "Read as"),
        ((f"`{name}`", says.get(kind, f"control: {kind}")) for name, kind in words["gleif"].items()),
    )
    yield "### FollowTheMoney"
    yield ""
    yield "`Ownership` (`owner`, `asset`, `percentage`, `startDate`, `endDate`), `Directorship` and `Trusteeship`; parties by their"
    numbers = ", ".join(f"`{name}`" for name in words["ftm"]["identifiers"])
    yield f"`name`, and by {numbers}."
    yield ""


def _meanings(rights: Mapping[str, str], control: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield from ((f"`{name}`", right) for name, right in rights.items())
    yield from ((f"`{name}`", f"control: {how}") for name, how in control.items())


def _band(low: str, high: str, low_open: bool, high_open: bool) -> str:
    least = f"more than {low}" if low_open else f"{low} or more"
    if high == "100":
        return f"{least} percent"
    return f"{least}, {'less than' if high_open else 'at most'} {high} percent"


PART = Part("registers", _lines)

if __name__ == "__main__":
    import sys
    from pathlib import Path

    place = Path(sys.argv[1])
    place.write_text(PART.renewed(place.read_text("utf-8")), encoding="utf-8")
