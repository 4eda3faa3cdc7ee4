"""The files of a folder, at any depth."""

from __future__ import annotations

import os
from pathlib import Path


def files_below(folder: Path) -> list[Path]:
    """Files in the order of their paths.

    A folder that may not be looked into stands for itself: whoever opens it says so, and it does not pass as empty.
    """
    found: list[Path] = []

    def keep_closed(error: OSError) -> None:
        found.append(Path(str(error.filename)))

    for place, _, names in os.walk(folder, onerror=keep_closed):
        found += (file for name in names if (file := Path(place, name)).is_file())
    return sorted(found)


def shown_below(folder: Path) -> list[Path]:
    """The same without files whose names begin with a dot, as systems and editors leave them."""
    return [file for file in files_below(folder) if not file.name.startswith(".")]


def has_file(path: str | Path) -> bool:
    """Whether there is anything to read: a file, a folder that holds one, or standard input."""
    if str(path) == "-":
        return True
    place = Path(path)
    return bool(files_below(place)) if place.is_dir() else place.exists()
