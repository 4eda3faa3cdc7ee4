"""The fixed point over columns: membership spreads from the listed along holdings, and is taken back along them.

Written over plain numpy arrays in the small common language of Python and numba: small graphs run it as Python and
pay for no compiler, large ones run the same source compiled (:func:`compiled`, cached on disk).

``graph`` is :attr:`Graph.columns`, ``patch`` is :attr:`Overlay.columns`: as large as the register, and jumped about in.
Each jump is a miss of the cache, so :func:`expand` and :func:`total_up` make it once for all fixed points of a day, and
for many parties at a time in loops whose jumps do not wait for each other. What they bring home is small:

========== ==========================================================================================
``near``    parties reached, in the order of being reached, which is their slot; 0 is nobody's
``slot``    the slot of each party of the graph, 0 until it is reached
``party``   the party of a slot
``first``   where its edges begin; until it is expanded, -1 less where its rows of the graph begin
``last``    where they end, its edges or its rows
``whole``   units that make the whole of its register; 0 when it is decided by exact fractions
``total``   what all others than the party itself hold at least; two a slot (shares, votes). Until its register is summed
            the first is -1, or -2 when the party may hold shares in itself, or -3 when its sum is being asked for
``self_lo`` what it holds in itself at least (treasury shares); two a slot
``self_hi`` ... and at most
---------- ------------------------------------------------------------------------------------------
``edges``   stakes in force of those who were expanded, and whom they carry along by control
``target``  the slot of whom it is in
``kind``    0 shares, 1 votes, 2 control, 3 what may be control
``low``     units at least; 0 for control
``high``    units at most
---------- ------------------------------------------------------------------------------------------
``state``   one fixed point over them
``member``  1 for whoever is caught, 2 for whoever is listed
``seen``    number of stakes that members hold in the party of a slot
``held_lo`` sum of what members hold at least; two a slot
``held_hi`` sum of what members hold at most; two a slot
========== ==========================================================================================

All shares in one register are integers in that register's own unit, so sums and comparisons are exact. ``rule`` is
:attr:`holdfast.ownership.fixpoint.Line.rule`; bit ``kind`` of its last number says whether that kind can catch.
"""

from __future__ import annotations

from functools import cache
from types import FunctionType
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable


def arrive(begin, end, graph, patch, near):  # noqa: ANN001, ANN201 - numba infers types
    """Note what the graph says of the parties that have got the slots after ``begin``, up to ``end``."""
    parties = graph[1]
    patched, in_first = patch[0], patch[4]
    _, party, first, last, whole, total, _, _ = near
    for s in range(begin + 1, end + 1):
        x = party[s]
        first[s] = -1 - parties[x]["out"]
        last[s] = parties[x + 1]["out"]
        whole[s] = parties[x]["unit"]
        total[2 * s] = -1 - parties[x]["treasury"]
        if patched and in_first[x]:
            total[2 * s] = -2


def place(parties, begin, graph, patch, near):  # noqa: ANN001, ANN201 - numba infers types
    """Give each of these parties a slot if it has none, after slot ``begin``; the last slot given."""
    slot, party = near[0], near[1]
    end = begin
    for x in parties:
        if slot[x] == 0:
            end += 1
            slot[x] = end
            party[end] = x
    arrive(begin, end, graph, patch, near)
    return end


def expand(todo, ties, day, graph, patch, near, edges, size, slots):  # noqa: ANN001, ANN201 - numba infers types
    """Bring home the edges of these slots, from edge ``size`` on; the end of the edges, and the last slot given.

    ``ties`` are whom each of them carries along: where its run begins and ends, and target and kind in order.
    """
    rows = graph[0]
    patched, dead, out_first, out_next, _, _, extra = patch
    tie_first, tie_last, tie_target, tie_kind = ties
    slot, party, first, last, _, _, _, _ = near
    target, kind, low, high = edges
    begin = size
    before = slots
    for j in range(todo.size):
        s = todo[j]
        x = party[s]
        row_first = -1 - first[s]
        row_last = last[s]
        first[s] = size
        for c in range(tie_first[j], tie_last[j]):
            target[size] = tie_target[c]
            kind[size] = tie_kind[c]
            low[size] = high[size] = 0
            size += 1
        for k in range(row_first, row_last):
            if patched and dead[k]:
                continue
            row = rows[k]
            target[size] = row["owned"]
            kind[size] = row["right"]
            low[size] = row["low"]
            high[size] = row["high"]
            # Written in any case and kept by adding: a jump here would have to wait for the row.
            size += (row["start"] <= day) & (row["end"] >= day) & (row["owned"] != x)
        i = out_first[x] if patched else 0
        while i:
            k = i - 1
            i = out_next[k]
            row = extra[k]
            if row["start"] <= day <= row["end"] and row["owned"] != x and not dead[rows.size + k]:
                target[size] = row["owned"]
                kind[size] = row["right"]
                low[size] = row["low"]
                high[size] = row["high"]
                size += 1
        last[s] = size
    known = np.empty(size - begin, np.int32)
    for e in range(begin, size):
        known[e - begin] = slot[target[e]]
    for e in range(begin, size):
        s = known[e - begin]
        if s == 0:
            y = target[e]
            s = slot[y]
            if s == 0:
                slots += 1
                s = slots
                slot[y] = s
                party[s] = y
        target[e] = s
    arrive(before, slots, graph, patch, near)
    return size, slots


