"""Opens an input for reading: a path, a ``.gz`` or ``.zst`` file, or ``-`` for standard input.

Decompression is streamed, so a small file that unpacks to terabytes costs no more memory than its longest line;
:func:`read_bounded` refuses inputs that a reader must hold whole and that are larger than it allows.
"""

from __future__ import annotations

import gzip
import io
import sys
import tarfile
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from holdfast.model.errors import InputError
from holdfast.model.origin import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNK = 1 << 20
"""Bytes read at a time."""
ARCHIVE_ERRORS = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    EOFError,
    OSError,  # a seek before the file
    RuntimeError,  # encrypted
    NotImplementedError,  # packed in an unknown way
    ValueError,  # a place below zero in the table of contents
)
"""What the standard library raises for an archive that is damaged, encrypted or of an unknown kind."""
_LINE_ENDS = (r"(b'\n')", r"(b'\r\n')")
"""How the error of the standard library ends that finds a line end where a packed member should begin."""
IN_MEMORY = 32 << 20
"""Bytes that are held in memory before they go to a temporary file."""


def open_input(path: str | Path) -> IO[bytes]:
    """A readable binary stream of the decompressed content; the caller closes it.

    Raises :class:`InputError` when the file is missing, a directory, or unreadable.
    """
    name = str(path)
    if name == "-":
        return sys.stdin.buffer
    try:
        raw = Path(path).open("rb")  # noqa: SIM115 - handed to the caller, who closes it
    except FileNotFoundError as error:
        raise InputError("no such file", origin=Origin(name), advice="Check the path") from error
    except IsADirectoryError as error:
        raise InputError(
            "is a directory, a file is needed", origin=Origin(name), advice="Name a file in it"
        ) from error
    except OSError as error:
        raise InputError("cannot be opened", origin=Origin(name), why=error.strerror or str(error)) from error
    if name.endswith(".gz"):
        raw.close()
        return cast("IO[bytes]", _Gzip(name))  # opened by name, so that closing it closes the file
    if name.endswith(".zst"):
        import zstandard

        return zstandard.ZstdDecompressor().stream_reader(raw, closefd=True, read_across_frames=True)
    return raw


class _Gzip(gzip.GzipFile):
    """A line end after the packed content is no damage; some tools leave one."""

    def read1(self, size: int = -1) -> bytes:
        """Some bytes, none at the end."""
        try:
            return super().read1(size)
        except gzip.BadGzipFile as error:
            if self.tell() and str(error).endswith(_LINE_ENDS):
                return b""
            raise

    def read(self, size: int | None = -1) -> bytes:
        """Up to ``size`` bytes, with what was unpacked before damage first; all of them for -1."""
        parts: list[bytes] = []
        left = -1 if size is None or size < 0 else size
        try:
            while left and (part := self.read1(left if left > 0 else CHUNK)):
                parts.append(part)
                left -= len(part) if left > 0 else 0
        except (OSError, EOFError, zlib.error):
            if not parts or left < 0:  # who asks for some bytes asks again, and gets the error then
                raise
        return b"".join(parts)


def read_bounded(path: str | Path, limit: int) -> bytes:
    """The whole content, at most ``limit`` bytes after decompression; :class:`InputError` beyond that."""
    name = str(path)
    parts: list[bytes] = []
    size = 0
    with open_input(path) as stream:
        for chunk in chunks(stream, name):
            size += len(chunk)
            if size > limit:
                raise InputError(
                    f"is larger than {limit:,} bytes when unpacked",
                    origin=Origin(name),
                    advice="Split it, or check that it is the file you meant",
                )
            parts.append(chunk)
    return b"".join(parts)


def chunks(stream: IO[bytes], name: str) -> Iterator[bytes]:
    """The stream in pieces of at most :data:`CHUNK` bytes; a damaged archive becomes an :class:`InputError`.

    What a damaged archive holds before the damage still comes.
    """
    read = getattr(stream, "read1", stream.read)  # read() of a cut gzip file gives nothing of its last piece
    while True:
        try:
            chunk = read(CHUNK)
        except Exception as error:  # zlib, zstd and the operating system each have their own tree
            raise InputError(
                "cannot be read to its end",
                origin=Origin(name),
                why=str(error),
                advice="Fetch the file again",
            ) from error
        if not chunk:
            return
        yield chunk


def suffix(path: str | Path) -> str:
    """The format suffix in lower case, without ``.gz`` or ``.zst``: ``.csv`` of ``a.CSV.gz``."""
    name = Path(str(path)).name.lower()
    for packed in (".gz", ".zst"):
        name = name.removesuffix(packed)
    return Path(name).suffix


def spooled(stream: IO[bytes], name: str, limit: int) -> IO[bytes]:
    """The content in memory where it is small, else in a temporary file; at most ``limit`` bytes."""
    kept = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - handed to the caller, who closes it
    size = 0
    for chunk in chunks(stream, name):
        size += len(chunk)
        if size > limit:
            raise InputError(f"is larger than {limit:,} bytes when unpacked", origin=Origin(name))
        kept.write(chunk)
    kept.seek(0)
    return cast("IO[bytes]", kept)


def as_seekable(stream: IO[bytes], name: str, limit: int) -> IO[bytes]:
    """The stream itself when it can seek, else its content in memory, at most ``limit`` bytes."""
    if stream.seekable() and not isinstance(stream, gzip.GzipFile):
        return stream
    buffer = io.BytesIO()
    for chunk in chunks(stream, name):
        if buffer.tell() + len(chunk) > limit:
            raise InputError(f"is larger than {limit:,} bytes when unpacked", origin=Origin(name))
        buffer.write(chunk)
    buffer.seek(0)
    return buffer
