"""Which parties of a register are listed, and how sure that is: by identifier, then by name.

An identifier that agrees is certain. A name that agrees is as certain as the screening policy says; below that the
link is kept as uncertain, and whatever depends on it is for review.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from holdfast.app.screen_parts import apart
from holdfast.model.effect import effect_of
from holdfast.ownership.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from holdfast.model.holding import Holder
    from holdfast.model.party import Designation, Party
    from holdfast.model.watchlist import Watchlist
    from holdfast.ownership.pack import RulePack
    from holdfast.screen.query import Hit, Query

FIRM_LIST = "private"


@dataclass(frozen=True, slots=True)
class Link:
    """That a party of the register is, or may be, a listed one."""

    holder: str
    party: Party
    certain: bool
    why: str


Row = tuple[str, str, bool, str]
"""A link with the id of the listed party in place of the party."""
Found = tuple[list[Row], list[tuple[str, str]]]
"""Links, and the parties that could not be screened, with the reason."""


class LinkFinder:
    """Ties parties to one edition of the watchlist."""

    def __init__(self, watchlist: Watchlist, policy: str = "default") -> None:
        from holdfast.screen.policy import policy as policy_named
        from holdfast.screen.screener import Screener

        self._watchlist = watchlist
        self._screener = Screener.open(watchlist, policy_named(policy))

    def find(self, holders: list[Holder]) -> Found:
        """Every link, in the order of the holders."""
        rows, failures = apart(self._together, holders)
        return rows, [(holders[place].id, why) for place, why in failures]

    def link(self, row: Row) -> Link:
        """The link with the party as the edition has it."""
        holder, party, certain, why = row
        return Link(holder, self._watchlist.party(party), certain, why)

    def _together(self, holders: list[Holder]) -> list[Row]:
        found: list[Row] = []
        screened = self._screener.screen_many(map(_query, holders))
        for holder, (_, hits) in zip(holders, screened, strict=True):
            for hit in hits:
                if hit.hit:
                    link = _link(holder, hit, self._watchlist.party(hit.party))
                    found.append((link.holder, link.party.id, link.certain, link.why))
        return found


def listings_of(links: Iterable[Link], pack: RulePack) -> Iterator[Listing]:
    """One listing for each designation that counts under the pack."""
    for link in links:
        for designation in link.party.designations:
            if not _counts(designation, pack):
                continue
            yield Listing(
                party=link.holder,
                start=_date(designation.listed_on),
                end=_date(designation.ended_on),
                certain=link.certain,
                programmes=(designation.programme,) if designation.programme else (),
                group="; ".join(designation.measures) or designation.programme,
                listed_as=link.party.id,
                why=link.why,
            )


def _counts(designation: Designation, pack: RulePack) -> bool:
    if designation.list == FIRM_LIST:
        return True
    if designation.list not in pack.lists:
        return False
    kind = effect_of(designation).kind
    # What the table of effects does not know is taken as counting: unknown never clears.
    return kind in pack.kinds or kind in {"review", "ended"}


def _query(holder: Holder) -> Query:
    from holdfast.screen.query import Query

    return Query(
        id=holder.id,
        name=holder.name,
        type=holder.type,
        birth_date=holder.birth_date,
        country=holder.country,
        identifiers=holder.identifiers,
    )


def _link(holder: Holder, hit: Hit, party: Party) -> Link:
    """Certain by an identifier, or by a listed name exactly as listed of anyone but a person; else uncertain."""
    says = f"{holder.name} screens as {party.name} ({party.id}), score {hit.score:.2f}"
    if number := next((why for why in hit.why if why.feature == "identifier" and why.score > 0), None):
        return Link(holder.id, party, True, f"{says}: {number.says}")
    if party.type == "Person":
        return Link(holder.id, party, False, f"{says}; a person's name alone does not tell who it is")
    if hit.strength != "strong":
        return Link(holder.id, party, False, f"{says}, by a weak alias that does not identify alone")
    exact = name_key(hit.listed_name) == name_key(holder.name)
    return Link(
        holder.id, party, exact, says if exact else f"{says}, by a name that is not exactly the listed one"
    )


def name_key(name: str) -> str:
    """The words of a name without case, accents and punctuation."""
    plain = "".join(
        char for char in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(char)
    )
    return " ".join(re.findall(r"\w+", plain.replace(".", "")))


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
