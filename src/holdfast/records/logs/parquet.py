"""Events in Parquet: the columns as they are, split by kind; nothing is turned into rows.

A wide table cannot tell an absent field from null, so null is absent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from holdfast.model.errors import InputError
from holdfast.model.event import ABSENT, Column, Kind
from holdfast.model.origin import Origin
from holdfast.records.logs.columns import MISSING, encode
from holdfast.records.logs.layout import WINDOWS_FLAT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import IO

    from numpy.typing import NDArray

    from holdfast.records.logs.sorting import Sorter

MAGIC = b"PAR1"
ROWS = 65_536
"""Rows of a batch."""


@dataclass(slots=True)
class ArrowEvents:
    """Implements :class:`holdfast.model.event.Events` over some rows of a record batch."""

    kind: Kind
    batch: pa.RecordBatch
    rows: NDArray[np.int64]
    """Rows of the batch that are of this kind."""
    file: str
    start: int
    """Rows of the file before this batch."""
    _columns: dict[str, Column] = field(default_factory=dict)

    def __len__(self) -> int:
        """How many."""
        return len(self.rows)

    def column(self, name: str) -> Column:
        """A field by its name, or by the other names that flat Windows events use for it."""
        column = self._columns.get(name)
        if column is None:
            column = self._columns[name] = self._make(name)
        return column

    def _make(self, name: str) -> Column:
        names = self.batch.schema.names
        if name not in names and self.kind.channel:
            name = next((other for other in WINDOWS_FLAT.other_names(name) if other in names), name)
        if name not in names:
            return Column(np.full(len(self.rows), ABSENT, np.int32), [])
        values = self.batch.column(name)
        if not pa.types.is_dictionary(values.type) and (
            pa.types.is_string(values.type) or pa.types.is_large_string(values.type)
        ):
            values = values.dictionary_encode()
        if not pa.types.is_dictionary(values.type):
            taken = values.take(pa.array(self.rows)).to_pylist()
            return encode([MISSING if value is None else value for value in taken])
        return _compact(values, self.rows)

    def raw(self) -> Sequence[bytes | str] | None:
        """Not known: the text is not kept in one place."""
        return None

    def text(self, event: int) -> str:
        """All values of one event, one a line."""
        return "\n".join(str(value) for value in self.fields(event).values())

    def origin(self, event: int) -> Origin:
        """File and row, counted from 1."""
        return Origin(self.file, record=str(self.start + int(self.rows[event]) + 1))

    def time(self, event: int) -> str:
        """When it happened."""
        row = self.fields(event)
        return WINDOWS_FLAT.time(row, row)

    def host(self, event: int) -> str:
        """The machine that wrote it."""
        row = self.fields(event)
        return WINDOWS_FLAT.host(row, row)

    def fields(self, event: int) -> dict[str, Any]:
        """All that the event says."""
        row = self.batch.slice(int(self.rows[event]), 1).to_pylist()[0]
        return {name: value for name, value in row.items() if value is not None}


def _compact(values: Any, rows: NDArray[np.int64]) -> Column:
    """Only the values that some of the rows have."""
    indices = values.indices
    if indices.null_count:
        indices = pc.fill_null(indices, ABSENT)
    codes = indices.to_numpy(zero_copy_only=False)[rows].astype(np.int32)
    used, compact = np.unique(codes, return_inverse=True)
    lacks = bool(len(used)) and used[0] == ABSENT
    kept = used[1:] if lacks else used
    texts = values.dictionary.take(pa.array(kept)).to_pylist()
    return Column((compact.reshape(-1) - lacks).astype(np.int32), texts)


def read_parquet(stream: IO[bytes], name: str, sorter: Sorter) -> Iterator[list[Any]]:
    """Blocks by kind, batch by batch."""
    from holdfast.records.logs.block import Block, Record

    try:
        file = pq.ParquetFile(stream)
    except (pa.ArrowException, OSError) as error:
        raise InputError("is not a Parquet file", origin=Origin(name), why=str(error)) from error
    start = 0
    wide = {"Channel", "EventID"} <= set(file.schema_arrow.names)
    try:
        for batch in file.iter_batches(batch_size=ROWS):
            if wide:
                yield list(_by_kind(batch, name, start))
            else:
                blocks: dict[Any, Block] = {}
                for number, row in enumerate(batch.to_pylist(), start + 1):
                    record = Record(
                        *sorter.sort({key: one for key, one in row.items() if one is not None}), number, None
                    )
                    block = blocks.setdefault(record.sort, Block(record.sort))
                    block.add(name, record)
                yield list(blocks.values())
            start += batch.num_rows
    except (pa.ArrowException, OSError) as error:
        raise InputError("cannot be read to its end", origin=Origin(name), why=str(error)) from error


def _by_kind(batch: pa.RecordBatch, name: str, start: int) -> Iterator[ArrowEvents]:
    everything = ArrowEvents(Kind(), batch, np.arange(batch.num_rows), name, start)
    channel, event_id = everything.column("Channel"), everything.column("EventID")
    together = (channel.codes.astype(np.int64) + 1) * (len(event_id.values) + 1) + event_id.codes + 1
    order = np.argsort(together, kind="stable")
    edges = np.flatnonzero(np.diff(together[order])) + 1
    for rows in np.split(order, edges):
        first = int(rows[0])
        channel_name, number = channel.value(first), event_id.value(first)
        product = "linux" if str(channel_name).startswith("Linux-Sysmon") else "windows"
        yield ArrowEvents(
            Kind(product, channel=str(channel_name or ""), event_id=str(number or "").removesuffix(".0")),
            batch,
            np.sort(rows),
            name,
            start,
        )
