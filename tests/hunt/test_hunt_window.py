"""Windows of time that are not held find what windows that are held would find."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.hunt import window
from holdfast.hunt.window import (
    Conditions,
    Different,
    DifferentRules,
    Found,
    Measure,
    Occurrence,
    Sum,
    anchored,
    holds,
    sliding,
)
from holdfast.model.origin import Origin

TIMES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 4), st.integers(0, 2)), max_size=60).map(sorted)
MEASURES = {
    Measure: len,
    Different: lambda inside: len({one.number for one in inside}),
    DifferentRules: lambda inside: len({one.position for one in inside}),
    Sum: lambda inside: sum(one.number for one in inside),
}


def made(some: list[tuple[int, int, int]]) -> list[Occurrence]:
    return [Occurrence(float(time), str(time), rule, {}, Origin("f", record=str(place)), "h", number)
            for place, (time, number, rule) in enumerate(some)]  # fmt: skip


def held(
    occurrences: list[Occurrence], timespan: float, conditions: Conditions, measure: type[Measure]
) -> Iterator[Found]:
    """The definition: at each occurrence all those of the timespan up to it."""
    before = False
    for place, last in enumerate(occurrences):
        inside = [one for one in occurrences[: place + 1] if last.time - one.time <= timespan]
        value = MEASURES[measure](inside)  # type: ignore[no-untyped-call]  # of several kinds of list
        now = holds(value, conditions)
        if now and not before:
            yield Found(tuple(inside[: window.LISTED]), last, len(inside), value)
        before = now


@given(TIMES, st.integers(0, 20), st.integers(1, 12), st.sampled_from([*MEASURES]), st.integers(1, 5))
def test_a_sliding_window_is_what_it_is_defined_to_be(
    some: list[tuple[int, int, int]], timespan: int, least: int, measure: type[Measure], listed: int
) -> None:
    """Whatever the times, and however few occurrences are told one by one."""
    occurrences = made(some)
    conditions = (("gte", float(least)),)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(window, "LISTED", listed)
        wanted = list(held(occurrences, timespan, conditions, measure))
        assert list(sliding(occurrences, timespan, conditions, measure())) == wanted


@given(TIMES, st.integers(0, 20))
def test_anchored_windows_part_the_occurrences(some: list[tuple[int, int, int]], timespan: int) -> None:
    """None is lost, none lasts longer than the timespan, and none could have begun with the one before."""
    occurrences = made(some)
    windows = [list(one) for one in anchored(occurrences, timespan)]
    assert [one for each in windows for one in each] == occurrences
    assert all(each[-1].time - each[0].time <= timespan for each in windows)
    assert all(after[0].time - before[0].time > timespan for before, after in pairwise(windows))


def test_more_values_than_are_counted_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The count stops at the bound and says so; occurrences that were not counted take nothing away when they leave."""
    monkeypatch.setattr(window, "MOST_VALUES", 3)
    counted = Different()
    occurrences = made([(place, place, 0) for place in range(10)])
    for one in occurrences:
        counted.take(one)
    assert (counted.value, counted.full) == (3, True)
    for one in occurrences:
        counted.drop(one)
    assert counted.value == 0
