"""Text for one cell of a CSV file that a spreadsheet may open."""

from __future__ import annotations

_STARTS = ("=", "+", "-", "@", "\t", "\r")


def defuse(cell: str) -> str:
    """The cell so that no spreadsheet runs it as a formula (OWASP, CSV injection); numbers stay as they are."""
    return "'" + cell if cell.startswith(_STARTS) and not _is_number(cell) else cell


def restore(cell: str) -> str:
    """The text of a cell that :func:`defuse` wrote."""
    return cell[1:] if cell.startswith("'") and defuse(cell[1:]) == cell else cell


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
