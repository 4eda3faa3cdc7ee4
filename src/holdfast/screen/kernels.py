"""Compiled loops of the search for candidates: words against listed words, and readings against listed names.

Everything is plain arrays, of the index (:mod:`holdfast.screen.build` lays them out) or of the words and searches of one
block. The loops are kept compiled between runs (numba's cache).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from holdfast.text.kernels import ALIGNED, Correspondences, Units, alignment_cost

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGEST = 40
"""Letters of a word that count (:data:`holdfast.screen.spellings.LONGEST`)."""
BUCKETS = 16
"""Bits of a hash by which the sorted hashes are cut into buckets."""
MOST_KEYS = 1024
"""Keys of one word at most."""
JOINED_ALIKE = 0.98
"""Likeness of several words and the same words run together."""
MOST_WORDS, MOST_SURFACES = 31, 256
"""Words of a reading, and words and pairs of words of a listed name, at most."""


class Spelled(NamedTuple):
    """Words in one spelling: their letters one after the other."""

    starts: NDArray[np.uint32]
    letters: NDArray[np.uint8]


class Spellings(NamedTuple):
    """The same words in every way in which they are compared or filed."""

    written: Spelled
    plain: Spelled
    heard: Spelled
    bags: NDArray[np.uint64]
    """The letters of each word as bits, a row for each of the three: see :func:`fill_bags`."""
    skeletons: Spelled
    skeletons_of: NDArray[np.int64]
    """Where the skeletons of each word begin."""
    eastern: Spelled
    """Empty for a word that is of no Chinese or Korean syllables."""


class Filed(NamedTuple):
    """Listed forms by the hashes of their keys."""

    buckets: NDArray[np.uint32]
    """Where the hashes with the same first bits begin."""
    hashes: NDArray[np.uint64]
    starts: NDArray[np.uint32]
    forms: NDArray[np.uint32]


class Listed(NamedTuple):
    """The listed words as look-up needs them."""

    written: Spelled
    plain: Spelled
    heard: Spelled
    bags: NDArray[np.uint64]
    foreign: NDArray[np.bool_]
    surfaces: NDArray[np.int64]
    """What each form stands for."""


class Asked(NamedTuple):
    """Texts to be looked up: the words of a block and their second halves."""

    texts: Spellings
    foreign: NDArray[np.bool_]
    owners: NDArray[np.int64]
    """The word that each text belongs to, rising."""
    natives: Units
    """The words of other scripts whose correspondences are known, unit by unit."""
    native_starts: NDArray[np.int64]
    """Where the units of each text begin, and at last where they end."""
    scales: NDArray[np.float64]
    """Of each text: the saving at the edge, likeness by saving, what a short word loses, whether sound counts, too."""


class Alphabet(NamedTuple):
    """How other scripts are written in Latin letters (:mod:`holdfast.text.transliteration`)."""

    table: Correspondences
    surprises: NDArray[np.float64]
    """Of each Latin letter by itself."""
    shorts: NDArray[np.float64]
    """What a Latin word of so few letters loses."""
    at_edge: float
    fewest: float
    room: tuple[NDArray[np.float64], NDArray[np.uint64]]


class Levels(NamedTuple):
    """From which likeness words are near."""

    least: float
    """Of any kind."""
    across: float
    """At a quick look at the sounds of words of different scripts, which may be closer by ``slack``."""
    slack: float
    within: float
    """At a quick look at the sounds of words of one script: then they are alike by ``sounded`` at most, less ``slope``
    times what they differ."""
    sounded: float
    slope: float
    aligned: float
    """Of words of different scripts, letter by letter."""
    heard: float
    """Likeness by sound that is believed where the letters say less."""
    slipped: float
    """Likeness at most of a word to one that is a slip away (:mod:`holdfast.screen.slip` weighs it by the whole name)."""


class Scratch(NamedTuple):
    """Room that is used again and again."""

    best: NDArray[np.float32]
    """By surface; all 0 between calls."""
    touched: NDArray[np.int64]
    seen: NDArray[np.int64]
    """By form, when it was met last and for which uses, a bit each; the first is the time."""
    masks: NDArray[np.uint64]
    """By way of spelling and letter; all 0 between calls."""
    hashes: NDArray[np.uint64]
    uses: NDArray[np.int8]
    """Of the hashes."""
    forms: NDArray[np.int64]
    found_uses: NDArray[np.int8]
    """Of the forms that were met."""


BY_LETTERS, BY_SOUND, ABBREVIATED, EASTERN, JOINED, ACRONYM = 0, 1, 2, 3, 4, 5
"""What a shared key is used for: to compare by letters only, or by letters and by sound, or as what says it all."""
_BASE = 0x9E3779B97F4A7C15
_POWERS = np.array([pow(_BASE, place, 1 << 64) for place in range(LONGEST + 1)], dtype=np.uint64)
_MIXED = np.uint64(0xFF51AFD7ED558CCD)


def _values() -> NDArray[np.uint64]:
    """A number for each byte, odd and without pattern."""
    found = np.arange(256, dtype=np.uint64) * np.uint64(0xD1B54A32D192ED03)
    found ^= found >> np.uint64(31)
    return found * np.uint64(0x94D049BB133111EB) | np.uint64(1)


_VALUES = _values()
_SALTS = {kind: np.uint64(ord(kind) * _BASE % (1 << 64)) for kind in "dstpwcvk+@"}
_D, _S, _T, _P, _W, _C, _V, _K, _J, _A = (_SALTS[kind] for kind in "dstpwcvk+@")
"""Kinds of keys: letters, skeletons and those with one left out, starts, words that starts are looked for among,
consonants and words that these are looked for among, eastern spellings, words run together, acronyms."""
_BITS = np.full(256, 255, dtype=np.uint8)
for _place, _letter in enumerate(b"abcdefghijklmnopqrstuvwxyz0123456789"):
    _BITS[_letter] = _place
_VOWELS = np.zeros(256, dtype=np.bool_)
_VOWELS[list(b"aeiou")] = True


@njit(cache=True)
def span(starts, row):
    """Where a row begins and ends; signed, since unsigned numbers do not mix."""
    return np.int64(starts[row]), np.int64(starts[row + 1])


@njit(cache=True)
def length_of(spelled, row):
    """Letters of a word."""
    return np.int64(spelled.starts[row + 1]) - np.int64(spelled.starts[row])


@njit(cache=True)
def place_of(filed, hash_):
    """Where a hash stands among the sorted ones, -1 where it does not."""
    bucket = np.int64(hash_ >> np.uint64(64 - BUCKETS))
    start, stop = span(filed.buckets, bucket)
    for place in range(start, stop):
        if filed.hashes[place] == hash_:
            return place
    return -1


@njit(cache=True)
def popcount(bits):
    """How many bits are set."""
    bits = bits - ((bits >> np.uint64(1)) & np.uint64(0x5555555555555555))
    bits = (bits & np.uint64(0x3333333333333333)) + ((bits >> np.uint64(2)) & np.uint64(0x3333333333333333))
    bits = (bits + (bits >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((bits * np.uint64(0x0101010101010101)) >> np.uint64(56))


@njit(cache=True)
def set_masks(masks, letters):
    """For each letter the places where the word has it."""
    for place in range(min(len(letters), 64)):
        masks[letters[place]] |= np.uint64(1) << np.uint64(place)


@njit(cache=True)
def clear_masks(masks, letters):
    """Undo :func:`set_masks`."""
    for letter in letters:
        masks[letter] = np.uint64(0)


@njit(cache=True)
def edits(masks, length, letters, start, stop, swaps):
    """Edit distance of a word of at most 64 letters, given by its masks, to a listed one, all its places at once.

    With ``swaps``, two neighbours in each other's place are one edit (optimal string alignment). Hyyrö, "A Bit-Vector
    Algorithm for Computing Levenshtein and Damerau Edit Distances" (2003).
    """
    one = np.uint64(1)
    above, below, same, before = ~np.uint64(0), np.uint64(0), np.uint64(0), np.uint64(0)
    last = np.uint64(length - 1)
    found = length
    for place in range(start, stop):
        here = masks[letters[place]]
        swapped = (((~same) & here) << one) & before
        same = (((here & above) + above) ^ above) | here | below
        if swaps:
            same |= swapped
        more = below | ~(same | above)
        less = same & above
        found += np.int64((more >> last) & one) - np.int64((less >> last) & one)
        more = (more << one) | one
        less <<= one
        above = less | ~(same | more)
        below = more & same
        before = here
    return found


@njit(cache=True)
def edits_of_long(own, letters, swaps):
    """The same for words of any length, place by place."""
    length, wide = len(own), len(letters)
    rows = np.zeros((3, wide + 1), dtype=np.int64)
    for column in range(wide + 1):
        rows[0, column] = column
    for line in range(1, length + 1):
        now, last, earlier = rows[line % 3], rows[(line - 1) % 3], rows[(line - 2) % 3]
        now[0] = line
        letter = own[line - 1]
        for column in range(1, wide + 1):
            here = letters[column - 1]
            best = min(last[column] + 1, now[column - 1] + 1, last[column - 1] + (0 if letter == here else 1))
            if swaps and line > 1 and column > 1 and letter == letters[column - 2] and here == own[line - 2]:
                best = min(best, earlier[column - 2] + 1)
            now[column] = best
    return rows[length % 3, wide]


@njit(cache=True)
def fill_bags(spelled, bags):
    """The letters of each word as bits, a second one of a kind as a bit of its own.

    Two words differ by at least as many edits as one has bits that the other has not.
    """
    for row in range(len(bags)):
        found = np.uint64(0)
        start, stop = span(spelled.starts, row)
        for place in range(start, stop):
            bit = _BITS[spelled.letters[place]]
            if bit < 36:
                first = np.uint64(1) << np.uint64(bit)
                found |= first << np.uint64(36) if found & first and bit < 28 else first
        bags[row] = found


@njit(cache=True)
def finished(hash_, salt):
    """The hash under a kind of key."""
    mixed = hash_ ^ salt
    mixed ^= mixed >> np.uint64(32)
    mixed *= _MIXED
    return mixed ^ (mixed >> np.uint64(29))


@njit(cache=True)
def whole(spelled, row, stop):
    """The unfinished hash of the first ``stop`` letters of a word: a polynomial in its letters."""
    start = np.int64(spelled.starts[row])
    found = np.uint64(0)
    for place in range(min(stop, LONGEST)):
        found += _VALUES[spelled.letters[start + place]] * _POWERS[place]
    return found


@njit(cache=True)
def add_key(out, count, hash_, use):
    """Append a key to those of a text; how many there are."""
    hashes, uses = out
    hashes[count], uses[count] = hash_, use
    return count + 1


@njit(cache=True)
def add_shortened(spelled, row, salt, first, use, out, count):
    """Append the keys of a word of four letters or more without one of them, from place ``first`` on.

    Two words at one edit's distance share such a key (Garbe, SymSpell, 2012).
    """
    start, length = np.int64(spelled.starts[row]), min(length_of(spelled, row), LONGEST)
    if length < 4:
        return count
    moved = np.uint64(0)  # what follows the letter left out, each a place further to the left
    for place in range(length - 1, 0, -1):
        moved += _VALUES[spelled.letters[start + place]] * _POWERS[place - 1]
    before = np.uint64(0)
    for place in range(length):
        if place >= first:
            count = add_key(out, count, finished(before + moved, salt), use)
        before += _VALUES[spelled.letters[start + place]] * _POWERS[place]
        if place + 1 < length:
            moved -= _VALUES[spelled.letters[start + place + 1]] * _POWERS[place]
    return count


@njit(cache=True)
def same_text(one, other, row):
    """Whether two spellings of a word are the same."""
    length = length_of(one, row)
    if length != length_of(other, row):
        return False
    for place in range(length):
        if one.letters[one.starts[row] + place] != other.letters[other.starts[row] + place]:
            return False
    return True


@njit(cache=True)
def keys_of(texts, row, listed, wide, out):
    """The keys of one word, into ``out``; how many. Those of a listed word meet those of one that is looked up.

    Whatever is one edit away as written or in plain spelling is met, from four letters on; the same of consonants, of
    which a word that is looked up from another script (``wide``) also meets those with one more or less.
    """
    count = 0
    for spelled in (texts.plain, texts.written):
        if count == 0 or not same_text(texts.plain, texts.written, row):
            count = add_key(
                out, count, finished(whole(spelled, row, length_of(spelled, row)), _D), BY_LETTERS
            )
            count = add_shortened(spelled, row, _D, 0, BY_LETTERS, out, count)
    for skeleton in range(texts.skeletons_of[row], texts.skeletons_of[row + 1]):
        hash_ = whole(texts.skeletons, skeleton, length_of(texts.skeletons, skeleton))
        count = add_key(out, count, finished(hash_, _S), BY_SOUND)
        if listed:
            count = add_shortened(texts.skeletons, skeleton, _T, 1, BY_SOUND, out, count)
        elif wide:
            count = add_key(out, count, finished(hash_, _T), BY_SOUND)
            count = add_shortened(texts.skeletons, skeleton, _S, 1, BY_SOUND, out, count)
    if length_of(texts.eastern, row) > 0:
        hash_ = whole(texts.eastern, row, length_of(texts.eastern, row))
        count = add_key(out, count, finished(hash_, _K), EASTERN)
    return add_abbreviations(texts.written, row, listed, out, count)


@njit(cache=True)
def add_abbreviations(written, row, listed, out, count):
    """Append a word and its starts, a word and its consonants; a listed short form meets a long one, and the reverse."""
    start, length = np.int64(written.starts[row]), min(length_of(written, row), LONGEST)
    hash_ = bare = np.uint64(0)
    consonants = 0
    for place in range(length):
        letter = written.letters[start + place]
        hash_ += _VALUES[letter] * _POWERS[place]
        if not _VOWELS[letter]:
            bare += _VALUES[letter] * _POWERS[consonants]
            consonants += 1
        if 4 <= place + 1 < length - 2:
            count = add_key(out, count, finished(hash_, _P if listed else _W), ABBREVIATED)
    count = add_key(out, count, finished(hash_, _W if listed else _P), ABBREVIATED)
    if length and consonants >= 3 and not _VOWELS[written.letters[start]]:
        count = add_key(out, count, finished(bare, _C if listed else _V), ABBREVIATED)
        if consonants == length:
            count = add_key(out, count, finished(bare, _V if listed else _C), ABBREVIATED)
    return count


@njit(cache=True)
def listed_keys(texts, forms, hashes, numbers):
    """The keys of all words as listed ones, with the number of each in ``forms``; how many, -1 when there is no room."""
    count = 0
    own, uses = np.empty(MOST_KEYS, dtype=np.uint64), np.empty(MOST_KEYS, dtype=np.int8)
    for row in range(len(forms)):
        found = keys_of(texts, row, True, False, (own, uses))
        if count + found > len(hashes):
            return -1
        for place in range(found):
            hashes[count + place], numbers[count + place] = own[place], forms[row]
        count += found
    return count


@njit(cache=True)
def whole_keys(spelled, use, hashes):
    """The key of each word under which it stands for several others: run together, or as their first letters."""
    salt = _A if use == ACRONYM else _K if use == EASTERN else _J
    for row in range(len(hashes)):
        hashes[row] = finished(whole(spelled, row, length_of(spelled, row)), salt)


@njit(cache=True)
def similarity(masks, own, bag, letters, start, stop, listed, swaps, least):
    """One minus the share of edits of a word to a listed one, of the letters from ``start`` to ``stop``.

    0 where it is less than ``least``. ``bag`` and ``listed`` are their letters as bits.
    """
    length, wide = len(own), stop - start
    longer = max(length, wide)
    most = (1.0 - least) * longer + 1e-6
    if abs(length - wide) > most or popcount(bag & ~listed) > most or popcount(listed & ~bag) > most:
        return 0.0
    if length == 0 or wide == 0:
        return 1.0 if length == wide else 0.0
    if length <= 64:
        found = edits(masks, length, letters, start, stop, swaps)
    else:
        found = edits_of_long(own, letters[start:stop], swaps)
    return 1.0 - found / longer if found <= most else 0.0


@njit(cache=True)
def note(best, touched, count, surface, likeness):
    """Keep the best likeness of a listed word; how many were touched."""
    if best[surface] == 0.0:
        touched[count] = surface
        count += 1
    best[surface] = max(best[surface], np.float32(likeness))
    return count


@njit(cache=True)
def shared_forms(texts, row, wide, filed, scratch):
    """The forms that share a key with a text, and the uses of the keys, into ``scratch``; how many.

    A form comes once for each use.
    """
    keys = keys_of(texts, row, False, wide, (scratch.hashes, scratch.uses))
    for spelled, salt, use in ((texts.plain, _J, JOINED), (texts.written, _A, ACRONYM)):
        hash_ = whole(spelled, row, length_of(spelled, row))
        keys = add_key((scratch.hashes, scratch.uses), keys, finished(hash_, salt), use)
    hashes, uses, seen, forms, found_uses = (
        scratch.hashes,
        scratch.uses,
        scratch.seen,
        scratch.forms,
        scratch.found_uses,
    )
    starts, filed_forms = filed.starts, filed.forms
    seen[0] += 1
    now = seen[0] << 6
    count = 0
    for key in range(keys):
        place = place_of(filed, hashes[key])
        if place < 0:
            continue
        bit = np.int64(1) << uses[key]
        start, stop = span(starts, place)
        for item in range(start, stop):
            form = np.int64(filed_forms[item])
            seen[form + 1] = max(seen[form + 1], now)
            if not seen[form + 1] & bit:
                seen[form + 1] |= bit
                forms[count], found_uses[count] = form, uses[key]
                count += 1
    return count


@njit(cache=True)
def across(asked, row, first, last, letters, start, stop, levels, alphabet):
    """How well a word of another script is written by a Latin one; 0 where that is too little."""
    edge, slope, short, _ = asked.scales[row]
    wide = stop - start
    if wide < alphabet.fewest * (last - first):
        return 0.0
    short = max(short, alphabet.shorts[min(wide, len(alphabet.shorts) - 1)])
    least = edge + (levels.aligned + short - alphabet.at_edge) / slope
    alone = 0.0
    for place in range(start, min(stop, start + ALIGNED)):
        alone += alphabet.surprises[letters[place]]
    most = alone * (1.0 - least)
    cost = alignment_cost(
        asked.natives, first, last, alphabet.table, letters, start, stop, most, alphabet.room
    )
    if cost > most:
        return 0.0
    return min(1.0, alphabet.at_edge + slope * (1.0 - cost / alone - edge)) - short


@njit(cache=True)
def look_up_text(asked, row, by_key, filed, listed, levels, alphabet, scratch, count):
    """Note the listed words near one text; how many were touched."""
    texts = asked.texts
    shared = shared_forms(texts, row, asked.foreign[row], filed, scratch)
    masks, best, touched = scratch.masks, scratch.best, scratch.touched
    forms, uses = scratch.forms, scratch.found_uses
    foreign, surfaces = listed.foreign, listed.surfaces
    for way in range(3):
        spelled, other = (
            (texts.written, texts.plain, texts.heard)[way],
            (listed.written, listed.plain, listed.heard)[way],
        )
        starts, letters, bags = other.starts, other.letters, listed.bags[way]
        begin, end = span(spelled.starts, row)
        own, bag = spelled.letters[begin:end], texts.bags[way, row]
        mask = masks[way]
        set_masks(mask, own)
        for item in range(shared):
            form, use = forms[item], uses[item]
            surface = surfaces[form]
            if way == 0 and use > BY_SOUND:
                count = note(best, touched, count, surface, by_key[use])
            if use > BY_SOUND or (way == 2 and use != BY_SOUND):
                continue
            far = asked.foreign[row] or foreign[form]
            least = levels.least if way < 2 else levels.across if far else levels.within
            start, stop = span(starts, form)
            alike = similarity(mask, own, bag, letters, start, stop, bags[form], way < 2, least)
            if alike == 0.0:
                continue
            enough = levels.least
            if way == 0 and alike < 1.0 and (1.0 - alike) * max(len(own), stop - start) < 1.5:
                alike = levels.slipped
            elif way == 1:
                alike = 0.965 if alike == 1.0 else 0.97 * alike
            elif way == 2 and far:
                alike = min(alike + levels.slack, 1.0)
                first, last = span(asked.native_starts, row)
                if last > first and not foreign[form]:
                    begin, end = span(listed.written.starts, form)
                    learned = across(
                        asked, row, first, last, listed.written.letters, begin, end, levels, alphabet
                    )
                    sounds = asked.scales[row, 3] > 0.0 and alike >= levels.heard
                    alike, enough = max(alike, learned) if sounds else learned, levels.aligned
            elif way == 2:
                alike = min(levels.sounded, 1.0 - levels.slope * (1.0 - alike))
            if alike >= enough - 1e-7:
                count = note(best, touched, count, surface, alike)
        clear_masks(mask, own)
    return count


@njit(cache=True)
def look_up(asked, sure, by_key, filed, listed, names, levels, alphabet, scratch, known, first, last):
    """The listed words near the words from number ``first`` up to ``last``, into ``known``; whether there was room.

    ``sure`` has words, surfaces and likenesses that are known already, by rising word; ``by_key`` the likeness that a
    shared key stands for, by its use.
    """
    sure_words, sure_surfaces, sure_likes = sure
    weights, postings_starts = names.weights, names.postings_starts
    row = told = 0
    written = known.stops[first - 1] if first else 0
    for number in range(first, last):
        word = number - first
        count = 0
        while told < len(sure_words) and sure_words[told] == word:
            count = note(scratch.best, scratch.touched, count, sure_surfaces[told], sure_likes[told])
            told += 1
        while row < len(asked.owners) and asked.owners[row] == word:
            count = look_up_text(asked, row, by_key, filed, listed, levels, alphabet, scratch, count)
            row += 1
        found = scratch.touched[:count]
        found.sort()
        room = written + count <= len(known.surfaces)
        heavy = light = np.float32(0.0)
        volume = 0
        known.starts[number] = written
        for surface in found:
            if room:
                known.surfaces[written], known.likes[written] = surface, scratch.best[surface]
                written += 1
            scratch.best[surface] = 0.0
            start, stop = span(postings_starts, surface)
            volume += stop - start
            heavy = max(heavy, weights[surface])
            light = min(light, weights[surface]) if surface != found[0] else weights[surface]
        if not room:
            return False
        known.stops[number], known.volumes[number] = written, volume
        known.heaviest[number], known.lightest[number] = heavy, light
    return True


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


class Known(NamedTuple):
    """Words that were looked up: the listed words near each, by rising number."""

    starts: NDArray[np.int64]
    stops: NDArray[np.int64]
    surfaces: NDArray[np.int32]
    likes: NDArray[np.float32]
    heaviest: NDArray[np.float32]
    """What its listed words weigh at most, and at least; 0 for a word that has none."""
    lightest: NDArray[np.float32]
    volumes: NDArray[np.int64]
    """How often its listed words are listed."""


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


@njit(cache=True)
def joined_range(searches, place, start):
    """Where the joined words of a word begin, from ``start`` on, and end."""
    while start < len(searches.joined) and searches.joined[start, 0] < place:
        start += 1
    stop = start
    while stop < len(searches.joined) and searches.joined[stop, 0] == place:
        stop += 1
    return start, stop


@njit(cache=True)
def demand_of(search, searches, known, names, joined, plan):
    """The demand of a reading, and the plan of how it is looked for: columns with a row for each word.

    The first has the likeness below which a word loses more than all can gain, the second what it can gain at most, the
    third the words by how often what is near them is listed.
    """
    levels, most, order = plan
    first, last = searches.first[search], searches.first[search + 1]
    least, ignored = searches.least[search], searches.ignored[search]
    unlike, omitted, _ = searches.costs[searches.families[search]]
    count = last - first
    lightest = np.empty(count)
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
    order[:count] = np.argsort(known.volumes[searches.words[first:last]])
    opening, rest = 0, total
    while opening < count and rest >= -1e-5:
        place = order[opening]
        rest -= most[place] + omits * searches.weights[first + place]
        opening += 1
    return Demand(opening, loss / (gain + loss) - 1e-9, listed + total / max(omits, 1e-6))


@njit(cache=True)
def collect(search, searches, known, names, demand, plan, room, joined):
    """The entries that have what is demanded, into ``room``; how many.

    A mark is the time of the search, a bit for each word that the entry has, by its turn, and one for a word that gains.
    Words with few entries come first, so that those with many only mark what is there already.
    """
    marks, entries, clock = room
    levels, _, order = plan
    first, last = searches.first[search], searches.first[search + 1]
    known_surfaces, likes = known.surfaces, known.likes
    clock[0] += 1
    now = clock[0] << 32
    found = 0
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
        if can_gain(marks[entry] >> 1, search, searches, plan):
            entries[kept] = entry
            kept += 1
    return kept


@njit(cache=True)
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


@njit(cache=True)
def can_gain(bits, search, searches, plan):
    """Whether the words whose bits are set can gain what leaving out the others loses."""
    _, most, order = plan
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


@njit(cache=True)
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


@njit(cache=True)
def weigh(search, entry, searches, known, names, joined, plan, taken):
    """Whether an entry may reach the score that is asked for, and the score to be expected.

    A pair of unlike words that lowers the score counts no more than leaving the word out would. Words that few entries
    have come first; an entry is given up as soon as all others could not make up for those it lacks.
    """
    _, most, order = plan
    first, last = searches.first[search], searches.first[search + 1]
    least = searches.least[search]
    unlike, omitted, opposed = searches.costs[searches.families[search]]
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


@njit(cache=True)
def find(searches, known, names, room, out):
    """For each reading the entries that may reach its score, into ``out``: reading, entry, score to be expected.

    Returns how many there were, which may be more than there was room for.
    """
    owners, found_entries, likely = out
    plan = np.empty(MOST_WORDS), np.empty(MOST_WORDS), np.empty(MOST_WORDS, dtype=np.int64)
    taken = np.empty(MOST_SURFACES, dtype=np.bool_)
    found = joined = 0
    for search in range(len(searches.least)):
        if searches.first[search] == searches.first[search + 1]:
            continue
        joined, _ = joined_range(searches, searches.first[search], joined)
        demand = demand_of(search, searches, known, names, joined, plan)
        for item in range(collect(search, searches, known, names, demand, plan, room, joined)):
            entry = room[1][item]
            reached, score = weigh(search, entry, searches, known, names, joined, plan, taken)
            if reached:
                if found < len(owners):
                    owners[found], found_entries[found], likely[found] = search, entry, score
                found += 1
    return found
