"""A pack applied to a graph on a day: the fixed points from which verdicts are read."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from holdfast.model.finding import Verdict
from holdfast.ownership.adjust import Adjustment, Situation, adjust
from holdfast.ownership.control import control_edges
from holdfast.ownership.fixpoint import Level, Line, Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from holdfast.model.holding import Control, Joint
    from holdfast.ownership.graph import Graph
    from holdfast.ownership.listing import Listing
    from holdfast.ownership.pack import Period, RulePack


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known besides the holdings."""

    listings: tuple[Listing, ...] = ()
    """Who is listed; parties that the graph does not name are passed over."""
    restricted: tuple[Listing, ...] = ()
    """Who is on a list that does not block; their stakes are never added to those of the listed."""
    controls: tuple[Control, ...] = ()
    joints: tuple[Joint, ...] = ()
    trusts: frozenset[str] = frozenset()
    """Parties that a register calls a trust or similar arrangement."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """What to call a party in a sentence, where the graph names it by a number."""

    def label(self, name: str) -> str:
        """What to call the party."""
        return self.labels.get(name) or name

    def names(self) -> set[str]:
        """Every party named, so that a graph can have a place for it."""
        found = {listing.party for listing in (*self.listings, *self.restricted)}
        for control in self.controls:
            found |= {control.controller, control.controlled}
        for joint in self.joints:
            found |= {*joint.parties, joint.controlled}
        return found


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The fixed points of one pack on one day."""

    graph: Graph
    """With joint arrangements and unrecognised transfers worked in."""
    facts: Facts
    pack: RulePack
    period: Period | None
    as_of: date
    listed: Mapping[int, Listing]
    """Listed parties that the graph names and the pack takes."""
    certain: tuple[Snapshot, ...]
    """One for each group of listed parties that the pack adds up."""
    possible: tuple[Snapshot, ...]
    cautious: Snapshot | None
    """Who would be reached if the line were the level of a significant minority."""
    together: Snapshot | None
    """Who would be caught if all listed parties were added, for packs that do not add them."""
    adjustment: Adjustment = field(default_factory=Adjustment)
    """What was read otherwise than recorded, and why."""

    @property
    def day(self) -> int:
        """The date as the graph counts days."""
        return self.as_of.toordinal()

    def answer(self, entity: int) -> Verdict:
        """Yes, no or review."""
        if listing := self.listed.get(entity):
            return Verdict.YES if listing.certain else Verdict.REVIEW
        if self.period is None or self.period.status == "suspended":
            return Verdict.NO
        if any(entity in snapshot.rank for snapshot in self.certain):
            return Verdict.YES
        if any(entity in snapshot.rank for snapshot in self.possible):
            return Verdict.REVIEW
        return Verdict.NO

    def reached(self) -> set[int]:
        """Entities in which a listed party holds or directs anything, or is suspected to."""
        found: set[int] = set(self.listed) | set(self.adjustment.divested)
        for snapshot in (*self.certain, *self.possible, *filter(None, (self.cautious, self.together))):
            found |= set(snapshot.rank) | set(snapshot.sums)
        return found


def evaluate(graph: Graph, facts: Facts, pack: RulePack, as_of: date) -> Evaluation:
    """Apply the pack as it stood on the day; pure, and independent of the order of anything."""
    plain = _apply(graph, facts, pack, as_of, Adjustment())
    if not (graph.has_ends or graph.flags or (facts.joints and pack.joint == "attribute")):
        return plain
    suspects = _suspects(plain)
    while True:
        situation = Situation(
            pack=pack,
            as_of=as_of,
            listed=plain.listed,
            controls=facts.controls,
            joints=facts.joints,
            suspects=suspects,
            caught_on=lambda day: _suspects(_apply(graph, facts, pack, day, Adjustment())),
        )
        adjusted, adjustment = adjust(graph, situation)
        result = _apply(adjusted, facts, pack, as_of, adjustment)
        # Who is caught by an adjustment may itself be the seller of another stake.
        grown = suspects | {place for place in _suspects(result) if place < len(graph.names)}
        if grown == suspects:
            return result
        suspects = grown


def _suspects(evaluation: Evaluation) -> frozenset[int]:
    found = set(evaluation.listed)
    for snapshot in (*evaluation.certain, *evaluation.possible):
        found |= set(snapshot.rank)
    return frozenset(found)


