"""A sighting: one rule, correlation or indicator seen in one event, as the contract shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from holdfast.hunt.techniques import techniques_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from holdfast.hunt.correlate import Alert
    from holdfast.hunt.match import Hit
    from holdfast.hunt.rule import Rule

LEVELS = ("informational", "low", "medium", "high", "critical")
"""From least to most."""
_ACCOUNTS = ("User", "SubjectUserName", "TargetUserName", "user", "AccountName")


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was seen, where, when."""

    rule: str
    title: str
    level: str
    techniques: tuple[str, ...]
    file: str
    record: int | str
    time: str
    host: str
    matched: Mapping[str, str]
    """The fields that the rule looked at and found, with their values."""
    account: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    """What only some kinds of sighting have: the window of a correlation, the source of an indicator."""
    telling: bool = False
    """Whether few but the actor leave such a sign."""
    actor: str = ""
    """Whose tradecraft it belongs to, for rules of the pack and indicators."""

    def to_dict(self) -> dict[str, object]:
        """One line of output."""
        return {
            "rule": self.rule,
            "title": self.title,
            "level": self.level,
            "techniques": list(self.techniques),
            "file": self.file,
            "record": self.record,
            "time": self.time,
            "host": self.host,
            "account": self.account,
            "matched": dict(self.matched),
            **self.details,
        }


def weight(level: str) -> int:
    """Rank of a level; an unknown one counts as medium."""
    return LEVELS.index(level) if level in LEVELS else 2


def of_hit(hit: Hit, own_actor: str) -> Iterator[Sighting]:
    """One sighting for each event of a hit; ``own_actor`` is whose tradecraft the pack describes by default."""
    rule = hit.rule
    techniques = tuple(techniques_of(rule.tags))
    about = _about(rule, own_actor)
    for place, evidence in zip(hit.places, hit.evidence, strict=True):
        origin = hit.events.origin(place)
        row = hit.events.fields(place)
        account = next((str(row[name]) for name in _ACCOUNTS if row.get(name)), "")
        yield Sighting(
            rule=rule.id,
            title=rule.title,
            level=rule.level,
            techniques=techniques,
            file=origin.file,
            record=as_record(origin.record),
            time=hit.events.time(place),
            host=hit.events.host(place),
            matched=evidence,
            account=account,
            telling=about[0],
            actor=about[1],
        )


def _about(rule: Rule, own_actor: str) -> tuple[bool, str]:
    if not rule.details:
        return False, ""
    return bool(rule.details.get("telling")), str(rule.details.get("actor", own_actor))


def of_alert(alert: Alert, own_actor: str) -> Sighting:
    """The sighting of a correlation, at the event that made it true."""
    correlation, last = alert.correlation, alert.found.last
    about = {", ".join(correlation.fields): alert.found.of} if alert.found.of else {}
    return Sighting(
        rule=correlation.id,
        title=correlation.title,
        level=correlation.level,
        techniques=tuple(techniques_of(correlation.tags)),
        file=last.origin.file,
        record=as_record(last.origin.record),
        time=last.stamp,
        host=last.host,
        matched={**alert.group, **about},
        actor=own_actor if correlation.details else "",
        details={
            "correlation": {
                "type": correlation.type,
                "value": round(alert.found.value, 6),
                "first": alert.found.earliest[0].stamp,
                "last": last.stamp,
                "events": alert.found.count,
                "records": [str(one.origin) for one in alert.found.earliest],
            }
        },
    )


def as_record(record: str | None) -> int | str:
    """A record number as a number."""
    return int(record) if record is not None and record.isdigit() else record or ""
