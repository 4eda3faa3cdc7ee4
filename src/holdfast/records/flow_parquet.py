"""Flows from Parquet, as fast as their columns can be decoded.

Addresses may be unsigned or signed 32-bit numbers, sixteen bytes, or text; text is parsed once for each distinct
value. Other columns follow the contract; what is absent is unknown.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from holdfast.inputs.stream import as_seekable
from holdfast.inputs.table import LARGEST
from holdfast.model.errors import InputError
from holdfast.model.origin import Origin
from holdfast.records.layouts import layouts
from holdfast.records.traffic_rows import to_batch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.model.traffic import TrafficBatch
    from holdfast.records.columns import Context

ROWS = 1 << 20
"""Rows of one batch."""


def recognises(head: bytes) -> bool:
    """By Parquet's magic number."""
    return head.startswith(b"PAR1")


def read(stream: IO[bytes], context: Context) -> Iterator[TrafficBatch]:
    """Batches of the whole file."""
    try:
        content = as_seekable(stream, context.file, LARGEST)
        file = pq.ParquetFile(content)
        text = [
            field.name
            for field in file.schema_arrow
            if pa.types.is_string(field.type) and field.name in {"src", "dst", "proto", "service"}
        ]
        content.seek(0)
        file = pq.ParquetFile(content, read_dictionary=text)
    except (pa.ArrowException, OSError) as error:
        raise InputError("is not a Parquet file", origin=Origin(context.file), why=str(error)) from error
    names = set(file.schema_arrow.names)
    layout = next((layout for layout in layouts("table") if layout.fits(names)), None)
    if layout is None:
        raise InputError(
            "has no columns ts, src and dst",
            origin=Origin(context.file),
            why=f"its columns are {', '.join(sorted(names))[:200]}",
            advice="Name them as in the reference of `holdfast flows`",
        )
    wanted = [name for fields in layout.columns.values() for name in fields if name in names]
    start = 1
    for batch in _batches(file, wanted, context):
        records = pa.array(np.arange(start, start + len(batch), dtype=np.int64))
        fields = {name: _plain(name, batch.column(name)) for name in wanted}
        yield to_batch(layout, fields, records, context)
        start += len(batch)


def _batches(file: pq.ParquetFile, columns: list[str], context: Context) -> Iterator[pa.RecordBatch]:
    try:
        yield from file.iter_batches(ROWS, columns=columns, use_threads=False)
    except (pa.ArrowException, OSError) as error:
        says = f"is damaged ({error}); the rows before were read"
        context.problems.add(says, Origin(context.file))


def _plain(name: str, column: pa.Array) -> pa.Array:
    if name == "service" and pa.types.is_dictionary(column.type):
        return column.cast(pa.string())
    if name in {"src", "dst"} and pa.types.is_signed_integer(column.type):
        return pc.cast(pc.bit_wise_and(column.cast(pa.int64()), 0xFFFFFFFF), pa.uint32())
    return column
