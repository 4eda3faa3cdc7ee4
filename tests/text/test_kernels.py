"""The compiled loops over letters against the same laws written plainly."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.text.kernels import FIRSTS, INSERTED, alignment_cost
from holdfast.text.sound import _swap, _weight, distance
from holdfast.text.transliteration import Model, _latin, laid_out, models, room, units

SOUNDS = st.text("aeiouptkszfSCxhwyrlmnN1", max_size=12)


def plain_distance(one: str, other: str, vowels: float) -> float:
    """The weighted edit distance by its recurrence."""

    @cache
    def cost(first: int, second: int) -> float:
        if not first:
            return sum(_weight(sound, vowels) for sound in other[:second])
        if not second:
            return sum(_weight(sound, vowels) for sound in one[:first])
        a, b = one[first - 1], other[second - 1]
        return min(
            cost(first - 1, second) + _weight(a, vowels),
            cost(first, second - 1) + _weight(b, vowels),
            cost(first - 1, second - 1) + (0.0 if a == b else _swap(a, b, vowels)),
        )

    whole = max(sum(_weight(sound, vowels) for sound in word) for word in (one, other))
    return min(1.0, cost(len(one), len(other)) / whole) if whole else float(one != other)


@settings(max_examples=200, deadline=None)
@given(SOUNDS, SOUNDS, st.sampled_from([0.12, 0.18, 0.3]))
def test_distance_by_sound_is_the_weighted_edit_distance(one: str, other: str, vowels: float) -> None:
    """Of any two sequences of sounds, whatever a vowel counts."""
    assert distance(one, other, vowels=vowels) == pytest.approx(plain_distance(one, other, vowels), abs=1e-9)


def plain_cost(model: Model, native: tuple[str, ...], latin: str) -> float:
    """The cheapest alignment by its recurrence, nothing given up."""
    table, laid = model.table.value, laid_out([(model, native)])

    @cache
    def cost(place: int, start: int) -> float:
        if place == len(native):
            return INSERTED * (len(latin) - start)
        best = laid.dropped[place] + cost(place + 1, start)
        if start < len(latin):
            best = min(best, INSERTED + cost(place, start + 1))
        for step, number in ((1, laid.singles[place]), (2, laid.pairs[place])):
            for row in (
                range(*table.starts[[FIRSTS * number, FIRSTS * number + FIRSTS]]) if number >= 0 else ()
            ):
                to = int(table.codes[row]).to_bytes(8, "little").rstrip(b"\0").decode()
                if latin.startswith(to, start):
                    best = min(best, table.costs[row] + cost(place + step, start + len(to)))
        return float(best)

    return cost(0, 0)


def kernel_cost(model: Model, native: tuple[str, ...], latin: str, most: float) -> float:
    laid, (letters, _) = laid_out([(model, native)]), _latin(latin)
    return float(alignment_cost(laid, 0, len(native), model.table, letters, 0, len(latin), most, room()))


@pytest.mark.parametrize(("native", "script", "latin"), [
    ("владимир", "cyrillic", "vladimir"), ("محمد", "arabic", "muhammad"), ("習近平", "han", "xijinping"),
    ("김정은", "hangul", "kimjongun"), ("ヤマモト", "kana", "yamamoto"), ("שמעון", "hebrew", "shimon")])  # fmt: skip
def test_a_usual_transliteration_costs_what_its_best_alignment_does(
    native: str, script: str, latin: str
) -> None:
    """And the likeness follows from it."""
    model, letters = models()[script], units(native, script)
    assert kernel_cost(model, letters, latin, 1e6) == pytest.approx(plain_cost(model, letters, latin))
    assert model.likeness(letters, latin) > 0.7


@settings(max_examples=100, deadline=None)
@given(
    st.text("абвгдежиклмнорстушщя", min_size=1, max_size=9),
    st.text("abdeghijklmnorstuvy7~?", min_size=1, max_size=9),
)
def test_no_alignment_is_cheaper_than_the_best(native: str, latin: str) -> None:
    """What is given up for being dear can only make it dearer; what is dearer than asked is never said to be cheap."""
    model = models()["cyrillic"]
    letters = units(native, "cyrillic")
    best = plain_cost(model, letters, latin)
    assert kernel_cost(model, letters, latin, 1e6) >= best - 1e-9
    assert kernel_cost(model, letters, latin, best - 0.1) >= best - 1e-9
