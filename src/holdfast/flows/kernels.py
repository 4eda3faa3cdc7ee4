"""Compiled loops over columns: which addresses lie in ranges, which names end in a listed domain.

Each releases the interpreter lock and is kept compiled between runs (numba's cache).
"""

from __future__ import annotations

import numpy as np
from numba import njit

PRIME = np.uint64(0x100000001B3)
OFFSET = np.uint64(0xCBF29CE484222325)
"""FNV-1a, 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/)."""


COARSE, FINE = np.uint32(14), np.uint32(10)
"""Bits of an IPv4 address that two bitmaps leave out: a bit for each /18 is 32 KiB, which stays in the first cache, a bit
for each /22 is 512 KiB, which stays in the second."""
AT_ONCE = 4096
"""Addresses that are sieved together, so that what remains of them is still in the first cache."""


@njit(cache=True, nogil=True)
def addresses_in_ranges(values, coarse, fine, firsts, starts, ends, out):
    """Positions in ``values`` that lie in one of the ranges; returns how many were written to ``out``.

    ``starts`` and ``ends`` (inclusive) are sorted and disjoint, ``coarse`` and ``fine`` have a bit for each block that a
    range touches, and ``firsts`` the number of the first range that starts in each /16. The sieves write every position
    and step on only after one that may count, for a branch that cannot be foreseen costs more than the rest. ``out`` is
    as long as ``values``.
    """
    some = np.empty(AT_ONCE, dtype=np.int32)
    count = 0
    for begin in range(0, values.size, AT_ONCE):
        left, fewer = 0, 0
        for place in range(begin, min(begin + AT_ONCE, values.size)):
            block = values[place] >> COARSE
            some[left] = place
            left += (coarse[block >> np.uint32(5)] >> (block & np.uint32(31))) & np.uint32(1)
        for item in range(left):
            place = some[item]
            block = values[place] >> FINE
            some[fewer] = place
            fewer += (fine[block >> np.uint32(5)] >> (block & np.uint32(31))) & np.uint32(1)
        for item in range(fewer):
            value = values[some[item]]
            low, high = firsts[value >> np.uint32(16)], firsts[(value >> np.uint32(16)) + 1]
            while low < high:
                middle = (low + high) >> 1
                if starts[middle] <= value:
                    low = middle + 1
                else:
                    high = middle
            out[count] = some[item]
            count += low > 0 and value <= ends[low - 1]
    return count


@njit(cache=True, nogil=True)
def in_ranges(values, starts, ends, out):
    """Which of the values lie in one of the ranges, which are sorted, disjoint and few."""
    for place in range(values.size):
        value = values[place]
        low, high = 0, starts.size
        while low < high:
            middle = (low + high) >> 1
            if starts[middle] <= value:
                low = middle + 1
            else:
                high = middle
        out[place] = low > 0 and value <= ends[low - 1]


@njit(cache=True, nogil=True)
def wide_addresses_in_ranges(highs, lows, start_highs, start_lows, end_highs, end_lows, out):
    """As :func:`addresses_in_ranges`, for 128 bits in two halves."""
    count = 0
    for place in range(highs.size):
        high_half, low_half = highs[place], lows[place]
        low, high = 0, start_highs.size
        while low < high:
            middle = (low + high) >> 1
            if start_highs[middle] < high_half or (
                start_highs[middle] == high_half and start_lows[middle] <= low_half
            ):
                low = middle + 1
            else:
                high = middle
        if low > 0:
            end_high = end_highs[low - 1]
            if high_half < end_high or (high_half == end_high and low_half <= end_lows[low - 1]):
                out[count] = place
                count += 1
    return count


