"""Days as people write them: which day of the calendar a text may mean."""

from __future__ import annotations

import re
from datetime import date

_ISO = re.compile(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?:[T ][\d:.+Z-]*)?")
_NUMBERS = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?: 0?0:00(?::00)?)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[. -]+([a-z]{3,9})[. ,-]+(\d{4})", re.IGNORECASE)
_MONTH_FIRST = re.compile(r"([a-z]{3,9})[. ]+(\d{1,2})[, ]+(\d{4})", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def possible_days(text: str) -> set[str]:
    """Each day of the calendar that the text may mean, as ISO dates."""
    return {day for day in _read(text) if day}


def _read(text: str) -> list[str]:
    """Each reading of the text, empty where there is no such day."""
    if match := _ISO.fullmatch(text):
        return [_day(*match.groups())]
    if match := _NUMBERS.fullmatch(text):
        first, sign, second, year = match.groups()
        return (
            [_day(year, second, first)]
            if sign == "."
            else [_day(year, second, first), _day(year, first, second)]
        )
    if match := _DAY_FIRST.fullmatch(text):
        return [_day(match[3], _month(match[2]), match[1])]
    if match := _MONTH_FIRST.fullmatch(text):
        return [_day(match[3], _month(match[1]), match[2])]
    return []


def _month(word: str) -> str:
    start = word[:3].casefold()
    return str(_MONTHS.index(start) + 1) if start in _MONTHS else "0"


def _day(year: str, month: str, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""
