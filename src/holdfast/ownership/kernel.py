"""The fixed point over columns: membership spreads from the listed along holdings, and is taken back along them.

Written over plain numpy arrays in the small common language of Python and numba: small graphs run it as Python and
pay for no compiler, large ones run the same source compiled (:func:`compiled`, cached on disk).

All shares in one register (one owned entity) are integers in that register's own unit, so sums and comparisons are
exact. ``graph`` is :attr:`Graph.columns`, ``patch`` is :attr:`Overlay.columns`. ``state`` begins with the slot of each
entity, 0 until it is reached; slots are given in the order of reaching, so that memory is used, and kept together, for
what is reached and for nothing else. The other arrays of ``state`` have a place a slot, or two (shares, votes).

========== ==========================================================================================
``slot``    the entity's slot, by entity
``entity``  the entity of a slot
``member``  1 for whoever is caught, 2 for whoever is listed
``seen``    number of stakes that members hold in the entity
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


def fill_total(y, day, graph, patch, state):  # noqa: ANN001, ANN201 - numba infers types
    """Sum the register of ``y`` on ``day``: what others hold at least, and what it holds in itself."""
    rows, parties, in_row = graph
    patched, dead, _, _, in_first, in_next, extra = patch
    slot, _, _, _, _, _, total, self_lo, self_hi = state
    first = 2 * slot[y]
    total[first] = total[first + 1] = 1
    for r in range(2):
        self_lo[first + r] = self_hi[first + r] = 0
    for i in range(parties[y]["held"], parties[y + 1]["held"]):
        k = in_row[i]
        row = rows[k]
        if row["start"] > day or row["end"] < day or (patched and dead[k]):
            continue
        s = first + row["right"]
        if row["owner"] == y:
            self_lo[s] += row["low"]
            self_hi[s] += row["high"]
        else:
            total[s] += row["low"]
    i = in_first[y] if patched else 0
    while i:
        k = i - 1
        i = in_next[k]
        row = extra[k]
        if row["start"] <= day <= row["end"] and not dead[rows.size + k]:
            s = first + row["right"]
            if row["owner"] == y:
                self_lo[s] += row["low"]
                self_hi[s] += row["high"]
            else:
                total[s] += row["low"]


def reaches(s, whole, rule, state):  # noqa: ANN001, ANN201 - numba infers types
    """Whether members reach the line in sum ``s``, certainly or possibly as ``rule`` asks.

    Certainly: the sum of the least shares, over the whole. Possibly: some division of the whole within all bounds
    reaches it, where an unknown stake is limited by what the others hold at least, and treasury shares may be left out
    of the whole. A register that adds up to more than the whole limits nothing.
    """
    possible, num, den, inclusive, _ = rule
    _, _, _, _, held_lo, held_hi, total, self_lo, self_hi = state
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


def reach(y, slots, state):  # noqa: ANN001, ANN201 - numba infers types
    """Give ``y`` a slot if it has none; the number of slots given."""
    slot, entity, _, _, _, _, _, _, _ = state
    if slot[y] == 0:
        slots += 1
        slot[y] = slots
        entity[slots] = y
    return slots


def enlist(seeds, queue, tail, state, slots):  # noqa: ANN001, ANN201 - numba infers types
    """Mark these as listed; the new end of ``queue``, and the number of slots given."""
    slot, _, member, _, _, _, _, _, _ = state
    for x in seeds:
        slots = reach(x, slots, state)
        if member[slot[x]] == 0:
            queue[tail] = x
            tail += 1
        member[slot[x]] = 2
    return tail, slots


def count(row, day, graph, patch, rule, state, slots):  # noqa: ANN001, ANN201 - numba infers types
    """Count a member's stake; the number of slots given, and whether the owned party is caught by it."""
    slot, _, member, seen, held_lo, held_hi, total, _, _ = state
    y = row["owned"]
    r = row["right"]
    whole = graph[1][y]["unit"]
    slots = reach(y, slots, state)
    i = slot[y]
    s = 2 * i + r
    if rule[0] == 1 and total[s] == 0:
        fill_total(y, day, graph, patch, state)
    seen[i] += 1
    held_lo[s] += row["low"]
    held_hi[s] += row["high"]
    caught = member[i] == 0 and whole > 0 and (rule[4] >> r) & 1 == 1 and reaches(s, whole, rule, state)
    return slots, caught


def spread(queue, tail, head, day, graph, patch, control, rule, state, slots):  # noqa: ANN001, ANN201 - numba infers types
    """Work off ``queue[head:tail]``: count each member's stakes once, and add whoever reaches the line.

    Returns the new ends of ``queue``, and the number of slots given; stops early before there may be too few of them.
    Entities with unit 0 are counted but never decided here.
    """
    rows, parties, _ = graph
    patched, dead, out_first, out_next, _, _, extra = patch
    control_start, control_target = control
    slot, entity, member, _, _, _, _, _, _ = state
    while head < tail:
        x = queue[head]
        needed = parties[x + 1]["out"] - parties[x]["out"] + extra.size
        if control_target.size:
            needed += control_start[x + 1] - control_start[x]
        if slots + needed >= entity.size:
            break
        head += 1
        if control_target.size:
            for c in range(control_start[x], control_start[x + 1]):
                y = control_target[c]
                slots = reach(y, slots, state)
                if member[slot[y]] == 0:
                    member[slot[y]] = 1
                    queue[tail] = y
                    tail += 1
        for k in range(parties[x]["out"], parties[x + 1]["out"]):
            row = rows[k]
            y = row["owned"]
            if row["start"] > day or row["end"] < day or y == x or (patched and dead[k]):
                continue
            slots, caught = count(row, day, graph, patch, rule, state, slots)
            if caught:
                member[slot[y]] = 1
                queue[tail] = y
                tail += 1
        i = out_first[x] if patched else 0
        while i:
            k = i - 1
            i = out_next[k]
            row = extra[k]
            y = row["owned"]
            if row["start"] > day or row["end"] < day or y == x or dead[rows.size + k]:
                continue
            slots, caught = count(row, day, graph, patch, rule, state, slots)
            if caught:
                member[slot[y]] = 1
                queue[tail] = y
                tail += 1
    return head, tail, slots


