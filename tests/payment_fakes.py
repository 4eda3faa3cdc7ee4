"""A screener for tests that look at what surrounds it: exact names, and whole names inside texts."""

import re
from collections.abc import Iterable

from holdfast.model.effect import Effect, effect_on
from holdfast.model.party import Designation, Identifier, Name, Party, Strength
from holdfast.screen.beginnings import Beginnings, beginnings_of
from holdfast.screen.codes import CodeIndex, codes_of
from holdfast.screen.payment_policy import default_policy
from holdfast.screen.payments import Desk
from holdfast.screen.query import Hit, Query, TextHit, Why

LISTED = Party(
    "us_ofac_sdn:1",
    "Company",
    (Name("Gallows Reach Shipping Company"), Name("Reach Lines", strength=Strength.WEAK)),
    identifiers=(
        Identifier("bic", "ZZZZKG22"),
        Identifier("uscc", "91110108562135265P"),
        Identifier("imo", "9074729"),
    ),
    designations=(Designation("us_ofac_sdn", "CYBER2"),),
)
FROZEN = Party(
    "gb_uksl:7",
    "Company",
    (Name("Tarn Hollow Metals"),),
    designations=(Designation("gb_uksl", "CYB", measures=("asset freeze",)),),
)


def plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


class ExactScreener:
    """Hits when the names are the same words."""

    def __init__(self, parties: Iterable[Party]) -> None:
        self._names = {plain(name.text): (party, name) for party in parties for name in party.names}

    def screen(self, query: Query, *, min_score: float | None = None) -> list[Hit]:
        del min_score
        found = self._names.get(plain(query.name))
        return [self._hit(query, *found)] if found else []

    def prepare(self, queries: Iterable[Query], *, min_score: float | None = None) -> None:
        del queries, min_score

    def find(self, text: str) -> list[TextHit]:
        hits = []
        for party, name in self._names.values():
            start = text.casefold().find(name.text.casefold())
            if start >= 0:
                end = start + len(name.text)
                hits.append(TextHit(start, end, text[start:end], self._hit(Query("", text), party, name)))
        return hits

    def _hit(self, query: Query, party: Party, name: Name) -> Hit:
        lists = tuple(designation.list for designation in party.designations)
        why = (Why("name", 1.0, f"{query.name!r} and {name.text!r}: the same words"),)
        return Hit(
            query,
            party.id,
            name.text,
            1.0,
            True,
            why,
            lists,
            party.programmes,
            "blocked",
            name.strength.value,
        )


def effects(parties: Iterable[Party]) -> dict[str, Effect]:
    return {party.id: effect_on(party) for party in parties}


def make_desk(*parties: Party) -> Desk:
    """A desk over some parties, :data:`LISTED` and :data:`FROZEN` without any."""
    listed = {party.id: party for party in parties or (LISTED, FROZEN)}
    known = effects(listed.values())
    policy = default_policy()
    return Desk(
        screener=ExactScreener(listed.values()),
        codes=CodeIndex(codes_of(listed.values(), policy.pointing)),
        beginnings=Beginnings(beginnings_of(listed.values())),
        party=listed.__getitem__,
        effect_of=known.__getitem__,
        policy=policy,
        edition="test",
        as_of="2026-11-24",
    )
