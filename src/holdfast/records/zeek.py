"""Zeek's own logs, as TSV with its ``#`` header; the JSON ones are read by :mod:`holdfast.records.objects`.

A header in mid-file starts a new section, as in concatenated logs; a column that nobody knows is ignored. IoT-23's
labelled logs join their last columns by three blanks: the header then has fewer names than it means, and the surplus
belongs to the last name. https://docs.zeek.org/en/master/log-formats.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

import pyarrow as pa

from holdfast.model.origin import Origin
from holdfast.records.blocks import line_blocks, parse_block
from holdfast.records.layouts import layouts
from holdfast.records.traffic_rows import to_batch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.model.traffic import TrafficBatch
    from holdfast.records.columns import Context
    from holdfast.records.layouts import Layout


@dataclass(slots=True)
class _Header:
    """What the ``#`` lines said so far."""

    separator: str = "\t"
    set_separator: str = ","
    path: str = ""
    fields: tuple[str, ...] = ()


def recognises(head: bytes) -> bool:
    """By the header that every Zeek TSV log has, also where a cut file starts above it."""
    return head.startswith((b"#separator", b"#set_separator", b"#fields")) or b"\n#fields\t" in head


def read(stream: IO[bytes], context: Context) -> Iterator[TrafficBatch]:
    """Batches of the whole file."""
    header = _Header()
    unread: set[str] = set()
    for first_line, data in line_blocks(stream, context.file, context.problems):
        for line, section in _sections(data, first_line, header):
            if not header.fields:
                context.problems.add("rows before any #fields line; skipped", Origin(context.file, line))
                continue
            layout = _layout(header.path)
            if layout is None:
                if header.path not in unread:
                    unread.add(header.path)
                    context.counts.notes += (f"Zeek's log {header.path!r} holds no traffic",)
                continue
            yield from _batches(section, line, header, layout, context)


def _batches(
    data: bytes, first_line: int, header: _Header, layout: Layout, context: Context
) -> Iterator[TrafficBatch]:
    block = parse_block(
        data, first_line, list(header.fields), header.separator, context.file, context.problems, quote=False
    )
    if len(block.lines):
        yield to_batch(layout, block.columns, pa.array(block.lines), context, header.set_separator)


def _layout(path: str) -> Layout | None:
    return next((layout for layout in layouts("zeek") if layout.path == path), None)


def _sections(data: bytes, first_line: int, header: _Header) -> Iterator[tuple[int, bytes]]:
    """Runs of rows between header lines; header lines change ``header`` on the way."""
    start = 0
    line = first_line
    while start < len(data):
        if data[start : start + 1] == b"#":
            end = data.find(b"\n", start) + 1 or len(data)
            _read_header(data[start:end].decode("utf-8", "replace").rstrip("\r\n"), header)
            line += 1
        else:
            end = data.find(b"\n#", start) + 1 or len(data)
            yield line, data[start:end]
            line += data.count(b"\n", start, end)
        start = end


def _read_header(text: str, header: _Header) -> None:
    if text.startswith("#separator"):
        header.separator = _separator(text.partition(" ")[2].strip())
        return
    word, _, rest = text.partition(header.separator)
    if word == "#set_separator":
        header.set_separator = rest[:1] or ","
    elif word == "#path":
        header.path = rest.removeprefix("open_").strip()
    elif word == "#fields":
        header.fields = tuple(rest.split(header.separator))


def _separator(printed: str) -> str:
    """The character that parts columns, printed as itself or escaped as two hexadecimal digits; a tab where it can be none."""
    escaped = re.fullmatch(r"\\x([0-9a-fA-F]{2})", printed)
    separator = chr(int(escaped[1], 16)) if escaped else printed
    known = len(separator) == 1 and separator.isascii() and separator not in "\0\n\r#"
    return separator if known else "\t"
