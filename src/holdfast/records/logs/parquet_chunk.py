"""A column of Parquet whose dictionary is too large to be held: its values a few at a time.

A writer may put every different value of a column into one dictionary page. Where the values are whole messages that
page unpacks to gigabytes, and Arrow holds it twice. Here it is unpacked as a stream and kept as compressed blocks, of
which a batch of rows opens those that it needs.
Format: https://parquet.apache.org/docs/file-format/ and https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Protocol

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

LARGE = 32 << 20
"""Bytes of an unpacked dictionary page from which on a column is read here."""
BLOCK = 1 << 20
"""Bytes of values in a block."""
LONGEST_HEADER = 16 << 20
"""Bytes of a page header, which may quote two values."""
MOST_ROWS = 1 << 24
"""Rows of a page; writers make pages of some ten thousand."""
NULL = -1
"""Position in the dictionary that stands for null."""
_DATA, _DICTIONARY, _DATA_V2 = 0, 2, 3
_PLAIN, _PLAIN_DICTIONARY, _RLE_DICTIONARY = 0, 2, 8
_CODECS = {0: "", 1: "snappy", 2: "gzip", 4: "brotli", 6: "zstd", 7: "lz4_raw"}
"""Arrow's names of the codecs that are read."""
_BYTE_ARRAY = 6
_STREAMED = {"gzip", "brotli", "zstd"}
"""Codecs that Arrow unpacks piece by piece."""
_TEXTS = pa.schema([("value", pa.binary())])

Struct = dict[int, Any]
"""Fields of a header by their numbers."""


class Readable(Protocol):
    """What bytes can be read from."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to ``size`` bytes, all of them for -1."""


