"""Large tables of holdings, read as columns: the same register as :mod:`holdfast.records.holdings` reads, a row at a time.

Arrow reads the file; each text that occurs is understood once; rows in which nothing is odd never become objects. The odd
ones (a share that is no share, reversed dates, a missing owner, a sign of a sham, a row that is repeated) go, in their
order, through the reader of rows. A file whose lines are not simply its rows is left to that reader altogether.
"""

from __future__ import annotations

from collections import defaultdict
from csv import reader as read_cells
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.inputs.stream import open_input, suffix
from holdfast.inputs.table import DELIMITERS, Row, as_text
from holdfast.model.names import NameBook
from holdfast.model.origin import Origin
from holdfast.model.stakes import OPEN_END, OPEN_START, Bounds, place_of
from holdfast.records.holders import Holders
from holdfast.records.holding_header import BANDS, NO_SHARES, HoldingHeader
from holdfast.records.holdings import (
    RIGHTS,
    SIGN_COLUMNS,
    allow_fractions,
    double,
    parse_day,
    read_holding,
    states_unit,
)
from holdfast.records.ownership import Ownership
from holdfast.records.share import parse_share

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    from holdfast.model.stakes import Stakes
    from holdfast.model.status import Problems

LARGE = 4 << 20
"""Bytes from which on a file is read as columns; below that the reader of rows is done at once."""
BLOCK = 16 << 20
"""Bytes of CSV read at a time."""
SIDES = ("owner", "owned")
SMALL = ("percent", "unit", "valid_from", "valid_to", "right", "flags", *SIGN_COLUMNS)
"""Columns in which few texts occur many times."""
_KINDS = {".csv": DELIMITERS, ".tsv": "\t", ".tab": "\t", ".parquet": ""}


def read_columns(
    path: str | Path, problems: Problems, header: HoldingHeader, large: int = LARGE
) -> Ownership | None:
    """The register in the file; ``None`` when it is small, of another form, or not simply a row a line."""
    kind = _KINDS.get(suffix(path))
    if kind is None or not Path(path).is_file() or Path(path).stat().st_size < large:
        return None
    try:
        with open_input(path) as stream:
            table = _Table(str(path), header, line=2 if kind else None)
            whole = table.read_csv(stream, kind) if kind else table.read_parquet(stream)
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        return None
    if not whole or not table.rows:
        return None
    header.check_mapping(table.printed, str(path))
    header.tell(table.printed, str(path), problems)
    found = _Register(table, problems).read()
    if "percent" not in table.codes:
        problems.add(NO_SHARES, Origin(str(path)), lost=False)
    return found


Understood = tuple["npt.NDArray[Any]", "npt.NDArray[np.bool_]"]
"""A value for each row, and the rows whose text is none."""


class _Codes:
    """A column as numbers of the texts that occur in it."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._number: dict[str, int] = {}
        self._parts: list[npt.NDArray[np.int32]] = []

    def add(self, values: pa.Array) -> None:
        """One more piece of the column."""
        encoded = values.dictionary_encode()
        texts = [as_text(value).strip() for value in encoded.dictionary.to_pylist()]
        numbers = np.array([self._give(text) for text in (*texts, "")], np.int32)
        # A missing value has no place in the dictionary; it is the empty text, the last.
        self._parts.append(numbers[pc.fill_null(encoded.indices, len(texts)).to_numpy()])

    @cached_property
    def numbers(self) -> npt.NDArray[np.int32]:
        """The whole column."""
        return np.concatenate(self._parts)

    def understood(self, read: Callable[[str], int | None], kind: type) -> Understood:
        """What ``read`` makes of each row's text, and the rows of whose text it makes nothing."""
        values = [read(text) for text in self.texts]
        odd = np.array([value is None for value in values], bool)
        return np.array([value or 0 for value in values], kind)[self.numbers], odd[self.numbers]

    def _give(self, text: str) -> int:
        number = self._number.setdefault(text, len(self.texts))
        if number == len(self.texts):
            self.texts.append(text)
        return number


