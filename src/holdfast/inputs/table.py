"""Rows of a table, whatever its format: CSV, TSV, JSON Lines, JSON, Parquet, XLSX or ODS.

Cells of a CSV file are parted by what parts its header: commas, or the semicolons, tabs or bars that spreadsheets of other countries and
databases write; a first line ``sep=;`` says it outright. Every value arrives as text, as a user would see it in the file; a nested JSON value arrives as compact JSON. What
cannot be read is a :class:`~holdfast.model.status.Problem` at its line, and the rows after it are still read.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Protocol

from holdfast.inputs.lines import read_lines
from holdfast.inputs.opendocument import without_indents
from holdfast.inputs.stream import as_seekable, open_input, suffix
from holdfast.model.errors import InputError
from holdfast.model.origin import Origin

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from pathlib import Path

    from holdfast.model.status import Problems

LARGEST = 2 << 30
"""Bytes of a Parquet or spreadsheet file that comes compressed or through a pipe and must be held in memory."""


LONGEST_RECORD = 100
"""Lines that one CSV record may span; an address or a note has a few, an unclosed quote has no end."""
TITLE_LINES = 10
"""Lines of titles that may stand above the header, where the columns that it must have are known."""
DELIMITERS = ",;\t|"
"""What may part the cells of a CSV file; the earlier where a header could be parted by either."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its place and its cells by column name."""

    origin: Origin
    cells: dict[str, str]


class Header(Protocol):
    """What a reader of a table needs of its columns."""

    def fits(self, columns: Collection[str]) -> bool:
        """Whether these are the columns, and not a line of titles above them."""

    def check(self, columns: Collection[str], name: str) -> None:
        """Raise :class:`InputError` when the file of that name makes no sense with these columns."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The header that has all required columns."""

    required: frozenset[str]

    def fits(self, columns: Collection[str]) -> bool:
        """Whether none is missing."""
        return self.required <= set(columns)

    def check(self, columns: Collection[str], name: str) -> None:
        """Raise :class:`InputError` when one is missing."""
        missing = sorted(self.required - set(columns))
        if missing:
            raise InputError(
                f"has no column {' and no column '.join(repr(column) for column in missing)}",
                origin=Origin(name),
                why=f"its columns are {', '.join(columns) or 'none'}",
                advice="Rename the column, or check that this is the file that was meant",
            )


def read_rows(
    path: str | Path, problems: Problems, *, required: Iterable[str] = (), header: Header | None = None
) -> Iterator[Row]:
    """The rows of the file, in order, read as it is iterated.

    ``required`` names columns without which the file makes no sense, or ``header`` knows more of them: :class:`InputError` when a CSV
    header or the schema lacks one, also where no row follows. Lines above the header that fits (a title, a date of report) are passed
    over. The format follows the suffix; without one, JSON Lines when the first character is ``{``, JSON when it is ``[``, else CSV.
    """
    kind = suffix(path)
    reader = _READERS.get(kind)
    wanted = header or Columns(frozenset(required))
    if reader is not None:
        yield from reader(path, problems, wanted)
        return
    yield from _read_unnamed(path, problems, wanted)


def _read_unnamed(path: str | Path, problems: Problems, header: Header) -> Iterator[Row]:
    name = str(path)
    with open_input(path) as stream:
        lines = _skip_empty(read_lines(stream, name, problems))
        first = next(lines, None)
        if first is None:
            header.check((), name)
            return
        rest = chain([first], lines)
        start = first[1].lstrip()[:1]
        if start == "{":
            yield from _rows_of_json_lines(rest, name, problems)
        elif start == "[":
            yield from _rows_of_json("\n".join(text for _, text in rest), name, problems)
        else:
            yield from _rows_of_csv(rest, name, problems, header)


def _skip_empty(lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    return (pair for pair in lines if pair[1].strip())


def _read_csv(path: str | Path, problems: Problems, header: Header) -> Iterator[Row]:
    with open_input(path) as stream:
        lines = read_lines(stream, str(path), problems)
        delimiters = "\t" if suffix(path) in {".tsv", ".tab"} else DELIMITERS
        yield from _rows_of_csv(lines, str(path), problems, header, delimiters)


def _rows_of_csv(
    lines: Iterator[tuple[int, str]],
    name: str,
    problems: Problems,
    header: Header,
    delimiters: str = DELIMITERS,
) -> Iterator[Row]:
    delimiter, lines = find_delimiter(lines, header, delimiters)
    records = read_csv_records(lines, name, problems, delimiter)
    columns, records = _split_header(records, header)
    header.check(columns or (), name)
    if columns is None:
        return
    _note_repeated(columns, name, problems)
    for number, cells in records:
        if len(cells) != len(columns):
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) < len(columns):
                says = (
                    f"the row has {len(cells)} of {len(columns)} columns; the missing ones are taken as empty"
                )
            else:
                says = f"the row has {len(cells)} columns, the header {len(columns)}; the rest is left out"
            problems.add(says, Origin(name, number), lost=len(cells) > len(columns))
            cells = (cells + [""] * len(columns))[: len(columns)]  # noqa: PLW2901 - the repaired row
        yield Row(Origin(name, number), dict(zip(columns, cells, strict=True)))


