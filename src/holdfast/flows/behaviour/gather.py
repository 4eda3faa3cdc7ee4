"""Compiled loops that gather flows by pair of addresses: dealing, grouping, times and summaries.

A flow is a record of 33 bytes, so that each of the scattered looks which grouping costs brings in all of it.
"""

from __future__ import annotations

import numpy as np
from numba import njit

FLOW = np.dtype(
    [
        ("key", np.uint64), ("ts", np.float64), ("sent", np.float32), ("got", np.float32), ("lasted", np.float32),
        ("sport", np.uint16), ("dport", np.uint16), ("proto", np.uint8),
    ]
)  # fmt: skip
"""``key`` is the pair: the number of the source above that of the destination."""
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
"""Fibonacci hashing: 2 to the 64 over the golden ratio."""
_ODD = np.uint64(0xBF58476D1CE4E5B9)
"""A multiplier that mixes well (Steele, Lea and Flood, SplitMix, 2014)."""


@njit(cache=True, nogil=True)
def deal(keys, columns, bits, out, bounds):
    """Write rows as records, in stable order of the top ``bits`` of their hashed keys.

    ``columns`` are those of :data:`FLOW` behind the key; ``bounds`` gets where each part begins, and the end.
    """
    ts, sent, got, lasted, sport, dport, proto = columns
    shift = np.uint64(64 - bits)
    places = np.zeros(bounds.size, dtype=np.int64)
    for row in range(keys.size):
        places[((keys[row] * GOLDEN) >> shift) + np.uint64(1)] += 1
    for part in range(1, bounds.size):
        places[part] += places[part - 1]
    for part in range(bounds.size):
        bounds[part] = places[part]
    for row in range(keys.size):
        part = (keys[row] * GOLDEN) >> shift
        flow = out[places[part]]
        flow.key = keys[row]
        flow.ts = ts[row]
        flow.sent = sent[row]
        flow.got = got[row]
        flow.lasted = lasted[row]
        flow.sport = sport[row]
        flow.dport = dport[row]
        flow.proto = proto[row]
        places[part] += 1


@njit(cache=True, nogil=True)
def group(flows, bits, order, starts, heads):
    """Stable order of flows by key, where each key's begin in it, and how many keys there are.

    ``bits`` of the hash are the same for all already; ``starts`` has room for one more than there are flows, ``heads``
    gets the keys.
    """
    size = 16
    while size < 2 * flows.size:
        size *= 2
    mask = np.uint64(size - 1)
    table = np.full(size, -1, dtype=np.int32)
    member = np.empty(flows.size, dtype=np.int32)
    count = 0
    starts[0] = 0
    for row in range(flows.size):
        key = flows[row].key
        slot = ((key * GOLDEN) << np.uint64(bits)) >> np.uint64(32) & mask
        while table[slot] >= 0 and heads[table[slot]] != key:
            slot = (slot + np.uint64(1)) & mask
        if table[slot] < 0:
            table[slot] = count
            heads[count] = key
            count += 1
            starts[count] = 0
        member[row] = table[slot]
        starts[table[slot] + 1] += 1
    for pair in range(count):
        starts[pair + 1] += starts[pair]
    place = starts[:count].copy()
    for row in range(flows.size):
        order[place[member[row]]] = row
        place[member[row]] += 1
    return count


@njit(cache=True, nogil=True)
def gather(flows, starts, count, order, times, ints, reals):
    """Times of each pair in order, and what :func:`_summarise` says of it; returns how many flows came out of order."""
    late = 0
    seen = np.empty(64, dtype=np.int64)
    for pair in range(count):
        low, high = starts[pair], starts[pair + 1]
        before = late
        last = -np.inf
        for place in range(low, high):
            times[place] = flows[order[place]].ts
            late += times[place] < last
            last = times[place]
        if late > before:
            _sort(times[low:high], order[low:high])
        _summarise(flows, order[low:high], seen, ints[pair], reals[pair])
    return late


