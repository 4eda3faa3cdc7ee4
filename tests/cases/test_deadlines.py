"""Deadlines: worked cases, and laws of counting business days."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.cases.deadlines import add_business_days, deadline, due_date, is_business_day
from holdfast.model.errors import UsageError

DAYS = st.dates(date(2015, 1, 1), date(2040, 12, 31))


def test_worked_cases(shared: Callable[[str], Path]) -> None:
    """Every published or recomputed case of report and record deadlines comes out to the day."""
    cases = json.loads(shared("deadlines/deadline_cases.json").read_text(encoding="utf-8"))
    assert len(cases) >= 9
    for case in cases:
        rule = case["rule"].removeprefix("31 CFR ").split()[0]
        event = next(
            case[key] for key in ("event", "holdings_as_of", "unblocked", "transaction") if key in case
        )
        expected = case.get("due") or case["keep_until_at_least"]
        assert due_date(rule, date.fromisoformat(event)).isoformat() == expected, case["id"]


def test_a_closure_moves_the_day() -> None:
    """A day of mourning in the period pushes the deadline on, over the holiday that follows."""
    event = date(2025, 1, 3)
    assert due_date("us-blocking-report", event) == date(2025, 1, 17)
    assert due_date("us-blocking-report", event, {date(2025, 1, 9)}) == date(2025, 1, 21)


@pytest.mark.parametrize(
    ("event", "due"),
    [
        (date(2026, 6, 30), date(2026, 9, 30)),
        (date(2026, 7, 1), date(2027, 9, 30)),
        (date(2025, 1, 3), date(2025, 9, 30)),
    ],
)
def test_annual_report_speaks_of_30_june(event: date, due: date) -> None:
    """Property blocked up to 30 June stands in that September's report, later property in the next one."""
    assert due_date("us-annual-report", event) == due


def test_leap_day_records_are_kept_long_enough() -> None:
    """Ten years after 29 February is 1 March, never a day too early."""
    assert due_date("us-records", date(2024, 2, 29)) == date(2034, 3, 1)


def test_new_year_observed_in_the_old_year() -> None:
    """31 December 2027 is the observed New Year's Day of 2028 and no business day."""
    assert not is_business_day(date(2027, 12, 31))


def test_unknown_rule_names_the_known_ones() -> None:
    """A misspelt rule is an error that lists the right ones."""
    with pytest.raises(UsageError, match="us-blocking-report"):
        deadline("us-blokking")


@settings(max_examples=60)
@given(DAYS, st.integers(1, 30))
def test_counting_is_exact(day: date, number: int) -> None:
    """Between the event and the due day lie exactly the business days counted, and the due day is one of them."""
    due = add_business_days(day, number)
    between = [day + timedelta(days=step) for step in range(1, (due - day).days + 1)]
    assert sum(is_business_day(d) for d in between) == number
    assert is_business_day(due)
