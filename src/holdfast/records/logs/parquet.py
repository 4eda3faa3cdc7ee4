"""Events in Parquet: the columns as they are, split by kind; nothing is turned into rows.

A wide table cannot tell an absent field from null, so null is absent.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
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
from holdfast.records.logs.columns import encode, holding, plain
from holdfast.records.logs.layout import WINDOWS_FLAT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import IO

    from numpy.typing import NDArray

    from holdfast.model.event import Search
    from holdfast.records.logs.sorting import Sorter

MAGIC = b"PAR1"
ROWS = 65_536
"""Rows of a batch."""
_SCHEMA, _HIDDEN = b"ARROW:schema", b"arrow-schema"


@dataclass(slots=True)
class Table:
    """A batch of rows with each column encoded once, whatever number of kinds share it."""

    batch: pa.RecordBatch
    file: str
    start: int
    """Rows of the file before this batch."""
    names: dict[str, None] = field(default_factory=dict)
    """Columns that have a value in some row, in their order."""
    _columns: dict[str, Column] = field(default_factory=dict)
    _found: dict[Search, NDArray[np.bool_]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Note which columns have values."""
        pairs = zip(self.batch.schema.names, self.batch.columns, strict=True)
        self.names = {name: None for name, column in pairs if column.null_count < len(column)}

    def find(self, name: str) -> str | None:
        """The column that holds a field, by its name or by the other names that flat Windows events use for it."""
        if name in self.names:
            return name
        return next((one for one in WINDOWS_FLAT.other_names(name) if one in self.names), None)

    def column(self, name: str) -> Column:
        """A column of the table, which must be there."""
        column = self._columns.get(name)
        if column is None:
            column = self._columns[name] = _encoded(self.batch.column(name))
        return column

    def holding(self, search: Search) -> NDArray[np.bool_]:
        """Which rows have something in one of their values; searched once for all kinds."""
        found = self._found.get(search)
        if found is None:
            found = np.zeros(self.batch.num_rows, np.bool_)
            for name in self.names:
                column = self.column(name)
                texts = [one if isinstance(one, str) else "\n".join(one or ()) for one in column.values]
                found |= np.append(holding(texts, search), False)[column.codes]
            self._found[search] = found
        return found


def _encoded(values: pa.Array) -> Column:
    try:
        coded = values.dictionary_encode()
    except pa.ArrowNotImplementedError:  # lists and records
        return encode([_readable(value) for value in values.to_pylist()])
    codes = pc.fill_null(coded.indices, ABSENT).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    return Column(codes, [plain(_readable(value)) for value in coded.dictionary.to_pylist()])  # type: ignore[misc]  # plain() never gives MISSING for a value


def _readable(value: object) -> object:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value.isoformat() if isinstance(value, date | datetime) else value


class Row(Mapping[str, Any]):
    """One row; each value is read when it is asked for."""

    def __init__(self, table: Table, number: int) -> None:
        self._batch = table.batch
        self._names = table.names
        self._number = number

    def __getitem__(self, name: str) -> Any:
        """The value; a null counts as no value."""
        value = self._batch.column(name)[self._number].as_py() if name in self._names else None
        if value is None:
            raise KeyError(name)
        return _readable(value)

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._names if self._batch.column(name)[self._number].is_valid)

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass(slots=True)
class ArrowEvents:
    """Implements :class:`holdfast.model.event.Events` over some rows of a table."""

    kind: Kind
    table: Table
    rows: NDArray[np.intp]
    """Rows of the batch that are of this kind."""
    _columns: dict[str, Column] = field(default_factory=dict)

    def __len__(self) -> int:
        """How many."""
        return len(self.rows)

    def names(self) -> Collection[str]:
        """All columns of the table."""
        return self.table.names

    def column(self, name: str) -> Column:
        """A field by its name, with only those values that some of these events have."""
        column = self._columns.get(name)
        if column is None:
            column = self._columns[name] = self._make(name)
        return column

    def _make(self, name: str) -> Column:
        found = self.table.find(name)
        if found is None:
            return Column(np.full(len(self.rows), ABSENT, np.int32), [])
        whole = self.table.column(found)
        codes = whole.codes[self.rows]
        present = np.zeros(len(whole.values) + 1, np.bool_)  # the last place is that of absent values
        present[codes] = True
        used = np.flatnonzero(present[:-1])
        compact = np.full(len(present), ABSENT, np.int32)
        compact[used] = np.arange(len(used))
        return Column(compact[codes], [whole.values[code] for code in used.tolist()])

    def holding(self, search: Search) -> NDArray[np.bool_]:
        """Which events have something in one of their values."""
        return self.table.holding(search)[self.rows]

    def text(self, event: int) -> str:
        """All values of one event, one a line."""
        return "\n".join(str(value) for value in self.fields(event).values())

    def origin(self, event: int) -> Origin:
        """File and row, counted from 1."""
        return Origin(self.table.file, record=str(self.table.start + int(self.rows[event]) + 1))

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
        return Row(self.table, int(self.rows[event]))


