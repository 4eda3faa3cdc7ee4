"""The word tables of this room as phrases of folded words, looked up at a place in a name.

A phrase is found longest first. Scripts written without blanks (Chinese, Japanese, Korean company names, Thai, Burmese)
are cut by the same words, see :func:`cut`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from holdfast.text.fold import words
from holdfast.text.script import script_of
from holdfast.text.sound import plain_spelling
from holdfast.text.tables import rows, spellings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Kind(IntEnum):
    """What a word is in a name."""

    NAME = 0
    """Tells who it is."""
    ACTIVITY = 1
    """What an organisation does: trading, shipping."""
    GROUP = 2
    """Its place in a group: holding, branch."""
    BODY = 3
    """What sort of body it is: ministry, institute."""
    PLACE = 4
    NUMBER = 5
    FILLER = 6
    """Says nothing: general, and."""
    LEGAL = 7
    """A legal form."""
    TITLE = 8
    PARTICLE = 9
    CONNECTOR = 10
    COMPOUND = 11
    """First half of a name such as Abd al-Rahman."""
    INITIAL = 12
    PATRONYMIC = 13
    GENERATION = 14
    PLACEHOLDER = 15
    PREFIX = 16
    """A ship's M/V."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a phrase means."""

    kind: Kind
    concept: str
    """``llc``, ``trade``, ``ir``, ``7``; the phrase itself where it has no other meaning."""


@dataclass(frozen=True, slots=True)
class LegalForm:
    """A legal form of companies."""

    code: str
    kind: str
    countries: frozenset[str]
    """Empty for a form that is used everywhere in translation."""

    def agrees(self, other: LegalForm) -> bool:
        """Whether two spellings of one company may carry these two forms."""
        if self.code == other.code or not self.countries or not other.countries:
            return True
        return bool(self.countries & other.countries)


class Lexicon:
    """Phrases of folded words, each with its meaning."""

    def __init__(self, entries: Iterable[tuple[str, Entry]]) -> None:
        self._phrases: dict[tuple[str, ...], Entry] = {}
        self._longest: dict[str, int] = {}
        self._stems: dict[str, Entry] = {}
        self._slavic: dict[tuple[str, ...], Entry] = {}
        self._longest_slavic: dict[str, int] = {}
        self._first_words: set[str] = set()
        self._arabic: dict[str, Entry] = {}
        for spelling, entry in entries:
            phrase = tuple(word.text for word in words(spelling))
            if phrase and phrase not in self._phrases:
                self._phrases[phrase] = entry
                self._longest[phrase[0]] = max(self._longest.get(phrase[0], 0), len(phrase))
                stem = _stem(phrase[0]) if len(phrase) == 1 else ""
                if stem:
                    self._stems.setdefault(stem, entry)
            if len(phrase) == 1 and script_of(spelling[0]) == "arabic":
                self._arabic.setdefault(arabic_stem(spelling), entry)
            if phrase and script_of(spelling[0]) == "cyrillic":
                self._add_slavic(phrase, entry)

    def _add_slavic(self, phrase: tuple[str, ...], entry: Entry) -> None:
        stems = tuple(map(slavic_stem, phrase))
        if len(stems[0]) >= SHORTEST_STEM:
            self._slavic.setdefault(stems, entry)
            self._longest_slavic[stems[0]] = max(self._longest_slavic.get(stems[0], 0), len(stems))
            self._first_words.add(phrase[0])

    def _first_stem(self, text: str) -> str:
        """The stem of a word that may begin a phrase; empty for one that has no ending and is none as it stands."""
        return slavic_stem(text) if text in self._first_words or has_slavic_ending(text) else ""

    def at(self, texts: Sequence[str], place: int) -> tuple[Entry, int] | None:
        """The longest phrase that starts at ``place``, and how many words it takes."""
        for length in range(self._longest.get(texts[place], 0), 0, -1):
            entry = self._phrases.get(tuple(texts[place : place + length]))
            if entry is not None and place + length <= len(texts):
                return entry, length
        return None

    def stands_in(self, texts: Sequence[str]) -> bool:
        """Whether a phrase stands anywhere among these words."""
        if self._longest.keys().isdisjoint(texts):
            return False
        return any(self.at(texts, place) for place in range(len(texts)))

    def has_none_of(self, texts: Iterable[str]) -> bool:
        """Whether no phrase starts with any of these words."""
        return self._longest.keys().isdisjoint(texts)

    def longest(self, text: str) -> int:
        """Words of the longest phrase that starts with this one."""
        return self._longest.get(text, 0)

    def word(self, text: str) -> Entry | None:
        """The meaning of one word by itself."""
        return self._phrases.get((text,))

    def inflected(self, texts: Sequence[str], place: int) -> tuple[Entry, int] | None:
        """The longest phrase at ``place`` of which these words are another ending or another romanisation.

        Slavic words have a dozen endings each, and as many romanisations: of those that the tables have in Cyrillic all
        are known (spetsialnogo konstruktorskogo biuro).
        """
        text = texts[place]
        stem = self._first_stem(text)
        for length in range(min(self._longest_slavic.get(stem, 0), len(texts) - place), 0, -1):
            stems = (stem, *map(slavic_stem, texts[place + 1 : place + length]))
            if (entry := self._slavic.get(stems)) is not None:
                return entry, length
        known = self._stems.get(_stem(text))
        return (known, 1) if known is not None else None

    def in_arabic(self, native: str) -> Entry | None:
        """The meaning of an Arabic or Persian word with whatever is written on to it (lil-khadamat), not romanised."""
        return self._arabic.get(arabic_stem(native))

    def longest_inflected(self, text: str) -> int:
        """Words of the longest phrase that starts with another ending of this one."""
        return self._longest_slavic.get(self._first_stem(text), 0)

    def phrases(self) -> Iterable[tuple[str, ...]]:
        """Every phrase, as words."""
        return self._phrases.keys()

    def single_words(self) -> dict[str, Entry]:
        """The meanings of all words that have one by themselves."""
        return {phrase[0]: entry for phrase, entry in self._phrases.items() if len(phrase) == 1}


