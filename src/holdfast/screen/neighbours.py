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
from holdfast.screen.spellings import LONGEST, consonants, letters, shortened, whole
from holdfast.text.lexicon import Kind, same_names
from holdfast.text.sound import eastern_spelling, heard, plain_spellings, skeletons_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from holdfast.screen.index import Index
    from holdfast.text.name import Token

    Rows = NDArray[np.int64]

LEAST = 0.64
"""Likeness below which no two words of names count as one (:data:`holdfast.screen.judgement.COSTS` ask for more)."""
LEVELS = (0.95, 0.87, 0.79, 0.72, LEAST)
"""Likenesses by which the words that are near a word are told apart."""
LEAST_HEARD, HEARD_SLACK = 0.5, 0.15
"""Likeness of sound, at a quick look, from which words of different scripts are near, and how much closer they may be."""
SOUNDED, LEAST_SOUNDED, SOUND_SLOPE = 0.9, 0.775, 1.6
"""The same within a script: likeness at most, the quick look from which they are near, what a difference costs at least."""
ABBREVIATED, NICKNAME, INITIAL, JOINED, EASTERN, ACRONYM = 0.82, 0.9, 0.85, 0.98, 0.86, 0.88
SLIPPED = 0.96
"""Likeness at most of a word to one that is a slip away, as :mod:`holdfast.screen.slip` weighs it by the whole name."""
KEPT_BYTES = 24 << 20
"""Memory for words that were looked up."""
LOOSE = frozenset(
    {Kind.NAME, Kind.PATRONYMIC, Kind.COMPOUND, Kind.ACTIVITY, Kind.GROUP, Kind.BODY, Kind.PLACE}
)
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
        return f"~{token.concept} {token.text}"
    if token.kind not in LOOSE:
        return f" {token.text}"
    return token.text if token.script == "latin" else f"^{token.text}"


