"""Events in Parquet: the columns as they are, split by kind; nothing is turned into rows.

A wide table cannot tell an absent field from null, so null is absent.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from holdfast.model.errors import InputError
from holdfast.model.event import ABSENT, Column, Kind
from holdfast.model.origin import Origin
from holdfast.records.logs.block import Record, gather
from holdfast.records.logs.columns import as_text, encode, holding, plain
from holdfast.records.logs.layout import WINDOWS_FLAT
from holdfast.records.logs.parquet_chunk import LargeChunk, large_chunks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from typing import IO

    from numpy.typing import NDArray

    from holdfast.model.event import Search, Value
    from holdfast.records.logs.sorting import Sorter

MAGIC = b"PAR1"
ROWS = 16_384
"""Rows of a batch."""
REPEATED = 16
"""Rows of a value from which on its column is searched by value."""
_SCHEMA, _HIDDEN = b"ARROW:schema", b"arrow-schema"


@dataclass(slots=True)
class Table:
    """A batch of rows in order of their kind, so that the events of a kind are a slice of each column."""

    file: str
    columns: dict[str, pa.Array]
    """Those that have a value in some row."""
    numbers: NDArray[np.int64]
    """For each row its number in the file, counted from 1."""
    _texts: dict[str, Texts | None] = field(default_factory=dict)

    def texts(self, name: str) -> Texts | None:
        """A column as Arrow holds its texts; ``None`` where it holds something else."""
        if name not in self._texts:
            self._texts[name] = _texts_of(self.columns[name])
        return self._texts[name]


@dataclass(frozen=True, slots=True)
class Texts:
    """A column of texts as they lie in memory, end to end."""

    content: memoryview
    edges: NDArray[np.int32] | NDArray[np.int64]
    """Where each text begins, and where the last one ends."""

    def rows(self, start: int, length: int, search: Search) -> NDArray[np.intp]:
        """Of some rows those in whose text something ends, counted from the first of them."""
        edges = self.edges[start : start + length + 1]
        first, last = int(edges[0]), int(edges[-1])
        places = search(self.content[first:last]) if first < last else ()
        if not places:
            return _NO_ROWS
        return np.searchsorted(edges[1:], np.fromiter(places, np.int64, len(places)) + first)


_NO_ROWS = np.empty(0, np.intp)


def _texts_of(column: pa.Array) -> Texts | None:
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return None
    _, edges, content = column.buffers()
    inside = slice(column.offset, column.offset + len(column) + 1)
    numbers: NDArray[np.int32] | NDArray[np.int64] = (
        np.frombuffer(edges, np.int64)[inside]
        if pa.types.is_large_string(column.type)
        else np.frombuffer(edges, np.int32)[inside]
    )
    return Texts(memoryview(content or b""), numbers)


def _encoded(values: pa.Array) -> Column:
    try:
        coded = values.dictionary_encode()
    except pa.ArrowNotImplementedError:  # lists and records
        return encode(_listed(values))
    codes = pc.fill_null(coded.indices, ABSENT).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    return Column(codes, [plain(value) for value in _listed(coded.dictionary)])  # type: ignore[misc]  # plain() never gives MISSING for a value


def _listed(values: pa.Array) -> list[object]:
    """As Python has them; texts that are no UTF-8 with what is wrong replaced."""
    try:
        found = values.to_pylist()
    except UnicodeDecodeError:
        wide = pa.types.is_large_string(values.type)
        found = values.view(pa.large_binary() if wide else pa.binary()).to_pylist()
    return [_readable(value) for value in found]


def _first_of(parts: Sequence[Column], length: int) -> Column:
    """For each event the first of several columns in which it has a text."""
    codes = np.full(length, ABSENT, np.int32)
    values: list[Value] = []
    for part in parts:
        empty = np.array(
            [*(not value for value in part.values), True]
        )  # the last place is that of absent values
        taken = (codes == ABSENT) & ~empty[part.codes]
        codes[taken] = part.codes[taken] + len(values)
        values.extend(part.values)
    return Column(codes, values)


def _readable(value: object) -> object:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value.isoformat() if isinstance(value, date | datetime) else value


class Row(Mapping[str, Any]):
    """One row; each value is read when it is asked for."""

    def __init__(self, table: Table, number: int) -> None:
        self._columns = table.columns
        self._number = number

    def __getitem__(self, name: str) -> Any:
        """The value; a null counts as no value."""
        value = _listed(self._columns[name].slice(self._number, 1))[0]
        if value is None:
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return (name for name, column in self._columns.items() if column[self._number].is_valid)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class ArrowEvents:
    """Implements :class:`holdfast.model.event.Events` over the rows of a table that are of one kind."""

    def __init__(self, kind: Kind, table: Table, names: Collection[str], start: int, length: int) -> None:
        self.kind = kind
        self._table = table
        self._names = names
        self._start = start
        self._length = length
        self._columns: dict[str, Column] = {}

    def __len__(self) -> int:
        """How many."""
        return self._length

    def names(self) -> Collection[str]:
        """The columns that have a value in some of these rows."""
        return self._names

    def column(self, name: str) -> Column:
        """A field by its name, encoded when it is first asked for."""
        column = self._columns.get(name)
        if column is None:
            others = [one for one in WINDOWS_FLAT.other_names(name) or (name,) if one in self._names]
            parts = [_encoded(self._slice(one)) for one in others]
            column = self._columns[name] = parts[0] if len(parts) == 1 else _first_of(parts, self._length)
        return column

    def _slice(self, name: str) -> pa.Array:
        return self._table.columns[name].slice(self._start, self._length)

    def holding(self, search: Search) -> NDArray[np.bool_]:
        """Which events have something in one of their values.

        Texts are searched as Arrow holds them, end to end: what seems to stand across two of them is an event more
        that is looked at.
        """
        found = np.zeros(self._length, np.bool_)
        for name in self._names:
            coded = self._columns.get(name)
            texts = None if coded is not None and self._repeats(coded) else self._table.texts(name)
            if texts is not None:
                found[texts.rows(self._start, self._length, search)] = True
                continue
            coded = coded or self.column(name)
            values = [one if isinstance(one, str) else "\n".join(one or ()) for one in coded.values]
            found |= np.append(holding(values, search), False)[coded.codes]
        return found

    def _repeats(self, column: Column) -> bool:
        """Whether it is quicker to search the different values, which have to be put together first."""
        return len(column.values) * REPEATED < self._length

    def text(self, event: int) -> str:
        """All values of one event, one a line."""
        values = self.fields(event).values()
        return "\n".join(value if isinstance(value, str) else as_text(value) for value in values)

    def origin(self, event: int) -> Origin:
        """File and row, counted from 1."""
        return Origin(self._table.file, record=str(self._table.numbers[self._start + event]))

    def time(self, event: int) -> str:
        """When it happened."""
        row = self.fields(event)
        return WINDOWS_FLAT.time(row, row)

    def host(self, event: int) -> str:
        """The machine that wrote it."""
        row = self.fields(event)
        return WINDOWS_FLAT.host(row, row)

    def fields(self, event: int) -> Mapping[str, Any]:
        """All that the event says."""
        return Row(self._table, self._start + event)


def read_parquet(stream: IO[bytes], name: str, sorter: Sorter) -> Iterator[list[Any]]:
    """Blocks by kind, batch by batch."""
    try:
        undictated = _Undictated(stream)
        file = pq.ParquetFile(pa.PythonFile(undictated, mode="r"))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError("is not a Parquet file", origin=Origin(name), why=str(error)) from error
    wide = {"Channel", "EventID"} <= set(file.schema_arrow.names)
    start = 0
    try:
        for columns in _batches(file, undictated):
            rows = len(next(iter(columns.values()), ()))
            if wide:
                yield _by_kind(columns, name, start)
            else:
                yield from gather([(name, _records(columns, start, sorter))])
            start += rows
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError("cannot be read to its end", origin=Origin(name), why=str(error)) from error


def _batches(file: pq.ParquetFile, stream: _Undictated) -> Iterator[dict[str, pa.Array]]:
    """Some rows at a time; columns with a large dictionary are read beside Arrow, which would hold it whole.

    Who takes a batch may empty it, so that no column is held longer than it is needed.
    """
    names = file.schema_arrow.names
    groups = large_chunks(stream.stream, stream.footer)
    for group in range(file.num_row_groups):
        large = {
            chunk.name: LargeChunk(stream.stream, chunk, kind)
            for chunk in groups[group]
            if names.count(chunk.name) == 1
            and (kind := file.schema_arrow.field(chunk.name).type) in {pa.string(), pa.binary()}
        }
        others = [name for name in names if name not in large] if large else None
        for batch in file.iter_batches(batch_size=ROWS, row_groups=[group], columns=others):
            columns = dict.fromkeys(names)  # in their order
            columns |= zip(batch.schema.names, batch.columns, strict=True)
            columns |= {name: chunk.take(batch.num_rows) for name, chunk in large.items()}
            del batch
            yield columns


def _records(columns: dict[str, pa.Array], start: int, sorter: Sorter) -> Iterator[Record]:
    """Rows as they would stand in JSON Lines."""
    for number, row in enumerate(pa.record_batch(columns).to_pylist(), start + 1):
        raw = orjson.dumps({key: one for key, one in row.items() if one is not None}, default=_readable)
        yield Record(*sorter.sort(orjson.loads(raw)), number, raw)


def _by_kind(columns: dict[str, pa.Array], name: str, start: int) -> list[ArrowEvents]:
    """The events of a batch, each kind by itself; the batch is emptied."""
    channel, event_id = _encoded(columns["Channel"]), _encoded(columns["EventID"])
    together = (channel.codes.astype(np.int64) + 1) * (len(event_id.values) + 1) + event_id.codes + 1
    order = np.argsort(together, kind="stable")
    starts = np.append(0, np.flatnonzero(np.diff(together[order])) + 1)
    names: list[list[str]] = [[] for _ in starts]
    ordered = {}
    for one in list(columns):
        column = columns.pop(one)
        if column.null_count < len(column):
            ordered[one] = column = column.take(pa.array(order))
            valid = column.is_valid().to_numpy(zero_copy_only=False)
            for place in np.flatnonzero(np.logical_or.reduceat(valid, starts)).tolist():
                names[place].append(one)
    table = Table(name, ordered, order + start + 1)
    found = []
    for place, (first, end) in enumerate(pairwise([*starts.tolist(), len(order)])):
        row = int(order[first])
        log, number = str(channel.value(row) or ""), str(event_id.value(row) or "")
        product = "linux" if log.startswith("Linux-Sysmon") else "windows"
        kind = Kind(product, channel=log, event_id=number.removesuffix(".0"))
        found.append(ArrowEvents(kind, table, dict.fromkeys(names[place]), first, end - first))
    return found


class _Undictated(io.RawIOBase):
    """The file with the name of its Arrow schema blotted out of the footer.

    With that schema a column that was a dictionary when written comes as one again, its values of the whole file with
    each batch: gigabytes for a column of messages. Without it, it comes as text, a batch at a time.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__()
        self.stream = stream
        size = stream.seek(0, io.SEEK_END)
        stream.seek(max(0, size - 8))
        length = int.from_bytes(stream.read(8)[:4], "little")
        self._start = max(0, size - 8 - min(length, size))
        stream.seek(self._start)
        self.footer = stream.read().replace(_SCHEMA, _HIDDEN)
        stream.seek(0)

    def read(self, size: int | None = -1) -> bytes:
        """Up to ``size`` bytes, all of them for -1."""
        place = self.stream.tell()
        data = self.stream.read(-1 if size is None else size)
        if place + len(data) <= self._start:
            return data
        body = data[: max(0, self._start - place)]
        inside = max(0, place - self._start)
        return body + self.footer[inside : inside + len(data) - len(body)]

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """To a place."""
        return self.stream.seek(offset, whence)

    def tell(self) -> int:
        """The place."""
        return self.stream.tell()

    def seekable(self) -> bool:
        """Always."""
        return True

    def readable(self) -> bool:
        """Always."""
        return True
