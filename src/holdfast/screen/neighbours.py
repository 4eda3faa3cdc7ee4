"""Listed words that a word may stand for: by spelling, sound, abbreviation, nickname, first letter, or run together.

Many words are looked up at once. Keys that nearby words share lead to a few hundred listed words each; what is left of
these after a look at their letters is compared by spelling and sound, all pairs in one call. A word is looked up once
and kept: names repeat.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz.distance import OSA, Levenshtein
from rapidfuzz.process import cpdist

from holdfast.screen.keys import MEANING, surface
from holdfast.screen.spellings import consonants, letters, shortened, whole
from holdfast.text.lexicon import Kind, same_names
from holdfast.text.sound import heard, plain_spellings, skeletons_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from holdfast.screen.index import Index
    from holdfast.text.name import Token

    Rows = NDArray[np.int64]

LEAST = 0.64
"""Likeness below which no two words of names count as one (:data:`holdfast.screen.judgement.COSTS` ask for more)."""
LEVELS = (0.95, 0.87, 0.79, 0.72, LEAST)
"""Likenesses by which the words that are near a word are told apart."""
LEAST_HEARD = 0.5
HEARD_SLACK = 0.15
"""How much more alike two words of different scripts may sound than a quick look says."""
ABBREVIATED, NICKNAME, INITIAL, JOINED = 0.82, 0.9, 0.85, 0.98
KEPT_BYTES = 24 << 20
"""Memory for words that were looked up."""
LOOSE = frozenset({Kind.NAME, Kind.PATRONYMIC, Kind.COMPOUND})
"""Words that may be spelled otherwise."""


class Near:
    """The listed words that one word may stand for, and the entries that have them."""

    __slots__ = ("_bits", "_index", "heaviest", "lightest", "likes", "surfaces")

    def __init__(self, index: Index, surfaces: NDArray[np.int32], likes: NDArray[np.float32]) -> None:
        self._index = index
        self.surfaces = surfaces
        self.likes = likes
        weights = index.surface_weights[surfaces]
        self.heaviest = float(weights.max()) if len(surfaces) else 0.0
        """What the heaviest of the listed words weighs."""
        self.lightest = float(weights.min()) if len(surfaces) else 0.0
        self._bits: dict[float, int] = {}

    def bits(self, level: float) -> int:
        """Entries that have any of them that is so much alike, one bit each."""
        found = self._bits.get(level)
        if found is None:
            found = self._bits[level] = self._index.bits(self.surfaces[self.likes >= level])
        return found


class Neighbours:
    """Looks words up in one index, and keeps what it found."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._known: dict[str, Near] = {}
        self._most = max(512, KEPT_BYTES // (len(index) // 8 + 256))
        self._nothing = Near(index, np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32))

    def prepare(self, tokens: Iterable[Token]) -> None:
        """Look up the words that are not known yet, together."""
        known, missing = self._known, {}
        for token in tokens:
            key = lookup(token)
            if key in known:
                known[key] = known.pop(key)
            else:
                missing[key] = token
        if missing:
            self._forget(len(missing))
            self._look_up(missing)

    def of(self, token: Token) -> Near:
        """What a word may stand for."""
        key = lookup(token)
        known = self._known.get(key)
        if known is None:
            self.prepare((token,))
            known = self._known[key]
        return known

    def joined(self, text: str) -> Near | None:
        """Entries that have as one word what a query has as two."""
        number = self._index.numbers.get(text)
        if number is None:
            return None
        key = f"={text}"
        near = self._known.get(key)
        if near is None:
            near = self._known[key] = self._near([number], [JOINED])
        return near

    def _forget(self, coming: int) -> None:
        """The older half when there are too many; what is used again soon comes back."""
        if len(self._known) + coming > self._most:
            for key in list(self._known)[
                : max(len(self._known) // 2, len(self._known) + coming - self._most)
            ]:
                del self._known[key]

    def _near(self, surfaces: Sequence[int], likes: Sequence[float]) -> Near:
        if not surfaces:
            return self._nothing
        return Near(self._index, np.array(surfaces, dtype=np.int32), np.array(likes, dtype=np.float32))

    def _look_up(self, tokens: dict[str, Token]) -> None:
        loose: dict[str, Token] = {}
        for key, token in tokens.items():
            if token.kind not in LOOSE or len(token.text) == 1:
                self._known[key] = self._fixed(token)
            else:
                loose[key] = token
        if not loose:
            return
        likes = _Likes(self._index, list(loose.values()))
        for key, (surfaces, alike) in zip(loose, likes.found(), strict=True):
            self._known[key] = Near(self._index, surfaces, alike) if len(surfaces) else self._nothing

    def _fixed(self, token: Token) -> Near:
        """A word with a meaning, a number, or a single letter."""
        if len(token.text) == 1 and token.kind not in MEANING:
            begin = self._index.beginning(token.text)
            likes = np.full(len(begin), INITIAL, dtype=np.float32)
            exact = self._index.numbers.get(token.text)
            likes[begin == (-1 if exact is None else exact)] = 1.0
            return Near(self._index, begin, likes)
        number = self._index.numbers.get(surface(token))
        return self._nothing if number is None else self._near([number], [1.0])


def lookup(token: Token) -> str:
    """Under what a looked-up word is kept: words of one key have the same neighbours."""
    if token.kind in MEANING:
        return f"~{token.concept}"
    if token.kind not in LOOSE:
        return f" {token.text}"
    return token.text if token.script == "latin" else f"^{token.text}"


class _Likes:
    """One look-up of many words: rows are words, columns of pairs grow and are merged at the end."""

    def __init__(self, index: Index, tokens: list[Token]) -> None:
        self._index = index
        self._tokens = tokens
        self._texts = [token.text[:40] for token in tokens]
        self._foreign = np.fromiter((token.script != "latin" for token in tokens), bool, len(tokens))
        self._rows: list[Rows] = []
        self._surfaces: list[Rows] = []
        self._likes: list[NDArray[np.float32]] = []

    def found(self) -> list[tuple[NDArray[np.int32], NDArray[np.float32]]]:
        """Surfaces and likenesses, row by row."""
        self._exact()
        rows, surfaces = self._by_spelling()
        self._verify(rows, surfaces)
        self._sure(self._abbreviations(), ABBREVIATED)
        self._sure(self._index.near_under(*self._whole(self._texts, "+")), JOINED)
        return self._merged()

    def _add(self, rows: Rows, forms: Rows, likes: NDArray[np.float32]) -> None:
        self._rows.append(rows)
        self._surfaces.append(self._index.stands_for[forms])
        self._likes.append(likes)

    def _sure(self, pairs: tuple[Rows, Rows], likeness: float) -> None:
        rows, forms = pairs
        self._add(rows, forms, np.full(len(rows), likeness, dtype=np.float32))

    def _exact(self) -> None:
        """The word itself, its nicknames, and its first letter."""
        numbers = self._index.numbers
        pairs: list[tuple[int, int, float]] = []
        for row, text in enumerate(self._texts):
            pairs += (
                (row, number, likeness)
                for other, likeness in ((text, 1.0), (text[0], INITIAL))
                if (number := numbers.get(other)) is not None
            )
            for group in same_names().get(text, ()):
                pairs += ((row, numbers[name], NICKNAME) for name in _names_of(group) if name in numbers)
        if pairs:
            rows, surfaces, likes = zip(*pairs, strict=True)
            self._add(np.array(rows), np.array(surfaces), np.array(likes, dtype=np.float32))

    def _whole(self, texts: list[str], salt: str) -> tuple[Rows, NDArray[np.uint64]]:
        return np.arange(len(texts)), whole(letters(texts), salt)

    def _by_spelling(self) -> tuple[Rows, Rows]:
        """Pairs that share a key of spelling or of consonants."""
        self._plain = plain_spellings(self._texts)
        skeletons = skeleton_keys(skeletons_of(self._texts), self._foreign)
        return self._index.near_under(*_together([*spelling_keys(self._plain), *skeletons]))

    def _verify(self, rows: Rows, forms: Rows) -> None:
        """Keep the pairs that are alike enough, by letters within a script and by sound across scripts."""
        close = self._index.close_letters(self._texts, self._plain, rows, forms, LEAST)
        self._keep(*_distinct(rows[close], forms[close]), self._spelled)
        foreign = self._foreign[rows] | self._index.foreign[forms]
        if foreign.any():
            self._keep(*_distinct(rows[foreign], forms[foreign]), self._heard)

    def _keep(self, rows: Rows, forms: Rows, compare: Callable[[Rows, Rows], NDArray[np.float32]]) -> None:
        likes = compare(rows, forms)
        enough = likes >= LEAST
        self._add(rows[enough], forms[enough], likes[enough])

    def _spelled(self, rows: Rows, forms: Rows) -> NDArray[np.float32]:
        """As :func:`holdfast.screen.likeness.spelled`."""
        written = _similarity(OSA.normalized_similarity, self._texts, self._index.words, rows, forms)
        ironed = _similarity(OSA.normalized_similarity, self._plain, self._index.plain, rows, forms)
        ironed = np.where(ironed == 1.0, np.float32(0.965), np.float32(0.97) * ironed)
        return np.maximum(written, ironed)

    def _heard(self, rows: Rows, forms: Rows) -> NDArray[np.float32]:
        own = [heard(text) for text in self._texts]
        alike = _similarity(Levenshtein.normalized_similarity, own, self._index.heard, rows, forms)
        return np.where(alike >= LEAST_HEARD, np.minimum(alike + np.float32(HEARD_SLACK), 1.0), alike)

    def _abbreviations(self) -> tuple[Rows, Rows]:
        """Words of which one is the start of the other, or its consonants."""
        return self._index.near_under(*_together(abbreviation_keys(self._texts, listed=False)))

    def _merged(self) -> list[tuple[NDArray[np.int32], NDArray[np.float32]]]:
        rows, surfaces = np.concatenate(self._rows), np.concatenate(self._surfaces)
        likes = np.concatenate(self._likes)
        order = np.lexsort((-likes, surfaces, rows))
        rows, surfaces, likes = rows[order], surfaces[order], likes[order]
        first = np.ones(len(rows), dtype=bool)
        first[1:] = (rows[1:] != rows[:-1]) | (surfaces[1:] != surfaces[:-1])
        rows, likes = rows[first], likes[first]
        distinct: NDArray[np.int32] = surfaces[first].astype(np.int32)
        ends = np.searchsorted(rows, np.arange(len(self._tokens) + 1))
        return [(distinct[start:end], likes[start:end]) for start, end in pairwise(ends)]


def spelling_keys(plain: list[str]) -> Iterable[tuple[Rows, NDArray[np.uint64]]]:
    """Rows and hashes of words as they are spelled, and with a letter left out."""
    rows = letters(plain)
    yield np.arange(len(plain)), whole(rows, "d")
    yield shortened(rows, "d", 0, 4)


def skeleton_keys(
    skeletons: list[tuple[str, ...]], wide: NDArray[np.bool_] | None = None
) -> Iterable[tuple[Rows, NDArray[np.uint64]]]:
    """The same of consonants; a word of another script also meets those with one consonant more or less."""
    texts = [text for own in skeletons for text in own]
    owners = np.repeat(np.arange(len(skeletons)), [len(own) for own in skeletons])
    rows = letters(texts)
    yield owners, whole(rows, "s")
    of, hashes = shortened(rows, "t", 1, 4)
    yield owners[of], hashes
    if wide is not None and wide[owners].any():
        far = wide[owners]
        yield owners[far], whole(rows[far], "t")
        of, hashes = shortened(rows[far], "s", 1, 4)
        yield owners[far][of], hashes


def abbreviation_keys(texts: list[str], *, listed: bool) -> Iterable[tuple[Rows, NDArray[np.uint64]]]:
    """A word and its starts, a word and its consonants; a listed short form meets a long one, and the reverse."""
    rows = np.arange(len(texts))
    starts = [(row, text[:end]) for row, text in enumerate(texts) for end in range(4, len(text) - 2)]
    of = np.array([row for row, _ in starts], dtype=np.int64)
    parts = letters([start for _, start in starts])
    bare = [consonants(text) if text[0] not in "aeiou" else "" for text in texts]
    long = [row for row, text in enumerate(bare) if len(text) >= 3]
    short = [row for row in long if bare[row] == texts[row]]
    yield of, whole(parts, "p" if listed else "w")
    yield rows, whole(letters(texts), "w" if listed else "p")
    yield rows[long], whole(letters([bare[row] for row in long]), "c" if listed else "v")
    yield rows[short], whole(letters([texts[row] for row in short]), "v" if listed else "c")


def _similarity(
    scorer: Callable[..., float], own: list[str], listed: list[str], rows: Rows, surfaces: Rows
) -> NDArray[np.float32]:
    ones = [own[row] for row in rows.tolist()]
    others = [listed[number] for number in surfaces.tolist()]
    return np.asarray(cpdist(ones, others, scorer=scorer, dtype=np.float32))


def _together(keys: Iterable[tuple[Rows, NDArray[np.uint64]]]) -> tuple[Rows, NDArray[np.uint64]]:
    rows, hashes = zip(*keys, strict=True)
    return np.concatenate(rows), np.concatenate(hashes)


def _distinct(rows: Rows, surfaces: Rows) -> tuple[Rows, Rows]:
    pairs = np.unique(rows << 32 | surfaces)
    return pairs >> 32, pairs & 0xFFFFFFFF


@cache
def _names_of(group: int) -> tuple[str, ...]:
    return tuple(name for name, groups in same_names().items() if group in groups)