_ENDING = re.compile(
    r"(.{4,}?)(?:(?:n?n?|[oe]v)(?:yi|ii|yy|iy|oi|oy|y|i|aya|aia|aja|oye|oe|ogo|ykh|ikh|uyu|om|ov|ei|iya|ia|ija|ie|iye|ami)|s?k?(?:ii|iy|yi|yy|aya|aia|oe|oye|ogo|oi|oy)|ye|e|eh|aye|i)"
)
"""Endings of Slavic adjectives and nouns, and the Persian ezafe."""


@lru_cache(maxsize=1 << 14)
def _stem(word: str) -> str:
    match = _ENDING.fullmatch(word)
    stem = match.group(1) if match else word
    return stem if len(stem) >= 5 else ""


SHORTEST_STEM = 4
"""Letters of a Slavic word without its ending by which it is known; of shorter ones the tables have every form."""
_SLAVIC = re.compile(
    r"(.{4,}?)(?:yi|ii|yy|iy|ij|yj|oi|oy|oj|ei|ey|ej|aya|aia|aja|yaya|iaia|oye|oe|oje|eye|ee|yye|yie|iye|iie|ije|ye|ie|"
    r"ogo|ego|omu|emu|ykh|ikh|yh|ih|ym|im|ymi|imi|uyu|uiu|yuyu|iuiu|iya|iia|ija|iyu|iiu|iyami|iiami|iem|iyem|"
    r"ya|ia|ja|yu|iu|yakh|iakh|akh|ami|yami|iami|om|ov|ev|yov|a|u|y|i|e|o)"
)
"""What may be left of the endings of Slavic nouns and adjectives in the romanisations in use."""


def has_slavic_ending(word: str) -> bool:
    """Whether a romanised word may be a Slavic one with the ending of a case."""
    return _SLAVIC.fullmatch(word) is not None


@lru_cache(maxsize=1 << 15)
def slavic_stem(word: str) -> str:
    """A Slavic word, romanised in whatever way, without the ending of its case; another word as it is plainly spelled."""
    match = _SLAVIC.fullmatch(word)
    return plain_spelling(match.group(1) if match else word)


_SAME_LETTERS = str.maketrans("أإآٱىیئکةۀ", "اااايييكهه")
_CLITICS = re.compile(r"(?:و?(?:بال|ال|لل)|[ولب](?=.{4}))?(.{3,}?)(?:يه|ات|ين|هاي|ها|ه|ي)?")


@lru_cache(maxsize=1 << 13)
def arabic_stem(word: str) -> str:
    """An Arabic or Persian word without article, prepositions and endings, its letters as both languages write them."""
    plain = word.translate(_SAME_LETTERS)
    match = _CLITICS.fullmatch(plain)
    return match.group(1) if match else plain


