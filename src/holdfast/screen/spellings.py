"""Hashes of many words at once: as they are, and with each of their letters left out.

Two words at one edit's distance share such a hash (Garbe, SymSpell, 2012). All of it is arithmetic on columns: a hash is
a polynomial in its letters, so that leaving one out needs two running sums instead of a new text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]
    Places = NDArray[np.int64]

LONGEST = 40
"""Letters of a word that count."""
_BASE = 0x9E3779B97F4A7C15
_POWERS = np.array([pow(_BASE, place, 1 << 64) for place in range(LONGEST + 1)], dtype=np.uint64)
_MIXED = np.uint64(0xFF51AFD7ED558CCD)


def letters(words: Sequence[str]) -> NDArray[np.uint8]:
    """One row a word, one byte a letter, 0 after its end. Words are ASCII."""
    if not words:
        return np.zeros((0, 1), dtype=np.uint8)
    longest = max(1, min(LONGEST, max(map(len, words))))
    packed = np.array([word[:longest].encode("ascii", "replace") for word in words], dtype=f"S{longest}")
    return packed.view(np.uint8).reshape(len(words), longest)


def whole(rows: NDArray[np.uint8], salt: str) -> Hashes:
    """The hash of each word under a kind of key."""
    return _finish((_VALUES[rows] * _POWERS[: rows.shape[1]]).sum(axis=1, dtype=np.uint64), salt)


def shortened(rows: NDArray[np.uint8], salt: str, first: int, least: int) -> tuple[Places, Hashes]:
    """Hashes of each word of ``least`` letters or more without one letter, from place ``first`` on; with its row."""
    count, width = rows.shape
    values = _VALUES[rows]
    nothing = np.zeros((count, 1), dtype=np.uint64)
    before = np.cumsum(values[:, :-1] * _POWERS[: width - 1], axis=1, dtype=np.uint64)
    moved = np.cumsum(values[:, 1:] * _POWERS[: width - 1], axis=1, dtype=np.uint64)
    until, since = np.hstack((nothing, before)), np.hstack((nothing, moved))
    without = until + (since[:, -1:] - since)
    places = np.arange(width)
    lengths = (rows != 0).sum(axis=1)[:, None]
    wanted = (places >= first) & (places < lengths) & (lengths >= least)
    return np.nonzero(wanted)[0], _finish(without[wanted], salt)


def consonants(word: str) -> str:
    """What is left of a word without its vowels, as those write who abbreviate: ``grp``, ``srvcs``."""
    return word.translate(_WITHOUT_VOWELS)


def bag(word: str) -> int:
    """The letters of a word as bits, a second one of a kind as a bit of its own.

    Two words differ by at least as many edits as one has bits that the other has not.
    """
    found = 0
    for letter in word[:LONGEST]:
        first = _FIRST.get(letter, 0)
        found |= first << 36 if found & first else first
    return found & _ALL


_ALL = (1 << 62) - 1
_WITHOUT_VOWELS = str.maketrans("", "", "aeiou")
_FIRST = {letter: 1 << place for place, letter in enumerate("abcdefghijklmnopqrstuvwxyz0123456789")}


def _finish(hashes: Hashes, salt: str) -> Hashes:
    mixed = hashes ^ np.uint64(ord(salt) * _BASE % (1 << 64))
    mixed ^= mixed >> np.uint64(32)
    mixed *= _MIXED
    mixed ^= mixed >> np.uint64(29)
    return mixed


def _values() -> Hashes:
    """A number for each byte, odd and without pattern; nothing for the end."""
    found = np.arange(256, dtype=np.uint64) * np.uint64(0xD1B54A32D192ED03)
    found ^= found >> np.uint64(31)
    found = found * np.uint64(0x94D049BB133111EB) | np.uint64(1)
    found[0] = 0
    return found


_VALUES = _values()
