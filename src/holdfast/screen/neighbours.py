"""Listed words that a word may stand for: by spelling, sound, abbreviation, nickname, first letter, or run together.

Many words are looked up at once. Keys that nearby words share lead to a few hundred listed words each; these are
compared by spelling and sound in one compiled loop (:mod:`holdfast.screen.kernels.nearness`). A word is looked up once and kept:
names repeat.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from holdfast.screen.kernels.edits import WIDEST
from holdfast.screen.kernels.filing import ABBREVIATED, ACRONYM, EASTERN, JOINED, LONGEST, MOST_KEYS
from holdfast.screen.kernels.nearness import WAYS, Alphabet, Asked, Hearing, Known, Levels, Scratch, look_up
from holdfast.screen.kernels.reach import JOINED_ALIKE
from holdfast.screen.keys import MEANING, surface
from holdfast.screen.likeness import HEARD, LEAST, OF_PLACE, VOWELS, hearing_of
from holdfast.screen.spellings import second_halves, spell
from holdfast.text.adjective import places_of
from holdfast.text.kernels import ALIGNED, Units
from holdfast.text.lexicon import Kind, same_names
from holdfast.text.loops.arguments import Held
from holdfast.text.sound import costs
from holdfast.text.transliteration import (
    AT_EDGE,
    FEWEST,
    LETTERS,
    OTHER_LETTER,
    SHORT,
    WITHOUT_VOWELS,
    laid_out,
    models,
    room,
    short_of,
    units,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from holdfast.screen.index import Index
    from holdfast.text.name import Token
    from holdfast.text.transliteration import Model

LEVELS = Levels(
    least=0.64, across=0.5, slack=0.15, within=0.775, sounded=0.9, slope=1.6, aligned=LEAST, heard=HEARD, slipped=0.96
)  # fmt: skip
"""The least is that from which two words of names count as one (:data:`holdfast.screen.judgement.COSTS` ask for more)."""
NICKNAME, INITIAL = 0.9, 0.85
BY_KEY = np.zeros(6, dtype=np.float32)
"""Likeness by the use of a key that two words share."""
BY_KEY[[ABBREVIATED, EASTERN, JOINED, ACRONYM]] = 0.82, 0.86, JOINED_ALIKE, 0.88
KEPT = 1 << 20
"""Pairs of a word and a listed word near it that are kept: 8 MiB, enough for some 15,000 words."""
LOOSE = frozenset(
    {Kind.NAME, Kind.PATRONYMIC, Kind.COMPOUND, Kind.ACTIVITY, Kind.GROUP, Kind.BODY, Kind.PLACE}
)
"""Words that may be spelled otherwise."""


class Neighbours:
    """Looks words up in one index, and keeps what it found."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._numbers: dict[str, int] = {}
        self.known = Held(_room(1 << 10, 1 << 15))
        """What was found (:class:`Known`), by the numbers of the words."""
        forms, surfaces = len(index.listed.surfaces), len(index.names.weights)
        scratch = Scratch(
            best=np.zeros(surfaces, dtype=np.float32),
            touched=np.empty(surfaces, dtype=np.int32),
            seen=np.zeros(forms + 1, dtype=np.int64),
            masks=np.zeros((WAYS, 256), dtype=np.uint64),
            hashes=np.empty(MOST_KEYS, dtype=np.uint64),
            uses=np.empty(MOST_KEYS, dtype=np.int8),
            forms=np.empty(forms, dtype=np.int64),
        )
        self._held = [
            Held(part)
            for part in (
                index.filed_words,
                index.listed,
                index.names,
                LEVELS,
                alphabet(),
                hearing(),
                scratch,
            )
        ]

    def of(self, tokens: Sequence[Token]) -> list[int]:
        """For each word its number among the known ones; those that are not known yet are looked up together."""
        keys = [lookup(token) for token in tokens]
        numbers = self._numbers
        missing = {key: token for key, token in zip(keys, tokens, strict=True) if key not in numbers}
        if missing:
            if numbers and self.known.value.stops[len(numbers) - 1] > KEPT:
                numbers.clear()
                missing = dict(zip(keys, tokens, strict=True))
            self._look_up(list(missing.values()))
            numbers.update(zip(missing, range(len(numbers), len(numbers) + len(missing)), strict=True))
        return [numbers[key] for key in keys]

    def _look_up(self, tokens: list[Token]) -> None:
        """Words that may be spelled otherwise by all that is near them, the others by what they are."""
        texts: list[str] = []
        owners: list[int] = []
        words: list[int] = []
        surfaces: list[int] = []
        likes: list[float] = []
        for word, token in enumerate(tokens):
            before = len(surfaces)
            if token.kind in LOOSE and len(token.text) > 1:
                text = token.text[:LONGEST]
                halves = second_halves(text)
                texts += [text, *halves]
                owners += [word] * (1 + len(halves))
                self._note_exact(text, surface(token), surfaces, likes)
                for half in halves:
                    self._note_exact(half, half, surfaces, likes)
            else:
                self._note_fixed(token, surfaces, likes)
            words += [word] * (len(surfaces) - before)
        asked = Asked(
            spell(texts),
            np.array([tokens[word].script != "latin" for word in owners], dtype=np.bool_),
            np.array(owners, dtype=np.int64),
            *_natives(tokens, owners),
        )
        known = (
            np.array(words, dtype=np.int64),
            np.array(surfaces, dtype=np.int64),
            np.array(likes, dtype=np.float32),
        )
        first = len(self._numbers)
        last = first + len(tokens)
        self._grow(last, 0)
        done = first
        while done < last:
            done = look_up(
                asked, known, BY_KEY, *self._held, self.known, first, done, last
            )  # fmt: skip
            if done < last:
                self._grow(last, 2 * len(self.known.value.surfaces))

    def _grow(self, words: int, pairs: int) -> None:
        """Make room for so many words and pairs."""
        old = self.known.value
        if words > len(old.starts) or pairs > len(old.surfaces):
            words = max(len(old.starts), 2 * words if words > len(old.starts) else 0)
            new = _room(words, max(pairs, len(old.surfaces)))
            columns: Iterable[tuple[NDArray[np.generic], NDArray[np.generic]]] = zip(new, old, strict=True)
            for column, before in columns:
                column[: len(before)] = before
            self.known = Held(new)

    def _note_exact(self, text: str, filed: str, surfaces: list[int], likes: list[float]) -> None:
        """The word itself, its first letter, the place whose adjective it is, and its nicknames."""
        numbers = self._index.numbers
        found = [(filed, 1.0), (text[0], INITIAL)]
        if text != filed:
            found.append((text, 1.0))
        found += [(place, OF_PLACE) for place in places_of(text)]
        for group in same_names().get(text, ()):
            found += [(name, NICKNAME) for name in _names_of(group)]
        for other, likeness in found:
            number = numbers.get(other)
            if number is not None:
                surfaces.append(number)
                likes.append(likeness)

    def _note_fixed(self, token: Token, surfaces: list[int], likes: list[float]) -> None:
        """A word with a meaning, a number, or a single letter."""
        exact = self._index.numbers.get(surface(token), -1)
        if len(token.text) == 1 and token.kind not in MEANING:
            begin = self._index.beginning(token.text).tolist()
            surfaces += begin
            likes += [INITIAL] * len(begin)
        if exact >= 0:
            surfaces.append(exact)
            likes.append(1.0)


