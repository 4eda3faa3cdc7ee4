"""The listed words near a word: by spelling, by sound, across scripts, or by a key that says it all."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from holdfast.screen.kernels.edits import WIDEST, Spelled, clear_masks, length_of, set_masks, similarity, span
from holdfast.screen.kernels.filing import BY_LETTERS, BY_SOUND, Spellings, keys_of, place_of
from holdfast.text.kernels import ALIGNED, Correspondences, Units, alignment_cost, sound_distance
from holdfast.text.loops.kernel import inlined, kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray


USES = 6
"""Uses of a key, a bit each."""
WAYS = 3
"""Spellings of a word: as written, plain, as heard."""
BY_LETTERS_OR_SOUND = (1 << BY_LETTERS) | (1 << BY_SOUND)
BY_KEY_ALONE = (1 << USES) - 1 - BY_LETTERS_OR_SOUND


class Listed(NamedTuple):
    """The listed words as look-up needs them."""

    spelled: Spelled
    """Each form as written, in plain spelling, and as heard, one after the other: what is compared lies together."""
    bags: NDArray[np.uint64]
    """The letters of each of the three as bits, a row a form."""
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
    """Of each text: the saving at the edge, likeness by saving, what a short word loses, whether sound counts, too; which
    costs of sounds are meant, and likeness by distance, 0 where that is not known."""


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


class Hearing(NamedTuple):
    """What sounds weigh and cost in each other's place (:mod:`holdfast.text.sound`), by what a vowel counts."""

    weights: NDArray[np.float64]
    swaps: NDArray[np.float64]
    sounds: NDArray[np.uint8]
    """Room for the sounds of two words."""
    ahead: NDArray[np.float64]


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
    touched: NDArray[np.int32]
    seen: NDArray[np.int64]
    """By form, when it was met last and for which uses, a bit each; the first is the time."""
    masks: NDArray[np.uint64]
    """By spelling and letter; all 0 between calls."""
    hashes: NDArray[np.uint64]
    uses: NDArray[np.int8]
    """Of the hashes."""
    forms: NDArray[np.int64]
    """Those that were met."""


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


@inlined
def note(best, touched, count, surface, likeness):
    """Keep the best likeness of a listed word; how many were touched."""
    if best[surface] == 0.0:
        touched[count] = surface
        count += 1
    best[surface] = max(best[surface], np.float32(likeness))
    return count


@kernel
def sort(values, count):
    """Put the first values in rising order (Shell, 1959); numba's own sort takes seconds to compile."""
    gap = count // 2
    while gap > 0:
        for place in range(gap, count):
            value, to = values[place], place
            while to >= gap and values[to - gap] > value:
                values[to] = values[to - gap]
                to -= gap
            values[to] = value
        gap //= 2


@kernel
def shared_forms(texts, row, wide, filed, scratch):
    """The forms that share a key with a text, each once, into ``scratch``; how many.

    ``scratch.seen`` then has for each the uses of the keys that it shares, a bit each.
    """
    hashes, uses, seen, forms = scratch.hashes, scratch.uses, scratch.seen, scratch.forms
    keys = keys_of(texts, row, np.bool_(False), wide, (hashes, uses))
    starts, filed_forms = filed.starts, filed.forms
    seen[0] += 1
    now = seen[0] << USES
    count = 0
    for key in range(keys):
        place = place_of(filed, hashes[key])
        if place < 0:
            continue
        bit = np.int64(1) << uses[key]
        start, stop = span(starts, place)
        for item in range(start, stop):
            form = np.int64(filed_forms[item])
            met = seen[form + 1]
            if met < now:
                forms[count] = form
                count += 1
                met = now
            seen[form + 1] = met | bit
    return count


@inlined
def across(asked, row, first, last, letters, start, stop, levels, alphabet):
    """How well a word of another script is written by a Latin one; 0 where that is too little."""
    edge, slope, short = asked.scales[row, 0], asked.scales[row, 1], asked.scales[row, 2]
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


@kernel
def take_sounds(letters, start, stop, sounds, side):
    """The sounds of a word that is spelled as it is heard, a consonant by its family twice and itself; how many."""
    count = np.int64(0)
    place = start
    while place < stop:
        family = letters[place]
        if 49 <= family < 56 and place + 2 < stop and letters[place + 1] == family:
            place += 2
        sounds[side, count] = letters[place]
        count += 1
        place += 1
    return count


@kernel
def least_apart(texts, row, letters, start, stop, which, hearing):
    """The distance of two words by sound, were their vowels the same; 0 for words of which not all is known."""
    begin, end = span(texts.starts, row)
    if end - begin >= WIDEST or stop - start >= WIDEST:
        return 0.0
    sounds = hearing.sounds
    ones = take_sounds(texts.letters, begin, end, sounds, 0)
    others = take_sounds(letters, start, stop, sounds, 1)
    one, other = sounds[0, :ones], sounds[1, :others]
    return sound_distance(one, other, hearing.weights[which], hearing.swaps[which], hearing.ahead)


