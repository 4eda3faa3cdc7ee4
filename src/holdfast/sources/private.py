"""A firm's own list: one table with fixed columns, in any format that tables come in.

``id, name, type, aliases, weak_aliases, birth_date, country, address, identifiers, programmes``; several values in a
cell are separated by ``;``, identifiers are written ``TYPE:VALUE``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.inputs.table import Row, read_rows
from holdfast.model.errors import SourceError
from holdfast.model.origin import Origin
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
from holdfast.sources.dates import read_date
from holdfast.sources.interface import ListFormat, Reading, Slot
from holdfast.text.country import as_country

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from holdfast.model.status import Problems

_KNOWN = {
    "id",
    "name",
    "type",
    "aliases",
    "weak_aliases",
    "birth_date",
    "country",
    "address",
    "identifiers",
    "programmes",
}


def read_private(files: Mapping[str, Path], problems: Problems) -> Reading:
    """The parties of the table; a row without id or name, or with an id seen before, is a problem and left out."""
    parties: dict[str, Party] = {}
    path = files["private.csv"]
    count = 0
    for row in read_rows(path, problems, required=("id", "name")):
        count += 1
        number, name = row.cells.get("id", "").strip(), row.cells.get("name", "").strip()
        if count == 1 and number.startswith("<"):
            raise SourceError("is a page of HTML, not a table", origin=Origin(path.name))
        if not number or not name:
            problems.add("has no id or no name; left out", row.origin)
        elif number in parties:
            problems.add(f"has the id {number!r} of an earlier row; left out", row.origin)
        else:
            parties[number] = _party(number, name, row)
    return Reading(tuple(parties.values()), count, count - len(parties))


def _party(number: str, name: str, row: Row) -> Party:
    cells = row.cells
    dates, leftovers = _dates(cells.get("birth_date", ""))
    others = [f"{key}: {value}" for key, value in cells.items() if key not in _KNOWN and value.strip()]
    return Party(
        id=f"private:{number}",
        type=cells.get("type", "").strip() or "LegalEntity",
        names=(
            Name(name),
            *(Name(alias, NameKind.ALIAS) for alias in _values(cells, "aliases")),
            *(Name(alias, NameKind.ALIAS, Strength.WEAK) for alias in _values(cells, "weak_aliases")),
        ),
        identifiers=tuple(_identifier(text) for text in _values(cells, "identifiers")),
        addresses=tuple(Address(text=text) for text in _values(cells, "address")),
        dates=dates,
        designations=tuple(
            Designation("private", programme) for programme in _values(cells, "programmes") or ("",)
        ),
        features=tuple(Feature("country", as_country(text)) for text in _values(cells, "country")),
        leftovers=(*leftovers, *others),
    )


def _values(cells: Mapping[str, str], column: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cells.get(column, "").split(";") if part.strip())


def _identifier(text: str) -> Identifier:
    kind, colon, value = text.partition(":")
    return Identifier(kind.strip().lower(), value.strip()) if colon else Identifier("other", text)


def _dates(cell: str) -> tuple[tuple[PartyDate, ...], list[str]]:
    read = [(text, read_date("birth", text)) for text in (part.strip() for part in cell.split(";")) if text]
    return tuple(date for _, date in read if date), [f"birth_date: {text}" for text, date in read if not date]


LIST = ListFormat(
    source="private",
    title="the firm's own list",
    slots=(Slot("private.csv"),),
    read=read_private,
)
