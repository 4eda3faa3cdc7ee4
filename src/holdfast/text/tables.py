"""Reads the word lists of this room: comma-separated, ``#`` for remarks, several spellings in a cell by ``|``."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of the table ``data/NAME.csv``, in order."""
    content = files("holdfast.text.data").joinpath(f"{name}.csv").read_text(encoding="utf-8")
    lines = [line for line in content.splitlines() if line.strip() and not line.startswith("#")]
    return tuple(csv.DictReader(lines))


def spellings(cell: str) -> tuple[str, ...]:
    """The alternatives of one cell."""
    return tuple(part.strip() for part in cell.split("|") if part.strip())
