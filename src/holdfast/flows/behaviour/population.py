"""Many sources, one destination, one rhythm: what a single host cannot show."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from holdfast.flows.behaviour.beacons import show_seconds
from holdfast.flows.finding import TrafficFinding, Why

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from holdfast.flows.behaviour.pool import Choir
    from holdfast.flows.policy import Policy


def find_populations(beacons: Iterable[TrafficFinding], policy: Policy) -> Iterator[TrafficFinding]:
    """A finding for each destination to which several sources beacon with the same period."""
    by_destination: dict[str, list[TrafficFinding]] = {}
    for finding in beacons:
        by_destination.setdefault(finding.destination, []).append(finding)
    for destination, found in sorted(by_destination.items()):
        found.sort(key=lambda finding: finding.details["period"])
        for group in _alike(found, policy.population["give"]):
            sources = sorted({finding.source for finding in group})
            if len(sources) >= policy.population["least"]:
                yield _population(destination, sources, group, policy)


def _alike(found: list[TrafficFinding], give: float) -> Iterator[list[TrafficFinding]]:
    """Runs of findings whose periods differ little from the first."""
    group: list[TrafficFinding] = []
    for finding in found:
        if group and finding.details["period"] > group[0].details["period"] * (1 + give):
            yield group
            group = []
        group.append(finding)
    yield group


def _population(
    destination: str, sources: list[str], group: list[TrafficFinding], policy: Policy
) -> TrafficFinding:
    period = group[len(group) // 2].details["period"]
    best = max(finding.score for finding in group)
    score = 1 - (1 - best) * (1 - policy.population["each"]) ** (len(sources) - 1)
    says = f"{len(sources):,} sources call every {show_seconds(period)}: {', '.join(sources[:5])}"
    says += " …" if len(sources) > 5 else ""
    return TrafficFinding(
        kind="population",
        source=f"{len(sources)} sources",
        destination=destination,
        score=score,
        why=(Why("population", score, says),),
        first_seen=min(finding.first_seen for finding in group),
        last_seen=max(finding.last_seen for finding in group),
        flows=sum(finding.flows for finding in group),
        details={
            "period": period,
            "sources": sources,
            "ports": sorted({p for f in group for p in f.details["ports"]}),
        },
    )


def pooled_finding(
    choir: Choir, destination: str, sources: list[str], explained: tuple[str, str] | None, policy: Policy
) -> TrafficFinding:
    """A population whose rhythm shows only in all its sources together, or a rhythm where something explains it.

    ``explained`` is a feature and a sentence, as :func:`holdfast.flows.behaviour.beacons.explain` gives them.
    """
    worth = policy.beacon
    chance = f"one in 10^{-choir.log_p / math.log(10):.0f} by chance"
    says = (
        f"{len(sources):,} sources, none of which shows it alone, connect a whole number of pauses apart, of "
        f"{show_seconds(choir.period)} give or take {choir.jitter:.0%} ({chance} without the strongest of them): "
        f"{', '.join(sources[:5])}"
    )
    whys = [Why("pooled", worth["rhythm"], says + (" …" if len(sources) > 5 else ""))]
    if explained:
        feature, why = explained
        whys.append(Why(feature, worth["shared_network" if feature == "shared_network" else "ordinary"], why))
    alone = math.prod(why.score for why in whys)
    others = choir.agreeing - policy.population["pooled_least"]
    score = alone
    if not explained:
        joined = 1 - (1 - alone) * (1 - policy.population["each"]) ** others
        score = min(joined, policy.population["pooled_most"])
        says = "devices of one make that report to their maker look the same: ask what these sources have in common"
        whys.append(Why("make", 1.0, says))
    return TrafficFinding(
        kind="population" if score >= worth["least"] else "rhythm",
        source=f"{len(sources)} sources",
        destination=destination,
        score=score,
        why=tuple(whys),
        first_seen=choir.first,
        last_seen=choir.last,
        flows=choir.flows,
        details={
            "period": round(choir.period, 3),
            "test": "pooled",
            "log10_chance": round(choir.log_p / math.log(10), 1),
            "sources": sources,
            "ports": [choir.port],
            "proto": choir.proto,
        },
    )
