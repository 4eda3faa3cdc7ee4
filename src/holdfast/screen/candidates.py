"""Which listed names are worth a close look, and the cheap proof, for almost every query, that there are none.

A score can only be reached by a listed name that has words like enough of the words of the query. So the entries that
have a word like each of the query's are kept as sets of bits; counting how many sets an entry is in takes a few
operations on whole sets. The entries that are in enough of them get a bound on their score from what was matched and
what each side leaves over, and only those whose bound reaches what is asked are compared word by word.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from holdfast.screen.index import as_bits
from holdfast.screen.judgement import COSTS
from holdfast.screen.keys import IGNORED, acronyms
from holdfast.screen.neighbours import LEVELS, Neighbours
from holdfast.text.name import Family
from holdfast.text.rarity import weight

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from holdfast.screen.index import Index
    from holdfast.screen.judgement import Costs
    from holdfast.screen.neighbours import Near
    from holdfast.text.name import ParsedName, Token

    Entries = NDArray[np.int64]
    Numbers = NDArray[np.float64]

STEPS = 24
"""Steps by which the weights of listed names are told apart."""
MOST = 250
"""Listed names that are compared closely for one reading of a query."""


class _Search:
    """A reading of a query with the entries that have enough of its words."""

    __slots__ = ("costs", "entries", "family", "ignored", "least", "nears", "weights")

    def __init__(
        self, weights: list[float], nears: list[Near], ignored: float, family: Family, least: float
    ) -> None:
        self.weights = weights
        self.nears = nears
        self.ignored = ignored
        """What its words weigh by which nothing is looked up."""
        self.family = family
        self.costs: Costs = COSTS[family]
        self.least = least
        self.entries: Entries = _NOTHING


_NOTHING = np.zeros(0, dtype=np.int64)


class Candidates:
    """Finds candidates in one index; holds what it looked up."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._neighbours = Neighbours(index)
        self._steps = (
            np.unique(np.quantile(index.total_of, np.linspace(0, 1, STEPS))) if len(index) else _NOTHING
        )
        self._masks: dict[tuple[Family, int], int] = {}

    def find(self, asked: Sequence[tuple[ParsedName, float]], most: int = MOST) -> list[list[int]]:
        """For each reading of a query and the score asked of it: the entries that may reach it, likeliest first."""
        useful = [split(name.tokens) for name, _ in asked]
        nears = iter(self._neighbours.of([token for tokens, _ in useful for token in tokens]))
        searches: list[_Search] = []
        for (name, least), (tokens, ignored) in zip(asked, useful, strict=True):
            own = [next(nears) for _ in tokens]
            search = _Search([weight(token) for token in tokens], own, ignored, name.family, least)
            self._join(tokens, search)
            searches.append(search)
        found: list[list[int]] = [[] for _ in asked]
        there = self._look(searches) if searches else []
        if there:
            kept = _kept(self._index, [searches[place] for place in there], most)
            for place, entries in zip(there, kept, strict=True):
                found[place] = entries
        return found

    def _look(self, searches: list[_Search]) -> list[int]:
        """The places of the searches that have entries with enough of their words; the others are proven to have none."""
        there: list[int] = []
        size = len(self._index)
        for place, (search, demand) in enumerate(zip(searches, demands(searches), strict=True)):
            bits = _in_enough(search.nears, demand, size)
            if bits and (bits := bits & self._no_heavier(search.family, demand.heaviest)):
                search.entries = self._index.entries(bits)
                there.append(place)
        return there

    def _no_heavier(self, family: Family, weight: float) -> int:
        """The entries of a family whose words weigh no more than that, or a little more, one bit each."""
        step = int(np.searchsorted(self._steps, weight))
        found = self._masks.get((family, step))
        if found is None:
            index = self._index
            wanted = (index.family_of == family) | index.open_type
            if step < len(self._steps):
                wanted &= index.total_of <= self._steps[step]
            found = self._masks[family, step] = as_bits(np.flatnonzero(wanted), len(index))
        return found

    def _join(self, tokens: list[Token], search: _Search) -> None:
        """Note listed words that are two neighbouring words of the query together, or the first letters of all."""
        numbers = self._index.numbers
        for place in range(len(tokens) - 1):
            number = numbers.get(tokens[place].text + tokens[place + 1].text)
            if number is not None:
                self._share(search, number, range(place, place + 2))
        if search.family is not Family.PERSON:
            for text in acronyms(tokens):
                if text in numbers:
                    self._share(search, numbers[text], range(len(tokens)))

    def _share(self, search: _Search, surface: int, places: range) -> None:
        """Let a listed word stand for several words of the query, for each by what it weighs."""
        whole = sum(search.weights[place] for place in places) or 1.0
        for place in places:
            share = search.weights[place] / whole
            search.nears[place] = self._neighbours.joined(search.nears[place], surface, share)


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
        counts = np.array([len(search.weights) for search in self._searches])
        firsts = np.cumsum(counts) - counts
        weights = np.array([heavy for search in self._searches for heavy in search.weights])
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
        nears = [near for search in self._searches for near in search.nears]
        size = np.int64(len(self._index.surface_weights))
        rows = np.repeat(np.arange(len(nears)), [len(near.surfaces) for near in nears])
        keys = rows * size + np.concatenate([near.surfaces for near in nears])
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        wanted = words * size + surfaces
        places = np.searchsorted(keys, wanted)
        places[places == len(keys)] = 0
        there = keys[places] == wanted
        places = order[places]
        alike = np.where(there, np.concatenate([near.likes for near in nears])[places], 0)
        heavy = np.where(there, np.concatenate([near.weights for near in nears])[places], 0)
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
    if len(useful) == len(tokens) or not useful:
        return list(tokens), 0.0
    return useful, sum(weight(token) for token in tokens if token.kind in IGNORED)


