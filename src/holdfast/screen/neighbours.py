"""Listed words that a word may stand for: by spelling, sound, abbreviation, nickname, first letter, or run together.

Many words are looked up at once. Keys that nearby words share lead to a few hundred listed words each; what is left of
these after a look at their letters is compared by spelling and sound, all pairs in one call. A word is looked up once
and kept: names repeat.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz.distance import OSA, Levenshtein
from rapidfuzz.process import cpdist

from holdfast.screen.index import Side, as_bits
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
    """The listed words that one word may stand for, the closest first, and the entries that have them."""

    __slots__ = ("_bits", "_entries", "_stops", "heaviest", "lightest", "likes", "surfaces", "weights")

    def __init__(self, columns: Columns, row: int) -> None:
        own = columns.own(row)
        self.surfaces = columns.surfaces[own].copy()
        self.likes = columns.likes[own].copy()
        self.weights = columns.weights[own].copy()
        """What each of the listed words weighs where it stands for this one."""
        self._entries = columns.filed(row)
        self._stops = columns.stops[row]
        self._bits: list[int | None] = [None] * len(LEVELS)
        self.heaviest = columns.heaviest[row]
        self.lightest = columns.lightest[row]

    def bits(self, level: int, size: int) -> int:
        """Of ``size`` entries those that have one of them as much alike as :data:`LEVELS` says, one bit each."""
        found = self._bits[level]
        if found is None:
            stop = self._stops[level]
            found = self._bits[level] = as_bits(self._entries[:stop], size) if stop else 0
        return found


class Columns:
    """What was found for many words, as columns: rows are words, the closest listed word of each first."""

    def __init__(
        self,
        index: Index,
        size: int,
        found: tuple[Rows, NDArray[np.int32], NDArray[np.float32]],
        weights: NDArray[np.float32] | None = None,
    ) -> None:
        rows, self.surfaces, self.likes = found
        self.weights = index.surface_weights[self.surfaces] if weights is None else weights
        self._entries, counts = index.postings.gather(self.surfaces)
        ends = np.append(0, np.cumsum(counts))
        cuts = np.searchsorted(rows, np.arange(size + 1))
        levels = [np.bincount(rows[self.likes >= level], minlength=size) for level in LEVELS]
        starts = ends[cuts]
        self.stops = (ends[cuts[:-1, None] + np.transpose(levels)] - starts[:-1, None]).tolist()
        """For each row and level how many of its entries are on it."""
        heaviest, lightest = np.zeros(size), np.zeros(size)
        there = cuts[1:] > cuts[:-1]
        if there.any():
            heaviest[there] = np.maximum.reduceat(self.weights, cuts[:-1][there])
            lightest[there] = np.minimum.reduceat(self.weights, cuts[:-1][there])
        self.heaviest, self.lightest = heaviest.tolist(), lightest.tolist()
        self._cuts, self._starts = cuts.tolist(), starts.tolist()

    def own(self, row: int) -> slice:
        """Where the listed words of a row are."""
        return slice(self._cuts[row], self._cuts[row + 1])

    def filed(self, row: int) -> NDArray[np.int32]:
        """The entries of a row."""
        return self._entries[self._starts[row] : self._starts[row + 1]].astype(np.int32)


class Neighbours:
    """Looks words up in one index, and keeps what it found."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._known: dict[str, Near] = {}
        self._most = max(512, KEPT_BYTES // (len(index) // 6 + 1024))

    def of(self, tokens: Sequence[Token]) -> list[Near]:
        """For each word what it may stand for; those that are not known yet are looked up together."""
        keys = [lookup(token) for token in tokens]
        known = self._known
        missing = {key: token for key, token in zip(keys, tokens, strict=True) if key not in known}
        if missing:
            self._forget(len(missing), keys)
            self._look_up(missing)
        return [known[key] for key in keys]

    def joined(self, near: Near, surface_: int, share: float) -> Near:
        """With a listed word that is this one and a neighbour run together; ``share`` of its weight is this one's."""
        surfaces = np.append(near.surfaces, np.int32(surface_))
        likes = np.append(near.likes, np.float32(JOINED))
        weights = np.append(near.weights, self._index.surface_weights[surface_] * np.float32(share))
        order = np.argsort(-likes, kind="stable")
        found = (np.zeros(len(order), dtype=np.int64), surfaces[order], likes[order])
        return Near(Columns(self._index, 1, found, weights[order]), 0)

    def _forget(self, coming: int, needed: Iterable[str]) -> None:
        """The older half when there are too many, but for those that are asked for."""
        known = self._known
        if len(known) + coming > self._most:
            for key in needed:
                if key in known:
                    known[key] = known.pop(key)
            for key in list(known)[: min(len(known) // 2, len(known) - len(set(needed)))]:
                del known[key]

    def _look_up(self, tokens: dict[str, Token]) -> None:
        """Words that may be spelled otherwise together, the others one by one."""
        loose = {key: token for key, token in tokens.items() if token.kind in LOOSE and len(token.text) > 1}
        for key, token in tokens.items():
            if key not in loose:
                surfaces, likes = self._fixed(token)
                rows = np.zeros(len(surfaces), dtype=np.int64)
                self._known[key] = Near(Columns(self._index, 1, (rows, surfaces, likes)), 0)
        if loose:
            columns = Columns(self._index, len(loose), _Likes(self._index, list(loose.values())).found())
            for row, key in enumerate(loose):
                self._known[key] = Near(columns, row)

    def _fixed(self, token: Token) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """A word with a meaning, a number, or a single letter."""
        exact = self._index.numbers.get(surface(token), -1)
        if len(token.text) == 1 and token.kind not in MEANING:
            begin = self._index.beginning(token.text)
            begin = np.append(begin[begin == exact], begin[begin != exact])
            return begin, np.where(begin == exact, np.float32(1.0), np.float32(INITIAL))
        found = np.array([exact] if exact >= 0 else [], dtype=np.int32)
        return found, np.ones(len(found), dtype=np.float32)


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

    def found(self) -> tuple[Rows, NDArray[np.int32], NDArray[np.float32]]:
        """Rows, surfaces and likenesses, row by row by falling likeness."""
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
        skeletons = skeleton_keys(skeletons_of(self._texts), listed=False, wide=self._foreign)
        return self._index.near_under(*_together([*spelling_keys(self._plain), *skeletons]))

    def _verify(self, rows: Rows, forms: Rows) -> None:
        """Keep the pairs that are alike enough, by letters within a script and by sound across scripts.

        By letters as in :func:`holdfast.screen.likeness.spelled`.
        """
        for side, own, listed in (
            (Side.WRITTEN, self._texts, self._index.words),
            (Side.PLAIN, self._plain, self._index.plain),
        ):
            close = self._index.may_be_alike(side, own, rows, forms, LEAST)
            near_rows, near_forms = _distinct(rows[close], forms[close])
            likes = _similarity(OSA.normalized_similarity, own, listed, near_rows, near_forms)
            if side is Side.PLAIN:
                likes = np.where(likes == 1.0, np.float32(0.965), np.float32(0.97) * likes)
            self._keep(near_rows, near_forms, likes)
        foreign = self._foreign[rows] | self._index.foreign[forms]
        if foreign.any():
            rows, forms = _distinct(rows[foreign], forms[foreign])
            self._keep(rows, forms, self._heard(rows, forms))

    def _keep(self, rows: Rows, forms: Rows, likes: NDArray[np.float32]) -> None:
        enough = likes >= LEAST
        self._add(rows[enough], forms[enough], likes[enough])

    def _heard(self, rows: Rows, forms: Rows) -> NDArray[np.float32]:
        own = [heard(text) for text in self._texts]
        alike = _similarity(Levenshtein.normalized_similarity, own, self._index.heard, rows, forms)
        return np.where(alike >= LEAST_HEARD, np.minimum(alike + np.float32(HEARD_SLACK), 1.0), alike)

    def _abbreviations(self) -> tuple[Rows, Rows]:
        """Words of which one is the start of the other, or its consonants."""
        return self._index.near_under(*_together(abbreviation_keys(self._texts, listed=False)))

    def _merged(self) -> tuple[Rows, NDArray[np.int32], NDArray[np.float32]]:
        rows, surfaces = np.concatenate(self._rows), np.concatenate(self._surfaces)
        likes = np.concatenate(self._likes)
        order = np.lexsort((-likes, rows << 32 | surfaces))
        rows, surfaces, likes = rows[order], surfaces[order], likes[order]
        first = np.ones(len(rows), dtype=bool)
        first[1:] = (rows[1:] != rows[:-1]) | (surfaces[1:] != surfaces[:-1])
        rows, surfaces, likes = rows[first], surfaces[first], likes[first]
        order = np.lexsort((-likes, rows))
        return rows[order], surfaces[order].astype(np.int32), likes[order]


def spelling_keys(plain: list[str]) -> Iterable[tuple[Rows, NDArray[np.uint64]]]:
    """Rows and hashes of words as they are spelled, and with a letter left out."""
    rows = letters(plain)
    yield np.arange(len(plain)), whole(rows, "d")
    yield shortened(rows, "d", 0, 4)


def skeleton_keys(
    skeletons: list[tuple[str, ...]], *, listed: bool, wide: NDArray[np.bool_] | None = None
) -> Iterable[tuple[Rows, NDArray[np.uint64]]]:
    """The same of consonants; a word of another script also meets those with one consonant more or less."""
    texts = [text for own in skeletons for text in own]
    owners = np.repeat(np.arange(len(skeletons)), [len(own) for own in skeletons])
    rows = letters(texts)
    yield owners, whole(rows, "s")
    if listed:
        of, hashes = shortened(rows, "t", 1, 4)
        yield owners[of], hashes
    elif wide is not None and wide[owners].any():
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
    scorer: Callable[..., float], own: list[str], listed: NDArray[np.object_], rows: Rows, forms: Rows
) -> NDArray[np.float32]:
    """Pair by pair; 0 below what any use of it asks for."""
    ones, others = np.array(own, dtype=object)[rows], listed[forms]
    found = cpdist(ones.tolist(), others.tolist(), scorer=scorer, score_cutoff=LEAST_HEARD, dtype=np.float32)
    return np.asarray(found)


def _together(keys: Iterable[tuple[Rows, NDArray[np.uint64]]]) -> tuple[Rows, NDArray[np.uint64]]:
    rows, hashes = zip(*keys, strict=True)
    return np.concatenate(rows), np.concatenate(hashes)


def _distinct(rows: Rows, forms: Rows) -> tuple[Rows, Rows]:
    pairs = np.sort(rows << 32 | forms)
    pairs = pairs[np.append(True, pairs[1:] != pairs[:-1])] if len(pairs) else pairs
    return pairs >> 32, pairs & 0xFFFFFFFF


@cache
def _names_of(group: int) -> tuple[str, ...]:
    return tuple(name for name, groups in same_names().items() if group in groups)
