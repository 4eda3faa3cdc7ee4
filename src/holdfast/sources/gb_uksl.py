"""The UK Sanctions List in its table form (CSV or ODS of eight columns): one row a name, rows of one party by its id.

The list covers more than asset freezes, so the measures of each row go into the designation and decide its effect.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.inputs.table import read_rows
from holdfast.model.party import Designation, Feature, Name, NameKind, Party
from holdfast.sources.dates import read_span
from holdfast.sources.interface import ListFormat, Reading, Slot

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from holdfast.model.status import Problems

_TYPES = {"individual": "Person", "entity": "Organization", "ship": "Vessel"}
_REQUIRED = ("Unique ID", "Name", "Regime Name", "Type", "Sanctions Imposed")


def read_uksl(files: Mapping[str, Path], problems: Problems) -> Reading:
    """Every party; the first name of an id is its primary one, the others are aliases."""
    rows: dict[str, list[dict[str, str]]] = {}
    count = unread = 0
    for row in read_rows(files["uk_sanctions_list.csv"], problems, required=_REQUIRED):
        count += 1
        cells = {key.strip(): value.strip() for key, value in row.cells.items()}
        if not cells["Unique ID"] or not cells["Name"]:
            unread += 1
            problems.add("has no id or no name; left out", row.origin)
            continue
        rows.setdefault(cells["Unique ID"], []).append(cells)
    parties = tuple(_party(number, cells) for number, cells in rows.items())
    return Reading(parties, count, unread)


def _party(number: str, rows: list[dict[str, str]]) -> Party:
    names = dict.fromkeys(row["Name"] for row in rows)
    primary, *aliases = names
    first = rows[0]
    known = {*_REQUIRED, "OFSI Group ID", "Designation source", "Date Designated"}
    others = [f"{key}: {value}" for row in rows for key, value in row.items() if key not in known and value]
    return Party(
        id=f"gb_uksl:{number}",
        type=_TYPES.get(first["Type"].lower(), "LegalEntity"),
        names=(Name(primary), *(Name(alias, NameKind.ALIAS) for alias in aliases)),
        designations=tuple(dict.fromkeys(_designation(row) for row in rows)),
        features=tuple(
            Feature("ofsi-group", group)
            for group in dict.fromkeys(row.get("OFSI Group ID", "") for row in rows)
            if group
        ),
        leftovers=tuple(dict.fromkeys(others)),
    )


def _designation(row: dict[str, str]) -> Designation:
    printed = row.get("Date Designated", "")
    span = read_span(printed)
    return Designation(
        "gb_uksl",
        row["Regime Name"],
        authority=row.get("Designation source", ""),
        listed_on=span.low.isoformat() if span else printed,
        measures=tuple(
            measure.strip() for measure in re.split(r"[|;,]", row["Sanctions Imposed"]) if measure.strip(" -")
        ),
    )


LIST = ListFormat(
    source="gb_uksl",
    title="UK, FCDO: UK Sanctions List (table form)",
    slots=(Slot("uk_sanctions_list.csv"),),
    read=read_uksl,
)
