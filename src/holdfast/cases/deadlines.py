"""When a report is due and how long a record is kept: the rules of ``deadlines.toml`` on a calendar of business days.

31 CFR part 501 speaks of business days and defines no calendar. The US federal holidays are taken, and closures by
executive order (a day of mourning, 24 December in some years) are a setting, since they move a deadline by a day.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from holdfast.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet


@dataclass(frozen=True, slots=True)
class Deadline:
    """One rule of the table."""

    id: str
    """``us-blocking-report``."""
    title: str
    """What is to be done."""
    basis: str
    """Section of the regulation."""
    unit: str
    """``business-days``, ``years`` or ``yearly``."""
    number: int = 0
    """How many."""
    day: str = ""
    """Month and day of a yearly duty: ``09-30``."""
    as_of: str = ""
    """Month and day for which a yearly report speaks."""
    calendar: str = ""
    """Which holidays: ``us-federal``."""
    grade: str = ""
    """How well the rule is known: ``P``, ``S``, ``D`` or ``R``."""

    def due(self, event: date, closures: AbstractSet[date] = frozenset()) -> date:
        """The last day, for an event (block, rejection, release, transaction) on that day."""
        if self.unit == "business-days":
            return add_business_days(event, self.number, closures)
        if self.unit == "years":
            return _years_later(event, self.number)
        return self._next_yearly(event)

    def _next_yearly(self, event: date) -> date:
        """The report that is the first to speak of a day on or after the event."""
        year = event.year if event <= _day_of(event.year, self.as_of) else event.year + 1
        return _day_of(year, self.day)


def due_date(rule: str, event: date, closures: AbstractSet[date] = frozenset()) -> date:
    """The last day that a rule allows after an event.

    ``rule`` is an id of ``deadlines.toml`` or a section number (``501.604``); ``closures`` are further days on which
    federal offices were closed. Raises :class:`UsageError` for an unknown rule.
    """
    return deadline(rule).due(event, closures)


def deadline(rule: str) -> Deadline:
    """The rule with that id or section number."""
    table = _table()
    wanted = table["names"].get(rule.removeprefix("31 CFR ").strip(), rule)
    if wanted not in table["rules"]:
        raise UsageError(f"there is no deadline rule {rule!r}", advice=f"Known: {', '.join(table['rules'])}")
    return Deadline(wanted, **table["rules"][wanted])


def add_business_days(day: date, number: int, closures: AbstractSet[date] = frozenset()) -> date:
    """The business day so many business days after a day that itself is not counted."""
    left = number
    while left:
        day += timedelta(days=1)
        left -= is_business_day(day, closures)
    return day


def is_business_day(day: date, closures: AbstractSet[date] = frozenset()) -> bool:
    """Neither a weekend, nor a US federal holiday or the weekday on which it is observed, nor a closure."""
    return day.weekday() < 5 and day not in closures and day not in _federal_holidays(day.year)


@cache
def _federal_holidays(year: int) -> frozenset[date]:
    import holidays

    # 1 January that falls on a Saturday is observed in the year before.
    return frozenset(holidays.country_holidays("US", years=(year, year + 1), observed=True))


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 3, 1)


def _day_of(year: int, month_and_day: str) -> date:
    return date.fromisoformat(f"{year}-{month_and_day}")


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("holdfast.cases").joinpath("deadlines.toml").read_text(encoding="utf-8"))
