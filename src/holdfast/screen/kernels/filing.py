"""Under which hashes words are filed, and met by words that are looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from holdfast.screen.kernels.edits import Spelled, length_of, span
from holdfast.text.loops.kernel import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray


LONGEST = 40
"""Letters of a word that are filed."""
BUCKETS = 16
"""Bits of a hash by which the sorted hashes are cut into buckets."""
MOST_KEYS = 1024
"""Keys of one word at most."""
BY_LETTERS, BY_SOUND, ABBREVIATED, EASTERN, JOINED, ACRONYM = np.arange(6)
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
_VOWELS = np.zeros(256, dtype=np.bool_)
_VOWELS[list(b"aeiou")] = True


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


@kernel
def place_of(filed, hash_):
    """Where a hash stands among the sorted ones, -1 where it does not."""
    bucket = np.int64(hash_ >> np.uint64(64 - BUCKETS))
    start, stop = span(filed.buckets, bucket)
    for place in range(start, stop):
        if filed.hashes[place] == hash_:
            return place
    return -1


@kernel
def finished(hash_, salt):
    """The hash under a kind of key."""
    mixed = hash_ ^ salt
    mixed ^= mixed >> np.uint64(32)
    mixed *= _MIXED
    return mixed ^ (mixed >> np.uint64(29))


@kernel
def whole(spelled, row, stop):
    """The unfinished hash of the first ``stop`` letters of a word: a polynomial in its letters."""
    start = np.int64(spelled.starts[row])
    found = np.uint64(0)
    for place in range(min(stop, LONGEST)):
        found += _VALUES[spelled.letters[start + place]] * _POWERS[place]
    return found


@kernel
def add_key(out, count, hash_, use):
    """Append a key to those of a text; how many there are."""
    hashes, uses = out
    hashes[count], uses[count] = hash_, use
    return count + 1


@kernel
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


@kernel
def same_text(one, other, row):
    """Whether two spellings of a word are the same."""
    length = length_of(one, row)
    if length != length_of(other, row):
        return False
    for place in range(length):
        if one.letters[one.starts[row] + place] != other.letters[other.starts[row] + place]:
            return False
    return True


@kernel
def keys_of(texts, row, listed, wide, out):
    """The keys of one word, into ``out``; how many. Those of a listed word meet those of one that is looked up.

    Whatever is one edit away as written or in plain spelling is met, from four letters on; the same of consonants, of
    which a word that is looked up from another script (``wide``) also meets those with one more or less.
    """
    count = np.int64(0)  # a plain 0 is a type of its own to numba, and compiled apart
    for spelled in (texts.plain, texts.written):
        if count == 0 or not same_text(texts.plain, texts.written, row):
            count = add_key(
                out, count, finished(whole(spelled, row, length_of(spelled, row)), _D), BY_LETTERS
            )
            count = add_shortened(spelled, row, _D, np.int64(0), BY_LETTERS, out, count)
    for skeleton in range(texts.skeletons_of[row], texts.skeletons_of[row + 1]):
        hash_ = whole(texts.skeletons, skeleton, length_of(texts.skeletons, skeleton))
        count = add_key(out, count, finished(hash_, _S), BY_SOUND)
        if listed:
            count = add_shortened(texts.skeletons, skeleton, _T, np.int64(1), BY_SOUND, out, count)
        elif wide:
            count = add_key(out, count, finished(hash_, _T), BY_SOUND)
            count = add_shortened(texts.skeletons, skeleton, _S, np.int64(1), BY_SOUND, out, count)
    if length_of(texts.eastern, row) > 0:
        hash_ = whole(texts.eastern, row, length_of(texts.eastern, row))
        count = add_key(out, count, finished(hash_, _K), EASTERN)
    if not listed:
        for spelled, salt, use in ((texts.plain, _J, JOINED), (texts.written, _A, ACRONYM)):
            hash_ = whole(spelled, row, length_of(spelled, row))
            count = add_key(out, count, finished(hash_, salt), use)
    return add_abbreviations(texts.written, row, listed, out, count)


@kernel
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


@kernel
def listed_keys(texts, forms, room, hashes, numbers):
    """The keys of all words as listed ones, with the number of each in ``forms``; how many, -1 when there is no room.

    ``room`` is for the keys of one word and their uses.
    """
    count = 0
    own, uses = room
    for row in range(len(forms)):
        found = keys_of(texts, row, np.bool_(True), np.bool_(False), (own, uses))
        if count + found > len(hashes):
            return -1
        for place in range(found):
            hashes[count + place], numbers[count + place] = own[place], forms[row]
        count += found
    return count


@kernel
def whole_keys(spelled, use, hashes):
    """The key of each word under which it stands for several others: run together, or as their first letters."""
    salt = _A if use == ACRONYM else _K if use == EASTERN else _J
    for row in range(len(hashes)):
        hashes[row] = finished(whole(spelled, row, length_of(spelled, row)), salt)
