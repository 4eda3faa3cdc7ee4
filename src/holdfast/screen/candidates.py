"""Which listed names are worth a close look: for a name, the entries whose words it shares or nearly shares.

Each word of the query is looked up once and kept (names repeat); the likely score of an entry is worked out for all of
them at once from what was matched and what each side weighs, so that only a few dozen are compared word by word.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from holdfast.screen.judgement import COSTS
from holdfast.screen.keys import IGNORED, MEANING, joins, loose_keys, surface, wide_keys
from holdfast.screen.likeness import LEAST, spelled
from holdfast.text.lexicon import Entry, Kind, business, same_names
from holdfast.text.rarity import weight
from holdfast.text.sound import distance, skeletons, sounds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from holdfast.screen.index import Index
    from holdfast.text.name import Family, ParsedName, Token

MOST = 24
"""Listed names that are compared closely for one reading of a query."""
SHORTEST_MISSPELT = 6
"""Letters from which an unknown word may be a misspelt word of business: Technolgy, but not Bank."""
KEPT = 50_000
"""Looked-up words that are kept."""
_LOOSE = frozenset({Kind.NAME, Kind.PATRONYMIC, Kind.COMPOUND})


@dataclass(frozen=True, slots=True)
class Near:
    """Entries that have a word like the one looked up, and what the match weighs in each."""

    entries: NDArray[np.int64]
    gains: NDArray[np.float32]


class Candidates:
    """Finds candidates in one index; holds what it looked up."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._gains = np.zeros(len(index), dtype=np.float32)
        self.near = lru_cache(maxsize=KEPT)(self._near)

    def find(self, name: ParsedName, family: Family, least: float, most: int = MOST) -> list[int]:
        """Entries of a family by falling likely score, those that may reach ``least``."""
        entries, gains = self._collect(name)
        if not len(entries):
            return []
        fits = (self._index.family_of[entries] == family) | self._index.open_type[entries]
        entries, gains = entries[fits], gains[fits]
        costs = COSTS[family]
        query = sum(weight(token) for token in name.tokens)
        totals = np.asarray(self._index.total_of[entries])
        gains = np.minimum(gains, np.minimum(totals, query))
        opposed = np.minimum(totals, query) - gains
        likely = gains / (gains + costs.omitted * np.abs(totals - query) + costs.opposed * opposed + 1e-6)
        likely[likely < least] = 0
        if len(entries) > most:
            top = np.argpartition(likely, -most)[-most:]
            entries, likely = entries[top], likely[top]
        order = np.lexsort((entries, -likely))
        return [int(entry) for entry, value in zip(entries[order], likely[order], strict=True) if value > 0]

    def _collect(self, name: ParsedName) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        tokens = [token for token in name.tokens if token.kind not in IGNORED] or list(name.tokens)
        found = [self.near(token) for token in dict.fromkeys(tokens)]
        found += self._joined(name.tokens)
        found = [near for near in found if len(near.entries)]
        if not found:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        total = self._gains
        for near in found:
            total[near.entries] += near.gains
        entries = np.unique(np.concatenate([near.entries for near in found]))
        gains = total[entries].copy()
        total[entries] = 0
        return entries, gains

    def _joined(self, tokens: tuple[Token, ...]) -> list[Near]:
        """Words written together on one side only."""
        found = [
            self._exactly(f"x:{text}", max(0.4, total)) for text, total in joins(tokens) if len(text) > 3
        ]
        found += [
            self._exactly(f"x:+{token.text}", 1.2 * weight(token))
            for token in tokens
            if token.kind is Kind.NAME and len(token.text) >= 5
        ]
        return found

    def _exactly(self, key: str, gain: float) -> Near:
        entries: list[NDArray[np.uint32]] = []
        for surfaces in self._index.under([key]):
            entries += [self._index.postings[int(number)] for number in surfaces]
        if not entries:
            return _NOTHING
        joined = np.concatenate(entries).astype(np.int64)
        return Near(joined, np.full(len(joined), gain, dtype=np.float32))

    def _near(self, token: Token) -> Near:
        heavy = weight(token)
        text = surface(token)
        alike = dict.fromkeys(self._surfaces([f"x:{text}"]), 1.0)
        if token.kind in _LOOSE and len(token.text) > 1:
            for number in self._surfaces(self._keys(token)):
                if (
                    number not in alike
                    and (value := self._alike(token, self._index.surface(number))) >= LEAST
                ):
                    alike[number] = value
        if token.kind is Kind.NAME and len(token.text) >= SHORTEST_MISSPELT:
            for concept, value in _misspelt(token.text):
                alike |= dict.fromkeys(self._surfaces([f"x:~{concept}"]), value)
        if not alike:
            return _NOTHING
        lists = [(self._index.postings[number], value) for number, value in alike.items()]
        entries = np.concatenate([found for found, _ in lists]).astype(np.int64)
        gains = np.concatenate(
            [np.full(len(found), value * heavy, dtype=np.float32) for found, value in lists]
        )
        order = np.lexsort((-gains, entries))
        entries, gains = entries[order], gains[order]
        first = np.concatenate(([True], entries[1:] != entries[:-1]))
        return Near(entries[first], gains[first])

    def _keys(self, token: Token) -> list[str]:
        keys = list(wide_keys(token.text) if token.script != "latin" else loose_keys(token.text))
        for group in same_names().get(token.text, ()):
            keys += [f"x:{name}" for name in _names_of(group)]
        return keys

    def _surfaces(self, keys: list[str]) -> list[int]:
        return [int(number) for found in self._index.under(keys) for number in found]

    @staticmethod
    def _alike(token: Token, text: str) -> float:
        if token.script != "latin":
            vowels = 0.12 if token.script in {"arabic", "hebrew"} else 0.2
            return max(
                spelled(token.text, text)[0],
                1.0 - 0.95 * distance(sounds(token.text), sounds(text), vowels=vowels),
            )
        value = spelled(token.text, text)[0]
        if value < 0.9 and same_names().get(token.text, frozenset()) & same_names().get(text, frozenset()):
            return 0.9
        if value < LEAST and set(skeletons(token.text)) & set(skeletons(text)):
            return LEAST
        return value


_NOTHING = Near(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32))


@cache
def _names_of(group: int) -> tuple[str, ...]:
    return tuple(name for name, groups in same_names().items() if group in groups)


def _misspelt(text: str) -> list[tuple[str, float]]:
    """Meanings of the words of business that the word is nearly spelled like, and how nearly."""
    near = process.extract(text, _meaningful(), scorer=OSA.normalized_similarity, score_cutoff=LEAST, limit=3)
    return [(_meaningful_entries()[word].concept, value) for word, value, _ in near]


@cache
def _meaningful_entries() -> dict[str, Entry]:
    entries = business().single_words()
    return {
        word: entry
        for word, entry in entries.items()
        if entry.kind in MEANING and len(word) >= SHORTEST_MISSPELT
    }


@cache
def _meaningful() -> list[str]:
    return list(_meaningful_entries())
