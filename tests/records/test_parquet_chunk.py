"""Columns with a large dictionary, read beside Arrow: equal to what Arrow reads, whatever the writer chose."""

import contextlib
import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.records.logs import parquet, parquet_chunk
from holdfast.records.logs.parquet_chunk import Chunk, ChunkError, LargeChunk, hybrid, large_chunks
from holdfast.records.logs.sorting import Sorter

TEXTS = st.one_of(st.none(), st.text("abä", max_size=9), st.sampled_from(["same", "x" * 300]))
WRITERS = st.fixed_dictionaries({
    "compression": st.sampled_from(["none", "snappy", "gzip", "zstd", "brotli", "lz4"]),
    "data_page_version": st.sampled_from(["1.0", "2.0"]),
    "data_page_size": st.sampled_from([64, 1 << 20]),
    "dictionary_pagesize_limit": st.sampled_from([64, 1 << 20]),
    "row_group_size": st.sampled_from([7, 10_000]),
    "write_statistics": st.booleans(),
})  # fmt: skip


def written(values: list[str | None], *, nullable: bool = True, **options: Any) -> io.BytesIO:
    """A file with one column."""
    file = io.BytesIO()
    schema = pa.schema([pa.field("value", pa.string(), nullable=nullable)])
    pq.write_table(pa.table({"value": values}, schema=schema), file, **options)
    return file


def footer(file: io.BytesIO) -> bytes:
    """What stands at the end of the file."""
    content = file.getvalue()
    return content[-8 - int.from_bytes(content[-8:-4], "little") : -8]


def chunks(file: io.BytesIO) -> list[Chunk]:
    """Its column in each row group."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parquet_chunk, "LARGE", -1)
        return [group[0] for group in large_chunks(file, footer(file))]


def read_here(file: io.BytesIO, step: int) -> list[str | None]:
    """The column by :class:`LargeChunk`, some rows at a time."""
    found: list[str | None] = []
    for chunk in chunks(file):
        reader = LargeChunk(file, chunk, pa.string())
        for start in range(0, chunk.rows, step):
            found += reader.take(min(step, chunk.rows - start)).to_pylist()
    return found


@settings(max_examples=60)
@given(st.lists(TEXTS, min_size=1, max_size=60), WRITERS, st.integers(1, 40))
def test_equal_to_arrow(values: list[str | None], options: dict[str, Any], step: int) -> None:
    """Every codec, page version, page size, and a dictionary that the writer gave up half-way."""
    assert read_here(written(values, **options), step) == values


@given(st.lists(st.text("ab", max_size=4), min_size=1, max_size=60), st.sampled_from(["1.0", "2.0"]))
@settings(max_examples=20)
def test_columns_that_cannot_be_null(values: list[str], version: str) -> None:
    """They have no definition levels."""
    assert read_here(written([*values], nullable=False, data_page_version=version), 7) == values


@settings(max_examples=150)
@given(st.data())
def test_damage_is_an_error_and_never_anything_else(data: st.DataObject) -> None:
    """Any byte of a chunk may be wrong."""
    values = [f"value {number % 7} " * 3 for number in range(50)]
    version = data.draw(st.sampled_from(["1.0", "2.0"]))
    codec = data.draw(st.sampled_from(["none", "snappy", "zstd"]))
    file = written([*values], data_page_version=version, compression=codec)
    chunk = chunks(file)[0]
    content = bytearray(file.getvalue())
    end = len(content) - 8 - len(footer(file))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(chunk.start, end - 1))
        content[place] = data.draw(st.integers(0, 255))
    try:
        reader = LargeChunk(io.BytesIO(bytes(content)), chunk, pa.string())
        reader.take(50)
    except (ValueError, OSError, pa.ArrowException):
        pass


@settings(max_examples=150)
@given(st.binary(max_size=60), st.integers(0, 200))
def test_a_damaged_footer_is_an_error_and_never_anything_else(noise: bytes, place: int) -> None:
    """Any bytes of it may be wrong."""
    file = written(["a", "b"])
    content = bytearray(footer(file))
    content[place : place + len(noise)] = noise
    with contextlib.suppress(ValueError, OSError):
        large_chunks(file, bytes(content))


def test_numbers_in_runs_and_groups() -> None:
    """The example of the format's own documentation: 0 to 7 in three bits."""
    assert hybrid(bytes([0b11, 0b10001000, 0b11000110, 0b11111010]), 3, 8).tolist() == list(range(8))
    assert hybrid(bytes([0b110, 5]), 3, 3).tolist() == [5, 5, 5]
    with pytest.raises(ChunkError):
        hybrid(bytes([0b11]), 3, 8)


def test_only_large_dictionaries_are_read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """And then the events are the same."""
    events = pa.table({
        "Channel": ["Security", "System"] * 50,
        "EventID": [4688, 7045] * 50,
        "Message": [f"message {number}" for number in range(100)],
    })  # fmt: skip
    file = io.BytesIO()
    pq.write_table(events, file)
    assert large_chunks(file, footer(file)) == [[]]
    plainly = messages(file)
    monkeypatch.setattr(parquet_chunk, "LARGE", 100)
    assert [chunk.name for chunk in large_chunks(file, footer(file))[0]] == ["Message"]
    assert messages(file) == plainly
    assert len(plainly) == 100


def messages(file: io.BytesIO) -> list[tuple[str, str | None, Any]]:
    """Record, event id and message of every event."""
    return [
        (str(block.origin(place)), block.kind.event_id, block.column("Message").value(place))
        for blocks in parquet.read_parquet(file, "x.parquet", Sorter())
        for block in blocks
        for place in range(len(block))
    ]
