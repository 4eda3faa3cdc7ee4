"""The scores of OFAC's own Sanctions List Search, for those who must compare with them.

After FAQs 246, 247 and 249 and the behaviour of the public search: the names as wholes, without their blanks, by
Jaro-Winkler, and word by word, each word of the query against the closest listed one; the higher of the two
counts. Jaro-Winkler without the usual 0.7 gate for the bonus of a common start. The FAQ also names Soundex; scores
captured from the search agree better without it. A comparison column, never the matcher.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz.distance import Jaro
from rapidfuzz.process import cdist

from holdfast.screen.query import Why

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_WORD = re.compile(r"[^\W_]+")
_SIGNS = re.compile(r"[^\w-]")
LEAST = 0.5
"""Similarity below which a listed word is no match for a word of the query."""
WHOLE_START, WORD_START = 5, 4
"""Letters of a common start that raise the likeness of wholes and of words, found by the captured scores."""
SHORTEST = 3
"""Letters of a query's word that is compared; shorter ones do not count."""


def score(query: str, listed: str) -> int:
    """0 to 100; the order of the arguments matters, as it does there."""
    return round(100 * max(_whole(query, listed), _by_word(query, listed)))


def compare_as_ofac(one: str, other: str, schema: str = "") -> tuple[float, tuple[Why, ...]]:
    """The same as a share with its reasons; the type plays no part."""
    del schema
    whole, words = _whole(one, other), _by_word(one, other)
    says = f"as wholes {100 * whole:.0f}, word by word {100 * words:.0f}: OFAC's search shows the higher"
    return score(one, other) / 100, (Why("ofac-search", round(max(whole, words), 4), says),)


def _whole(query: str, listed: str) -> float:
    one, other = whole_text(query), whole_text(listed)
    return _jaro_winkler(one, other, WHOLE_START) if one and other else 0.0


def _by_word(query: str, listed: str) -> float:
    asked = [word for word in _words(query) if len(word) >= SHORTEST] or _words(query)
    known = _words(listed)
    if not asked or not known:
        return 0.0
    best = (max(_jaro_winkler(word, other) for other in known) for word in asked)
    return sum(value if value >= LEAST else 0.0 for value in best) / len(asked)


def whole_text(name: str) -> str:
    """The name as it is compared as a whole: capitals, hyphens kept, blanks and other signs gone."""
    return _SIGNS.sub("", name.upper())


@lru_cache(maxsize=1 << 15)
def _words(name: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(name.upper().replace("'", "")))


def _jaro_winkler(one: str, other: str, most: int = WORD_START) -> float:
    jaro = float(Jaro.similarity(one, other))
    start = 0
    for first, second in zip(one[:most], other[:most], strict=False):
        if first != second:
            break
        start += 1
    return jaro + start * 0.1 * (1.0 - jaro)


class OfacSearch:
    """All listed names at once; every one is scored, as there is no index that keeps these scores whole."""

    def __init__(self, names: Sequence[str]) -> None:
        self._wholes = [whole_text(name) for name in names]
        words: dict[str, int] = {}
        numbers = [[words.setdefault(word, len(words)) for word in _words(name)] or [-1] for name in names]
        self._words = [*words, ""]
        self._flat = np.array([number for own in numbers for number in own], dtype=np.int64)
        self._starts = np.concatenate(([0], np.cumsum([len(own) for own in numbers])))[:-1]
        self._word_starts = _starts_of(self._words, WORD_START)
        self._whole_starts = _starts_of(self._wholes, WHOLE_START)

    def scores(self, query: str) -> NDArray[np.float32]:
        """The score of each name, as a share."""
        whole = whole_text(query)
        best = np.zeros(len(self._wholes), dtype=np.float32)
        if whole:
            best = _all_jaro_winkler(whole, self._wholes, self._whole_starts)
        asked = [word for word in _words(query) if len(word) >= SHORTEST] or list(_words(query))
        total = np.zeros(len(self._wholes), dtype=np.float32)
        for word in asked:
            values = _all_jaro_winkler(word, self._words, self._word_starts)
            values[values < LEAST] = 0
            values[-1] = 0
            total += np.maximum.reduceat(values[self._flat], self._starts)
        by_word = total / max(1, len(asked))
        return np.asarray(np.round(np.maximum(best, by_word), 2), dtype=np.float32)


def _starts_of(texts: Sequence[str], most: int) -> NDArray[np.uint16]:
    """The first letters of each text as numbers; 0 where there is none."""
    found = np.zeros((len(texts), most), dtype=np.uint16)
    for row, text in enumerate(texts):
        for place, char in enumerate(text[:most]):
            found[row, place] = ord(char) % 65536
    return found


def _all_jaro_winkler(text: str, others: Sequence[str], starts: NDArray[np.uint16]) -> NDArray[np.float32]:
    jaro = cdist([text], others, scorer=Jaro.similarity, dtype=np.float32)[0]
    own = _starts_of([text], starts.shape[1])[0]
    same = np.cumprod((starts == own) & (own != 0), axis=1).sum(axis=1)
    return np.asarray(jaro + same * 0.1 * (1 - jaro), dtype=np.float32)
