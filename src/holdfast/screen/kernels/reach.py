"""Which listed names have enough of a query's words for their score to reach what is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from holdfast.screen.kernels.edits import span
from holdfast.text.loops.kernel import inlined, kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray


JOINED_ALIKE = 0.98
"""Likeness of several words and the same words run together."""
MOST_WORDS, MOST_SURFACES = 31, 256
"""Words of a reading, and words and pairs of words of a listed name, at most."""


class Names(NamedTuple):
    """The listed names, each an entry."""

    postings_starts: NDArray[np.uint32]
    postings: NDArray[np.uint32]
    """The entries of each surface."""
    starts: NDArray[np.uint32]
    surfaces: NDArray[np.uint32]
    """The surfaces of each entry."""
    weights: NDArray[np.float32]
    """Of each surface."""
    totals: NDArray[np.float32]
    """Of each entry, what its words weigh."""
    families: NDArray[np.uint8]
    open: NDArray[np.bool_]
    """Whether an entry's type is open, so that it may be of any family."""


class Searches(NamedTuple):
    """Readings of queries: what is asked of an entry, and the words."""

    first: NDArray[np.int64]
    """Where the words of each begin, and at last where they end."""
    families: NDArray[np.int64]
    least: NDArray[np.float64]
    """The score that an entry must be able to reach."""
    ignored: NDArray[np.float64]
    """What the words weigh by which nothing is looked up."""
    costs: NDArray[np.float64]
    """Of each family: what is unlike, omitted, and opposed."""
    words: NDArray[np.int64]
    """The numbers of the words among the known ones."""
    weights: NDArray[np.float64]
    joined: NDArray[np.int64]
    """A listed word that is this one and others together, by rising place of the word: place, surface."""
    shares: NDArray[np.float64]
    """What part of the weight of the joined word is this one's."""


class Room(NamedTuple):
    """What the search works with, used again and again."""

    marks: NDArray[np.int64]
    """By entry: the time of the search that met it last, a bit for each word it has, and one for a word that gains."""
    entries: NDArray[np.int64]
    """Those that were met."""
    clock: NDArray[np.int64]
    levels: NDArray[np.float64]
    """By word of a reading: the likeness below which it loses more than all can gain."""
    most: NDArray[np.float64]
    """What it can gain at most."""
    lightest: NDArray[np.float64]
    """What a pair with it weighs at least."""
    order: NDArray[np.int64]
    """The words by how often what is near them is listed."""
    taken: NDArray[np.bool_]
    """By surface of an entry."""

    @classmethod
    def of(cls, entries: int) -> Room:
        """Room for an index of so many entries."""
        return cls(
            marks=np.zeros(entries, dtype=np.int64),
            entries=np.empty(entries, dtype=np.int64),
            clock=np.zeros(1, dtype=np.int64),
            levels=np.empty(MOST_WORDS),
            most=np.empty(MOST_WORDS),
            lightest=np.empty(MOST_WORDS),
            order=np.empty(MOST_WORDS, dtype=np.int64),
            taken=np.empty(MOST_SURFACES, dtype=np.bool_),
        )


class Demand(NamedTuple):
    """What an entry must have of a reading for its score to reach what is asked.

    A score comes about from gains and losses: of a matched pair, what it weighs times ``1 - least`` for the part that is
    alike and times ``least * unlike`` for the rest; of a word left out, what it weighs times ``least * omitted``.
    """

    opening: int
    """How many words, of those whose neighbours are listed least often: without any of them, the rest is too little."""
    gaining: float
    """The likeness of at least one word: below it none gains anything."""
    heaviest: float
    """What its words weigh at most: leaving out more loses all that can be gained."""


@inlined
def joined_range(searches, place, start):
    """Where the joined words of a word begin, from ``start`` on, and end."""
    while start < len(searches.joined) and searches.joined[start, 0] < place:
        start += 1
    stop = start
    while stop < len(searches.joined) and searches.joined[stop, 0] == place:
        stop += 1
    return start, stop


