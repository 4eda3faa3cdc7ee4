"""Reads the name of an organisation or a vessel: legal forms, words of business, places, numbers."""

from __future__ import annotations

import re
from functools import lru_cache

from holdfast.text.fold import Word, words
from holdfast.text.lexicon import (
    MOST_BEGUN,
    Kind,
    begins_form,
    begun,
    business,
    cut,
    legal,
    numerals,
    vessel_prefixes,
)
from holdfast.text.misspelt import corrected, lettered_form
from holdfast.text.name import CUT_AT, MOST_WORDS, Family, ParsedName, Token

_DOTTED = re.compile(r"(?<![\w.])(?:[A-Za-z]\.){2,}[A-Za-z]\b\.?")
_NAMES_OF_SHIPS = frozenset({Kind.GROUP, Kind.BODY, Kind.ACTIVITY})
"""What words of business may do, which ships are called by."""
_NUMBER = re.compile(r"^\d+$")
_SERIAL = frozenset({"no", "nr", "num", "number", "numero", "n"})
_SUFFIX_FORMS = frozenset(
    {"inc", "corp", "ltd", "limited", "llc", "plc", "co", "company", "incorporated", "gmbh"}
)


def parse_body(text: str, family: Family) -> ParsedName:
    """The name of an organisation or a vessel; one that is nothing but a legal form keeps its words."""
    together = _DOTTED.sub(_together, text) if "." in text else text
    parts = words(cut(together))[: MOST_WORDS * 2]
    texts = corrected([part.text for part in parts])
    lettered, phrase = lettered_form(texts)
    if lettered:
        parts = (*parts[:-lettered], *(Word(word, word, "latin") for word in phrase))
        texts = [*texts[:-lettered], *phrase]
    place = 0
    if family is Family.VESSEL or _looks_like_ship(texts):
        found = vessel_prefixes().at(texts, 0) if texts else None
        if found is not None and found[1] < len(texts):
            place = found[1]
    tokens: list[Token] = []
    forms: list[str] = []
    end = len(parts)
    ended = begun(texts[1:])
    if ended and _ends_in_form(texts):
        ended = 0
    if ended > 1 or len(text) in CUT_AT or text.endswith("+"):
        end -= ended
    read, texts = parts[:end], texts[:end]
    while place < end:
        part = read[place]
        plain = part.script == "latin" and part.text == texts[place]
        token = _by_itself(part.text, family) if plain else None
        if token is not None:
            tokens.append(token)
            place += 1
        else:
            place += _take(read, texts, place, family, tokens, forms)
    if not tokens and parts:
        tokens = [Token(part.text, Kind.NAME, part.text, part.native, part.script) for part in parts]
    return ParsedName(family, tuple(_join_letters(tokens)[:MOST_WORDS]), tuple(forms), text)


def _ends_in_form(texts: list[str]) -> bool:
    """Whether the last words are a whole legal form: S.p.A. is no P.A.O. that was cut off."""
    last = len(texts)
    forms = ((place, legal().at(texts, place)) for place in range(max(1, last - MOST_BEGUN), last))
    return any(form is not None and place + form[1] == last for place, form in forms)


def _together(letters: re.Match[str]) -> str:
    """Dotted letters as one word (Y.A.S. is no Y in the form A.S.), unless a legal form is or begins with them (S.A.S.)."""
    run = letters.group()
    return run if begins_form(run.casefold().replace(".", " ").split()) else run.replace(".", "")


@lru_cache(maxsize=1 << 15)
def _by_itself(text: str, family: Family) -> Token | None:
    """The token of a Latin word that is read alike whatever stands beside it; None for one that depends on that."""
    legal_word = family is Family.ORGANISATION and not legal().has_none_of((text,))
    if legal_word or text in numerals() or text in _SERIAL or _NUMBER.match(text):
        return None
    if business().longest_inflected(text) > 1:
        return None
    if business().has_none_of((text,)):
        found = business().inflected((text,), 0)
        entry = found[0] if found is not None else None
    elif business().longest(text) > 1:
        return None
    else:
        entry = business().word(text)
    if entry is None:
        return Token(text, Kind.NAME, text, text, "latin")
    if entry.kind is Kind.NUMBER:
        return None
    if family is Family.VESSEL and entry.kind in _NAMES_OF_SHIPS:
        return Token(text, Kind.NAME, text, text, "latin")
    return Token(text, entry.kind, entry.concept, text, "latin")