class ChunkError(ValueError):
    """The bytes are not what the format says."""


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page lies and what its header says."""

    start: int
    """First byte after the header."""
    kind: int
    packed: int
    size: int
    """Bytes, packed and unpacked."""
    says: Struct
    """The part of the header for this kind of page."""

    @property
    def end(self) -> int:
        """First byte after the page."""
        return self.start + self.packed


@dataclass(frozen=True, slots=True)
class Chunk:
    """What the footer says of a column of texts in a row group."""

    name: str
    optional: bool
    """Whether a row may be null."""
    codec: int
    rows: int
    size: int
    """Bytes unpacked."""
    start: int
    """Of its dictionary page."""


def large_chunks(stream: IO[bytes], footer: bytes) -> list[list[Chunk]]:
    """For each row group the columns of texts with a dictionary above :data:`LARGE`.

    From the footer itself, as Arrow's own view of a damaged one ends the process.
    """
    with _understood():
        says, _ = read_struct(footer)
        optional = {
            element[4].decode("utf-8", "replace"): element[3] == 1
            for element in says[2][1:]
            if element.get(1) == _BYTE_ARRAY and element.get(3, 2) < 2
        }
        return [
            [
                chunk
                for column in group[1]
                if (chunk := _chunk(column.get(3, {}), optional)) is not None
                and chunk.size > LARGE
                and page_at(stream, chunk.start).size > LARGE
            ]
            for group in says[4]
        ]


def _chunk(says: Struct, optional: dict[str, bool]) -> Chunk | None:
    """A flat column of texts with a dictionary; ``None`` for any other."""
    name = b".".join(says.get(3, ())).decode("utf-8", "replace")
    if len(says.get(3, ())) != 1 or name not in optional or 11 not in says or says.get(4) not in _CODECS:
        return None
    return Chunk(name, optional[name], says[4], says[5], says[6], says[11])


class LargeChunk:
    """Reads a column chunk from its first row to its last."""

    def __init__(self, stream: IO[bytes], chunk: Chunk, kind: pa.DataType) -> None:
        self._stream = stream
        self._codec = _CODECS[chunk.codec]
        self._optional = chunk.optional
        self._kind = kind
        self._left = chunk.rows
        self._blocks: list[pa.Buffer] = []
        self._starts = [0]
        """Number of the first value of each block, and of the one after the last."""
        self._rows: list[NDArray[np.int64]] = []
        """Rows that were read and not yet taken, as positions in the dictionary."""
        with _understood():
            first = page_at(stream, chunk.start)
            self._next = first.end
            for values in self._values(self._unpacked(first), first.says[1]):
                self._keep(values)

    def take(self, count: int) -> pa.Array:
        """The next rows."""
        have = sum(map(len, self._rows))
        while have < count:
            with _understood():
                page = self._page()
            self._rows.append(page)
            have += len(page)
        together = np.concatenate(self._rows) if self._rows else np.empty(0, np.int64)
        self._rows = [together[count:]]
        return self._look_up(together[:count])

    def _keep(self, values: list[bytes]) -> None:
        """Values as a further block of the dictionary."""
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, _TEXTS, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
            writer.write(pa.record_batch([pa.array(values, pa.binary())], schema=_TEXTS))
        self._blocks.append(sink.getvalue())
        self._starts.append(self._starts[-1] + len(values))

    def _look_up(self, places: NDArray[np.int64]) -> pa.Array:
        different, back = np.unique(places, return_inverse=True)
        if len(different) and (different[0] < NULL or different[-1] >= self._starts[-1]):
            raise ChunkError("a row names a value that the dictionary does not have")
        parts = [pa.nulls(int(np.count_nonzero(different == NULL)), pa.binary())]
        edges = np.searchsorted(different, self._starts)
        for number in np.flatnonzero(np.diff(edges)).tolist():
            wanted = different[edges[number] : edges[number + 1]] - self._starts[number]
            block = pa.ipc.open_stream(self._blocks[number]).read_all().column(0).combine_chunks()
            parts.append(block.take(pa.array(wanted)))
        return pa.concat_arrays(parts).take(pa.array(back.reshape(-1))).view(self._kind)

    # Pages -----------------------------------------------------------------------------------------------------------

    def _page(self) -> NDArray[np.int64]:
        """The rows of the next page of data."""
        if self._left <= 0:
            raise ChunkError("a column ends before its last row")
        page = page_at(self._stream, self._next)
        self._next = page.end
        if page.kind not in {_DATA, _DATA_V2}:
            return np.empty(0, np.int64)
        count = int(page.says[1])
        if not 0 <= count <= MOST_ROWS:
            raise ChunkError(f"a page claims to have {count:,} rows")
        self._left -= count
        if page.kind == _DATA:
            body = self._unpacked(page).read()
            encoding, levels = page.says[2], b""
            if self._optional:
                size = 4 + int.from_bytes(body[:4], "little")
                levels, body = body[4:size], body[size:]
        else:
            size = page.says.get(5, 0) + page.says.get(6, 0)
            levels = _Part(self._stream, page.start, size).read()
            packed = page.says.get(7, True)
            rest = Page(page.start + size, page.kind, page.packed - size, page.size - size, {})
            body = (self._unpacked(rest) if packed else _Part(self._stream, rest.start, rest.packed)).read()
            encoding = page.says[4]
        there = hybrid(levels, 1, count) == 1 if self._optional else np.ones(count, np.bool_)
        rows = np.full(count, NULL, np.int64)
        rows[there] = self._places(body, encoding, int(np.count_nonzero(there)))
        return rows

    def _places(self, body: bytes, encoding: int, count: int) -> NDArray[np.int64]:
        """Positions in the dictionary; values that stand in the page itself are added to it."""
        if encoding in {_PLAIN_DICTIONARY, _RLE_DICTIONARY}:
            return hybrid(body[1:], body[0], count) if count else np.empty(0, np.int64)
        if encoding != _PLAIN:
            raise ChunkError(f"a page has encoding {encoding}, which columns of texts do not use")
        first = self._starts[-1]
        for values in self._values(io.BytesIO(body), count):
            self._keep(values)
        return np.arange(first, first + count)

    def _unpacked(self, page: Page) -> Readable:
        part = _Part(self._stream, page.start, page.packed)
        if not self._codec:
            return part
        if self._codec in _STREAMED:
            unpacked: Readable = pa.CompressedInputStream(pa.PythonFile(part, mode="r"), self._codec)
            return unpacked
        whole: Readable = pa.BufferReader(pa.Codec(self._codec).decompress(part.read(), page.size))
        return whole

    @staticmethod
    def _values(stream: Readable, count: int) -> Iterator[list[bytes]]:
        """Texts, each after its length, some :data:`BLOCK` bytes at a time."""
        pending, place, values, size = b"", 0, list[bytes](), 0
        for _ in range(count):
            while place + 4 > len(pending) or (
                place + 4 + int.from_bytes(pending[place : place + 4], "little") > len(pending)
            ):
                more = stream.read(max(BLOCK, len(pending)))
                if not more:
                    raise ChunkError("a page of texts is cut")
                pending, place = pending[place:] + more, 0
            length = int.from_bytes(pending[place : place + 4], "little")
            values.append(pending[place + 4 : place + 4 + length])
            place += 4 + length
            size += length
            if size >= BLOCK:
                yield values
                values, size = [], 0
        if values:
            yield values


class _Part(io.RawIOBase):
    """Some bytes of a stream that others read as well."""

    def __init__(self, stream: IO[bytes], start: int, length: int) -> None:
        super().__init__()
        self._stream = stream
        self._place = start
        self._end = start + length

    def read(self, size: int | None = -1, /) -> bytes:
        """Up to ``size`` bytes, all of them for -1."""
        left = self._end - self._place
        self._stream.seek(self._place)
        data = self._stream.read(left if size is None or size < 0 else min(size, left))
        self._place += len(data)
        return data

    def readable(self) -> bool:
        """Always."""
        return True


@contextmanager
def _understood() -> Iterator[None]:
    """Whatever a header says that cannot be is a :class:`ChunkError`."""
    try:
        yield
    except (LookupError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ChunkError(f"a page is not what the format says ({error!r})") from error


# Encodings ---------------------------------------------------------------------------------------------------------


def hybrid(content: bytes, width: int, count: int) -> NDArray[np.int64]:
    """The first ``count`` numbers of ``width`` bits that are written as runs and as packed groups of eight."""
    found: list[NDArray[np.int64]] = []
    place = 0
    if width == 0:
        return np.zeros(count, np.int64)
    if width > 32:
        raise ChunkError(f"numbers of {width} bits are none of a dictionary")
    while count > 0:
        head, place = _varint(content, place)
        if head & 1:
            length = (head >> 1) * width
            bits = np.unpackbits(np.frombuffer(content[place : place + length], np.uint8), bitorder="little")
            each = np.zeros((len(bits) // width, 32), np.uint8)
            each[:, :width] = bits[: len(each) * width].reshape(-1, width)
            numbers = np.packbits(each, axis=1, bitorder="little").view("<u4").reshape(-1).astype(np.int64)
        else:
            length = (width + 7) // 8
            value = int.from_bytes(content[place : place + length], "little")
            numbers = np.full(min(head >> 1, count), value, np.int64)
        if not len(numbers):
            raise ChunkError("a run of numbers is cut")
        place += length
        found.append(numbers[:count])
        count -= len(numbers)
    return np.concatenate(found) if found else np.empty(0, np.int64)


def page_at(stream: IO[bytes], place: int) -> Page:
    """The page whose header begins there."""
    size = 4096
    while True:
        stream.seek(place)
        content = stream.read(size)
        try:
            header, length = read_struct(content)
        except IndexError as error:
            if len(content) < size or size >= LONGEST_HEADER:
                raise ChunkError("a page header is cut") from error
            size *= 16
            continue
        kind = header.get(1)
        says = header.get({_DATA: 5, _DICTIONARY: 7, _DATA_V2: 8}.get(kind, 0) if kind is not None else 0, {})
        try:
            return Page(place + length, int(header[1]), int(header[3]), int(header[2]), says)
        except KeyError as error:
            raise ChunkError("a page header does not say how long the page is") from error


def read_struct(content: bytes, place: int = 0) -> tuple[Struct, int]:
    """A structure of Thrift's compact protocol by field number, and where it ends; :class:`IndexError` if it is cut."""
    fields: Struct = {}
    number = 0
    while (head := content[place]) != 0:
        place += 1
        if head >> 4:
            number += head >> 4
        else:
            number, place = _zigzag(content, place)
        fields[number], place = _read_value(content, place, head & 15)
    return fields, place + 1


