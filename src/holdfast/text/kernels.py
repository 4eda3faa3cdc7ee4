"""Compiled loops over the letters of two words: the cost of a transliteration, and how far two words sound apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from holdfast.text.loops.kernel import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEVER = 1e9
"""The cost of an alignment that was given up."""
WIDEST = 7
"""Latin letters of a correspondence at most; eight would fill the number that holds them."""
ALIGNED = 24
"""Letters of a word that are aligned."""
INSERTED = 4.5
"""Cost of a Latin letter that has no counterpart."""
BEAM = 14.0
"""Alignments this much dearer than the best so far are given up."""


FIRSTS = 27
"""By what the correspondences of one number begin: nothing, a to z."""


class Correspondences(NamedTuple):
    """What letters of other scripts are written as, each with its cost."""

    starts: NDArray[np.uint32]
    """Where those of each number that begin with nothing, a, b, ... begin, and at last where they end."""
    lengths: NDArray[np.uint8]
    """Latin letters of each."""
    codes: NDArray[np.uint64]
    """These letters, a byte each."""
    costs: NDArray[np.float64]


class Units(NamedTuple):
    """A word of another script, unit by unit."""

    singles: NDArray[np.int64]
    """The number of the correspondences of each, -1 where there are none."""
    pairs: NDArray[np.int64]
    """The same of each with the next one."""
    dropped: NDArray[np.float64]
    """What it costs that a unit has no counterpart."""


@kernel
def alignment_cost(units, begin, end, table, letters, start, stop, most, room):
    """What it costs at least to write some units of a word as some Latin letters; :data:`NEVER` when more than ``most``.

    ``room`` holds a square of costs, by units read and letters written, and the letters from each place on as a number.
    """
    singles, pairs, dropped = units
    firsts, lengths, codes, costs = table
    ahead, windows = room
    wide, count = min(stop - start, ALIGNED), min(end - begin, ALIGNED)
    window = np.uint64(0)
    for column in range(wide, -1, -1):
        if column < wide:
            window = window << np.uint64(8) | np.uint64(letters[start + column])
        windows[column] = window
        ahead[0, column] = ahead[1, column] = np.inf
    ahead[0, 0] = 0.0
    for line in range(count):
        cheapest = other = np.inf
        for column in range(wide + 1):
            cheapest = min(cheapest, ahead[line, column])
            other = min(other, ahead[line + 1, column])
            ahead[line + 2, column] = np.inf
        if cheapest == np.inf and other == np.inf:
            return NEVER
        enough = min(most, cheapest + BEAM)
        single, pair, drop = singles[begin + line], pairs[begin + line], dropped[begin + line]
        if line + 1 == count:
            pair = -1
        for column in range(wide + 1):
            cost = ahead[line, column]
            if cost > enough:
                continue
            ahead[line + 1, column] = min(ahead[line + 1, column], cost + drop)
            if column < wide:
                ahead[line, column + 1] = min(ahead[line, column + 1], cost + INSERTED)
            window = windows[column]
            letter = np.int64(window & np.uint64(255)) - 96
            for turn in range(2):
                number = pair if turn else single
                if number < 0:
                    continue
                onto, kind = line + 1 + turn, FIRSTS * number
                for row in range(np.int64(firsts[kind]), np.int64(firsts[kind + 1])):
                    ahead[onto, column] = min(ahead[onto, column], cost + costs[row])
                if not 0 < letter < FIRSTS:  # no letter, or none is left
                    continue
                for row in range(np.int64(firsts[kind + letter]), np.int64(firsts[kind + letter + 1])):
                    width = np.int64(lengths[row])
                    mask = (np.uint64(1) << np.uint64(8 * width)) - np.uint64(1)
                    if window & mask == codes[row]:
                        to = column + width
                        ahead[onto, to] = min(ahead[onto, to], cost + costs[row])
    best = NEVER
    for column in range(wide + 1):
        best = min(best, ahead[count, column] + INSERTED * (wide - column))
    return best


@kernel
def sound_distance(one, other, weights, swaps, row):
    """The edit distance of two words by sounds, what each sound weighs and a swap costs given, over what they weigh.

    ``row`` is room for a number more than the other word has sounds.
    """
    row[0] = 0.0
    for place in range(len(other)):
        row[place + 1] = row[place] + weights[other[place]]
    second = row[len(other)]
    first = 0.0
    for sound in one:
        drop = weights[sound]
        first += drop
        before = row[0]
        row[0] = before + drop
        for place in range(len(other)):
            swap = before + swaps[sound, other[place]]
            before = row[place + 1]
            row[place + 1] = min(swap, before + drop, row[place] + weights[other[place]])
    whole = max(first, second)
    return min(1.0, row[len(other)] / whole) if whole else 0.0