@njit(cache=True, nogil=True)
def spread_seconds(times, starts, out):
    """Spread the moments of each pair that are all whole seconds over their seconds, in order; returns of how many pairs.

    Most exports in text round so, and random moments that were rounded keep step with a second. ``out`` is written to only
    where there are such pairs, and then whole. The places are drawn, but the same for the same moments.
    """
    spread = 0
    for pair in range(starts.size - 1):
        low, high = starts[pair], starts[pair + 1]
        whole = high > low
        for place in range(low, high):
            if times[place] != np.floor(times[place]):
                whole = False
                break
        if not whole:
            continue
        if spread == 0:
            out[:] = times
        spread += 1
        for place in range(low, high):
            drawn = (np.uint64(times[place]) + np.uint64(place - low) * _ODD) * GOLDEN
            drawn = (drawn ^ (drawn >> np.uint64(29))) * _ODD
            moment = times[place] + np.float64(drawn >> np.uint64(11)) / 9007199254740992.0
            before = place - 1
            while before >= low and out[before] > moment:
                out[before + 1] = out[before]
                before -= 1
            out[before + 1] = moment
    return spread


@njit(cache=True, nogil=True)
def _sort(times, order):
    """Sort both by time, flows of one time by number, in place: a heap, which takes a tenth of numpy's time to compile."""
    size = times.size
    for root in range(size // 2 - 1, -1, -1):
        _sift(times, order, root, size)
    for end in range(size - 1, 0, -1):
        times[0], times[end] = times[end], times[0]
        order[0], order[end] = order[end], order[0]
        _sift(times, order, 0, end)


@njit(cache=True, nogil=True)
def _sift(times, order, root, end):
    """Let an item sink below all that come after it, among the first ``end``."""
    while 2 * root + 1 < end:
        child = 2 * root + 1
        if child + 1 < end and _comes_before(times, order, child, child + 1):
            child += 1
        if not _comes_before(times, order, root, child):
            return
        times[root], times[child] = times[child], times[root]
        order[root], order[child] = order[child], order[root]
        root = child


@njit(cache=True, nogil=True)
def _comes_before(times, order, one, other):
    return times[one] < times[other] or (times[one] == times[other] and order[one] < order[other])


@njit(cache=True, nogil=True)
def _summarise(flows, order, seen, ints, reals):
    """Whole numbers and reals about the flows of one pair, as the last columns of ``Pairs`` name them."""
    port, port_lead, ports = -1, 0, 0
    size, size_lead = np.float32(-1.0), 0
    sport, same_sport = int(flows[order[0]].sport), True
    answered, told, total_sent, total_got, longest, total = 0, 0, 0.0, 0.0, 0.0, 0.0
    for place in range(order.size):
        flow = flows[order[place]]
        here = int(flow.dport)
        if port_lead == 0:
            port = here
        port_lead += 1 if here == port else -1
        new = ports < 64
        for item in range(ports):
            if seen[item] == here:
                new = False
                break
        if new:
            seen[ports] = here
            ports += 1
        if size_lead == 0:
            size = flow.sent
        size_lead += 1 if flow.sent == size else -1
        same_sport = same_sport and int(flow.sport) == sport
        if flow.got >= 0:
            told += 1
            total_got += flow.got
            answered += 1 if flow.got > 0 else 0
        if flow.sent > 0:
            total_sent += flow.sent
        longest = max(longest, flow.lasted)
        if flow.lasted > 0:
            total += flow.lasted
    on_port, of_size = 0, 0
    for place in range(order.size):
        flow = flows[order[place]]
        on_port += 1 if int(flow.dport) == port else 0
        of_size += 1 if flow.sent == size else 0
    ints[0] = order.size
    ints[1] = port
    ints[2] = on_port
    ints[3] = ports
    ints[4] = sport if same_sport else -1
    ints[5] = flows[order[0]].proto
    ints[6] = told
    ints[7] = answered
    ints[8] = of_size
    reals[0] = total_sent
    reals[1] = total_got
    reals[2] = longest
    reals[3] = total
    reals[4] = size