class _Table:
    """The file's columns: names as text, what repeats as numbers, the rest as it is."""

    def __init__(self, file: str, header: HoldingHeader, line: int | None) -> None:
        self.file = file
        self._header = header
        self.printed: list[str] = []
        """The columns as the file has them."""
        self.line = line
        """Line of the first row; ``None`` where rows are records."""
        self.rows = 0
        self.names: dict[str, list[pa.Array]] = {side: [] for side in SIDES}
        self.codes: dict[str, _Codes] = defaultdict(_Codes)
        self.others: dict[str, list[pa.Array]] = defaultdict(list)

    def read_csv(self, stream: IO[bytes], delimiters: str) -> bool:
        """Whether every line of the file was one row, parted by one of these."""
        from pyarrow import csv

        lines = _Lines(stream)
        head = lines.peek_line().decode("utf-8-sig")
        for delimiter in delimiters:
            columns = self._own([name.strip() for name in next(read_cells([head], delimiter=delimiter), [])])
            if columns:
                break
        else:
            return False
        reader = csv.open_csv(
            pa.PythonFile(lines, mode="r"),
            csv.ReadOptions(block_size=BLOCK, column_names=columns, skip_rows=1),
            csv.ParseOptions(delimiter=delimiter),
            csv.ConvertOptions(column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=False),
        )
        for batch in reader:
            self._add(batch)
        return lines.count() == self.rows + 1

    def read_parquet(self, stream: IO[bytes]) -> bool:
        """Whether its columns are those of a table of holdings."""
        import pyarrow.parquet as pq

        if not stream.seekable():
            return False
        file = pq.ParquetFile(stream)
        columns = self._own(file.schema_arrow.names)
        if not columns:
            return False
        for batch in file.iter_batches(batch_size=1 << 20):
            self._add(batch.rename_columns(columns))
        return True

    def _own(self, columns: list[str]) -> list[str]:
        """The columns by their fields; none where it is no table of holdings."""
        self.printed = columns
        renamed = self._header.rename(columns)
        present = set(renamed)
        banded = "percent" not in present and not BANDS.isdisjoint(present)  # put together row by row
        return renamed if set(SIDES) <= present and len(present) == len(renamed) and not banded else []

    def _add(self, batch: pa.RecordBatch) -> None:
        self.rows += batch.num_rows
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            if name in SIDES:
                self.names[name].append(pc.fill_null(column.cast(pa.large_string()), ""))
            elif name in SMALL:
                self.codes[name].add(column)
            else:
                self.others[name].append(column)

    def number_names(self) -> tuple[NameBook, dict[str, npt.NDArray[np.int32]]]:
        """The book of all names, and the numbers of owners and owned in each row."""
        encoded = pa.concat_arrays(self.names["owner"] + self.names["owned"]).dictionary_encode()
        self.names = {}
        texts, numbers = encoded.dictionary, encoded.indices.to_numpy()
        trimmed = pc.utf8_trim_whitespace(texts)
        if not trimmed.equals(texts):
            again = trimmed.dictionary_encode()
            texts, numbers = again.dictionary, again.indices.to_numpy()[numbers]
        return _book(texts), {"owner": numbers[: self.rows].copy(), "owned": numbers[self.rows :].copy()}

    def cells(self, row: int) -> dict[str, str]:
        """What the row has in the columns besides the names."""
        found = {name: codes.texts[codes.numbers[row]] for name, codes in self.codes.items()}
        return found | {name: self.other(name, row) for name in self.others}

    def texts(self, name: str, rows: npt.NDArray[np.int64]) -> pa.Array | None:
        """What these rows have in a column that does not repeat; ``None`` where there is no such column."""
        if name not in self.others:
            return None
        found = self._chunked[name].take(pa.array(rows)).combine_chunks()
        if not (pa.types.is_string(found.type) or pa.types.is_large_string(found.type)):
            return pa.array([as_text(value).strip() for value in found.to_pylist()], pa.large_string())
        return pc.utf8_trim_whitespace(pc.fill_null(found.cast(pa.large_string()), ""))

    def other(self, name: str, row: int) -> str:
        """What the row has in a column that is neither a name nor repeats."""
        return as_text(self._chunked[name][row].as_py()).strip()

    @cached_property
    def _chunked(self) -> dict[str, pa.ChunkedArray]:
        return {name: pa.chunked_array(parts) for name, parts in self.others.items()}


