"""A name as typed to a :class:`ParsedName`: its words by what they do, without what does not belong to it.

Three ways to read: of a person, of an organisation, of a vessel. Labels of forms and messages ("BENEFICIARY:"), voyage
numbers, flags, addresses after a comma and former names in brackets are taken off; former names are kept as other
readings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cache, lru_cache

from holdfast.text.fold import LONGEST, Word, words
from holdfast.text.lexicon import (
    MOST_BEGUN,
    Entry,
    Kind,
    Lexicon,
    begins_form,
    begun,
    business,
    cut,
    labels,
    legal,
    numerals,
    personal,
    vessel_prefixes,
)
from holdfast.text.misspelt import corrected, forms_like, lettered_form
from holdfast.text.romanise import syllables
from holdfast.text.spelled_letters import letter_runs
from holdfast.text.tables import rows, spellings

MOST_WORDS = 24
"""Words of a name that are compared."""


MOST_GIVEN = 2
"""Given name and surname: a name has both, beside what its bearer is called after the father."""
CUT_AT = range(34, 36)
"""Characters of a line of a FIN message, less a blank that ended it."""


class Family(IntEnum):
    """How a name is read."""

    PERSON = 0
    ORGANISATION = 1
    VESSEL = 2


def family_of(schema: str) -> Family | None:
    """The reading for a FollowTheMoney schema; ``None`` when it is empty or says neither person, body nor ship."""
    if schema == "Person":
        return Family.PERSON
    if schema in {"Vessel", "Airplane", "Vehicle"}:
        return Family.VESSEL
    if schema in {"Company", "Organization", "PublicBody"}:
        return Family.ORGANISATION
    return None


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a name and what it does there."""

    text: str
    kind: Kind
    concept: str
    native: str
    script: str


@dataclass(frozen=True, slots=True)
class ParsedName:
    """A name ready to be compared."""

    family: Family
    tokens: tuple[Token, ...]
    """In the order in which they stand, without legal forms and ship prefixes."""
    forms: tuple[str, ...]
    """Codes of its legal forms."""
    shown: str
    """What of the name as typed was read."""
    cut: bool = False
    """Whether it may end where the line of a message did."""
    doubted: str = ""
    """The word that was read as a misspelt legal form; such a reading stands only beside a name that has that form."""


_PATRONYMIC = re.compile(
    r"(?:[oe]vi?ch|[yi]evi?ch|ovn[ay]|evn[ay]|yevn[ay]|i[ck]hna|ovych|evych|yovych|ivn[ay]|yivna|ovic|evic|"
    r"avich|auna|ouna|ewna|owna|ogly|oglu|kyzy|qizi|uulu)$"
)
_EX = re.compile(
    r"[(\[]?\s*\b(?:ex|f/?k/?a|formerly(?: known as)?|former name|previously|a/?k/?a|also known as|d/?b/?a|vormals|anciennement|antes)\b[-.: ]+([^()\[\]]{3,})[)\]]?",
    re.IGNORECASE,
)
_OTHER_NAME = ("ex", "fka", "formerly", "former name", "previously", "aka", "also known as", "dba", "vormals", "anciennement", "antes")  # fmt: skip
"""Those words, written in letters and blanks."""
_BARE = re.compile(r"[A-Za-z .&-]*")
"""A text that has no sign behind which something else than a name may stand."""
_LONGEST_LABEL = 14
"""Letters of a word of a label."""
_ACRONYM = re.compile(r"\s*[(\[]\s*((?=[^)\]]*[A-Z]{2})[A-Za-z]{2,7}(?:-[A-Z]{1,3})?)\s*[)\]]")
"""A short form after the name that it abbreviates."""
_NAME_IN_BRACKETS = re.compile(r"(?<=\S)\s*[(（]([^()（）]{5,})[)）]")
_BRACKET = re.compile(r"[(\[（【][^()\[\]（）【】]*[)\]）】]")
_VOYAGE = re.compile(r"\b(?:v|voy|voyage)[. ]*\d+[a-z]?\b|\bimo\W*\d{7}\b|\b[a-z]+ flag\b", re.IGNORECASE)
_ADDRESS = re.compile(r",\s*(?:no\.?\s*|suite\s*|unit\s*|room\s*|floor\s*)?\d+[\w/-]*\s+\S.*$", re.IGNORECASE)
_COLON_LABEL = re.compile(r"^\s*:?([0-9]{2}[A-Z]?|[^:\d]{2,30}|FIELD \d\d[A-Z]?)\s*:\s*(?=\S)", re.IGNORECASE)
_ABD = re.compile(r"^abd[aeiou]{1,2}(?:l|r(?=r)|s(?=s)|d(?=d)|n(?=n)|t(?=t)|z(?=z)|s(?=sh))(.{3,})$")
_NUMBER = re.compile(r"^\d+$")
_SERIAL = frozenset({"no", "nr", "num", "number", "numero", "n"})
_SUFFIX_FORMS = frozenset(
    {"inc", "corp", "ltd", "limited", "llc", "plc", "co", "company", "incorporated", "gmbh"}
)


