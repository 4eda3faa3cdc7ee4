"""Sources that are each too weak, together: one rare destination, one rhythm.

An hourly timer through one packet in a hundred leaves three connections a day, which show nothing; those of thirty
subscribers show it. Gaps between connections of one source are independent of another's, so the likelihood ratios
of :func:`holdfast.flows.behaviour.rhythm.worths` multiply over all of them, and so does the evidence. What one source
alone would show does not count: the group has to keep its rhythm without its strongest member.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from holdfast.flows.behaviour.everyone import FAMILY, is_popular
from holdfast.flows.behaviour.kernels import even_gaps, pace, pooled_pace
from holdfast.flows.behaviour.rhythm import BEYOND, CELLS, JITTERS, worths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.flows.behaviour.everyone import Everyone
    from holdfast.flows.behaviour.pairs import Pairs
    from holdfast.flows.policy import Policy

LEAST = 3
"""Connections below which a source adds nothing."""
MOST = 64
"""Connections of one source that are looked at, the first ones: a source with more has its own chance."""
GAPS = 512
"""Gaps of one group that are looked at; more change nothing."""


@dataclass(frozen=True, slots=True)
class Choir:
    """Sources that keep one rhythm to one destination, though none of them shows it alone."""

    destination: int
    sources: tuple[int, ...]
    """All that were pooled, the strongest first."""
    agreeing: int
    """How many of them speak for the rhythm."""
    period: float
    jitter: float
    log_p: float
    """Natural logarithm of the chance, without the strongest source."""
    port: int
    proto: int
    first: float
    last: float
    flows: int


class Pool:
    """Fed with the pairs of each part, asked at the end."""

    def __init__(self) -> None:
        self._parts: list[dict[str, np.ndarray]] = []

    def add(self, pairs: Pairs, wanted: np.ndarray, *, wide: bool) -> None:
        """Take some pairs, each with :data:`LEAST` flows or more, leaving out those whose flows come in bursts."""
        gaps = np.empty(int(np.minimum(pairs.flows[wanted], MOST).sum()))
        counts = np.empty(len(wanted), dtype=np.int64)
        total = even_gaps(pairs.moments, pairs.starts, wanted, MOST, gaps, counts)
        kept = wanted[counts > 0]
        family = FAMILY if wide else np.uint64(0)
        self._parts.append(
            {
                "source": pairs.sources[kept] | family,
                "destination": pairs.destinations[kept] | family,
                "port": pairs.port[kept],
                "proto": pairs.proto[kept],
                "flows": pairs.flows[kept],
                "first": pairs.times[pairs.starts[kept]],
                "last": pairs.times[pairs.starts[kept + 1] - 1],
                "gaps": gaps[:total].copy(),
                "count": counts[counts > 0],
            }
        )

    def choirs(self, everyone: Everyone, alone: set[tuple[int, int]], policy: Policy) -> Iterator[Choir]:
        """Groups with a rhythm; ``alone`` are sources and destinations whose rhythm was found already."""
        if not self._parts:
            return
        whole = {name: np.concatenate([part[name] for part in self._parts]) for name in self._parts[0]}
        self._parts.clear()
        begins = np.cumsum(whole["count"]) - whole["count"]
        rows, edges = _groups(whole, int(policy.population["pooled_least"]))
        counts = whole["count"][rows]
        bounds = np.concatenate(([0], np.cumsum(counts)))
        gaps = whole["gaps"][np.arange(bounds[-1]) + np.repeat(begins[rows] - bounds[:-1], counts)]
        if len(edges) < 2:
            return
        found = np.zeros((len(edges) - 1, 4))
        pooled_pace(gaps, bounds[edges], GAPS, worths(), CELLS, found)
        limit = math.log(policy.rhythm["chance"])
        likely = np.flatnonzero((-found[:, 0] <= limit) & (found[:, 0] - found[:, 3] >= BEYOND))
        crowds = everyone.crowds(whole["destination"][rows[edges[likely]]].tolist())
        for group in likely.tolist():
            here = slice(edges[group], edges[group + 1])
            parts = [gaps[bounds[place] : bounds[place + 1]] for place in range(here.start, here.stop)]
            members = {name: whole[name][rows[here]] for name in whole if name != "gaps"}
            if is_popular(crowds[int(members["destination"][0])], policy):
                continue
            choir = _choir(members, parts, found[group], alone)
            if choir.log_p <= limit and choir.agreeing >= policy.population["pooled_least"]:
                yield choir


def _groups(whole: dict[str, np.ndarray], least: int) -> tuple[np.ndarray, np.ndarray]:
    """Pairs by destination and port, those with enough sources, and where each group begins, and the end."""
    order = np.lexsort((whole["port"], whole["destination"]))
    destination, port = whole["destination"][order], whole["port"][order]
    changed = (destination[1:] != destination[:-1]) | (port[1:] != port[:-1])
    begin = (
        np.concatenate(([0], np.flatnonzero(changed) + 1, [len(order)])) if len(order) else np.zeros(1, int)
    )
    sizes = np.diff(begin)
    kept = sizes >= least
    return order[np.repeat(kept, sizes)], np.concatenate(([0], np.cumsum(sizes[kept]))).astype(np.int64)


def _choir(
    members: dict[str, np.ndarray], parts: list[np.ndarray], found: np.ndarray, alone: set[tuple[int, int]]
) -> Choir:
    """What is left of a group's evidence without its strongest source and those that have a rhythm alone."""
    log_evidence, period, jitter = float(found[0]), float(found[1]), int(found[2])
    destination = int(members["destination"][0])
    shares, one = [], np.empty(1)
    mean = float(np.mean(np.concatenate(parts)[:GAPS]))
    for part in parts:
        pace(part, mean, worths()[jitter], CELLS, period, 1.0, one)
        shares.append(float(one[0]))
    known = [(int(source), destination) in alone for source in members["source"]]
    strongest = max((share for share, own in zip(shares, known, strict=True) if not own), default=0.0)
    known_shares = sum(max(share, 0.0) for share, own in zip(shares, known, strict=True) if own)
    rows = sorted(np.flatnonzero(~np.array(known)).tolist(), key=lambda row: -shares[row])
    return Choir(
        destination=destination,
        sources=tuple(int(members["source"][row]) for row in rows),
        agreeing=sum(shares[row] > 0 for row in rows),
        period=period,
        jitter=JITTERS[jitter],
        log_p=max(strongest, 0.0) + known_shares - log_evidence,
        port=int(members["port"][0]),
        proto=int(members["proto"][0]),
        first=float(members["first"].min()),
        last=float(members["last"].max()),
        flows=int(members["flows"].sum()),
    )
