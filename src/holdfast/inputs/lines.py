"""Lines of a stream, with a bound on their length and an honest account of their encoding.

UTF-8 is expected; UTF-16 with a byte order mark is understood; a line that is not UTF-8 is read as Windows-1252 and
noted, since that is what such lines nearly always are. A line above the bound is skipped and noted, and costs no
more memory than the bound.
"""

from __future__ import annotations

import codecs
from typing import IO, TYPE_CHECKING

from holdfast.inputs.stream import chunks
from holdfast.model.origin import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.model.status import Problems

LONGEST = 8 << 20
"""Bytes that one line may have."""


def read_lines(
    stream: IO[bytes], name: str, problems: Problems, longest: int = LONGEST
) -> Iterator[tuple[int, str]]:
    """Pairs of line number (from 1) and text without its line end.

    The last line needs no line end. A NUL byte is kept; what it means is the caller's business.
    """
    for number, line in split_lines(stream, name, problems, longest):
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            text = line.decode("cp1252", errors="replace")
            problems.add("is not UTF-8; read as Windows-1252", Origin(name, number), lost=False)
        yield number, text


def split_lines(
    stream: IO[bytes], name: str, problems: Problems, longest: int = LONGEST
) -> Iterator[tuple[int, bytes]]:
    """As :func:`read_lines`, without decoding: for formats whose own parser does that."""
    return _split(as_utf8(chunks(stream, name)), name, problems, longest)


def as_utf8(source: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces of a text without its byte order mark, recoded where that says UTF-16."""
    first = next(source, b"")
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        decoder = codecs.getincrementaldecoder("utf-16")(errors="replace")
        yield decoder.decode(first).encode("utf-8")
        for chunk in source:
            yield decoder.decode(chunk).encode("utf-8")
        return
    yield first.removeprefix(codecs.BOM_UTF8)
    yield from source


def _split(
    source: Iterator[bytes], name: str, problems: Problems, longest: int
) -> Iterator[tuple[int, bytes]]:
    number = 1
    rest = b""
    skipping = False
    for chunk in source:
        pieces = chunk.split(b"\n")
        pieces[0] = rest + pieces[0]
        rest = pieces.pop()
        for piece in pieces:
            if skipping or len(piece) > longest:
                _note_long(name, number, problems, longest)
                skipping = False
            else:
                yield number, piece.removesuffix(b"\r")
            number += 1
        if len(rest) > longest:
            skipping = True
        if skipping:
            rest = b""
    if skipping:
        _note_long(name, number, problems, longest)
    elif rest:
        yield number, rest.removesuffix(b"\r")


def _note_long(name: str, number: int, problems: Problems, longest: int) -> None:
    problems.add(f"is longer than {longest:,} bytes; skipped", Origin(name, number))
