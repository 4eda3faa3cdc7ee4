"""Dates as people write them in indicator lists: ``2023-10-04``, ``Dec 5, 2023 - Jan 3, 2024``, ``Feb. 7 – May 6 2022``."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_ISO = r"(?P<iso>\d{4}-\d{1,2}-\d{1,2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
_US = r"(?P<us>\d{1,2}/\d{1,2}/\d{4})"
_WORD = (
    r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sept|sep|oct|nov|dec)[a-z]*\.?"
    r"(?:\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?(?!\d))?(?:\s*,?\s*(?P<year>20\d{2}))?"
)
_DATE = re.compile(rf"(?<![\w/.])(?:{_ISO}|{_US}|{_WORD})(?!\w)", re.IGNORECASE)
_OPEN = re.compile(r"\b(present|ongoing|current|now)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dates:
    """A window, both ends inclusive and each possibly unknown, and the text without it."""

    first: str = ""
    last: str = ""
    rest: str = ""


def find_dates(text: str) -> Dates:
    """The first and the last date in a text; a single one is both, unless the text says that it goes on."""
    matches = list(_DATE.finditer(text))
    parts = [_parts(match) for match in matches]
    year = ""
    spans: list[tuple[str, str]] = []
    for kind, found_year, month, day in reversed(parts):  # a year is often written once, at the end
        year = found_year or year
        if kind == "word" and not year:
            continue
        span = _span(found_year or year, month, day)
        if span:
            spans.insert(0, span)
    rest = _DATE.sub(" ", text) if spans else text
    if not spans:
        return Dates(rest=rest)
    open_end = _OPEN.search(rest)
    if open_end:
        rest = _OPEN.sub(" ", rest)
    return Dates(spans[0][0], "" if open_end else spans[-1][1], rest)


def _parts(match: re.Match[str]) -> tuple[str, str, str, str]:
    if match["iso"]:
        return ("iso", *match["iso"].split("-"))
    if match["us"]:
        month, day, year = match["us"].split("/")
        return "us", year, month, day
    return "word", match["year"] or "", str(_MONTHS[match["month"].lower()]), match["day"] or ""


def _span(year: str, month: str, day: str) -> tuple[str, str] | None:
    """First and last day that the parts may mean."""
    if not 1 <= int(month) <= 12:
        return None
    length = calendar.monthrange(int(year), int(month))[1]
    if day and not 1 <= int(day) <= length:
        return None
    low, high = (int(day), int(day)) if day else (1, length)
    return f"{year}-{int(month):02}-{low:02}", f"{year}-{int(month):02}-{high:02}"
