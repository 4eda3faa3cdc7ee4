"""Watches a folder for payment messages and decides each once, over any crash.

The journal is the record: one line a message, appended and forced to disk before it is shown, with the hash of the
file's content and the number of the message in it. A process that is killed at any moment leaves at worst half a line
at the end, which the next one cuts off; what has no line is decided again, what has one is not. Files are only read,
never moved: the folder belongs to whoever fills it.
"""

from __future__ import annotations

import hashlib
import os
import time
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Self

import orjson

from holdfast.app.payments.case import finish
from holdfast.cases.repeats import CaseBook, keys_of
from holdfast.inputs.stream import chunks
from holdfast.model.errors import InputError, StoreError, UsageError
from holdfast.model.origin import Origin
from holdfast.records.payments import find_payments, read_payments
from holdfast.screen.payments import decide

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from holdfast.screen.payments import Desk

_UNFINISHED = (".tmp", ".part", ".partial", ".filepart", ".crdownload", ".swp", "~")
"""Ends of the names of files that somebody is still writing."""


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """How a folder is watched."""

    folder: Path
    journal: Path
    interval: float = 0.5
    """Seconds between two looks at the folder."""
    once: bool = False
    """Decide what is there, and end."""


def watch(
    options: WatchOptions, desk: Desk, stop: Callable[[], bool] = lambda: False
) -> Iterator[dict[str, object]]:
    """The decision on each new message, after it stands in the journal; until ``stop`` says so."""
    if not options.folder.is_dir():
        raise UsageError("is no folder to watch", origin=Origin(str(options.folder)))
    with Journal(options.journal) as journal:
        folder = _Folder(options.folder)
        while not stop():
            quiet = True
            for file, digest in folder.settled(at_once=options.once):
                for row in _decide_file(file, digest, desk, journal):
                    quiet = False
                    yield row
                    if stop():
                        return
            if options.once:
                return
            if quiet:
                time.sleep(options.interval)


def _decide_file(file: Path, digest: str, desk: Desk, journal: Journal) -> Iterator[dict[str, object]]:
    name = str(file)
    for message in read_payments(file):
        if journal.has(digest, name, message.number):
            continue
        decision = finish(decide(message, desk), journal.book)
        row = {**decision.to_dict(), "content": digest, "keys": list(keys_of(message))}
        journal.append(row)
        yield row


class Journal:
    """The append-only record of what was decided; one process at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._done: set[tuple[str, str, int]] = set()
        self._stream: IO[bytes] | None = None
        self.book = CaseBook()
        """The cases of all payments in it."""

    def __enter__(self) -> Self:
        """Open, lock, read, and cut off half a line that a crash left."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        stream = self._path.open("a+b")
        try:
            _lock(stream, self._path)
            self._restore(stream)
        except BaseException:  # whatever happens, an interrupt too: the lock goes before the error does
            stream.close()
            raise
        self._stream = stream
        return self

    def __exit__(self, *_: object) -> None:
        """Close; the lock goes with it."""
        if self._stream is not None:
            self._stream.close()

    def has(self, digest: str, file: str, number: int) -> bool:
        """Whether that message of that content under that name was decided."""
        return (digest, file, number) in self._done

    def append(self, row: dict[str, object]) -> None:
        """Write a line and force it to disk; it counts from the moment this returns."""
        if self._stream is None:
            raise StoreError("is not open", origin=Origin(str(self._path)))
        self._stream.write(orjson.dumps(row, default=str) + b"\n")
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._enter(row)

    def _restore(self, stream: IO[bytes]) -> None:
        stream.seek(0)
        kept = 0
        for number, line in enumerate(stream, 1):
            if not line.endswith(b"\n"):
                break
            try:
                row = orjson.loads(line)
                self._enter(row)
            except (orjson.JSONDecodeError, KeyError, TypeError) as error:
                raise StoreError(
                    "is no journal of payments",
                    origin=Origin(str(self._path), number),
                    why=str(error),
                    advice="Name another with --journal; this one is left as it is",
                ) from error
            kept += len(line)
        stream.truncate(kept)
        stream.seek(0, os.SEEK_END)

    def _enter(self, row: dict[str, Any]) -> None:
        self._done.add((row["content"], row["file"], row["number"]))
        self.book.restore(
            tuple(row["keys"]), row["case"], f"{row['file']}#{row['number']} ({row['message_id']})"
        )


def _lock(stream: IO[bytes], path: Path) -> None:
    try:
        import fcntl
    except ImportError:  # Windows has no such lock; there, running one watcher is the user's care
        return
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise UsageError(
            "is in use by another watcher",
            origin=Origin(str(path)),
            advice="Stop that one, or give this one a journal of its own with --journal",
        ) from error


class _Folder:
    """Files of a folder that nobody is writing any more: unchanged between two looks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: dict[Path, tuple[int, int]] = {}
        self._given: dict[Path, tuple[int, int]] = {}

    def settled(self, *, at_once: bool) -> Iterator[tuple[Path, str]]:
        """New or changed files with the hash of their content."""
        for file in self._files():
            try:
                status = file.stat()
            except OSError:  # gone between two looks
                continue
            state = (status.st_size, status.st_mtime_ns)
            if self._given.get(file) == state:
                continue
            if not at_once and self._seen.get(file) != state:
                self._seen[file] = state
                continue
            digest = _hash(file)
            self._given[file] = state
            yield file, digest

    def _files(self) -> list[Path]:
        found = (item.path for item in find_payments([self._folder]))
        return [file for file in found if not file.name.endswith(_UNFINISHED)]


def _hash(file: Path) -> str:
    """Of the content as it is on disk; of the name when it cannot be read, which is then decided as unreadable."""
    digest = hashlib.sha256()
    try:
        with file.open("rb") as stream:
            for chunk in chunks(stream, str(file)):
                digest.update(chunk)
    except (OSError, InputError):
        digest.update(str(file).encode())
    return digest.hexdigest()
