"""Which listed names are worth a close look, and the cheap proof, for almost every query, that there are none.

A score can only be reached by a listed name that has words like enough of the words of the query. So the entries that
have a word like each of the query's are kept as sets of bits; counting how many sets an entry is in takes a few
operations on whole sets. The entries that are in enough of them get a bound on their score from what was matched and
what each side leaves over, and only those whose bound reaches what is asked are compared word by word.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from holdfast.screen.index import as_bits
from holdfast.screen.judgement import COSTS
from holdfast.screen.keys import IGNORED
from holdfast.screen.neighbours import LEVELS, Neighbours
from holdfast.text.name import Family
from holdfast.text.rarity import weight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from holdfast.screen.index import Index
    from holdfast.screen.judgement import Costs
    from holdfast.screen.neighbours import Near
    from holdfast.text.name import ParsedName, Token

    Entries = NDArray[np.int64]
    Numbers = NDArray[np.float64]

MOST = 100
"""Listed names that are compared closely for one reading of a query."""


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of the query."""

    weight: float
    near: Near
    joined: tuple[tuple[Near, float], ...]
    """Listed words that are this one and a neighbour together, and this one's share of their weight."""

    def bits(self, level: float) -> int:
        """Entries that have a word so much like it."""
        found = self.near.bits(level)
        for near, _ in self.joined:
            found |= near.bits(level)
        return found

    @property
    def most(self) -> float:
        """What it can add at most to what two names have in common."""
        heaviest = self.near.heaviest
        for near, share in self.joined:
            heaviest = max(heaviest, near.heaviest * share)
        return (self.weight + heaviest) / 2


@dataclass(frozen=True, slots=True)
class _Search:
    """A reading of a query with the entries that have enough of its words."""

    words: list[_Word]
    ignored: float
    """What its words weigh by which nothing is looked up."""
    costs: Costs
    least: float
    entries: Entries


