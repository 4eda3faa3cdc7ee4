"""What a payment decision says: pass or hold, the hits field by field, and what to do with the money."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holdfast.model.payment import PaymentMessage, Unscreened
    from holdfast.screen.query import Why


class Outcome(StrEnum):
    """There are two; whatever is not clear is held."""

    PASS = "pass"  # noqa: S105 - a payment's fate, not a password
    HOLD = "hold"


class HitKind(StrEnum):
    """What was recognised."""

    PARTY = "party"
    """A listed party, by name or identifier, in a party's own field."""
    MENTION = "mention"
    """A listed party inside free text or an address."""
    OWNED = "owned"
    """An entity that blocked persons own by half or more."""
    PLACE = "place"
    """An embargoed place."""


@dataclass(frozen=True, slots=True)
class FieldHit:
    """One thing recognised in one field."""

    field: str
    """Path or tag, with the transaction where there are several."""
    role: str
    text: str
    """The field as it was read, line breaks resolved."""
    start: int
    """Offset in ``text`` of the first character that was recognised."""
    end: int
    party: str
    """Party id; ``place:CU`` for a place."""
    listed_name: str
    score: float
    holds: bool
    """Whether it holds the payment; what does not is shown, so that a reader sees what was seen and why it was let go."""
    why: tuple[Why, ...]
    kind: HitKind
    transaction: int = 0
    lists: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    effect: str = ""
    """Kind of legal effect: ``blocked``, ``frozen``, ``reject``, …"""
    licence: str = ""
    """Licence that authorises the dealing, or may do so under its conditions."""

    def __str__(self) -> str:
        """``Cdtr/Nm: 'INTEGRITY …' is INTEGRITY … (us_ofac_sdn:50543), 0.98``."""
        quote = self.text[self.start : self.end]
        return f"{self.field}: {quote!r} is {self.listed_name} ({self.party}), {self.score:.2f}"

    def to_dict(self) -> dict[str, object]:
        """For JSON."""
        return {
            "field": self.field,
            "text": self.text,
            "party": self.party,
            "score": round(self.score, 4),
            "why": [{"feature": w.feature, "score": round(w.score, 4), "says": w.says} for w in self.why],
            "kind": self.kind.value,
            "role": self.role,
            "listed_name": self.listed_name,
            "quote": self.text[self.start : self.end],
            "start": self.start,
            "end": self.end,
            "lists": list(self.lists),
            "programmes": list(self.programmes),
            "effect": self.effect,
            **({"licence": self.licence} if self.licence else {}),
        }


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do with the money, and on what ground."""

    act: str
    """``block``, ``freeze``, ``hold``, ``reject``."""
    says: str
    basis: str
    report: str = ""
    """Deadline rule of the report that the act needs; see ``holdfast.cases.deadlines``."""
    due: str = ""
    """ISO date by which, counted from the day of the decision; the application fills it in."""

    def to_dict(self) -> dict[str, str]:
        """For JSON."""
        every = {
            "act": self.act,
            "says": self.says,
            "basis": self.basis,
            "report": self.report,
            "due": self.due,
        }
        return {key: value for key, value in every.items() if value}


@dataclass(frozen=True, slots=True)
class Decision:
    """The fate of one message, and everything it rests on."""

    message: PaymentMessage
    outcome: Outcome
    hits: tuple[FieldHit, ...]
    """Those that hold it, strongest first."""
    cleared: tuple[FieldHit, ...]
    """Those that were seen and do not hold it, with the reason."""
    not_read: tuple[str, ...]
    """What could not be read or was not screened in time, a sentence each; anything here holds the message."""
    not_screened: tuple[Unscreened, ...]
    """Fields that are not screened by design, with the reason."""
    screened: int
    """How many fields were screened."""
    advice: Advice | None
    policy: str
    edition: str
    as_of: str
    case: str = ""
    """Id of the case of a held payment; the same payment seen again has the same."""
    repeats: str = ""
    """Where the same payment was seen before."""

    def to_dict(self) -> dict[str, object]:
        """One line of output."""
        transfer = self.message.transfer
        return {
            "file": self.message.file,
            "message_id": self.message.id,
            "decision": self.outcome.value,
            "hits": [hit.to_dict() for hit in self.hits],
            "not_read": list(self.not_read),
            "reasons": [*map(str, self.hits), *self.not_read],
            "type": self.message.type,
            "number": self.message.number,
            "uetr": transfer.uetr,
            "amount": transfer.amount,
            "currency": transfer.currency,
            "transactions": len(self.message.transfers),
            "advice": self.advice.to_dict() if self.advice else None,
            "case": self.case,
            "repeats": self.repeats,
            "cleared": [hit.to_dict() for hit in self.cleared],
            "screened": self.screened,
            "not_screened": [{"field": left.path, "why": left.why} for left in self.not_screened],
            "notes": list(self.message.notes),
            "policy": self.policy,
            "edition": self.edition,
            "as_of": self.as_of,
        }