@lru_cache(maxsize=1 << 14)
def parse(text: str, family: Family) -> ParsedName:
    """The name, read as of that family. Never raises; an empty name has no tokens."""
    text = text[:LONGEST]
    if not _is_bare(text):
        shown = _without_residue(text, family)
    else:
        shown = text if family is Family.PERSON else text.strip()
    read = _parse_person(shown) if family is Family.PERSON else _parse_body(shown, family)
    bare = text.strip()
    return replace(read, cut=True) if len(bare) in CUT_AT or bare.endswith("+") else read


@lru_cache(maxsize=1 << 14)
def readings(text: str, family: Family) -> tuple[ParsedName, ...]:
    """The name, and each short, former or other name that its text states in brackets or after "ex"."""
    found = [parse(text, family)]
    if _is_bare(text):
        every = (*found, *_other_readings(found[0]))
        return tuple(reading for reading in every if reading.tokens or reading.forms)
    short = _ACRONYM.search(text[:LONGEST]) if family is Family.ORGANISATION else None
    if short is not None and not _has_a_meaning(short.group(1)):
        found = [
            parse(text[: short.start()] + text[short.end() : LONGEST], family),
            parse(short.group(1), family),
        ]
    elif family is Family.ORGANISATION and (inside := _NAME_IN_BRACKETS.search(text[:LONGEST])) is not None:
        found += _with_and_in_brackets(text[:LONGEST], inside)
    found += [parse(match.group(1).strip(), family) for match in _EX.finditer(text[:LONGEST])]
    found += _other_readings(found[0])
    if len(found) == 1:
        return (found[0],) if found[0].tokens or found[0].forms else ()
    return tuple(reading for reading in dict.fromkeys(found) if reading.tokens or reading.forms)


def _other_readings(name: ParsedName) -> list[ParsedName]:
    """A body's name with a misspelt legal form; with letters in the place of their names."""
    if name.family is not Family.ORGANISATION:
        return []
    doubted = _with_misspelt_form(name)
    found = [] if doubted is None else [doubted]
    texts = [token.text if token.kind is Kind.NAME else "" for token in name.tokens]
    runs = letter_runs(texts)
    if runs:
        tokens = list(name.tokens)
        for start, stop, letters in reversed(runs):
            native = " ".join(texts[start:stop])
            tokens[start:stop] = [Token(letters, Kind.NAME, letters, native, "cyrillic")]
        found.append(replace(name, tokens=tuple(tokens)))
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


@lru_cache(maxsize=1 << 10)
def _is_bare(text: str) -> bool:
    """Whether a text is a name and nothing else: letters only, and no words of forms, or of former names, among them."""
    if _BARE.fullmatch(text) is None or len(text) > LONGEST:
        return False
    texts = [word.text for word in words(text)]
    if not texts or len(texts[0]) > _LONGEST_LABEL or not labels()[0].has_none_of(texts[:1]):
        return False
    return not _residue().stands_in(texts)


@cache
def _residue() -> Lexicon:
    """Words that end a name, and words before another name of the same party."""
    ends = (
        spelling
        for row in rows("labels")
        if row["kind"] == "after"
        for spelling in spellings(row["spellings"])
    )
    return Lexicon((spelling, Entry(Kind.FILLER, "")) for spelling in (*_OTHER_NAME, "flag", *ends))


def _has_a_meaning(short: str) -> bool:
    """Whether what stands in brackets is a place, a legal form or a word of business: (HK), (UK), (PTY)."""
    text = "".join(word.text for word in words(short))
    return business().word(text) is not None or legal().word(text) is not None


def _with_misspelt_form(name: ParsedName) -> ParsedName | None:
    """The name whose last word, or else the first, is taken for a misspelt legal form, or for a part of one."""
    if len(name.tokens) < 2:
        return None
    for place in (len(name.tokens) - 1, 0):
        token = name.tokens[place]
        if token.kind is Kind.NAME and token.script == "latin" and (forms := forms_like(token.text)):
            rest = name.tokens[:place] + name.tokens[place + 1 :]
            return replace(name, tokens=rest, forms=tuple(sorted(forms)), doubted=token.text)
    return None


def _without_residue(text: str, family: Family) -> str:
    before, after = labels()
    text = _without_label(text, before)
    if family is Family.PERSON and ":" not in text and "(" not in text and "/" not in text:
        return text
    label = _COLON_LABEL.match(text)
    if label is not None:
        texts = [word.text for word in words(label.group(1))]
        known = before.at(texts, 0) if texts else None
        if known is not None or _NUMBER.match(label.group(1)[:2]):
            text = text[label.end() :]
    text = _EX.sub(" ", text)
    if family is Family.VESSEL or _VOYAGE.search(text):
        text = _BRACKET.sub(" ", _VOYAGE.sub(" ", text))
    if (ending := after.search(text, 3)) is not None:
        text = text[: ending.start()]
    if family is Family.ORGANISATION:
        text = _ADDRESS.sub("", text)
    return text.strip()


