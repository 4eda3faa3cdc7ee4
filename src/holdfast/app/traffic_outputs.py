"""What a run over traffic leaves besides its lines: the list to notify, reports, sightings, an intel file, pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from holdfast.model.errors import UsageError
from holdfast.model.origin import Origin
from holdfast.model.status import Problems, RunStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from holdfast.flows.finding import TrafficFinding
    from holdfast.flows.inside import Inside
    from holdfast.model.indicator import Indicator
    from holdfast.reports.xarf import Reporter

_LINES = {".jsonl", ".ndjson"}
"""Suffixes of a file that takes all XARF reports, a line each; anything else is a folder."""


@dataclass(frozen=True, slots=True)
class TrafficOutputs:
    """Files and folders to write; none where absent."""

    notify: Path | None = None
    """Subscribers to tell, in Shadowserver's columns."""
    xarf: Path | None = None
    """A folder with a report each, or a ``.jsonl`` file with all."""
    stix: Path | None = None
    misp: Path | None = None
    zeek_intel: Path | None = None
    page: Path | None = None
    """A folder with a page per controller."""
    reporter: str = ""
    """``Organisation <abuse@example.net>``; named in reports and pages."""

    @property
    def wanted(self) -> bool:
        """Whether there is anything to write."""
        return any((self.notify, self.xarf, self.stix, self.misp, self.zeek_intel, self.page))


def check_outputs(outputs: TrafficOutputs) -> None:
    """Raise :class:`UsageError` before hours of reading, when an output cannot be written as asked."""
    if outputs.xarf is not None:
        _reporter(outputs.reporter)


def write_outputs(
    outputs: TrafficOutputs,
    findings: Iterable[TrafficFinding],
    inside: Inside,
    indicators: Sequence[Indicator],
) -> Iterator[RunStatus]:
    """Write what was asked for, and say how complete the list is; the same findings give the same bytes."""
    from holdfast.flows.contact import ACCUSING, read_contacts
    from holdfast.flows.talkers import describe_controllers
    from holdfast.reports import controllers as pages
    from holdfast.reports import misp, notification, traffic_stix, xarf, zeek_intel

    contacts = [item for item in read_contacts(findings, inside) if item.finding.kind in ACCUSING]
    described = describe_controllers(contacts)
    organisation = _name_and_address(outputs.reporter)[0] or "this operator"
    if outputs.notify is not None:
        _make_room(outputs.notify).write_text(notification.render(described), encoding="utf-8", newline="")
        yield _status_of(outputs.notify, described)
    if outputs.xarf is not None:
        _write_reports(outputs.xarf, list(xarf.render(described, _reporter(outputs.reporter))))
    if outputs.stix is not None:
        _make_room(outputs.stix).write_bytes(traffic_stix.render(described, organisation))
    if outputs.misp is not None:
        _make_room(outputs.misp).write_bytes(misp.render(described, organisation))
    if outputs.zeek_intel is not None:
        touched = {contact.finding.indicator for contact in contacts if contact.live}
        text = zeek_intel.render(indicators, touched)
        _make_room(outputs.zeek_intel).write_text(text, encoding="utf-8", newline="")
    if outputs.page is not None:
        outputs.page.mkdir(parents=True, exist_ok=True)
        for name, page in pages.render(described, organisation):
            (outputs.page / name).write_text(page, encoding="utf-8")


def _status_of(place: Path, described: Sequence[Mapping[str, Any]]) -> RunStatus:
    """Of the list: behind a NAT each connection may be another line, so those that were not kept are a gap."""
    from holdfast.flows.inside import Place
    from holdfast.reports.notification import to_notify

    problems = Problems()
    counts = {"subscribers": 0, "connections": 0}
    for controller, talker in to_notify(described):
        kept = len(talker["samples"])
        counts["subscribers"] += 1
        counts["connections"] += kept
        if talker["place"] == Place.SHARED and kept < talker["live_flows"]:
            says = f"{talker['live_flows'] - kept:,} connections of {talker['subscriber']} with {controller['name']} are not listed"
            problems.add(f"{says}: other lines may be behind them", Origin(str(place)))
    return RunStatus.of("reports.notification", str(place), problems, counts)


def _write_reports(place: Path, reports: Sequence[tuple[str, bytes]]) -> None:
    if place.suffix.lower() in _LINES:
        import orjson

        lines = (orjson.dumps(orjson.loads(report)) for _, report in reports)
        _make_room(place).write_bytes(b"".join(line + b"\n" for line in lines))
        return
    place.mkdir(parents=True, exist_ok=True)
    for name, report in reports:
        (place / name).write_bytes(report)


def _reporter(text: str) -> Reporter:
    from holdfast.reports.xarf import Reporter

    name, address = _name_and_address(text)
    if not name or not address:
        raise UsageError(
            "XARF reports name who reports and an address to answer to",
            why=f"--reporter is {text!r}" if text else "--reporter is absent",
            advice="Write --reporter 'Northgate Communications <abuse@northgate.example>'",
        )
    return Reporter(name, address)


def _name_and_address(text: str) -> tuple[str, str]:
    """Who reports and the address behind it, with or without the brackets of mail; each empty where it is not there."""
    words = text.replace("<", " ").replace(">", " ").split()
    address = words.pop() if words and _is_address(words[-1]) else ""
    return " ".join(words), address


def _is_address(text: str) -> bool:
    name, at, domain = text.rpartition("@")
    return bool(name and at and "." in domain and not any(char.isspace() for char in text))


def _make_room(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
