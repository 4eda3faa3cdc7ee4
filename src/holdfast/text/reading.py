"""From a name as typed to a :class:`~holdfast.text.name.ParsedName`, and to the other names that its text states.

Three ways to read: of a person, of an organisation, of a vessel. Labels of forms and messages ("BENEFICIARY:"), voyage
numbers, flags, addresses after a comma and former names in brackets are taken off; former names are kept as other
readings.
"""

from __future__ import annotations

import re
from functools import lru_cache

from holdfast.text.body import parse_body
from holdfast.text.fold import LONGEST, words
from holdfast.text.lexicon import Kind, business, legal
from holdfast.text.misspelt import forms_like
from holdfast.text.name import CUT_AT, MOST_WORDS, Family, ParsedName, Token
from holdfast.text.person import parse_person
from holdfast.text.residue import OTHER_NAMED, is_bare, without_residue
from holdfast.text.shortening import parts_of
from holdfast.text.spelled_letters import letter_runs

_ACRONYM = re.compile(r"\s*[(\[]\s*((?=[^)\]]*[A-Z]{2})[A-Za-z]{2,7}(?:-[A-Z]{1,3})?)\s*[)\]]")
"""A short form after the name that it abbreviates."""
_NAME_IN_BRACKETS = re.compile(r"(?<=\S)\s*[(（]([^()（）]{5,})[)）]")


@lru_cache(maxsize=1 << 10)
def parse(text: str, family: Family) -> ParsedName:
    """The name, read as of that family. Never raises; an empty name has no tokens."""
    text = text[:LONGEST]
    return _parse(text, family, is_bare(text))


def _parse(text: str, family: Family, bare: bool) -> ParsedName:
    shown = text if bare else without_residue(text, family)
    read = parse_person(shown) if family is Family.PERSON else parse_body(shown.strip(), family)
    stripped = text.strip()
    return read._replace(cut=True) if len(stripped) in CUT_AT or stripped.endswith("+") else read


@lru_cache(maxsize=1 << 10)
def readings(text: str, family: Family) -> tuple[ParsedName, ...]:
    """The name, and each short, former or other name that its text states in brackets or after "ex"."""
    text = text[:LONGEST]
    bare = is_bare(text)
    found = [_parse(text, family, bare)]
    if not bare:
        found = _stated(text, family, found)
    if family is Family.ORGANISATION:
        found += _other_readings(found[0])
    if len(found) > 1:
        found = list(dict.fromkeys(found))
    return tuple([reading for reading in found if reading.tokens or reading.forms])


def _stated(text: str, family: Family, found: list[ParsedName]) -> list[ParsedName]:
    """The names that stand in a text with signs, of which the whole text was ``found`` to be one."""
    if family is Family.ORGANISATION:
        if shortened := _with_short_form(text, found):
            found = shortened
        elif (inside := _NAME_IN_BRACKETS.search(text)) is not None:
            found += _with_and_in_brackets(text, inside)
    return found + [parse(match.group(1).strip(), family) for match in OTHER_NAMED.finditer(text)]


def _with_short_form(text: str, found: list[ParsedName]) -> list[ParsedName]:
    """A name without the short form in brackets, and that by itself where it shortens the name; a code stays beside it.

    Nothing where nothing of the kind is in brackets.
    """
    match = _ACRONYM.search(text)
    if match is None:
        return []
    short, rest = match.group(1), text[: match.start()] + text[match.end() :]
    name, known = parse(rest, Family.ORGANISATION), parse(short, Family.ORGANISATION)
    concepts = {token.concept for token in name.tokens}
    same = bool(known.tokens) and concepts.issuperset(token.concept for token in known.tokens)
    if not same and _has_a_meaning(short):
        return []
    return [name, known] if same or _shortens(short, rest) else [name, *found]


def _other_readings(name: ParsedName) -> list[ParsedName]:
    """A body's name with a misspelt legal form; with letters in the place of their names; with words as their parts."""
    doubted = _with_misspelt_form(name)
    found = [] if doubted is None else [doubted]
    texts = [token.text if token.kind is Kind.NAME else "" for token in name.tokens]
    runs = letter_runs(texts)
    if runs:
        tokens = list(name.tokens)
        for start, stop, letters in reversed(runs):
            native = " ".join(texts[start:stop])
            tokens[start:stop] = [Token(letters, Kind.NAME, letters, native, "cyrillic")]
        found.append(name._replace(tokens=tuple(tokens)))
    if any(map(parts_of, name.tokens)):
        split = (part for token in name.tokens for part in parts_of(token) or (token,))
        found.append(name._replace(tokens=tuple(split)[:MOST_WORDS]))
    return found


def _with_and_in_brackets(text: str, inside: re.Match[str]) -> list[ParsedName]:
    """A name without what stands in brackets, and that by itself, where it is the same name again, shorter or translated.

    Obshchestvo s ogranichennoi otvetstvennostyu «Resonit» (OOO «Resonit»); not (Union of the Comoros), a place.
    """
    other = parse(inside.group(1), Family.ORGANISATION)
    rest = parse(f"{text[: inside.start()]} {text[inside.end() :]}", Family.ORGANISATION)
    outside = {token.concept for token in rest.tokens}
    again = sum(token.concept in outside for token in other.tokens)
    if other.forms and any(token.kind is Kind.NAME for token in other.tokens):
        return [rest, other]
    return [rest, other] if len(other.tokens) > 1 and 2 * again >= len(other.tokens) else []


def _has_a_meaning(short: str) -> bool:
    """Whether what stands in brackets is a place, a legal form or a word of business: (HK), (UK), (PTY)."""
    text = "".join(word.text for word in words(short))
    return business().word(text) is not None or legal().word(text) is not None


def _shortens(short: str, name: str) -> bool:
    """Whether the letters stand in the name in their order, the first where a word begins: NICO, not BP Exploration (PSI)."""
    letters = short.casefold().replace("-", "")
    steps = "".join(f"[^{letter}]*{letter}" for letter in letters[1:])
    return re.search(rf"\b{letters[0]}{steps}", name.casefold()) is not None


def _with_misspelt_form(name: ParsedName) -> ParsedName | None:
    """The name whose last word, or else the first, is taken for a misspelt legal form, or for a part of one."""
    if len(name.tokens) < 2:
        return None
    for place in (len(name.tokens) - 1, 0):
        token = name.tokens[place]
        if token.kind is Kind.NAME and token.script == "latin" and (forms := forms_like(token.text)):
            rest = name.tokens[:place] + name.tokens[place + 1 :]
            return name._replace(tokens=rest, forms=tuple(sorted(forms)), doubted=token.text)
    return None