def total_up(todo, day, graph, patch, near):  # noqa: ANN001, ANN201 - numba infers types
    """Sum the registers of these slots on the day: what others hold at least, and what each holds in itself."""
    rows, parties, in_row = graph
    patched, dead, _, _, in_first, in_next, extra = patch
    _, party, _, _, _, total, self_lo, self_hi = near
    sizes = np.empty(todo.size, np.int64)
    begins = np.empty(todo.size, np.int64)
    n = 0
    for j in range(todo.size):
        y = party[todo[j]]
        begins[j] = parties[y]["held"]
        sizes[j] = parties[y + 1]["held"] - begins[j]
        n += sizes[j]
    places = np.empty(n, np.int32)
    n = 0
    for j in range(todo.size):
        for i in range(begins[j], begins[j] + sizes[j]):
            places[n] = in_row[i]
            n += 1
    n = 0
    for j in range(todo.size):
        y = party[todo[j]]
        first = 2 * todo[j]
        for r in range(2):
            total[first + r] = self_lo[first + r] = self_hi[first + r] = 0
        for i in range(n, n + sizes[j]):  # a slice would be counted, and that makes jumps wait
            k = places[i]
            if patched and dead[k]:
                continue
            row = rows[k]
            s = first + row["right"]
            counts = np.int64((row["start"] <= day) & (row["end"] >= day))
            if row["owner"] == y:
                self_lo[s] += row["low"] * counts
                self_hi[s] += row["high"] * counts
            else:
                total[s] += row["low"] * counts
        n += sizes[j]
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


def reaches(low, most, total, own_low, own_high, whole, rule):  # noqa: ANN001, ANN201 - numba infers types
    """Whether members who hold ``low`` to ``most`` of a register reach the line, certainly or possibly as asked.

    Certainly: the sum of the least shares, over the whole. Possibly: some division of the whole within all bounds
    reaches it, where an unknown stake is limited by what the others hold at least, and treasury shares may be left out
    of the whole. A register that adds up to more than the whole limits nothing.
    """
    possible, num, den, inclusive, _ = rule
    if possible == 0:
        left = low * den
        right = num * whole
        return left > right or (inclusive == 1 and left == right)
    others = total - low
    over = total + own_low > whole
    for choice in range(3):
        own = own_high
        if choice == 1:
            own = own_low
        elif choice == 2:
            own = min(max(whole - others - most, own_low), own_high)
        held = most
        if not over:
            held = min(most, whole - others - own)
        left = held * den
        right = num * (whole - own)
        if held > 0 and (left > right or (inclusive == 1 and left == right)):
            return True
    return False


def weigh(low, most, plain, whole, rule):  # noqa: ANN001, ANN201 - numba infers types
    """Whether members who hold so much reach the line whatever others hold, and else whether they may: see :func:`reaches`.

    ``plain`` is whether the party is known to hold no shares in itself.
    """
    possible, num, den, inclusive, _ = rule
    line = num * whole
    surely = (low * den > line) | ((inclusive == 1) & (low * den == line))
    return surely, (possible == 1) & (not surely) & ((most * den >= line) | (not plain))


