"""Everything that hosts do over a run, asked for at its end."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from holdfast.flows.behaviour.beacons import (
    Beat,
    Packing,
    explain,
    find_beats,
    judge,
    to_finding,
    worth_asking,
)
from holdfast.flows.behaviour.everyone import FAMILY, Everyone
from holdfast.flows.behaviour.lasting import find_lasting
from holdfast.flows.behaviour.members import Marks, find_company, find_managed
from holdfast.flows.behaviour.named import Named, explained
from holdfast.flows.behaviour.networks import NOBODY, Networks
from holdfast.flows.behaviour.ordinary import OrdinaryNames, read_ordinary
from holdfast.flows.behaviour.pool import LEAST as POOLED
from holdfast.flows.behaviour.pool import Pool
from holdfast.flows.behaviour.population import find_populations, pooled_finding
from holdfast.flows.behaviour.spread import find_spread
from holdfast.flows.inside import CARRIER_NAT, PRIVATE
from holdfast.text.addresses import show_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pyarrow as pa

    from holdfast.flows.behaviour.pairs import PairLog
    from holdfast.flows.behaviour.pool import Choir
    from holdfast.flows.finding import TrafficFinding
    from holdfast.flows.policy import Policy

_NOBODY = Networks(NOBODY)


class Behaviour:
    """One run."""

    def __init__(self, policy: Policy, log: PairLog, inside: Iterable[str] = ()) -> None:
        """``log`` gets the flows of the run; without ``inside`` private addresses are one's own."""
        self._policy = policy
        self._given = tuple(inside)
        self._log = log
        self._ordinary = read_ordinary()
        self._names = OrdinaryNames(self._ordinary)
        self._marks = Marks()
        self._named = Named()
        self.taken_inside: tuple[str, ...] = ()
        """Networks that were taken as inside because most flows touch them; known after the findings."""
        self.counts: Counter[str] = Counter()
        """Pairs looked at, and findings by kind; complete after the findings."""

    def add_names(self, rows: pa.RecordBatch) -> None:
        """Take a batch of names; flows go to the log."""
        self._names.add(rows)
        self._marks.add(rows)
        self._named.add(rows)

    def findings(self) -> Iterator[TrafficFinding]:
        """What hosts do, rhythms that are explained included."""
        for finding in self._find():
            self.counts[finding.kind] += 1
            yield finding

    def _find(self) -> Iterator[TrafficFinding]:
        inside = self._inside()
        beats, everyone, pool = self._gather(inside)
        yield from self._marks.findings(self._policy)
        rhythms = self._rhythms(beats, everyone)
        yield from (finding for _, finding in rhythms)
        beacons = [(number, finding) for number, finding in rhythms if finding.kind == "beacon"]
        alone = {(beat.source, beat.destination) for beat in beats}
        named = list(self._named.findings(inside, alone, self._names.of_name, self._policy))
        yield from named
        # A question alone is too weak to be told; the same one by several sources is not.
        calling = [finding for _, finding in beacons] + [f for f in named if not explained(f)]
        populations = list(find_populations(calling, self._policy))
        yield from populations
        numbers = {(self._log.number(source), self._log.number(destination)) for source, destination in alone}
        told = {finding.destination for finding in populations}
        for choir in pool.choirs(everyone, numbers, self._policy):
            if self._show(choir.destination) not in told:
                yield self._of_choir(choir, inside)
        yield from find_company(everyone, beacons, self._pack, self._policy)
        yield from find_managed(everyone, self._show, self._policy)
        yield from find_spread(everyone, self._show, self._policy)
        yield from find_lasting(
            everyone, self._pack, lambda *what: self._ordinary_of(inside, *what), self._policy
        )

    def _gather(self, inside: Networks) -> tuple[list[Beat], Everyone, Pool]:
        """Pairs that keep time, all pairs of one's own, and those that may keep time together."""
        beats: list[Beat] = []
        everyone, pool = Everyone(), Pool()
        for wide, pairs in self._log.pairs():
            self.counts["pairs"] += len(pairs)
            packing = Packing(self._log.addresses if wide else None)
            beats += find_beats(pairs, inside, packing, self._policy)
            pool.add(pairs, worth_asking(pairs, inside, packing, POOLED), wide=wide)
            own = packing.held_by(pairs.sources, inside) & ~packing.held_by(pairs.destinations, _NOBODY)
            everyone.add(pairs, own, wide=wide)
        return beats, everyone, pool

    def _rhythms(self, beats: list[Beat], everyone: Everyone) -> list[tuple[int, TrafficFinding]]:
        """Judged rhythms with the numbers of their destinations."""
        numbers = [self._log.number(beat.destination) for beat in beats]
        crowds = everyone.crowds(numbers)
        found = []
        for number, beat in zip(numbers, beats, strict=True):
            certificate = self._marks.certificate(beat.destination)
            score, whys = judge(beat, crowds[number], self._ordinary, self._names, self._policy, certificate)
            found.append((number, to_finding(beat, score, whys, self._policy)))
        return found

    def _of_choir(self, choir: Choir, inside: Networks) -> TrafficFinding:
        """A finding about sources that keep time together, with what explains it."""
        destination = self._pack(choir.destination)
        service = (choir.proto, choir.port, destination in inside)
        explained = explain(destination, service, self._ordinary, self._names)
        sources = [self._show(source) for source in choir.sources]
        return pooled_finding(choir, show_address(destination), sources, explained, self._policy)

    def _ordinary_of(self, inside: Networks, destination: bytes, proto: int, port: int) -> bool:
        service = (proto, port, destination in inside)
        return bool(explain(destination, service, self._ordinary, self._names))

    def _pack(self, number: int) -> bytes:
        family = int(FAMILY)
        return self._log.addresses[number - family] if number >= family else number.to_bytes(4, "big")

    def _show(self, number: int) -> str:
        return show_address(self._pack(number))

    def _inside(self) -> Networks:
        """Private networks and those that were given, else what most flows without a private end have in common."""
        private = (*PRIVATE, *CARRIER_NAT)
        if self._given:
            return Networks((*private, *self._given))
        shares = self._policy.inside["taken_shares"]
        self.taken_inside = tuple(self._log.everywhere(Networks((*private, *NOBODY)), shares))
        return Networks((*private, *self.taken_inside))
