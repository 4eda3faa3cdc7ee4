"""Whether a word is put together from others: from their first letters (NIOEC) or their beginnings (FINCIMEX, Promtekh).

Organisations of many countries are known by such words, and lists give them as aliases. The words must come in order;
which of them the short form leaves out costs.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from holdfast.text.lexicon import Kind, in_russian

if TYPE_CHECKING:
    from collections.abc import Sequence

    from holdfast.text.name import Token

SHORTEST, LONGEST = 2, 24
"""Letters of a word that may be put together from others."""
MOST_WORDS = 14
BY_INITIALS = {2: 0.72, 3: 0.72, 4: 0.84}
"""Likeness of an acronym by its letters: three recur by chance; two only when they are no syllable (JC Juncker)."""
LONG_ACRONYM, BLEND = 0.88, 0.88
LEFT_OUT = 0.1
"""What a word that the short form leaves out takes from the likeness."""
LEAST = 0.5
_VOWEL = frozenset("aeiouy")


def words_of(token: Token) -> tuple[str, ...]:
    """The words of a token, which may be a phrase (research institute)."""
    if " " not in token.native or token.script != "latin":
        return (token.text,)
    return tuple(word for word in token.native.split() if word not in _LINKS)


@lru_cache(maxsize=1 << 12)
def in_russian_of(token: Token, *, borrowed: bool = False) -> tuple[str, ...]:
    """The same in Russian, where the token means something: lists translate names, but not their short forms (PNITI).

    Of several Russian phrases for it the longest or, with ``borrowed``, the one that begins alike (motor, motornyi).
    """
    russian = in_russian().get(token.concept, ()) if token.kind in _TRANSLATED else ()
    if not russian:
        return words_of(token)
    begin = token.text[:BEGIN].replace("c", "k")
    alike = (words for words in russian if borrowed and words[0].startswith(begin))
    return next(alike, russian[0])


def speaks(token: Token) -> bool:
    """Whether short forms count the word: not articles, particles and titles."""
    return token.kind not in _SILENT and (token.kind is not Kind.FILLER or token.concept not in _SAYS_NOTHING)


_SAYS_NOTHING = frozenset({"and", "the", "enterprise", "named"})
_SILENT = frozenset({Kind.PARTICLE, Kind.TITLE, Kind.CONNECTOR, Kind.PLACEHOLDER, Kind.GENERATION})
BEGIN = 3
"""Letters that a word and its Russian counterpart share where one is borrowed from the other."""


Spoken = tuple[tuple[int, str], ...]
"""The words that a short form is made of, each with the place of the token that it belongs to."""


def ways_to_say(tokens: Sequence[Token], places: Sequence[int]) -> tuple[Spoken, ...]:
    """The words of some tokens, and what short forms make of them in Russian, likeliest first.

    In Russian a compound counts as its parts (Elektro-mekhanicheskii is EM), and what sort of body it is (institut) often
    stands last (Kaluzhskii nauchno-issledovatelskii radiotekhnicheskii institut, KNIRTI).
    """
    own = tuple((place, word) for place in places for word in words_of(tokens[place]))
    native = tuple((place, word) for place in places for word in in_russian_of(tokens[place]))
    russian = tuple((place, word) for place in places for word in in_russian_of(tokens[place], borrowed=True))
    if native == russian == own and not any(map(_parts, (word for _, word in russian))):
        return (own,)
    split = tuple((place, part) for place, word in russian for part in _parts(word) or (word,))
    said = [own, russian, native, split, _body_last(russian), _body_last(split), _body_early(russian, tokens)]
    return tuple(dict.fromkeys(said))


def _body_early(words: Spoken, tokens: Sequence[Token]) -> Spoken:
    """With what sort of body it is (konstruktorskoe byuro) right after the first word: Ulyanovskoe KB priborostroeniya."""
    body = next((place for place, _ in words[1:] if tokens[place].kind is Kind.BODY), words[0][0])
    if body == words[0][0]:
        return words
    moved = tuple(word for word in words if word[0] == body)
    rest = tuple(word for word in words if word[0] != body)
    return (rest[0], *moved, *rest[1:])


def _body_last(words: Spoken) -> Spoken:
    """With the last word of the first phrase of several words (nauchno-issledovatelskii institut) at the end."""
    for (place, _), (other, _), (following, _) in zip(words, words[1:], (*words[2:], (-1, "")), strict=False):
        if place == other != following != -1:
            at = next(index for index, (owner, _) in enumerate(words) if owner == following)
            return (*words[: at - 1], *words[at:], words[at - 1])
    return words


@lru_cache(maxsize=1 << 12)
def _parts(word: str) -> tuple[str, ...]:
    """The parts of a compound whose first element is well known: radio-tekhnika; none of another word."""
    for first in _FIRST_ELEMENTS:
        if word.startswith(first) and len(word) - len(first) >= SHORTEST_PART:
            return first, word[len(first) :]
    return ()


SHORTEST_PART = 4
_FIRST_ELEMENTS = (
    "elektro", "radio", "aero", "avia", "avto", "gidro", "teplo", "termo", "mikro", "makro", "nano", "foto", "metallo",
    "mashino", "priboro", "stanko", "sudo", "vagono", "nefte", "gazo", "agro", "energo", "kosmo", "tele", "video",
    "vodo", "geo", "bio", "moto", "dvigatele", "raketo",
)  # fmt: skip


def initial(word: str) -> str:
    """The letters that stand for the first one of a Russian word in Latin letters: the TS of tsentr."""
    return word[:2] if word[:2] in _DIGRAPHS else word[:1]


_LINKS = frozenset({"and", "of", "the", "for", "i", "y", "et", "und"})
_TRANSLATED = frozenset({Kind.ACTIVITY, Kind.GROUP, Kind.BODY, Kind.PLACE})
_DIGRAPHS = frozenset({"ts", "ch", "sh", "zh", "kh", "ya", "yu"})


def last_words(forms: tuple[str, ...]) -> tuple[str, ...]:
    """The words for a name's legal forms that its short form may count in: the C of NIOC, the K of DSK."""
    return next((words for form in forms for code in form.split("/") if (words := _LAST.get(code))), ())