def _note_repeated(columns: list[str], name: str, problems: Problems) -> None:
    for column, times in Counter(column for column in columns if column).items():
        if times > 1:
            says = f"has {times} columns called {column!r}, of which the last is read"
            problems.add(says, Origin(name), lost=False)


def find_delimiter(
    lines: Iterator[tuple[int, str]], header: Header, delimiters: str = DELIMITERS
) -> tuple[str, Iterator[tuple[int, str]]]:
    """What parts the cells, and the lines of the table, without one that only says it (``sep=;``).

    It is what parts a line near the top into columns that fit; among several, or where none does, what cuts through no quoted column, and
    then what makes the most columns.
    """
    top = list(islice(lines, TITLE_LINES))
    if top and (said := _SAID.fullmatch(top[0][1])):
        return said[1].replace("\\t", "\t"), chain(top[1:], lines)
    if len(delimiters) == 1:
        return delimiters, chain(top, lines)
    best = (False, False, 0)
    chosen = delimiters[0]
    for delimiter in delimiters:
        heads = [_cells(text, delimiter) for _, text in top]
        fitting = [columns for columns in heads if header.fits(columns)]
        columns = next(iter(fitting or heads), [])
        rated = (bool(fitting), not any('"' in column for column in columns), len(columns))
        if rated > best:
            best, chosen = rated, delimiter
    return chosen, chain(top, lines)


_SAID = re.compile(r"sep=(.|\\t)", re.IGNORECASE)


def _cells(line: str, delimiter: str) -> list[str]:
    """The cells of one line by itself; a quote that is open at its end is closed there."""
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return []


def _split_header(
    records: Iterator[tuple[int, list[str]]], header: Header
) -> tuple[list[str] | None, Iterator[tuple[int, list[str]]]]:
    """The columns and the records below them; the first record is the header where none near the top fits."""
    top: list[tuple[int, list[str]]] = []
    for number, cells in islice(records, TITLE_LINES):
        columns = [cell.strip() for cell in cells]
        if header.fits(columns):
            return columns, records
        top.append((number, cells))
    if not top:
        return None, records
    return [cell.strip() for cell in top[0][1]], chain(top[1:], records)


def read_csv_records(
    lines: Iterator[tuple[int, str]], name: str, problems: Problems, delimiter: str = ","
) -> Iterator[tuple[int, list[str]]]:
    """CSV records with the line each starts on.

    A quoted cell may span lines. A quote that is never closed would swallow the rest of the file: when a record
    grows beyond :data:`LONGEST_RECORD` lines, or the file ends in it, its first line is reported and reading goes on
    with the second.
    """
    feeder = _Feeder(lines)
    reader = csv.reader(feeder, delimiter=delimiter)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except _UnclosedQuoteError:
            problems.add("opens a quote that is never closed; skipped", Origin(name, feeder.first_line))
            feeder.retry_after_first()
            reader = csv.reader(feeder, delimiter=delimiter)
            continue
        except csv.Error as error:
            problems.add(f"is not CSV ({error}); skipped", Origin(name, feeder.first_line))
            feeder.pending.clear()
            reader = csv.reader(feeder, delimiter=delimiter)
            continue
        number = feeder.first_line
        feeder.pending.clear()
        yield number, cells


class _UnclosedQuoteError(Exception):
    """The CSV parser asks for one more line of a record that has had enough."""


class _Feeder:
    """Hands lines to the CSV parser and remembers those of the present record."""

    def __init__(self, lines: Iterator[tuple[int, str]]) -> None:
        self._lines = lines
        self._back: list[tuple[int, str]] = []
        self.pending: list[tuple[int, str]] = []

    @property
    def first_line(self) -> int:
        return self.pending[0][0] if self.pending else 0

    def __iter__(self) -> _Feeder:
        return self

    def __next__(self) -> str:
        if len(self.pending) >= LONGEST_RECORD:
            raise _UnclosedQuoteError
        try:
            line = self._back.pop() if self._back else next(self._lines)
        except StopIteration:
            if self.pending:
                raise _UnclosedQuoteError from None
            raise
        self.pending.append(line)
        return line[1] + "\n"

    def retry_after_first(self) -> None:
        """Put back all lines of the present record but the first."""
        self._back.extend(reversed(self.pending[1:]))
        self.pending.clear()


def _read_json_lines(path: str | Path, problems: Problems, _header: Header) -> Iterator[Row]:
    with open_input(path) as stream:
        yield from _rows_of_json_lines(read_lines(stream, str(path), problems), str(path), problems)