def _read_value(content: bytes, place: int, kind: int) -> tuple[Any, int]:
    if kind in {1, 2}:
        return kind == 1, place
    if kind == 3:
        return content[place], place + 1
    if kind in {4, 5, 6}:
        return _zigzag(content, place)
    if kind == 7:
        return None, place + 8
    if kind == 8:
        length, place = _varint(content, place)
        if place + length > len(content):
            raise IndexError
        return content[place : place + length], place + length
    if kind in {9, 10}:
        return _read_list(content, place)
    if kind == 12:
        return read_struct(content, place)
    raise ChunkError(f"a header holds a value of kind {kind}")


def _read_list(content: bytes, place: int) -> tuple[list[Any], int]:
    head = content[place]
    place += 1
    count, kind = head >> 4, head & 15
    if count == 15:
        count, place = _varint(content, place)
    found = []
    for _ in range(count):
        if kind in {1, 2}:  # in a list a truth value is a byte of its own
            value, place = content[place] == 1, place + 1
        else:
            value, place = _read_value(content, place, kind)
        found.append(value)
    return found, place


def _varint(content: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = content[place]
        place += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, place
        shift += 7


def _zigzag(content: bytes, place: int) -> tuple[int, int]:
    value, place = _varint(content, place)
    return (value >> 1) ^ -(value & 1), place
