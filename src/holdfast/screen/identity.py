"""Parties that a query's identifiers point at: the typed ones, and those that the name itself turns out to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.screen.query import Why
from holdfast.text.country import country_in_field
from holdfast.text.identifiers import COMMON_HOSTS, comparable, guesses, host, hosts_above

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.model.party import Identifier
    from holdfast.screen.index import Index
    from holdfast.screen.query import Query

SURE = {
    "uscc": 0.999, "lei": 0.999, "imo": 0.995, "bic": 0.995, "wallet": 0.999, "isin": 0.99, "website": 0.98,
    "email": 0.98, "ticker": 0.97, "mmsi": 0.97, "duns": 0.98, "passport": 0.96, "national-id": 0.96, "tax-id": 0.96,
    "registration": 0.95, "tail-number": 0.97, "call-sign": 0.93, "account": 0.96, "phone": 0.86, "other": 0.9,
    "": 0.92,
}  # fmt: skip
"""Score of an equal identifier by type; issuers reuse numbers, so a national one is less sure than a world-wide one."""
OTHER_ISSUER = 0.7
"""Factor when both state the issuing country, and another one."""
_ISSUED = frozenset({"passport", "national-id", "tax-id", "registration", "account"})


def by_identifier(index: Index, query: Query) -> Iterator[tuple[int, float, str, Why]]:
    """Every party that one of the query's identifiers is filed under: its number, the score, what was asked, and why."""
    told: set[tuple[int, str]] = set()
    for kind, value, country, asked in _asked(query):
        for party, place in filed(index, kind, value):
            if (party, value) in told:
                continue
            told.add((party, value))
            score, reason = _reason(index, party, place, kind, asked, country)
            yield party, score, asked, reason


def _asked(query: Query) -> list[tuple[str, str, str, str]]:
    found: list[tuple[str, str, str, str]] = []
    for identifier in query.identifiers:
        kind = identifier.type if identifier.type in SURE else "other"
        value = comparable(kind, identifier.value)
        if value:
            found += _values(kind, value, identifier)
    for name in (query.name, *query.aliases):
        found += [(kind, value, "", name.strip()) for kind, value in guesses(name)]
    return found


def _values(kind: str, value: str, identifier: Identifier) -> Iterator[tuple[str, str, str, str]]:
    yield kind, value, identifier.country, identifier.value
    if kind == "email" and (domain := host(value)):
        yield "website", domain, "", identifier.value
    if kind in {"registration", "tax-id", "national-id", "other"}:
        yield "", value, identifier.country, identifier.value


def filed(index: Index, kind: str, value: str) -> Iterator[tuple[int, int]]:
    """Pairs of party and place of its identifier; of a website also those of the domains above it."""
    keys = [f"i:{kind}:{value}"]
    if kind == "website":
        keys = [f"i:website:{name}" for name in hosts_above(value) if name not in COMMON_HOSTS]
    if kind == "bic" and len(value) == 11:
        keys.append(f"i:bic:{value[:8]}")
    for found in index.under(keys):
        for number in found:
            yield int(number) >> 8, int(number) & 255


def _reason(index: Index, party: int, place: int, kind: str, asked: str, country: str) -> tuple[float, Why]:
    listed_kind, listed, issuer, label = index.party(party)["identifiers"][place]
    score = SURE.get(kind or listed_kind, 0.9) if kind else SURE[""]
    says = f"“{asked}” is the listed {label or listed_kind} “{listed}”"
    issuers, other = (
        {country_in_field(part) for part in country.split(";")} - {""},
        country_in_field(str(issuer)),
    )
    if listed_kind in _ISSUED and issuers and other and other not in issuers:
        score *= OTHER_ISSUER
        says += f", but issued by {', '.join(sorted(issuers))}, not {other}"
    return score, Why("identifier", round(score, 4), says)
