"""Which word of one name stands for which word of the other, and what is left over on each side.

Greedy by weight and likeness, which is as good as exact for names and linear in practice; words that one side writes
together (Bashiruddin, Bashir ud Din) are tried as one.
"""

from __future__ import annotations

from typing import NamedTuple

from holdfast.screen.abbreviation import put_together, speaks, ways_to_say
from holdfast.screen.likeness import LEAST, LEAST_ACROSS, SYNONYM, How, across, likeness, spelled
from holdfast.text.lexicon import Kind
from holdfast.text.name import Token
from holdfast.text.rarity import weight

_LIGHT = frozenset({Kind.PARTICLE, Kind.TITLE, Kind.CONNECTOR, Kind.FILLER, Kind.PLACEHOLDER})

CUT, TELLING = 0.97, 6
"""Likeness of a word and its beginning where a line ended; letters of a beginning that tells as much as the word."""
LEAST_JOINED, LONGER_JOINED, MUCH_LONGER = 0.82, 2, 0.75
"""Likeness from which words written apart are one word written together, letters by which that may be longer or shorter,
and how much longer, as a share, what words of another script are read as may be."""


class Pair(NamedTuple):
    """Words that stand for each other: places on each side, one or two."""

    one: tuple[int, ...]
    other: tuple[int, ...]
    likeness: float
    how: How
    weight: float


class Alignment(NamedTuple):
    """Two names laid beside each other."""

    first: tuple[Token, ...]
    second: tuple[Token, ...]
    pairs: tuple[Pair, ...]
    left_first: tuple[int, ...]
    left_second: tuple[int, ...]


def align(
    first: tuple[Token, ...],
    second: tuple[Token, ...],
    least: float = LEAST,
    *,
    blends: bool = True,
    ends: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
) -> Alignment:
    """The best pairs at or above ``least``; the rest is left over.

    With ``blends``, also words put together from the beginnings of others, as organisations have them; without, only
    two initials written as a word. ``ends`` are the words of legal forms that short forms of either may count in.
    """
    free_first, free_second = set(range(len(first))), set(range(len(second)))
    pairs = _take_same(first, second, free_first, free_second)
    if free_first and free_second:
        links = _single_links(first, second, free_first, free_second, least)
        blended = _blended_links(first, second, free_first, free_second, blends, ends)
        blended = [blend for blend in blended if not _is_one_word(blend, links)]
        links += _joined_links(first, second, free_first, free_second)
        links += blended
        links.sort(key=lambda pair: (-pair.likeness * pair.weight, pair.one, pair.other))
        for pair in links:
            if free_first.issuperset(pair.one) and free_second.issuperset(pair.other):
                free_first.difference_update(pair.one)
                free_second.difference_update(pair.other)
                pairs.append(pair)
    return Alignment(first, second, tuple(pairs), tuple(sorted(free_first)), tuple(sorted(free_second)))


def _is_one_word(blend: Pair, singles: list[Pair]) -> bool:
    """Whether the short form is one of the words as much as it is all of them: Penza is Penzenskii, not Penzenskii Zavod."""
    return any(
        pair.likeness >= blend.likeness
        and (pair.other == blend.other or pair.one == blend.one)
        and set(pair.one) <= set(blend.one)
        and set(pair.other) <= set(blend.other)
        for pair in singles
    )


def complete(alignment: Alignment) -> Alignment:
    """The same where the first name may be cut off: its last word may begin one of the other, and no more may follow.

    Only a name of which nothing else is left over is taken for cut off.
    """
    pairs, left_first, left_second = list(alignment.pairs), alignment.left_first, alignment.left_second
    last = len(alignment.first) - 1
    if last in left_first:
        token = alignment.first[last]
        for place in left_second:
            other = alignment.second[place]
            if other.text.startswith(token.text):
                share = 1.0 if len(token.text) >= TELLING else len(token.text) / len(other.text)
                pairs.append(Pair((last,), (place,), CUT, How.CUT, weight(other) * share))
                left_first = left_first[:-1]
                left_second = tuple(left for left in left_second if left != place)
                break
    if left_first:
        return alignment
    reached = max((max(pair.other) for pair in pairs), default=-1)
    left_second = tuple(place for place in left_second if place < reached)
    return Alignment(alignment.first, alignment.second, tuple(pairs), left_first, left_second)


def turned(alignment: Alignment) -> Alignment:
    """The two names in each other's place."""
    pairs = tuple(Pair(p.other, p.one, p.likeness, p.how, p.weight) for p in alignment.pairs)
    return Alignment(alignment.second, alignment.first, pairs, alignment.left_second, alignment.left_first)


