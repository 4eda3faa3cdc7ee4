"""How well a Latin word transliterates a word of another script: the best alignment of its letters, by learned costs.

The costs (``data/correspondences.csv``) say how surprising it is that letters of the script are written with those
Latin letters. What an alignment saves of the surprise that the Latin word has by itself, letter by letter, tells a
transliteration from another name; each script has its own scale. See ``benchmarks/learn_romanisation.py``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from holdfast.text.kernels import ALIGNED, FIRSTS, WIDEST, Correspondences, Units, alignment_cost
from holdfast.text.loops.arguments import Held
from holdfast.text.romanise import parts_of_syllable, syllables
from holdfast.text.tables import rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

SHORT = {1: 0.3, 2: 0.25, 3: 0.1}
"""Taken from the likeness of a Latin word of so few letters, which many words may stand for."""
FEWEST = 0.4
"""Latin letters that a letter of a script stands for at least, on the average of a word."""
SHORT_ABJAD = {1: 0.3, 2: 0.2, 3: 0.08}
"""The same for a word of so few letters of a script that leaves its vowels out."""
WITHOUT_VOWELS = frozenset({"arabic", "hebrew"})
DROPPED = 6.5
"""Cost of a letter of the script that has no counterpart."""
DROPPED_SYLLABLE = 14.0
"""Cost of a Han character that has none."""
AT_MEDIAN, AT_EDGE, AT_LEAST = 0.95, 0.70, 0.35
"""Likeness of a usual transliteration, where transliterations and other names are told apart best, and below which
two words have nothing to do with each other."""

_SHARES = {
    "a": 11.0, "b": 2.2, "c": 3.0, "d": 3.2, "e": 9.4, "f": 1.2, "g": 2.4, "h": 3.4, "i": 8.6, "j": 1.1, "k": 3.0,
    "l": 5.6, "m": 3.2, "n": 7.6, "o": 7.0, "p": 1.6, "q": 0.2, "r": 7.2, "s": 5.8, "t": 4.6, "u": 3.8, "v": 1.7,
    "w": 1.0, "x": 0.3, "y": 1.8, "z": 1.2,
}  # fmt: skip
LETTERS = {letter: -math.log(share / 100) for letter, share in _SHARES.items()}
"""Surprise of a Latin letter in a name by itself: rough shares of letters in names of many countries."""
OTHER_LETTER = 4.0
"""The same of a digit."""


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """The correspondences of one script."""

    numbers: Mapping[str, int]
    """By one or two units of the script."""
    table: Held[Correspondences]
    edge: float
    median: float

    @classmethod
    def of(cls, correspondences: Iterable[tuple[str, str, float]], edge: float, median: float) -> Model:
        """A model of loose rows."""
        numbers, table = _tabled(("", *row) for row in correspondences)
        return cls({text: number for (_, text), number in numbers.items()}, Held(table), edge, median)

    def likeness(self, native: tuple[str, ...], latin: str) -> float:
        """0 to 1 on the scale that all scripts share."""
        slope = self.slope
        least = self.edge - (AT_EDGE - AT_LEAST) / slope
        saving = self.saving(native, latin, least)
        return min(1.0, AT_EDGE + slope * (saving - self.edge)) if saving >= least else 0.0

    @property
    def slope(self) -> float:
        """Likeness by saving."""
        return (AT_MEDIAN - AT_EDGE) / max(0.05, self.median - self.edge)

    def saving(self, native: tuple[str, ...], latin: str, least: float = -3.0) -> float:
        """The share of the Latin word's surprise that knowing the other word takes away; below 0 when it adds some.

        An alignment that cannot save ``least`` is given up early.
        """
        letters, alone = _latin(latin)
        if not alone:
            return -3.0
        most, count, wide = alone * (1.0 - least), min(len(native), ALIGNED), min(len(latin), ALIGNED)
        cost = alignment_cost(_held(self, native), 0, count, self.table, letters, 0, wide, most, _ROOM)
        return 1.0 - float(cost) / alone


def room() -> tuple[NDArray[np.float64], NDArray[np.uint64]]:
    """Room for :func:`~holdfast.text.kernels.alignment_cost`."""
    return np.empty((ALIGNED + 2, ALIGNED + 1)), np.empty(ALIGNED + 1, dtype=np.uint64)


_ROOM = Held(room())


def _tabled(
    rows_: Iterable[tuple[str, str, str, float]],
) -> tuple[dict[tuple[str, str], int], Correspondences]:
    """The correspondences of all scripts in one table, and the number of each unit of a script.

    Raises ``ValueError`` for one of more than :data:`~holdfast.text.kernels.WIDEST` letters, or of other signs.
    """
    known: dict[tuple[str, str], dict[str, float]] = {}
    for script, text, to, cost in rows_:
        if len(to) > WIDEST or not all("a" <= letter <= "z" for letter in to):
            raise ValueError(f"{text} stands for {to}, which is not written with up to {WIDEST} letters")
        known.setdefault((script, text), {})[to] = cost
    flat = [row for own in known.values() for row in sorted(own.items())]
    places = [
        FIRSTS * number + (ord(to[0]) - 96 if to else 0)
        for number, own in enumerate(known.values())
        for to, _ in sorted(own.items())
    ]
    counts = np.bincount(np.array(places, dtype=np.int64), minlength=FIRSTS * len(known))
    table = Correspondences(
        starts=np.concatenate(([0], np.cumsum(counts))).astype(np.uint32),
        lengths=np.array([len(to) for to, _ in flat], dtype=np.uint8),
        codes=np.array([int.from_bytes(to.encode("ascii"), "little") for to, _ in flat], dtype=np.uint64),
        costs=np.array([cost for _, cost in flat], dtype=np.float64),
    )
    return {key: number for number, key in enumerate(known)}, table


@lru_cache(maxsize=1 << 12)
def _latin(word: str) -> tuple[Held[NDArray[np.uint8]], float]:
    """The letters of a Latin word that are aligned, and their surprise by themselves."""
    word = word[:ALIGNED]
    return Held(np.frombuffer(word.encode("ascii", "replace"), dtype=np.uint8)), surprise(word)


@lru_cache(maxsize=1 << 15)
def surprise(word: str) -> float:
    """What the letters of a word tell by themselves, in nats: rare letters more than common ones, many more than few."""
    return sum(LETTERS.get(letter, OTHER_LETTER) for letter in word)


def laid_out(words: Iterable[tuple[Model, tuple[str, ...]]]) -> Units:
    """The units of words, one after the other, by the numbers of their correspondences in the table of all models."""
    singles: list[int] = []
    pairs: list[int] = []
    dropped: list[float] = []
    for model, word in words:
        native, get = word[:ALIGNED], model.numbers.get
        singles += [get(unit, -1) for unit in native]
        pairs += [get(one + two, -1) for one, two in zip(native, (*native[1:], " "), strict=True)]
        dropped += [DROPPED_SYLLABLE if unit[-1] == "'" else DROPPED for unit in native]
    return Units(
        np.array(singles, dtype=np.int64),
        np.array(pairs, dtype=np.int64),
        np.array(dropped, dtype=np.float64),
    )


@lru_cache(maxsize=1 << 12)
def _held(model: Model, native: tuple[str, ...]) -> Held[Units]:
    return Held(laid_out([(model, native)]))


@lru_cache(maxsize=1 << 15)
def units(native: str, script: str) -> tuple[str, ...]:
    """What of a word is aligned: syllables of pinyin, parts of Hangul syllables, else letters."""
    if script == "han":
        return tuple(f"{syllable}'" for syllable in syllables(native))
    if script == "hangul":
        return tuple(part for char in native for part in parts_of_syllable(char))
    if script == "kana":
        return tuple(chr(ord(char) + 0x60) if "ぁ" <= char <= "ゖ" else char for char in native)
    return tuple(native)


@cache
def models() -> dict[str, Model]:
    """The model of each script that has one; they share one table."""
    found: list[tuple[str, str, str, float]] = []
    scale: dict[str, dict[str, float]] = {}
    for row in rows("correspondences"):
        if row["from"]:
            found.append((row["script"], row["from"], row["to"], float(row["cost"])))
        else:
            scale.setdefault(row["script"], {})[row["to"]] = float(row["cost"])
    numbers, table = _tabled(found)
    held = Held(table)
    own: dict[str, dict[str, int]] = {script: {} for script in scale}
    for (script, text), number in numbers.items():
        own[script][text] = number
    return {
        script: Model(own[script], held, scale[script]["edge"], scale[script]["median"]) for script in own
    }


@lru_cache(maxsize=1 << 15)
def transliterates(native: str, script: str, latin: str) -> float | None:
    """How well, 0 to 1; ``None`` for a script that has no model."""
    model = models().get(script)
    if model is None:
        return None
    letters = units(native, script)
    if len(latin) < FEWEST * len(letters):
        return 0.0
    short = max(SHORT.get(len(latin), 0.0), short_of(letters, script))
    return max(0.0, model.likeness(letters, latin) - short)


def short_of(letters: tuple[str, ...], script: str) -> float:
    """What is taken from the likeness of a word of so few letters of a script."""
    return SHORT_ABJAD.get(len(letters), 0.0) if script in WITHOUT_VOWELS else 0.0
