"""Lines of a stream, with a bound on their length and an honest account of their encoding.

UTF-8 is expected; UTF-16 is understood; lines that are not UTF-8 are read as Windows-1252 and
noted once a file, since that is what such lines nearly always are. A line above the bound is skipped and noted, and costs no
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
    repaired = 0
    for number, line in split_lines(stream, name, problems, longest):
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            text = line.decode("cp1252", errors="replace")
            repaired += 1
            if repaired == 1:
                problems.add("is not UTF-8; read as Windows-1252", Origin(name, number), lost=False)
        yield number, text
    if repaired > 1:
        more = "another line is" if repaired == 2 else f"{repaired - 1:,} more lines are"
        problems.add(f"{more} not UTF-8; read as Windows-1252", Origin(name), lost=False)


def split_lines(
    stream: IO[bytes], name: str, problems: Problems, longest: int = LONGEST
) -> Iterator[tuple[int, bytes]]:
    """As :func:`read_lines`, without decoding: for formats whose own parser does that."""
    return _split(as_utf8(chunks(stream, name)), name, problems, longest)


def as_utf8(source: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces of a text without its byte order mark, recoded where that, or zero beside each of its first letters, says UTF-16."""
    first = next(source, b"")
    if coding := _utf16(first):
        decoder = codecs.getincrementaldecoder(coding)(errors="replace")
        yield decoder.decode(first).encode("utf-8")
        for chunk in source:
            yield decoder.decode(chunk).encode("utf-8")
        return
    yield first.removeprefix(codecs.BOM_UTF8)
    yield from source


def _utf16(start: bytes) -> str:
    """The coding, where the text begins as UTF-16 does with plain letters; empty for any other."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    first = start[:_LETTERS]
    if len(first) == _LETTERS:
        if not any(first[1::2]) and all(first[::2]):
            return "utf-16-le"
        if not any(first[::2]) and all(first[1::2]):
            return "utf-16-be"
    return ""


_LETTERS = 8
"""Bytes of a start that tell UTF-16 without its mark."""


def _split(
    source: Iterator[bytes], name: str, problems: Problems, longest: int
) -> Iterator[tuple[int, bytes]]:
    number = 1
    rest = b""
    skipping = False
    end = b""
    for chunk in source:
        end = end or (
            b"\r" if b"\r" in chunk[:-1] and b"\n" not in chunk else b"\n"
        )  # spreadsheets of old Macs
        pieces = chunk.split(end)
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
