"""The decision on a payment: a pure function of the message, the watchlist, the policy, the owners and the licences.

Parties are screened by every way to read their names, with their address, country, birth date and numbers; banks and
accounts by code; free text and address lines for names and numbers of listed parties inside them; and everything for
embargoed places. One hit that counts, one thing that could not be read, or one field that the time budget left over,
and the message is held.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from time import perf_counter
from typing import TYPE_CHECKING, Protocol

from holdfast.screen.payment_advice import advise
from holdfast.screen.payment_decision import Decision, FieldHit, Outcome
from holdfast.screen.payment_examination import Examination
from holdfast.screen.payment_parties import parties_of
from holdfast.screen.query import Why

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from holdfast.model.effect import Effect
    from holdfast.model.party import Party
    from holdfast.model.payment import PaymentMessage, Transfer
    from holdfast.screen.beginnings import Beginnings
    from holdfast.screen.codes import CodeIndex
    from holdfast.screen.payment_parties import MessageParty
    from holdfast.screen.payment_policy import PaymentPolicy
    from holdfast.screen.query import Hit, Query, TextHit


TOGETHER = 128
"""Messages of a batch whose parties are screened together."""
_MOST_TOGETHER = 400
"""Fields of a message that may be screened with others; a larger one has its time budget to itself."""


class Screening(Protocol):
    """What screens one party, or looks for listed parties in a text."""

    def screen(self, query: Query, *, min_score: float | None = None) -> Sequence[Hit]:
        """Listed parties that the query may be, best first; those of the policy have ``hit`` set."""

    def prepare(self, queries: Iterable[Query], *, min_score: float | None = None) -> None:
        """Be ready to answer these soon; they may be worked out together."""

    def find(self, text: str) -> Sequence[TextHit]:
        """Listed names and identifiers inside a text."""


@dataclass(frozen=True, slots=True)
class Permit:
    """That a licence speaks of a dealing."""

    licence: str
    says: str
    clears: bool
    """Whether it authorises by itself; one with conditions is named, and a person decides."""


@dataclass(frozen=True, slots=True)
class Desk:
    """All that a decision depends on besides the message."""

    screener: Screening
    codes: CodeIndex
    beginnings: Beginnings
    """For names that were cut off."""
    party: Callable[[str], Party]
    effect_of: Callable[[str], Effect]
    """Legal effect on a party id, owned entities included."""
    policy: PaymentPolicy
    edition: str
    as_of: str
    owned: Screening | None = None
    """Screens for entities that the ownership engine found blocked; their ids begin with ``owned:``."""
    permits: Callable[[FieldHit, Transfer], Permit | None] | None = None
    """The licence register, when there is one."""
    clock: Callable[[], float] = perf_counter
    """Seconds; a test brings its own."""


def decide_many(messages: Iterable[PaymentMessage], desk: Desk) -> Iterator[Decision]:
    """The decision on each, as :func:`decide` makes it; the parties of :data:`TOGETHER` messages are screened together."""
    waiting = iter(messages)
    while block := list(islice(waiting, TOGETHER)):
        labels = desk.policy.labels
        parties = [
            list(parties_of(message, labels)) if len(message.fields) <= _MOST_TOGETHER else None
            for message in block
        ]
        queries = [query for own in parties for party in own or () for _, query in party.queries]
        desk.screener.prepare(queries, min_score=desk.policy.look_from)
        for message, own in zip(block, parties, strict=True):
            yield decide(message, desk, own)


def decide(message: PaymentMessage, desk: Desk, parties: Sequence[MessageParty] | None = None) -> Decision:
    """Pass or hold, with the reasons; ``parties`` are those of the message, where they are known already."""
    examination = Examination(message, desk, parties)
    examination.run()
    found = examination.hits.all()
    hits = _licensed([hit for hit in found if hit.holds], message, desk)
    held = tuple(hit for hit in hits if hit.holds)
    not_read = (*message.broken, *examination.left_over)
    advice = advise(message, held, desk.effect_of, {place.key: place for place in desk.policy.places})
    return Decision(
        message=message,
        outcome=Outcome.HOLD if held or not_read else Outcome.PASS,
        hits=held,
        cleared=tuple(hit for hit in (*hits, *found) if not hit.holds),
        not_read=not_read,
        not_screened=message.unscreened,
        screened=examination.screened,
        advice=advice,
        policy=desk.policy.name,
        edition=desk.edition,
        as_of=desk.as_of,
    )


def _licensed(hits: list[FieldHit], message: PaymentMessage, desk: Desk) -> list[FieldHit]:
    """The hits with the licences that speak of them."""
    if desk.permits is None:
        return hits
    result = []
    for hit in hits:
        transfers = message.transfers
        transfer = (
            transfers[hit.transaction - 1] if 0 < hit.transaction <= len(transfers) else message.transfer
        )
        permit = desk.permits(hit, transfer)
        if permit is None:
            result.append(hit)
            continue
        why = (*hit.why, Why("licence", 0.0, permit.says))
        result.append(replace(hit, licence=permit.licence, holds=not permit.clears, why=why))
    return result
