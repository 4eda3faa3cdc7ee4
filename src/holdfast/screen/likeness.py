"""How alike two words of names are, 0 to 1, and by what: spelling, sound, script, meaning."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from holdfast.text.lexicon import Kind, same_names
from holdfast.text.sound import distance, plain_spelling, sounds

if TYPE_CHECKING:
    from holdfast.text.name import Token

LEAST = 0.6
"""Below this two words have nothing to do with each other."""


class How(StrEnum):
    """By what two words are alike."""

    SAME = "same"
    SPELLING = "spelling"
    SOUND = "sound"
    SCRIPT = "script"
    MEANING = "meaning"
    NICKNAME = "nickname"
    INITIAL = "initial"
    ABBREVIATION = "abbreviation"
    JOINED = "joined"


_MEANINGFUL = frozenset({Kind.ACTIVITY, Kind.GROUP, Kind.BODY, Kind.PLACE, Kind.FILLER})
_ABJADS = frozenset({"arabic", "hebrew"})
_SYLLABIC = frozenset({"kana", "hangul", "han", "burmese", "thai", "devanagari", "bengali"})


@lru_cache(maxsize=1 << 17)
def likeness(one: Token, other: Token) -> tuple[float, How]:
    """Symmetric; 0 when the words are unrelated."""
    if Kind.NUMBER in {one.kind, other.kind}:
        return (1.0 if one.concept == other.concept else 0.0), How.SAME
    if one.text == other.text:
        return (
            1.0 if one.native == other.native else 0.995
        ), How.SAME if one.script == other.script else How.SCRIPT
    if one.kind in _MEANINGFUL and other.kind in _MEANINGFUL and one.concept == other.concept:
        return 0.96, How.MEANING
    if len(one.text) == 1 or len(other.text) == 1:
        return _initial(one, other)
    if one.script == other.script and one.script in {"han", "kana"}:
        return max(0.0, OSA.normalized_similarity(one.native, other.native) - 0.2), How.SPELLING
    return _words(one, other)


def _initial(one: Token, other: Token) -> tuple[float, How]:
    if one.text[0] == other.text[0] and Kind.FILLER not in {one.kind, other.kind}:
        return 0.85, How.INITIAL
    return 0.0, How.INITIAL


def _words(one: Token, other: Token) -> tuple[float, How]:
    best, how = spelled(one.text, other.text)
    if one.script != other.script:
        sound = _sound(one, other)
        if sound > best:
            best, how = sound, How.SCRIPT
    if best < 0.9:
        if same_names().get(one.text, frozenset()) & same_names().get(other.text, frozenset()):
            return 0.9, How.NICKNAME
        if _abbreviates(one.text, other.text) or _abbreviates(other.text, one.text):
            return max(best, 0.82), How.ABBREVIATION
    return (best, how) if best >= LEAST else (0.0, how)


@lru_cache(maxsize=1 << 17)
def spelled(one: str, other: str) -> tuple[float, How]:
    """By letters, as written and in a spelling free of romanisation habits."""
    if one == other:
        return 1.0, How.SAME
    written = float(OSA.normalized_similarity(one, other))
    first, second = plain_spelling(one), plain_spelling(other)
    if first == second and len(first) > 2:
        return 0.965, How.SOUND
    ironed = 0.97 * float(OSA.normalized_similarity(first, second))
    return (ironed, How.SOUND) if ironed > written and len(first) > 3 else (written, How.SPELLING)


def _sound(one: Token, other: Token) -> float:
    scripts = {one.script, other.script}
    vowels = 0.12 if scripts & _ABJADS else 0.18 if scripts & _SYLLABIC else 0.3
    return 1.0 - 0.95 * distance(sounds(one.text), sounds(other.text), vowels=vowels)


def _abbreviates(short: str, long: str) -> bool:
    """``techn`` for technology, ``srvcs`` for services: the start, or the consonants in order."""
    if not 3 <= len(short) < len(long) or short[0] != long[0]:
        return False
    if len(short) >= 4 and long.startswith(short) and len(long) - len(short) >= 3:
        return True
    if any(char in "aeiou" for char in short):
        return False
    rest = iter(long)
    return all(char in rest for char in short)
