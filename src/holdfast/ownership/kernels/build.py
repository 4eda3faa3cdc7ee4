"""From holdings in any order to the indexed graph."""

from __future__ import annotations

import numpy as np

from holdfast.ownership.kernels.neighbourhood import FACTOR
from holdfast.ownership.rowtypes import OWNS, SOLE, TREASURY


def index(keys, size):
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


def fill_units(owned, share, whole, room, unit):
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


def note_traits(rows, parties, in_row):
    """Write into each row what is to be known of the owned party."""
    traits = np.zeros(parties.size, np.int8)
    for y in range(parties.size - 1):
        begin = parties[y]["held"]
        end = parties[y + 1]["held"]
        if parties[y + 1]["out"] > parties[y]["out"]:
            traits[y] |= OWNS
        if begin == end:
            continue
        owner = rows[in_row[begin]]["owner"]
        sole = owner != y
        for i in range(begin + 1, end):
            sole &= rows[in_row[i]]["owner"] == owner
        if sole:
            traits[y] |= SOLE
        if parties[y]["treasury"]:
            traits[y] |= TREASURY
    for k in range(rows.size):
        rows[k]["traits"] = traits[rows[k]["owned"]]


def pair_up(share, owned, unit, table, pairs, found):
    """Number the pairs of a share and the unit that it is stated in; how many there are, or -1 if there is no room."""
    pair_share, pair_unit = pairs
    mask = table.size - 1
    count = 0
    for k in range(share.size):
        a = np.int64(share[k])
        u = unit[owned[k]]
        i = ((a * FACTOR >> 12) ^ (((u ^ (u >> 31)) & 0x7FFFFFFF) * FACTOR >> 16)) & mask
        while table[i] != 0 and (pair_share[table[i] - 1] != a or pair_unit[table[i] - 1] != u):
            i = (i + 1) & mask
        if table[i] == 0:
            if count == pair_share.size:
                return -1
            pair_share[count] = a
            pair_unit[count] = u
            count += 1
            table[i] = count
        found[k] = table[i] - 1
    return count