@cache
def alphabet() -> Alphabet:
    """What look-up needs of :mod:`holdfast.text.transliteration`."""
    surprises = np.full(256, OTHER_LETTER)
    for letter, surprise in LETTERS.items():
        surprises[ord(letter)] = surprise
    shorts = np.array([SHORT.get(length, 0.0) for length in range(max(SHORT) + 2)])
    table = next(iter(models().values())).table.value
    return Alphabet(table, surprises, shorts, AT_EDGE, FEWEST, room())


def hearing() -> Hearing:
    """What look-up needs of :mod:`holdfast.text.sound`, where ``a`` is whichever vowel costs least, and room for it."""
    weights, tables = zip(*(costs(vowels) for vowels in VOWELS), strict=True)
    swaps = np.array([table.value for table in tables])
    vowels, any_vowel = list(b"aeiou"), ord("a")
    swaps[:, any_vowel] = swaps[:, vowels].min(axis=1)
    swaps[:, :, any_vowel] = swaps[:, :, vowels].min(axis=2)
    sounds, ahead = np.empty((2, WIDEST), dtype=np.uint8), np.empty(WIDEST + 1)
    return Hearing(np.array([held.value for held in weights]), swaps, sounds, ahead)


def _natives(tokens: list[Token], owners: list[int]) -> tuple[Units, NDArray[np.int64], NDArray[np.float64]]:
    """The words of other scripts as they are aligned with Latin ones, and their scales; nothing of second halves."""
    scales = np.zeros((len(owners), 6))
    found: list[tuple[Model, tuple[str, ...]]] = []
    starts, end = [0], 0
    for row, word in enumerate(owners):
        token = tokens[word]
        whole = token.script != "latin" and (row == 0 or owners[row - 1] != word)
        if whole:
            vowels, slope = hearing_of({token.script, "latin"})
            scales[row, 4:] = VOWELS.index(vowels), slope
        model = models().get(token.script) if whole else None
        if model is not None:
            letters = units(token.native, token.script)
            found.append((model, letters))
            end += min(len(letters), ALIGNED)
            sounds = token.script in WITHOUT_VOWELS
            scales[row, :4] = model.edge, model.slope, short_of(letters, token.script), sounds
        starts.append(end)
    return laid_out(found), np.array(starts, dtype=np.int64), scales


def _room(words: int, pairs: int) -> Known:
    return Known(
        starts=np.zeros(words, dtype=np.int64),
        stops=np.zeros(words, dtype=np.int64),
        heaviest=np.zeros(words, dtype=np.float32),
        lightest=np.zeros(words, dtype=np.float32),
        volumes=np.zeros(words, dtype=np.int64),
        surfaces=np.empty(pairs, dtype=np.int32),
        likes=np.empty(pairs, dtype=np.float32),
    )


def lookup(token: Token) -> str:
    """Under what a looked-up word is kept: words of one key have the same neighbours."""
    if token.kind in MEANING:
        return f"~{token.concept} {token.text}"
    if token.kind not in LOOSE:
        return f" {token.text}"
    return token.text if token.script == "latin" else f"^{token.native}"


@cache
def _names_of(group: int) -> tuple[str, ...]:
    return tuple(name for name, groups in same_names().items() if group in groups)
