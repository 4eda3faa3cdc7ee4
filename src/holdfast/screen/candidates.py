"""Which listed names are worth a close look, and the cheap proof, for almost every query, that there are none.

A score can only be reached by a listed name that has words like enough of the words of the query. So the entries that
have a word like each of the query's are counted; those that are counted often enough get a bound on their score from
what was matched and what each side leaves over, and only those whose bound reaches what is asked are compared word by
word. The counting is compiled (:func:`holdfast.screen.kernels.reach.find`).
"""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

import numpy as np

from holdfast.screen.abbreviation import speaks
from holdfast.screen.judgement import COSTS
from holdfast.screen.kernels.reach import Room, Searches, find
from holdfast.screen.keys import IGNORED, acronyms
from holdfast.screen.neighbours import Neighbours
from holdfast.text.loops.arguments import Held
from holdfast.text.name import Family
from holdfast.text.rarity import weight

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from holdfast.screen.index import Index
    from holdfast.text.name import ParsedName, Token

    Entries = NDArray[np.int64]
    Numbers = NDArray[np.float64]

MOST = 250
"""Listed names that are compared closely for one reading of a query."""
_COSTS = np.array([(COSTS[family].unlike, COSTS[family].omitted, COSTS[family].opposed) for family in Family])


class Candidates:
    """Finds candidates in one index; holds what it looked up."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._neighbours = Neighbours(index)
        self._held = Held(index.names), Held(Room.of(len(index)))
        self._out = _room(1 << 12)

    def find(self, asked: Sequence[tuple[ParsedName, float]], most: int = MOST) -> list[list[int]]:
        """For each reading of a query and the score asked of it: the entries that may reach it, likeliest first."""
        searches = self._searches(asked)
        count = find(searches, self._neighbours.known, *self._held, self._out)
        if count > len(self._out.value[0]):
            self._out = _room(2 * count)
            find(searches, self._neighbours.known, *self._held, self._out)
        found: list[list[int]] = [[] for _ in asked]
        if count:
            owners, entries, likely = (column[:count] for column in self._out.value)
            order = np.lexsort((entries, -likely, owners))
            owners, entries = owners[order], entries[order]
            ends = [0, *(np.flatnonzero(owners[1:] != owners[:-1]) + 1).tolist(), count]
            for start, end in pairwise(ends):
                found[owners[start]] = entries[start : min(end, start + most)].tolist()
        return found

    def _searches(self, asked: Sequence[tuple[ParsedName, float]]) -> Searches:
        useful = [split(name.tokens) for name, _ in asked]
        tokens = [token for own, _ in useful for token in own]
        weights = [weight(token) for token in tokens]
        first = [0, *accumulate(len(own) for own, _ in useful)]
        joined = self._joined([name for name, _ in asked], first, tokens, weights)
        return Searches(
            first=np.array(first, dtype=np.int64),
            families=np.array([int(name.family) for name, _ in asked], dtype=np.int64),
            least=np.array([least for _, least in asked], dtype=np.float64),
            ignored=np.array([ignored for _, ignored in useful], dtype=np.float64),
            costs=_COSTS,
            words=np.array(self._neighbours.of(tokens), dtype=np.int64),
            weights=np.array(weights, dtype=np.float64),
            joined=np.array([row[:2] for row in joined], dtype=np.int64).reshape(len(joined), 2),
            shares=np.array([share for _, _, share in joined], dtype=np.float64),
        )

    def _joined(
        self, names: list[ParsedName], first: list[int], tokens: list[Token], weights: list[float]
    ) -> list[tuple[int, int, float]]:
        """Listed words that are two neighbouring words of a name together, or the first letters of all.

        By rising place: the place of each word that has part in one, the listed word, and the share of the weight.
        """
        numbers, starts = self._index.numbers, set(first)
        found: list[tuple[int, int, float]] = []
        for place, (one, other) in enumerate(pairwise([token.text for token in tokens]), 1):
            number = numbers.get(one + other)
            if number is not None and place not in starts:
                found += _shared(number, range(place - 1, place + 1), weights)
        for name, (start, stop) in zip(names, pairwise(first), strict=True):
            if name.family is not Family.PERSON:
                for text in acronyms([token for token in name.tokens if speaks(token)], name.forms):
                    if text in numbers:
                        found += _shared(numbers[text], range(start, stop), weights)
        found.sort()
        return found


def _shared(surface: int, places: range, weights: list[float]) -> Iterator[tuple[int, int, float]]:
    """A listed word that stands for several words of the query, for each by what it weighs."""
    whole = sum(weights[place] for place in places) or 1.0
    for place in places:
        yield place, surface, weights[place] / whole


def _room(size: int) -> Held[tuple[Entries, Entries, Numbers]]:
    owners, entries = np.empty(size, dtype=np.int64), np.empty(size, dtype=np.int64)
    return Held((owners, entries, np.empty(size, dtype=np.float64)))


def split(tokens: tuple[Token, ...]) -> tuple[list[Token], float]:
    """The words by which a name is looked up, and what the others weigh."""
    useful = [token for token in tokens if token.kind not in IGNORED]
    if len(useful) == len(tokens) or not useful:
        return list(tokens), 0.0
    return useful, sum(weight(token) for token in tokens if token.kind in IGNORED)
