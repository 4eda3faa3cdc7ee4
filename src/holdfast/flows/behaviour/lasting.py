"""Connections that last for hours: a channel kept open where a rhythm would show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.flows.behaviour.beacons import show_seconds
from holdfast.flows.finding import TrafficFinding, Why
from holdfast.text.addresses import show_address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from holdfast.flows.behaviour.everyone import Everyone
    from holdfast.flows.policy import Policy


def find_lasting(
    everyone: Everyone,
    pack: Callable[[int], bytes],
    ordinary: Callable[[bytes, int, int], bool],
    policy: Policy,
) -> Iterator[TrafficFinding]:
    """A finding for each pair with a very long connection that nothing ordinary explains.

    ``ordinary`` says whether something explains a destination, protocol and port.
    """
    if not len(everyone):
        return
    for row in everyone.where(everyone["longest"] >= policy.long["seconds"]).tolist():
        destination = pack(int(everyone["destinations"][row]))
        proto, port = int(everyone["proto"][row]), int(everyone["port"][row])
        if ordinary(destination, proto, port):
            continue
        longest = float(everyone["longest"][row])
        says = f"one connection on port {port} stayed open for {show_seconds(longest)}"
        yield TrafficFinding(
            kind="long",
            source=show_address(pack(int(everyone["sources"][row]))),
            destination=show_address(destination),
            score=float(policy.long["score"]),
            why=(Why("long", float(policy.long["score"]), says),),
            first_seen=float(everyone["first"][row]),
            last_seen=float(everyone["last"][row]),
            flows=int(everyone["flows"][row]),
            details={"ports": [port], "proto": proto, "longest": round(longest, 1)},
        )
