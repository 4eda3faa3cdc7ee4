"""Ownership registers, whatever their format: the table of readers, and which one takes a file."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

import orjson

from holdfast.inputs.stream import suffix
from holdfast.inputs.table import Row, as_text, read_rows
from holdfast.model.errors import InputError
from holdfast.model.origin import Origin
from holdfast.records.bods import read_bods
from holdfast.records.ftm_ownership import read_ftm
from holdfast.records.gleif import read_gleif, read_gleif_xml
from holdfast.records.holding_header import HoldingHeader
from holdfast.records.holdings import read_table
from holdfast.records.holdings_columns import read_columns
from holdfast.records.psc import read_psc

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from pathlib import Path

    from holdfast.model.status import Problems
    from holdfast.records.ownership import Ownership

READERS: dict[str, tuple[Callable[[set[str]], bool], Callable[[Iterable[Row], Problems], Ownership]]] = {
    "BODS 0.4": (lambda columns: "recordDetails" in columns or "statementType" in columns, read_bods),
    "UK PSC": (lambda columns: {"company_number", "data"} <= columns, read_psc),
    "GLEIF level 2": (
        lambda columns: "Relationship.RelationshipType" in columns or {"type", "attributes"} <= columns,
        read_gleif,
    ),
    "FollowTheMoney": (lambda columns: {"schema", "properties"} <= columns, read_ftm),
}
"""Name of each published format, how it is told by the columns or keys of its first record, and its reader."""


def read_ownership(
    path: str | Path, problems: Problems, mapping: Mapping[str, str] | None = None
) -> Ownership:
    """What the register holds; :class:`InputError` when no reader takes it.

    ``mapping`` says which column of a table a field of :data:`~holdfast.records.holding_header.FIELDS` is in.
    """
    if suffix(path) == ".xml":
        return read_gleif_xml(path, problems)
    header = HoldingHeader(mapping)
    if (found := read_columns(path, problems, header)) is not None:
        return found
    known = _Known(header)
    rows = read_rows(path, problems, header=known)
    head = list(islice(rows, 2))
    if len(head) == 1 and not known.fits(head[0].cells):
        head = _unwrapped(head[0], known)
    columns = tuple(head[0].cells) if head else ()
    for takes, read in READERS.values():
        if takes(set(columns)):
            return read(chain(head, rows), problems)
    if not head:
        raise InputError(
            "holds no row", origin=Origin(str(path)), advice="Check that it is the file you meant"
        )
    header.check_mapping(columns, str(path))
    if header.fits(columns):
        return read_table(header.read(chain(head, rows), str(path), problems), problems)
    raise InputError(
        "is no ownership register that Holdfast knows",
        origin=head[0].origin,
        why=f"its first record has {', '.join(columns[:12]) or 'no fields'}",
        advice="Say which columns hold who owns, who is owned and how much: --map owner=COLUMN,owned=COLUMN,percent=COLUMN; "
        f"or give it one of the formats {', '.join(READERS)}",
    )


class _Known(NamedTuple):
    """The header of any register, so that one of a table is found below a title."""

    table: HoldingHeader

    def fits(self, columns: Collection[str]) -> bool:
        """Whether these are the columns of a register."""
        present = set(columns)
        return any(takes(present) for takes, _ in READERS.values()) or self.table.fits(columns)

    def check(self, columns: Collection[str], name: str) -> None:
        """What a register lacks is told when its format is known."""


def _unwrapped(row: Row, known: _Known) -> list[Row]:
    """The records of an answer that wraps them in one object (``{"data": [...]}``); else the row itself."""
    for key, cell in row.cells.items():
        if not cell.startswith("[{"):
            continue
        with suppress(orjson.JSONDecodeError):  # a text that only looks like it
            items = [item for item in orjson.loads(cell) if isinstance(item, dict)]
            if known.fits(items[0]):
                return [
                    Row(
                        replace(row.origin, record=f"{key} {number}"),
                        {name: as_text(value) for name, value in item.items()},
                    )
                    for number, item in enumerate(items, 1)
                ]
    return [row]