@cache
def legal_forms() -> dict[str, LegalForm]:
    """Every legal form by its code."""
    return {
        row["code"]: LegalForm(row["code"], row["kind"], frozenset(row["countries"].split()))
        for row in rows("legal_forms")
    }


@cache
def legal() -> Lexicon:
    """Spellings of legal forms; one that several forms share means each of them, codes joined by ``/``."""
    codes: dict[str, list[str]] = {}
    for row in rows("legal_forms"):
        for spelling in spellings(row["spellings"]):
            key = " ".join(word.text for word in words(spelling))
            if row["code"] not in codes.setdefault(key, []):
                codes[key].append(row["code"])
    return Lexicon((key, Entry(Kind.LEGAL, "/".join(code))) for key, code in codes.items())


@cache
def business() -> Lexicon:
    """Words of organisations: what they do, what sort of body they are, countries, numbers."""
    return Lexicon(_business_entries())


def _business_entries() -> Iterable[tuple[str, Entry]]:
    kinds = {
        "activity": Kind.ACTIVITY,
        "group": Kind.GROUP,
        "body": Kind.BODY,
        "place": Kind.PLACE,
        "filler": Kind.FILLER,
        "name": Kind.BODY,
    }
    for row in rows("business"):
        for spelling in spellings(row["spellings"]):
            yield spelling, Entry(kinds[row["kind"]], row["concept"])
    for row in rows("places"):
        for spelling in spellings(row["spellings"]):
            yield spelling, Entry(Kind.PLACE, f"country:{row['country']}")
    for row in rows("numbers"):
        for spelling in spellings(row["spellings"]):
            yield spelling, Entry(Kind.NUMBER, row["value"])


@cache
def in_russian() -> dict[str, tuple[tuple[str, ...], ...]]:
    """The words of Russian, romanised, for what a word of an organisation means, longest phrase first.

    Russian short forms are made of them.
    """
    found: dict[str, dict[tuple[str, ...], None]] = {}
    for row in rows("business"):
        if row["kind"] != "filler":
            for spelling in spellings(row["spellings"]):
                if script_of(spelling[0]) == "cyrillic":
                    phrase = tuple(word.text for word in words(spelling))
                    found.setdefault(row["concept"], {})[phrase] = None
    return {concept: tuple(sorted(phrases, key=len, reverse=True)) for concept, phrases in found.items()}


@cache
def numerals() -> dict[str, str]:
    """Roman numerals of one letter, which are other words elsewhere, by value."""
    return {
        spelling: row["value"]
        for row in rows("numbers")
        for spelling in spellings(row["spellings"])
        if len(spelling) == 1
    }


@cache
def personal() -> Lexicon:
    """Titles, particles and the like in names of persons."""
    kinds = {
        "title": Kind.TITLE,
        "particle": Kind.PARTICLE,
        "connector": Kind.CONNECTOR,
        "compound": Kind.COMPOUND,
        "generation": Kind.GENERATION,
        "placeholder": Kind.PLACEHOLDER,
    }
    return Lexicon(
        (spelling, Entry(kinds[row["kind"]], spelling))
        for row in rows("person_words")
        for spelling in spellings(row["spellings"])
    )


@cache
def vessel_prefixes() -> Lexicon:
    """What stands before a ship's name."""
    return Lexicon(
        (spelling, Entry(Kind.PREFIX, "vessel"))
        for row in rows("vessel_words")
        if row["kind"] == "prefix"
        for spelling in spellings(row["spellings"])
    )


@cache
def labels() -> tuple[Lexicon, re.Pattern[str]]:
    """Labels before a name, each as what it says of a colon, and a pattern for what ends a name.

    A label of kind ``sure`` is one without a colon, too.
    """
    before = Lexicon(
        (spelling, Entry(Kind.FILLER, row["kind"]))
        for row in reversed(rows("labels"))
        if row["kind"] in {"before", "sure"}
        for spelling in spellings(row["spellings"])
    )
    after = [
        re.escape(spelling)
        for row in rows("labels")
        if row["kind"] == "after"
        for spelling in spellings(row["spellings"])
    ]
    after.sort(key=len, reverse=True)
    # From the first sign of a run on, and never back into it: a thousand brackets must not take a thousand starts.
    return before, re.compile(rf"(?<![\s,;(])[\s,;(]++(?:{'|'.join(after)})(?=[\s:.,#\d]|$)", re.IGNORECASE)