def _rows_of_json_lines(lines: Iterator[tuple[int, str]], name: str, problems: Problems) -> Iterator[Row]:
    import orjson

    for number, text in _skip_empty(lines):
        origin = Origin(name, number)
        try:
            value = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            problems.add(f"is not JSON ({error}); skipped", origin)
            continue
        if isinstance(value, dict):
            yield Row(origin, _as_cells(value))
        else:
            problems.add("is not a JSON object; skipped", origin)


def _read_json(path: str | Path, problems: Problems, _header: Header) -> Iterator[Row]:
    with open_input(path) as stream:
        text = "\n".join(text for _, text in read_lines(stream, str(path), problems))
    yield from _rows_of_json(text, str(path), problems)


def _rows_of_json(text: str, name: str, problems: Problems) -> Iterator[Row]:
    import orjson

    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        # Many files called .json hold JSON Lines.
        yield from _rows_of_json_lines(iter(enumerate(text.split("\n"), 1)), name, problems)
        return
    items = value if isinstance(value, list) else [value]
    for number, item in enumerate(items, 1):
        origin = Origin(name, record=str(number))
        if isinstance(item, dict):
            yield Row(origin, _as_cells(item))
        else:
            problems.add("is not a JSON object; skipped", origin)


def _as_cells(item: dict[str, Any]) -> dict[str, str]:
    return {key: as_text(value) for key, value in item.items()}


def as_text(value: object) -> str:
    """A value as a user would write it; lists of plain values are joined by ``;``."""
    import orjson

    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(item, str | int | float) for item in value):
        return ";".join(as_text(item) for item in value)
    if isinstance(value, dict | list):
        return orjson.dumps(value, default=str).decode()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _read_parquet(path: str | Path, _problems: Problems, header: Header) -> Iterator[Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    name = str(path)
    with open_input(path) as stream:
        try:
            file = pq.ParquetFile(as_seekable(stream, name, LARGEST))
        except (pa.ArrowException, OSError) as error:
            raise InputError("is not a Parquet file", origin=Origin(name), why=str(error)) from error
        header.check(file.schema_arrow.names, name)
        number = 0
        for batch in file.iter_batches():
            for item in batch.to_pylist():
                number += 1
                yield Row(Origin(name, record=str(number)), _as_cells(item))


def _read_spreadsheet(path: str | Path, problems: Problems, header: Header) -> Iterator[Row]:
    import python_calamine

    name = str(path)
    with open_input(path) as stream:
        content = as_seekable(stream, name, LARGEST)
        try:
            if suffix(path) == ".ods":
                content = without_indents(content, name, LARGEST)
            book = python_calamine.CalamineWorkbook.from_filelike(content)
            sheets = {
                sheet: _texts(book.get_sheet_by_name(sheet).to_python(skip_empty_area=False))
                for sheet in book.sheet_names
            }
        except (python_calamine.CalamineError, OSError, ValueError) as error:
            raise InputError("is not a spreadsheet", origin=Origin(name), why=str(error)) from error
    sheet = _choose_sheet(sheets, header, name, problems)
    columns, records = _split_header(enumerate(sheets.get(sheet, []), 1), header)
    header.check(columns or (), name)
    _note_repeated(columns or [], name, problems)
    for number, cells in records:
        if any(cells):
            yield Row(Origin(name, number), dict(zip(columns or (), cells, strict=False)))


def _texts(rows: list[list[Any]]) -> list[list[str]]:
    return [[as_text(cell) for cell in cells] for cells in rows]


def _choose_sheet(sheets: dict[str, list[list[str]]], header: Header, name: str, problems: Problems) -> str:
    """The first sheet with the header, not a cover before it; what is not read of the others is told."""
    filled = [sheet for sheet, rows in sheets.items() if any(map(any, rows))]
    fitting = [
        sheet
        for sheet in filled
        if any(header.fits([cell.strip() for cell in cells]) for cells in sheets[sheet][:TITLE_LINES])
    ]
    chosen = next(iter(fitting or filled), "")
    for sheet in filled:
        if sheet != chosen:
            same = sheet in fitting and not header.fits(())
            says = f"only the sheet {chosen!r} is read, not {sheet!r}"
            problems.add(
                f"{says}, which has the same columns; save it as a file of its own" if same else says,
                Origin(name),
                lost=same,
            )
    return chosen


_READERS: dict[str, Callable[[str | Path, Problems, Header], Iterator[Row]]] = {
    ".csv": _read_csv,
    ".tsv": _read_csv,
    ".tab": _read_csv,
    ".jsonl": _read_json_lines,
    ".ndjson": _read_json_lines,
    ".json": _read_json,
    ".parquet": _read_parquet,
    ".xlsx": _read_spreadsheet,
    ".xls": _read_spreadsheet,
    ".ods": _read_spreadsheet,
}
