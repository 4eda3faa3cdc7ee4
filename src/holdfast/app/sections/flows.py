"""Traffic in an assessment: subscribers that talk to listed infrastructure, or behave as members, as findings.

In ``holdfast.toml``::

    [[flows]]
    file = "flows"                        # a log or a folder of them
    inside = ["203.0.113.0/24"]           # optional: your public ranges; private ones are known
    shared = ["198.51.100.0/28"]          # optional: public addresses of your carrier NAT
    nat_log_days = 180                    # optional: how long the NAT's log is kept; gives the day to ask by
    indicators = "lists"                  # optional: more indicators
    timezone = "America/New_York"         # optional: of times that carry none

One finding a subscriber and actor. What fell outside the time in which an address was the actor's is drawn in the
panel, and is no finding: the number has probably changed hands.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from holdfast.app.flows import FlowsRequest, Traffic, traffic_findings
from holdfast.app.sections.files import find_files
from holdfast.app.sections.interface import SectionRequest, SectionResult
from holdfast.flows.contact import ACCUSING, Concern, read_contacts
from holdfast.flows.finding import show_time
from holdfast.flows.inside import Inside, Place
from holdfast.flows.notice import notice_of
from holdfast.flows.policy import read_policy
from holdfast.flows.talkers import draw_data
from holdfast.model.finding import Basis, Evidence, Finding, Verdict
from holdfast.model.origin import Origin
from holdfast.model.panel import Panel

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from holdfast.flows.contact import Contact
    from holdfast.model.status import RunStatus

SURE = 0.8
"""Score from which a touch is no longer a question: in the published window, on the published port or without one."""
SAMPLES = 5
"""Flows of a contact that a finding names, with source port and time."""


def assess(request: SectionRequest) -> SectionResult:
    """Look through the traffic of every entry."""
    findings: list[Finding] = []
    statuses: list[RunStatus] = []
    panels: list[Panel] = []
    for entry in request.entries:
        inside = Inside(entry.get("inside", ()), entry.get("shared", ()))
        run = Traffic()
        found = traffic_findings(_ask(request, entry), request.settings, run, request.progress)
        contacts = list(read_contacts(found, inside))
        statuses += run.statuses
        findings += _findings(contacts, request, entry)
        if contacts:
            panels.append(
                Panel("traffic", "Traffic: listed addresses and who talked to them", draw_data(contacts))
            )
    return SectionResult(tuple(findings), tuple(statuses), tuple(panels))


def _ask(request: SectionRequest, entry: Mapping[str, Any]) -> FlowsRequest:
    lists = find_files(request.folder, entry, "indicators") if "indicators" in entry else []
    return FlowsRequest(
        paths=tuple(find_files(request.folder, entry)),
        indicators=tuple(lists),
        zone=str(entry.get("timezone", "UTC")),
        edition=request.watchlist.edition,
        inside=tuple(entry.get("inside", ())),
        shared=tuple(entry.get("shared", ())),
    )


def _findings(
    contacts: Iterable[Contact], request: SectionRequest, entry: Mapping[str, Any]
) -> Iterator[Finding]:
    groups: dict[tuple[str, str, Concern, bool], list[Contact]] = {}
    for contact in contacts:
        if contact.counts and contact.finding.kind in ACCUSING:
            subject = contact.controller if contact.concern is Concern.HOSTED else contact.subscriber
            listed = contact.finding.kind == "indicator"
            groups.setdefault((subject, contact.actor, contact.concern, listed), []).append(contact)
    days = entry.get("nat_log_days")
    for (subject, *_), group in groups.items():
        group.sort(key=lambda contact: (-contact.finding.score, contact.finding.first_seen))
        yield _finding(subject, group, request, days if isinstance(days, int) else None)


def _finding(subject: str, group: list[Contact], request: SectionRequest, log_days: int | None) -> Finding:
    best = group[0]
    notice = notice_of(best)
    first = min(contact.finding.first_seen for contact in group)
    last = max(contact.finding.last_seen for contact in group)
    due = _ask_by(group, log_days, request.as_of)
    return Finding(
        kind="flow",
        subject=subject,
        role=_role(best),
        title=_title(subject, group),
        verdict=Verdict.YES if best.finding.score >= SURE else Verdict.REVIEW,
        score=best.finding.score,
        basis=Basis(
            request.watchlist.edition, f"flows {read_policy().version}", as_of=request.as_of.isoformat()
        ),
        evidence=tuple(_evidence(contact) for contact in group),
        effect=notice.effect,
        next_step=notice.next,
        due=due,
        techniques=tuple(best.finding.details.get("techniques", ())),
        details={
            "actors": [best.actor] if best.actor else [],
            "first_seen": show_time(first),
            "last_seen": show_time(last),
            "address": best.place.value,
            "basis_of_effect": notice.source,
            "grade": notice.grade,
        },
    )


def _role(contact: Contact) -> str:
    if contact.concern is Concern.HOSTED:
        return "own address"
    return _ROLES.get(contact.place, "subscriber address")


_ROLES = {Place.PRIVATE: "own host", Place.SHARED: "address of the carrier NAT"}
"""What the subject is, by where it lies."""
_VERBS = {"dns": "asked for", "answer": "asked for"}
"""What a subscriber did, by how it was seen; a name that was asked for need not have been reached."""


def _title(subject: str, group: list[Contact]) -> str:
    best = group[0]
    others = dict.fromkeys(contact.controller for contact in group)
    first = next(iter(others))
    more = f" and {len(others) - 1} more" if len(others) > 1 else ""
    of = f" of {best.actor}" if best.actor else ""
    if best.concern is Concern.HOSTED:
        return f"{subject}, in your own range, is a listed address{of}"
    if best.finding.kind != "indicator":
        return f"{subject} behaves like a member of a botnet"
    verb = "was reached from" if best.came else _VERBS.get(str(best.finding.details.get("how")), "talked to")
    kind = str(best.finding.details.get("role") or "listed infrastructure")
    return f"{subject} {verb} {first}{more}: {kind}{of}"


def _evidence(contact: Contact) -> Evidence:
    finding = contact.finding
    says = "; ".join(why.says for why in finding.why)
    flows = f"{finding.flows:,} {'flow' if finding.flows == 1 else 'flows'}"
    first, last = show_time(finding.first_seen), show_time(finding.last_seen)
    span = first if first == last else f"{first} to {last}"
    return Evidence(
        f"{says} ({flows}, {span}){_translation(contact)}",
        Origin(str(finding.details.get("file", "")), record=str(finding.details.get("record", ""))),
        {
            "destination": finding.destination,
            "indicator": finding.indicator,
            "ports": list(finding.details.get("ports", ())),
            "samples": [sample.to_dict() for sample in finding.samples[:SAMPLES]],
        },
    )


def _translation(contact: Contact) -> str:
    """What to ask the log of the carrier NAT for."""
    if contact.place is not Place.SHARED:
        return ""
    asked = [
        f"port {s.sport} at {show_time(s.ts)}"
        for s in contact.finding.samples[:SAMPLES]
        if s.sport is not None
    ]
    return f". Many share this address; ask the log of the translator for {', '.join(asked) or 'the times given'}"


def _ask_by(group: Iterable[Contact], log_days: int | None, as_of: date) -> str:
    """The last day on which the NAT's log still names the subscriber; nothing once it is gone, or where none is needed."""
    translated = [contact for contact in group if contact.place is Place.SHARED]
    if log_days is None or not translated:
        return ""
    last = max(contact.finding.last_seen for contact in translated)
    day = datetime.fromtimestamp(last, UTC).date() + timedelta(days=log_days)
    return day.isoformat() if day >= as_of else ""
