"""Which parties of a register are listed, and how sure that is: by identifier, then by name.

An identifier that agrees is certain. A name that agrees is as certain as the screening policy says; below that the
link is kept as uncertain, and whatever depends on it is for review.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from holdfast.model.effect import effect_of
from holdfast.model.party import Strength
from holdfast.ownership.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from holdfast.model.holding import Holder
    from holdfast.model.party import Designation, Identifier, Party
    from holdfast.model.watchlist import Watchlist
    from holdfast.ownership.pack import RulePack

FIRM_LIST = "private"


@dataclass(frozen=True, slots=True)
class Link:
    """That a party of the register is, or may be, a listed one."""

    holder: str
    party: Party
    certain: bool
    why: str


def find_links(holders: Iterable[Holder], watchlist: Watchlist) -> list[Link]:
    """Every link, in the order of the holders."""
    by_name: dict[str, list[Party]] = defaultdict(list)
    by_number: dict[str, list[Party]] = defaultdict(list)
    by_id: dict[str, list[Party]] = defaultdict(list)
    for party in watchlist.parties():
        by_id[party.id].append(party)
        for name in party.names:
            for text in {name.text, name.as_listed}:
                by_name[name_key(text)].append(party)
        for identifier in party.identifiers:
            by_number[_number_key(identifier)].append(party)
    return [link for holder in holders for link in _links(holder, by_id, by_number, by_name)]


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


def _links(
    holder: Holder,
    by_id: dict[str, list[Party]],
    by_number: dict[str, list[Party]],
    by_name: dict[str, list[Party]],
) -> Iterator[Link]:
    found: set[str] = set()
    for party in by_id.get(holder.id, ()):
        found.add(party.id)
        yield Link(holder.id, party, True, f"{holder.id} is the id of {party.name} on {party.source}")
    for identifier in holder.identifiers:
        for party in by_number.get(_number_key(identifier), ()):
            if party.id not in found:
                found.add(party.id)
                says = (
                    f"{holder.name} has the {identifier.type} {identifier.value} of {party.name} ({party.id})"
                )
                yield Link(holder.id, party, True, says)
    for party in by_name.get(name_key(holder.name), ()):
        if party.id not in found:
            found.add(party.id)
            yield _by_name(holder, party)


def _by_name(holder: Holder, party: Party) -> Link:
    weak = all(
        name.strength is Strength.WEAK
        for name in party.names
        if name_key(holder.name) in {name_key(name.text), name_key(name.as_listed)}
    )
    person = party.type == "Person"
    says = f"{holder.name} has the name of {party.name} ({party.id})"
    if person:
        says += "; a person's name alone does not tell who it is"
    elif weak:
        says += ", a weak alias that does not identify alone"
    return Link(holder.id, party, not (weak or person), says)


def name_key(name: str) -> str:
    """The words of a name without case, accents and punctuation."""
    plain = "".join(
        char for char in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(char)
    )
    return " ".join(re.findall(r"\w+", plain.replace(".", "")))


def _number_key(identifier: Identifier) -> str:
    value = re.sub(
        r"[^0-9a-z]", "", identifier.value.casefold().removeprefix("https://").removeprefix("http://")
    )
    return f"{identifier.type}:{value}"


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
