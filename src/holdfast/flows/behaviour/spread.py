"""Sources that spread: one port, very many destinations, few of which answer or all of which are devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from holdfast.flows.behaviour.everyone import FAMILY, among
from holdfast.flows.finding import TrafficFinding, Why

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from holdfast.flows.behaviour.everyone import Everyone
    from holdfast.flows.policy import Policy


def find_spread(everyone: Everyone, show: Callable[[int], str], policy: Policy) -> Iterator[TrafficFinding]:
    """A finding for each source and port that reaches for many destinations."""
    limits = policy.fan_out
    for rows in _often(everyone, min(limits["least"], limits["least_on_device_port"])):
        port, proto = int(everyone["port"][rows[0]]), int(everyone["proto"][rows[0]])
        device = port in limits["device_ports"]
        # ICMP has types and codes where others have ports, and answers to scanners are such.
        if proto not in _WITH_PORTS or len(rows) < limits["least_on_device_port" if device else "least"]:
            continue
        told, answered = int((everyone["told"][rows] > 0).sum()), int((everyone["answered"][rows] > 0).sum())
        if not device and (not told or answered > limits["answered"] * told):
            continue
        says = f"reached for {len(rows):,} destinations on port {port}"
        says += f", of which {answered:,} answered" if told else ""
        says += ": a port by which devices are taken over" if device else ": most are silent, as to a scanner"
        yield TrafficFinding(
            kind="fan-out",
            source=show(int(everyone["sources"][rows[0]])),
            destination=f"{len(rows)} destinations",
            score=float(limits["score"]),
            why=(Why("fan_out", float(limits["score"]), says),),
            first_seen=float(everyone["first"][rows].min()),
            last_seen=float(everyone["last"][rows].max()),
            flows=int(everyone["flows"][rows].sum()),
            details={"ports": [port], "proto": proto, "destinations": len(rows), "answered": answered},
        )


_WITH_PORTS = (6, 17)
_NUMBER = ~FAMILY


def _often(everyone: Everyone, least: int) -> list[np.ndarray]:
    """Places of the pairs of each source and port that have so many."""
    if len(everyone) < least:
        return []
    ports = np.where(np.isin(everyone["proto"], _WITH_PORTS), everyone["port"], -1)
    # Source and port in one number: ports take seventeen bits with the one for none.
    keys = ((everyone["sources"] & _NUMBER) << np.uint64(17)) | (ports + 1).astype(np.uint64)
    keys |= everyone["sources"] & FAMILY
    ordered = np.sort(keys)
    # What stands so many places apart stands in all places between.
    often = ordered[: len(ordered) - least + 1][ordered[: len(ordered) - least + 1] == ordered[least - 1 :]]
    if not len(often):
        return []
    rows = everyone.where(among(keys, often))
    rows = rows[np.argsort(keys[rows], kind="stable")]
    return np.split(rows, np.flatnonzero(np.diff(keys[rows])) + 1)
