"""Traffic as a table with a header: the columns of the contract, Argus binetflow, nfdump CSV, SiLK's ``rwcut``."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

import pyarrow as pa

from holdfast.model.errors import InputError
from holdfast.model.origin import Origin
from holdfast.records.blocks import line_blocks, parse_block
from holdfast.records.layouts import layouts
from holdfast.records.traffic_rows import to_batch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.model.traffic import TrafficBatch
    from holdfast.records.columns import Context
    from holdfast.records.layouts import Layout

_DELIMITERS = ("\t", "|", ",", ";")


def recognises(head: bytes) -> bool:
    """By a first line that names the columns of a layout."""
    return _choose(_first_line(head)) is not None


def read(stream: IO[bytes], context: Context) -> Iterator[TrafficBatch]:
    """Batches of the whole file."""
    layout: Layout | None = None
    names: list[str] = []
    delimiter = ","
    for number, block in line_blocks(stream, context.file, context.problems):
        data, first_line = block, number
        if layout is None:
            header, rest = _header(data)
            delimiter, names = _split(header)
            layout = _choose(header)
            if layout is None:
                raise InputError(
                    "has no columns of a flow table that Holdfast knows",
                    origin=Origin(context.file, 1),
                    why=f"its columns are {', '.join(names)[:200]}",
                    advice="Name them ts, src, dst, … as in the reference of `holdfast flows`",
                )
            _note_missing(layout, names, context)
            first_line += data[: len(data) - len(rest)].count(b"\n")
            data = rest
        data, over = _until(data, layout.ends)
        if data:
            parsed = parse_block(
                data, first_line, names, delimiter, context.file, context.problems, quote=True
            )
            if len(parsed.lines):
                yield to_batch(layout, parsed.columns, pa.array(parsed.lines), context, ";")
        if over:
            return


def _first_line(head: bytes) -> bytes:
    return _header(head)[0]


def _header(data: bytes) -> tuple[bytes, bytes]:
    """The first line that is not empty, and what follows it."""
    rest = data.removeprefix(b"\xef\xbb\xbf")
    while rest:
        line, _, rest = rest.partition(b"\n")
        if line.strip():
            return line, rest
    return b"", b""


def _split(header: bytes) -> tuple[str, list[str]]:
    text = header.decode("utf-8", "replace").strip("\r\n")
    delimiter = max(_DELIMITERS, key=text.count)
    return delimiter, [name.strip().strip('"').lower() for name in text.split(delimiter)]


def _choose(header: bytes) -> Layout | None:
    names = set(_split(header)[1])
    return next((layout for layout in layouts("table") if layout.fits(names)), None)


def _note_missing(layout: Layout, names: list[str], context: Context) -> None:
    absent = [
        column
        for column, fields in layout.columns.items()
        if column in {"duration", "sport", "dport", "proto"}
        and not any(field in names for field in fields)
        and not (column == "duration" and any(field in names for field in layout.columns.get("end", ())))
    ]
    context.counts.notes += tuple(f"has no column for {column}" for column in absent)


def _until(data: bytes, word: str) -> tuple[bytes, bool]:
    """The data before a line that starts with a word, and whether there was one."""
    if not word:
        return data, False
    mark = word.encode()
    if data.startswith(mark):
        return b"", True
    place = data.find(b"\n" + mark)
    return (data, False) if place < 0 else (data[: place + 1], True)
