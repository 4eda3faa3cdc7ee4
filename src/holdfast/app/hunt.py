"""Hunt in logs: events through rules, as matches."""

from __future__ import annotations

import gc
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.app.hunt_outputs import HuntOutputs, record
from holdfast.app.outcome import Outcome
from holdfast.app.watchlist import open_watchlist
from holdfast.hunt.arrivals import Arrivals
from holdfast.hunt.correlate import Correlator
from holdfast.hunt.evaluate import Evaluator
from holdfast.hunt.indicators import IndicatorMatcher
from holdfast.hunt.inventory import Inventory
from holdfast.hunt.pack import Pack, compile_pack, kept, key_of
from holdfast.hunt.parse import read_rules, rule_files
from holdfast.hunt.prevalence import loud_rules
from holdfast.hunt.sighting import Sighting, of_alert, of_hit
from holdfast.hunt.story import SINGLE, Teller, policy
from holdfast.hunt.window import MOST_VALUES
from holdfast.inputs.folder import has_file
from holdfast.model.collector import uncollected
from holdfast.model.errors import InputError, UsageError
from holdfast.model.origin import Origin
from holdfast.model.progress import Progress, Silent
from holdfast.model.status import Problems, RunStatus, State
from holdfast.records.logs.open import Logs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from holdfast.app.settings import Settings
    from holdfast.model.event import Events
    from holdfast.model.indicator import Indicator
    from holdfast.model.watchlist import Watchlist

SENTENCES = 20
"""Verdicts that are said on the terminal."""
OWN = "own"
"""Name of the rules that ship with Holdfast, where rules are named."""


@dataclass(frozen=True, slots=True)
class HuntOptions:
    """What to hunt with."""

    rules: tuple[str, ...] = (OWN,)
    """Files and folders of Sigma rules; ``own`` is the pack that ships with Holdfast."""
    placeholders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Values for ``expand``."""
    indicators: bool = True
    """Whether the indicators of the watchlist are looked for in the same pass."""
    edition: str | None = None
    """Edition of the watchlist whose indicators these are; the newest."""
    outputs: HuntOutputs = field(default_factory=HuntOutputs)
    """Files to write besides the rows."""


def hunt(
    paths: Sequence[str],
    settings: Settings,
    options: HuntOptions | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Every match of every rule in the events of the paths; the work is done while the rows are read."""
    options = options or HuntOptions()
    run = prepare(paths, settings, options, progress)
    rows = (sighting.to_dict() for sighting in record(run, options.outputs))
    return Outcome(rows, lambda: run.found > 0, run.statuses, run.says)


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

    with uncollected():
        pack = kept(settings.home / "hunt" / "packs", key_of(files, repr(sorted(placeholders.items()))), make)
        gc.freeze()  # the rules stay; no collection need look at them again
    for problem in pack.problems:
        _retell(problem, problems)
    return pack


def _retell(stored: Mapping[str, object], problems: Problems) -> None:
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


