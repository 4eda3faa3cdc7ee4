"""The Entity List and the Military End User List of the US Bureau of Industry and Security, out of the Consolidated Screening List.

The Department of Commerce publishes the lists of three departments as one CSV; of its rows only those two lists are taken here, since OFAC's
come from OFAC. Several values in a cell are separated by ``;``. Written from descriptions of the format; no whole file was at hand.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.inputs.table import read_rows
from holdfast.model.party import Address, Designation, Feature, Name, NameKind, Party
from holdfast.sources.dates import first_day
from holdfast.sources.interface import ListFormat, Reading, Slot
from holdfast.text.country import as_country

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from holdfast.model.status import Problems

_SLOT = "consolidated.csv"
_ADDRESS = "https://data.trade.gov/downloadable_consolidated_screening_list/v1/consolidated.csv"
_LISTS = {"(el)": "EL", "(meu)": "MEU"}
_NOTES = {
    "license_requirement": "licence-requirement",
    "license_policy": "licence-policy",
    "federal_register_notice": "notice",
    "remarks": "note",
}
_COUNTRY_AT_END = re.compile(r",\s*([A-Z]{2})\s*$")


def read_entities(files: Mapping[str, Path], problems: Problems) -> Reading:
    """A party for each row of the two lists; a row without a name is a problem and left out."""
    parties: dict[str, Party] = {}
    count = unread = 0
    for row in read_rows(files[_SLOT], problems, required=("source", "name", "addresses")):
        cells = {column: value.strip() for column, value in row.cells.items() if value.strip()}
        code = next((code for mark, code in _LISTS.items() if mark in cells.get("source", "").lower()), "")
        if not code:
            continue
        count += 1
        if "name" not in cells:
            unread += 1
            problems.add("has no name; left out", row.origin)
            continue
        party = _party(code, cells, row.origin.line or count)
        parties[party.id] = party
    return Reading(tuple(parties.values()), count, unread)


def _party(code: str, cells: Mapping[str, str], line: int) -> Party:
    number = cells.get("_id") or cells.get("entity_number") or str(line)
    start = cells.get("start_date", "")
    return Party(
        id=f"us_bis_entity:{number}",
        type={"individual": "Person", "vessel": "Vessel"}.get(cells.get("type", "").lower(), "LegalEntity"),
        names=(
            Name(cells["name"]),
            *(Name(alias, NameKind.ALIAS) for alias in _values(cells, "alt_names") if alias != cells["name"]),
        ),
        addresses=tuple(Address(country=_country(text), text=text) for text in _values(cells, "addresses")),
        designations=(
            Designation(
                "us_bis_entity",
                code,
                authority="BIS",
                listed_on=first_day(start) or start,
                source=cells.get("source_list_url", ""),
            ),
        ),
        features=tuple(Feature(kind, cells[column]) for column, kind in _NOTES.items() if column in cells),
    )


def _values(cells: Mapping[str, str], column: str) -> list[str]:
    return [value.strip() for value in cells.get(column, "").split(";") if value.strip()]


def _country(address: str) -> str:
    found = _COUNTRY_AT_END.search(address)
    return as_country(found[1]) if found else ""


LIST = ListFormat(
    source="us_bis_entity",
    title="US Commerce, BIS: Entity List and Military End User List, from the Consolidated Screening List",
    slots=(Slot(_SLOT, _ADDRESS),),
    read=read_entities,
)