_LAST = {"co": ("company", "kompaniya"), "ltd": ("company",), "inc": ("corporation", "korporatsiya")}


def put_together(
    short: str, words: tuple[str, ...], ends: tuple[str, ...] = ()
) -> tuple[float, tuple[int, ...]]:
    """How far ``short`` is made of the words' beginnings, and the places of those it uses; 0 when it is not.

    ``ends`` are words after them of which it may use one or none.
    """
    found = _put_together(short, words)
    for end in ends:
        if end[0] == short[-1]:
            alike, used = _put_together(short, (*words, end))
            if alike > found[0] and used[-1] == len(words):
                return alike, used[:-1]
    return found


@lru_cache(maxsize=1 << 15)
def _put_together(short: str, words: tuple[str, ...]) -> tuple[float, tuple[int, ...]]:
    if not SHORTEST <= len(short) <= LONGEST or not 2 <= len(words) <= MOST_WORDS or not short.isalpha():
        return 0.0, ()
    if short[0] not in {word[0] for word in words}:
        return 0.0, ()
    used = _cut(short, words)
    if len(used) < 2 or (len(short) == 3 and len(used) < 3) or (len(short) == 2 and _VOWEL & set(short)):
        return 0.0, ()
    likeness = BY_INITIALS.get(len(used), LONG_ACRONYM)
    if len(short) > len(used):  # more letters of as many words are no poorer evidence
        likeness = max(likeness, BLEND - 0.06 * sum(1 for _, size in used if size == 1))
    places = tuple(place for place, _ in used)
    likeness -= LEFT_OUT * (len(words) - len(used))
    return (likeness, places) if likeness >= LEAST else (0.0, ())


def _cut(short: str, words: tuple[str, ...]) -> list[tuple[int, int]]:
    """Places of words and letters taken from each, so that the fewest words are left out; empty when there is no way."""
    best: list[dict[int, tuple[int, int, int]]] = [{} for _ in range(len(words) + 1)]
    # best[place][letters read] = words used, place before, letters before
    best[0][0] = (0, -1, 0)
    for place, word in enumerate(words):
        for read, (used, _, _) in list(best[place].items()):
            _offer(best[place + 1], read, (used, place, read))
            for size in range(1, min(len(word), len(short) - read) + 1):
                if word[size - 1] != short[read + size - 1]:
                    break
                _offer(best[place + 1], read + size, (used + 1, place, read))
    read, found = len(short), []
    for place in range(len(words), 0, -1):
        step = best[place].get(read)
        if step is None:
            return []
        if step[2] < read:
            found.append((place - 1, read - step[2]))
        read = step[2]
    return found[::-1]


def _offer(states: dict[int, tuple[int, int, int]], read: int, state: tuple[int, int, int]) -> None:
    known = states.get(read)
    if known is None or state[0] > known[0]:
        states[read] = state