@kernel
def look_up_text(asked, row, by_key, filed, listed, levels, alphabet, hearing, scratch, count):
    """Note the listed words near one text; how many were touched."""
    texts, own_foreign = asked.texts, asked.foreign[row]
    shared = shared_forms(texts, row, own_foreign, filed, scratch)
    best, touched, forms, seen = scratch.best, scratch.touched, scratch.forms, scratch.seen
    starts, letters, bags = listed.spelled.starts, listed.spelled.letters, listed.bags
    surfaces, foreign, least = listed.surfaces, listed.foreign, levels.least
    written, plain, heard = scratch.masks[0], scratch.masks[1], scratch.masks[2]
    written_bag, plain_bag, heard_bag = texts.bags[0, row], texts.bags[1, row], texts.bags[2, row]
    long, plain_long, heard_long = (
        length_of(texts.written, row),
        length_of(texts.plain, row),
        length_of(texts.heard, row),
    )
    first, last = span(asked.native_starts, row)
    set_masks(written, texts.written, row)
    set_masks(plain, texts.plain, row)
    set_masks(heard, texts.heard, row)
    for item in range(shared):
        form = forms[item]
        met = seen[form + 1]
        if met & BY_KEY_ALONE:
            for use in range(BY_SOUND + 1, USES):
                if met >> use & 1:
                    count = note(best, touched, count, surfaces[form], by_key[use])
        if not met & BY_LETTERS_OR_SOUND:
            continue
        place = WAYS * form
        start, stop = span(starts, place)
        begin, end = start, stop
        best_alike = similarity(written, long, written_bag, letters, start, stop, bags[form, 0], True, least)
        if 0.0 < best_alike < 1.0 and (1.0 - best_alike) * max(long, stop - start) < 1.5:
            best_alike = levels.slipped
        start, stop = span(starts, place + 1)
        alike = similarity(plain, plain_long, plain_bag, letters, start, stop, bags[form, 1], True, least)
        alike = 0.965 if alike == 1.0 else 0.97 * alike
        if alike >= least - 1e-7:
            best_alike = max(best_alike, alike)
        if met >> BY_SOUND & 1:
            far = own_foreign or foreign[form]
            start, stop = span(starts, place + 2)
            asks = levels.across if far else levels.within
            alike = similarity(heard, heard_long, heard_bag, letters, start, stop, bags[form, 2], False, asks)
            enough = least
            if alike > 0.0 and not far:
                alike = min(levels.sounded, 1.0 - levels.slope * (1.0 - alike))
            elif alike > 0.0:
                alike = min(alike + levels.slack, 1.0)
                modelled = last > first and not foreign[form]
                counts = (
                    asked.scales[row, 3] > 0.0 and alike >= levels.heard if modelled else not foreign[form]
                )
                if counts and asked.scales[row, 5] > 0.0:
                    which = np.int64(asked.scales[row, 4])
                    apart = least_apart(texts.heard, row, letters, start, stop, which, hearing)
                    alike, enough = min(alike, 1.0 - asked.scales[row, 5] * apart), levels.aligned
                if modelled:
                    learned = across(asked, row, first, last, letters, begin, end, levels, alphabet)
                    sounds = asked.scales[row, 3] > 0.0 and alike >= levels.heard
                    alike, enough = max(alike, learned) if sounds else learned, levels.aligned
            if alike >= enough - 1e-7:
                best_alike = max(best_alike, alike)
        if best_alike > 0.0:
            count = note(best, touched, count, surfaces[form], best_alike)
    clear_masks(written, texts.written, row)
    clear_masks(plain, texts.plain, row)
    clear_masks(heard, texts.heard, row)
    return count


@kernel
def look_up(
    asked, sure, by_key, filed, listed, names, levels, alphabet, hearing, scratch, known, first, begin, end
):
    """The listed words near the words from number ``begin`` up to ``end``, into ``known``; the first without room.

    The numbers of the words asked rise from ``first``.

    ``sure`` has words, surfaces and likenesses that are known already, by rising word; ``by_key`` the likeness that a
    shared key stands for, by its use.
    """
    sure_words, sure_surfaces, sure_likes = sure
    weights, postings_starts = names.weights, names.postings_starts
    row = told = np.int64(0)
    written = known.stops[begin - 1] if begin else 0
    while row < len(asked.owners) and asked.owners[row] < begin - first:
        row += 1
    while told < len(sure_words) and sure_words[told] < begin - first:
        told += 1
    for number in range(begin, end):
        word = number - first
        count = np.int64(0)
        while told < len(sure_words) and sure_words[told] == word:
            count = note(scratch.best, scratch.touched, count, sure_surfaces[told], sure_likes[told])
            told += 1
        while row < len(asked.owners) and asked.owners[row] == word:
            count = look_up_text(asked, row, by_key, filed, listed, levels, alphabet, hearing, scratch, count)
            row += 1
        found = scratch.touched
        sort(found, count)
        room = written + count <= len(known.surfaces)
        heavy = light = np.float32(0.0)
        volume = np.int64(0)
        known.starts[number] = written
        for item in range(count):
            surface = found[item]
            if room:
                known.surfaces[written], known.likes[written] = surface, scratch.best[surface]
                written += 1
            scratch.best[surface] = 0.0
            start, stop = span(postings_starts, surface)
            volume += stop - start
            heavy = max(heavy, weights[surface])
            light = min(light, weights[surface]) if surface != found[0] else weights[surface]
        if not room:
            return number
        known.stops[number], known.volumes[number] = written, volume
        known.heaviest[number], known.lightest[number] = heavy, light
    return end
