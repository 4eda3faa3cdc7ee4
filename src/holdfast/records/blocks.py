"""Delimited text in blocks of whole lines, as columns of bytes with the line number of each row.

For logs of many millions of lines: Arrow's parser does the splitting, and a row with the wrong number of cells is
reported at its line while the rows around it are read. For tables that people write, use :mod:`holdfast.inputs.table`.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from holdfast.inputs.lines import LONGEST
from holdfast.inputs.stream import chunks
from holdfast.model.errors import InputError
from holdfast.model.origin import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.model.status import Problems

BLOCK = 8 << 20
"""Bytes that are parsed at a time, at least."""
TOLD = 3
"""Rows of one kind of trouble that are named in one block; the others are counted."""


@dataclass(frozen=True, slots=True)
class Block:
    """Rows as columns of bytes, and where each row stands."""

    columns: dict[str, pa.Array]
    lines: np.ndarray
    """Line numbers, from 1."""


def line_blocks(stream: IO[bytes], name: str, problems: Problems) -> Iterator[tuple[int, bytes]]:
    """Pieces of whole lines, each with the number of its first line; the last line needs no line end."""
    number = 1
    parts: list[bytes] = []
    size = 0
    source = chunks(stream, name)
    while True:
        try:
            chunk = next(source, b"")
        except InputError as error:  # a cut archive: what came before is still good
            problems.add(f"{error.what} ({error.why}); the rows before were read", Origin(name))
            chunk = b""
        if not chunk:
            break
        cut = chunk.rfind(b"\n") + 1
        if size + cut >= BLOCK and cut:
            data = b"".join((*parts, chunk[:cut]))
            yield number, data
            number += data.count(b"\n")
            parts, size = [chunk[cut:]], len(chunk) - cut
        else:
            parts.append(chunk)
            size += len(chunk)
            if not cut and size > BLOCK + LONGEST:
                problems.add(f"is longer than {LONGEST:,} bytes; skipped", Origin(name, number))
                parts, size = [], 0
    rest = b"".join(parts)
    if rest:
        yield number, rest


def parse_block(
    data: bytes,
    first_line: int,
    names: list[str],
    delimiter: str,
    name: str,
    problems: Problems,
    *,
    quote: bool,
) -> Block:
    """One block of lines as columns.

    A short row is filled with empty cells and noted, unless it is the last of the data and has no line end, which is
    what a cut file looks like; a long one loses its surplus.
    """
    data = _as_utf8(data, first_line, name, problems)
    lines = np.arange(first_line, first_line + data.count(b"\n") + 1, dtype=np.int64)
    if b"\n\n" in data or b"\n\r" in data or data[:1] in {b"\n", b"\r"}:
        data, lines = _without_empty(data, first_line)
    bad: dict[int, str] = {}

    def refuse(row: pa_csv.InvalidRow) -> str:
        bad[(row.number or 0) - 1] = row.text
        return "skip"

    unique = [f"{column}#{place}" for place, column in enumerate(names)]
    try:
        table = pa_csv.read_csv(
            io.BytesIO(data),
            pa_csv.ReadOptions(column_names=unique, use_threads=False, block_size=len(data) + 1),
            pa_csv.ParseOptions(
                delimiter=delimiter, quote_char='"' if quote else False, invalid_row_handler=refuse
            ),
            pa_csv.ConvertOptions(column_types=dict.fromkeys(unique, pa.binary()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid:
        return _parse_slowly(data, lines, names, delimiter, name, problems)
    total = data.count(b"\n") + (not data.endswith(b"\n"))
    if len(table) + len(bad) != total:  # a quote ran over a line end
        return _parse_slowly(data, lines, names, delimiter, name, problems)
    lines = lines[:total]
    mended = _mend(bad, lines, names, delimiter, name, problems, cut=not data.endswith(b"\n"))
    kept = np.delete(lines, list(bad)) if bad else lines
    columns = {
        column: _extended(table.column(place), [cells[place] for _, cells in mended])
        for place, column in reversed(list(enumerate(names)))  # of two columns of one name the first counts
    }
    return Block(columns, np.append(kept, np.array([line for line, _ in mended], dtype=np.int64)))


def _as_utf8(data: bytes, first_line: int, name: str, problems: Problems) -> bytes:
    """The same bytes, or where they are no UTF-8 with marks in place of what is not (Arrow's handler needs it)."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        line = first_line + data.count(b"\n", 0, error.start)
        problems.add(
            "holds bytes that are no UTF-8; each is replaced by a mark", Origin(name, line), lost=False
        )
        return data.decode("utf-8", "replace").encode()
    return data


def _without_empty(data: bytes, first_line: int) -> tuple[bytes, np.ndarray]:
    pieces = data.split(b"\n")
    full = [place for place, piece in enumerate(pieces) if piece.strip(b"\r ")]
    end = b"\n" if not pieces[-1] else b""
    kept = b"\n".join(pieces[place] for place in full)
    return kept + (end if kept else b""), np.array(full, dtype=np.int64) + first_line


def _extended(column: pa.ChunkedArray, more: list[bytes]) -> pa.Array:
    if not more:
        return column.combine_chunks()
    return pa.chunked_array([*column.chunks, pa.array(more, pa.binary())]).combine_chunks()


def _mend(
    bad: dict[int, str],
    lines: np.ndarray,
    names: list[str],
    delimiter: str,
    name: str,
    problems: Problems,
    *,
    cut: bool,
) -> list[tuple[int, list[bytes]]]:
    """Rows with too few or too many cells, as far as they can be used."""
    width = len(names)
    mended: list[tuple[int, list[bytes]]] = []
    for told, (place, text) in enumerate(bad.items()):
        cells = [cell.encode() for cell in text.split(delimiter)]
        lost = cut and place == len(lines) - 1
        what = "cut off; skipped" if lost else "the rest is taken as empty or left out"
        if told < TOLD:
            says = f"the row has {len(cells)} cells, the header {width}; {what}"
            problems.add(says, Origin(name, int(lines[place])), lost=lost)
        elif lost:
            problems.lost += 1
        else:
            problems.repaired += 1
        if not lost:
            mended.append((int(lines[place]), (cells + [b""] * width)[:width]))
    return mended


def _parse_slowly(
    data: bytes, lines: np.ndarray, names: list[str], delimiter: str, name: str, problems: Problems
) -> Block:
    """Line by line, where quotes confuse the fast parser: a quote may not span lines here."""
    rows: list[list[str]] = []
    kept: list[int] = []
    for line, text in zip(lines, data.decode("utf-8", "replace").split("\n"), strict=False):
        if not text.strip():
            continue
        try:
            cells = next(csv.reader([text.rstrip("\r")], delimiter=delimiter))
        except csv.Error as error:
            problems.add(f"is not a row of cells ({error}); skipped", Origin(name, int(line)))
            continue
        if len(cells) != len(names):
            says = f"the row has {len(cells)} cells, the header {len(names)}; skipped"
            problems.add(says, Origin(name, int(line)))
            continue
        rows.append(cells)
        kept.append(int(line))
    columns = {
        column: pa.array([row[place].encode() for row in rows], pa.binary())
        for place, column in reversed(list(enumerate(names)))
    }
    return Block(columns, np.array(kept, dtype=np.int64))
