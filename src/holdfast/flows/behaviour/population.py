"""Many sources, one destination, one rhythm: what a single host cannot show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.flows.behaviour.beacons import show_seconds
from holdfast.flows.finding import TrafficFinding, Why

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
