"""Contacts by controller, as plain data for a drawing: who talked to it, on which days, and when it was the actor's."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from holdfast.flows.contact import USED, Concern
from holdfast.flows.finding import show_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from holdfast.flows.contact import Contact

ASKED = frozenset({"dns", "answer"})
"""Ways of being seen in which a name was asked for, and nobody need have been reached."""
DRAWN = 18
"""Controllers that the panel of a report shows; a page for each is ``holdfast flows --page``."""


def draw_data(contacts: Sequence[Contact]) -> dict[str, Any]:
    """What the panel ``traffic`` draws: the controllers with most subscribers first."""
    listed = [contact for contact in contacts if contact.finding.kind == "indicator"]
    controllers = describe_controllers(listed)
    names = {contact.controller for contact in listed}
    others = Counter(contact.finding.kind for contact in contacts if contact.finding.kind != "indicator")
    return {
        "controllers": [_slim(item) for item in controllers[:DRAWN]],
        "more": max(0, len(controllers) - DRAWN),
        "subscribers": len({contact.subscriber for contact in listed if contact.counts}),
        "used_numbers": len(names - {contact.controller for contact in listed if contact.live}),
        "transit": sum(contact.concern is Concern.TRANSIT for contact in listed),
        "behaviour": dict(sorted(others.items())),
    }


def _slim(controller: dict[str, Any]) -> dict[str, Any]:
    """Without what the panel does not draw: of a carrier's thousands of talkers that is nearly all."""
    kept = ("subscriber", "live", "counts", "flows", "first", "last", "days")
    talkers = [{name: talker[name] for name in kept} for talker in controller["talkers"]]
    return {**controller, "talkers": talkers}


def describe_controllers(contacts: Iterable[Contact]) -> list[dict[str, Any]]:
    """Each controller with its talkers; JSON values only."""
    groups: dict[str, list[Contact]] = {}
    for contact in contacts:
        groups.setdefault(contact.controller, []).append(contact)
    described = [_describe(name, group) for name, group in groups.items()]
    return sorted(described, key=lambda item: (-item["live"], -len(item["talkers"]), item["name"]))


def _describe(name: str, group: list[Contact]) -> dict[str, Any]:
    details = [contact.finding.details for contact in group]
    by_subscriber: dict[str, list[Contact]] = {}
    for contact in group:
        by_subscriber.setdefault(contact.subscriber, []).append(contact)
    talkers = [_talker(subscriber, own) for subscriber, own in by_subscriber.items()]
    ports = Counter(port for item in details for port in item.get("ports", ()))
    return {
        "name": name,
        "actor": next((contact.actor for contact in group if contact.actor), ""),
        "role": next((str(item["role"]) for item in details if item.get("role")), ""),
        "indicators": sorted({contact.finding.indicator for contact in group if contact.finding.indicator}),
        "types": {
            contact.finding.indicator: str(contact.finding.details.get("indicator_type", ""))
            for contact in group
            if contact.finding.indicator
        },
        "lists": sorted({source for item in details for source in item.get("lists", ())}),
        "listed_from": min(
            (item["listed_from"][:10] for item in details if item.get("listed_from")), default=""
        ),
        "listed_until": max(
            (item["listed_until"][:10] for item in details if item.get("listed_until")), default=""
        ),
        "ports": [port for port, _ in ports.most_common(8)],
        "live": sum(talker["counts"] for talker in talkers),
        "talkers": sorted(talkers, key=lambda item: (not item["counts"], item["first"], item["subscriber"])),
    }


def _talker(subscriber: str, own: list[Contact]) -> dict[str, Any]:
    # The same flows may stand for several indicators, an address and the block around it: the best one counts.
    # Of equals, the one that saw the connection and not only the query.
    best = max(
        own, key=lambda contact: (contact.finding.score, contact.finding.details.get("how") not in ASKED)
    )
    days: Counter[str] = Counter()
    for hour, flows in best.finding.hours:
        days[_stamp(hour)[:10]] += flows
    return {
        "subscriber": subscriber,
        "concern": best.concern.value,
        "place": best.place.value,
        "came": best.came,
        "live": best.live,
        "counts": best.counts,
        "timing": str(best.finding.details.get("timing", "")),
        "score": round(best.finding.score, 4),
        "flows": best.finding.flows,
        "live_flows": sum(
            flows for timing, flows in best.finding.details.get("timings", {}).items() if timing not in USED
        ),
        "bytes": int(best.finding.details.get("bytes", 0)),
        "first": show_time(best.finding.first_seen),
        "last": show_time(best.finding.last_seen),
        "days": [[day, flows] for day, flows in sorted(days.items())],
        "hours": [[_stamp(hour), flows] for hour, flows in best.finding.hours],
        "samples": [
            sample.to_dict() for sample in best.finding.samples if not best.live or sample.timing not in USED
        ],
        "why": [why.says for why in best.finding.why],
        "kind": best.finding.kind,
        "indicator": best.finding.indicator,
        "how": str(best.finding.details.get("how", "")),
        "server": str(best.finding.details.get("server", "")),
        "ports": list(best.finding.details.get("ports", ())),
    }


def _stamp(hour: int) -> str:
    """``2024-09-03T05``."""
    return datetime.fromtimestamp(hour * 3600, UTC).isoformat()[:13]
