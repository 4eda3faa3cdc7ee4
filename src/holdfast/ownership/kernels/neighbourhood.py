"""What listed parties can reach is brought home: slots for parties, copies of their edges, sums of registers.

The graph is as large as the register, and every jump in it is a miss of the cache. Loops that jump do nothing else, so
that many jumps are under way at a time.
"""

from __future__ import annotations

import numpy as np

from holdfast.ownership.rowtypes import OWNS

FACTOR = 2_654_435_769
"""The golden ratio of 2**32: spreads parties over a table."""
OTHERS, OWN, SOLE, SUMMED, ASKED = range(5)
"""Of a register, in the order of the traits of rows: others hold it; the party may hold shares in itself; one other holds
it alone; it is summed; its sum is being asked for."""


def seat(x, table, party):
    """Where the slot of a party stands in the table, or would stand: there is 0 then."""
    mask = np.uint64(table.size - 1)
    i = (np.uint64(x) * np.uint64(FACTOR) >> np.uint64(12)) & mask
    while (table[i] != 0) & (party[np.uint32(table[i])] != x):
        i = (i + np.uint64(1)) & mask
    return i


def find(parties, table, party):
    """The slots of these parties; 0 where there is none."""
    found = np.empty(parties.size, np.int32)
    for j in range(parties.size):
        found[j] = table[seat(parties[j], table, party)]
    return found


def enter(parties, table, party, end):
    """Replace parties by their slots, new ones after slot ``end``; for each new slot the place of its party."""
    new = np.empty(parties.size + 1, np.int32)
    n = 0
    for j in range(np.uint64(parties.size)):
        x = parties[j]
        i = seat(x, table, party)
        s = table[i]
        # Written in any case and kept by adding: half of them are new, and not worth a guess.
        new[np.uint32(n)] = j
        fresh = s == 0
        n += fresh
        s += fresh * (end + n)
        table[i] = s
        party[np.uint32(s)] = x
        parties[j] = s
    return new[:n]


def refill(table, party, end):
    """Enter the slots up to ``end`` in a table that is empty."""
    for s in range(1, end + 1):
        table[seat(party[s], table, party)] = s


def arrive(begin, end, graph, patch, near):
    """Note what the graph says of the parties that have got the slots after ``begin``, up to ``end``."""
    parties = graph[1]
    _, party, first, _, whole, known, _, _, _ = near
    for s in range(begin + 1, end + 1):
        x = party[s]
        first[s] = -1
        whole[s] = parties[x]["unit"]
        known[s] = OWN if parties[x]["treasury"] or (patch[0] and patch[4][x]) else OTHERS


def place(parties, end, graph, patch, near):
    """Give each of these parties a slot if it has none, after slot ``end``; their slots, and the last one given."""
    table, party = near[0], near[1]
    slots = parties.copy()
    new = enter(slots, table, party, end)
    arrive(end, end + new.size, graph, patch, near)
    return slots, end + new.size


def measure(members, graph, near):
    """Those of these slots that are not expanded, and where the rows of each begin and end in the graph."""
    parties = graph[1]
    _, party, first, _, _, _, _, _, _ = near
    todo = np.empty(members.size + 1, np.int32)
    n = 0
    for j in range(np.uint64(members.size)):
        s = members[j]
        todo[np.uint32(n)] = s
        n += first[np.uint32(s)] < 0
    begins = np.empty(n, np.int32)
    ends = np.empty(n, np.int32)
    for j in range(np.uint64(n)):
        x = np.uint32(party[np.uint32(todo[j])])
        begins[j] = parties[x]["out"]
        ends[j] = parties[x + np.uint32(1)]["out"]
    return todo[:n], begins, ends


def copy_runs(begins, ends, rows, patched, dead):
    """The rows in these runs that are not struck, side by side, and where in the copy each run ends."""
    copies = np.empty((ends - begins).sum() + 1, rows.dtype)
    copied = np.empty(begins.size, np.int32)
    n = 0
    for j in range(np.uint64(begins.size)):
        for k in range(np.uint64(begins[j]), np.uint64(ends[j])):
            copies[np.uint32(n)] = rows[k]
            n += 1 - (patched and dead[k])
        copied[j] = n
    return copies, copied


