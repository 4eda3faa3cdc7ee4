"""Payment messages of any format: a file, or all that lie in a folder, to :class:`PaymentMessage`.

The format is told by the first bytes: ``<`` is ISO 20022, a block brace or a tag is SWIFT FIN. What is neither is a
message that could not be read, and so is never passed.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from holdfast.inputs.folder import files_below
from holdfast.inputs.stream import chunks, open_input, suffix
from holdfast.model.errors import InputError
from holdfast.model.payment import PaymentMessage
from holdfast.records.fin import read_fin, split_fin
from holdfast.records.iso20022 import read_iso20022
from holdfast.records.markup import declared_encoding, split_markup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

SUFFIXES = frozenset(
    {
        "",
        ".xml",
        ".txt",
        ".fin",
        ".rje",
        ".mt",
        ".mx",
        ".swift",
        ".dos",
        ".prt",
        ".out",
        ".in",
        ".msg",
        ".iso",
        ".dat",
    }
)
"""Ends of names that a folder's payment messages have; other files of a folder are left out and named."""

_SNIFFED = 4096
_BLANK = b" \t\r\n$\x01\x03\x00"
_FIN = re.compile(rb"\{[1-5S]:|^:\d\d[A-Z]?:", re.MULTILINE)
_MARKUP = re.compile(rb"<[?!/]?[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Found:
    """A file of a folder, and why it is left out, if it is."""

    path: Path
    left_out: str = ""


def find_payments(paths: Iterable[str | Path]) -> Iterator[Found]:
    """The files named, and those of the folders named, sorted; ``-`` is standard input.

    A file named by itself is always read. In a folder, a file is left out when its name has another end than messages
    have, or when it is plain prose without a trace of a message (a licence, a note); anything doubtful is read, and
    held if it cannot be.
    """
    for path in paths:
        place = Path(path)
        if str(path) == "-" or not place.is_dir():
            yield Found(place)
            continue
        for file in files_below(place):
            if any(part.startswith(".") for part in file.relative_to(place).parts):
                continue
            if file.is_dir():  # it cannot be looked into
                yield Found(file)
            elif suffix(file) not in SUFFIXES:
                yield Found(file, f"its name ends in {suffix(file)}, which no message has")
            elif _is_prose(file):
                yield Found(file, "it is plain text without a trace of a message")
            else:
                yield Found(file)


def _is_prose(path: Path) -> bool:
    try:
        with open_input(path) as stream:
            head = stream.read(_SNIFFED * 8)
    except (InputError, OSError, EOFError, ValueError):  # a damaged archive is read, and held
        return False
    if not head.strip() or _FIN.search(head) or _MARKUP.search(head):
        return False
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            return False
        text = head[: error.start].decode("utf-8")
    words = text.split()
    return len(words) > 40 and all(char.isprintable() or char in "\n\r\t\f" for char in text)


def read_payments(path: str | Path) -> Iterator[PaymentMessage]:
    """The messages of one file, in order; whatever goes wrong is a message that could not be read."""
    name = str(path)
    count = 0
    try:
        with open_input(path) as stream:
            for message in read_stream(stream, name):
                count += 1
                yield message
    except InputError as error:
        yield unreadable(name, count + 1, f"{error.what}{f' ({error.why})' if error.why else ''}")
        return
    if not count:
        yield unreadable(name, 1, "is empty")


def read_bytes(data: bytes, name: str) -> Iterator[PaymentMessage]:
    """The messages of some bytes: for a queue, an interface, a test."""
    yield from _reader(data[:_SNIFFED])(iter((data,)), name)


def read_stream(stream: IO[bytes], name: str) -> Iterator[PaymentMessage]:
    """The messages of an open stream."""
    source = chunks(stream, name)
    head = next(source, b"")
    while head and len(head) < _SNIFFED and (more := next(source, None)):
        head += more
    if not head.strip(_BLANK):
        return
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head, source = b"", _from_utf16(head, source)
        head = next(source, b"")
    yield from _reader(head[:_SNIFFED])(_chain(head, source), name)


def split_payments(path: str | Path) -> Iterator[bytes | PaymentMessage]:
    """One large file in raw pieces of a message each, for :func:`read_bytes` in another process.

    What cannot be cut apart comes as a message that could not be read, and a file in a format or encoding that is only
    read whole, as one piece.
    """
    name = str(path)
    try:
        with open_input(path) as stream:
            source = chunks(stream, name)
            head = next(source, b"")
            reader = _reader(head[:_SNIFFED])
            if (
                reader is read_iso20022
                and declared_encoding(head) in {"utf-8", "utf8"}
                and head[:1] not in b"\xff\xfe"
            ):
                parts: Iterator[tuple[bytes, str]] = split_markup(_chain(head, source))
            elif reader is read_fin:
                parts = split_fin(_chain(head, source))
            else:
                parts = iter([(b"".join(_chain(head, source)), "")])
            for part, problem in parts:
                yield unreadable(name, 1, problem) if problem else part
    except InputError as error:
        yield unreadable(name, 1, f"{error.what}{f' ({error.why})' if error.why else ''}")


def unreadable(name: str, number: int, says: str) -> PaymentMessage:
    """A message of which nothing is known but that it is there."""
    digest = hashlib.sha256(f"{name}\0{number}\0{says}".encode()).hexdigest()
    return PaymentMessage(name, number, "", "", broken=(says,), digest=digest)


def _reader(head: bytes) -> Callable[[Iterator[bytes], str], Iterator[PaymentMessage]]:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip(_BLANK)
    if start.startswith(b"<"):
        return read_iso20022
    if _FIN.search(head):
        return read_fin
    return read_iso20022 if _MARKUP.search(head) else _read_unknown


def _read_unknown(source: Iterator[bytes], name: str) -> Iterator[PaymentMessage]:
    digest = hashlib.sha256()
    for chunk in source:
        digest.update(chunk)
    says = "is neither ISO 20022 XML nor SWIFT FIN"
    yield PaymentMessage(name, 1, "", "", broken=(says,), digest=digest.hexdigest())


def _chain(head: bytes, source: Iterator[bytes]) -> Iterator[bytes]:
    yield head
    yield from source


def _from_utf16(head: bytes, source: Iterator[bytes]) -> Iterator[bytes]:
    """The stream as UTF-8, without the declaration that says otherwise."""
    import codecs

    decoder = codecs.getincrementaldecoder("utf-16")(errors="replace")
    first = decoder.decode(head)
    yield re.sub(r"^\s*<\?xml[^>]*\?>", "", first).encode()
    for chunk in source:
        yield decoder.decode(chunk).encode()
