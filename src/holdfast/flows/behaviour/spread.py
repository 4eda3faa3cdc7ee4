"""Sources that spread: one port, very many destinations, few of which answer or all of which are devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from holdfast.flows.finding import TrafficFinding, Why

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from holdfast.flows.behaviour.everyone import Everyone
    from holdfast.flows.policy import Policy


def find_spread(everyone: Everyone, show: Callable[[int], str], policy: Policy) -> Iterator[TrafficFinding]:
    """A finding for each source and port that reaches for many destinations."""
    if not len(everyone):
        return
    limits = policy.fan_out
    # ICMP has types and codes where others have ports, and answers to scanners are such.
    spoken = np.isin(everyone["proto"], (6, 17))
    ports = np.where(spoken, everyone["port"], -1)
    # A source and a port in one number: ports take seventeen bits with the one for none.
    sources, codes = np.unique(everyone["sources"], return_inverse=True)
    keys = (codes.astype(np.int64) << 17) | (ports + 1)
    order = np.argsort(keys, kind="stable")
    starts = np.flatnonzero(np.concatenate(([True], np.diff(keys[order]) != 0)))
    ends = np.append(starts[1:], len(order))
    device = np.isin(ports[order[starts]], limits["device_ports"])
    enough = (ends - starts) >= np.where(device, limits["least_on_device_port"], limits["least"])
    for group in np.flatnonzero(enough & (ports[order[starts]] >= 0)).tolist():
        rows = order[starts[group] : ends[group]]
        told, answered = int((everyone["told"][rows] > 0).sum()), int((everyone["answered"][rows] > 0).sum())
        if not device[group] and (not told or answered > limits["answered"] * told):
            continue
        port = int(ports[rows[0]])
        proto = int(everyone["proto"][rows[0]])
        says = f"reached for {len(rows):,} destinations on port {port}"
        says += f", of which {answered:,} answered" if told else ""
        says += (
            ": a port by which devices are taken over"
            if device[group]
            else ": most are silent, as to a scanner"
        )
        yield TrafficFinding(
            kind="fan-out",
            source=show(int(sources[codes[rows[0]]])),
            destination=f"{len(rows)} destinations",
            score=float(limits["score"]),
            why=(Why("fan_out", float(limits["score"]), says),),
            first_seen=float(everyone["first"][rows].min()),
            last_seen=float(everyone["last"][rows].max()),
            flows=int(everyone["flows"][rows].sum()),
            details={"ports": [port], "proto": proto, "destinations": len(rows), "answered": answered},
        )