class Demand(NamedTuple):
    """What an entry must have of a query for its score to reach what is asked.

    A score comes about from gains and losses: of a matched pair, what it weighs times ``1 - least`` for the part that is
    alike and times ``least * unlike`` for the rest; of a word left out, what it weighs times ``least * omitted``.
    """

    words: int
    """How many words: so many of the heaviest gain what leaving out the others loses."""
    levels: list[int]
    """For each word the likeness (a place in :data:`LEVELS`) below which it loses more than all others can gain."""
    gaining: int
    """The likeness of at least one word: below it none gains anything."""
    heaviest: float
    """What its words weigh at most: leaving out more loses all that can be gained."""


def demands(searches: list[_Search]) -> Iterator[Demand]:
    """The demands of many searches, worked out together."""
    counts = np.array([len(search.weights) for search in searches])
    of = np.repeat(np.arange(len(searches)), counts)
    heavy = np.array([one for search in searches for one in search.weights])
    heaviest = np.array([near.heaviest for search in searches for near in search.nears])
    lightest = np.array([near.lightest for search in searches for near in search.nears])
    least = np.array([search.least for search in searches])
    ignored = np.array([search.ignored for search in searches])
    omitted = least * np.array([search.costs.omitted for search in searches])
    loss = least * np.array([search.costs.unlike for search in searches])
    gain = 1.0 - least
    most = gain[of] * (heavy + heaviest) / 2
    total = np.bincount(of, weights=most, minlength=len(searches)) + gain * ignored
    others = (total[of] - most) / np.maximum((heavy + lightest) / 2, 1e-6)
    levels = _levels((loss[of] - others) / (gain + loss)[of]).tolist()
    gaining = _levels(loss / (gain + loss)).tolist()
    lacking = omitted * np.bincount(of, weights=heavy, minlength=len(searches)) - gain * ignored
    listed = np.bincount(of, weights=heaviest, minlength=len(searches))
    most_listed = (listed + total / np.maximum(omitted, 1e-6)).tolist()
    needed = _needed(of, most + omitted[of] * heavy, lacking, counts).tolist()
    ends = np.cumsum(counts).tolist()
    for place, count in enumerate(counts.tolist()):
        yield Demand(
            needed[place], levels[ends[place] - count : ends[place]], gaining[place], most_listed[place]
        )


def _needed(of: Entries, worth: Numbers, lacking: Numbers, counts: Entries) -> Entries:
    """How many words make up for what is lacking, the worthiest first."""
    order = np.lexsort((-worth, of))
    sums = np.cumsum(worth[order])
    before = np.append(0.0, sums)[np.cumsum(counts) - counts]
    short = sums - before[of] < lacking[of] - 1e-6
    needed: Entries = np.minimum(np.bincount(of, weights=short, minlength=len(counts)) + 1, counts).astype(
        np.int64
    )
    return needed


def _levels(likenesses: Numbers) -> Entries:
    """The place of the next of :data:`LEVELS` at or below each."""
    rising = np.array(LEVELS[::-1])
    places: Entries = len(LEVELS) - np.searchsorted(rising, likenesses + 1e-9, side="right")
    return np.minimum(places, len(LEVELS) - 1)


def _in_enough(nears: list[Near], demand: Demand, size: int) -> int:
    """The entries that have what is demanded, one bit each."""
    found = _counted(nears, demand, size)
    if not found:
        return 0
    gaining = 0
    for near, level in zip(nears, demand.levels, strict=True):
        gaining |= near.bits(min(level, demand.gaining), size)
    return found & gaining


def _counted(nears: list[Near], demand: Demand, size: int) -> int:
    """The entries that have so many of the words."""
    needed = demand.words
    if needed == len(nears):
        found = -1 if nears else 0
        for near, level in zip(nears, demand.levels, strict=True):
            found &= near.bits(level, size)
            if not found:
                return 0
        return found
    counted = [-1] + [0] * needed
    for near, level in zip(nears, demand.levels, strict=True):
        bits = near.bits(level, size)
        if bits:
            for count in range(needed, 0, -1):
                if before := counted[count - 1]:
                    counted[count] |= before & bits
    return counted[needed]
