"""Correlation: several matches of other rules in a window of time, all seven types of the specification.

Matches of the referred rules are collected on disk while the events are read, and put in order of time at the end:
logs of several files do not come in order.
https://github.com/SigmaHQ/sigma-specification/blob/main/specification/sigma-correlation-rules-specification.md
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from holdfast.hunt.matcher import number_of
from holdfast.hunt.occurrences import Occurrences
from holdfast.hunt.window import (
    MOST_VALUES,
    Different,
    DifferentRules,
    Found,
    Mean,
    Measure,
    Occurrence,
    Span,
    Sum,
    anchored,
    holds,
    ordered,
    percentile,
    slides,
    sliding,
)
from holdfast.model.origin import Origin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from holdfast.hunt.match import Hit
    from holdfast.hunt.pack import Pack
    from holdfast.hunt.rule import Correlation
    from holdfast.model.status import Problems

_MEASURES: dict[str, Callable[[], Measure]] = {
    "event_count": Measure,
    "value_count": Different,
    "value_sum": Sum,
    "value_avg": Mean,
    "temporal": DifferentRules,
}
_SLIDING = {"event_count", "value_count", "value_sum", "temporal"}
"""Types of which it can be told at any moment whether the condition holds."""
MOST_NAMES = 20_000
"""Names of a window whose shares are told."""
_NUMERIC = {"value_sum", "value_avg"}


@dataclass(frozen=True, slots=True)
class Alert:
    """A correlation that came true."""

    correlation: Correlation
    group: dict[str, str]
    """Values of the group-by fields."""
    found: Found


@dataclass(frozen=True, slots=True)
class Use:
    """A correlation that refers to a rule."""

    number: int
    """Of the correlation in the pack."""
    correlation: Correlation
    position: int
    """Of the rule in the correlation."""
    name: str
    """By which it refers to the rule."""


@dataclass(slots=True)
class Correlator:
    """Collects matches, and correlates them when all have been seen."""

    pack: Pack
    untimed: int = 0
    """Matches of referred rules that do not say when they happened."""
    overfull: int = 0
    """Windows with more different values than are counted."""
    _kept: Occurrences = field(default_factory=Occurrences)
    _uses: dict[str, list[Use]] = field(default_factory=dict)
    """By id of a rule or correlation."""
    _ids: dict[str, str] = field(default_factory=dict)
    """Ids by id and by name, of rules and correlations."""
    _wanted: set[str] = field(default_factory=set)
    """Fields that some correlation asks for."""
    hidden: set[str] = field(default_factory=set)
    """Ids of rules whose single matches are not shown, since they only serve a correlation."""

    def __post_init__(self) -> None:
        """Resolve the references."""
        named = [(rule.id, rule.name) for rule in self.pack.rules]
        named += [(correlation.id, correlation.name) for correlation in self.pack.correlations]
        for identity, name in named:
            self._ids.setdefault(identity, identity)
            if name:
                self._ids.setdefault(name, identity)
        shown: set[str] = set()
        for number, correlation in enumerate(self.pack.correlations):
            referred = {self._ids[name] for name in correlation.rules if name in self._ids}
            for position, name in enumerate(correlation.rules):
                if name in self._ids:
                    use = Use(number, correlation, position, name)
                    self._uses.setdefault(self._ids[name], []).append(use)
            (shown if correlation.generate else self.hidden).update(referred)
            self._wanted.update(correlation.group_by, correlation.fields)
            for _, fields in correlation.aliases:
                self._wanted.update(name for _, name in fields)
        self.hidden -= shown

    def unresolved(self, problems: Problems) -> None:
        """Note the correlations that refer to rules that are not there."""
        for correlation in self.pack.correlations:
            missing = [name for name in correlation.rules if name not in self._ids]
            if missing:
                says = f"correlation {correlation.title!r} refers to {', '.join(missing)}, which no rule is called"
                problems.add(says, Origin(correlation.file))

    def take(self, hit: Hit) -> None:
        """Keep the matches of a rule that a correlation refers to."""
        uses = self._uses.get(hit.rule.id)
        if uses is None:
            return
        columns = {name: hit.events.column(name) for name in self._wanted}
        for place in hit.places:
            stamp = hit.events.time(place)
            time = _seconds(stamp)
            if time is None:
                self.untimed += 1
                continue
            values = {}
            for name, column in columns.items():
                value = column.value(place)
                if value:
                    values[name] = value if isinstance(value, str) else "; ".join(value)
            self._keep(
                uses, Occurrence(time, stamp, 0, values, hit.events.origin(place), hit.events.host(place))
            )

    def _keep(self, uses: Iterable[Use], occurrence: Occurrence) -> None:
        """For every correlation that can count it."""
        for use in uses:
            group = _group(use.correlation, use.name, occurrence)
            counted = _counted(use.correlation, occurrence)
            if group is not None and counted is not None:
                self._kept.add(use.number, group, replace(occurrence, position=use.position, number=counted))

    def alerts(self) -> Iterator[Alert]:
        """Every correlation that came true, those that others refer to first."""
        for correlation in self._in_order():
            for alert in self._of(correlation):
                self._keep(self._uses.get(correlation.id, ()), _as_occurrence(alert))
                if correlation.id not in self.hidden:
                    yield alert

    def _in_order(self) -> list[Correlation]:
        """Correlations after those they refer to; one in a circle of references comes where it stands."""
        by_id = {correlation.id: correlation for correlation in self.pack.correlations}
        done: dict[str, Correlation] = {}
        open_ids: set[str] = set()

        def visit(correlation: Correlation) -> None:
            if correlation.id in done or correlation.id in open_ids:
                return
            open_ids.add(correlation.id)
            for name in correlation.rules:
                referred = by_id.get(self._ids.get(name, ""))
                if referred is not None:
                    visit(referred)
            done[correlation.id] = correlation

        for correlation in self.pack.correlations:
            visit(correlation)
        return list(done.values())

    def _of(self, correlation: Correlation) -> Iterator[Alert]:
        number = next(place for place, one in enumerate(self.pack.correlations) if one is correlation)
        for group, occurrences in self._kept.groups(number):
            shown = dict(zip(correlation.group_by, group, strict=True))
            for found in self._windows(correlation, occurrences):
                yield Alert(correlation, shown, found)

    def _windows(self, correlation: Correlation, occurrences: Iterable[Occurrence]) -> Iterator[Found]:
        conditions, timespan = correlation.conditions, correlation.timespan
        if correlation.type == "temporal_ordered":
            yield from ordered(occurrences, timespan, len(correlation.rules))
        elif correlation.type == "value_percentile":
            for window in anchored(occurrences, timespan):
                yield from self._percentiles(correlation, window)
        elif correlation.type in _SLIDING and slides(conditions):
            measured = _MEASURES[correlation.type]()
            yield from sliding(occurrences, timespan, conditions, measured)
            self.overfull += measured.full
        else:
            for window in anchored(occurrences, timespan):
                measured, span = _MEASURES[correlation.type](), Span()
                for one in window:
                    measured.take(one)
                    span.add(one)
                if holds(measured.value, conditions):
                    yield span.found(measured.value)
                self.overfull += measured.full

    def _percentiles(self, correlation: Correlation, window: Iterable[Occurrence]) -> Iterator[Found]:
        """Of numbers the percentile; of names, for each the percentage of occurrences that have it."""
        numbers, names, span = array("d"), dict[str, Span](), Span()
        numeric, full = True, False
        for one in window:
            span.add(one)
            text = str(one.number)
            number = number_of(text)
            numeric = numeric and number is not None
            if number is not None and len(numbers) < MOST_VALUES:
                numbers.append(number)
            name = names.get(text.lower())
            if name is None and len(names) < MOST_NAMES:
                name = names[text.lower()] = Span()
            if name is not None:
                name.add(one)
            full = full or name is None
        if numeric:
            self.overfull += len(numbers) < span.count
            value = percentile(numbers, correlation.percentile)
            if holds(value, correlation.conditions):
                yield span.found(value)
            return
        self.overfull += full
        for name in names.values():
            share = 100 * name.count / span.count
            if holds(share, correlation.conditions):
                yield name.found(share, str(name.earliest[0].number))


def _group(correlation: Correlation, rule: str, occurrence: Occurrence) -> tuple[str, ...] | None:
    """The values of the group; ``None`` when the event lacks one of them, so that it belongs to no group."""
    aliases = {alias: dict(fields) for alias, fields in correlation.aliases}
    values = []
    for name in correlation.group_by:
        field_name = aliases.get(name, {}).get(rule, name)
        value = occurrence.values.get(field_name)
        if value is None:
            return None
        values.append(value)
    return tuple(values)


def _counted(correlation: Correlation, occurrence: Occurrence) -> float | str | None:
    """What the correlation counts of an event; ``None`` when the event does not have it."""
    if not correlation.fields:
        return ""
    texts = [occurrence.values.get(name) for name in correlation.fields]
    if any(text is None for text in texts):
        return None
    text = "\x1f".join(text for text in texts if text is not None)
    return number_of(text) if correlation.type in _NUMERIC else text


def _as_occurrence(alert: Alert) -> Occurrence:
    last = alert.found.last
    return replace(last, values={**last.values, **alert.group}, position=0)


def _seconds(stamp: str) -> float | None:
    try:
        return datetime.fromisoformat(stamp).timestamp() if stamp else None
    except ValueError:
        return None
