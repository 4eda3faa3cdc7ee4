"""The decision on a payment: a pure function of the message, the watchlist, the policy, the owners and the licences.

Parties are screened by every way to read their names, with their address, country, birth date and numbers; banks and
accounts by code; free text and address lines for names and numbers of listed parties inside them; and everything for
embargoed places. One hit that counts, one thing that could not be read, or one field that the time budget left over,
and the message is held.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice
from time import perf_counter
from typing import TYPE_CHECKING, Protocol

from holdfast.model.payment import FieldKind
from holdfast.screen.codes import CodeHit, CodeIndex, country_of_account, country_of_bic
from holdfast.screen.payment_advice import advise
from holdfast.screen.payment_clearing import (
    Listed,
    disproved,
    part_of_longer_name,
    says_too_little,
    short_number,
    single_word_of_a_name,
)
from holdfast.screen.payment_decision import Decision, FieldHit, HitKind, Outcome
from holdfast.screen.payment_parties import MessageParty, cut_off, parties_of
from holdfast.screen.query import Why

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from holdfast.model.effect import Effect
    from holdfast.model.party import Party
    from holdfast.model.payment import PaymentField, PaymentMessage, Transfer
    from holdfast.screen.beginnings import Beginnings
    from holdfast.screen.geography import Place, PlaceHit
    from holdfast.screen.payment_policy import PaymentPolicy
    from holdfast.screen.query import Hit, Query, TextHit


_ACCOUNTS, _CLEARING, _LEIS = frozenset({"account"}), frozenset({"account", "bic"}), frozenset({"lei"})
"""Types of listed numbers that an account, a clearing code, an LEI can be; a passport with the same digits is chance."""
_MAY_EMBED = re.compile(r"[^\w\s.&'-]|\d|(?:\S+\s+){4}\S|[^\x00-\u024f]")
"""A name that may hold another one: a sign or digit that no plain name has, five words or more, or another script."""
TOGETHER = 128
"""Messages of a batch whose parties are screened together."""
_MOST_TOGETHER = 400
"""Fields of a message that may be screened with others; a larger one has its time budget to itself."""
_AGAIN = 0.4
"""Score down to which a name found inside a longer one is compared with all that is known of the party."""
_BEGINNING = 0.9
"""Score of a listed name of which a cut one has the beginning."""
_MOST_BEGINNINGS = 5
"""Listed names that are shown of those that begin alike."""
_CLOCK_EVERY = 4
"""Fields between two looks at the clock."""


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
        policy = desk.policy
        queries = [
            query
            for message in block
            if len(message.fields) <= _MOST_TOGETHER
            for party in parties_of(message)
            for _, query in party.queries(policy.labels)
        ]
        desk.screener.prepare(queries, min_score=policy.look_from)
        for message in block:
            yield decide(message, desk)


def decide(message: PaymentMessage, desk: Desk) -> Decision:
    """Pass or hold, with the reasons."""
    examination = _Examination(message, desk)
    examination.run()
    found = sorted(examination.hits.values(), key=_rank)
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


def _rank(hit: FieldHit) -> tuple[object, ...]:
    """Strongest first; of equals, an official list before the dossier, then in the order of the transactions."""
    return -hit.score, hit.party.startswith("dossier:"), hit.transaction, hit.field, hit.party


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


def _by_identifier(hit: Hit) -> bool:
    return any(reason.feature == "identifier" for reason in hit.why)


class _Examination:
    """One pass over one message."""

    def __init__(self, message: PaymentMessage, desk: Desk) -> None:
        self.message = message
        self.desk = desk
        self.hits: dict[tuple[str, str, HitKind], FieldHit] = {}
        self.left_over: list[str] = []
        self.screened = 0
        self._codes = desk.codes
        self._gazetteer = desk.policy.gazetteer
        self._ends = desk.clock() + desk.policy.budget / 1000 * max(1, len(message.transfers))

    def run(self) -> None:
        """Every field of the message, until the time is up."""
        message = self.message
        self._currencies()
        owners: dict[int, MessageParty] = {}
        for party in parties_of(message):
            for field in (*party.names, *party.address, *party.identifiers):
                owners[id(field)] = party
        done: set[int] = set()
        for index, field in enumerate(message.fields):
            if index % _CLOCK_EVERY == 0 and self.desk.clock() > self._ends:
                self._stop(message.fields[index:])
                return
            self.screened += 1
            owner = owners.get(id(field))
            if owner is not None and id(owner) not in done:
                done.add(id(owner))
                self._party(owner)
            self._field(field, owner)

    def _stop(self, fields: Sequence[PaymentField]) -> None:
        budget = f"{self.desk.policy.budget:g} ms"
        named = ", ".join(field.where for field in fields[:8]) + (", …" if len(fields) > 8 else "")
        self.left_over.append(
            f"{len(fields)} fields were not screened within the time budget of {budget}: {named}"
        )

    def _currencies(self) -> None:
        for number, transfer in enumerate(self.message.transfers, 1):
            place = self._gazetteer.currency(transfer.currency)
            if place is not None:
                where = f"transaction {number}: amount" if number > 1 else "amount"
                text = f"{transfer.amount} {transfer.currency}"
                says = f"{transfer.currency} is the currency of {place.name}"
                start = len(text) - len(transfer.currency)
                self._add_place(place, where, "", number, (text, start, len(text)), says)

    def _field(self, field: PaymentField, party: MessageParty | None) -> None:
        kind = field.kind
        if kind is FieldKind.BIC:
            self._bic(field)
        elif kind is FieldKind.TEXT:
            self._text(field)
        elif kind is FieldKind.COUNTRY:
            self._country(field)
        elif kind in {FieldKind.ADDRESS, FieldKind.TOWN}:
            ways = field.readings or (field.text,)
            in_address = party is not None and field in party.address
            # The first reading of an address line is part of the party's address, which is searched as a whole.
            for text in ways[1:] if in_address else ways:
                self._places(field, text, "address", party.countries if party and in_address else frozenset())
            for text in ways:
                self._find_codes(field, text, HitKind.MENTION)
        elif kind is FieldKind.ACCOUNT:
            self._number(field, _ACCOUNTS)
            if place := self._gazetteer.country(country_of_account(field.text)):
                says = f"the account {field.text} is kept in {place.name}"
                self._add_place(place, field.where, field.role, field.transaction, (field.text, 0, 2), says)
        elif kind is FieldKind.LEI:
            self._number(field, _LEIS)
        elif kind is FieldKind.IDENTIFIER:
            self._identifier(field)

    def _party(self, party: MessageParty) -> None:
        """A party by all its names, and what its address mentions."""
        policy = self.desk.policy
        for field, query in party.queries(policy.labels):
            for screener, kind in self._screeners():
                for hit in screener.screen(query, min_score=policy.look_from):
                    if hit.hit or any(reason.feature == "weak alias" for reason in hit.why):
                        cleared = disproved(hit, policy)
                        self._add_hit(field, query.name, (0, len(query.name)), hit, kind, cleared)
                if _MAY_EMBED.search(query.name):
                    for found in screener.find(query.name):
                        self._add_embedded(field, query, found, screener)
            self._places(field, query.name, "name", party.countries)
        held = {hit.field for hit in self.hits.values() if hit.holds}
        for field in party.names:
            if field.where not in held:
                self._beginnings(field)
        if address := party.address_text:
            lines = [line for line in party.address if line.kind is not FieldKind.COUNTRY]
            self._mentions(lines[0], address, HitKind.MENTION)
            for place in self._gazetteer.find(address, "address", party.countries):
                line = next((line for line in lines if place.quote in line.text), lines[0])
                self._add_found(line, address, place)

    def _beginnings(self, field: PaymentField) -> None:
        """Listed names that a name which was cut off may be the beginning of."""
        for text in cut_off(field):
            found = list(self.desk.beginnings.find(text))
            for listed in found[:_MOST_BEGINNINGS]:
                others = f", as do {len(found) - 1} others" if len(found) > 1 else ""
                says = f"the name is cut off, and the listed name “{listed.listed}” begins so{others}"
                span = (text, 0, len(text))
                self._add_known(field, span, listed.party, Why("beginning", _BEGINNING, says))

    def _add_embedded(self, field: PaymentField, query: Query, found: TextHit, screener: Screening) -> None:
        """A listed name inside a longer one: an address, a label or another firm stands beside it, or it is another name."""
        hit, cleared = found.hit, ""
        if not _by_identifier(hit):
            cleared = self._too_little(query.name, found) or single_word_of_a_name(
                query.name, found.start, found.end, self.desk.policy
            )
            if not cleared and part_of_longer_name(query.name, found.start, found.end):
                again = screener.screen(replace(query, name=found.quote), min_score=_AGAIN)
                same = next((other for other in again if other.party == hit.party), None)
                hit = same or hit
                elsewhere = any(reason.feature == "country" and reason.score < 0 for reason in hit.why)
                cleared = (
                    f"{found.quote!r} is part of a longer name, of a party elsewhere" if elsewhere else ""
                )
        self._add_hit(field, query.name, (found.start, found.end), hit, HitKind.PARTY, cleared)

    def _screeners(self) -> Iterable[tuple[Screening, HitKind]]:
        yield self.desk.screener, HitKind.PARTY
        if self.desk.owned is not None:
            yield self.desk.owned, HitKind.OWNED

    def _text(self, field: PaymentField) -> None:
        for text in field.readings or (field.text,):
            self._mentions(field, text, HitKind.MENTION)
            self._places(field, text, "text")
            self._find_codes(field, text, HitKind.MENTION)

    def _mentions(self, field: PaymentField, text: str, kind: HitKind) -> None:
        """Listed parties inside a text."""
        for screener, _ in self._screeners():
            finds = screener.find(text)
            numbered = {found.hit.party for found in finds if _by_identifier(found.hit)}
            named = {found.hit.party for found in finds if not _by_identifier(found.hit)}
            for found in finds:
                # A short name and a short number of one party say together what neither says alone.
                both = found.hit.party in numbered and found.hit.party in named
                cleared = "" if both else self._too_little(text, found)
                self._add_hit(field, text, (found.start, found.end), found.hit, kind, cleared)

    def _too_little(self, text: str, found: TextHit) -> str:
        """Why a find in running text means nobody by itself; empty when it does."""
        hit = found.hit
        if _by_identifier(hit):
            return short_number(text, found.start, found.end)
        listed = Listed(hit.listed_name, self.desk.party(hit.party).type)
        return says_too_little(text, found.start, found.end, listed, self.desk.policy)

    def _bic(self, field: PaymentField) -> None:
        for code in self._codes.bic(field.text):
            listed = code.listed
            same = "the same firm" if field.text[:8].upper() == listed[:8].upper() else "equal"
            says = f"BIC {field.text} and listed BIC {listed}: {same}, whatever the branch"
            self._add_code(field, field.text, code, says, HitKind.PARTY)
        if place := self._gazetteer.country(country_of_bic(field.text)):
            says = f"the BIC {field.text} is of a firm in {place.name}"
            self._add_place(place, field.where, field.role, field.transaction, (field.text, 4, 6), says)

    def _number(self, field: PaymentField, kinds: frozenset[str] | None = None) -> None:
        for code in self._codes.number(field.text, kinds):
            says = f"{field.text} is the listed {code.type} {code.listed}"
            self._add_code(field, field.text, code, says, HitKind.PARTY)

    def _identifier(self, field: PaymentField) -> None:
        """A number of whatever scheme, or an address on the net."""
        if "@" in field.text or "." in field.text:
            self._mentions(field, field.text, HitKind.PARTY)
        self._number(field, _CLEARING if field.path.endswith("MmbId") else None)
        self._find_codes(field, field.text, HitKind.PARTY)

    def _find_codes(self, field: PaymentField, text: str, kind: HitKind) -> None:
        for code in self._codes.find(text):
            says = f"{code.quote} in the text is the listed {code.type} {code.listed}"
            self._add_code(field, text, code, says, kind)

    def _country(self, field: PaymentField) -> None:
        place = self._gazetteer.country(field.text.strip().upper())
        if place is not None:
            says = f"the country {field.text} is {place.name}"
            span = (field.text, 0, len(field.text))
            self._add_place(place, field.where, field.role, field.transaction, span, says)

    def _places(
        self, field: PaymentField, text: str, use: str, countries: frozenset[str] = frozenset()
    ) -> None:
        for found in self._gazetteer.find(text, use, countries):
            self._add_found(field, text, found)

    def _add_found(self, field: PaymentField, text: str, found: PlaceHit) -> None:
        span = (text, found.start, found.end)
        self._add_place(
            found.place, field.where, field.role, field.transaction, span, found.says, holds=found.counts
        )

    def _add_hit(
        self,
        field: PaymentField,
        text: str,
        span: tuple[int, int],
        hit: Hit,
        kind: HitKind,
        cleared: str = "",
    ) -> None:
        if hit.party.startswith("owned:"):
            kind = HitKind.OWNED
        self._keep(
            FieldHit(
                field=field.where,
                role=field.role,
                text=text,
                start=span[0],
                end=span[1],
                party=hit.party,
                listed_name=hit.listed_name,
                score=hit.score,
                holds=hit.hit and not cleared,
                why=(Why("cleared", 0.0, cleared), *hit.why) if cleared else hit.why,
                kind=kind,
                transaction=field.transaction,
                lists=hit.lists,
                programmes=hit.programmes,
                effect=self.desk.effect_of(hit.party).kind,
            )
        )

    def _add_code(self, field: PaymentField, text: str, code: CodeHit, says: str, kind: HitKind) -> None:
        reason = Why(f"identifier-{code.type}", 1.0, says)
        self._add_known(field, (text, code.start, code.end), code.party, reason, kind)

    def _add_known(
        self,
        field: PaymentField,
        span: tuple[str, int, int],
        party_id: str,
        reason: Why,
        kind: HitKind = HitKind.PARTY,
    ) -> None:
        """A listed party for one reason that is enough."""
        party = self.desk.party(party_id)
        self._keep(
            FieldHit(
                field=field.where,
                role=field.role,
                text=span[0],
                start=span[1],
                end=span[2],
                party=party_id,
                listed_name=party.names[0].as_listed,
                score=reason.score,
                holds=True,
                why=(reason,),
                kind=HitKind.OWNED if party_id.startswith("owned:") else kind,
                transaction=field.transaction,
                lists=tuple(dict.fromkeys(designation.list for designation in party.designations)),
                programmes=party.programmes,
                effect=self.desk.effect_of(party_id).kind,
            )
        )

    def _add_place(
        self,
        place: Place,
        where: str,
        role: str,
        transaction: int,
        span: tuple[str, int, int],
        says: str,
        *,
        holds: bool = True,
    ) -> None:
        score = 1.0 if holds else 0.3
        self._keep(
            FieldHit(
                field=where,
                role=role,
                text=span[0],
                start=span[1],
                end=span[2],
                party=f"place:{place.key}",
                listed_name=place.name,
                score=score,
                holds=holds,
                why=(Why("place", score, says),),
                kind=HitKind.PLACE,
                transaction=transaction,
                effect=place.advice,
            )
        )

    def _keep(self, hit: FieldHit) -> None:
        """Once a field and party: the reading that says most."""
        key = (hit.field, hit.party, HitKind.PLACE if hit.kind is HitKind.PLACE else HitKind.PARTY)
        known = self.hits.get(key)
        if known is None or (hit.holds, hit.score) > (known.holds, known.score):
            self.hits[key] = hit