def discount(row, gone, tail, state):  # noqa: ANN001, ANN201 - numba infers types
    """Take back a stake; the new end of ``gone``, to which whoever may have been caught by it is added."""
    slot, _, member, seen, held_lo, held_hi, _, _, _ = state
    i = slot[row["owned"]]
    held_lo[2 * i + row["right"]] -= row["low"]
    held_hi[2 * i + row["right"]] -= row["high"]
    seen[i] -= 1
    if member[i] == 1:
        member[i] = 0
        gone[tail] = row["owned"]
        tail += 1
    return tail


def retract(gone, tail, day, graph, patch, control, state):  # noqa: ANN001, ANN201 - numba infers types
    """Take back what ``gone[:tail]``, members no more, hold; whoever may have been caught through them goes too.

    Returns the new end of ``gone``. Who went without need is for the caller to add again.
    """
    rows, parties, _ = graph
    patched, dead, out_first, out_next, _, _, extra = patch
    control_start, control_target = control
    slot, _, member, _, _, _, _, _, _ = state
    head = 0
    while head < tail:
        x = gone[head]
        head += 1
        if control_target.size:
            for c in range(control_start[x], control_start[x + 1]):
                y = control_target[c]
                if member[slot[y]] == 1:
                    member[slot[y]] = 0
                    gone[tail] = y
                    tail += 1
        for k in range(parties[x]["out"], parties[x + 1]["out"]):
            row = rows[k]
            if row["start"] <= day <= row["end"] and row["owned"] != x and not (patched and dead[k]):
                tail = discount(row, gone, tail, state)
        i = out_first[x] if patched else 0
        while i:
            k = i - 1
            i = out_next[k]
            row = extra[k]
            if row["start"] <= day <= row["end"] and row["owned"] != x and not dead[rows.size + k]:
                tail = discount(row, gone, tail, state)
    return tail


def find_ended(sellers, day, graph, found):  # noqa: ANN001, ANN201 - numba infers types
    """Rows of what these parties held until before ``day`` and did not keep in full the day after; how many.

    One row for each entity, right and last day. The rows of an owner stand in order of what it owns.
    """
    rows, parties, _ = graph
    n = 0
    for x in sellers:
        first = parties[x]["out"]
        last = parties[x + 1]["out"]
        for k in range(first, last):
            row = rows[k]
            if row["owned"] != rows[first]["owned"]:
                first = k
            last_day = row["end"]
            if last_day >= day or row["owned"] == x:
                continue
            before = 0
            after = 0
            newest = True
            i = first
            while i < last and rows[i]["owned"] == row["owned"]:
                other = rows[i]
                if other["right"] == row["right"]:
                    if other["start"] <= last_day <= other["end"]:
                        before += other["high"]
                    if other["start"] <= last_day + 1 <= other["end"]:
                        after += other["high"]
                    if i > k and other["end"] == last_day:
                        newest = False
                i += 1
            if newest and (before > after or parties[row["owned"]]["unit"] == 0):
                found[n] = k
                n += 1
    return n


def index(keys, size):  # noqa: ANN001, ANN201 - numba infers types
    """Counting sort: where each key's run starts, and the rows in order of their key."""
    starts = np.zeros(size + 1, np.int64)
    for i in range(keys.size):
        starts[keys[i] + 1] += 1
    for i in range(size):
        starts[i + 1] += starts[i]
    place = starts[:-1].copy()
    order = np.empty(keys.size, np.int32)
    for i in range(keys.size):
        order[place[keys[i]]] = i
        place[keys[i]] += 1
    return starts, order


def fill_units(owned, share, whole, room, unit):  # noqa: ANN001, ANN201 - numba infers types
    """Raise each register's ``unit`` to a multiple of the ``whole`` of all its shares; 0 when that exceeds its room."""
    for i in range(owned.size):
        y = owned[i]
        least = whole[share[i]]
        have = unit[y]
        if have == 0 or (least > 0 and have % least == 0):
            continue
        if least == 0:
            unit[y] = 0
            continue
        a = have
        b = least
        while b:
            a, b = b, a % b
        factor = least // a
        unit[y] = 0 if have > room[y] // factor else have * factor


_FUNCTIONS = (
    fill_total,
    reaches,
    reach,
    enlist,
    count,
    spread,
    discount,
    retract,
    find_ended,
    index,
    fill_units,
)
"""Every function, each after those that it calls."""
PLAIN: dict[str, Callable[..., Any]] = {function.__name__: function for function in _FUNCTIONS}
"""The kernel as Python, for graphs too small to be worth a compiler."""


@cache
def compiled() -> dict[str, Callable[..., Any]]:
    """The kernel compiled by numba, with the machine code cached on disk."""
    import numba

    jit = numba.njit(cache=True, nogil=True)
    known: dict[str, Any] = dict(globals())
    for name, function in PLAIN.items():
        # Compiled functions must call compiled ones, so each is compiled over the names of those before it.
        known[name] = jit(FunctionType(function.__code__, known, name))
    return {name: known[name] for name in PLAIN}
