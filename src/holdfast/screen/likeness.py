"""How alike two words of names are, 0 to 1, and by what: spelling, sound, script, meaning."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from holdfast.text.adjective import are_place_and_adjective
from holdfast.text.lexicon import Kind, business, english, names_like
from holdfast.text.sound import (
    consonants,
    distance,
    eastern_spelling,
    french_spelling,
    is_eastern,
    is_syllable,
    pinyin_counts,
    plain_spelling,
    sounds,
)
from holdfast.text.transliteration import transliterates

if TYPE_CHECKING:
    from holdfast.text.name import Token

LEAST = 0.6
"""Below this two words have nothing to do with each other."""
LEAST_ACROSS = 0.4
"""The same between scripts, where a poor likeness is evidence still."""
HEARD = 0.9
"""Likeness by sound that is believed where the letters say less."""
SOUNDED, SOUND_SLOPE, FEWEST_CONSONANTS = 0.9, 1.8, 3
"""Likeness by sound at most, what a difference of sound costs, and consonants that a word must have to be compared so."""
HOPELESS, LONG = 0.3, 6
"""Likeness by letters below which no other spelling brings two words together that have so many letters."""
STEEPNESS = 1.15
"""Power by which further slips of spelling cost more than the first."""
TRANSLATED, SYNONYM, STEM = 0.96, 0.64, 4
"""Likeness of words of business with one meaning: of two languages or one stem, of one language; letters of a stem."""
PART_OF = 0.66
"""Likeness of a phrase of business and one of its words."""
PLURAL = 0.82
"""Likeness at most of a word and its plural, which tells names of ships and firms apart."""
BARE, SHORTEST_HALF = 0.78, 3
"""Likeness of a compound name and half of it, and letters of that half."""
SHORTENED, SHORTENED_NAME = 0.82, 0.7
"""Likeness of a word of business and its abbreviation (techn), and of a name and what may be one (Kuda)."""
OTHER_NAME, SURELY_ALIKE = 0.55, 0.97
"""Likeness at most of two known names of which neither is a form of the other, unless they are all but the same."""
OTHER_SYLLABLE = 0.72
"""What is left of the likeness of two Chinese or Korean syllables that differ in more than a vowel."""
OTHER_SIGN, OTHER_LETTER = 0.2, 0.1
"""Taken from the likeness of words of signs, and of Korean words by their letters, that are not the same."""
LONGEST_PINYIN = 20
"""Letters of a word that may be pinyin."""
IN_FRENCH, SHORTEST_FRENCH = 0.93, 5
"""Likeness of words that are one if one of them is read as in French, and letters of such a word."""
EASTERN, INFLECTED, OF_PLACE = 0.86, 0.86, 0.9
"""Likeness of two romanisations of a Chinese or Korean word, of a word and the adjective made of it, and of a place and
its adjective."""


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
    COMPOUND = "compound"
    CUT = "cut"
    INFLECTION = "inflection"


_MEANINGFUL = frozenset({Kind.ACTIVITY, Kind.GROUP, Kind.BODY, Kind.PLACE, Kind.FILLER})
_ABJADS = frozenset({"arabic", "hebrew"})
_INDIC = frozenset({"devanagari", "bengali"})
_READ_BY_SIGN = frozenset({"han", "kana", "hangul"})
_READ_BY_SYLLABLE = frozenset({"han", "hangul"})
_SYLLABIC = frozenset({"kana", "hangul", "han", "burmese", "thai", "devanagari", "bengali"})


@lru_cache(maxsize=1 << 17)
def likeness(one: Token, other: Token) -> tuple[float, How]:
    """Symmetric; 0 when the words are unrelated."""
    if Kind.NUMBER in {one.kind, other.kind}:
        return (1.0 if one.concept == other.concept else 0.0), How.SAME
    written_alike = one.script != other.script or one.script not in _READ_BY_SIGN
    if one.text == other.text and (written_alike or one.native == other.native):
        return (
            1.0 if one.native == other.native else 0.995
        ), How.SAME if one.script == other.script else How.SCRIPT
    if one.kind in _MEANINGFUL and other.kind in _MEANINGFUL and one.concept == other.concept:
        return _meanings(one.text, other.text), How.MEANING
    if one.kind in _MEANINGFUL and other.kind in _MEANINGFUL and _is_part(one, other):
        return PART_OF, How.MEANING
    if len(one.text) == 1 or len(other.text) == 1:
        return _initial(one, other)
    if one.script == other.script and one.script in _READ_BY_SIGN:
        return _by_sign(one, other), How.SPELLING
    return _words(one, other)


def _by_sign(one: Token, other: Token) -> float:
    """Of two words of signs: by signs, of which each is a word of its own; in Korean by the letters of its syllables."""
    if one.script == "hangul":
        letters = (unicodedata.normalize("NFD", token.native) for token in (one, other))
        return max(0.0, OSA.normalized_similarity(*letters) - OTHER_LETTER)
    return max(0.0, OSA.normalized_similarity(one.native, other.native) - OTHER_SIGN)


def _is_part(one: Token, other: Token) -> bool:
    """Whether one is a phrase in which the other is a word: research centre, centre."""
    return other.concept in _concepts(one.native) or one.concept in _concepts(other.native)


@lru_cache(maxsize=1 << 12)
def _concepts(phrase: str) -> frozenset[str]:
    """What the words of a phrase mean by themselves; nothing for a single word."""
    if " " not in phrase:
        return frozenset()
    entries = (business().word(word) for word in phrase.split())
    return frozenset(
        entry.concept for entry in entries if entry is not None and entry.kind in _MEANINGFUL - {Kind.FILLER}
    )


def _meanings(one: str, other: str) -> float:
    """Of two words with one meaning: more when one translates, abbreviates or inflects the other than when a firm chose it."""
    if one in english() and other in english() and one[:STEM] != other[:STEM]:
        return SYNONYM
    return TRANSLATED


def _initial(one: Token, other: Token) -> tuple[float, How]:
    if one.text[0] == other.text[0] and Kind.FILLER not in {one.kind, other.kind}:
        return 0.85, How.INITIAL
    return 0.0, How.INITIAL


def _words(one: Token, other: Token) -> tuple[float, How]:
    if Kind.PATRONYMIC in {one.kind, other.kind} and one.kind is not other.kind and _names_father(one, other):
        return 0.0, How.SPELLING
    if one.kind is other.kind is Kind.PATRONYMIC and one.script == other.script:
        return _fathers(one.text, other.text)
    best, how = 0.0, How.SCRIPT
    if one.script == other.script or _READ_BY_SYLLABLE.isdisjoint((one.script, other.script)):
        best, how = spelled(one.text, other.text)
    if one.script != other.script:
        sound = across(one, other)
        if sound > best:
            best, how = sound, How.SCRIPT
    if best < SURELY_ALIKE and _other_names(one.text, other.text):
        return min(best, OTHER_NAME), how
    if best < 0.9:
        if _same_but_compound(one.text, other.text):
            return BARE, How.COMPOUND
        if _same_name(one.text, other.text):
            return 0.9, How.NICKNAME
        if _abbreviates(one.text, other.text) or _abbreviates(other.text, one.text):
            meaning = one.kind in _MEANINGFUL or other.kind in _MEANINGFUL
            return max(best, SHORTENED if meaning else SHORTENED_NAME), How.ABBREVIATION
    return (best, how) if best >= (LEAST if how is not How.SCRIPT else LEAST_ACROSS) else (0.0, how)


@lru_cache(maxsize=1 << 17)
def spelled(one: str, other: str) -> tuple[float, How]:
    """By letters, as written and in a spelling free of romanisation habits."""
    if one == other:
        return 1.0, How.SAME
    written = _by_letters(one, other)
    first, second = plain_spelling(one), plain_spelling(other)
    if first == second and len(first) > 2:
        return 0.965, How.SOUND
    ironed = 0.97 * _by_letters(first, second) if min(len(first), len(second)) > 3 else 0.0
    if ironed > written:
        written, how = ironed, How.SOUND
    else:
        how = How.SPELLING
    if written < IN_FRENCH and (french := _in_french(one, other)) > written:
        written, how = french, How.SOUND
    if written < EASTERN and (key := eastern_spelling(one)) and (second_key := eastern_spelling(other)):
        if key == second_key:
            return EASTERN, How.SOUND
        if is_syllable(one) and is_syllable(other) and consonants(key) != consonants(second_key):
            return OTHER_SYLLABLE * written, How.SPELLING
    if written < HOPELESS and min(len(one), len(other)) > LONG:
        return written, How.SPELLING
    if one.rstrip("s") == other.rstrip("s") and min(len(one), len(other)) >= 4:
        return min(written, PLURAL), How.SPELLING
    if written < SOUNDED and (sounded := _sounded(one, other)) > written:
        written, how = sounded, How.SOUND
    if written < OF_PLACE and are_place_and_adjective(one, other):
        return OF_PLACE, How.INFLECTION
    if written < INFLECTED and (stem := _stem(one)) and stem == _stem(other):
        return INFLECTED, How.INFLECTION
    return written, how


def _in_french(one: str, other: str) -> float:
    """By letters where one of them is read as in French."""
    if min(len(one), len(other)) < SHORTEST_FRENCH or (is_syllable(one) and is_syllable(other)):
        return 0.0
    return IN_FRENCH * max(
        (
            _by_letters(french, plain_spelling(word))
            for french, word in ((french_spelling(one), other), (french_spelling(other), one))
            if french
        ),
        default=0.0,
    )


def _sounded(one: str, other: str) -> float:
    """By consonants and, less, vowels: Zumar and Zamur. Only words with much the same consonants are aligned."""
    first, second = consonants(one), consonants(other)
    if min(len(first), len(second)) < FEWEST_CONSONANTS or OSA.distance(first, second) > 1:
        return 0.0
    return min(SOUNDED, 1.0 - SOUND_SLOPE * distance(sounds(one), sounds(other)))


def _by_letters(one: str, other: str) -> float:
    """The first slip of the pen costs its share of the letters, each further one more."""
    slips = int(OSA.distance(one, other))
    longer = max(len(one), len(other))
    return max(0.0, 1.0 - slips**STEEPNESS / longer) if longer else 0.0


def _other_names(one: str, other: str) -> bool:
    """Whether both are known names, and of different groups: Hassan is not Hussein, Mahmud not Muhammad.

    Names that differ in their romanisation or by one slip of the pen may be one, whatever the table has.
    """
    first, second = names_like(one), names_like(other)
    if not first or not second or not first.isdisjoint(second):
        return False
    return OSA.distance(one, other) > 1 and plain_spelling(one) != plain_spelling(other)


def _same_name(one: str, other: str) -> bool:
    """Forms of one given name: William, Guillermo, Bill."""
    return bool(names_like(one) & names_like(other))


def _fathers(one: str, other: str) -> tuple[float, How]:
    """Patronymics by the names they are made of: Hryhoryavich and Grigoriyevich."""
    first, second = _FATHER.sub("", one), _FATHER.sub("", other)
    if _same_name(first, second):
        return 0.95, How.NICKNAME
    alike, how = spelled(first, second)
    alike = max(alike, spelled(one, other)[0]) if alike >= LEAST else 0.0
    return alike, how


_FATHER = re.compile(
    r"(?:i?y?[aeo]vi?t?c?h|i?y?[eo]vy?c?h?|[iy]?[aeo]v[nm][ayo]|i?y?[iu]vna|i?c?hna|ovic|evic|o?g?l[yiu]|k?y?zy)$"
)


def _same_but_compound(one: str, other: str) -> bool:
    """Abdullatif and Latif, Ziauddin and Zia: half of a compound name is often left out."""
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    if len(shorter) < SHORTEST_HALF:
        return False
    rest = longer[3:] if longer.startswith("abd") else longer[:-5] if longer.endswith("uddin") else ""
    return bool(rest) and plain_spelling(rest) == plain_spelling(shorter)


def _names_father(one: Token, other: Token) -> bool:
    """Whether one is a patronymic and the other only the name it is made of: Aleksandrovich is no Aleksandr."""
    father, name = (one, other) if one.kind is Kind.PATRONYMIC else (other, one)
    return len(father.text) - len(name.text) >= 2 and father.text[:3] == name.text[:3]


@lru_cache(maxsize=1 << 16)
def _stem(word: str) -> str:
    """The word without the ending of a Slavic adjective (Uralskii, Kurgansky) or of a name in a Baltic language (Lavrovs)."""
    match = _ADJECTIVE.fullmatch(word) or _BALTIC.fullmatch(word)
    stem = match.group(1) if match else word
    return plain_spelling(stem) if len(stem) >= 4 else ""


_BALTIC = re.compile(r"(.{2,}(?:ov|ev|ej|ei|in|av|sk))(?:s|as|is)")
_ADJECTIVE = re.compile(
    r"(.{3,})(?:sk|n)(?:ii|iy|yi|yy|ij|y|i|aya|aia|aja|oye|oe|oje|ogo|oy|oi|ikh|ykh|om|uyu|ie|iye|ye)"
)


def across(one: Token, other: Token) -> float:
    """By what the letters of one script stand for in the other; by sound where that is not known."""
    if "latin" in {one.script, other.script}:
        foreign, latin = (one, other) if other.script == "latin" else (other, one)
        learned = transliterates(foreign.native, foreign.script, latin.text)
        if learned is not None:
            if foreign.script == "han" and _has_other_syllables(foreign.native, latin.text):
                return OTHER_SYLLABLE * learned
            if (
                foreign.script in {"han", "hangul"}
                and learned < HEARD
                and _differ_in_a_syllable(foreign, latin)
            ):
                same = eastern_spelling(foreign.text) == eastern_spelling(latin.text)
                return EASTERN if same else OTHER_SYLLABLE * learned
            if learned < HEARD and foreign.script in _ABJADS and (heard := _heard(one, other)) >= HEARD:
                return heard
            return learned
    return _heard(one, other)


def _has_other_syllables(native: str, latin: str) -> bool:
    """Whether the Latin word is pinyin of more or fewer characters: 红霞 is not Hong."""
    counts = pinyin_counts(latin) if len(latin) <= LONGEST_PINYIN else frozenset()
    return bool(counts) and len(native) not in counts


def _differ_in_a_syllable(foreign: Token, latin: Token) -> bool:
    """Whether both may be Chinese or Korean, where another syllable is another name."""
    return (
        len(foreign.native) == len(_VOWELS.findall(latin.text)) <= 2
        and is_eastern(latin.text)
        and bool(eastern_spelling(foreign.text))
    )


_VOWELS = re.compile(r"[aeiouy]+")


def _heard(one: Token, other: Token) -> float:
    vowels, slope = hearing_of({one.script, other.script})
    return 1.0 - slope * distance(sounds(one.text), sounds(other.text), vowels=vowels)


VOWELS = (0.12, 0.18, 0.3)
"""What a vowel counts, of a consonant, where one script leaves it out, writes it with its consonant, or by itself."""


def hearing_of(scripts: set[str]) -> tuple[float, float]:
    """What a vowel counts between words of these scripts, and what a difference of sound costs."""
    vowels = VOWELS[0] if scripts & _ABJADS else VOWELS[1] if scripts & _SYLLABIC else VOWELS[2]
    return vowels, 1.2 if scripts & _INDIC else 0.95


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
