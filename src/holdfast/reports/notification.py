"""The list of subscribers to notify, in the columns of Shadowserver's Sinkhole Events Report, which ISPs already parse.

A row is one connection: UTC to the second, and the subscriber's source port, by which the log of a carrier NAT names
the line. What the operator knows better itself (AS, region, sector) stays empty.
https://www.shadowserver.org/what-we-do/network-reporting/sinkhole-events-report/
"""

from __future__ import annotations

import csv
import hashlib
import io
from typing import TYPE_CHECKING, Any

from holdfast.text.addresses import pack
from holdfast.text.cell import defuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

COLUMNS = (
    "timestamp", "protocol", "src_ip", "src_port", "src_asn", "src_geo", "src_region", "src_city", "src_hostname",
    "src_naics", "src_sector", "device_vendor", "device_type", "device_model", "severity", "dst_ip", "dst_port",
    "dst_asn", "dst_geo", "dst_region", "dst_city", "dst_hostname", "dst_naics", "dst_sector", "public_source",
    "infection", "family", "tag", "application", "version", "event_id",
)  # fmt: skip
"""As published, in that order."""
PROTOCOLS = {6: "tcp", 17: "udp", 1: "icmp", 58: "icmp6", 132: "sctp"}
_REACHED = {"flow", "tls", "http"}
"""Ways of being seen in which the other end of the connection is the controller, and not a resolver."""


def render(controllers: Iterable[Mapping[str, Any]]) -> str:
    """The list as CSV, oldest first."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    rows = {row["event_id"]: row for row in _rows(controllers)}
    for row in sorted(rows.values(), key=lambda row: (row["timestamp"], row["src_ip"], row["event_id"])):
        writer.writerow({name: defuse(value) for name, value in row.items()})
    return stream.getvalue()


def to_notify(
    controllers: Iterable[Mapping[str, Any]],
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Pairs of controller and talker about whom a subscriber is told."""
    for controller in controllers:
        for talker in filter(is_told, controller["talkers"]):
            yield controller, talker


def is_told(talker: Mapping[str, Any]) -> bool:
    """Whether a subscriber is told: not of a used number, not of what passes through, and only with a connection that names the line.

    A population is a reason to look at its sources, and accuses none of them.
    """
    return bool(talker["counts"] and talker["concern"] == "subscriber" and talker["samples"])


def grade(score: float) -> str:
    """Shadowserver's word for how urgent it is."""
    return "critical" if score >= 0.8 else "high" if score >= 0.5 else "medium"


def _rows(controllers: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, str]]:
    for controller, talker in to_notify(controllers):
        target = controller["name"] if pack(controller["name"]) else ""
        reached = talker["server"] if talker["how"] in _REACHED else ""
        for sample in talker["samples"]:
            ports = (sample["sport"], sample["dport"])
            own, other = reversed(ports) if talker["came"] else ports
            row = {
                "timestamp": sample["ts"][:19].replace("T", " "),
                "protocol": PROTOCOLS.get(sample["proto"], ""),
                "src_ip": talker["subscriber"],
                "src_port": "" if own is None else str(own),
                "severity": grade(talker["score"]),
                "dst_ip": target or reached,
                "dst_port": "" if other is None else str(other),
                "dst_hostname": "" if target else controller["name"],
                "public_source": "; ".join(controller["lists"]),
                "infection": controller["actor"].lower().replace(" ", "-") or "suspected-bot",
                "tag": ";".join(filter(None, (controller["role"], talker["timing"] or talker["kind"]))),
            }
            key = "\n".join((*row.values(), sample["ts"]))
            yield {**row, "event_id": hashlib.sha256(key.encode()).hexdigest()[:24]}
