"""Events in tables: CSV of any export, a row an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from holdfast.inputs.lines import read_lines
from holdfast.inputs.table import read_csv_records
from holdfast.model.origin import Origin
from holdfast.records.logs.block import Record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    from holdfast.model.status import Problems
    from holdfast.records.logs.sorting import Sorter

_TELLING = {
    "eventid", "channel", "timecreated", "event id", "commandline", "image", "queryname", "query", "c-uri", "cs-method",
    "eventname", "message", "_raw", "eventsource", "scriptblocktext", "targetobject",
}  # fmt: skip
_OTHER_NAMES = {
    "Event ID": "EventID",
    "Id": "EventID",
    "EventId": "EventID",
    "LogName": "Channel",
    "MachineName": "Computer",
    "ProviderName": "Provider_Name",
}
"""Names of PowerShell's ``Get-WinEvent | Export-Csv`` and of the event viewer."""


def knows(head: bytes, name: str) -> bool:
    """By the suffix, or by a header that names fields of logs."""
    if name.lower().removesuffix(".gz").removesuffix(".zst").endswith((".csv", ".tsv")):
        return True
    first = head.split(b"\n", 1)[0].decode("utf-8", "replace").lower()
    columns = {cell.strip().strip('"') for cell in first.split(",")}
    return len(columns) > 2 and bool(columns & _TELLING)


def read_csv(stream: IO[bytes], name: str, sorter: Sorter, problems: Problems) -> Iterator[Record]:
    """Rows under a header; empty cells are absent fields, since a wide table cannot say otherwise."""
    delimiter = "\t" if ".tsv" in name.lower() else ","
    records = read_csv_records(read_lines(stream, name, problems), name, problems, delimiter)
    header = next(records, None)
    if header is None:
        return
    columns = [_OTHER_NAMES.get(cell.strip(), cell.strip()) for cell in header[1]]
    for number, cells in records:
        if len(cells) > len(columns):
            problems.add(
                f"the row has {len(cells)} columns, the header {len(columns)}; the rest is left out",
                Origin(name, number),
            )
        row = {column: cell for column, cell in zip(columns, cells, strict=False) if cell}
        if row:
            yield Record(*sorter.sort(row), number, orjson.dumps(row))