@kernel
def demand_of(search, searches, known, names, joined, room):
    """The demand of a reading; how it is looked for goes into ``room``, a row for each word."""
    levels, most, lightest, order = room.levels, room.most, room.lightest, room.order
    first, last = searches.first[search], searches.first[search + 1]
    least, ignored = searches.least[search], searches.ignored[search]
    costs = searches.costs[searches.families[search]]
    unlike, omitted = costs[0], costs[1]  # to unpack them all would ask whether there are three
    count = last - first
    gain, loss, omits = 1.0 - least, least * unlike, least * omitted
    total, listed = gain * ignored, 0.0
    for place in range(first, last):
        word, weight = searches.words[place], searches.weights[place]
        heavy, light = np.float64(known.heaviest[word]), np.float64(known.lightest[word])
        joined, stop = joined_range(searches, place, joined)
        for item in range(joined, stop):
            share = names.weights[searches.joined[item, 1]] * searches.shares[item]
            heavy, light = max(heavy, share), min(light, share) if heavy > 0 else share
        most[place - first] = gain * (weight + heavy) / 2
        lightest[place - first] = max((weight + light) / 2, 1e-6)
        total += most[place - first]
        listed += heavy
    for place in range(count):
        others = (total - most[place]) / lightest[place]
        levels[place] = (loss - others) / (gain + loss) - 1e-9
    for place in range(count):
        volume, to = known.volumes[searches.words[first + place]], place
        while to > 0 and known.volumes[searches.words[first + order[to - 1]]] > volume:
            order[to] = order[to - 1]
            to -= 1
        order[to] = place
    opening, rest = 0, total
    while opening < count and rest >= -1e-5:
        place = order[opening]
        rest -= most[place] + omits * searches.weights[first + place]
        opening += 1
    return Demand(opening, loss / (gain + loss) - 1e-9, listed + total / max(omits, 1e-6))


@kernel
def collect(search, searches, known, names, demand, room, joined):
    """The entries that have what is demanded, into ``room``; how many.

    Words with few entries come first, so that those with many only mark what is there already.
    """
    marks, entries, clock = room.marks, room.entries, room.clock
    levels, order = room.levels, room.order
    first, last = searches.first[search], searches.first[search + 1]
    known_surfaces, likes = known.surfaces, known.likes
    clock[0] += 1
    now = clock[0] << 32
    found = np.int64(0)
    for turn in range(last - first):
        place = first + order[turn]
        late = turn >= demand.opening
        word, level = searches.words[place], levels[place - first]
        bit = np.int64(2) << turn
        for item in range(known.starts[word], known.stops[word]):
            likeness = np.float64(likes[item])
            if likeness >= level:
                surface = np.int64(known_surfaces[item])
                bits = bit | 1 if likeness >= demand.gaining else bit
                found = mark_entries(surface, now, bits, late, names, marks, entries, found)
        begin, end = joined_range(searches, place, joined)
        for item in range(begin, end):
            bits = bit | 1 if demand.gaining <= JOINED_ALIKE else bit
            found = mark_entries(searches.joined[item, 1], now, bits, late, names, marks, entries, found)
    kept = 0
    family, heaviest = searches.families[search], demand.heaviest + 1e-4
    for item in range(found):
        entry = entries[item]
        if not marks[entry] & 1 or names.totals[entry] > heaviest:
            continue
        if names.families[entry] != family and not names.open[entry]:
            continue
        if can_gain(marks[entry] >> 1, search, searches, room):
            entries[kept] = entry
            kept += 1
    return kept


@inlined
def mark_entries(surface, now, bits, late, names, marks, entries, found):
    """Mark the entries of a surface; how many entries have been met so far. What comes ``late`` opens none."""
    postings = names.postings
    start, stop = span(names.postings_starts, surface)
    for posting in range(start, stop):
        entry = np.int64(postings[posting])
        mark = marks[entry]
        if mark < now:
            if late:
                continue
            entries[found] = entry
            found += 1
            mark = now
        marks[entry] = mark | bits
    return found


