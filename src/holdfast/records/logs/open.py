"""From paths to events: folders are walked, archives opened, and the format of each file recognised by its content."""

from __future__ import annotations

import io
import tarfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from holdfast.inputs.folder import shown_below
from holdfast.inputs.stream import ARCHIVE_ERRORS, open_input, spooled
from holdfast.model.errors import InputError
from holdfast.model.origin import Origin
from holdfast.model.status import Problems, RunStatus
from holdfast.records.logs.block import gather
from holdfast.records.logs.formats import LARGEST_MEMBER, recognise
from holdfast.records.logs.parquet import MAGIC as PARQUET
from holdfast.records.logs.parquet import read_parquet
from holdfast.records.logs.sorting import Sorter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from holdfast.model.event import Events
    from holdfast.model.progress import Progress
    from holdfast.records.logs.block import Record

DEEPEST = 2
"""Archives within archives that are opened."""
HEAD = 65536
"""Bytes by which a format is recognised."""
_ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.zst")
_NOT_LOGS = {".yml", ".yaml", ".md", ".toml", ".py", ".png", ".pdf", ".html"}


@dataclass(slots=True)
class Logs:
    """Reads the events of many files, and keeps an account of each."""

    paths: tuple[str, ...]
    progress: Progress
    statuses: list[RunStatus] = field(default_factory=list)
    """How each file ended, once it was read."""
    events: int = 0
    _sorter: Sorter = field(default_factory=Sorter)
    _columnar: dict[str, IO[bytes] | None] = field(default_factory=dict)
    """Files in columns, which are read after the others; with their content where they are packed."""

    def blocks(self) -> Iterator[Sequence[Events]]:
        """Events by kind, some ten thousand at a time, over all files; those in columns come last."""
        yield from gather(self._files())
        for name, kept in self._columnar.items():
            yield from self._in_columns(name, kept)

    def _in_columns(self, name: str, kept: IO[bytes] | None) -> Iterator[Sequence[Events]]:
        count = 0
        try:
            with kept or open_input(name) as stream:
                for blocks in read_parquet(stream, name, self._sorter):
                    count += sum(len(block) for block in blocks)
                    yield blocks
                    del blocks  # before the next are read
        except InputError as error:
            self._failed(name, error)
            return
        finally:
            self.events += count
        self.statuses.append(RunStatus.of("records.logs", name, Problems(), {"events": count}))

    def _files(self) -> Iterator[tuple[str, Iterator[Record]]]:
        """Every file that is read, by name and with its events; what cannot be read becomes a status."""
        files = [file for path in self.paths for file in files_of(path)]
        self.progress.start("reading logs", len(files))
        for file, named in files:
            yield from self._file(file, named=named)
            self.progress.advance()

    def _file(self, name: str, *, named: bool) -> Iterator[tuple[str, Iterator[Record]]]:
        try:
            if name.lower().endswith(_ARCHIVES):
                yield from self._archive(name)
                return
            with open_input(name) as stream:
                yield from self._stream(stream, name, named=named)
        except InputError as error:
            self._failed(name, error)

    def _stream(self, stream: IO[bytes], name: str, *, named: bool) -> Iterator[tuple[str, Iterator[Record]]]:
        problems = Problems()
        peeked = Peeked(stream, name)
        if peeked.head.startswith(PARQUET):
            here = Path(name).is_file() and not name.lower().endswith((".gz", ".zst"))
            self._columnar[name] = None if here else spooled(cast("IO[bytes]", peeked), name, LARGEST_MEMBER)
            return
        reader = recognise(peeked.head, name)
        if reader is None:
            if named:
                self.statuses.append(
                    RunStatus.failure("records.logs", name, "is in no format of logs that Holdfast knows")
                )
            return
        counted = Counted(reader(cast("IO[bytes]", peeked), name, self._sorter, problems), name, problems)
        yield name, iter(counted)
        self.events += counted.count
        self.statuses.append(RunStatus.of("records.logs", name, problems, {"events": counted.count}))

    def _archive(self, name: str) -> Iterator[tuple[str, Iterator[Record]]]:
        with open_input(name) as stream:
            yield from self._members(stream, name, 1)

    def _members(self, stream: IO[bytes], name: str, depth: int) -> Iterator[tuple[str, Iterator[Record]]]:
        try:
            for inner, member in members(stream, name):
                yield from self._member(member, inner, f"{name}!{inner}", depth)
        except InputError as error:
            self._failed(name, error)
        except ARCHIVE_ERRORS as error:
            self._failed(name, InputError("cannot be unpacked", why=str(error)))

    def _member(
        self, member: IO[bytes], inner: str, place: str, depth: int
    ) -> Iterator[tuple[str, Iterator[Record]]]:
        """One member of an archive; a damaged one is named, and the others are read."""
        try:
            if inner.lower().endswith(_ARCHIVES):
                if depth >= DEEPEST:
                    self._failed(place, InputError("is an archive nested too deeply to be opened"))
                    return
                with spooled(member, place, LARGEST_MEMBER) as packed:
                    yield from self._members(packed, place, depth + 1)
            elif Path(inner).suffix.lower() not in _NOT_LOGS:
                yield from self._stream(member, place, named=True)
        except InputError as error:
            self._failed(place, error)

    def _failed(self, name: str, error: InputError) -> None:
        reason = error.what + (f" ({error.why})" if error.why else "")
        self.statuses.append(RunStatus.failure("records.logs", name, reason))