class _Likes:
    """One look-up of many words: rows are words, columns of pairs grow and are merged at the end."""

    def __init__(self, index: Index, tokens: list[Token]) -> None:
        self._index = index
        texts = [token.text[:LONGEST] for token in tokens]
        bare = [(row, rest) for row, text in enumerate(texts) for rest in second_halves(text)]
        self._texts = texts + [rest for _, rest in bare]
        self._filed = [surface(token) for token in tokens] + [rest for _, rest in bare]
        self._owners = np.array([*range(len(texts)), *(row for row, _ in bare)], dtype=np.int64)
        """The row of each text: a compound is also looked up by its second half."""
        self._foreign = np.fromiter((token.script != "latin" for token in tokens), bool, len(tokens))[
            self._owners
        ]
        self._plain = plain_spellings(self._texts)
        self._rows: list[Rows] = []
        self._surfaces: list[Rows] = []
        self._likes: list[NDArray[np.float32]] = []

    def found(self) -> tuple[Rows, NDArray[np.int32], NDArray[np.float32]]:
        """Rows, surfaces and likenesses, row by row by falling likeness."""
        self._exact()
        skeletons = skeleton_keys(skeletons_of(self._texts), listed=False, wide=self._foreign)
        spelled = self._index.near_under(*_together(spelling_keys(self._texts, self._plain)))
        heard = self._index.near_under(*_together(skeletons))
        self._by_letters(*map(np.concatenate, zip(spelled, heard, strict=True)))
        self._by_sound(*heard)
        self._sure(abbreviation_keys(self._texts, listed=False), ABBREVIATED)
        self._sure(eastern_keys(self._texts), EASTERN)
        self._sure([(np.arange(len(self._plain)), whole(letters(self._plain), "+"))], JOINED)
        self._sure([(np.arange(len(self._texts)), whole(letters(self._texts), "@"))], ACRONYM)
        return self._merged()

    def _add(self, rows: Rows, forms: Rows, likes: NDArray[np.float32]) -> None:
        self._rows.append(self._owners[rows])
        self._surfaces.append(self._index.stands_for[forms])
        self._likes.append(likes)

    def _sure(self, keys: Iterable[tuple[Rows, NDArray[np.uint64]]], likeness: float) -> None:
        """Pairs whose key says how alike they are."""
        rows, forms = self._index.near_under(*_together(keys))
        self._add(rows, forms, np.full(len(rows), likeness, dtype=np.float32))

    def _exact(self) -> None:
        """The word itself, its nicknames, and its first letter."""
        numbers = self._index.numbers
        pairs: list[tuple[int, int, float]] = []
        for row, (text, filed) in enumerate(zip(self._texts, self._filed, strict=True)):
            pairs += (
                (row, number, likeness)
                for other, likeness in ((filed, 1.0), (text, 1.0), (text[0], INITIAL))
                if (number := numbers.get(other)) is not None
            )
            for group in same_names().get(text, ()):
                pairs += ((row, numbers[name], NICKNAME) for name in _names_of(group) if name in numbers)
        if pairs:
            rows, surfaces, likes = zip(*pairs, strict=True)
            self._add(np.array(rows), np.array(surfaces), np.array(likes, dtype=np.float32))

    def _by_letters(self, rows: Rows, forms: Rows) -> None:
        """Keep the pairs that are alike enough by their letters (:func:`holdfast.screen.likeness.spelled`)."""
        for side, own in ((Side.WRITTEN, self._texts), (Side.PLAIN, self._plain)):
            near_rows, near_forms = self._index.may_be_alike(side, own, rows, forms, LEAST)
            likes = _similarity(
                OSA.normalized_similarity, own, self._index.spelled[side], near_rows, near_forms
            )
            if side is Side.PLAIN:
                likes = np.where(likes == 1.0, np.float32(0.965), np.float32(0.97) * likes)
            else:
                likes = np.where(self._slipped(near_rows, near_forms, likes), np.float32(SLIPPED), likes)
            self._keep(near_rows, near_forms, likes)

    def _slipped(self, rows: Rows, forms: Rows, likes: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Which pairs are one slip apart, which tells the more the longer the rest of the name is."""
        lengths = np.fromiter(map(len, self._texts), np.uint16, len(self._texts))[rows]
        longer = np.maximum(lengths, self._index.lengths(Side.WRITTEN, forms))
        found: NDArray[np.bool_] = ((1 - likes) * longer < 1.5) & (likes < 1)
        return found

    def _by_sound(self, rows: Rows, forms: Rows) -> None:
        """Keep the pairs that sound alike, within a script or across."""
        own = [heard(text) for text in self._texts]
        rows, forms = self._index.may_be_alike(Side.HEARD, own, rows, forms, LEAST_HEARD)
        foreign = self._foreign[rows] | self._index.foreign[forms]
        if not foreign.all():
            there, of = self._index.may_be_alike(
                Side.HEARD, own, rows[~foreign], forms[~foreign], LEAST_SOUNDED
            )
            alike = _similarity(
                Levenshtein.normalized_similarity, own, self._index.spelled[Side.HEARD], there, of
            )
            self._keep(there, of, np.minimum(np.float32(SOUNDED), 1 - np.float32(SOUND_SLOPE) * (1 - alike)))
        rows, forms = rows[foreign], forms[foreign]
        alike = _similarity(
            Levenshtein.normalized_similarity, own, self._index.spelled[Side.HEARD], rows, forms
        )
        alike = np.where(alike >= LEAST_HEARD, np.minimum(alike + np.float32(HEARD_SLACK), 1.0), alike)
        self._keep(rows, forms, alike)

    def _keep(self, rows: Rows, forms: Rows, likes: NDArray[np.float32]) -> None:
        enough = likes >= LEAST
        self._add(rows[enough], forms[enough], likes[enough])

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


_FIRST_HALVES = ("abd", "al", "el")


def second_halves(text: str) -> Iterator[str]:
    """What is left of a compound name (Abdullatif) or of one that is written with its article (Altikriti)."""
    for half in _FIRST_HALVES:
        if text.startswith(half) and len(text) >= len(half) + 4:
            text = text[len(half) :]
            yield text


def spelling_keys(texts: list[str], plain: list[str]) -> Iterable[tuple[Rows, NDArray[np.uint64]]]:
    """Rows and hashes of words, as written and in plain spelling, as they are and with a letter left out.

    Whatever is one edit away in either spelling is met, from four letters on.
    """
    rows = letters(plain)
    yield np.arange(len(plain)), whole(rows, "d")
    yield shortened(rows, "d", 0, 4)
    other = np.array([row for row, text in enumerate(texts) if text != plain[row]], dtype=np.int64)
    rows = letters([texts[row] for row in other])
    yield other, whole(rows, "d")
    of, hashes = shortened(rows, "d", 0, 4)
    yield other[of], hashes


def eastern_keys(texts: list[str]) -> Iterable[tuple[Rows, NDArray[np.uint64]]]:
    """Words that may be one or two syllables of Chinese or Korean, free of the habits of their romanisations."""
    keys = [eastern_spelling(text) for text in texts]
    rows = np.array([row for row, key in enumerate(keys) if key], dtype=np.int64)
    yield rows, whole(letters([keys[row] for row in rows]), "k")


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


@cache
def _names_of(group: int) -> tuple[str, ...]:
    return tuple(name for name, groups in same_names().items() if group in groups)