@inlined
def can_gain(bits, search, searches, room):
    """Whether the words whose bits are set can gain what leaving out the others loses."""
    most, order = room.most, room.order
    first, last = searches.first[search], searches.first[search + 1]
    least = searches.least[search]
    omits = least * searches.costs[searches.families[search], 1]
    worth = (1.0 - least) * searches.ignored[search]
    for turn in range(last - first):
        place = order[turn]
        if bits >> turn & 1:
            worth += most[place]
        else:
            worth -= omits * searches.weights[first + place]
    return worth >= -1e-5


@inlined
def likeness_to(surfaces, likes, low, stop, surface):
    """How alike a known word is to a listed one, 0 where it is not near it."""
    high = stop
    while low < high:
        middle = (low + high) >> 1
        if surfaces[middle] < surface:
            low = middle + 1
        else:
            high = middle
    return np.float64(likes[low]) if low < stop and surfaces[low] == surface else 0.0


@inlined
def weigh(search, entry, searches, known, names, joined, room):
    """Whether an entry may reach the score that is asked for, and the score to be expected.

    A pair of unlike words that lowers the score counts no more than leaving the word out would. Words that few entries
    have come first; an entry is given up as soon as all others could not make up for those it lacks.
    """
    most, order, taken = room.most, room.order, room.taken
    first, last = searches.first[search], searches.first[search + 1]
    least = searches.least[search]
    costs = searches.costs[searches.families[search]]
    unlike, omitted, opposed = costs[0], costs[1], costs[2]
    start, stop = span(names.starts, entry)
    surfaces, surface_weights = names.surfaces, names.weights
    known_surfaces, likes = known.surfaces, known.likes
    for item in range(stop - start):
        taken[item] = False
    worth = alike = differing = left = 0.0
    rest = (1.0 - least) * searches.ignored[search]
    for place in range(last - first):
        rest += most[place]
    for turn in range(last - first):
        place = first + order[turn]
        rest -= most[order[turn]]
        word, weight, best, heaviest = searches.words[place], searches.weights[place], 0.0, 0.0
        begin, end = joined_range(searches, place, joined)
        for item in range(start, stop):
            surface = np.int64(surfaces[item])
            found = likeness_to(known_surfaces, likes, known.starts[word], known.stops[word], surface)
            heavy = np.float64(surface_weights[surface])
            if found < JOINED_ALIKE:
                for pair in range(begin, end):
                    if searches.joined[pair, 1] == surface:
                        found, heavy = JOINED_ALIKE, heavy * searches.shares[pair]
            if found > 0.0:
                taken[item - start] = True
                if found > best:
                    best, heaviest = found, heavy
                elif found == best:
                    heaviest = max(heaviest, heavy)
        if best > 0.0:
            mean = (weight + heaviest) / 2
            gained = mean * ((1.0 - least) * best - least * unlike * (1.0 - best))
            worth += max(gained, -least * omitted * weight)
            alike += mean * best
            differing += mean * (1.0 - best)
        else:
            left += weight
        if worth + rest - least * omitted * left < -1e-5:
            return False, 0.0
    second = np.float64(names.totals[entry])
    for item in range(start, stop):
        if taken[item - start]:
            second -= names.weights[names.surfaces[item]]
    over = max(second, 0.0)
    lost = opposed * min(left, over) + omitted * abs(left - over)
    reached = worth + (1.0 - least) * searches.ignored[search] - least * lost >= -1e-5
    return reached, alike / (alike + unlike * differing + lost + 1e-6)


@kernel
def find(searches, known, names, room, out):
    """For each reading the entries that may reach its score, into ``out``: reading, entry, score to be expected.

    Returns how many there were, which may be more than there was room for.
    """
    owners, found_entries, likely = out
    found = joined = np.int64(0)
    for search in range(len(searches.least)):
        if searches.first[search] == searches.first[search + 1]:
            continue
        joined, _ = joined_range(searches, searches.first[search], joined)
        demand = demand_of(search, searches, known, names, joined, room)
        for item in range(collect(search, searches, known, names, demand, room, joined)):
            entry = room.entries[item]
            reached, score = weigh(search, entry, searches, known, names, joined, room)
            if reached:
                if found < len(owners):
                    owners[found], found_entries[found], likely[found] = search, entry, score
                found += 1
    return found
