"""Dates as lists print them, to the first and last day that they may mean.

``10 Dec 1948``, ``Aug 1946``, ``1946``, ``1951 to 1953``, ``circa 1979-1982``, ``1986-12-08``, ``08/12/1986``,
``dd/12/1986``, ``12/1986``. A circa date keeps its printed bounds; how much wider it is taken is the matcher's policy.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date

from holdfast.model.party import PartyDate


@dataclass(frozen=True, slots=True)
class Span:
    """First and last day, and whether the list says about."""

    low: date
    high: date
    circa: bool = False


_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_WORDS = re.compile(r"(?:(\d{1,2})\.? +)?(?:([A-Za-z]{3,9})\.?,? +)?(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:T[\d:.Z+-]*)?")
_SLASHED = re.compile(r"(\d{1,2}|dd)[/.-](\d{1,2}|mm)[/.-](\d{4})", re.IGNORECASE)
_MONTH = re.compile(r"(\d{1,2})/(\d{4})")
_CIRCA = re.compile(r"(?:circa|approximately|about|c\.|ca\.)\s*", re.IGNORECASE)
_RANGE = re.compile(r"(.+?)\s+(?:to|and)\s+(.+)|(\d{4})\s*[-–/]\s*(\d{4})")


def read_span(text: str) -> Span | None:
    """The span of a printed date, or ``None`` when it is not one of the known forms or no real day."""
    rest = text.strip().rstrip(".").strip()
    about = _CIRCA.match(rest)
    if about:
        rest = rest[about.end() :]
    rest = re.sub(r"^between\s+", "", rest, flags=re.IGNORECASE)
    span = _read_one(rest) or _read_range(rest)
    return replace(span, circa=True) if span and about else span


def first_day(text: str) -> str:
    """The first day that a printed date may mean, as an ISO date; empty when it is no date."""
    span = read_span(text)
    return span.low.isoformat() if span else ""


def read_date(kind: str, text: str) -> PartyDate | None:
    """A party's date of that kind, or ``None``."""
    span = read_span(text)
    if span is None:
        return None
    return PartyDate(kind, span.low.isoformat(), span.high.isoformat(), span.circa, text.strip().rstrip("."))


def _read_range(text: str) -> Span | None:
    pair = _RANGE.fullmatch(text)
    if not pair:
        return None
    first, last = _read_one(pair[1] or pair[3]), _read_one(pair[2] or pair[4])
    return Span(first.low, last.high) if first and last and first.low <= last.high else None


def _read_one(text: str) -> Span | None:
    if match := _WORDS.fullmatch(text):
        day, month, year = match.groups()
        number = _MONTHS.get(month[:3].lower()) if month else None
        if (month and number is None) or (day and not month):
            return None
        return _span(int(year), number, int(day) if day else None)
    if match := _ISO.fullmatch(text):
        return _span(*(int(part) if part else None for part in match.groups()))
    if match := _SLASHED.fullmatch(text):
        day, month, year = (int(part) if part.isdigit() else None for part in match.groups())
        return _span(year, month or None, day or None)
    if match := _MONTH.fullmatch(text):
        return _span(int(match[2]), int(match[1]), None)
    return None


def _span(year: int | None, month: int | None = None, day: int | None = None) -> Span | None:
    try:
        if not year:
            return None
        if not month:
            return Span(date(year, 1, 1), date(year, 12, 31))
        if not day:
            return Span(date(year, month, 1), date(year, month, monthrange(year, month)[1]))
        return Span(date(year, month, day), date(year, month, day))
    except ValueError:
        return None
