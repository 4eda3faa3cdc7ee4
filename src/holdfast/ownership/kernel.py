"""The fixed point over columns: membership spreads from the listed along holdings.

Written over plain numpy arrays in the small common language of Python and numba: small graphs run it as Python and
pay for no compiler, large ones run the same source compiled (:func:`compiled`, cached on disk).

All shares in one register (one owned entity) are integers in that register's own unit, so sums and comparisons are
exact. ``state`` arrays have two places an entity, one for shares and one for votes, and start as zeros.

========== ==========================================================================================
``member``  1 for whoever is caught
``seen``    1 for every entity in which a member holds something
``held_lo`` sum of what members hold at least
``held_hi`` sum of what members hold at most
``total``   1 + what all others than the entity itself hold at least; 0 when not yet computed
``self_lo`` what the entity holds in itself at least (treasury shares)
``self_hi`` ... and at most
========== ==========================================================================================
"""

from __future__ import annotations

from functools import cache
from types import FunctionType
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable


def fill_total(y, day, graph, total, self_lo, self_hi):  # noqa: ANN001, ANN201 - numba infers types
    """Sum the register of ``y`` on ``day``: what others hold at least, and what it holds in itself."""
    _, owner, _, low, high, right, start, end, in_start, in_edge, _ = graph
    shares = 0
    votes = 0
    for i in range(in_start[y], in_start[y + 1]):
        k = in_edge[i]
        if start[k] > day or end[k] < day:
            continue
        if owner[k] == y:
            self_lo[2 * y + right[k]] += low[k]
            self_hi[2 * y + right[k]] += high[k]
        elif right[k] == 0:
            shares += low[k]
        else:
            votes += low[k]
    total[2 * y] = shares + 1
    total[2 * y + 1] = votes + 1


def reaches(s, whole, rule, held_lo, held_hi, total, self_lo, self_hi):  # noqa: ANN001, ANN201 - numba infers types
    """Whether members reach the line in sum ``s``, certainly or possibly as ``rule`` asks.

    Certainly: the sum of the least shares, over the whole. Possibly: some division of the whole within all bounds
    reaches it, where an unknown stake is limited by what the others hold at least, and treasury shares may be left out
    of the whole. A register that adds up to more than the whole limits nothing.
    """
    possible, num, den, inclusive, _ = rule
    if possible == 0:
        left = held_lo[s] * den
        right = num * whole
        return left > right or (inclusive == 1 and left == right)
    most = held_hi[s]
    others = total[s] - 1 - held_lo[s]
    over = total[s] - 1 + self_lo[s] > whole
    for choice in range(3):
        own = self_hi[s]
        if choice == 1:
            own = self_lo[s]
        elif choice == 2:
            own = min(max(whole - others - most, self_lo[s]), self_hi[s])
        held = most
        if not over:
            held = min(most, whole - others - own)
        left = held * den
        right = num * (whole - own)
        if held > 0 and (left > right or (inclusive == 1 and left == right)):
            return True
    return False


def spread(queue, tail, head, day, graph, control, rule, state, touched, n_touched):  # noqa: ANN001, ANN201 - numba infers types
    """Work off ``queue[head:tail]``: count each member's stakes once, and add whoever reaches the line.

    Returns the new ends of ``queue`` and ``touched``. Entities with unit 0 are counted but never decided here.
    """
    out_start, _, owned, low, high, right, start, end, _, _, unit = graph
    control_start, control_target = control
    member, seen, held_lo, held_hi, total, self_lo, self_hi = state
    possible, _, _, _, rights = rule
    while head < tail:
        x = queue[head]
        head += 1
        for c in range(control_start[x], control_start[x + 1]):
            y = control_target[c]
            if member[y] == 0:
                member[y] = 1
                queue[tail] = y
                tail += 1
        for k in range(out_start[x], out_start[x + 1]):
            if start[k] > day or end[k] < day:
                continue
            y = owned[k]
            if y == x:
                continue
            s = 2 * y + right[k]
            if seen[y] == 0:
                seen[y] = 1
                touched[n_touched] = y
                n_touched += 1
                if possible == 1 and total[s] == 0:
                    fill_total(y, day, graph, total, self_lo, self_hi)
            held_lo[s] += low[k]
            held_hi[s] += high[k]
            if (
                member[y] == 0
                and unit[y] > 0
                and (rights >> right[k]) & 1
                and reaches(s, unit[y], rule, held_lo, held_hi, total, self_lo, self_hi)
            ):
                member[y] = 1
                queue[tail] = y
                tail += 1
    return tail, n_touched


def index(keys, count):  # noqa: ANN001, ANN201 - numba infers types
    """Counting sort: where each key's run starts, and the rows in order of their key."""
    starts = np.zeros(count + 1, np.int64)
    for i in range(keys.size):
        starts[keys[i] + 1] += 1
    for i in range(count):
        starts[i + 1] += starts[i]
    place = starts[:-1].copy()
    order = np.empty(keys.size, np.int32)
    for i in range(keys.size):
        order[place[keys[i]]] = i
        place[keys[i]] += 1
    return starts, order


@cache
def compiled() -> dict[str, Callable[..., Any]]:
    """``spread`` and ``index`` compiled by numba, with the machine code cached on disk."""
    import numba

    jit = numba.njit(cache=True, nogil=True)
    helpers = {function.__name__: jit(function) for function in (fill_total, reaches)}
    inner = FunctionType(spread.__code__, {**globals(), **helpers}, "spread")
    return {"spread": jit(inner), "index": jit(index)}


PLAIN: dict[str, Callable[..., Any]] = {"spread": spread, "index": index}
"""The same functions as Python, for graphs too small to be worth a compiler."""
