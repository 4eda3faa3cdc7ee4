"""Holdings of an assessment: customers and suppliers that are blocked, or may be, because listed parties own them.

::

    [[holdings]]
    file = "holdings.csv"                  # any register that `holdfast owners` reads, or a folder of them
    map = { owner = "Shareholder" }        # optional: column by field
    control = "control.csv"                # optional: who controls whom
    packs = ["us-ofac", "eu"]              # optional: us-ofac alone
    entities = ["customers.csv"]           # optional: report only on parties of these files, by id or name
    decisions = "decided.csv"              # optional: links to the watchlist that were decided before

A stake of a listed party in an entity that is not blocked is a finding too: the stake itself is blocked property.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from holdfast.app.owners import evaluate_register
from holdfast.app.ownership.decided import Decided
from holdfast.app.ownership.links import name_key
from holdfast.app.ownership.panel import panel_data
from holdfast.app.ownership.register import DEFAULT_PACKS, OwnersRequest, read_register
from holdfast.app.sections.files import find_files
from holdfast.app.sections.interface import SectionRequest, SectionResult
from holdfast.cases.deadlines import due_date
from holdfast.inputs.table import read_rows
from holdfast.model.finding import Basis, Evidence, Finding, Verdict
from holdfast.model.origin import Origin
from holdfast.model.panel import Panel
from holdfast.model.status import Problems
from holdfast.ownership.pack import load_pack
from holdfast.ownership.verdicts import rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from holdfast.app.ownership.register import Register
    from holdfast.model.status import RunStatus
    from holdfast.ownership.evaluation import Evaluation
    from holdfast.ownership.ruling import Reason, Ruling

_NAMING = re.compile(r"\b(?:id|name|no|number|vendor|customer|supplier|registration)\b", re.IGNORECASE)
"""Columns of a file of parties by which an owned party may be called."""
_SCORES = {Verdict.YES: 1.0, Verdict.REVIEW: 0.6, Verdict.NO: 0.3}
"""They order, they do not measure."""
DRAWN = 24
"""Chains drawn in the report; the rest stand in ``findings.jsonl``."""


@dataclass(frozen=True, slots=True)
class Known:
    """A party of the user's own: a customer or a supplier."""

    id: str
    role: str
    origin: Origin


def assess(request: SectionRequest) -> SectionResult:
    """Read the registers, rule on their entities, and draw the chains."""
    findings: list[Finding] = []
    statuses: list[RunStatus] = []
    drawings: list[dict[str, Any]] = []
    for entry in request.entries:
        register = read_register(
            _request(request, entry), request.settings, request.progress, request.watchlist
        )
        known = dict(_known_parties(request, entry))
        decided = Decided(register)
        for pack in entry.get("packs", DEFAULT_PACKS):
            evaluation = evaluate_register(register, load_pack(pack), request.as_of)
            for ruling in map(decided.say, rule(evaluation, _reached(register, evaluation))):
                party = _party_of(ruling, register, known)
                if (entry.get("entities") and party is None) or not _is_touch(ruling):
                    continue
                finding = _finding(ruling, evaluation, party, request)
                findings.append(finding)
                drawings.append({**panel_data(ruling, evaluation), "finding": finding.id})
        statuses += [_relative(status, request) for status in register.statuses]
    order = {Verdict.YES.value: 0, Verdict.REVIEW.value: 1, Verdict.NO.value: 2}
    drawings.sort(key=lambda drawing: (order[drawing["answer"]], drawing["entity"]))
    panels = (_panel(drawings),) if drawings else ()
    return SectionResult(tuple(findings), tuple(statuses), panels)


def _request(request: SectionRequest, entry: Mapping[str, Any]) -> OwnersRequest:
    control = find_files(request.folder, entry, "control")[0] if "control" in entry else None
    decisions = find_files(request.folder, entry, "decisions") if "decisions" in entry else ()
    return OwnersRequest(
        tuple(find_files(request.folder, entry)),
        mapping=entry.get("map", {}),
        as_of=request.as_of,
        control=control,
        decisions=tuple(decisions),
    )


def _reached(register: Register, evaluation: Evaluation) -> list[str]:
    places = evaluation.reached
    return [name for name in register.ownership.owned() if register.graph.number[name] in places]


def _is_touch(ruling: Ruling) -> bool:
    return ruling.answer is not Verdict.NO or bool(ruling.because) or "check_sham_divestment" in ruling.flags