def _take_same(
    first: tuple[Token, ...], second: tuple[Token, ...], free_first: set[int], free_second: set[int]
) -> list[Pair]:
    places: dict[str, list[int]] = {}
    for place in range(len(second) - 1, -1, -1):
        places.setdefault(second[place].text, []).append(place)
    pairs = []
    for place, token in enumerate(first):
        waiting = places.get(token.text)
        if waiting and len(token.text) > 1:
            match = waiting.pop()
            free_first.discard(place)
            free_second.discard(match)
            same, how = likeness(token, second[match])
            pairs.append(Pair((place,), (match,), same, how, (weight(token) + weight(second[match])) / 2))
    return pairs


def _single_links(
    first: tuple[Token, ...],
    second: tuple[Token, ...],
    free_first: set[int],
    free_second: set[int],
    least: float,
) -> list[Pair]:
    links = []
    least_across = LEAST_ACROSS if len(first) == 1 or len(second) == 1 else LEAST
    for place in free_first:
        token = first[place]
        for match in free_second:
            other = second[match]
            if (token.kind in _LIGHT) is not (other.kind in _LIGHT):
                continue
            alike, how = likeness(token, other)
            if alike >= (least_across if how is How.SCRIPT else SYNONYM if how is How.MEANING else least):
                mean = (weight(token) + weight(other)) / 2
                links.append(Pair((place,), (match,), alike, how, mean))
    return links


def _joined_links(
    first: tuple[Token, ...], second: tuple[Token, ...], free_first: set[int], free_second: set[int]
) -> list[Pair]:
    links = [*_joins(first, second, free_first, free_second)]
    links += (
        Pair(pair.other, pair.one, pair.likeness, pair.how, pair.weight)
        for pair in _joins(second, first, free_second, free_first)
    )
    return links


def _blended_links(
    first: tuple[Token, ...],
    second: tuple[Token, ...],
    free_first: set[int],
    free_second: set[int],
    blends: bool,
    ends: tuple[tuple[str, ...], tuple[str, ...]],
) -> list[Pair]:
    links = [*_blends(first, second, free_first, free_second, blends, ends[0])]
    links += (
        Pair(pair.other, pair.one, pair.likeness, pair.how, pair.weight)
        for pair in _blends(second, first, free_second, free_first, blends, ends[1])
    )
    return links


def _blends(
    many: tuple[Token, ...],
    single: tuple[Token, ...],
    free_many: set[int],
    free_single: set[int],
    blends: bool,
    ends: tuple[str, ...],
) -> list[Pair]:
    """Words of one side of whose beginnings a word of the other is put together."""
    loud = [place for place in sorted(free_many) if speaks(many[place])]
    short = [
        match
        for match in free_single
        if single[match].kind is Kind.NAME
        and single[match].script in {"latin", "cyrillic"}
        and (blends or len(single[match].text) == 2)
    ]
    links: list[Pair] = []
    if not short:
        return links
    said = ways_to_say(many, loud) if blends else (tuple((place, many[place].text) for place in loud),)
    for spoken in said:
        if len(spoken) < 2:
            continue
        places, words = tuple(place for place, _ in spoken), tuple(word for _, word in spoken)
        for match in short:
            alike, used = put_together(single[match].text, words, ends if blends else ())
            if used:
                taken = tuple(dict.fromkeys(sorted(places[place] for place in used)))
                heavy = (sum(weight(many[place]) for place in taken) + weight(single[match])) / 2
                links.append(Pair(taken, (match,), alike, How.ABBREVIATION, heavy))
    return links


def _joined(text: str, native: str, script: str, target: Token, whole: bool) -> float:
    """How well words written together are one word; those of a ``whole`` name may be of any length in another script."""
    longer = len(text) - len(target.text)
    foreign = script != target.script and "latin" in {script, target.script}
    whole = whole and foreign
    alike = spelled(text, target.text)[0] if whole or abs(longer) <= LONGER_JOINED else 0.0
    if whole or (foreign and longer <= MUCH_LONGER * len(target.text)):
        return max(alike, across(Token(text, Kind.NAME, text, native, script), target))
    return alike


def _joins(
    many: tuple[Token, ...], single: tuple[Token, ...], free_many: set[int], free_single: set[int]
) -> list[Pair]:
    """Two or three neighbours of one side that are one word on the other."""
    links = []
    for match in free_single:
        target = single[match]
        if len(target.text) < 4:
            continue
        for start in free_many:
            joined, native = many[start].text, many[start].native
            for stop in range(start + 1, min(start + 4, len(many))):
                if stop not in free_many or Kind.NUMBER in {many[start].kind, many[stop].kind}:
                    break
                joined, native = joined + many[stop].text, native + many[stop].native
                script = many[start].script
                whole = stop - start + 1 == len(many) and len(single) == 1
                alike = _joined(joined, native, script, target, whole)
                if alike >= (LEAST_ACROSS if whole and script != target.script else LEAST_JOINED):
                    places = tuple(range(start, stop + 1))
                    total = sum(weight(many[place]) for place in places)
                    heavy = max(total, weight(single[match])) / 2 + min(total, weight(single[match])) / 2
                    links.append(Pair(places, (match,), alike * 0.98, How.JOINED, heavy))
    return links
