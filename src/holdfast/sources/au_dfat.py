"""Australia's Consolidated List, as DFAT publishes it: a table (XLSX) of one row a name.

Rows of one party share the number in ``Reference``: ``2`` is its primary name, ``2a`` and ``2b`` are others. What is imposed stands
in columns of true and false, so the measures go into the designation and decide its effect. Dates of birth stand together in one cell.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.inputs.table import read_rows
from holdfast.model.party import (
    Address,
    Designation,
    Feature,
    Identifier,
    Name,
    NameKind,
    Party,
    PartyDate,
    Strength,
)
from holdfast.sources.dates import first_day, read_date
from holdfast.sources.interface import ListFormat, Reading, Slot
from holdfast.text.country import as_country

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from holdfast.model.status import Problems

_SLOT = "consolidated-list.xlsx"
_TYPES = {"individual": "Person", "entity": "Organization", "vessel": "Vessel"}
_NAME = "Name of Individual or Entity"
_MEASURES = ("Targeted Financial Sanction", "Travel Ban", "Arms Embargo", "Maritime Restriction")
_REQUIRED = ("Reference", _NAME, "Type", "Name Type", "Committees", *_MEASURES)
_REFERENCE = re.compile(r"(\d+)\s*[a-z]*", re.IGNORECASE)
_BIRTH = re.compile(
    r"(?:approximately:?\s*)?(?:between\s+\d{4}\s+and\s+\d{4}|(?:\d{1,2}/)?\d{1,2}/\d{4}|\d{4}-\d\d-\d\d|(?:\d{1,2}\s+)?[a-z]{3,9}\s+\d{4}"
    r"|\d{4})",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"\b(?:listed|designated)\b.{0,120}?\bon:?\s+(\d{1,2} [A-Za-z]{3,9}\.? \d{4})", re.IGNORECASE | re.DOTALL
)
_LETTERED = re.compile(r"(?:^|[\s;,])[a-z]\)\s*")


def read_dfat(files: Mapping[str, Path], problems: Problems) -> Reading:
    """Every party; a row without a reference or a name is a problem and left out."""
    rows: dict[str, list[dict[str, str]]] = {}
    count = unread = 0
    for row in read_rows(files[_SLOT], problems, required=_REQUIRED):
        count += 1
        cells = {column: " ".join(value.split()) for column, value in row.cells.items()}
        reference = _REFERENCE.fullmatch(cells["Reference"])
        if reference is None or not cells[_NAME]:
            unread += 1
            problems.add("has no reference or no name; left out", row.origin)
            continue
        rows.setdefault(reference[1], []).append(cells)
    return Reading(tuple(_party(number, cells) for number, cells in rows.items()), count, unread)


def _party(number: str, rows: list[dict[str, str]]) -> Party:
    rows = sorted(rows, key=lambda row: row["Name Type"] != "Primary Name")
    main = rows[0]
    dates, unread = _births(main.get("Date of Birth", ""))
    return Party(
        id=f"au_dfat:{number}",
        type=_TYPES.get(main["Type"].lower(), "LegalEntity"),
        names=(Name(main[_NAME]), *dict.fromkeys(_alias(row) for row in rows[1:])),
        identifiers=tuple(Identifier("imo", row["IMO Number"]) for row in rows[:1] if row.get("IMO Number")),
        addresses=tuple(
            Address(country=_last_country(text), text=text) for text in _split(main.get("Address", ""))
        ),
        dates=dates,
        designations=tuple(dict.fromkeys(_designation(row) for row in rows)),
        features=tuple(dict.fromkeys(_features(main))),
        leftovers=(f"Date of Birth: {unread}",) if unread else (),
    )


def _alias(row: dict[str, str]) -> Name:
    weak = row.get("Alias Strength", "").lower() == "weak"
    return Name(row[_NAME], NameKind.ALIAS, Strength.WEAK if weak else Strength.STRONG)


def _births(printed: str) -> tuple[tuple[PartyDate, ...], str]:
    """The dates in a cell, and what of it is none."""
    found = [
        re.sub(r"^approximately:?", "circa", text, flags=re.IGNORECASE) for text in _BIRTH.findall(printed)
    ]
    dates = [(text, read_date("birth", text)) for text in found]
    unread = [text for text, date in dates if date is None]
    rest = re.sub(r"[\s,;./]+", " ", _BIRTH.sub(" ", printed)).strip()
    return tuple(dict.fromkeys(date for _, date in dates if date)), "; ".join(
        [*unread, *([rest] if rest else [])]
    )


def _split(printed: str) -> list[str]:
    """The addresses or places in a cell: ``a) … b) …``, or parted by semicolons."""
    parts = _LETTERED.split(printed) if _LETTERED.match(printed) else printed.split(";")
    return [part.strip(" ;,") for part in parts if part.strip(" ;,")]


def _last_country(address: str) -> str:
    last = re.sub(r"\(.*?\)", "", address).rsplit(",", 1)[-1].strip()
    country = as_country(last)
    return country if len(country) == 2 else ""


def _designation(row: dict[str, str]) -> Designation:
    said = _LISTED.search(row.get("Listing Information", ""))
    return Designation(
        "au_dfat",
        row["Committees"],
        listed_on=first_day(said[1]) if said else "",
        source=row.get("Instrument of Designation", ""),
        measures=tuple(measure for measure in _MEASURES if row[measure].lower() == "true"),
    )


def _features(row: dict[str, str]) -> Iterator[Feature]:
    for country in re.split(r"[,;]", row.get("Citizenship", "")):
        if country.strip():
            yield Feature("nationality", as_country(country.strip()))
    for place in _split(row.get("Place of Birth", "")):
        yield Feature("birth-place", place)
    for column in ("Additional Information", "Listing Information"):
        if row.get(column):
            yield Feature("note", row[column], column)


LIST = ListFormat(
    source="au_dfat",
    title="Australia, DFAT: Consolidated List",
    slots=(Slot(_SLOT),),
    read=read_dfat,
)
