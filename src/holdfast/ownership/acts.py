"""Property of a party and acts with it: what a verdict on the party means for them.

=====================================  ===================================================================
``property(A, blocked_on=2025-05-01)``  property of A that was blocked on a day, or is asked about now
``interest(X in A)``                    X's own stake in A, though A may be free
``contract(A, signed_by=X)``            a contract with A in which X signs
``wire(beneficiary=A, role=…)``         a payment in which A has an interest
``supply(to=A)``                        making something available to A
=====================================  ===================================================================
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from holdfast.model.errors import UsageError
from holdfast.model.finding import Verdict
from holdfast.ownership.standing import evaluate

if TYPE_CHECKING:
    from holdfast.ownership.evaluation import Evaluation, Facts
    from holdfast.ownership.graph import Graph
    from holdfast.ownership.pack import RulePack

KINDS = ("property", "interest", "contract", "wire", "supply")
NO_PARTY = {"role", "blocked_on", "on", "amount", "currency", "date"}
"""Arguments that are no parties."""
_CALL = re.compile(r"^(\w+)\((.*)\)$", re.DOTALL)
_SEVERITY = (Verdict.NO, Verdict.REVIEW, Verdict.YES)


@dataclass(frozen=True, slots=True)
class Act:
    """A question about property or an act rather than about an entity."""

    kind: str
    parties: tuple[str, ...]
    """Whoever is named; for ``interest`` the holder and the entity."""
    blocked_on: date | None = None


@dataclass(frozen=True, slots=True)
class ActRuling:
    """The answer."""

    answer: Verdict
    word: str
    says: str


def parse_act(text: str) -> Act | None:
    """The act that the text asks about; ``None`` when it is the name of an entity.

    Raises :class:`UsageError` when it has the form of an act of a kind nobody knows, or a date that is none.
    """
    match = _CALL.match(text.strip())
    if match is None or (match[1] not in KINDS and match[1][:1].isupper()):
        return None
    kind, inner = match[1], match[2]
    if kind not in KINDS:
        raise UsageError(f"there is no act {kind!r}", why=f"the acts are {', '.join(KINDS)}")
    if kind == "interest":
        holder, _, entity = inner.partition(" in ")
        return Act(kind, (holder.strip(), entity.strip()))
    parties, blocked_on = [], None
    for part in inner.split(","):
        key, equals, value = part.partition("=")
        value, key = (value.strip(), key.strip()) if equals else (key.strip(), "")
        if key in {"blocked_on", "on"}:
            blocked_on = _date(value, text)
        elif key not in NO_PARTY:
            parties.append(value)
    return Act(kind, tuple(parties), blocked_on)


def rule_act(act: Act, graph: Graph, facts: Facts, pack: RulePack, as_of: date) -> ActRuling:
    """What the pack says of the act on the day."""
    now = evaluate(graph, facts, pack, as_of)
    if act.kind == "interest":
        return _interest(act, now)
    worst = max((_answer(now, party) for party in act.parties), key=_SEVERITY.index, default=Verdict.NO)
    if act.kind == "property" and act.blocked_on is not None and worst is not Verdict.YES:
        return _once_blocked(act, graph, facts, now)
    says = f"{' and '.join(act.parties)}: {pack.word(worst, now.period)}"
    return _ruling(now, worst, act.kind, says)


def _interest(act: Act, now: Evaluation) -> ActRuling:
    holder, entity = (now.graph.number.get(party) for party in act.parties)
    answer = Verdict.NO
    if holder is not None and entity is not None:
        held = [row for row in now.graph.stakes(holder, now.day) if now.graph.owned_of(row) == entity]
        answer = now.answer(holder) if held else Verdict.NO
    says = f"the stake of {act.parties[0]} in {act.parties[1]} is property of {act.parties[0]}"
    return _ruling(now, answer, "interest", says)


def _once_blocked(act: Act, graph: Graph, facts: Facts, now: Evaluation) -> ActRuling:
    """Property blocked then stays blocked after a divestment; it is released by a delisting (FAQ 402)."""
    pack, then = now.pack, act.blocked_on or now.as_of
    before = evaluate(graph, facts, pack, then)
    was = max((_answer(before, party) for party in act.parties), key=_SEVERITY.index, default=Verdict.NO)
    if was is Verdict.NO:
        return _ruling(now, Verdict.NO, act.kind, f"was not blocked on {then}")
    listings = tuple(
        replace(listing, start=None, end=None) for listing in facts.listings if listing.covers(now.as_of)
    )
    kept = evaluate(graph, replace(facts, listings=listings), pack, then)
    still = max((_answer(kept, party) for party in act.parties), key=_SEVERITY.index, default=Verdict.NO)
    still = min(was, still, key=_SEVERITY.index)
    if still is Verdict.NO:
        says = f"was blocked on {then}; its listed owners have been delisted since, and the release follows"
        return _ruling(now, Verdict.NO, act.kind, says)
    says = f"was blocked on {then}; a later transfer does not release it without a licence"
    return _ruling(now, still, "property_then", says)


def _answer(evaluation: Evaluation, party: str) -> Verdict:
    place = evaluation.graph.number.get(party)
    return Verdict.NO if place is None else evaluation.answer(place)


def _ruling(evaluation: Evaluation, answer: Verdict, kind: str, says: str) -> ActRuling:
    word = evaluation.pack.word(answer, evaluation.period)
    if answer is Verdict.YES:
        word = evaluation.pack.acts.get(kind, word)
    return ActRuling(answer, word, says)


def _date(text: str, whole: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} in {whole!r} is not a date", advice="Write 2025-05-01") from error
