"""A finding seen from the operator: which end is a subscriber, which is the other side, and whose business it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from holdfast.flows.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from holdfast.flows.finding import TrafficFinding
    from holdfast.flows.inside import Inside, Place


ACCUSING = ("indicator", "member", "population")
"""Kinds of finding that say something of a subscriber; a rhythm alone is drawn and accuses nobody."""


USED = frozenset({Timing.STALE, Timing.EARLY})
"""Timings of a number that was somebody else's."""


class Concern(StrEnum):
    """Whose business a contact is."""

    SUBSCRIBER = "subscriber"
    """One of the operator's addresses talked to the other side."""
    HOSTED = "hosted"
    """The listed address itself lies in a range of the operator."""
    TRANSIT = "transit"
    """Neither end is the operator's, which can be said only when it named its ranges."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One finding with its ends named."""

    subscriber: str
    """The end that is not the listed one."""
    controller: str
    """The other end: an address, or a name."""
    concern: Concern
    place: Place
    """Where the subscriber's address lies."""
    came: bool
    """Whether the other side opened the connections."""
    finding: TrafficFinding

    @property
    def actor(self) -> str:
        """Whom the indicator is laid to; empty for behaviour that names nobody."""
        return str(self.finding.details.get("actor", ""))

    @property
    def live(self) -> bool:
        """Whether it is more than a used number: not long before or after the time in which it was the actor's."""
        return self.finding.details.get("timing") not in USED

    @property
    def counts(self) -> bool:
        """Whether it is live, and the operator's business."""
        return self.live and self.concern is not Concern.TRANSIT


def read_contacts(findings: Iterable[TrafficFinding], inside: Inside) -> Iterator[Contact]:
    """The findings as contacts, in their order."""
    for finding in findings:
        came = finding.details.get("listed") == "source"
        ends = (finding.source, finding.destination)
        subscriber, controller = reversed(ends) if came else ends
        place = inside.place(subscriber)
        if inside.told and inside.holds(controller) and finding.kind == "indicator":
            concern = Concern.HOSTED
        elif inside.told and not inside.holds(subscriber):
            concern = Concern.TRANSIT
        else:
            concern = Concern.SUBSCRIBER
        yield Contact(subscriber, controller, concern, place, came, finding)
