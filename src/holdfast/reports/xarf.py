"""Abuse reports in XARF version 4, type infrastructure/botnet: one incident, one report.

An incident is one subscriber and one controller. https://github.com/xarf/xarf-spec (schemas/v4)
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from holdfast.reports.notification import PROTOCOLS, to_notify
from holdfast.text.cell import defuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

VERSION = "4.2.0"
_C2 = {"tcp", "udp"}


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reports, and to whom to answer."""

    organisation: str
    contact: str
    """An email address."""

    def to_dict(self) -> dict[str, str]:
        """As the format wants it."""
        return {
            "org": self.organisation,
            "contact": self.contact,
            "domain": self.contact.rpartition("@")[2],
        }


def render(controllers: Iterable[Mapping[str, Any]], reporter: Reporter) -> Iterator[tuple[str, bytes]]:
    """Pairs of file name and report, JSON with an indent of two."""
    import orjson

    for controller, talker in to_notify(controllers):
        report = _report(controller, talker, reporter)
        yield f"{report['report_id']}.json", orjson.dumps(report, option=orjson.OPT_INDENT_2)


def _report(controller: Mapping[str, Any], talker: Mapping[str, Any], reporter: Reporter) -> dict[str, Any]:
    sample = talker["samples"][-1] if talker["samples"] else {}
    port = sample.get("dport" if talker["came"] else "sport")
    protocol = PROTOCOLS.get(sample.get("proto", 0), "")
    report = {
        "xarf_version": VERSION,
        "report_id": _report_id(controller, talker, reporter),
        "timestamp": talker["last"],
        "reporter": reporter.to_dict(),
        "sender": reporter.to_dict(),
        "source_identifier": talker["subscriber"],
        **({"source_port": port} if port else {}),
        "category": "infrastructure",
        "type": "botnet",
        "evidence_source": "flow_analysis",
        "evidence": [_evidence(talker)],
        "confidence": talker["score"],
        "description": "; ".join(talker["why"]),
        "malware_family": controller["actor"] or "unknown",
        "c2_server": controller["name"],
        **({"c2_protocol": protocol} if protocol in _C2 else {}),
        "compromise_evidence": "C2 communication observed"
        if talker["kind"] == "indicator"
        else talker["why"][0],
        "first_seen": talker["first"],
        "last_seen": talker["last"],
        "tags": ["lifecycle:production", *_tags(controller)],
    }
    return {key: value for key, value in report.items() if value is not None}


def _tags(controller: Mapping[str, Any]) -> list[str]:
    word = "".join(char if char.isascii() and char.isalnum() else "-" for char in controller["actor"].lower())
    return [f"botnet:{word.strip('-')}"] if word.strip("-") else []


def _evidence(talker: Mapping[str, Any]) -> dict[str, Any]:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    columns = ("ts", "sport", "dport", "proto")
    writer.writerow(columns)
    for sample in talker["samples"]:
        # Logs of names have no ports.
        writer.writerow([defuse(str(sample[name])) if sample[name] is not None else "" for name in columns])
    payload = stream.getvalue().encode()
    return {
        "content_type": "text/csv",
        "description": "The first connections, times in UTC",
        "payload": base64.b64encode(payload).decode(),
        "hash": f"sha256:{hashlib.sha256(payload).hexdigest()}",
        "size": len(payload),
    }


def _report_id(controller: Mapping[str, Any], talker: Mapping[str, Any], reporter: Reporter) -> str:
    """The format wants version 4; its bits come from a hash of the incident, so that a rerun reports it once."""
    parts = (reporter.contact, talker["subscriber"], controller["name"], talker["first"])
    return str(uuid.UUID(bytes=hashlib.sha256("\n".join(parts).encode()).digest()[:16], version=4))