def _without_label(text: str, before: Lexicon) -> str:
    """The text without a label that needs no colon, where two words follow."""
    start = _START.match(text)
    if start is None:
        return text
    texts = [word.text for word in words(start.group())]
    found = before.at(texts, 0) if texts else None
    if found is None or found[0].concept != "sure":
        return text
    rest = _SKIP[min(found[1], len(_SKIP) - 1)].match(text)
    if rest is None or not (after := text[rest.end() :].strip()):
        return text
    return after if " " in after or rest.group().rstrip()[-1] in ".:" else text


_START = re.compile(r"\s*[A-Za-z/.']{1,14}(?:[ .]+[A-Za-z/.']{1,14}){0,3}")
_SKIP = [re.compile(rf"\s*(?:[A-Za-z]+['/. ]*){{{count}}}[:.\s]*") for count in range(6)]


def _parse_person(text: str) -> ParsedName:
    comma = text.find(",")
    if 0 < comma < len(text) - 1 and text.count(",") == 1:
        tail = [word.text for word in words(text[comma + 1 :])]
        if tail and not all(
            (entry := personal().word(part)) and entry.kind is Kind.GENERATION for part in tail
        ):
            text = f"{text[comma + 1 :]} {text[:comma]}"
    parts = _split_han(words(text)[:MOST_WORDS])
    texts = [part.text for part in parts]
    if personal().has_none_of(texts):
        return ParsedName(Family.PERSON, _with_surname([_plain_token(part) for part in parts]), (), text)
    tokens: list[Token] = []
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
    return ParsedName(Family.PERSON, _with_surname(tokens), (), text)


def _with_surname(tokens: list[Token]) -> tuple[Token, ...]:
    """A name has a given name and a surname: where they are not there, one that looks like a father's is the surname.

    Sergey Stankevich, Sergey Nikolayevich Stankevich, Stankevich Sergey Nikolayevich.
    """
    fathers = [place for place, token in enumerate(tokens) if token.kind is Kind.PATRONYMIC]
    if fathers and sum(token.kind in {Kind.NAME, Kind.INITIAL} for token in tokens) < MOST_GIVEN:
        place = 0 if fathers[0] == 0 and tokens[-1].kind is Kind.PATRONYMIC else fathers[-1]
        tokens[place] = replace(tokens[place], kind=Kind.NAME)
    return tuple(tokens)


_ASSIMILATED = frozenset(
    {"un", "ud", "ur", "us", "ut", "an", "ad", "ar", "as", "at", "ash", "az", "adh", "ath", "es", "ed", "er"}
)
"""Arabic articles whose consonant is that of the word that follows: ar-Rahman, ud-Din."""


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
    if len(parts) > 1 or not parts or parts[0].script != "han" or not 2 <= len(parts[0].native) <= 4:
        return parts
    native = parts[0].native
    reading = syllables(native)
    head = 2 if len(native) == 4 else 1
    first, rest = "".join(reading[:head]), "".join(reading[head:])
    if not first or not rest:  # a character so rare that its reading is not known
        return parts
    return Word(first, native[:head], "han"), Word(rest, native[head:], "han")


def _parse_body(text: str, family: Family) -> ParsedName:
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


_DOTTED = re.compile(r"(?<![\w.])(?:[A-Za-z]\.){2,}[A-Za-z]\b\.?")


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
    if business().has_none_of((text,)):
        entry = business().inflected(text)
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


_NAMES_OF_SHIPS = frozenset({Kind.GROUP, Kind.BODY, Kind.ACTIVITY})
"""What words of business may do, which ships are called by."""


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
    if word is None and part.script == "latin" and (other_ending := business().inflected(part.text)):
        word = (other_ending, 1)
    if form is not None and (word is None or form[1] >= word[1]) and _stands_as_form(texts, place, form[1]):
        forms.extend(form[0].concept.split("/")[:1] if "/" not in form[0].concept else [form[0].concept])
        return form[1]
    if part.text in numerals() and _stands_as_number(texts, place, family):
        value = numerals()[part.text]
        tokens.append(Token(part.text, Kind.NUMBER, value, part.native, part.script))
        return 1
    if _NUMBER.match(part.text):
        tokens.append(Token(part.text, Kind.NUMBER, part.text.lstrip("0") or "0", part.native, part.script))
        return 1
    if word is None or (word[0].kind is Kind.NUMBER and not _stands_as_number(texts, place, family)):
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


def _stands_as_number(texts: list[str], place: int, family: Family) -> bool:
    """I, V and X are numbers only where a number stands: at the end, or before a legal form."""
    text = texts[place]
    if len(text) > 2:
        return True
    del family
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
