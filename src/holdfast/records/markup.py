"""XML bytes to message trees: whole files, wrapped messages, and streams of many documents one after another.

A file that is one well-formed document is parsed at once. Anything else (several documents in a row, a stream larger
than memory should hold, a file with one broken message in it) is cut at the ends of its ``Document`` elements, and each
piece is parsed by itself, so that a broken one never takes another with it.

The input is hostile: a document type declaration is refused before anything is expanded, nothing is fetched, depth
and text are bounded by libxml2, and a single message by :data:`LARGEST_MESSAGE`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

LARGEST_MESSAGE = 16 << 20
"""Bytes that one message may have."""
LARGEST_WHOLE = 8 << 20
"""Bytes of a file that is parsed at once; larger ones are cut first."""

_NAME = rb"(?:[A-Za-z_][\w.-]*:)?"
_START = re.compile(rb"<" + _NAME + rb"(?:AppHdr|Document)[\s>]")
_DOCUMENT = re.compile(rb"<" + _NAME + rb"Document[\s>]")
_END = re.compile(rb"</" + _NAME + rb"Document\s*>")
_HEADER = re.compile(rb"<(" + _NAME + rb"AppHdr)[\s>].*?</\1\s*>", re.DOTALL)
_BETWEEN = re.compile(rb"(?:\s+|<\?[^>]*\?>|<!--(?:(?!-->).)*-->|</?[\w:.-]+(?:\s[^<>]*)?>)*+", re.DOTALL)
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.-]+)[\"']")
_DECLARATION = re.compile(rb"<\?xml\s[^>]*\?>\s*")
_ENCODINGS = frozenset(
    {"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin1", "iso-8859-15", "windows-1252", "cp1252"}
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One message's part of a file."""

    data: bytes
    tree: _Element | None
    """Root of the parsed part; None when nothing of it could be parsed."""
    broken: str = ""
    """Why it is not whole, when it is not; ``tree`` is then what could be rescued."""


def read_pieces(source: Iterator[bytes]) -> Iterator[Piece]:
    """The messages of a stream of UTF-8 (or declared) XML, in order."""
    head = bytearray()
    for chunk in source:
        head += chunk
        if len(head) > LARGEST_WHOLE:
            yield from _cut(bytes(head), source)
            return
    data = _bare(bytes(head))
    try:
        tree = parse(data)
    except MarkupError as error:
        if error.final or _END.search(data) is None:
            yield Piece(data, _rescue(data), str(error))
            return
        yield from _cut(data, iter(()))
        return
    # A message is the same alone in its file and among others, where it has no declaration of its own.
    declared = _DECLARATION.match(data)
    yield Piece(data[declared.end() if declared else 0 :].rstrip(), tree)


def _bare(data: bytes) -> bytes:
    """Without a byte order mark and blanks before it, behind which no XML declaration may stand."""
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()


class MarkupError(Exception):
    """The bytes are not XML that is read here."""

    def __init__(self, says: str, *, final: bool = False) -> None:
        super().__init__(says)
        self.final = final
        """Whether cutting the file into pieces cannot help."""


def parse(data: bytes) -> _Element:
    """The root element; :class:`MarkupError` for anything malformed or dangerous."""
    if b"<!DOCTYPE" in data:
        raise MarkupError("has a document type declaration, which may hide entities; refused", final=True)
    try:
        root = etree.fromstring(data, _parser())
    except etree.XMLSyntaxError as error:
        raise MarkupError(f"is not well-formed XML: {error.msg}") from error
    if root.getroottree().docinfo.internalDTD is not None:  # hidden by an encoding that the search cannot see
        raise MarkupError("has a document type declaration, which may hide entities; refused", final=True)
    return root


@cache
def _parser(*, recover: bool = False) -> etree.XMLParser:
    return etree.XMLParser(
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )


def _rescue(data: bytes) -> _Element | None:
    """What can still be read of a broken message, so that a hit in it is seen; the message is held in any case."""
    if b"<!DOCTYPE" in data or b"<" not in data:
        return None
    try:
        root = etree.fromstring(data, _parser(recover=True))
    except etree.XMLSyntaxError:
        return None
    if root is None or root.getroottree().docinfo.internalDTD is not None:
        return None
    return root


def split_markup(source: Iterator[bytes]) -> Iterator[tuple[bytes, str]]:
    """A stream cut behind each ``Document``, with whatever stands before it; a part that is not to be read has a reason.

    No more than a message and a chunk are held at a time.
    """
    buffer = bytearray()
    searched = 0
    skipping = False
    for chunk in source:
        buffer += chunk
        while (found := _END.search(buffer, max(0, searched - 64))) is not None:
            part = bytes(buffer[: found.end()])
            del buffer[: found.end()]
            searched = 0
            if not skipping:
                yield part, ""
            skipping = False
        searched = len(buffer)
        if searched > LARGEST_MESSAGE:
            if not skipping:
                yield bytes(buffer[:200]), f"is larger than {LARGEST_MESSAGE:,} bytes; not read"
            skipping = True
            del buffer[:-64]
            searched = 0
    if not skipping and not _BETWEEN.fullmatch(buffer):
        yield bytes(buffer), "ends before the message does"


def _cut(head: bytes, source: Iterator[bytes]) -> Iterator[Piece]:
    """Pieces that end with a ``Document``; what stands between them must be nothing but wrapping."""
    encoding = declared_encoding(head)
    if encoding not in _ENCODINGS:
        yield Piece(
            head[:200], None, f"is declared as {encoding}, which is not read in a file of many messages"
        )
        return
    for part, problem in split_markup(chain((head,), source)):
        if problem:
            yield _broken(part, problem)
        else:
            yield from _pieces_of(part, encoding)


def declared_encoding(head: bytes) -> str:
    """As the XML declaration says; UTF-8 without one."""
    declared = _DECLARED.match(head)
    return declared.group(1).decode().lower() if declared else "utf-8"


def _pieces_of(part: bytes, encoding: str) -> Iterator[Piece]:
    """The message that ends the part, after any that broke off before it."""
    documents = [match.start() for match in _DOCUMENT.finditer(part)]
    starts = [match.start() for match in _START.finditer(part)]
    if not documents:
        yield _broken(part, "a Document ends that never began")
        return
    last = documents[-1]
    headers = [start for start in starts if start < last and (len(documents) == 1 or start > documents[-2])]
    begin = headers[0] if headers else last
    before = part[:begin]
    if not _BETWEEN.fullmatch(before):
        yield _broken(before, "breaks off before the next message begins")
    header = _HEADER.search(part, begin, last)
    body = (header.group(0) if header else b"") + part[last:]
    if headers and header is None:
        yield _broken(part[begin:], "has a header that is not closed")
        return
    text = body
    if encoding not in {"utf-8", "utf8"}:
        text = body.decode(encoding, errors="replace").encode()
    try:
        tree = parse(b"<stream>" + text + b"</stream>")
    except MarkupError as error:
        yield _broken(body, str(error))
        return
    yield Piece(body, tree)


def _broken(data: bytes, says: str) -> Piece:
    if len(data) > LARGEST_MESSAGE:
        return Piece(data[:200], None, f"is larger than {LARGEST_MESSAGE:,} bytes; not read")
    start = _START.search(data)
    return Piece(data, _rescue(data[start.start() :] if start else data), says)
