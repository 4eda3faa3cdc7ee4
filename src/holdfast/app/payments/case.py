"""Gives a decision what only the application knows: its case, and the deadline of the report that it needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from holdfast.cases.deadlines import due_date
from holdfast.cases.repeats import CaseBook, keys_of
from holdfast.screen.payment_decision import Outcome as Fate

if TYPE_CHECKING:
    from holdfast.screen.payment_decision import Decision


def finish(decision: Decision, book: CaseBook) -> Decision:
    """The decision with its case and its deadline."""
    message = decision.message
    case, before = book.enter(keys_of(message), place_of(message.file, message.number, message.id))
    held = decision.outcome is Fate.HOLD
    return replace(with_deadline(decision), case=case if held else "", repeats=before)


def with_deadline(decision: Decision) -> Decision:
    """The decision with the day by which the report that its advice asks for is due."""
    advice = decision.advice
    if advice is None or not advice.report:
        return decision
    due = due_date(advice.report, date.fromisoformat(decision.as_of))
    return replace(decision, advice=replace(advice, due=due.isoformat()))


def place_of(file: str, number: int, message_id: str) -> str:
    """Where a message stands: ``batch.xml#3 (MSG7)``."""
    return f"{file}#{number}" + (f" ({message_id})" if message_id else "")
