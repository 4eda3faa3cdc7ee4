"""A validation run: cases made from a watchlist, what the screener makes of them, and the rates at each threshold."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from holdfast.model.party import Strength
from holdfast.screen.query import Query
from holdfast.screen.validation.clean_names import make_clean, words_of
from holdfast.screen.validation.manipulations import MANIPULATIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from holdfast.model.party import Name, Party
    from holdfast.screen.screener import Screener

CONTROL, WEAK, CLEAN = "control", "weak aliases", "clean"
"""Categories that are no manipulation."""
SAYS = {
    CONTROL: "every name exactly as the list prints it",
    WEAK: "every weak alias as the list prints it; a match that is shown counts, whatever the policy calls it",
    CLEAN: "names that are on no list",
} | {manipulation.category: manipulation.says for manipulation in MANIPULATIONS}
MOST = 25
"""Matches of one case that are looked at: a namesake may stand before the party that the case was made from."""


@dataclass(frozen=True, slots=True)
class Case:
    """One question with its right answer."""

    category: str
    query: Query
    party: str = ""
    """Id of the party that must be found; empty for a clean name."""
    listed_name: str = ""
    same: tuple[str, ...] = ()
    """Ids of entries that it says are the same party: where the official list has one, a hit stands under that."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the screener made of a case."""

    case: Case
    score: float
    """Of the party that must be found, as far as the policy counts it; 0 when it was not there."""
    alert: float
    """Highest score of any party that the policy counts."""

    def found_at(self, threshold: float) -> bool:
        """Whether the party is found from this threshold on."""
        return self.score >= threshold

    def alerts_at(self, threshold: float) -> bool:
        """Whether the name alerts at all from this threshold on."""
        return self.alert >= threshold


@dataclass(frozen=True, slots=True)
class Rate:
    """How one category fares at one threshold."""

    category: str
    cases: int
    found: int
    threshold: float
    false_positive_rate: float
    """Share of the clean names that alert at this threshold."""

    @property
    def hit_rate(self) -> float | None:
        """Share of the cases whose party is found; None for clean names, which have none."""
        return None if self.category == CLEAN else self.found / self.cases


def make_cases(
    parties: Sequence[Party], seed: int, most: int, clean: Iterable[Query] | int
) -> Iterator[Case]:
    """All control names, up to ``most`` names a manipulation, and the clean names or so many made ones.

    The same parties and seed give the same cases. Manipulated names are strong ones: what a weak alias alone may do is
    the policy's affair.
    """
    names = [(party, name) for party in parties for name in party.names]
    for party, name in names:
        category = WEAK if name.strength is Strength.WEAK else CONTROL
        yield Case(category, Query("", name.as_listed, party.type), party.id, name.as_listed, _same(party))
    strong = [(party, name) for party, name in names if name.strength is not Strength.WEAK]
    for manipulation in MANIPULATIONS:
        dice = Random(f"{seed} {manipulation.category}")  # noqa: S311 - a sample to be drawn again, no secret
        yield from _manipulated(manipulation.category, strong, dice, most)
    listed = frozenset(words_of(name.text) for _, name in names)
    if isinstance(clean, int):
        clean = make_clean(clean, Random(f"{seed} clean"), listed)  # noqa: S311 - as above
    for query in clean:
        if words_of(query.name) not in listed:
            yield Case(CLEAN, query)


def _manipulated(
    category: str, names: Sequence[tuple[Party, Name]], dice: Random, most: int
) -> Iterator[Case]:
    change = next(item.change for item in MANIPULATIONS if item.category == category)
    seen: set[object] = set()
    for place in dice.sample(range(len(names)), len(names)):
        if len(seen) == most:
            return
        party, name = names[place]
        query = change(party, name, dice)
        if query is not None and (key := (party.id, query.name, query.identifiers)) not in seen:
            seen.add(key)
            yield Case(category, query, party.id, name.as_listed, _same(party))


def _same(party: Party) -> tuple[str, ...]:
    return tuple(relation.target for relation in party.relations if relation.kind == "same-as")


def answer(screener: Screener, case: Case) -> Answer:
    """Screen one case. The screener's policy must count from the lowest threshold that will be asked about."""
    hits = screener.screen(case.query, top=MOST)
    own = next((hit for hit in hits if hit.party in {case.party, *case.same}), None)
    counts = own is not None and (own.hit or case.category == WEAK)
    alert = max((hit.score for hit in hits if hit.hit), default=0.0)
    return Answer(case, own.score if own is not None and counts else 0.0, alert)


def rates(answers: Sequence[Answer], threshold: float) -> Iterator[Rate]:
    """A rate a category, in the order in which the cases came."""
    clean = [answer for answer in answers if answer.case.category == CLEAN]
    alerted = sum(answer.alerts_at(threshold) for answer in clean)
    share = alerted / len(clean) if clean else 0.0
    by_category: dict[str, list[Answer]] = {}
    for item in answers:
        by_category.setdefault(item.case.category, []).append(item)
    for category, group in by_category.items():
        found = sum(item.found_at(threshold) for item in group)
        yield Rate(category, len(group), found, threshold, share)