class Counted:
    """The events of one file, counted; one that cannot be read to its end gives what came before."""

    def __init__(self, records: Iterator[Record], name: str, problems: Problems) -> None:
        self._records = records
        self._name = name
        self._problems = problems
        self.count = 0

    def __iter__(self) -> Iterator[Record]:
        count = 0
        try:
            for count, record in enumerate(self._records, 1):  # noqa: B007 - the last count is what is wanted
                yield record
        except InputError as error:
            says = f"{error.what} ({error.why}); what was read before stands"
            self._problems.add(says, error.origin or Origin(self._name))
        finally:
            self.count = count


def files_of(path: str) -> list[tuple[str, bool]]:
    """Files at or below a path in order of their names, each with whether the user named it itself."""
    if path == "-":
        return [("-", True)]
    place = Path(path)
    if not place.is_dir():
        return [(path, True)]
    return [(str(inner), False) for inner in shown_below(place) if inner.suffix.lower() not in _NOT_LOGS]


def members(stream: IO[bytes], name: str) -> Iterator[tuple[str, IO[bytes]]]:
    """Members of a zip or tar archive as streams, in their order; nothing is written to disk."""
    if name.lower().endswith(".zip"):
        content = stream if stream.seekable() else spooled(stream, name, LARGEST_MEMBER)
        with zipfile.ZipFile(content) as archive:
            for entry in archive.infolist():
                if not entry.is_dir():
                    with archive.open(entry) as member:
                        yield entry.filename, member
        return
    with tarfile.open(fileobj=stream, mode="r|*") as tape:
        for item in tape:
            extracted = tape.extractfile(item) if item.isfile() else None
            if extracted is not None:
                yield item.name, extracted


class Peeked(io.RawIOBase):
    """A stream whose start was looked at and is read again; bounded, since archives can unpack to anything."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        super().__init__()
        self._stream = stream
        self._name = name
        self._read = 0
        self.head = _read_some(stream, HEAD)
        self._rest = self.head

    def read(self, size: int | None = -1) -> bytes:
        """Up to ``size`` bytes, all of them for -1."""
        if size is None or size < 0:
            return self._rest_of_all()
        if self._rest:
            part, self._rest = self._rest[:size], self._rest[size:]
            return part
        part = self._stream.read(size)
        self._read += len(part)
        if self._read > LARGEST_MEMBER and "!" in self._name:
            raise InputError(f"unpacks to more than {LARGEST_MEMBER:,} bytes", origin=Origin(self._name))
        return part

    def _rest_of_all(self) -> bytes:
        parts = []
        while part := self.read(1 << 20):
            parts.append(part)
        return b"".join(parts)

    def readable(self) -> bool:
        """Always."""
        return True


def _read_some(stream: IO[bytes], size: int) -> bytes:
    try:
        return stream.read(size)
    except Exception as error:  # each archive format has its own tree of errors
        raise InputError("cannot be read", why=str(error)) from error