class _Lines:
    """A stream that counts the lines that pass."""

    closed = False

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._ahead = b""
        self._ends = 0
        self._last = b"\n"

    def peek_line(self) -> bytes:
        """The first line, which is still to be read."""
        self._ahead = self._stream.read(1 << 16)
        return self._ahead.partition(b"\n")[0]

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        found, self._ahead = (self._ahead, b"") if self._ahead else (self._stream.read(size), b"")
        if found:
            self._ends += found.count(b"\n")
            self._last = found[-1:]
        return found

    def count(self) -> int:
        """Lines that have passed."""
        return self._ends + (self._last != b"\n")


class _Register:
    """Makes the register of a table."""

    def __init__(self, table: _Table, problems: Problems) -> None:
        self.table = table
        self.problems = problems
        self.found = Ownership()
        self.stakes = self.found.holdings

    def read(self) -> Ownership:
        """The holdings and parties."""
        table, stakes = self.table, self.stakes
        stakes.names, sides = table.number_names()
        odd = np.zeros(table.rows, bool)
        empty = stakes.names.find("")
        for numbers in sides.values():
            odd |= numbers == (-1 if empty is None else empty)
        share, bad = self._shares()
        odd |= bad
        start, end = self._days("valid_from", OPEN_START), self._days("valid_to", OPEN_END)
        odd |= start[1] | end[1] | (start[0] > end[0])
        right, bad = self._rights()
        odd |= bad
        for name in ("flags", *SIGN_COLUMNS):
            if name in table.codes:
                odd |= table.codes[name].understood(lambda text: None if text else 0, np.int8)[1]
        stakes.files = [table.file]
        first = table.line if table.line is not None else -1
        stakes.columns = {
            **sides,
            "share": share,
            "right": right,
            "start": start[0],
            "end": end[0],
            "file": np.zeros(table.rows, np.int16),
            "place": np.arange(table.rows) + first if first > 0 else first - np.arange(table.rows),
        }
        self._read_odd(np.flatnonzero(odd), self._repeats())
        percents, units = (
            table.codes[name].texts if name in table.codes else () for name in ("percent", "unit")
        )
        if not any(units) and not any(states_unit(text) for text in percents):
            allow_fractions(self.found, self.problems)
        return self.found

    def _shares(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_]]:
        """The number of each row's share, and the rows whose share is none."""
        codes, units = self.table.codes.get("percent"), self.table.codes.get("unit")
        if codes is None:
            return np.full(self.table.rows, self._share("", "")), np.zeros(self.table.rows, bool)
        pairs = codes.numbers.astype(np.int64)
        wide = len(units.texts) if units else 1
        if units:
            pairs = pairs * wide + units.numbers
        found, place = np.unique(pairs, return_inverse=True)
        shares = [
            self._share(codes.texts[pair // wide], units.texts[pair % wide] if units else "")
            for pair in found.tolist()
        ]
        return np.array([share or 0 for share in shares], np.int32)[place], np.array(
            [share is None for share in shares], bool
        )[place]

    def _share(self, text: str, unit: str) -> int | None:
        try:
            share = parse_share(text, unit)
        except ValueError:
            return None
        return self.stakes.share_number(Bounds(share.low, share.high, share.low_open, share.high_open))

    def _days(self, name: str, without: int) -> Understood:
        def read(text: str) -> int | None:
            try:
                return parse_day(text).toordinal() if text else without
            except ValueError:
                return None

        return self._understood(name, read, np.int32, without)

    def _rights(self) -> Understood:
        places = {"shares": 0, "votes": 1}

        def read(text: str) -> int | None:
            return places[RIGHTS[text.lower()]] if text.lower() in RIGHTS else None

        return self._understood("right", read, np.int8, 0)

    def _understood(
        self, name: str, read: Callable[[str], int | None], kind: type, without: int
    ) -> Understood:
        if name not in self.table.codes:
            return np.full(self.table.rows, without, kind), np.zeros(self.table.rows, bool)
        return self.table.codes[name].understood(read, kind)

    def _repeats(self) -> dict[int, int]:
        """Rows that say in every cell what an earlier row says -> that row."""
        mixed = np.zeros(self.table.rows, np.uint64)
        columns = [self.stakes.columns[side] for side in SIDES]
        columns += [codes.numbers for codes in self.table.codes.values()]
        for column in columns:
            mixed = (mixed ^ (mixed >> np.uint64(31)) ^ column.astype(np.uint64)) * np.uint64(
                0x9E3779B97F4A7C15
            )
        ordered = np.sort(mixed)
        twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
        first: dict[tuple[object, ...], int] = {}
        found = {}
        for row in np.flatnonzero(np.isin(mixed, twice)).tolist() if twice.size else ():
            key = (*(int(column[row]) for column in columns), *self.table.cells(row).values())
            if (earlier := first.setdefault(key, row)) != row:
                found[row] = earlier
        return found

    def _read_odd(self, odd: npt.NDArray[np.int64], repeats: Mapping[int, int]) -> None:
        """Read these rows as the reader of rows does, and leave out those that are no holding of their own."""
        kept = np.ones(self.table.rows, bool)
        names = self.stakes.names
        for row in sorted({*odd.tolist(), *repeats}):
            cells = {side: names[int(self.stakes.columns[side][row])] for side in SIDES} | self.table.cells(
                row
            )
            told = Row(self.origin(row), cells)
            holding = read_holding(told, self.problems)
            if holding is None:
                kept[row] = False
                continue
            if row in repeats:
                kept[row] = False
                double(self.found, repeats[row], told, self.problems)
                continue
            if not cells["owner"]:
                self.found.unnamed.add(holding.owner)
            self.stakes[row] = holding
        rows = None
        if not kept.all():
            rows = np.flatnonzero(kept)
            self.stakes.keep(kept)
        self.found.parties = _holders(self.table, self.stakes, rows)
        self.found.plain = not self.table.others.keys() & {
            f"{side}_{what}" for side in SIDES for what in ("name", "type")
        }

    def origin(self, row: int) -> Origin:
        """Where a row of the table stands."""
        first = self.table.line
        return place_of(self.table.file, row + first if first is not None else -1 - row)


def _holders(table: _Table, stakes: Stakes, rows: npt.NDArray[np.int64] | None) -> Holders:
    """Each party as the first row that names it has it; ``rows`` are those of the holdings, when some rows are none."""
    count = len(stakes.names)
    # For each party the first holding that names it, twice, and one more when it is the owned one there.
    first = np.full(count, 2 * len(stakes), np.int64)
    every = np.arange(len(stakes))[::-1]
    for place, name in enumerate(SIDES):
        earlier = np.full(count, 2 * len(stakes), np.int64)
        earlier[stakes.column(name)[::-1]] = 2 * every + place
        first = np.minimum(first, earlier)
    numbers = np.flatnonzero(first < 2 * len(stakes))
    numbers = numbers[np.argsort(first[numbers])]
    holding, side = np.divmod(first[numbers], 2)
    columns = {
        "number": pa.array(numbers.astype(np.int32)),
        "file": pa.array(stakes.column("file")[holding]),
        "place": pa.array(stakes.column("place")[holding]),
    }
    row = holding if rows is None else rows[holding]
    for what in ("name", "type", "country", "identifiers"):
        told = [table.texts(f"{name}_{what}", row) for name in SIDES]
        if any(column is not None for column in told):
            columns[what] = pc.if_else(pa.array(side == 1), told[1] or "", told[0] or "")
    return Holders(stakes.names, stakes.files, pa.table(columns))


def _book(texts: pa.Array) -> NameBook:
    """Arrow's texts as a book, over the same memory."""
    _, offsets, content = texts.buffers()
    places = np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    return NameBook(places, np.frombuffer(content or b"", np.uint8))
