"""A name that is a listed one but for a single slip of the pen: a letter left out, added, doubled, changed or swapped.

Where everything else agrees, one slip is far likelier than another name, the more so the longer the name is: of 25,000
clean persons hardly one is a slip away from a listed name, but for Chinese and Korean names, in which syllables that
differ in a letter are other names. What a slip costs is counted in letters of the name, by how hands slip: they double
letters and swap them more readily than they begin a word with another one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from holdfast.screen.alignment import Pair
from holdfast.screen.likeness import How
from holdfast.text.name import Family
from holdfast.text.rarity import is_common, weight
from holdfast.text.sound import is_eastern, is_syllable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from holdfast.screen.alignment import Alignment
    from holdfast.text.name import Token

DOUBLED, SWAPPED, VOWEL, INSIDE, LAST, FIRST = 0.5, 0.6, 0.9, 1.1, 1.3, 1.6
"""Letters that a slip costs: a letter doubled, two swapped, a vowel (or an h), a consonant; the last letter, the first."""
ON_PURPOSE = 1.5
"""How much more it costs in the names of ships, which are called alike on purpose."""
EXACT = 0.999
LITTLE = 0.15
"""What may be left over besides: articles, titles."""
SHORTEST = 3
"""Letters of a word in which a slip is seen, but for a doubled one and a word that says nothing."""
_VOWELS = frozenset("aeiouyh")


def slipped(alignment: Alignment, family: Family) -> tuple[float, Alignment] | None:
    """The score of two names that are one but for a slip, and the alignment that has it; ``None`` for all others."""
    found = _pair(alignment)
    if found is None:
        return None
    one, other = alignment.first[found.one[0]], alignment.second[found.other[0]]
    cost = (_cost(one.text, other.text) or _cost(one.native, other.native)) if _may_slip(one, other) else 0.0
    light = min(weight(one), weight(other)) <= LITTLE
    if cost > DOUBLED and min(len(one.text), len(other.text)) < SHORTEST and not light:
        return None
    if not cost or (cost > SWAPPED and _are_syllables(alignment, one, other)):
        return None
    if family is Family.VESSEL:
        cost *= ON_PURPOSE
    letters = (_letters(alignment.first) + _letters(alignment.second)) / 2
    score = 1.0 - cost / letters
    pairs = (
        *(pair for pair in alignment.pairs if pair.one != found.one),
        found._replace(likeness=max(found.likeness, score), how=How.SPELLING),
    )
    left_first = tuple(place for place in alignment.left_first if place not in found.one)
    left_second = tuple(place for place in alignment.left_second if place not in found.other)
    return score, alignment._replace(pairs=pairs, left_first=left_first, left_second=left_second)


def _pair(alignment: Alignment) -> Pair | None:
    """The only two words that differ, whether or not they were taken for each other."""
    unlike = [pair for pair in alignment.pairs if pair.likeness < EXACT]
    first, second = (
        _loud(alignment.first, alignment.left_first),
        _loud(alignment.second, alignment.left_second),
    )
    if len(unlike) == 1 and not first and not second:
        (pair,) = unlike
        return pair if len(pair.one) == len(pair.other) == 1 else None
    if not unlike and len(first) + len(second) == 1:  # a slip in a word that says nothing: DmE for DE
        first = first or _like(alignment.first, alignment.left_first, alignment.second[second[0]])
        second = second or _like(alignment.second, alignment.left_second, alignment.first[first[0]])
    if not unlike and len(first) == len(second) == 1:
        heavy = (weight(alignment.first[first[0]]) + weight(alignment.second[second[0]])) / 2
        return Pair((first[0],), (second[0],), 0.0, How.SPELLING, heavy)
    return None


def _like(tokens: tuple[Token, ...], places: tuple[int, ...], other: Token) -> list[int]:
    return [place for place in places if _cost(tokens[place].text, other.text)][:1]


def _loud(tokens: tuple[Token, ...], places: tuple[int, ...]) -> list[int]:
    return [place for place in places if weight(tokens[place]) > LITTLE]


def _may_slip(one: Token, other: Token) -> bool:
    """Whether both are words in Latin letters, not a word and its plural, and not both well known."""
    return (
        one.script == other.script == "latin"
        and min(len(one.text), len(other.text)) > 1
        and one.text.isalpha()
        and other.text.isalpha()
        and one.text.rstrip("s") != other.text.rstrip("s")
        and not (is_common(one.text) and is_common(other.text))
    )


def _are_syllables(alignment: Alignment, one: Token, other: Token) -> bool:
    """Whether a letter makes another name of it, as in Chinese and Korean."""
    if is_syllable(one.text) and is_syllable(other.text):
        return True
    return all(is_eastern(token.text) for token in (*alignment.first, *alignment.second))


def _cost(one: str, other: str) -> float:
    """Letters that the slip between two words costs; 0 when there is none or more than one."""
    if one == other or int(OSA.distance(one, other, score_cutoff=1)) > 1:
        return 0.0
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    place = next((n for n, letter in enumerate(shorter) if letter != longer[n]), len(shorter))
    if len(longer) == len(shorter) and place + 1 < len(longer) and longer[place + 1] == shorter[place]:
        return SWAPPED if place else (SWAPPED + FIRST) / 2
    changed = [longer[place]] if len(longer) > len(shorter) else [longer[place], shorter[place]]
    if len(longer) > len(shorter) and place and longer[place - 1] == longer[place]:
        return DOUBLED
    if place == 0:
        return FIRST
    if place == len(longer) - 1:
        return LAST
    return VOWEL if _VOWELS.issuperset(changed) else INSIDE


def _letters(tokens: Iterable[Token]) -> float:
    """Letters of a name, each by what its word tells."""
    return sum(len(token.text) * weight(token) for token in tokens) or 1.0
