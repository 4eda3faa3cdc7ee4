"""What Holdfast found: one touch, with its evidence, legal effect and deadline.

A finding's id is a hash of its content, so that a rerun on the same inputs gives the same ids.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from holdfast.model.origin import Origin


class Verdict(StrEnum):
    """Three values wherever the data can be silent; unknown never clears."""

    YES = "yes"
    NO = "no"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for a finding: a sentence, and the place in the user's records that it rests on."""

    says: str
    origin: Origin | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    """The values compared, the rule that fired, the stake that counts: whatever a reader would check."""

    def to_dict(self) -> dict[str, object]:
        """For JSON."""
        place = {"origin": self.origin.to_dict()} if self.origin is not None else {}
        values = {"values": dict(self.values)} if self.values else {}
        return {"says": self.says, **place, **values}


@dataclass(frozen=True, slots=True)
class Basis:
    """Of what a finding is a function: the same basis and inputs give the same finding, years later."""

    edition: str
    """Watchlist edition."""
    policy: str = ""
    """Screening policy, or detection rule set."""
    pack: str = ""
    """Rule pack, for ownership."""
    as_of: str = ""
    """ISO date the verdict is for."""

    def to_dict(self) -> dict[str, str]:
        """Only what applies."""
        every = {"edition": self.edition, "policy": self.policy, "pack": self.pack, "as_of": self.as_of}
        return {key: value for key, value in every.items() if value}


@dataclass(frozen=True, slots=True)
class Finding:
    """One touch between the user's records and a watched actor."""

    kind: str
    """``party``, ``ownership``, ``payment``, ``log``, ``flow``, ``device``."""
    subject: str
    """What of the user's it concerns, in the user's own words: a customer id, a message id, a host, a device."""
    title: str
    """One line for a person: who touches what."""
    verdict: Verdict
    score: float
    """0 to 1; what it means is documented a kind."""
    basis: Basis
    evidence: tuple[Evidence, ...]
    party: str = ""
    """Party id of the listed party, where one is named."""
    subject_name: str = ""
    role: str = ""
    """``customer``, ``supplier``, … where the input says."""
    effect: str = ""
    """Legal effect in a sentence, with its source; empty where there is none (a log match)."""
    next_step: str = ""
    due: str = ""
    """ISO date of the deadline that follows, if one does."""
    techniques: tuple[str, ...] = ()
    """ATT&CK technique ids, where the finding is behaviour."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """What the report draws: a chain, a message, a series. JSON values only."""

    @property
    def id(self) -> str:
        """Sixteen hex digits: SHA-256 over everything else, in canonical JSON."""
        content = json.dumps(self._content(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def to_dict(self) -> dict[str, object]:
        """One line of ``findings.jsonl``."""
        return {"finding": self.id, **self._content()}

    def _content(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "subject": self.subject,
            "subject_name": self.subject_name,
            "role": self.role,
            "title": self.title,
            "verdict": self.verdict.value,
            "score": round(self.score, 4),
            "party": self.party,
            "effect": self.effect,
            "next_step": self.next_step,
            "due": self.due,
            "techniques": list(self.techniques),
            "evidence": [evidence.to_dict() for evidence in self.evidence],
            "basis": self.basis.to_dict(),
            "details": dict(self.details),
        }