def _apply(graph: Graph, facts: Facts, pack: RulePack, as_of: date, adjustment: Adjustment) -> Evaluation:
    period = pack.period(as_of)
    listed = _listed(graph, facts.listings, pack, as_of)
    blank = Evaluation(graph, facts, pack, period, as_of, listed, (), (), None, None, adjustment)
    if period is None or pack.aggregation == "none":
        return blank
    run = _Run(blank, period)
    return replace(
        blank,
        certain=run.certain(period.aggregation or pack.aggregation),
        possible=run.possible(period.aggregation or pack.possible_aggregation),
        cautious=run.cautious(),
        together=run.together() if pack.aggregate_flag else None,
    )


def _listed(graph: Graph, listings: Iterable[Listing], pack: RulePack, as_of: date) -> dict[int, Listing]:
    """Per party, its listing on that day; a certain one before an uncertain one."""
    found: dict[int, Listing] = {}
    for listing in listings:
        place = graph.number.get(listing.party)
        if place is None or not listing.covers(as_of) or not listing.counts_under(pack):
            continue
        if place not in found or (listing.certain and not found[place].certain):
            found[place] = listing
    return found


@dataclass(frozen=True, slots=True)
class _Run:
    """The levels of one evaluation."""

    of: Evaluation
    """Without snapshots yet."""
    period: Period

    def certain(self, aggregation: str) -> tuple[Snapshot, ...]:
        line = self._line(possible=False, votes=self.of.pack.votes == "counts")
        seeds = {place: listing for place, listing in self.of.listed.items() if listing.certain}
        return self._run(line, self._control()[0], _groups(seeds, aggregation))

    def possible(self, aggregation: str) -> tuple[Snapshot, ...]:
        line = self._line(possible=True, votes=self.of.pack.votes in {"counts", "doubt"})
        return self._run(line, self._control()[1], _groups(self.of.listed, aggregation))

    def cautious(self) -> Snapshot | None:
        minority = self.of.pack.significant_minority
        if minority is None:
            return None
        line = Line(minority, inclusive=minority > 0, possible=True, votes=True)
        return self._run(line, {}, [list(self.of.listed)])[0]

    def together(self) -> Snapshot:
        line = self._line(possible=True, votes=self.of.pack.votes == "counts")
        return self._run(line, self._control()[1], [list(self.of.listed)])[0]

    def _line(self, *, possible: bool, votes: bool) -> Line:
        return Line(self.period.threshold, self.period.inclusive, possible=possible, votes=votes)

    def _control(self) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
        certain, possible = control_edges(
            self.of.facts.controls, self.of.pack, self.of.graph.number, self.of.as_of
        )
        for place, listing in self.of.listed.items():
            if listing.reaches_wider(self.of.pack):
                rows = self.of.graph.stakes(place, self.of.as_of.toordinal())
                targets = [
                    int(self.of.graph.owned[row])
                    for row in rows
                    if self.of.graph.high[row] > 0 or row in self.of.graph.wide
                ]
                possible[place] = [*possible.get(place, []), *targets]
        for party, arrangements in self.of.adjustment.carries.items():
            certain[party] = [*certain.get(party, []), *arrangements]
            possible[party] = [*possible.get(party, []), *arrangements]
        return certain, possible

    def _run(
        self, line: Line, control: dict[int, list[int]], groups: list[list[int]]
    ) -> tuple[Snapshot, ...]:
        level = Level(self.of.graph, self.of.as_of.toordinal(), line, control)
        snapshots = []
        for seeds in groups:
            level.clear()
            level.add(sorted(seeds))
            snapshots.append(level.snapshot())
        return tuple(snapshots)


def _groups(seeds: Mapping[int, Listing], aggregation: str) -> list[list[int]]:
    """The listed parties whose stakes are added to one another."""
    if aggregation == "person":
        return [[seed] for seed in sorted(seeds)]
    if aggregation == "group":
        by_group: dict[str, list[int]] = defaultdict(list)
        for seed, listing in seeds.items():
            by_group[listing.group].append(seed)
        return [by_group[group] for group in sorted(by_group)]
    return [list(seeds)]