def _known_parties(request: SectionRequest, entry: Mapping[str, Any]) -> Iterator[tuple[str, Known]]:
    """The user's own parties under each way to call them."""
    named = entry.get("entities", ())
    for file in [named] if isinstance(named, str) else named:
        for path in find_files(request.folder, {"file": file}):
            role = path.stem.removesuffix("s")
            for row in read_rows(path, Problems()):
                cells = [
                    value for column, value in row.cells.items() if _NAMING.search(column) and value.strip()
                ]
                for value in reversed(cells):
                    origin = Origin(_inside(row.origin.file, request), row.origin.line, row.origin.record)
                    yield name_key(value), Known(cells[0], role, origin)


def _party_of(ruling: Ruling, register: Register, known: Mapping[str, Known]) -> Known | None:
    return known.get(name_key(ruling.entity)) or known.get(name_key(register.facts.label(ruling.entity)))


def _finding(ruling: Ruling, evaluation: Evaluation, party: Known | None, request: SectionRequest) -> Finding:
    label = evaluation.facts.label(ruling.entity)
    pack = ruling.pack
    caught = ruling.answer is Verdict.YES
    due = due_date(pack.report, request.as_of).isoformat() if caught and pack.report else ""
    return Finding(
        kind="ownership",
        subject=party.id if party else ruling.entity,
        subject_name=label,
        role=party.role if party else "",
        title=_title(ruling, evaluation, label),
        # The entity may be free; the stake in it is not, so someone has to look.
        verdict=Verdict.YES if caught else Verdict.REVIEW,
        score=_SCORES[ruling.answer],
        basis=Basis(request.watchlist.edition, pack=pack.name, as_of=request.as_of.isoformat()),
        evidence=tuple(_evidence(reason, request) for reason in ruling.because) or (Evidence(ruling.says),),
        party=_listed_party(ruling, evaluation),
        effect=f"{pack.effect if caught else pack.caution} ({pack.source})",
        next_step=_next_step(ruling),
        due=due,
        details={
            "word": ruling.word,
            "answer": ruling.answer.value,
            "low": ruling.to_dict()["low"],
            "high": ruling.to_dict()["high"],
            "flags": list(ruling.flags),
            "chains": [[evaluation.facts.label(name) for name in reason.chain] for reason in ruling.because],
            "change": ruling.change,
            "customer_row": party.origin.to_dict() if party else {},
        },
    )


def _title(ruling: Ruling, evaluation: Evaluation, label: str) -> str:
    listed = sorted({evaluation.facts.label(reason.chain[0]) for reason in ruling.because})
    by = " and ".join(listed[:2]) + (f" and {len(listed) - 2} more" if len(listed) > 2 else "")
    if ruling.answer is Verdict.YES:
        return f"{label} is caught by ownership: {by}"
    if ruling.answer is Verdict.REVIEW:
        return f"{label} may be caught by ownership: {by}"
    if ruling.because:
        return f"{label} is not caught, but the stake of {by} in it is blocked property"
    return f"{label} was owned by a listed party"


def _evidence(reason: Reason, request: SectionRequest) -> Evidence:
    origin = reason.origin
    if origin is not None:
        origin = Origin(_inside(origin.file, request), origin.line, origin.record)
    return Evidence(
        reason.says, origin, {"percent": reason.percent, "right": reason.right, "chain": list(reason.chain)}
    )


def _listed_party(ruling: Ruling, evaluation: Evaluation) -> str:
    for reason in ruling.because:
        listing = evaluation.listed.get(evaluation.graph.number[reason.chain[0]])
        if listing is not None and listing.listed_as:
            return listing.listed_as
    return ""


def _next_step(ruling: Ruling) -> str:
    if ruling.answer is Verdict.YES:
        return ruling.pack.next_step
    if ruling.answer is Verdict.REVIEW:
        return f"Find out what is not known and decide; until then do not treat it as clean. {ruling.change}"
    if ruling.because:
        return f"Pay nothing out to the listed holder; watch the register. {ruling.change}"
    return (
        "Check that the transfer was real and without a US nexus; what was blocked before it stays blocked."
    )


def _panel(drawings: list[dict[str, Any]]) -> Panel:
    more = max(0, len(drawings) - DRAWN)
    return Panel("ownership", "Who owns them", {"drawings": drawings[:DRAWN], "more": more})


def _relative(status: RunStatus, request: SectionRequest) -> RunStatus:
    from dataclasses import replace

    problems = tuple(
        replace(problem, origin=replace(problem.origin, file=_inside(problem.origin.file, request)))
        for problem in status.problems
    )
    return replace(status, subject=_inside(status.subject, request), problems=problems)


def _inside(file: str, request: SectionRequest) -> str:
    """A path as it lies in the assessed folder, so that the same folder elsewhere gives the same findings."""
    return file.removeprefix(f"{request.folder}/")
