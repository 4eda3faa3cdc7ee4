"""Membership spreads from the listed along the edges brought home, and is taken back along them."""

from __future__ import annotations

import numpy as np

from holdfast.ownership.kernels.neighbourhood import ASKED, OTHERS, SOLE, SUMMED, seat, total_up


def reaches(low, most, total, own_low, own_high, whole, rule):
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


def weigh(low, most, known, whole, rule):
    """Whether members who hold so much reach the line as far as is known, and else whether the register must be summed.

    Says what :func:`reaches` says: whatever others hold the least shares may do, and where one member holds everything
    there are no others.
    """
    possible, num, den, inclusive, _ = rule
    alone = (possible == 1) & (known == SOLE)
    held = (most if low > whole else min(most, whole)) if alone else low
    line = num * whole
    surely = (held * den > line) | ((inclusive == 1) & (held * den == line))
    return surely, (possible == 1) & (not alone) & (not surely) & ((most * den >= line) | (known != OTHERS))


def recount(todo, day, graph, patch, near, state):
    """Count anew what members hold in each of these slots, of which nothing is counted."""
    rows, parties, in_row, shares = graph
    patched, dead, _, _, in_first, in_next, extra = patch
    table, party = near[0], near[1]
    member, seen, held_lo, held_hi = state
    for s in todo:
        y = party[s]
        for i in range(parties[y]["held"], parties[y + 1]["held"]):
            k = in_row[i]
            row = rows[k]
            if row["start"] > day or row["end"] < day or row["owner"] == y or (patched and dead[k]):
                continue
            if member[table[seat(row["owner"], table, party)]]:
                seen[s] += 1
                held_lo[2 * s + row["right"]] += shares[row["share"]]["low"]
                held_hi[2 * s + row["right"]] += shares[row["share"]]["high"]
        i = in_first[y] if patched else 0
        while i:
            k = i - 1
            i = in_next[k]
            row = extra[k]
            if row["start"] > day or row["end"] < day or row["owner"] == y or dead[rows.size + k]:
                continue
            if member[table[seat(row["owner"], table, party)]]:
                seen[s] += 1
                held_lo[2 * s + row["right"]] += row["low"]
                held_hi[2 * s + row["right"]] += row["high"]


def enlist(seeds, queue, tail, state):
    """Mark these slots as listed; the new end of ``queue``."""
    member = state[0]
    for s in seeds:
        if member[s] == 0:
            queue[tail] = s
            tail += 1
        member[s] = 2
    return tail


def spread(queue, tail, head, day, graph, patch, near, edges, rule, state):
    """Work off ``queue[head:tail]``: count each member's edges once, and add whoever reaches the line.

    Returns the new ends of ``queue``; stops early at a member that is not expanded yet. Who is decided by exact
    fractions is counted but never decided here.
    """
    _, _, first, last, whole, known, total, self_lo, self_hi = near
    target, kind, low, high = edges
    member, seen, held_lo, held_hi = state
    catching = rule[4]
    unsummed = np.empty(whole.size, np.int64)
    n = 0
    while head < tail:
        x = np.uint32(queue[np.uint32(head)])
        if first[x] < 0:
            break
        head += 1
        for e in range(np.uint64(first[x]), np.uint64(last[x])):
            y = np.uint32(target[e])
            right = np.uint8(kind[e])
            free = (member[y] == 0) & ((catching >> right) & 1 == 1)
            if right < 2:
                s = 2 * y + right
                seen[y] += 1
                held_lo[s] += low[e]
                held_hi[s] += high[e]
                surely, perhaps = weigh(held_lo[s], held_hi[s], known[y], whole[y], rule)
                free &= whole[y] > 0
                if free & perhaps:
                    if known[y] == SUMMED:
                        surely = reaches(
                            held_lo[s], held_hi[s], total[s], self_lo[s], self_hi[s], whole[y], rule
                        )
                    elif known[y] != ASKED:
                        # Registers are summed many at a time, so that no jump waits for the one before.
                        known[y] = ASKED
                        unsummed[n] = y
                        n += 1
                free &= surely
            # Written in any case and kept by adding: half of these come out either way, and are not worth a guess.
            member[y] |= free
            queue[np.uint32(tail)] = y
            tail += free
    total_up(unsummed[:n], day, graph, patch, near)
    for asked in unsummed[:n]:
        for either in range(2):
            s = 2 * asked + either
            if (
                member[asked] == 0
                and whole[asked] > 0
                and (catching >> either) & 1 == 1
                and reaches(held_lo[s], held_hi[s], total[s], self_lo[s], self_hi[s], whole[asked], rule)
            ):
                member[asked] = 1
                queue[tail] = asked
                tail += 1
    return head, tail


def spread_apart(group, groups, plan, day, graph, patch, near, edges, rule, state, stamps, found, ends):
    """Many small fixed points, one after the other, from ``group`` up to ``groups``.

    ``plan`` has who is listed in each group, and whom they carry along for their list: where the slots of a group begin,
    the slots, and what they are as members. ``state`` is scratch: what a group did not stamp with its own number is
    nothing to it. ``found`` gets the members of each group in order, and
    each slot of which they hold a stake with its sums; ``ends`` says how full these are, and the last stamp.

    Returns the group to go on with and the new ends. That is ``groups``, or one that found too little room, or that met
    members who are not expanded yet: they stand in ``found`` after the end of the members, and their number is the
    last of the ends.
    """
    _, _, first, last, whole, known, total, self_lo, self_hi = near
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
                        caught, perhaps = weigh(held_lo[s], held_hi[s], known[y], whole[y], rule)
                        if perhaps:
                            if known[y] != SUMMED:
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


def retract(gone, tail, head, near, edges, rule, state):
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
