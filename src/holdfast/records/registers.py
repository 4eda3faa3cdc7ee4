"""Ownership registers, whatever their format: the table of readers, and which one takes a file."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

from holdfast.inputs.stream import suffix
from holdfast.inputs.table import read_rows
from holdfast.model.errors import InputError
from holdfast.model.origin import Origin
from holdfast.records.bods import read_bods
from holdfast.records.ftm_ownership import read_ftm
from holdfast.records.gleif import read_gleif, read_gleif_xml
from holdfast.records.holdings import read_table
from holdfast.records.holdings_columns import read_columns
from holdfast.records.psc import read_psc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from holdfast.inputs.table import Row
    from holdfast.model.status import Problems
    from holdfast.records.ownership import Ownership

READERS: dict[str, tuple[Callable[[set[str]], bool], Callable[[Iterable[Row], Problems], Ownership]]] = {
    "table": (lambda columns: {"owner", "owned"} <= columns, read_table),
    "BODS 0.4": (lambda columns: "recordDetails" in columns or "statementType" in columns, read_bods),
    "UK PSC": (lambda columns: {"company_number", "data"} <= columns, read_psc),
    "GLEIF level 2": (
        lambda columns: "Relationship.RelationshipType" in columns or {"type", "attributes"} <= columns,
        read_gleif,
    ),
    "FollowTheMoney": (lambda columns: {"schema", "properties"} <= columns, read_ftm),
}
"""Name of each format, how it is told by the columns or keys of its first record, and its reader."""


def read_ownership(path: str | Path, problems: Problems) -> Ownership:
    """What the register holds; :class:`InputError` when no reader takes it."""
    if suffix(path) == ".xml":
        return read_gleif_xml(path, problems)
    if (found := read_columns(path, problems)) is not None:
        return found
    rows = read_rows(path, problems)
    head = list(islice(rows, 1))
    columns = set(head[0].cells) if head else set()
    for takes, read in READERS.values():
        if takes(columns):
            return read(chain(head, rows), problems)
    if not head:
        raise InputError(
            "holds no row", origin=Origin(str(path)), advice="Check that it is the file you meant"
        )
    raise InputError(
        "is no ownership register that Holdfast knows",
        origin=head[0].origin,
        why=f"its first record has {', '.join(sorted(columns)[:12]) or 'no fields'}",
        advice=f"Give it the columns owner, owned, percent, or one of the formats {', '.join(READERS)}",
    )
