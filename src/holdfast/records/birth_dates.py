"""Dates of birth as customer files write them, to the ISO form in which they are compared.

``08.12.1986`` is the eighth of December, ``12/25/1986`` can only be Christmas. ``08/12/1986`` is one day in London and another
in New York, so only its year is compared. What is no date at all is not compared, and both are told once a file.
"""

from __future__ import annotations

import re
from datetime import date

from holdfast.records.days import possible_days

_SHORT = re.compile(r"\d{4}(-\d{2})?")
_WHOLE = len("1986-12-08")
_NOTHING = {
    "",
    "-",
    "--",
    "?",
    "n/a",
    "na",
    "none",
    "null",
    "nan",
    "unknown",
    "0000-00-00",
    "00.00.0000",
    "00/00/0000",
}
"""What stands where no date is known."""


class BirthDates:
    """The dates of one file, with a count of what they leave open."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._unread: list[str] = []

    def read(self, text: str) -> str:
        """``YYYY-MM-DD``, ``YYYY-MM`` or ``YYYY``; empty when nothing is known or understood."""
        printed = text.strip()
        if len(printed) == _WHOLE and printed[4] == printed[7] == "-":  # nearly all
            try:
                return date.fromisoformat(printed).isoformat()
            except ValueError:
                pass
        if printed.casefold() in _NOTHING:
            return ""
        if _SHORT.fullmatch(printed):
            return printed
        days = possible_days(printed)
        if len(days) == 1:
            return days.pop()
        if days:
            self._open.append(printed)
            return days.pop()[:4]
        self._unread.append(printed)
        return ""

    def told(self) -> list[str]:
        """Sentences on what was left open."""
        found = []
        if self._open:
            count = (
                f"{len(self._open):,} dates of birth can be read"
                if len(self._open) > 1
                else "a date of birth can be read"
            )
            found.append(f"{count} day first or month first ({self._open[0]!r}); only the year is compared")
        if self._unread:
            count = (
                f"{len(self._unread):,} dates of birth are" if len(self._unread) > 1 else "a date of birth is"
            )
            found.append(f"{count} not understood ({self._unread[0]!r}) and not compared; write 1986-12-08")
        return found
