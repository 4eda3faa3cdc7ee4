"""Hits that a person has decided: a documented false positive does not come back until something changes."""

from __future__ import annotations

from dataclasses import asdict, replace
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

import orjson

from holdfast.model.decision import Ruling
from holdfast.screen.query import Why

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from holdfast.model.decision import Decision
    from holdfast.model.party import Party
    from holdfast.screen.query import Hit, Query

DIGITS = 16
"""Of a digest: 64 bits, hexadecimal."""


def customer_digest(query: Query) -> str:
    """Of what screening knows of a customer; blanks and columns that are only carried through do not count."""
    content = [
        query.name, query.type, query.birth_date, query.country, query.address,
        *query.aliases, *(f"{number.type}:{number.value}" for number in query.identifiers),
    ]  # fmt: skip
    return _digest([" ".join(text.split()) for text in content])


def entry_digest(party: Party) -> str:
    """Of a list entry: everything that it says, but for which other entry a printed name leads to."""
    relations = tuple(replace(relation, target="") for relation in party.relations)
    return _digest(asdict(replace(party, relations=relations)))


def _digest(content: object) -> str:
    return sha256(orjson.dumps(content)).hexdigest()[:DIGITS]


class Decided(NamedTuple):
    """What a decision says of a customer and a listed party as they are now."""

    ruling: Ruling
    stands: bool
    """Whether what it was made on is unchanged, and its time not over."""
    why: Why

    @property
    def cleared(self) -> bool:
        """Whether the customer is not the listed party."""
        return self.stands and self.ruling is Ruling.FALSE_POSITIVE

    @property
    def confirmed(self) -> bool:
        """Whether the customer is the listed party."""
        return self.stands and self.ruling is Ruling.TRUE_MATCH


class Decisions:
    """What was decided, looked up by customer and listed party; the last decision on a pair counts."""

    def __init__(self, decisions: Iterable[Decision], today: date, days: int) -> None:
        """``days`` is how long a decision stands that names no end itself."""
        self._today = today
        self._days = days
        self._by_pair = {(decision.query, decision.party): decision for decision in decisions}

    def __len__(self) -> int:
        return len(self._by_pair)

    def settle(self, hit: Hit, party: Party) -> Hit:
        """The hit as decided: no hit any more, one for certain, or one that says why a decision does not stand."""
        decided = self.find(hit.query, party)
        if decided is None:
            return hit
        return replace(
            hit,
            hit=(hit.hit and not decided.cleared) or decided.confirmed,
            why=(*hit.why, decided.why),
        )

    def find(self, query: Query, party: Party) -> Decided | None:
        """What was decided of the two, and whether it stands."""
        decision = self._by_pair.get((query.id or query.name, party.id))
        if decision is None:
            return None
        lapsed = self._lapsed(decision, query, party)
        what = "a false positive" if decision.ruling is Ruling.FALSE_POSITIVE else "a true match"
        says = f"decided {what} on {decision.at} by {decision.by} ({decision.reason})"
        if lapsed:
            why = Why("decision", 0.0, f"{says}; to be decided again: {lapsed}")
            return Decided(decision.ruling, stands=False, why=why)
        says += f"; stands until {decision.last_day(self._days)} unless the customer or the entry changes"
        score = -1.0 if decision.ruling is Ruling.FALSE_POSITIVE else 1.0
        return Decided(decision.ruling, stands=True, why=Why("decision", score, says))

    def true_matches(self) -> Iterator[tuple[str, str]]:
        """Customer and listed party of every decision that they are the same, whether it stands or not."""
        for pair, decision in self._by_pair.items():
            if decision.ruling is Ruling.TRUE_MATCH:
                yield pair

    def _lapsed(self, decision: Decision, query: Query, party: Party) -> str:
        """Why the decision does not stand any more; empty when it does."""
        reasons = []
        if decision.entry_digest != entry_digest(party):
            reasons.append("the list entry has changed")
        if decision.customer_digest != customer_digest(query):
            reasons.append("the customer's data have changed")
        if self._today > decision.last_day(self._days):
            reasons.append(f"it stood until {decision.last_day(self._days)}")
        return " and ".join(reasons)
