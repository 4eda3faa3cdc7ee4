"""Gives a decision what only the application knows: its case, and the deadline of the report that it needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from holdfast.cases.deadlines import due_date
from holdfast.cases.repeats import keys_of
from holdfast.screen.payment_decision import Outcome as Fate

if TYPE_CHECKING:
    from holdfast.cases.repeats import CaseBook
    from holdfast.model.payment import PaymentMessage
    from holdfast.screen.payment_decision import Decision


def finish(decision: Decision, book: CaseBook) -> Decision:
    """The decision with its case and its deadline."""
    message = decision.message
    case, before = book.enter(keys_of(message), _place(message))
    held = decision.outcome is Fate.HOLD
    advice = decision.advice
    if advice is not None and advice.report:
        advice = replace(advice, due=due_date(advice.report, date.fromisoformat(decision.as_of)).isoformat())
    return replace(decision, case=case if held else "", repeats=before, advice=advice)


def _place(message: PaymentMessage) -> str:
    return f"{message.file}#{message.number}" + (f" ({message.id})" if message.id else "")