class Candidates:
    """Finds candidates in one index; holds what it looked up."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.neighbours = Neighbours(index)
        everything = np.arange(len(index))
        self._families = {
            family: as_bits(everything[(index.family_of == family) | index.open_type], len(index))
            for family in Family
        }

    def find(self, asked: Sequence[tuple[ParsedName, float]], most: int = MOST) -> list[list[int]]:
        """For each reading of a query and the score asked of it: the entries that may reach it, likeliest first."""
        tokens = (token for name, _ in asked for token in name.tokens if token.kind not in IGNORED)
        self.neighbours.prepare(tokens)
        found: list[list[int]] = [[] for _ in asked]
        searches = {}
        for place, (name, least) in enumerate(asked):
            search = self._search(name, least)
            if search is not None:
                searches[place] = search
        if searches:
            kept = _kept(self._index, list(searches.values()), most)
            for place, entries in zip(searches, kept, strict=True):
                found[place] = entries
        return found

    def _search(self, name: ParsedName, least: float) -> _Search | None:
        """The search for a name; nothing where it is proven that no entry has enough of its words."""
        tokens, ignored = split(name.tokens)
        words, costs = self._words(tokens), COSTS[name.family]
        bits = _in_enough(words, ignored, costs, least) & self._families[name.family]
        return _Search(words, ignored, costs, least, self._index.entries(bits)) if bits else None

    def _words(self, tokens: list[Token]) -> list[_Word]:
        joined: dict[int, list[tuple[Near, float]]] = {}
        for place, (first, second) in enumerate(pairwise(tokens)):
            near = self.neighbours.joined(first.text + second.text)
            if near is not None:
                whole = weight(first) + weight(second)
                joined.setdefault(place, []).append((near, weight(first) / whole))
                joined.setdefault(place + 1, []).append((near, weight(second) / whole))
        return [
            _Word(weight(token), self.neighbours.of(token), tuple(joined.get(place, ())))
            for place, token in enumerate(tokens)
        ]


def _kept(index: Index, searches: list[_Search], most: int) -> list[list[int]]:
    """Of the entries of each search those that may reach its score, by falling likely score."""
    pairs = _Pairs(index, searches)
    reach = pairs.reach()
    owners, entries, likely = pairs.owners[reach], pairs.entries[reach], pairs.likely[reach]
    order = np.lexsort((entries, -likely, owners))
    owners, entries = owners[order], entries[order]
    ends = np.searchsorted(owners, np.arange(len(searches) + 1))
    return [entries[start : min(end, start + most)].tolist() for start, end in pairwise(ends)]


class _Pairs:
    """All pairs of a search and an entry of it, as columns: what they have in common and what is left over."""

    def __init__(self, index: Index, searches: list[_Search]) -> None:
        self._index = index
        self._searches = searches
        self.owners = np.repeat(np.arange(len(searches)), [len(search.entries) for search in searches])
        self.entries = np.concatenate([search.entries for search in searches])
        self._least = self._of_search([search.least for search in searches])
        self._unlike = self._of_search([search.costs.unlike for search in searches])
        self._omitted = self._of_search([search.costs.omitted for search in searches])
        self._opposed = self._of_search([search.costs.opposed for search in searches])
        self._match()

    def _of_search(self, values: list[float]) -> Numbers:
        return np.array(values)[self.owners]

    def _match(self) -> None:
        """Lay every word of a search beside every word of the entry."""
        counts = np.array([len(search.words) for search in self._searches])
        firsts = np.cumsum(counts) - counts
        weights = np.array([word.weight for search in self._searches for word in search.words])
        totals = np.add.reduceat(weights, firsts)
        surfaces, lengths = self._index.entry_surfaces.gather(self.entries)
        starts = np.cumsum(lengths) - lengths
        # one row for each word of the query against the entry, and in it one cell for each word of the entry
        words = counts[self.owners]
        row_pair = np.repeat(np.arange(len(self.entries)), words)
        row_word = np.arange(len(row_pair)) - np.repeat(np.cumsum(words) - words - firsts[self.owners], words)
        widths = lengths[row_pair]
        cell_row = np.repeat(np.arange(len(row_pair)), widths)
        begins = np.cumsum(widths) - widths
        cell = np.arange(len(cell_row)) - np.repeat(begins - starts[row_pair], widths)
        alike, heavy = self._likenesses(row_word[cell_row], surfaces[cell])
        best = np.maximum.reduceat(alike, begins)
        heaviest = np.maximum.reduceat(np.where(alike == best[cell_row], heavy, 0), begins)
        self._sum_up(row_pair, weights[row_word], best, heaviest)
        taken = np.bincount(cell, weights=alike, minlength=len(surfaces)) > 0
        listed = np.where(taken, self._index.surface_weights[surfaces], 0)
        second = np.maximum(self._index.total_of[self.entries] - np.add.reduceat(listed, starts), 0)
        first = np.maximum(totals[self.owners] - self._own, 0)
        self._lost = self._opposed * np.minimum(first, second) + self._omitted * np.abs(first - second)

    def _likenesses(self, words: Entries, surfaces: Entries) -> tuple[Numbers, Numbers]:
        """How like a word of a query is to a listed one, and what that weighs."""
        parts: list[NDArray[np.int32]] = []
        likes: list[NDArray[np.float32]] = []
        shares: list[float] = []
        owners: list[int] = []
        for number, word in enumerate(word for search in self._searches for word in search.words):
            for near, share in ((word.near, 1.0), *word.joined):
                parts.append(near.surfaces)
                likes.append(near.likes)
                shares.append(share)
                owners.append(number)
        sizes = [len(part) for part in parts]
        size = np.int64(len(self._index.surface_weights))
        keys = np.repeat(owners, sizes) * size + np.concatenate(parts)
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        wanted = words * size + surfaces
        places = np.searchsorted(keys, wanted)
        places[places == len(keys)] = 0
        there = keys[places] == wanted
        places = order[places]
        alike = np.where(there, np.concatenate(likes)[places], 0)
        heavy = np.where(there, self._index.surface_weights[surfaces] * np.repeat(shares, sizes)[places], 0)
        return alike, heavy

    def _sum_up(self, pairs: Entries, weights: Numbers, alike: Numbers, heavy: Numbers) -> None:
        """What the two names have in common, pair by pair."""
        there = alike > 0
        mean = np.where(there, (weights + heavy) / 2, 0)
        least, unlike, omitted = self._least[pairs], self._unlike[pairs], self._omitted[pairs]
        worth = mean * ((1 - least) * alike - least * unlike * (1 - alike))
        worth = np.where(there, np.maximum(worth, -least * omitted * weights), 0)
        count = len(self.entries)
        self._alike = np.bincount(pairs, weights=mean * alike, minlength=count)
        self._differing = np.bincount(pairs, weights=mean * (1 - alike), minlength=count)
        self._own = np.bincount(pairs, weights=np.where(there, weights, 0), minlength=count)
        self._worth = np.bincount(pairs, weights=worth, minlength=count)

    def reach(self) -> NDArray[np.bool_]:
        """Which entries may reach the score that is asked for.

        A pair of unlike words that lowers the score counts no more than leaving the word out would.
        """
        ignored = self._of_search([search.ignored for search in self._searches])
        kept: NDArray[np.bool_] = (
            self._worth + (1 - self._least) * ignored - self._least * self._lost >= -1e-5
        )
        return kept

    @property
    def likely(self) -> Numbers:
        """The score to be expected."""
        found: Numbers = self._alike / (self._alike + self._unlike * self._differing + self._lost + 1e-6)
        return found


def split(tokens: tuple[Token, ...]) -> tuple[list[Token], float]:
    """The words by which a name is looked up, and what the others weigh."""
    useful = [token for token in tokens if token.kind not in IGNORED]
    if not useful:
        return list(tokens), 0.0
    return useful, sum(weight(token) for token in tokens if token.kind in IGNORED)


def _in_enough(words: list[_Word], ignored: float, costs: Costs, least: float) -> int:
    """The entries that have words like so many of the query's that their score may reach ``least``.

    At least one of the words must be so much alike that it raises the score, and no word less than others can make up for.
    """
    gain, loss = 1.0 - least, least * costs.unlike
    strong = _level(loss / (gain + loss))
    needed = _needed(words, ignored, costs, least)
    most = ignored + sum(word.most for word in words)
    levels = [0] * (needed + 1)
    levels[0] = -1
    any_strong = 0
    for word in words:
        lightest = (word.weight + word.near.lightest) / 2
        enough = _level((loss - gain * (most - word.most) / lightest) / (gain + loss) if lightest else 0.0)
        bits = word.bits(enough)
        for level in range(needed, 0, -1):
            levels[level] |= levels[level - 1] & bits
        any_strong |= bits if strong <= enough else word.bits(strong)
    return levels[needed] & any_strong


def _level(likeness: float) -> float:
    """The next of :data:`LEVELS` at or below it."""
    return next((level for level in LEVELS if level <= likeness), LEVELS[-1])


def _needed(words: list[_Word], ignored: float, costs: Costs, least: float) -> int:
    """How many words must be matched at least, whichever they are.

    With all of them alike and nothing left over on the other side, a score is what they weigh to that and
    ``costs.omitted`` times the rest; fewer than this number of words, the heaviest first, do not come to ``least``.
    """
    lacking = least * costs.omitted * sum(word.weight for word in words) - (1 - least) * ignored
    worth = sorted(
        (word.most * (1 - least) + word.weight * least * costs.omitted for word in words), reverse=True
    )
    for count, gain in enumerate(worth, 1):
        lacking -= gain
        if lacking <= 1e-6:
            return count
    return len(words)
