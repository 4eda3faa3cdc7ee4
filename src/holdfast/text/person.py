"""Reads the name of a person: titles, particles, what its bearer is called after the father."""

from __future__ import annotations

import re
from functools import lru_cache

from holdfast.text.fold import Word, words
from holdfast.text.lexicon import Kind, personal
from holdfast.text.name import MOST_WORDS, Family, ParsedName, Token
from holdfast.text.romanise import syllables

MOST_GIVEN = 2
"""Given name and surname: a name has both, beside what its bearer is called after the father."""
_PATRONYMIC = re.compile(
    r"(?:[oe]vi?ch|[yi]evi?ch|ovn[ay]|evn[ay]|yevn[ay]|i[ck]hna|ovych|evych|yovych|ivn[ay]|yivna|ovic|evic|"
    r"avich|auna|ouna|ewna|owna|ogly|oglu|kyzy|qizi|uulu)$"
)
_ABD = re.compile(r"^abd[aeiou]{1,2}(?:l|r(?=r)|s(?=s)|d(?=d)|n(?=n)|t(?=t)|z(?=z)|s(?=sh))(.{3,})$")
_FAITH = re.compile(r"^(.{3,}?)(?:[aeiou]{1,2}ld{1,2}[aei]{1,2}n|(?:[aeiou]{1,2}dd|aad|ed|dd)[aei]{1,2}ne?)$")
"""Names of the faith (ad-Din) in one word: Jalaluddin, Seifeddine, Izzeldin."""
_FAITH_ENDS = ("din", "deen", "dine", "dein")
_OF_FAITH = frozenset(
    {"din", "deen", "dine", "dein", "aldin", "eldin", "eldine", "aldeen", "eddine", "uddin", "addin", "ddin"}
)
_ASSIMILATED = frozenset(
    {"un", "ud", "ur", "us", "ut", "an", "ad", "ar", "as", "at", "ash", "az", "adh", "ath", "es", "ed", "er"}
)
"""Arabic articles whose consonant is that of the word that follows: ar-Rahman, ud-Din."""


def parse_person(text: str) -> ParsedName:
    """The name of a person; what stands after one comma is the given name, unless it only tells the generation."""
    comma = text.find(",")
    if 0 < comma < len(text) - 1 and text.count(",") == 1:
        tail = [word.text for word in words(text[comma + 1 :])]
        if tail and not all(
            (entry := personal().word(part)) and entry.kind is Kind.GENERATION for part in tail
        ):
            text = f"{text[comma + 1 :]} {text[:comma]}"
    parts = words(text)[:MOST_WORDS]
    if len(parts) == 1:
        parts = _split_han(parts)
    texts = [part.text for part in parts]
    if personal().has_none_of(texts):
        tokens = _join_faith([_plain_token(part) for part in parts])
        return ParsedName(Family.PERSON, _with_surname(tokens), (), text)
    tokens = []
    place = 0
    while place < len(parts):
        part = parts[place]
        found = personal().at(texts, place)
        kind, length = (found[0].kind, found[1]) if found is not None else (_person_kind(part), 1)
        if place == 0 and len(parts) > 1 and (len(part.text) == 1 or part.text == "ben"):
            kind, length = _person_kind(part), 1
        if kind is Kind.PARTICLE and length == 1 and not _is_article(texts, place):
            kind = _person_kind(part)
        if (
            len(parts) <= 2
            and kind in {Kind.TITLE, Kind.PLACEHOLDER}
            and part.text not in {"mr", "mrs", "ms", "dr"}
        ):
            kind = Kind.NAME
        if kind is Kind.COMPOUND and place + length < len(parts):
            step = _join_compound(parts, texts, place + length)
            if texts[place].startswith("abd") and step is not None:
                joined = "abd" + parts[step].text
                tokens.append(Token(joined, Kind.NAME, joined, part.native + parts[step].native, part.script))
                place = step + 1
                continue
            kind = Kind.CONNECTOR
        tokens += (_token(word, kind) for word in parts[place : place + length])
        place += length
    tokens = _join_faith(tokens)
    return ParsedName(Family.PERSON, _with_surname(tokens), (), text)


