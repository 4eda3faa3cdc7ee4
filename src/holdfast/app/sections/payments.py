"""Payments in an assessment: each held payment a finding, and the messages with their hits marked in the report.

In ``holdfast.toml``::

    [[payments]]
    path = "payments"            # a folder, or file = "batch.xml"
    licences = "licences.csv"    # optional

Entities that the ownership section found blocked, or could not clear, are screened for like listed parties.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from holdfast.app.payments.case import finish
from holdfast.app.payments.desk import DeskOptions, make_desk
from holdfast.app.payments.licences import read_licences
from holdfast.app.payments.owned import OwnedEntity
from holdfast.app.sections.files import find_files
from holdfast.app.sections.interface import SectionResult
from holdfast.cases.repeats import CaseBook
from holdfast.model.finding import Basis, Evidence, Finding, Verdict
from holdfast.model.origin import Origin
from holdfast.model.panel import Panel
from holdfast.model.payment import FieldKind
from holdfast.model.status import Problems, RunStatus
from holdfast.records.payments import find_payments, read_payments
from holdfast.screen.payment_decision import HitKind, Outcome
from holdfast.screen.payments import decide

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from holdfast.app.sections.interface import SectionRequest
    from holdfast.screen.payment_decision import Decision, FieldHit
    from holdfast.screen.payments import Desk

MOST_DRAWN = 60
"""Held payments whose messages the report shows in full."""

_PAYEES = frozenset({"creditor", "beneficiary customer"})

STEPS = {
    "block": "Block the payment: move the funds to a blocked, interest-bearing account, return nothing, report to OFAC.",
    "freeze": "Freeze the payment: return nothing, and report it to the authority of the list.",
    "hold": "Hold the payment and find out whether a listed party has an interest in it; until then nothing moves.",
    "reject": "Reject the payment once it is clear that no blocked person has an interest in it; report to OFAC.",
}
"""What to do next, by act."""


def assess(request: SectionRequest) -> SectionResult:
    """Screen every message of the section's files."""
    owned = tuple(owned_of(request.earlier))
    findings: list[Finding] = []
    statuses: list[RunStatus] = []
    held: list[Decision] = []
    book = CaseBook()
    for entry in request.entries:
        register = find_files(request.folder, entry, "licences") if "licences" in entry else []
        licences = tuple(licence for file in register for licence in read_licences(file))
        desk = make_desk(request.watchlist, DeskOptions(as_of=request.as_of), owned, licences)
        for decision in _decide(request, entry, desk, book, statuses):
            if decision.outcome is Outcome.HOLD and decision.hits:
                held.append(decision)
                findings += findings_of(decision)
    return SectionResult(tuple(_joined(findings)), tuple(statuses), tuple(_panels(held)))


def owned_of(findings: Iterable[Finding]) -> Iterator[OwnedEntity]:
    """Entities of the organisation's own records that ownership makes, or may make, as blocked as their owners."""
    for finding in findings:
        # Of an entity that is not caught only the stake is blocked property, which no payment to it touches.
        if finding.kind != "ownership" or finding.details["answer"] == Verdict.NO:
            continue
        owners = (finding.party,) if finding.party else ()
        for name in dict.fromkeys((finding.subject_name or finding.subject,)):
            sure = finding.verdict is Verdict.YES
            yield OwnedEntity(name, finding.title, owners, finding.basis.pack or "us-ofac", sure)


def _decide(
    request: SectionRequest, entry: Mapping[str, Any], desk: Desk, book: CaseBook, statuses: list[RunStatus]
) -> Iterator[Decision]:
    """Decisions on the files of an entry; paths are shown as they stand below the assessed folder."""
    named = find_files(request.folder, entry, "path" if "path" in entry else "file")
    problems = Problems()
    counts = {"files": 0, "messages": 0, "held": 0, "left out": 0}
    wanted = set(named)
    base = request.folder / str(entry.get("path", entry.get("file")))
    for found in find_payments([base]):
        if found.path not in wanted:
            continue
        shown = found.path.relative_to(request.folder).as_posix()
        if found.left_out:
            counts["left out"] += 1
            problems.add(f"left out: {found.left_out}", Origin(shown), lost=False)
            continue
        counts["files"] += 1
        for message in read_payments(found.path):
            decision = finish(decide(replace(message, file=shown), desk), book)
            counts["messages"] += 1
            counts["held"] += decision.outcome is Outcome.HOLD
            if decision.not_read:
                says = f"held: {'; '.join(decision.not_read)}"
                problems.add(says, Origin(shown, record=message.id or str(message.number)))
            request.progress.advance()
            yield decision
    statuses.append(RunStatus.of("payments", str(entry.get("path", entry.get("file"))), problems, counts))


def findings_of(decision: Decision) -> Iterator[Finding]:
    """One finding for each transaction of a held payment that something was recognised in."""
    for transaction in sorted({hit.transaction for hit in decision.hits}):
        hits = [hit for hit in decision.hits if hit.transaction == transaction]
        yield _finding(decision, hits)


