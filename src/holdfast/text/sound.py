"""How a romanised word sounds, coarsely: what every transliteration of the same name keeps.

:func:`plain_spelling` irons out the habits of romanisation systems (``kh``/``h``, ``ou``/``u``, ``iy``/``y``);
:func:`skeletons` keeps seven classes of consonants, in a few variants where a letter has two readings; :func:`sounds`
is the sequence that :func:`distance` aligns.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from holdfast.text.kernels import sound_distance
from holdfast.text.loops.arguments import Held

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_BELARUSIAN = r"(?<=\w{3}[bcdfghjklmnprstvxzyi][ae])u$|(?<=\w{3}[kg]o)u$"
"""The last letter of Belarusian surnames that are Russian ones in -ov and -ev: Davydau, Karpiankou, Hutseryeu."""
_SPELLING: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        (_BELARUSIAN, "v"),
        (r"shch|sch|sz(?=.)", "sh"),
        (r"tch|cz|tsch|tj", "ch"),
        (r"dzh|dj|dsch", "j"),
        (r"tz|ts", "c"),
        (r"kh|ch(?=[rl])", "h"),
        (r"gh", "g"),
        (r"ph", "f"),
        (r"th", "t"),
        (r"dh", "d"),
        (r"zh", "j"),
        (r"ck|q|c(?=[aoukrlt]|$)", "k"),
        (r"x", "ks"),
        (r"(?<=.)aw(?=[^aeiou])", "u"),
        (r"w", "v"),
        (r"ou|oo|au(?=.)", "u"),
        (r"ee|ij|iy|yi|yy|ii|ie$|j$", "i"),
        (r"ae|ai|ay|ei|ey|aj|ej", "e"),
        (r"(?<!^)[iyj](?=[aeou])|^[iy](?=[aeou])", ""),
        (r"y", "i"),
        (r"(.)\1+", r"\1"),
        (r"(?<=.)h$", ""),
        (r"e", "i"),
        (r"o", "u"),
    )
)
_LINES = tuple((re.compile(pattern.pattern, re.MULTILINE), to) for pattern, to in _SPELLING)

_SYLLABLES = re.compile(
    r"(?:(?:ts|tz|chh|ch|sh|zh|hs|kh|gh|ph|th|jj|kk|pp|tt|ss|[bpmfdtnlgkhjqxzcsrwy])?[iyu]?(?:ae|ai|ao|au|eo|eu|ei|ui|oe|oi|ou|oo|ee|ie|uo|[aeiou])"
    r"h?(?:ng|n|k|l|m|p|r|t)?){1,2}"
)
_FAMILIES_OF_KOREA = {
    "lee": "ri", "yi": "ri", "rhee": "ri", "ree": "ri", "park": "pak", "bark": "pak", "choi": "choe", "choy": "choe",
    "lim": "im", "rim": "im", "yim": "im", "yoo": "yu", "ryu": "yu", "ryoo": "yu", "noh": "no", "roh": "no", "moon": "mun",
}  # fmt: skip
_EASTERN = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        (r"hs|sh|x", "s"),
        (r"chh|ch|zh|ts|tz|jj|q|z|c|j", "c"), (r"kh|kk|g(?!$)|gh", "k"), (r"pp|ph|b", "p"), (r"tt|th|d", "t"), (r"ss", "s"),
        (r"ng|n(?![aeiou])", "N"), (r"oo|ou|eo|eu|o", "u"), (r"ae|ai|ei|e", "e"), (r"ee|y(?=i)|h(?=$)", ""),
        (r"[iy](?=[ueao])", "i"), (r"y", "i"), (r"w(?=u)", ""),
    )
)  # fmt: skip


_CHINESE = re.compile(
    r"(?:(?:ts|ch|sh|zh|hs|[bpmfdtnlgkhjqxzcsrwy])?[iyu]?(?:ai|ao|au|ei|ui|ou|uo|oo|ee|ie|[aeiou])h?(?:ng|n|r)?){1,2}"
)


_SYLLABLE = re.compile(_CHINESE.pattern.removesuffix("{1,2}"))


@lru_cache(maxsize=1 << 16)
def is_syllable(word: str) -> bool:
    """Whether the word may be one syllable of Chinese or Korean."""
    return len(word) <= 6 and _SYLLABLE.fullmatch(word) is not None


@lru_cache(maxsize=1 << 16)
def is_eastern(word: str) -> bool:
    """Whether the word may be one or two syllables of Chinese or Korean, which differ in a sound on purpose."""
    return len(word) <= 8 and (
        _CHINESE.fullmatch(word) is not None or (len(word) <= 5 and bool(eastern_spelling(word)))
    )


@lru_cache(maxsize=1 << 16)
def eastern_spelling(word: str) -> str:
    """The same for the romanisations of a Chinese or Korean word of one or two syllables; empty for other words.

    Pinyin, Wade-Giles, McCune-Reischauer, the Revised Romanization and what people write differ in what is voiced and
    in vowels: Zedong and Tse-tung, Jong and Chong, Xi and Hsi.
    """
    word = _FAMILIES_OF_KOREA.get(word, word)
    if not 2 <= len(word) <= 8 or _SYLLABLES.fullmatch(word) is None:
        return ""
    for pattern, to in _EASTERN:
        word = pattern.sub(to, word)
    return word


_PINYIN = re.compile(
    r"[bpmf](?:iang|iao|ian|ang|eng|ing|ai|ei|ao|ou|an|en|ie|iu|in|a|o|i|u)"
    r"|[dtnl](?:iang|iao|ian|uan|ang|eng|ong|ing|ai|ei|ao|ou|an|en|ia|ie|iu|in|uo|un|ui|ue|a|i|u|e)"
    r"|[gkh](?:uang|uai|uan|ang|eng|ong|ai|ei|ao|ou|an|en|ua|uo|ui|un|a|e|u)"
    r"|[jqx](?:iang|iong|iao|ian|ing|uan|ia|ie|iu|in|ue|un|i|u)"
    r"|(?:zh|ch|sh|[rzcs])(?:uang|uai|uan|ang|eng|ong|ai|ei|ao|ou|an|en|ua|uo|ui|un|a|e|i|u)"
    r"|y(?:ang|ing|ong|uan|ao|ou|an|in|ue|un|a|e|i|u|o)|w(?:ang|eng|ai|ei|an|en|a|o|u)|a(?:ng|i|n|o)?|e[nri]?|ou?"
)


@lru_cache(maxsize=1 << 14)
def pinyin_counts(word: str) -> frozenset[int]:
    """How many syllables of pinyin the word may be; empty when it is none."""
    if not word:
        return frozenset({0})
    found: set[int] = set()
    for stop in range(1, min(len(word), 6) + 1):
        if _PINYIN.fullmatch(word, 0, stop):
            found.update(count + 1 for count in pinyin_counts(word[stop:]))
    return frozenset(found)


MOST_SOUNDS = 40
"""Letters of a word that are heard."""
_ROW = Held(np.empty(MOST_SOUNDS + 1))
_CLASS = str.maketrans("pbfvdtszjckgqrlmnx", "PPPPTTSSSSKKKLLMNK")
_VOWELS = re.compile(r"[aeiouyhw]+")
_RUN = re.compile(r"(.)\1+")
_VARIANTS: tuple[tuple[str, str, str], ...] = (
    # what is found, one reading, the other reading
    (r"kh", "k", "h"),
    (r"th", "t", "s"),
    (r"(?<=.)w", "", "v"),
    (r"g(?=[eiy])", "k", "s"),
    (r"q(?=[iu])", "k", "s"),
    (r"ch", "s", "k"),
    (r"c(?=[eiy])", "s", "k"),
)
_COMPILED = tuple((re.compile(pattern), first, second) for pattern, first, second in _VARIANTS)
_VARIED = re.compile("|".join(pattern for pattern, _, _ in _VARIANTS))
_FIRST_W = re.compile(r"^w", re.MULTILINE)
_LAST_U = re.compile(_BELARUSIAN, re.MULTILINE)
_SURE = (
    ("sh", "s"), ("zh", "s"), ("ph", "f"), ("gh", "g"), ("dh", "d"),
    ("ck", "k"), ("ts", "s"), ("tz", "s"), ("dz", "s"), ("dj", "j"), ("ng", "n"),
)  # fmt: skip
MOST_VARIANTS = 4


@lru_cache(maxsize=1 << 16)
def plain_spelling(word: str) -> str:
    """The word in a spelling that most romanisations of it share."""
    for pattern, to in _SPELLING:
        word = pattern.sub(to, word)
    return word


def plain_spellings(words: Sequence[str]) -> list[str]:
    """The same for many words at once, each as :func:`plain_spelling` has it; words hold no line break."""
    if not words:
        return []
    lines = "\n".join(words)
    for pattern, to in _LINES:
        lines = pattern.sub(to, lines)
    return lines.split("\n")


@lru_cache(maxsize=1 << 14)
def french_spelling(word: str) -> str:
    """The same for a word whose letters are read as in French; empty for a word that French would read alike.

    Names of the Maghreb and the Levant are written so, and all names in French papers: Chouikh and Shuwaykh, Prigojine.
    """
    read = _TCH.sub("ch", _CH.sub("sh", word))
    read = _LAST_E.sub("", _GU.sub("g", read))
    return plain_spelling(read) if read != word else ""


_CH, _TCH = re.compile(r"(?<!t)(?<!s)ch(?![lr])"), re.compile(r"tch")
_GU, _LAST_E = re.compile(r"gu(?=[ei])"), re.compile(r"(?<=[bcdfghjklmnpqrstvxz])e$")


@lru_cache(maxsize=1 << 16)
def skeletons(word: str) -> tuple[str, ...]:
    """One to :data:`MOST_VARIANTS` sequences of consonant classes; empty strings are left out."""
    variants = [_sure_sounds(word[:MOST_SOUNDS])]
    for pattern, one, other in _COMPILED:
        if pattern.search(variants[0]) is None:
            continue
        ones = [pattern.sub(one, variant) for variant in variants]
        others = [pattern.sub(other, variant) for variant in variants]
        variants = list(dict.fromkeys(ones + others))[:MOST_VARIANTS]
    return tuple(dict.fromkeys(key for variant in variants if (key := _classes(variant))))


def skeletons_of(words: Sequence[str]) -> list[tuple[str, ...]]:
    """The same for many words at once, each as :func:`skeletons` has it; words hold no line break."""
    if not words:
        return []
    firsts = _sure_sounds("\n".join(word[:MOST_SOUNDS] for word in words)).split("\n")
    plain = _classes("\n".join(firsts)).split("\n")
    return [
        skeletons(word) if _VARIED.search(first) else (key,) if key else ()
        for word, first, key in zip(words, firsts, plain, strict=True)
    ]


def _sure_sounds(lines: str) -> str:
    """Spellings that have one reading, in one or many words, a line each."""
    lines = _LAST_U.sub("v", _FIRST_W.sub("v", lines))
    for letters, sound in _SURE:
        lines = lines.replace(letters, sound)
    return lines


def _classes(lines: str) -> str:
    return _RUN.sub(r"\1", _VOWELS.sub("", lines.replace("x", "ks")).translate(_CLASS))


_DIGRAPHS = (
    ("shch", "S"),
    ("sch", "S"),
    ("sh", "S"),
    ("tch", "C"),
    ("ch", "C"),
    ("zh", "Z"),
    ("dj", "J"),
    ("j", "J"),
    ("kh", "x"),
    ("gh", "g"),
    ("ph", "f"),
    ("th", "T"),
    ("dh", "d"),
    ("ts", "c"),
    ("tz", "c"),
    ("ck", "k"),
    ("ng", "N"),
    ("qu", "kv"),
    ("q", "k"),
)
_SOFT_C = re.compile(r"c(?=[eiy])")
_FAMILIES = {
    "p": 1, "b": 1, "f": 1, "v": 1, "w": 1,
    "t": 2, "d": 2, "T": 2,
    "s": 3, "z": 3, "S": 3, "Z": 3, "C": 3, "J": 3, "c": 3,
    "k": 4, "g": 4, "x": 4, "h": 4,
    "l": 5, "r": 5,
    "m": 6, "n": 6, "N": 6,
    "y": 7,
}  # fmt: skip
_HEARD = str.maketrans(
    {
        **{sound: f"{family}{family}{sound}" for sound, family in _FAMILIES.items() if sound not in "hwy"},
        **dict.fromkeys("aeiou", "a"),
    }
)
_NEAR = {
    frozenset(pair) for pair in ("Ts", "Tz", "ck", "xk", "gJ", "yJ", "cC", "gv", "Zg", "wu", "yi", "kC", "hw")
}
_WEAK = frozenset("hwy")
_VOWEL = frozenset("aeiou")


@lru_cache(maxsize=1 << 16)
def sounds(word: str) -> str:
    """One letter a sound, doubled ones once."""
    return _sounded(word[:MOST_SOUNDS])


def _sounded(lines: str) -> str:
    """The sounds of one or many words, a line each."""
    lines = _LAST_U.sub("v", lines)
    for letters, sound in _DIGRAPHS:
        lines = lines.replace(letters, sound)
    return _RUN.sub(r"\1", _SOFT_C.sub("s", lines).replace("c", "k"))


@lru_cache(maxsize=1 << 16)
def consonants(word: str) -> str:
    """The sounds of a word without its vowels."""
    return "".join(sound for sound in sounds(word) if sound not in _VOWEL)


def distance(one: str, other: str, *, vowels: float = 0.3) -> float:
    """0 (the same) to 1 (nothing in common) between two sound sequences; vowels count ``vowels`` of a consonant."""
    if one == other:
        return 0.0
    return float(sound_distance(_codes(one), _codes(other), *costs(vowels), _ROW))


@lru_cache(maxsize=1 << 12)
def _codes(sounds_: str) -> Held[NDArray[np.uint8]]:
    return Held(np.frombuffer(sounds_[:MOST_SOUNDS].encode("ascii", "replace"), dtype=np.uint8))


@cache
def costs(vowels: float) -> tuple[Held[NDArray[np.float64]], Held[NDArray[np.float64]]]:
    """What each sound weighs, and what each in the place of each other costs, by their codes."""
    every = [chr(code) for code in range(128)]
    weights = np.array([_weight(sound, vowels) for sound in every])
    swaps = [[0.0 if one == other else _swap(one, other, vowels) for other in every] for one in every]
    return Held(weights), Held(np.array(swaps))


def _weight(sound: str, vowels: float) -> float:
    if sound in _VOWEL:
        return vowels
    return 0.45 if sound in _WEAK else 1.0


def _swap(one: str, other: str, vowels: float) -> float:
    if one in _VOWEL and other in _VOWEL:
        return vowels * 0.6
    if frozenset((one, other)) in _NEAR:
        return 0.3
    if one in _VOWEL or other in _VOWEL:
        return _weight(one, vowels) + _weight(other, vowels)
    if _FAMILIES.get(one) == _FAMILIES.get(other, -1):
        return 0.3 if _FAMILIES[one] != 6 else 0.5
    return 1.0


def heard(words: Sequence[str]) -> list[str]:
    """Each word for a quick look at its sound: a consonant is its family twice and itself, a vowel is one letter.

    The edit distance of two such texts, as a share, comes close to :func:`distance` and costs a thousandth of it. Words
    hold no line break.
    """
    return (
        _sounded("\n".join(word[:MOST_SOUNDS] for word in words)).translate(_HEARD).split("\n")
        if words
        else []
    )
