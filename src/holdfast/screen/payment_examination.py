"""One pass over one payment message: what is recognised in its fields, until the time is up."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from holdfast.model.payment import FieldKind
from holdfast.screen.codes import country_of_account, country_of_bic
from holdfast.screen.payment_clearing import (
    Listed,
    disproved,
    part_of_longer_name,
    says_too_little,
    short_number,
    single_word_of_a_name,
    tells_little,
    word_of_a_place,
)
from holdfast.screen.payment_decision import HitKind
from holdfast.screen.payment_hits import HitBook, Span, Spot
from holdfast.screen.payment_parties import MessageParty, cut_off, parties_of
from holdfast.screen.query import Why

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from holdfast.model.payment import PaymentField, PaymentMessage
    from holdfast.screen.payments import Desk, Screening
    from holdfast.screen.query import Hit, Query, TextHit

_ACCOUNTS, _CLEARING, _LEIS = frozenset({"account"}), frozenset({"account", "bic"}), frozenset({"lei"})
"""Types of listed numbers that an account, a clearing code, an LEI can be; a passport with the same digits is chance."""
_ODD = re.compile(r"[^\w\s.&'-]|\d|[^\x00-\u024f]")
_FEW_WORDS = 4
"""A name may hold another one when it has a sign or digit that no plain name has, letters of another script, or more words."""
_AGAIN = 0.4
"""Score down to which a name found inside a longer one is compared with all that is known of the party."""
_BEGINNING = 0.9
"""Score of a listed name of which a cut one has the beginning."""
_MOST_BEGINNINGS = 5
"""Listed names that are shown of those that begin alike."""
_CLOCK_EVERY = 4
"""Fields between two looks at the clock."""


def _may_embed(name: str) -> bool:
    """Whether another name may stand inside one."""
    return len(name.split()) > _FEW_WORDS or _ODD.search(name) is not None


def _by_identifier(hit: Hit) -> bool:
    return any(reason.feature == "identifier" for reason in hit.why)


class Examination:
    """One pass over one message."""

    def __init__(
        self, message: PaymentMessage, desk: Desk, parties: Sequence[MessageParty] | None = None
    ) -> None:
        """``parties`` are those of the message, where somebody put them together already."""
        self.message = message
        self.desk = desk
        self.hits = HitBook(desk)
        self.left_over: list[str] = []
        self.screened = 0
        self._codes = desk.codes
        self._gazetteer = desk.policy.gazetteer
        self._ends = desk.clock() + desk.policy.budget / 1000 * max(1, len(message.transfers))
        self._parties = parties if parties is not None else parties_of(message, desk.policy.labels)

    def run(self) -> None:
        """Every field of the message, until the time is up."""
        message = self.message
        self._currencies()
        owners: dict[int, MessageParty] = {}
        in_address: set[int] = set()
        for party in self._parties:
            owners.update(dict.fromkeys(map(id, (*party.names, *party.address, *party.identifiers)), party))
            in_address.update(map(id, party.address))
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
            self._field(field, owner if id(field) in in_address else None)
        if self.desk.clock() > self._ends:
            budget = f"{self.desk.policy.budget:g} ms"
            self.left_over.append(f"the last fields were screened only after the time budget of {budget}")

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
                self.hits.place(Spot(where, "", number), Span(text, start, len(text)), place, says)

    def _field(self, field: PaymentField, resident: MessageParty | None) -> None:
        """One field by itself; ``resident`` is the party of whose address it is part."""
        kind = field.kind
        if kind is FieldKind.BIC:
            self._bic(field)
        elif kind is FieldKind.TEXT:
            self._text(field)
        elif kind is FieldKind.COUNTRY:
            self._country(field)
        elif kind is FieldKind.ADDRESS or kind is FieldKind.TOWN:
            ways = field.readings or (field.text,)
            # The first reading of an address line is part of the party's address, which is searched as a whole.
            for text in ways[1:] if resident is not None else ways:
                self._places(
                    field, text, "address", resident.countries if resident is not None else frozenset()
                )
            for text in ways:
                self._find_codes(field, text, HitKind.MENTION)
        elif kind is FieldKind.ACCOUNT:
            self._number(field, _ACCOUNTS)
            if place := self._gazetteer.country(country_of_account(field.text)):
                says = f"the account {field.text} is kept in {place.name}"
                self.hits.place(Spot.of(field), Span(field.text, 0, 2), place, says)
        elif kind is FieldKind.LEI:
            self._number(field, _LEIS)
        elif kind is FieldKind.IDENTIFIER:
            self._identifier(field)

    def _party(self, party: MessageParty) -> None:
        """A party by all its names, and what its address mentions."""
        policy = self.desk.policy
        for field, query in party.queries:
            for screener, kind in self._screeners():
                for hit in screener.screen(query, min_score=policy.look_from):
                    if hit.hit or any(reason.feature == "weak alias" for reason in hit.why):
                        cleared = disproved(hit, policy)
                        self.hits.match(field, Span.whole(query.name), hit, kind, cleared)
                if _may_embed(query.name):
                    for found in screener.find(query.name):
                        self._embedded(field, query, found, screener)
            self._places(field, query.name, "name", party.countries)
        held = self.hits.held_fields()
        for field in party.names:
            if field.where not in held:
                self._beginnings(field)
        if address := party.address_text:
            lines = [line for line in party.address if line.kind is not FieldKind.COUNTRY]
            self._mentions(lines[0], address, HitKind.MENTION, lines)
            for place in self._gazetteer.find(address, "address", party.countries):
                line = next((line for line in lines if place.quote in line.text), lines[0])
                self.hits.found_place(line, address, place)

    def _beginnings(self, field: PaymentField) -> None:
        """Listed names that a name which was cut off may be the beginning of."""
        for text in cut_off(field):
            found = list(self.desk.beginnings.find(text))
            for listed in found[:_MOST_BEGINNINGS]:
                others = f", as do {len(found) - 1} others" if len(found) > 1 else ""
                says = f"the name is cut off, and the listed name “{listed.listed}” begins so{others}"
                self.hits.known(field, Span.whole(text), listed.party, Why("beginning", _BEGINNING, says))

    def _embedded(self, field: PaymentField, query: Query, found: TextHit, screener: Screening) -> None:
        """A listed name inside a longer one: an address, a label or another firm stands beside it, or it is another name."""
        hit, cleared = found.hit, ""
        if not _by_identifier(hit):
            cleared = self._too_little(query.name, found) or single_word_of_a_name(
                query.name, found.start, found.end, self.desk.policy
            )
            longer = not cleared and part_of_longer_name(query.name, found.start, found.end)
            if longer and tells_little(found.quote, self._listed(hit)):
                cleared = f"{found.quote!r}: common words of a longer name"
            elif longer:
                again = screener.screen(replace(query, name=found.quote), min_score=_AGAIN)
                same = next((other for other in again if other.party == hit.party), None)
                hit = same or hit
                elsewhere = any(reason.feature == "country" and reason.score < 0 for reason in hit.why)
                cleared = (
                    f"{found.quote!r} is part of a longer name, of a party elsewhere" if elsewhere else ""
                )
        span = Span(query.name, found.start, found.end)
        self.hits.match(field, span, hit, HitKind.PARTY, cleared)

    def _screeners(self) -> Iterable[tuple[Screening, HitKind]]:
        yield self.desk.screener, HitKind.PARTY
        if self.desk.owned is not None:
            yield self.desk.owned, HitKind.OWNED

    def _text(self, field: PaymentField) -> None:
        for text in field.readings or (field.text,):
            self._mentions(field, text, HitKind.MENTION)
            self._places(field, text, "text")
            self._find_codes(field, text, HitKind.MENTION)

    def _mentions(
        self, field: PaymentField, text: str, kind: HitKind, address: Sequence[PaymentField] = ()
    ) -> None:
        """Listed parties inside a text, which may be that of an address of these lines."""
        for screener, _ in self._screeners():
            finds = screener.find(text)
            numbered = {found.hit.party for found in finds if _by_identifier(found.hit)}
            named = {found.hit.party for found in finds if not _by_identifier(found.hit)}
            for found in finds:
                # A short name and a short number of one party say together what neither says alone.
                both = found.hit.party in numbered and found.hit.party in named
                cleared = (
                    "" if both else self._too_little(text, found) or self._of_a_place(text, found, address)
                )
                self.hits.match(field, Span(text, found.start, found.end), found.hit, kind, cleared)

    def _too_little(self, text: str, found: TextHit) -> str:
        """Why a find in running text means nobody by itself; empty when it does."""
        hit = found.hit
        if _by_identifier(hit):
            return short_number(text, found.start, found.end)
        return says_too_little(text, found.start, found.end, self._listed(hit), self.desk.policy)

    def _listed(self, hit: Hit) -> Listed:
        return Listed(hit.listed_name, self.desk.party(hit.party).type)

    def _of_a_place(self, text: str, found: TextHit, address: Sequence[PaymentField]) -> str:
        """Why a find in an address is a word of the place; empty when it may be a party, or stands in no address."""
        if not address or _by_identifier(found.hit):
            return ""
        listed = self._listed(found.hit)
        town = any(line.kind is FieldKind.TOWN and line.text.strip() == found.quote for line in address)
        return word_of_a_place(text, found.start, found.end, listed, self.desk.policy, town=town)

    def _bic(self, field: PaymentField) -> None:
        for code in self._codes.bic(field.text):
            listed = code.listed
            same = "the same firm" if field.text[:8].upper() == listed[:8].upper() else "equal"
            says = f"BIC {field.text} and listed BIC {listed}: {same}, whatever the branch"
            self.hits.code(field, field.text, code, says, HitKind.PARTY)
        if place := self._gazetteer.country(country_of_bic(field.text)):
            says = f"the BIC {field.text} is of a firm in {place.name}"
            self.hits.place(Spot.of(field), Span(field.text, 4, 6), place, says)

    def _number(self, field: PaymentField, kinds: frozenset[str] | None = None) -> None:
        for code in self._codes.number(field.text, kinds):
            says = f"{field.text} is the listed {code.type} {code.listed}"
            self.hits.code(field, field.text, code, says, HitKind.PARTY)

    def _identifier(self, field: PaymentField) -> None:
        """A number of whatever scheme, or an address on the net."""
        if "@" in field.text or "." in field.text:
            self._mentions(field, field.text, HitKind.PARTY)
        self._number(field, _CLEARING if field.path.endswith("MmbId") else None)
        self._find_codes(field, field.text, HitKind.PARTY)

    def _find_codes(self, field: PaymentField, text: str, kind: HitKind) -> None:
        for code in self._codes.find(text):
            says = f"{code.quote} in the text is the listed {code.type} {code.listed}"
            self.hits.code(field, text, code, says, kind)

    def _country(self, field: PaymentField) -> None:
        place = self._gazetteer.country(field.text.strip().upper())
        if place is not None:
            says = f"the country {field.text} is {place.name}"
            self.hits.place(Spot.of(field), Span.whole(field.text), place, says)

    def _places(
        self, field: PaymentField, text: str, use: str, countries: frozenset[str] = frozenset()
    ) -> None:
        for found in self._gazetteer.find(text, use, countries):
            self.hits.found_place(field, text, found)
