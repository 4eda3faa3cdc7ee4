"""Two words letter by letter: edit distances, and the quick look that rules most pairs out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from holdfast.text.loops.kernel import inlined, kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray


WIDEST = 64
"""Letters of a word that are compared, a bit of a number each."""


class Spelled(NamedTuple):
    """Words in one spelling: their letters one after the other."""

    starts: NDArray[np.uint32]
    letters: NDArray[np.uint8]


_BITS = np.full(256, 255, dtype=np.uint8)
for _place, _letter in enumerate(b"abcdefghijklmnopqrstuvwxyz0123456789"):
    _BITS[_letter] = _place


@kernel
def span(starts, row):
    """Where a row begins and ends; signed, since unsigned numbers do not mix."""
    return np.int64(starts[row]), np.int64(starts[row + 1])


@kernel
def length_of(spelled, row):
    """Letters of a word."""
    return np.int64(spelled.starts[row + 1]) - np.int64(spelled.starts[row])


@kernel
def popcount(bits):
    """How many bits are set."""
    bits = bits - ((bits >> np.uint64(1)) & np.uint64(0x5555555555555555))
    bits = (bits & np.uint64(0x3333333333333333)) + ((bits >> np.uint64(2)) & np.uint64(0x3333333333333333))
    bits = (bits + (bits >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((bits * np.uint64(0x0101010101010101)) >> np.uint64(56))


@kernel
def set_masks(masks, spelled, row):
    """For each letter the places where the word has it."""
    start, stop = span(spelled.starts, row)
    for place in range(start, stop):
        masks[spelled.letters[place]] |= np.uint64(1) << np.uint64(place - start)


@kernel
def clear_masks(masks, spelled, row):
    """Undo :func:`set_masks`."""
    start, stop = span(spelled.starts, row)
    for place in range(start, stop):
        masks[spelled.letters[place]] = np.uint64(0)


@inlined
def edits(masks, length, letters, start, stop, swaps):
    """Edit distance of a word of at most 64 letters, given by its masks, to a listed one, all its places at once.

    With ``swaps``, two neighbours in each other's place are one edit (optimal string alignment). Hyyrö, "A Bit-Vector
    Algorithm for Computing Levenshtein and Damerau Edit Distances" (2003).
    """
    one = np.uint64(1)
    above, below, same, before = ~np.uint64(0), np.uint64(0), np.uint64(0), np.uint64(0)
    last = np.uint64(length - 1)
    found = length
    for place in range(start, stop):
        here = masks[letters[place]]
        swapped = (((~same) & here) << one) & before
        same = (((here & above) + above) ^ above) | here | below
        if swaps:
            same |= swapped
        more = below | ~(same | above)
        less = same & above
        found += np.int64((more >> last) & one) - np.int64((less >> last) & one)
        more = (more << one) | one
        less <<= one
        above = less | ~(same | more)
        below = more & same
        before = here
    return found


@kernel
def fill_bags(spelled, bags):
    """The letters of each word as bits, a second one of a kind as a bit of its own.

    Two words differ by at least as many edits as one has bits that the other has not.
    """
    for row in range(len(bags)):
        found = np.uint64(0)
        start, stop = span(spelled.starts, row)
        for place in range(start, stop):
            bit = _BITS[spelled.letters[place]]
            if bit < 36:
                first = np.uint64(1) << np.uint64(bit)
                found |= first << np.uint64(36) if found & first and bit < 28 else first
        bags[row] = found


@inlined
def similarity(masks, length, bag, letters, start, stop, listed, swaps, least):
    """One minus the share of edits of a word of that length to a listed one, of the letters from ``start`` to ``stop``.

    0 where it is less than ``least``. ``bag`` and ``listed`` are their letters as bits.
    """
    wide = stop - start
    longer = max(length, wide)
    most = (1.0 - least) * longer + 1e-6
    if abs(length - wide) > most or popcount(bag & ~listed) > most or popcount(listed & ~bag) > most:
        return 0.0
    if length == 0 or wide == 0:
        return 1.0 if length == wide else 0.0
    found = edits(masks, length, letters, start, stop, swaps)
    return 1.0 - found / longer if found <= most else 0.0