def _join_faith(tokens: list[Token]) -> list[Token]:
    """Names such as Jalal al-Din as the one word that they are."""
    found: list[Token] = []
    for token in tokens:
        if token.text in _OF_FAITH and found:
            particle = found[-1].kind is Kind.PARTICLE and len(found) > 1
            named = found[-2] if particle else found[-1]
            if (
                named.kind is Kind.NAME
                and len(named.text) >= SHORTEST_OF_FAITH
                and (particle or token.text not in _BARE_FAITH)
            ):
                text = f"{named.text}uddin"
                native = token.native.removeprefix("ال")
                del found[-2 if particle else -1 :]
                found.append(Token(text, Kind.NAME, text, named.native + native, named.script))
                continue
        found.append(token)
    return found


SHORTEST_OF_FAITH = 3
_BARE_FAITH = frozenset({"din", "deen", "dine", "dein"})


def _with_surname(tokens: list[Token]) -> tuple[Token, ...]:
    """A name has a given name and a surname: where they are not there, one that looks like a father's is the surname.

    Sergey Stankevich, Sergey Nikolayevich Stankevich, Stankevich Sergey Nikolayevich.
    """
    father = Kind.PATRONYMIC
    fathers = [place for place, token in enumerate(tokens) if token.kind is father]
    if fathers and sum(token.kind in {Kind.NAME, Kind.INITIAL} for token in tokens) < MOST_GIVEN:
        place = 0 if fathers[0] == 0 and tokens[-1].kind is Kind.PATRONYMIC else fathers[-1]
        tokens[place] = tokens[place]._replace(kind=Kind.NAME)
    return tuple(tokens)


def _is_article(texts: list[str], place: int) -> bool:
    """Whether a particle can be one there; else it is a name: the Un of Kim Jong Un."""
    if texts[place] not in _ASSIMILATED:
        return True
    following = texts[place + 1] if place + 1 < len(texts) else ""
    return following[:1] == texts[place][1]


@lru_cache(maxsize=1 << 15)
def _plain_token(word: Word) -> Token:
    """A word that is in no list."""
    return _token(word, _person_kind(word))


def _token(word: Word, kind: Kind) -> Token:
    text = word.text
    if kind in {Kind.NAME, Kind.COMPOUND}:
        kind = Kind.NAME
        if (compound := _ABD.match(text)) is not None:
            text = "abd" + compound.group(1)
        elif (
            word.script == "latin"
            and text.endswith(_FAITH_ENDS)
            and (faith := _FAITH.match(text)) is not None
        ):
            text = f"{faith.group(1)}uddin"
    return Token(text, kind, text, word.native, word.script)


def _join_compound(parts: tuple[Word, ...], texts: list[str], place: int) -> int | None:
    """The place of the word that completes Abd (al) …."""
    if texts[place] in {"al", "el", "ul", "ar", "as", "ur", "us", "er", "es", "ad", "an", "az"}:
        place += 1
    return place if place < len(parts) else None


def _person_kind(part: Word) -> Kind:
    if len(part.text) == 1 and part.script in {"latin", "cyrillic", "greek"}:
        return Kind.INITIAL
    if len(part.text) > 6 and _PATRONYMIC.search(part.text):
        return Kind.PATRONYMIC
    return Kind.NAME


def _split_han(parts: tuple[Word, ...]) -> tuple[Word, ...]:
    """A Chinese name in one run: the family name is its first character, the given name the rest."""
    if parts[0].script != "han" or not 2 <= len(parts[0].native) <= 4:
        return parts
    native = parts[0].native
    reading = syllables(native)
    head = 2 if len(native) == 4 else 1
    first, rest = "".join(reading[:head]), "".join(reading[head:])
    if not first or not rest:  # a character so rare that its reading is not known
        return parts
    return Word(first, native[:head], "han"), Word(rest, native[head:], "han")
