"""Words in every way in which they are compared and filed, many at once, as arrays of letters."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from holdfast.screen.kernels.edits import WIDEST, Spelled, fill_bags
from holdfast.screen.kernels.filing import LONGEST, Spellings
from holdfast.text.sound import eastern_spelling, heard, plain_spellings, skeletons_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_FIRST_HALVES = ("abd", "al", "el")


def second_halves(text: str) -> list[str]:
    """What is left of a compound name (Abdullatif) or of one that is written with its article (Altikriti)."""
    found: list[str] = []
    if text.startswith(_FIRST_HALVES):
        for half in _FIRST_HALVES:
            if text.startswith(half) and len(text) >= len(half) + 4:
                text = text[len(half) :]
                found.append(text)
    return found


def spelled(texts: Sequence[str]) -> Spelled:
    """The letters of some ASCII texts."""
    starts = np.fromiter(accumulate(map(len, texts), initial=0), np.uint32, len(texts) + 1)
    return Spelled(starts, np.frombuffer("".join(texts).encode("ascii", "replace"), dtype=np.uint8))


def spell(texts: Sequence[str]) -> Spellings:
    """Words as written, free of romanisation habits, by sound, and by what they are filed under."""
    texts = [text[:LONGEST] for text in texts]
    written, plain = spelled(texts), spelled([text[:WIDEST] for text in plain_spellings(texts)])
    sounds = spelled([text[:WIDEST] for text in heard(texts)])
    bags = np.empty((3, len(texts)), dtype=np.uint64)
    for way, row in zip((written, plain, sounds), bags, strict=True):
        fill_bags(way, row)
    skeletons = skeletons_of(texts)
    return Spellings(
        written,
        plain,
        sounds,
        bags,
        spelled([skeleton for own in skeletons for skeleton in own]),
        np.fromiter(accumulate(map(len, skeletons), initial=0), np.int64, len(texts) + 1),
        spelled([eastern_spelling(text) for text in texts]),
    )
