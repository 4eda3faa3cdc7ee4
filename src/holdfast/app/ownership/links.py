"""Which parties of a register are listed, and how sure that is: by identifier, then by name.

An identifier that agrees is certain. A name that agrees is as certain as the screening policy says; below that the
link is kept as uncertain, and whatever depends on it is for review.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from holdfast.app.screen_parts import apart
from holdfast.model.effect import effect_of
from holdfast.ownership.listing import Listing
from holdfast.text.fold import without_accents

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

    from holdfast.model.holding import Holder
    from holdfast.model.party import Designation, Party
    from holdfast.model.watchlist import Watchlist
    from holdfast.ownership.pack import RulePack
    from holdfast.screen.decided import Decisions
    from holdfast.screen.query import Hit, Query

FIRM_LIST = "private"
POLICY = "default"
"""By which registers are screened."""


@dataclass(frozen=True, slots=True)
class Link:
    """That a party of the register is, or may be, a listed one."""

    holder: str
    party: Party
    certain: bool
    why: str
    confirmed: bool = False
    """Whether it is certain because a person has decided so."""


Row = tuple[str, str, bool, str]
"""A link with the id of the listed party in place of the party."""
Found = tuple[list[Row], list[tuple[str, str]]]
"""Links, and the parties that could not be screened, with the reason."""


class LinkFinder:
    """Ties parties to one edition of the watchlist."""

    def __init__(self, watchlist: Watchlist) -> None:
        from holdfast.screen.policy import policy
        from holdfast.screen.screener import Screener

        self._watchlist = watchlist
        self._screener = Screener.open(watchlist, policy(POLICY))

    def find(self, holders: list[Holder]) -> Found:
        """Every link, in the order of the holders."""
        rows, failures = apart(self._together, holders)
        return rows, [(holders[place].id, why) for place, why in failures]

    def link(self, row: Row) -> Link:
        """The link with the party as the edition has it."""
        holder, party, certain, why = row
        return Link(holder, self._watchlist.party(party), certain, why)

    def hits(self, holders: Iterable[Holder]) -> Iterator[tuple[Holder, Hit]]:
        """What screening says of each holder who hits."""
        asked = list(holders)
        screened = self._screener.screen_many(map(query_of, asked))
        for holder, (_, hits) in zip(asked, screened, strict=True):
            yield from ((holder, hit) for hit in hits if hit.hit)

    def _together(self, holders: list[Holder]) -> list[Row]:
        links = (_link(holder, hit, self._watchlist.party(hit.party)) for holder, hit in self.hits(holders))
        return [(link.holder, link.party.id, link.certain, link.why) for link in links]


def settle(
    links: Iterable[Link], holders: Mapping[str, Holder], watchlist: Watchlist, decisions: Decisions
) -> tuple[tuple[Link, ...], tuple[Link, ...]]:
    """Links after what was decided of them, as ``screen`` heeds it, and those that were decided to be none.

    A standing false positive makes no link, a standing true match a certain one. A decision that does not stand says why, and
    leaves the link as it was; a true match leaves one that may be, where screening makes none: a lapse must not clear.
    """
    found = [*links]
    if not decisions:
        return tuple(found), ()
    known = {(link.holder, link.party.id) for link in found}
    kept: list[Link] = []
    cleared: list[Link] = []
    for link in [*found, *_unfound(known, holders, watchlist, decisions)]:
        decided = decisions.find(query_of(holders[link.holder]), link.party)
        if decided is None:
            kept.append(link)
            continue
        settled = replace(
            link,
            certain=link.certain or decided.confirmed,
            why=f"{link.why}; {decided.why.says}",
            confirmed=decided.confirmed,
        )
        (cleared if decided.cleared else kept).append(settled)
    return tuple(kept), tuple(cleared)


def _unfound(
    known: Container[tuple[str, str]],
    holders: Mapping[str, Holder],
    watchlist: Watchlist,
    decisions: Decisions,
) -> Iterator[Link]:
    """Links that a person has confirmed, once or still, and screening does not make."""
    for name, party_id in decisions.true_matches():
        if name in holders and (name, party_id) not in known:
            with suppress(LookupError):  # an entry that the watchlist does not have, or not any more
                holder, party = holders[name], watchlist.party(party_id)
                says = f"screening alone does not take {holder.name} for {party.name} ({party.id})"
                yield Link(name, party, certain=False, why=says)


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


def query_of(holder: Holder) -> Query:
    """What is asked of the screener for a party of a register."""
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
    listed = party.name
    if name_key(hit.listed_name) not in {name_key(listed), name_key(holder.name)}:
        listed = f"{hit.listed_name}, a name of {party.name}"
    says = f"{holder.name} screens as {listed} ({party.id}), score {hit.score:.2f}"
    if number := next((why for why in hit.why if why.feature == "identifier" and why.score > 0), None):
        return Link(holder.id, party, True, f"{says}: {number.says}")
    if born := next((why for why in hit.why if why.feature == "birth date" and why.score >= 0), None):
        says = f"{says}: {born.says}; name and birth date are for a person to weigh (FAQ 5)"
        return Link(holder.id, party, False, says)
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
    return " ".join(re.findall(r"\w+", without_accents(name.casefold()).replace(".", "")))


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
