"""Customers, suppliers and other parties in an assessment: who of them may be listed.

A table of ``holdfast.toml``::

    [[parties]]
    file = "customers.csv"
    role = "customer"                     # optional, any word
    map = { name = "Vendor Name" }        # optional: column by field
    policy = "default"                    # optional
    decisions = "decided.csv"             # optional: hits decided before
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from holdfast.app.decisions import load_decisions
from holdfast.app.screen import as_query, open_screener
from holdfast.app.sections.files import find_files
from holdfast.app.sections.interface import SectionRequest, SectionResult
from holdfast.model.effect import effect_on
from holdfast.model.errors import InputError
from holdfast.model.finding import Basis, Evidence, Finding, Verdict
from holdfast.model.status import Problems, RunStatus
from holdfast.records.parties import PartyRecord, read_parties
from holdfast.screen.next_step import next_step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from holdfast.screen.decided import Decisions
    from holdfast.screen.query import Hit
    from holdfast.screen.screener import Screener


def assess(request: SectionRequest) -> SectionResult:
    """Screen the parties of every entry."""
    findings: list[Finding] = []
    statuses: list[RunStatus] = []
    for entry in request.entries:
        screener = open_screener(request.watchlist, str(entry.get("policy", "default")))
        files = find_files(request.folder, entry, "decisions") if "decisions" in entry else []
        decisions, read = load_decisions(files, screener.policy, request.as_of)
        statuses += read
        for path in find_files(request.folder, entry):
            problems = Problems()
            counts = {"parties": 0, "hits": 0, "decided": 0}
            try:
                for finding in _screen(request, entry, path, screener, decisions, problems, counts):
                    findings.append(finding)
                    counts["hits"] += 1
            except InputError as error:
                statuses.append(RunStatus.failure("records.parties", str(path), str(error)))
                continue
            statuses.append(RunStatus.of("screen", str(path), problems, counts))
    return SectionResult(tuple(findings), tuple(statuses))


def _screen(
    request: SectionRequest,
    entry: Mapping[str, Any],
    path: Path,
    screener: Screener,
    decisions: Decisions,
    problems: Problems,
    counts: dict[str, int],
) -> Iterator[Finding]:
    role = str(entry.get("role", ""))
    for record in read_parties(path, problems, entry.get("map")):
        counts["parties"] += 1
        request.progress.advance()
        for hit in (hit for hit in screener.screen(as_query(record)) if hit.hit):
            settled = decisions.settle(hit, request.watchlist.party(hit.party))
            if settled.hit:
                yield _finding(request, screener, record, role, settled)
            else:
                counts["decided"] += 1


def _finding(
    request: SectionRequest, screener: Screener, record: PartyRecord, role: str, hit: Hit
) -> Finding:
    effect = effect_on(request.watchlist.party(hit.party), request.as_of)
    who = role.capitalize() if role else "Party"
    return Finding(
        kind="party",
        subject=record.id or record.name,
        subject_name=record.name,
        role=role,
        title=f"{who} “{record.name}” may be the listed {hit.listed_name}",
        verdict=Verdict.REVIEW,
        score=hit.score,
        party=hit.party,
        effect=str(effect),
        next_step=next_step(hit, effect.kind),
        evidence=tuple(
            Evidence(why.says, record.origin, {"feature": why.feature, "score": why.score}) for why in hit.why
        ),
        basis=Basis(screener.edition, policy=screener.policy.stamp, as_of=request.as_of.isoformat()),
        details={
            "listed_name": hit.listed_name,
            "strength": hit.strength,
            "programmes": list(hit.programmes),
        },
    )