def _looks_like_ship(texts: list[str]) -> bool:
    return (len(texts) > 2 and texts[:2] in (["m", "v"], ["m", "t"], ["n", "m"], ["m", "s"])) or (
        len(texts) > 1 and texts[0] in {"mv", "mt"}
    )


def _take(
    parts: tuple[Word, ...],
    texts: list[str],
    place: int,
    family: Family,
    tokens: list[Token],
    forms: list[str],
) -> int:
    """Read the phrase at ``place`` into tokens or forms; how many words it took."""
    part = parts[place]
    form = legal().at(texts, place) if family is Family.ORGANISATION else None
    word = business().at(texts, place)
    if part.script in {"latin", "cyrillic"}:
        if word is None or business().longest_inflected(part.text) > word[1]:
            inflected = business().inflected(texts, place)
            if word is None or (inflected is not None and inflected[1] > word[1]):
                word = inflected
    elif (
        word is None and part.script == "arabic" and (meant := business().in_arabic(part.native)) is not None
    ):
        word = (meant, 1)
    if form is not None and (word is None or form[1] >= word[1]) and _stands_as_form(texts, place, form[1]):
        forms.extend(form[0].concept.split("/")[:1] if "/" not in form[0].concept else [form[0].concept])
        return form[1]
    if part.text in numerals() and _stands_as_number(texts, place):
        value = numerals()[part.text]
        tokens.append(Token(part.text, Kind.NUMBER, value, part.native, part.script))
        return 1
    if _NUMBER.match(part.text):
        tokens.append(Token(part.text, Kind.NUMBER, part.text.lstrip("0") or "0", part.native, part.script))
        return 1
    if word is None or (word[0].kind is Kind.NUMBER and not _stands_as_number(texts, place)):
        if part.text in _SERIAL and place + 1 < len(texts) and _NUMBER.match(texts[place + 1]):
            return 1
        tokens.append(Token(part.text, Kind.NAME, part.text, part.native, part.script))
        return 1
    entry, length = word
    if family is Family.VESSEL and entry.kind in _NAMES_OF_SHIPS:
        entry, length = type(entry)(Kind.NAME, part.text), 1
    native = " ".join(piece.native for piece in parts[place : place + length])
    tokens.append(
        Token("".join(texts[place : place + length]), entry.kind, entry.concept, native, part.script)
    )
    return length


def _stands_as_form(texts: list[str], place: int, length: int) -> bool:
    """A short form such as AO or SA counts at the start or the end of a name, a spelled-out one anywhere."""
    spelled = sum(len(text) for text in texts[place : place + length])
    if length == len(texts):
        return False
    if spelled >= 5 or texts[place] in _SUFFIX_FORMS:
        return True
    after = texts[place + length :]
    return place == 0 or not after or len(after) <= 3 or all(len(text) <= 4 for text in after)


def _stands_as_number(texts: list[str], place: int) -> bool:
    """I, V and X are numbers only where a number stands: at the end, or before a legal form."""
    text = texts[place]
    if len(text) > 2:
        return True
    return place > 0 and (place == len(texts) - 1 or legal().at(texts, place + 1) is not None)


def _join_letters(tokens: list[Token]) -> list[Token]:
    """Single letters in a row are one abbreviation: N. K. Bansal, J P Morgan."""
    if not any(len(token.text) == 1 for token in tokens):
        return tokens
    joined: list[Token] = []
    run = False
    for token in tokens:
        single = len(token.text) == 1 and token.kind in {Kind.NAME, Kind.FILLER} and token.script == "latin"
        if single and run and joined:
            last = joined[-1]
            text = last.text + token.text
            joined[-1] = Token(text, Kind.NAME, text, text, "latin")
        else:
            joined.append(token)
        run = single
    return joined
