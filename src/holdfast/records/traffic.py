"""The table of traffic formats: one file each, one line each."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Protocol, cast

from holdfast.inputs.stream import CHUNK, chunks, open_input
from holdfast.model.errors import InputError
from holdfast.model.origin import Origin
from holdfast.records import flow_parquet, objects, tables, zeek
from holdfast.records.columns import Context, Counts, Reading
from holdfast.records.exports import export

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from holdfast.model.status import Problems
    from holdfast.model.traffic import TrafficBatch


class TrafficFormat(Protocol):
    """A module that reads one format."""

    def recognises(self, head: bytes) -> bool:
        """Whether the first bytes are of this format."""

    def read(self, stream: IO[bytes], context: Context) -> Iterator[TrafficBatch]:
        """The batches of a file."""


FORMATS: dict[str, TrafficFormat] = {
    "parquet": cast("TrafficFormat", flow_parquet),
    "export": cast("TrafficFormat", export),
    "zeek": cast("TrafficFormat", zeek),
    "json": cast("TrafficFormat", objects),
    "table": cast("TrafficFormat", tables),
}
"""Name, and the module that reads it; the first that recognises a file reads it."""


@dataclass(slots=True)
class TrafficFile:
    """One file being read; ``counts`` and ``problems`` are complete after the last batch."""

    name: str
    problems: Problems
    reading: Reading
    counts: Counts

    def batches(self) -> Iterator[TrafficBatch]:
        """Flows and names of the file; :class:`InputError` when it is no traffic or cannot be opened."""
        with open_input(self.name) as raw:
            stream = _Peeked(raw, self.name)
            context = Context(self.name, self.problems, self.counts, self.reading)
            yield from recognise(stream.head, self.name).read(stream.stream, context)


def open_traffic(path: str | Path, problems: Problems, reading: Reading) -> TrafficFile:
    """A file to be read."""
    return TrafficFile(str(path), problems, reading, Counts(str(path)))


def recognise(head: bytes, name: str) -> TrafficFormat:
    """The format of a file by its first bytes."""
    for candidate in FORMATS.values():
        if candidate.recognises(head):
            return candidate
    raise InputError(
        "is no traffic log that Holdfast knows" if head else "is empty",
        origin=Origin(name),
        advice="Formats are listed in the reference of `holdfast flows`",
    )


class _Peeked:
    """A stream whose first bytes were looked at."""

    def __init__(self, raw: IO[bytes], name: str) -> None:
        self.head = next(chunks(raw, name), b"")
        if raw.seekable():
            raw.seek(0)
            self.stream = raw
        else:
            self.stream = cast("IO[bytes]", io.BufferedReader(_Rejoined(self.head, raw), CHUNK))


class _Rejoined(io.RawIOBase):
    """The head, and then the rest of a pipe."""

    def __init__(self, head: bytes, raw: IO[bytes]) -> None:
        self._head = memoryview(head)
        self._raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override] # typeshed's Buffer has no slices
        if self._head:
            part = self._head[: len(buffer)]
            self._head = self._head[len(part) :]
        else:
            part = memoryview(self._raw.read(len(buffer)))
        buffer[: len(part)] = part
        return len(part)