def read_parquet(stream: IO[bytes], name: str, sorter: Sorter) -> Iterator[list[Any]]:
    """Blocks by kind, batch by batch."""
    try:
        file = pq.ParquetFile(pa.PythonFile(_Undictated(stream), mode="r"))
    except (pa.ArrowException, OSError) as error:
        raise InputError("is not a Parquet file", origin=Origin(name), why=str(error)) from error
    start = 0
    wide = {"Channel", "EventID"} <= set(file.schema_arrow.names)
    try:
        for batch in file.iter_batches(batch_size=ROWS):
            if wide:
                yield list(_by_kind(Table(batch, name, start)))
            else:
                yield from gather([(name, _records(batch, start, sorter))])
            start += batch.num_rows
    except (pa.ArrowException, OSError) as error:
        raise InputError("cannot be read to its end", origin=Origin(name), why=str(error)) from error


def _records(batch: pa.RecordBatch, start: int, sorter: Sorter) -> Iterator[Record]:
    """Rows as they would stand in JSON Lines."""
    for number, row in enumerate(batch.to_pylist(), start + 1):
        raw = orjson.dumps({key: one for key, one in row.items() if one is not None}, default=_readable)
        yield Record(*sorter.sort(orjson.loads(raw)), number, raw)


def _by_kind(table: Table) -> Iterator[ArrowEvents]:
    channel, event_id = table.column("Channel"), table.column("EventID")
    together = (channel.codes.astype(np.int64) + 1) * (len(event_id.values) + 1) + event_id.codes + 1
    order = np.argsort(together, kind="stable")
    edges = np.flatnonzero(np.diff(together[order])) + 1
    for rows in np.split(order, edges):
        first = int(rows[0])
        log, number = str(channel.value(first) or ""), str(event_id.value(first) or "")
        product = "linux" if log.startswith("Linux-Sysmon") else "windows"
        kind = Kind(product, channel=log, event_id=number.removesuffix(".0"))
        yield ArrowEvents(kind, table, np.sort(rows))


class _Undictated(io.RawIOBase):
    """The file with the name of its Arrow schema blotted out of the footer.

    With that schema a column that was a dictionary when written comes as one again, its values of the whole file with
    each batch: gigabytes for a column of messages. Without it, it comes as text, a batch at a time.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__()
        self._stream = stream
        size = stream.seek(0, io.SEEK_END)
        stream.seek(max(0, size - 8))
        length = int.from_bytes(stream.read(8)[:4], "little")
        self._start = max(0, size - 8 - min(length, size))
        stream.seek(self._start)
        self._footer = stream.read().replace(_SCHEMA, _HIDDEN)
        stream.seek(0)

    def read(self, size: int | None = -1) -> bytes:
        """Up to ``size`` bytes, all of them for -1."""
        place = self._stream.tell()
        data = self._stream.read(-1 if size is None else size)
        if place + len(data) <= self._start:
            return data
        body = data[: max(0, self._start - place)]
        inside = max(0, place - self._start)
        return body + self._footer[inside : inside + len(data) - len(body)]

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """To a place."""
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        """The place."""
        return self._stream.tell()

    def seekable(self) -> bool:
        """Always."""
        return True

    def readable(self) -> bool:
        """Always."""
        return True
