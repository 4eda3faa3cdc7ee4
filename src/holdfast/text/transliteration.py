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

from holdfast.text.romanise import parts_of_syllable, syllables
from holdfast.text.tables import rows

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 24
"""Letters of a word that are aligned."""
SHORT = {1: 0.3, 2: 0.25, 3: 0.1}
"""Taken from the likeness of a Latin word of so few letters, which many words may stand for."""
FEWEST = 0.4
"""Latin letters that a letter of a script stands for at least, on the average of a word."""
SHORT_ABJAD = {1: 0.3, 2: 0.2, 3: 0.08}
"""The same for a word of so few letters of a script that leaves its vowels out."""
_WITHOUT_VOWELS = frozenset({"arabic", "hebrew"})
DROPPED, INSERTED = 6.5, 4.5
"""Cost of a letter of the script, or a Latin letter, that has no counterpart."""
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


@dataclass(frozen=True, slots=True)
class Model:
    """The correspondences of one script."""

    costs: dict[str, dict[str, float]]
    """From one or two units of the script to Latin letters to a cost."""
    longest: int
    """Latin letters of the longest correspondence."""
    edge: float
    median: float

    @classmethod
    def of(cls, correspondences: Iterable[tuple[str, str, float]], edge: float, median: float) -> Model:
        """A model of loose rows."""
        costs: dict[str, dict[str, float]] = {}
        longest = 1
        for text, to, cost in correspondences:
            costs.setdefault(text, {})[to] = cost
            longest = max(longest, len(to))
        return cls(costs, longest, edge, median)

    def likeness(self, native: tuple[str, ...], latin: str) -> float:
        """0 to 1 on the scale that all scripts share."""
        slope = (AT_MEDIAN - AT_EDGE) / max(0.05, self.median - self.edge)
        least = self.edge - (AT_EDGE - AT_LEAST) / slope
        saving = self.saving(native, latin, least)
        return min(1.0, AT_EDGE + slope * (saving - self.edge)) if saving >= least else 0.0

    def saving(self, native: tuple[str, ...], latin: str, least: float = -3.0) -> float:
        """The share of the Latin word's surprise that knowing the other word takes away; below 0 when it adds some.

        An alignment that cannot save ``least`` is given up early.
        """
        native, latin = native[:LONGEST], latin[:LONGEST]
        alone = sum(LETTERS.get(letter, 4.0) for letter in latin)
        return 1.0 - self._cost(native, latin, alone * (1.0 - least)) / alone if alone else -3.0

    def _cost(self, native: tuple[str, ...], latin: str, most: float) -> float:
        wide = len(latin)
        ahead: list[dict[int, float]] = [{} for _ in range(len(native) + 3)]
        ahead[0][0] = 0.0
        for place, unit in enumerate(native):
            known = self.costs.get(unit, {})
            dropped = DROPPED_SYLLABLE if unit[-1] == "'" else DROPPED
            pair = self.costs.get(unit + native[place + 1]) if place + 1 < len(native) else None
            if not ahead[place] and not ahead[place + 1]:
                return 1e9
            for start, cost in _likely(ahead[place], most):
                one, two = ahead[place + 1], ahead[place + 2]
                _keep(one, start, cost + dropped)
                if start < wide:
                    _keep(ahead[place], start + 1, cost + INSERTED)
                for stop in range(start, min(wide, start + self.longest) + 1):
                    text = latin[start:stop]
                    if (step := known.get(text)) is not None:
                        _keep(one, stop, cost + step)
                    if pair is not None and (step := pair.get(text)) is not None:
                        _keep(two, stop, cost + step)
        return min(
            (cost + INSERTED * (wide - stop) for stop, cost in ahead[len(native)].items()), default=1e9
        )


BEAM = 14.0
"""Alignments this much dearer than the best so far are given up."""


def _likely(states: dict[int, float], most: float) -> Iterable[tuple[int, float]]:
    """States from left to right, those within the beam; inserted letters come up as they are added."""
    best = min(most, min(states.values(), default=0.0) + BEAM)
    place = min(states, default=0)
    while place <= max(states, default=-1):
        cost = states.get(place)
        if cost is not None and cost <= best:
            yield place, cost
        place += 1


def _keep(states: dict[int, float], place: int, cost: float) -> None:
    known = states.get(place)
    if known is None or cost < known:
        states[place] = cost


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
    """The model of each script that has one."""
    found: dict[str, list[tuple[str, str, float]]] = {}
    scale: dict[str, dict[str, float]] = {}
    for row in rows("correspondences"):
        if row["from"]:
            found.setdefault(row["script"], []).append((row["from"], row["to"], float(row["cost"])))
        else:
            scale.setdefault(row["script"], {})[row["to"]] = float(row["cost"])
    return {
        script: Model.of(own, scale[script]["edge"], scale[script]["median"]) for script, own in found.items()
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
    short = SHORT.get(len(latin), 0.0)
    if script in _WITHOUT_VOWELS:
        short = max(short, SHORT_ABJAD.get(len(letters), 0.0))
    return max(0.0, model.likeness(letters, latin) - short)