@dataclass(slots=True)
class Hunt:
    """One run: sightings as they come; stories, inventory and statuses after the last."""

    pack: Pack
    logs: Logs
    problems: Problems
    matcher: IndicatorMatcher
    evaluator: Evaluator
    correlator: Correlator
    teller: Teller = field(default_factory=Teller)
    inventory: Inventory = field(default_factory=Inventory)
    arrivals: Arrivals = field(default_factory=Arrivals)
    found: int = 0
    extra: list[RunStatus] = field(default_factory=list)
    """How what comes after the matching ended."""

    def sightings(self) -> Iterator[Sighting]:
        """Matches of rules and indicators in order of file and record, then correlations, then new places."""
        with uncollected():
            for blocks in self.logs.blocks():
                yield from self._keep(one for block in blocks for one in self._look(block))
                del blocks  # before the next are read
            own = policy().actor
            yield from self._keep(of_alert(alert, own) for alert in self.correlator.alerts())
            yield from self._keep(self.arrivals.sightings())

    def _look(self, events: Events) -> Iterator[Sighting]:
        """What one block shows; hits that only serve a correlation are kept for it."""
        own = policy().actor
        self.inventory.take(events)
        self.arrivals.take(events)
        for hit in self.evaluator.hits(events):
            self.correlator.take(hit)
            if hit.rule.id not in self.correlator.hidden:
                yield from of_hit(hit, own)
        yield from self.matcher.sightings(events)

    def _keep(self, sightings: Iterable[Sighting]) -> Iterator[Sighting]:
        for sighting in sorted(sightings, key=_order):
            self.found += 1
            self.teller.take(sighting)
            yield sighting

    def statuses(self) -> list[RunStatus]:
        """How the rules, each file and the whole ended."""
        rules = RunStatus.of("hunt.rules", "rules", self.problems, {"rules": len(self.pack.rules)})
        return [rules, *self.logs.statuses, self._coverage(), *self.extra]

    def says(self) -> Iterator[str]:
        """The verdicts in a sentence each; hosts with single signs are only counted."""
        stories = self.teller.stories()
        told = [story for story in stories if story.verdict != SINGLE]
        for story in told[:SENTENCES]:
            yield story.says()
        rest = len(told) - SENTENCES
        if rest > 0:
            yield f"and {rest} more hosts with a story; --page writes them all"
        single = len(stories) - len(told)
        if single:
            yield f"{single} {'host shows' if single == 1 else 'hosts show'} single signs, which make no story"
        loud = loud_rules(stories, self.logs.events)
        if loud:
            most = ", ".join(f"“{rule.title}” {rule.matches:,} times" for rule in loud[:3])
            yield (
                f"{len(loud)} {'rule matches' if len(loud) == 1 else 'rules match'} so often in these logs that a match "
                f"says little ({most}{', …' if len(loud) > 3 else ''}); the page tells each once"
            )

    def _coverage(self) -> RunStatus:
        uncovered = self.evaluator.uncovered
        counts = {
            "events": self.logs.events,
            "evaluated": self.evaluator.evaluated,
            "without_rules": sum(uncovered.values()),
            "matches": self.found,
        }
        reason = ""
        if self.correlator.untimed:
            reason = (
                f"{self.correlator.untimed} matches do not say when they happened and were not correlated"
            )
        elif self.correlator.overfull:
            reason = (
                f"{self.correlator.overfull} windows of time have more different values than a correlation counts "
                f"({MOST_VALUES:,}); it goes by the first of them"
            )
        elif self.logs.events and not self.evaluator.evaluated:
            kinds = ", ".join(sorted(uncovered, key=lambda name: -uncovered[name])[:5])
            reason = f"no rule is meant for any of the events ({kinds})"
        elif not self.logs.events:
            reason = "no event in any file: is this the folder of the logs?"
        return RunStatus("hunt", "events", State.PARTIAL if reason else State.OK, counts, reason)


def prepare(
    paths: Sequence[str],
    settings: Settings,
    options: HuntOptions | None = None,
    progress: Progress | None = None,
    watchlist: Watchlist | None = None,
) -> Hunt:
    """A run that is ready to be read; the watchlist is the current one unless another is given."""
    options = options or HuntOptions()
    if not any(map(has_file, paths)):
        raise InputError(
            "there is no file to read",
            origin=Origin(", ".join(paths)),
            advice="Name a file, a folder that holds some, or - for standard input",
        )
    problems = Problems(keep=1000)
    pack = load_pack(settings, options, problems)
    correlator = Correlator(pack)
    correlator.unresolved(problems)
    indicators: Iterable[Indicator] = ()
    if options.indicators:
        indicators = (watchlist or open_watchlist(settings, options.edition)).indicators()
    return Hunt(
        pack,
        Logs(tuple(paths), progress or Silent()),
        problems,
        IndicatorMatcher(indicators),
        Evaluator(pack),
        correlator,
    )


def _order(sighting: Sighting) -> tuple[str, int, str]:
    return sighting.file, sighting.record if isinstance(sighting.record, int) else 0, sighting.rule
