"""The loops that find many names in a book at once, in the small common language of Python and numba.

Each loop makes one jump a name into the book and waits for none, with unsigned indices, so that numba does not look
whether they count from the end.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from holdfast.model.compilation import compile_loops

if TYPE_CHECKING:
    from collections.abc import Callable

STEPS = 4
"""Hashes after a start that are passed over without a guess: a start has a handful."""


def look_up(values, hashes, order, starts, shift):
    """The number of the first name of each of these hashes; -1 where there is none.

    ``starts`` say where in ``hashes`` those begin whose bits above ``shift`` are so much; ``order`` has their numbers.
    """
    last = np.uint64(hashes.size - 1)
    place = np.empty(values.size, np.uint64)
    found = np.empty(values.size, np.int32)
    for j in range(np.uint64(values.size)):
        place[j] = min(np.uint64(starts[values[j] >> shift]), last)
    for j in range(np.uint64(values.size)):
        i = place[j]
        for _ in range(STEPS):
            i += np.uint64((i < last) & (hashes[i] < values[j]))
        while i < last and hashes[i] < values[j]:
            i += np.uint64(1)
        place[j] = i
        found[j] = -1 + (hashes[i] == values[j])
    for j in range(np.uint64(values.size)):
        if found[j] == 0:
            found[j] = order[place[j]]
    return found


def compare(numbers, offsets, content, starts, text):
    """Whether the names of these numbers, which begin at ``offsets`` in ``content``, are those that begin at ``starts`` in ``text``."""
    first = np.empty(numbers.size, np.uint64)
    same = np.empty(numbers.size, np.bool_)
    for j in range(np.uint64(numbers.size)):
        n = np.uint64(numbers[j])
        first[j] = offsets[n]
        same[j] = offsets[n + np.uint64(1)] - offsets[n] == starts[j + np.uint64(1)] - starts[j]
    for j in range(np.uint64(numbers.size)):
        if same[j]:
            theirs = first[j]
            ours = np.uint64(starts[j])
            end = np.uint64(starts[j + np.uint64(1)])
            while ours < end and content[theirs] == text[ours]:
                theirs += np.uint64(1)
                ours += np.uint64(1)
            same[j] = ours == end
    return same


PLAIN: dict[str, Callable[..., Any]] = {"look_up": look_up, "compare": compare}
"""The loops as Python, for books too small to be worth a compiler."""


@cache
def compiled() -> dict[str, Callable[..., Any]]:
    """The loops compiled."""
    return compile_loops(PLAIN)