@cache
def same_names() -> dict[str, frozenset[int]]:
    """Given and family names that stand for each other: a name's groups, by number."""
    groups: dict[str, set[int]] = {}
    for number, row in enumerate(rows("nicknames")):
        for spelling in spellings(row["spellings"]):
            key = "".join(word.text for word in words(spelling))
            groups.setdefault(key, set()).add(number)
    return {name: frozenset(numbers) for name, numbers in groups.items()}


def begun(texts: Sequence[str]) -> int:
    """How many of the last words begin a legal form of which the rest, perhaps in the middle of a word, was cut off."""
    if not texts:
        return 0
    last = texts[-1]
    for count in range(min(MOST_BEGUN, len(texts)), 0, -1):
        if count > 1 and (texts[-count],) not in _legal_beginnings():
            continue
        after = _legal_beginnings().get(tuple(texts[len(texts) - count : -1]), ())
        place = bisect_right(after, last)
        if place < len(after) and after[place].startswith(last):
            return count
        whole = tuple(texts[len(texts) - count :])
        known = legal().at(whole, 0)
        if count > 1 and whole in _legal_beginnings() and (known is None or known[1] < count):
            return count
    return 0


def begins_form(texts: Sequence[str]) -> bool:
    """Whether a legal form is these words, or begins with them."""
    words_ = tuple(texts)
    return words_ in _legal_beginnings() or words_ in legal().phrases()


MOST_BEGUN, SHORTEST_BEGUN = 6, 5
"""Words of a legal form that may be cut off, and letters of its first one where it is cut within that."""


@cache
def _legal_beginnings() -> dict[tuple[str, ...], tuple[str, ...]]:
    """The words that follow each beginning of a legal form, in order."""
    found: dict[tuple[str, ...], set[str]] = {}
    for phrase in legal().phrases():
        for length in range(len(phrase)):
            if length or len(phrase[0]) >= SHORTEST_BEGUN:
                found.setdefault(phrase[:length], set()).add(phrase[length])
    return {begin: tuple(sorted(after)) for begin, after in found.items()}


@cache
def english() -> frozenset[str]:
    """English words of business."""
    return frozenset(word for row in rows("english") for word in spellings(row["words"]))


SHORTEST_NAME = 5
"""Letters of a name that is known in another romanisation, too."""


@lru_cache(maxsize=1 << 15)
def names_like(text: str) -> frozenset[int]:
    """The groups of a name, also when it is romanised otherwise than the table has it."""
    known = same_names().get(text)
    if known is not None or len(text) < SHORTEST_NAME:
        return known or frozenset()
    return _plain_names().get(_telling(text), frozenset())


def _telling(text: str) -> str:
    """The plain spelling of a name where that still tells, else the name: Haniyeh is not Hanee, though both are plainly Hani."""
    plain = plain_spelling(text)
    return plain if len(plain) >= len(text) - MOST_PLAIN else text


MOST_PLAIN = 2
"""Letters of a name that its plain spelling may lack."""


@cache
def _plain_names() -> dict[str, frozenset[int]]:
    return {_telling(name): groups for name, groups in same_names().items() if len(name) >= SHORTEST_NAME}


_UNSPACED = frozenset({"han", "kana", "hangul", "thai", "burmese"})


@cache
def _native_words() -> re.Pattern[str]:
    found: set[str] = set()
    for table in ("legal_forms", "business", "places"):
        for row in rows(table):
            for spelling in spellings(row["spellings"]):
                if (
                    all(script_of(char) in _UNSPACED for char in spelling if char.isalpha())
                    and not spelling.isascii()
                ):
                    found.add(spelling)
    ordered = sorted(found, key=len, reverse=True)
    return re.compile("(" + "|".join(re.escape(word) for word in ordered) + ")")


def cut(text: str) -> str:
    """The text with blanks around the known words of scripts that are written without blanks.

    A single Han character that is a word only at the end of a longer one (部, 米) is cut only there.
    """
    if text.isascii():
        return text
    return _native_words().sub(_blanks, text)


def _blanks(match: re.Match[str]) -> str:
    word = match.group()
    if len(word) == 1 and script_of(word) != "burmese":
        return word
    return f" {word} "
