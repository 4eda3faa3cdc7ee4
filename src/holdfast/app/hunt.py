"""Hunt in logs: events through rules, as matches."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.app.outcome import Outcome
from holdfast.hunt.correlate import Correlator
from holdfast.hunt.evaluate import Evaluator
from holdfast.hunt.pack import Pack, compile_pack, kept, key_of
from holdfast.hunt.parse import read_rules, rule_files
from holdfast.hunt.techniques import techniques_of
from holdfast.model.errors import UsageError
from holdfast.model.progress import Progress, Silent
from holdfast.model.status import Problems, RunStatus, State
from holdfast.records.logs.block import gather
from holdfast.records.logs.open import Logs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from holdfast.app.settings import Settings
    from holdfast.hunt.correlate import Alert
    from holdfast.hunt.match import Hit
    from holdfast.model.event import Events

LISTED = 50
"""Events of a correlation that a row names."""

OWN = "own"
"""Name of the rules that ship with Holdfast, where rules are named."""


@dataclass(frozen=True, slots=True)
class HuntOptions:
    """What to hunt with."""

    rules: tuple[str, ...] = (OWN,)
    """Files and folders of Sigma rules; ``own`` is the pack that ships with Holdfast."""
    placeholders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Values for ``expand``."""


def hunt(
    paths: Sequence[str],
    settings: Settings,
    options: HuntOptions = HuntOptions(),
    progress: Progress | None = None,
) -> Outcome:
    """Every match of every rule in the events of the paths; the work is done while the rows are read."""
    return _Hunt(tuple(paths), settings, options, progress or Silent()).outcome()


def load_pack(settings: Settings, options: HuntOptions, problems: Problems) -> Pack:
    """The rules compiled, from the home folder when they did not change since."""
    files = rule_files(_places(options.rules))
    if not files:
        raise UsageError(
            "there are no rules", why="no .yml file was found", advice="Name a folder of Sigma rules"
        )
    placeholders = dict(options.placeholders)

    def make() -> Pack:
        read = Problems(keep=10_000)
        pack = compile_pack(read_rules(files, read, placeholders))
        pack.problems = [problem.to_dict() for problem in read.items]
        return pack

    pack = kept(settings.home / "hunt" / "packs", key_of(files, repr(sorted(placeholders.items()))), make)
    for problem in pack.problems:
        _retell(problem, problems)
    return pack


def _retell(stored: Mapping[str, object], problems: Problems) -> None:
    from holdfast.model.origin import Origin

    record = stored.get("record")
    origin = Origin(str(stored["file"]), record=str(record) if record is not None else None)
    problems.add(str(stored["says"]), origin, lost=bool(stored["lost"]))


def _places(names: Sequence[str]) -> list[Path]:
    places = []
    for name in names:
        place = Path(str(resources.files("holdfast.hunt").joinpath("rules"))) if name == OWN else Path(name)
        if not place.exists():
            raise UsageError(
                f"there are no rules at {name}", advice="Name a file or folder of Sigma rules, or own"
            )
        places.append(place)
    return places


class _Hunt:
    """One run."""

    def __init__(
        self, paths: tuple[str, ...], settings: Settings, options: HuntOptions, progress: Progress
    ) -> None:
        self._problems = Problems(keep=1000)
        self._pack = load_pack(settings, options, self._problems)
        self._evaluator = Evaluator(self._pack)
        self._correlator = Correlator(self._pack)
        self._correlator.unresolved(self._problems)
        self._logs = Logs(paths, progress)
        self._found = 0

    def outcome(self) -> Outcome:
        return Outcome(self._rows(), lambda: self._found > 0, self._statuses)

    def _rows(self) -> Iterator[dict[str, object]]:
        with _no_collector():
            for blocks in gather(self._logs.files()):
                hits = (hit for block in blocks for hit in self._hits(block))
                yield from self._show(row for hit in hits for row in rows_of(hit))
            yield from self._show(row_of(alert) for alert in self._correlator.alerts())

    def _show(self, rows: Iterable[dict[str, object]]) -> Iterator[dict[str, object]]:
        for row in sorted(rows, key=_order):
            self._found += 1
            yield row

    def _hits(self, events: Events) -> Iterator[Hit]:
        """Hits to show; those that only serve a correlation are kept for it."""
        for hit in self._evaluator.hits(events):
            self._correlator.take(hit)
            if hit.rule.id not in self._correlator.hidden:
                yield hit

    def _statuses(self) -> list[RunStatus]:
        rules = RunStatus.of("hunt.rules", "rules", self._problems, {"rules": len(self._pack.rules)})
        return [rules, *self._logs.statuses, self._coverage()]

    def _coverage(self) -> RunStatus:
        uncovered = self._evaluator.uncovered
        counts = {
            "events": self._logs.events,
            "evaluated": self._evaluator.evaluated,
            "without_rules": sum(uncovered.values()),
            "matches": self._found,
        }
        if self._correlator.untimed:
            says = f"{self._correlator.untimed} matches do not say when they happened and were not correlated"
            return RunStatus("hunt", "events", State.PARTIAL, counts, says)
        if self._logs.events and not self._evaluator.evaluated:
            kinds = ", ".join(sorted(uncovered, key=lambda name: -uncovered[name])[:5])
            return RunStatus(
                "hunt", "events", State.PARTIAL, counts, f"no rule is meant for any of the events ({kinds})"
            )
        return RunStatus("hunt", "events", State.OK, counts)


def rows_of(hit: Hit) -> Iterator[dict[str, object]]:
    """One row of the contract for each event of a hit."""
    rule = hit.rule
    techniques = techniques_of(rule.tags)
    for place, evidence in zip(hit.places, hit.evidence, strict=True):
        origin = hit.events.origin(place)
        record = origin.record or ""
        yield {
            "rule": rule.id,
            "title": rule.title,
            "level": rule.level,
            "techniques": techniques,
            "file": origin.file,
            "record": int(record) if record.isdigit() else record,
            "time": hit.events.time(place),
            "host": hit.events.host(place),
            "matched": evidence,
        }


def row_of(alert: Alert) -> dict[str, object]:
    """One row of the contract for a correlation, at the event that made it true."""
    correlation, inside = alert.correlation, alert.found.inside
    last = inside[-1]
    record = last.origin.record or ""
    about = {", ".join(correlation.fields): alert.found.of} if alert.found.of else {}
    return {
        "rule": correlation.id,
        "title": correlation.title,
        "level": correlation.level,
        "techniques": techniques_of(correlation.tags),
        "file": last.origin.file,
        "record": int(record) if record.isdigit() else record,
        "time": last.stamp,
        "host": last.host,
        "matched": {**alert.group, **about},
        "correlation": {
            "type": correlation.type,
            "value": round(alert.found.value, 6),
            "first": inside[0].stamp,
            "last": last.stamp,
            "events": len(inside),
            "records": [str(one.origin) for one in inside[:LISTED]],
        },
    }


def _order(row: Mapping[str, object]) -> tuple[str, int, str]:
    record = row["record"]
    return str(row["file"]), record if isinstance(record, int) else 0, str(row["rule"])


@contextmanager
def _no_collector() -> Iterator[None]:
    """Without the cycle collector, which would look at millions of parsed values again and again and find nothing."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