def recount(todo, day, graph, patch, near, state):  # noqa: ANN001, ANN201 - numba infers types
    """Count anew what members hold in each of these slots, of which nothing is counted."""
    rows, parties, in_row = graph
    patched, dead, _, _, in_first, in_next, extra = patch
    slot, party = near[0], near[1]
    member, seen, held_lo, held_hi = state
    for s in todo:
        y = party[s]
        for i in range(parties[y]["held"], parties[y + 1]["held"]):
            k = in_row[i]
            row = rows[k]
            if row["start"] > day or row["end"] < day or row["owner"] == y or (patched and dead[k]):
                continue
            if member[slot[row["owner"]]]:
                seen[s] += 1
                held_lo[2 * s + row["right"]] += row["low"]
                held_hi[2 * s + row["right"]] += row["high"]
        i = in_first[y] if patched else 0
        while i:
            k = i - 1
            i = in_next[k]
            row = extra[k]
            if row["start"] > day or row["end"] < day or row["owner"] == y or dead[rows.size + k]:
                continue
            if member[slot[row["owner"]]]:
                seen[s] += 1
                held_lo[2 * s + row["right"]] += row["low"]
                held_hi[2 * s + row["right"]] += row["high"]


def enlist(seeds, queue, tail, state):  # noqa: ANN001, ANN201 - numba infers types
    """Mark these slots as listed; the new end of ``queue``."""
    member = state[0]
    for s in seeds:
        if member[s] == 0:
            queue[tail] = s
            tail += 1
        member[s] = 2
    return tail


def spread(queue, tail, head, day, graph, patch, near, edges, rule, state):  # noqa: ANN001, ANN201 - numba infers types
    """Work off ``queue[head:tail]``: count each member's edges once, and add whoever reaches the line.

    Returns the new ends of ``queue``; stops early at a member that is not expanded yet. Who is decided by exact
    fractions is counted but never decided here.
    """
    _, _, first, last, whole, total, self_lo, self_hi = near
    target, kind, low, high = edges
    member, seen, held_lo, held_hi = state
    catching = rule[4]
    unsummed = np.empty(whole.size, np.int64)
    n = 0
    while head < tail and first[queue[head]] >= 0:
        x = queue[head]
        head += 1
        for e in range(first[x], last[x]):
            y = target[e]
            free = (member[y] == 0) & ((catching >> kind[e]) & 1 == 1)
            if kind[e] < 2:
                s = 2 * y + kind[e]
                seen[y] += 1
                held_lo[s] += low[e]
                held_hi[s] += high[e]
                free &= whole[y] > 0
                sums = total[2 * y]
                surely, perhaps = weigh(held_lo[s], held_hi[s], sums == -1, whole[y], rule)
                if free & perhaps:
                    if sums >= 0:
                        surely = reaches(
                            held_lo[s], held_hi[s], total[s], self_lo[s], self_hi[s], whole[y], rule
                        )
                    elif sums > -3:
                        # Registers are summed many at a time, so that no jump waits for the one before.
                        total[2 * y] = -3
                        unsummed[n] = y
                        n += 1
                free &= surely
            # Written in any case and kept by adding: half of these come out either way, and are not worth a guess.
            member[y] |= free
            queue[tail] = y
            tail += free
    total_up(unsummed[:n], day, graph, patch, near)
    for y in unsummed[:n]:
        for s in range(2 * y, 2 * y + 2):
            if (
                member[y] == 0
                and whole[y] > 0
                and (catching >> (s - 2 * y)) & 1 == 1
                and reaches(held_lo[s], held_hi[s], total[s], self_lo[s], self_hi[s], whole[y], rule)
            ):
                member[y] = 1
                queue[tail] = y
                tail += 1
    return head, tail