def _finding(decision: Decision, hits: list[FieldHit]) -> Finding:
    message = decision.message
    top = min(hits, key=lambda hit: (hit.kind is HitKind.PLACE, -hit.score, hit.party.startswith("dossier:")))
    act = decision.advice.act if decision.advice else "hold"
    transfer = (
        message.transfers[top.transaction - 1]
        if 0 < top.transaction <= len(message.transfers)
        else message.transfer
    )
    amount = f"{transfer.amount} {transfer.currency}".strip()
    listed = not top.party.startswith(("place:", "owned:"))
    return Finding(
        kind="payment",
        subject=message.id or f"{message.file}#{message.number}",
        subject_name=top.text
        if top.role in _PAYEES and top.kind is not HitKind.PLACE
        else _payee(decision, top.transaction),
        role="payment",
        title=f"{message.type} {amount}: {_what(top)}",
        verdict=Verdict.YES if act in {"block", "freeze", "reject"} else Verdict.REVIEW,
        score=top.score,
        basis=Basis(decision.edition, policy=decision.policy, as_of=decision.as_of),
        evidence=tuple(_evidence(decision, hits)),
        party=top.party if listed else "",
        effect=f"{decision.advice.says} ({decision.advice.basis})" if decision.advice else "",
        next_step=STEPS.get(act, STEPS["hold"]),
        due=decision.advice.due if decision.advice else "",
        details={
            "case": decision.case,
            "act": act,
            "uetr": transfer.uetr,
            "amount": amount,
            "messages": [_place(decision)],
        },
    )


def _what(hit: FieldHit) -> str:
    if hit.kind is HitKind.PLACE:
        return f"{hit.listed_name} in {hit.field}"
    if hit.kind is HitKind.OWNED:
        return f"{hit.listed_name}, owned by blocked persons, as {hit.role}"
    return (
        f"{hit.listed_name} as {hit.role}"
        if hit.kind is HitKind.PARTY and hit.role
        else f"{hit.listed_name} in {hit.field}"
    )


def _payee(decision: Decision, transaction: int) -> str:
    for field in decision.message.fields:
        of_payee = field.kind is FieldKind.NAME and field.role in _PAYEES
        if of_payee and field.transaction in {0, transaction}:
            return field.readings[0] if field.readings else field.text
    return ""


def _evidence(decision: Decision, hits: list[FieldHit]) -> Iterator[Evidence]:
    message = decision.message
    for hit in hits:
        origin = Origin(message.file, record=message.id or str(message.number), field=hit.field)
        why = "; ".join(reason.says for reason in hit.why[:4])
        quote = hit.text[hit.start : hit.end]
        says = f"{hit.field} reads {quote!r}, listed as {hit.listed_name}: {why}"
        yield Evidence(says, origin, {"text": hit.text, "party": hit.party, "score": round(hit.score, 4)})
    if decision.repeats:
        yield Evidence(f"the same payment was seen before: {decision.repeats}")


def _place(decision: Decision) -> str:
    return f"{decision.message.file}#{decision.message.number}"


def _joined(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The same payment seen again adds its evidence to the finding instead of another finding."""
    first: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        key = (finding.details["case"], finding.party or finding.title)
        known = first.get(key)
        if known is None:
            first[key] = finding
            continue
        details = {**known.details, "messages": [*known.details["messages"], *finding.details["messages"]]}
        said = {(item.says, item.origin): item for item in (*known.evidence, *finding.evidence)}
        first[key] = replace(known, details=details, evidence=tuple(said.values()))
    yield from first.values()


def _panels(held: list[Decision]) -> Iterator[Panel]:
    if not held:
        return
    drawn = [draw_data(decision) for decision in held[:MOST_DRAWN]]
    yield Panel(
        "payment",
        "Held payments, as they were read",
        {"messages": drawn, "more": max(0, len(held) - MOST_DRAWN)},
    )


def draw_data(decision: Decision) -> dict[str, Any]:
    """A held message for the report: every screened field, with the hits in it."""
    message = decision.message
    marks: dict[str, list[FieldHit]] = {}
    for hit in decision.hits:
        marks.setdefault(hit.field, []).append(hit)
    fields = []
    for field in message.fields:
        hits = marks.pop(field.where, []) if field.kind.value != "text" or field.where in marks else []
        text = hits[0].text if hits else field.text
        fields.append(
            {
                "path": field.where,
                "role": field.role,
                "text": text,
                "marks": [_mark(hit) for hit in hits if hit.text == text],
            }
        )
    for path, hits in marks.items():  # what stands in no field of its own, such as a currency
        fields.append({"path": path, "role": "", "text": hits[0].text, "marks": [_mark(hit) for hit in hits]})
    advice = decision.advice
    return {
        "id": message.id,
        "type": message.type,
        "file": _place(decision),
        "amount": message.transfer.amount,
        "currency": message.transfer.currency,
        "case": decision.case,
        "repeats": decision.repeats,
        "act": advice.act if advice else "hold",
        "advice": f"{advice.says} {advice.basis}".strip() if advice else "",
        "due": advice.due if advice else "",
        "fields": fields,
    }


def _mark(hit: FieldHit) -> dict[str, Any]:
    return {
        "start": hit.start,
        "end": hit.end,
        "says": f"{hit.listed_name} ({hit.party}): " + "; ".join(w.says for w in hit.why[:3]),
    }
