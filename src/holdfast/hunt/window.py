"""Windows of time over the occurrences of one group: what each type of correlation asks of them.

Two ways to lay a window, because the comparisons differ. *Sliding*: a condition with lower bounds only (``gte``,
``gt``) holds as soon as enough has happened within the timespan, wherever it began; it is reported once, and again
only after it ceased to hold. *Anchored*: an upper bound, an equality, an average or a percentile speaks of a whole
period, so the window starts at the first occurrence that no earlier window covers and lasts the timespan.
The timespan is inclusive: two occurrences exactly that far apart are in one window.

No window is held: a spray of a day is millions of occurrences. What leaves a sliding window is read a second time, and
of those inside only what is asked is kept: a number, or the different values, of which there is a bound.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from holdfast.model.origin import Origin

Conditions = tuple[tuple[str, float], ...]

LISTED = 50
"""Occurrences of a window that are told one by one."""
MOST_VALUES = 1_000_000
"""Different values of a window that are counted, and numbers of which a percentile is taken; what comes after is not."""

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "gt": lambda left, right: left > right,
    "gte": lambda left, right: left >= right,
    "lt": lambda left, right: left < right,
    "lte": lambda left, right: left <= right,
    "eq": lambda left, right: left == right,
    "neq": lambda left, right: left != right,
}
_LOWER = {"gt", "gte"}


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A match of a referred rule, or a correlation that came true."""

    time: float
    """Seconds since 1970."""
    stamp: str
    """The same as the log has it."""
    position: int
    """Of its rule among the rules of the correlation."""
    values: dict[str, str]
    """Fields that some correlation asks for."""
    origin: Origin
    host: str
    number: float | str = ""
    """What the correlation counts, sums or averages of it."""


@dataclass(frozen=True, slots=True)
class Found:
    """A window in which the condition holds."""

    earliest: tuple[Occurrence, ...]
    """The first, in order of time; at most :data:`LISTED`."""
    last: Occurrence
    """Which made it true."""
    count: int
    """How many are in it."""
    value: float
    """What was compared."""
    of: str = ""
    """The value it is about, where one is rare or frequent among others."""


class Span:
    """Of occurrences in order of time what :class:`Found` tells."""

    def __init__(self) -> None:
        self.earliest: list[Occurrence] = []
        self.last: Occurrence | None = None
        self.count = 0

    def add(self, occurrence: Occurrence) -> None:
        """One more."""
        if self.count < LISTED:
            self.earliest.append(occurrence)
        self.last = occurrence
        self.count += 1

    def found(self, value: float, of: str = "") -> Found:
        """That the condition holds."""
        assert self.last is not None, "a window has an occurrence"
        return Found(tuple(self.earliest), self.last, self.count, value, of)


def holds(value: float, conditions: Conditions) -> bool:
    """Whether all comparisons are true."""
    return all(_COMPARE[name](value, bound) for name, bound in conditions)


def slides(conditions: Conditions) -> bool:
    """Whether the conditions have lower bounds only."""
    return all(name in _LOWER for name, _ in conditions)


def sliding(
    occurrences: Iterable[Occurrence], timespan: float, conditions: Conditions, measured: Measure
) -> Iterator[Found]:
    """Each time the condition begins to hold; the occurrences are gone through twice at a time."""
    leaving = iter(occurrences)
    oldest: deque[Occurrence] = deque()  # those of the window that were read ahead
    count = 0
    held = False
    for occurrence in occurrences:
        while count:
            if not oldest:
                oldest.append(next(leaving))
            if occurrence.time - oldest[0].time <= timespan:
                break
            measured.drop(oldest.popleft())
            count -= 1
        measured.take(occurrence)
        count += 1
        value = measured.value
        now = holds(value, conditions)
        if now and not held:
            while len(oldest) < min(count, LISTED):
                oldest.append(next(leaving))
            yield Found(tuple(oldest)[: min(count, LISTED)], occurrence, count, value)
        held = now


def anchored(occurrences: Iterable[Occurrence], timespan: float) -> Iterator[Iterator[Occurrence]]:
    """Windows that begin where the one before ended; each is to be gone through before the next."""
    start: float | None = None

    def begins(occurrence: Occurrence) -> float:
        nonlocal start
        if start is None or occurrence.time - start > timespan:
            start = occurrence.time
        return start

    return (window for _, window in groupby(occurrences, begins))


class Measure:
    """How many occurrences the window has."""

    def __init__(self) -> None:
        self.value: float = 0
        self.full = False
        """Whether there was more than is counted."""

    def take(self, occurrence: Occurrence) -> None:
        """One came in."""
        del occurrence
        self.value += 1

    def drop(self, occurrence: Occurrence) -> None:
        """One left."""
        del occurrence
        self.value -= 1


class Different(Measure):
    """How many different values the window has."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: Counter[object] = Counter()

    def take(self, occurrence: Occurrence) -> None:
        """One came in."""
        key = self._of(occurrence)
        if key not in self._seen and len(self._seen) >= MOST_VALUES:
            self.full = True
            return
        self._seen[key] += 1
        self.value = len(self._seen)

    def drop(self, occurrence: Occurrence) -> None:
        """One left."""
        key = self._of(occurrence)
        if key not in self._seen:
            return
        self._seen[key] -= 1
        if not self._seen[key]:
            del self._seen[key]
        self.value = len(self._seen)

    def _of(self, occurrence: Occurrence) -> object:
        return occurrence.number


class DifferentRules(Different):
    """How many of the referred rules the window has."""

    def _of(self, occurrence: Occurrence) -> object:
        return occurrence.position


class Sum(Measure):
    """The sum of the values in the window."""

    def take(self, occurrence: Occurrence) -> None:
        """One came in."""
        self.value += float(occurrence.number)

    def drop(self, occurrence: Occurrence) -> None:
        """One left."""
        self.value -= float(occurrence.number)


class Mean(Measure):
    """The mean of the values in the window."""

    def __init__(self) -> None:
        super().__init__()
        self._sum = 0.0
        self._count = 0

    def take(self, occurrence: Occurrence) -> None:
        """One came in."""
        self._sum += float(occurrence.number)
        self._count += 1
        self.value = self._sum / self._count


def ordered(occurrences: Iterable[Occurrence], timespan: float, length: int) -> Iterator[Found]:
    """Each time all ``length`` rules have come true in their order within the timespan.

    For each prefix of the order the chain with the latest start is kept, which is the one that lasts longest. A chain
    that was reported is used up.
    """
    chains: list[tuple[Occurrence, ...] | None] = [None] * length
    for occurrence in occurrences:
        place = occurrence.position
        if place == 0:
            chains[0] = (occurrence,)
        else:
            before = chains[place - 1]
            if before is None or occurrence.time - before[0].time > timespan or before[-1] is occurrence:
                continue
            known = chains[place]
            if known is None or before[0].time >= known[0].time:
                chains[place] = (*before, occurrence)
        last = chains[-1]
        if place == length - 1 and last is not None and last[-1] is occurrence:
            yield Found(last[:LISTED], occurrence, length, float(length))
            chains = [None] * length


def percentile(numbers: Sequence[float], share: float) -> float:
    """The value below which ``share`` percent lie, between neighbours in a straight line."""
    in_order = np.sort(numbers)
    place = (len(in_order) - 1) * share / 100
    low = int(place)
    high = min(low + 1, len(in_order) - 1)
    return float(in_order[low] + (in_order[high] - in_order[low]) * (place - low))
