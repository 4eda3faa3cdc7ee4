"""Everything that hosts do over a run, asked for at its end."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from holdfast.flows.behaviour.beacons import Beat, Crowd, Packing, find_beats, judge, to_finding
from holdfast.flows.behaviour.networks import NOBODY, Networks
from holdfast.flows.behaviour.ordinary import OrdinaryNames, read_ordinary
from holdfast.flows.inside import CARRIER_NAT, PRIVATE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pyarrow as pa

    from holdfast.flows.behaviour.pairs import PairLog
    from holdfast.flows.finding import TrafficFinding
    from holdfast.flows.policy import Policy


class Behaviour:
    """One run."""

    def __init__(self, policy: Policy, log: PairLog, inside: Iterable[str] = ()) -> None:
        """``log`` gets the flows of the run; without ``inside`` private addresses are one's own."""
        self._policy = policy
        self._given = tuple(inside)
        self._log = log
        self._ordinary = read_ordinary()
        self._names = OrdinaryNames(self._ordinary)
        self.taken_inside: tuple[str, ...] = ()
        """Networks that were taken as inside because most flows touch them; known after the findings."""
        self.counts: Counter[str] = Counter()
        """What was looked at and what was explained, by reason; complete after the findings."""

    def add_names(self, rows: pa.RecordBatch) -> None:
        """Take a batch of names; flows go to the log."""
        self._names.add(rows)

    def findings(self) -> Iterator[TrafficFinding]:
        """What hosts do, rhythms that are explained included."""
        inside = self._inside()
        beats: list[Beat] = []
        destinations, sources = [], []
        for wide, pairs in self._log.pairs():
            self.counts["pairs"] += len(pairs)
            beats += find_beats(pairs, inside, Packing(self._log.addresses if wide else None), self._policy)
            own = Packing(self._log.addresses if wide else None).held_by(pairs.sources, inside)
            family = np.uint64(wide) << np.uint64(63)
            destinations.append(pairs.destinations[own] | family)
            sources.append(pairs.sources[own] | family)
        crowds = self._crowds([beat.destination for beat in beats], destinations, sources)
        for beat in beats:
            score, whys = judge(beat, crowds[beat.destination], self._ordinary, self._names, self._policy)
            finding = to_finding(beat, score, whys, self._policy)
            self.counts[finding.kind] += 1
            yield finding

    def _inside(self) -> Networks:
        """Private networks and those that were given, else what most flows without a private end have in common."""
        private = (*PRIVATE, *CARRIER_NAT)
        if self._given:
            return Networks((*private, *self._given))
        shares = self._policy.inside["taken_shares"]
        self.taken_inside = tuple(self._log.everywhere(Networks((*private, *NOBODY)), shares))
        return Networks((*private, *self.taken_inside))

    def _crowds(
        self, wanted: Iterable[bytes], destinations: list[np.ndarray], sources: list[np.ndarray]
    ) -> dict[bytes, Crowd]:
        """How many sources of one's own reach each destination; a pair is one source."""
        if not destinations:
            return {}
        in_order = np.sort(np.concatenate(sources))
        everyone = int((in_order[1:] != in_order[:-1]).sum()) + min(len(in_order), 1)
        numbers, counts = np.unique(np.concatenate(destinations), return_counts=True)
        found = {}
        for packed in wanted:
            number = np.uint64(self._log.number(packed))
            place = int(np.searchsorted(numbers, number))
            held = place < len(numbers) and numbers[place] == number
            found[packed] = Crowd(int(counts[place]) if held else 0, everyone)
        return found