def expand(todo, begins, ends, ties, day, graph, patch, near, edges, size, slots):
    """Bring home the edges of these slots, from edge ``size`` on; the end of the edges, and the last slot given.

    Their rows of the graph are from ``begins`` to ``ends``; ``ties`` are whom each of them carries along: where its run
    begins and ends, and target and kind in order.
    """
    rows, shares = graph[0], graph[3]
    patched, dead, out_first, out_next, in_first, _, extra = patch
    tie_first, tie_last, tie_target, tie_kind = ties
    table, party, first, last, whole, known, _, _, _ = near
    target, kind, low, high = edges
    begin = size
    copies, copied = copy_runs(begins, ends, rows, patched, dead)
    room = copies.size + (tie_last - tie_first).sum() + extra.size + 1
    share = np.empty(room, np.int32)
    traits = np.empty(room, np.int8)
    i = 0
    n = 0
    for j in range(np.uint64(todo.size)):
        s = np.uint32(todo[j])
        x = party[s]
        first[s] = begin + n
        for c in range(tie_first[j], tie_last[j]):
            target[begin + n] = tie_target[c]
            kind[begin + n] = tie_kind[c]
            share[n] = -1
            n += 1
        while i < copied[j]:
            row = copies[np.uint32(i)]
            i += 1
            to = np.uint32(begin + n)
            target[to] = row["owned"]
            kind[to] = row["right"]
            share[np.uint32(n)] = row["share"]
            traits[np.uint32(n)] = row["traits"]
            # Written in any case and kept by adding: half of them are of the past, and not worth a guess.
            n += (row["start"] <= day) & (row["end"] >= day) & (row["owned"] != x)
        k = out_first[x] if patched else 0
        while k:
            row = extra[k - 1]
            if row["start"] <= day <= row["end"] and row["owned"] != x and not dead[rows.size + k - 1]:
                target[begin + n] = row["owned"]
                kind[begin + n] = row["right"]
                share[n] = -1 - k
                n += 1
            k = out_next[k - 1]
        last[s] = begin + n
    size = begin + n
    for j in range(np.uint64(n)):
        at = share[j]
        to = np.uint32(begin + j)
        if at >= 0:
            low[to] = shares[np.uint32(at)]["low"]
            high[to] = shares[np.uint32(at)]["high"]
        elif at == -1:
            low[to] = high[to] = 0
        else:
            low[to] = extra[-2 - at]["low"]
            high[to] = extra[-2 - at]["high"]
    new = enter(target[begin:size], table, party, slots)
    for j in range(np.uint64(new.size)):
        s = np.uint32(slots + 1 + j)
        e = np.uint32(new[j])
        if share[e] < 0 or (patched and (in_first[party[s]] or out_first[party[s]])):
            arrive(s - 1, s, graph, patch, near)
        else:
            has = np.int64(traits[e])
            first[s] = -(has & OWNS)
            last[s] = 0
            whole[s] = shares[np.uint32(share[e])]["whole"]
            known[s] = has >> 1
    return size, slots + new.size


def total_up(todo, day, graph, patch, near):
    """Sum the registers of these slots on the day: what others hold at least, and what each holds in itself."""
    rows, parties, in_row, shares = graph
    patched, dead, _, _, in_first, in_next, extra = patch
    _, party, _, _, _, known, total, self_lo, self_hi = near
    ends = np.empty(todo.size, np.int64)
    n = 0
    for j in range(np.uint64(todo.size)):
        y = np.uint32(party[np.uint32(todo[j])])
        n += np.int64(parties[y + np.uint32(1)]["held"]) - parties[y]["held"]
        ends[j] = n
    places = np.empty(n, np.int32)
    n = 0
    for j in range(np.uint64(todo.size)):
        i = parties[party[todo[j]]]["held"]
        while n < ends[j]:
            places[np.uint32(n)] = in_row[i]
            n += 1
            i += 1
    copies = np.empty(n, rows.dtype)
    for i in range(np.uint64(n)):
        copies[i] = rows[np.uint32(places[i])]
    n = 0
    for j in range(todo.size):
        y = party[todo[j]]
        first = 2 * todo[j]
        known[todo[j]] = SUMMED
        for r in range(2):
            total[first + r] = self_lo[first + r] = self_hi[first + r] = 0
        for i in range(np.uint64(n), np.uint64(ends[j])):
            if patched and dead[places[i]]:
                continue
            row = copies[i]
            s = first + np.uint8(row["right"])
            share = shares[np.uint32(row["share"])]
            counts = np.int64((row["start"] <= day) & (row["end"] >= day))
            if row["owner"] == y:
                self_lo[s] += share["low"] * counts
                self_hi[s] += share["high"] * counts
            else:
                total[s] += share["low"] * counts
        n = ends[j]
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
