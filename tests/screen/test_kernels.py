"""The compiled loops of look-up against rapidfuzz and against what is meant by a shared key."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA, Levenshtein

from holdfast.screen.kernels.edits import (
    clear_masks,
    edits,
    fill_bags,
    popcount,
    set_masks,
    similarity,
)
from holdfast.screen.kernels.filing import MOST_KEYS, keys_of
from holdfast.screen.kernels.nearness import least_apart
from holdfast.screen.likeness import VOWELS
from holdfast.screen.neighbours import hearing
from holdfast.screen.spellings import spell, spelled
from holdfast.text.sound import distance, heard, sounds

WORDS = st.text("abcsh1", max_size=64)
HEARD = st.text("abeikshcfglrtdwy17", max_size=16)
SHORT = st.text("abcdehik", min_size=4, max_size=12)


def letters_of(word: str) -> np.ndarray:
    return spelled([word]).letters


@settings(max_examples=300, deadline=None)
@given(WORDS, WORDS, st.booleans())
def test_edits_are_those_of_rapidfuzz(one: str, other: str, swaps: bool) -> None:
    """With neighbours in each other's place and without."""
    expected = (OSA if swaps else Levenshtein).distance(one, other)
    text, second = spelled([one]), letters_of(other)
    if one:
        masks = np.zeros(256, dtype=np.uint64)
        set_masks(masks, text, 0)
        assert edits(masks, len(one), second, 0, len(second), swaps) == expected
        clear_masks(masks, text, 0)
        assert not masks.any()


@settings(max_examples=300, deadline=None)
@given(WORDS, WORDS, st.sampled_from([0.5, 0.64, 0.9]))
def test_a_look_at_the_letters_loses_nothing(one: str, other: str, least: float) -> None:
    """A likeness of at least what is asked comes out whole, one of less as nothing."""
    texts = spelled([one, other])
    bags = np.empty(2, dtype=np.uint64)
    fill_bags(texts, bags)
    masks = np.zeros(256, dtype=np.uint64)
    second = letters_of(other)
    set_masks(masks, texts, 0)
    found = similarity(masks, len(one), bags[0], second, 0, len(second), bags[1], True, least)
    expected = OSA.normalized_similarity(one, other)
    if abs(expected - least) > 1e-6:
        assert abs(found - (expected if expected > least else 0.0)) < 1e-9


@settings(max_examples=300, deadline=None)
@given(HEARD, HEARD, st.sampled_from(VOWELS))
def test_words_are_no_further_apart_than_they_sound(one: str, other: str, vowels: float) -> None:
    """The quick look at sounds, for which all vowels are one, rules out nothing that the distance by sound does not."""
    texts = spelled(heard([one, other]))
    start, stop = texts.starts[1:].tolist()
    found = least_apart(texts, 0, texts.letters, start, stop, VOWELS.index(vowels), hearing())
    assert found <= distance(sounds(one), sounds(other), vowels=vowels) + 1e-9


@given(st.integers(0, 2**64 - 1))
def test_set_bits_are_counted(number: int) -> None:
    """Of any number."""
    assert popcount(np.uint64(number)) == number.bit_count()


def keys(word: str, *, listed: bool, wide: bool = False) -> set[int]:
    hashes, uses = np.empty(MOST_KEYS, dtype=np.uint64), np.empty(MOST_KEYS, dtype=np.int8)
    count = keys_of(spell([word]), 0, listed, wide, (hashes, uses))
    return set(hashes[:count].tolist())


@settings(max_examples=300, deadline=None)
@given(SHORT, st.integers(0, 11), st.sampled_from(["leave out", "change", "add", "swap"]))
def test_words_that_differ_in_one_letter_share_a_key(word: str, place: int, slip: str) -> None:
    """Whichever letter it is, left out, changed, added, or in its neighbour's place."""
    place %= len(word) - 1
    before, letter, after = word[:place], word[place], word[place + 1 :]
    written = {
        "leave out": before + after,
        "change": f"{before}z{after}",
        "add": f"{before}z{letter}{after}",
        "swap": before + after[:1] + letter + after[1:],
    }[slip]
    if len(written) >= 4:
        assert keys(word, listed=True) & keys(written, listed=False)


def test_a_word_shares_a_key_with_its_start_and_its_consonants() -> None:
    """Whichever of them is listed."""
    for long, short in (("technology", "techn"), ("services", "srvcs")):
        assert keys(long, listed=True) & keys(short, listed=False)
        assert keys(short, listed=True) & keys(long, listed=False)
    assert not keys("technology", listed=True) & keys("services", listed=False)
