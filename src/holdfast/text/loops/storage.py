"""Where machine code is kept: files that count only if they are whole, of the right key, and nobody else's work."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

_DIGEST = 32


def folder_for(source: Path) -> Path | None:
    """A folder that is this user's to write in and not everybody's: Python's own beside the source, or of the user's caches."""
    caches = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "holdfast" / "loops"
    for folder in (source.parent / "__pycache__", caches):
        with suppress(OSError, RuntimeError):  # RuntimeError: of a user without a home
            found = folder.expanduser()
            found.mkdir(mode=0o700, parents=True, exist_ok=True)
            if _is_own(found.stat(), stat.S_IWOTH) and os.access(found, os.W_OK):
                return found
    return None


def keep(content: bytes, path: Path, key: bytes) -> None:
    """Write a file, at once and whole. Raises ``OSError``."""
    number, working = tempfile.mkstemp(prefix=".", suffix=path.suffix, dir=path.parent)
    with os.fdopen(number, "wb") as file:
        file.write(_digest(key, content) + content)
    Path(working).replace(path)


def find(path: Path, key: bytes) -> bytes | None:
    """What a sound file of that key has."""
    with suppress(OSError), path.open("rb") as file:
        if _is_own(os.fstat(file.fileno()), stat.S_IWOTH | stat.S_IWGRP):
            digest, content = file.read(_DIGEST), file.read()
            if digest == _digest(key, content):
                return content
    return None


def _is_own(about: os.stat_result, others: int) -> bool:
    """Whether it is this user's, or of the owner of the package, and ``others`` have no such right to it."""
    if not hasattr(os, "geteuid"):  # Windows, where what lies in a user's folders is the user's
        return True
    return about.st_uid in {os.geteuid(), Path(__file__).stat().st_uid} and not about.st_mode & others


def _digest(key: bytes, content: bytes) -> bytes:
    return blake2b(content, key=key, digest_size=_DIGEST).digest()