@njit(cache=True, nogil=True)
def names_with_suffix(offsets, data, bloom, table, out_rows, out_starts):
    """Rows whose name equals or ends in a listed domain, with the place where the domain begins.

    Names are hashed from their end; at each label border the hash is looked up in a Bloom filter and then in an open
    hash table of 64-bit values. A hit is a candidate: equal hashes are not yet equal names. A row may have several.
    Returns how many were found; only as many as fit were written.
    """
    count = 0
    bloom_mask = np.uint64(bloom.size * 8 - 1)
    table_mask = np.uint64(table.size - 1)
    for row in range(offsets.size - 1):
        start, end = offsets[row], offsets[row + 1]
        if end > start and data[end - 1] == 46:
            end -= 1
        value = OFFSET
        for place in range(end - 1, start - 1, -1):
            byte = data[place]
            if byte == 46 or place == start:
                begin = place + 1
                if byte != 46:
                    if byte - 65 < 26 and byte >= 65:
                        byte |= 32
                    value = (value ^ np.uint64(byte)) * PRIME
                    begin = place
                bit = (value >> np.uint64(20)) & bloom_mask
                if bloom[bit >> np.uint64(3)] & (np.uint8(1) << np.uint8(bit & np.uint64(7))):
                    slot = value & table_mask
                    while table[slot] != 0:
                        if table[slot] == value:
                            if count < out_rows.size:
                                out_rows[count] = row
                                out_starts[count] = begin - start
                            count += 1
                            break
                        slot = (slot + np.uint64(1)) & table_mask
                if byte == 46:
                    value = (value ^ np.uint64(46)) * PRIME
            else:
                if byte - 65 < 26 and byte >= 65:
                    byte |= 32
                value = (value ^ np.uint64(byte)) * PRIME
    return count


@njit(cache=True)
def fill_tables(hashes, bloom, table):
    """Put 64-bit hashes into the Bloom filter and the hash table of :func:`names_with_suffix`."""
    bloom_mask = np.uint64(bloom.size * 8 - 1)
    table_mask = np.uint64(table.size - 1)
    for place in range(hashes.size):
        value = hashes[place]
        bit = (value >> np.uint64(20)) & bloom_mask
        bloom[bit >> np.uint64(3)] |= np.uint8(1) << np.uint8(bit & np.uint64(7))
        slot = value & table_mask
        while table[slot] != 0 and table[slot] != value:
            slot = (slot + np.uint64(1)) & table_mask
        table[slot] = value


@njit(cache=True)
def hash_reversed(offsets, data, out):
    """FNV-1a of each text from its last byte to its first."""
    for row in range(offsets.size - 1):
        value = OFFSET
        for place in range(offsets[row + 1] - 1, offsets[row] - 1, -1):
            value = (value ^ np.uint64(data[place])) * PRIME
        out[row] = value


@njit(cache=True, nogil=True)
def lower_bounds(offsets, data, key_offsets, keys):
    """For each key the place of the first text, in a column sorted by bytes, that does not come before it."""
    found = np.empty(key_offsets.size - 1, dtype=np.int64)
    for item in range(found.size):
        start, length = key_offsets[item], key_offsets[item + 1] - key_offsets[item]
        low, high = 0, offsets.size - 1
        while low < high:
            middle = (low + high) >> 1
            begin, size = offsets[middle], offsets[middle + 1] - offsets[middle]
            order, shared = 0, min(size, length)
            for place in range(shared):
                if data[begin + place] != keys[start + place]:
                    order = -1 if data[begin + place] < keys[start + place] else 1
                    break
            if order < 0 or (order == 0 and size < length):
                low = middle + 1
            else:
                high = middle
        found[item] = low
    return found


@njit(cache=True, nogil=True)
def range_places(begins, lows, starts, ends, first, last):
    """For each range the place of its first address, and past its last, in sorted addresses.

    ``lows`` are the lower sixteen bits of the addresses, ``begins`` where those of each upper half begin.
    """
    for item in range(starts.size):
        first[item] = _lower_place(begins, lows, np.uint64(starts[item]))
        last[item] = first[item]
        if ends[item] > starts[item]:
            last[item] = _lower_place(begins, lows, np.uint64(ends[item]) + np.uint64(1))
        elif first[item] < begins[(starts[item] >> np.uint32(16)) + 1]:
            last[item] += lows[first[item]] == starts[item] & np.uint32(0xFFFF)


@njit(cache=True, nogil=True)
def _lower_place(begins, lows, value):
    block, low_half = value >> np.uint64(16), value & np.uint64(0xFFFF)
    if block >= begins.size - 1:
        return begins[begins.size - 1]
    low, high = begins[block], begins[block + 1]
    while low < high:
        middle = (low + high) >> 1
        if lows[middle] < low_half:
            low = middle + 1
        else:
            high = middle
    return low
