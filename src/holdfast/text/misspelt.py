"""Words of legal forms and of business with one slip of the pen: LMITED, JOINT STOK COMPANY, OOoO.

Names that are near such words are common, so a word is only taken for one of them when it is long, stands among others
of a legal form, or (:func:`forms_like`) the other name has that form.
"""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from holdfast.text.lexicon import business, english, legal, same_names
from holdfast.text.tables import rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SHORTEST, SHORTEST_BUSINESS, AMONG_OTHERS = 5, 8, 4
"""Letters of a word that is corrected by itself, of a word of business that is not part of a legal form, and of a word
beside one of a legal form."""
SHORT_FORM = range(3, 7)
"""Letters of a legal form of one word that is looked for with a slip."""
MOST_LETTERS = 9
"""Words of a legal form written in single letters."""
SHORTEST_LETTERED = 5


def corrected(texts: list[str]) -> list[str]:
    """The words of an organisation's name, those that are one slip away from a word of legal forms or business set right."""
    found = list(texts)
    for place, text in enumerate(texts):
        if near := _near(text, SHORTEST):
            found[place] = _likeliest(near, texts, place)
    for place, text in enumerate(found):
        if (
            len(text) == AMONG_OTHERS
            and text.isalpha()
            and not _words_of_forms().isdisjoint(
                found[max(0, place - 1) : place] + found[place + 1 : place + 2]
            )
        ):
            found[place] = _likeliest(_near(text, AMONG_OTHERS) or (text,), found, place)
    return found


def _likeliest(near: tuple[str, ...], texts: list[str], place: int) -> str:
    """Of words that are a slip away, one that legal forms have beside a neighbour (Aktsionerno Obshchestvo), else the first."""
    if len(near) == 1:
        return near[0]
    before = texts[place - 1] if place else ""
    after = texts[place + 1] if place + 1 < len(texts) else ""
    pairs = _pairs_of_forms()
    return next((word for word in near if (before, word) in pairs or (word, after) in pairs), near[0])


@lru_cache(maxsize=1 << 15)
def _near(text: str, shortest: int) -> tuple[str, ...]:
    """The words of legal forms and business one slip away, likeliest first; none for a word that is right, or may be any."""
    if len(text) < shortest or text in _spelled_right() or not text.isalpha():
        return ()
    near = {word for key in _shortened(text) for word in _slips().get(key, ()) if _one_slip(text, word)}
    if len(near) > 1 and not near <= _words_of_forms():
        return ()
    return tuple(sorted(near, key=lambda word: (abs(len(word) - len(text)), word)))


def lettered_form(texts: Sequence[str]) -> tuple[int, tuple[str, ...]]:
    """How many of the last words are a legal form of single letters with one slip (S.A. DE .V.), and that form."""
    if 1 not in map(len, texts[-MOST_LETTERS:]):
        return 0, ()
    ends = ["".join(texts[-size:]) for size in range(min(MOST_LETTERS, len(texts) - 1), 1, -1)]
    if not _lettered_forms().keys().isdisjoint(ends):
        return 0, ()
    for size, end in zip(range(len(ends) + 1, 1, -1), ends, strict=True):
        if not _may_be_lettered(end):
            continue
        near = {form for key in _shortened(end) for form in _lettered().get(key, ()) if _one_slip(end, form)}
        if near:
            return size, _lettered_forms()[min(near)]
    return 0, ()


def _may_be_lettered(text: str) -> bool:
    """Whether a text may be a legal form of single letters with one slip, which leaves its first or its last letters alone."""
    starts, ends = _lettered_ends().get(len(text), _NO_ENDS)
    return text[:_INTACT] in starts or text[-_INTACT:] in ends


_INTACT = (SHORTEST_LETTERED - 1) // 2
"""Letters that one slip leaves alone at the start or at the end: it touches two neighbouring ones at most."""
_NO_ENDS: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())


@cache
def _lettered_ends() -> dict[int, tuple[frozenset[str], frozenset[str]]]:
    """The first and the last letters of the lettered forms that are a letter longer or shorter at most, by length."""
    forms = _lettered_forms()
    near = {
        length: [form for form in forms if abs(len(form) - length) <= 1]
        for length in range(SHORTEST_LETTERED - 1, max(map(len, forms), default=0) + 2)
    }
    return {
        length: (frozenset(form[:_INTACT] for form in own), frozenset(form[-_INTACT:] for form in own))
        for length, own in near.items()
    }


@lru_cache(maxsize=1 << 14)
def forms_like(text: str) -> frozenset[str]:
    """Codes of the short legal forms that a word, which is no known one, may be with a slip."""
    if len(text) < SHORT_FORM.start - 1 or len(text) > SHORT_FORM.stop or text in _spelled_right():
        return frozenset()
    near = {form for key in _shortened(text) for form in _short_forms().get(key, ()) if _one_slip(text, form)}
    entries = (legal().word(form) for form in near)
    return frozenset(code for entry in entries if entry is not None for code in entry.concept.split("/"))


def _shortened(word: str) -> Iterable[str]:
    yield word
    yield from (word[:place] + word[place + 1 :] for place in range(len(word)))


def _one_slip(one: str, other: str) -> bool:
    return int(OSA.distance(one, other)) == 1


def _by_shortened(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Words by themselves and by what they are without each of their letters."""
    found: dict[str, list[str]] = {}
    for word in sorted(words):
        for key in set(_shortened(word)):
            found.setdefault(key, []).append(word)
    return {key: tuple(words_) for key, words_ in found.items()}


@cache
def _words_of_forms() -> frozenset[str]:
    found = {word for phrase in legal().phrases() for word in phrase}
    return frozenset(word for word in found if len(word) >= SHORTEST and word.isascii())


@cache
def _pairs_of_forms() -> frozenset[tuple[str, str]]:
    """Neighbouring words of legal forms."""
    return frozenset(pair for phrase in legal().phrases() for pair in pairwise(phrase))


@cache
def _spelled_right() -> frozenset[str]:
    known = {word for lexicon in (legal(), business()) for phrase in lexicon.phrases() for word in phrase}
    return frozenset(known | same_names().keys() | {row["word"] for row in rows("common_words")})


@cache
def _slips() -> dict[str, tuple[str, ...]]:
    return _by_shortened(_words_of_forms() | {word for word in english() if len(word) >= SHORTEST_BUSINESS})


@cache
def _short_forms() -> dict[str, tuple[str, ...]]:
    words = {phrase[0] for phrase in legal().phrases() if len(phrase) == 1}
    return _by_shortened(word for word in words if len(word) in SHORT_FORM and word.isascii())


@cache
def _lettered_forms() -> dict[str, tuple[str, ...]]:
    """Legal forms with words of one letter, by their letters without blanks."""
    return {
        joined: phrase
        for phrase in legal().phrases()
        if any(len(word) == 1 for word in phrase) and len(joined := "".join(phrase)) >= SHORTEST_LETTERED
    }


@cache
def _lettered() -> dict[str, tuple[str, ...]]:
    return _by_shortened(_lettered_forms())