def spread_apart(group, groups, plan, day, graph, patch, near, edges, rule, state, stamps, found, ends):  # noqa: ANN001, ANN201 - numba infers types
    """Many small fixed points, one after the other, from ``group`` up to ``groups``.

    ``plan`` has who is listed in each group, and whom they carry along for their list: where the slots of a group begin,
    the slots, and what they are as members. ``state`` is scratch: what a group did not stamp with its own number is
    nothing to it. ``found`` gets the members of each group in order, and
    each slot of which they hold a stake with its sums; ``ends`` says how full these are, and the last stamp.

    Returns the group to go on with and the new ends. That is ``groups``, or one that found too little room, or that met
    members who are not expanded yet: they stand in ``found`` after the end of the members, and their number is the
    last of the ends.
    """
    _, _, first, last, whole, total, self_lo, self_hi = near
    target, kind, low, high = edges
    member, seen, held_lo, held_hi = state
    catching = rule[4]
    members, member_last, touched, touched_last, sums_lo, sums_hi = found
    m, t, stamp = ends
    while group < groups:
        stamp += 1
        begin, tail = m, m
        reached = t
        lacking = 0
        for starts, slots, mark in plan:
            for i in range(starts[group], starts[group + 1]):
                s = slots[i]
                if tail == members.size:
                    return group, (m, t, stamp), -1
                if stamps[s] != stamp:
                    stamps[s] = stamp
                    member[s] = seen[s] = 0
                if member[s] == 0:
                    member[s] = mark
                    members[tail] = s
                    tail += 1
        head = begin
        while head < tail:
            x = members[head]
            head += 1
            if first[x] < 0:
                lacking = 1
                break
            for e in range(first[x], last[x]):
                y = target[e]
                if tail == members.size or reached == touched.size:
                    return group, (m, t, stamp), -1
                if stamps[y] != stamp:
                    stamps[y] = stamp
                    member[y] = seen[y] = 0
                caught = member[y] == 0 and (catching >> kind[e]) & 1 == 1
                if kind[e] < 2:
                    if seen[y] == 0:
                        touched[reached] = y
                        reached += 1
                        for s in range(2 * y, 2 * y + 2):
                            held_lo[s] = held_hi[s] = 0
                    s = 2 * y + kind[e]
                    seen[y] += 1
                    held_lo[s] += low[e]
                    held_hi[s] += high[e]
                    if caught:
                        caught, perhaps = weigh(held_lo[s], held_hi[s], total[2 * y] == -1, whole[y], rule)
                        if perhaps:
                            if total[2 * y] < 0:
                                total_up(np.full(1, y, np.int64), day, graph, patch, near)
                            caught = reaches(
                                held_lo[s], held_hi[s], total[s], self_lo[s], self_hi[s], whole[y], rule
                            )
                        caught = caught and whole[y] > 0
                if caught:
                    member[y] = 1
                    members[tail] = y
                    tail += 1
        if lacking:
            n = 0
            for i in range(begin, tail):
                if first[members[i]] < 0:
                    members[begin + n] = members[i]
                    n += 1
            return group, (m, t, stamp), n
        m = tail
        for i in range(t, reached):
            y = touched[i]
            for r in range(2):
                sums_lo[2 * i + r] = held_lo[2 * y + r]
                sums_hi[2 * i + r] = held_hi[2 * y + r]
        t = reached
        member_last[group] = m
        touched_last[group] = t
        group += 1
    return group, (m, t, stamp), 0


def retract(gone, tail, head, near, edges, rule, state):  # noqa: ANN001, ANN201 - numba infers types
    """Take back what ``gone[head:tail]``, members no more, hold; whoever may have been caught through them goes too.

    Returns the new ends of ``gone``; stops early at one that is not expanded. Who went without need is for the caller
    to add again.
    """
    first, last = near[2], near[3]
    target, kind, low, high = edges
    member, seen, held_lo, held_hi = state
    while head < tail and first[gone[head]] >= 0:
        x = gone[head]
        head += 1
        for e in range(first[x], last[x]):
            y = target[e]
            if kind[e] < 2:
                seen[y] -= 1
                held_lo[2 * y + kind[e]] -= low[e]
                held_hi[2 * y + kind[e]] -= high[e]
            elif (rule[4] >> kind[e]) & 1 == 0:
                continue
            if member[y] == 1:
                member[y] = 0
                gone[tail] = y
                tail += 1
    return head, tail


def find_ended(sellers, day, graph, found):  # noqa: ANN001, ANN201 - numba infers types
    """Rows of what these parties held until before ``day`` and did not keep in full the day after; how many.

    One row for each entity, right and last day. The rows of an owner stand in order of what it owns.
    """
    rows, parties, _ = graph
    n = 0
    for x in sellers:
        for k in range(parties[x]["out"], parties[x + 1]["out"]):
            row = rows[k]
            found[n] = k
            # Written in any case and kept by adding: a jump here would have to wait for the row.
            n += (row["end"] < day) & (row["owned"] != x)
    ended = n
    n = 0
    for e in range(ended):
        k = found[e]
        row = rows[k]
        x = row["owner"]
        last_day = row["end"]
        begin = k
        while begin > parties[x]["out"] and rows[begin - 1]["owned"] == row["owned"]:
            begin -= 1
        before = 0
        after = 0
        newest = True
        i = begin
        while i < parties[x + 1]["out"] and rows[i]["owned"] == row["owned"]:
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
    arrive,
    place,
    expand,
    total_up,
    reaches,
    weigh,
    recount,
    enlist,
    spread,
    spread_apart,
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
