"""Hits that the message itself disproves: they are shown, and hold nothing.

Two kinds. A name that differs from the listed one in several ways at once, of a party that is elsewhere (OFAC FAQ 5, step
4: compare the whole entry with everything known). And words that are found inside a text, but are part of a longer name
or say too little by themselves to mean anybody: a month, an ordinary word, two words of trade. An identifier is never
cleared.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from holdfast.screen.codes import announces_number
from holdfast.screen.running import LEAST_TOLD
from holdfast.text.fold import words
from holdfast.text.lexicon import Kind
from holdfast.text.name import Family
from holdfast.text.rarity import weight
from holdfast.text.reading import parse, readings

if TYPE_CHECKING:
    from holdfast.screen.payment_policy import PaymentPolicy
    from holdfast.screen.query import Hit
    from holdfast.text.name import Token

_DIFFERENCES = frozenset({"meaning", "spelling", "sound", "omission", "addition", "order", "legal form"})
"""Features of a score that say in what two names differ, once each."""
_NEARLY_ALL = 0.8
"""Share of a text's letters from which a word is all that the text says."""
_CRAFT = frozenset({"Vessel", "Airplane"})
_BODIES = frozenset({"Company", "Organization", "LegalEntity", "PublicBody"})
_BUSINESS = frozenset({Kind.ACTIVITY, Kind.BODY, Kind.GROUP})
_TOLD_WITH_BUSINESS = 0.9
"""What the words of a body's name must weigh together when one of them is of business."""
_SHORTEST_OWN = 3
"""Letters of the shortest word that makes a name of a word of business."""
_REGISTRATION = re.compile(r"[A-Z]{1,2}-[A-Z]{3,4}|[A-Z]{1,2}-[A-Z0-9]{4,5}")
"""Registration of an aircraft as it is painted: ``EP-MHO``; shorter ones look like any reference."""
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Scripts that put no blanks between words."""
_LETTERS = re.compile(r"[^\W\d_]+")
_NEXT_WORD = re.compile(r"[ ]?([^\W\d_]+)")
_LAST_WORD = re.compile(r"([^\W\d_]+)[ ]?$")


class Listed(NamedTuple):
    """What was recognised, as its list has it."""

    name: str
    schema: str


def disproved(hit: Hit, policy: PaymentPolicy) -> str:
    """Why a hit by name is another party; empty when it may be the one."""
    features = {reason.feature: reason for reason in hit.why}
    elsewhere = features.get("country")
    if "identifier" in features or elsewhere is None or elsewhere.score >= 0:
        return ""
    differing = sorted(_DIFFERENCES & features.keys())
    if len(differing) < policy.differences:
        return ""
    return f"another party: the names differ in {', '.join(differing)}, and it is {elsewhere.says}"


def says_too_little(text: str, start: int, end: int, listed: Listed, policy: PaymentPolicy) -> str:
    """Why words found in running text mean nobody by themselves; empty when they do.

    What says enough: a whole listed name with its legal form; a word that is not ordinary beside one of business; words
    that together are rare; a single word that is unusual and long, stands with a legal form, or is all that the text says.
    A ship or aircraft also needs a word that announces it when its name is short or ordinary.
    """
    quote = text[start:end]
    if not quote.isascii():
        return ""
    craft = listed.schema in _CRAFT
    if craft and _named_as_craft(text, start, end, policy):
        return ""
    if not craft and _whole_name(quote, listed.name):
        return _end_of_longer_name(text, start, quote, listed)
    told = _words(quote)
    if len(told) > 1:
        total = sum(map(weight, told))
        if total >= policy.told_in_text or (listed.schema in _BODIES and _names_business(told, total)):
            return ""
        return f"{quote!r}: common words, which name nobody in running text"
    word = next((token.text for token in told), quote).casefold()
    if word in policy.short_names or (not craft and _stands_with_form(text, end)):
        return ""
    alone = len(quote) >= _NEARLY_ALL * sum(map(len, _LETTERS.findall(text)))
    if (alone or len(word) >= policy.longest_ordinary) and word not in ordinary_words():
        return ""
    return f"{quote!r}: a single ordinary or short word, which names nobody in running text"


def word_of_a_place(
    text: str, start: int, end: int, listed: Listed, policy: PaymentPolicy, *, town: bool
) -> str:
    """Why words of an address are its street or town; empty when they may be a party.

    No ship or aircraft has its name in an address unless a word announces it, and ``town`` says that the words are all of the
    field for the town: of Superior, Wisconsin, not the tanker of that name.
    """
    quote = text[start:end]
    if town and not (listed.schema in _BODIES and _whole_name(quote, listed.name)):
        return f"{quote!r}: the town of the address"
    if listed.schema in _CRAFT and not _named_as_craft(text, start, end, policy):
        return f"{quote!r}: a word of the address, where nothing announces a ship or an aircraft"
    return ""


def short_number(text: str, start: int, end: int) -> str:
    """Why digits found in running text are no identifier; empty when they may be one."""
    quote = text[start:end]
    before = text[:start].split()
    if not quote.isdecimal() or announces_number(quote, before[-1] if before else ""):
        return ""
    return f"{quote!r}: a short number that nothing announces"


def single_word_of_a_name(text: str, start: int, end: int, policy: PaymentPolicy) -> str:
    """Why one word of a longer name in another script is not the firm that is called so alone; empty when it may be.

    As in Latin letters, a long word or one of the policy's short names is enough.
    """
    quote = text[start:end]
    if quote.isascii() or " " in quote or _UNSPACED.search(quote):
        return ""
    word = "".join(_plain_words(quote))
    if len(word) >= policy.longest_ordinary or word in policy.short_names:
        return ""
    beside = _plain_words(" ".join((*text[:start].split()[-1:], *text[end:].split()[:1])))
    longer = any(other not in _forms_and_links() for other in beside)
    return f"{quote!r} is a single word of a longer name" if longer else ""


def part_of_longer_name(text: str, start: int, end: int) -> bool:
    """Whether the words beside a find, with nothing but a blank between, make it part of another name."""
    before, after = _LAST_WORD.search(text[:start]), _NEXT_WORD.match(text[end:])
    return any(
        found is not None and found.group(1).casefold() not in _forms_and_links() for found in (before, after)
    )


def _words(quote: str) -> tuple[Token, ...]:
    """The words of a quote, read as a body or as a person, whichever tells less."""
    found = [readings(quote, family) for family in (Family.ORGANISATION, Family.PERSON)]
    parsed = [tuple({token.text: token for token in ways[0].tokens}.values()) for ways in found if ways]
    return min(parsed, key=lambda tokens: sum(map(weight, tokens)), default=())


def _names_business(told: tuple[Token, ...], total: float) -> bool:
    """Whether a word that is not ordinary stands with one of business: ``Shahed Aviation``, not ``General Trading``."""
    ordinary = ordinary_words() | _forms_and_links()
    own = any(len(token.text) >= _SHORTEST_OWN and token.text not in ordinary for token in told)
    return own and total >= _TOLD_WITH_BUSINESS and any(token.kind in _BUSINESS for token in told)


def _whole_name(quote: str, listed: str) -> bool:
    """Whether a quote has all letters of a listed name that a legal form is part of."""
    name = parse(listed, Family.ORGANISATION)
    whole = "".join(_plain_words(quote)) == "".join(_plain_words(listed))
    return whole and bool(name.forms and name.tokens)


def tells_little(quote: str, listed: Listed) -> bool:
    """Whether the words of a body's name, its legal form aside, are so common that another name may have them too."""
    return (
        listed.schema in _BODIES and sum(map(weight, parse(quote, Family.ORGANISATION).tokens)) < LEAST_TOLD
    )


def _end_of_longer_name(text: str, start: int, quote: str, listed: Listed) -> str:
    """Why a whole listed name of common words ends another name: Northern Timber Corporation; empty when it stands alone."""
    before = _LAST_WORD.search(text[:start])
    if before is None or not tells_little(quote, listed):
        return ""
    word = before.group(1).casefold()
    if word in ordinary_words() or word in _forms_and_links():
        return ""
    return f"{quote!r}: common words that end a longer name"


def _plain_words(text: str) -> list[str]:
    return [word.text for word in words(text)]


def _announced(text: str, start: int, marks: frozenset[str]) -> bool:
    """Whether the word before, signs aside, says that a ship or an aircraft is named."""
    before = text[:start].split()
    return bool(before) and before[-1].casefold().strip(".:,;\"'(").replace("/", "") in marks


def _named_as_craft(text: str, start: int, end: int, policy: PaymentPolicy) -> bool:
    """Whether words are announced as a ship or an aircraft, or are painted on one."""
    return _announced(text, start, policy.craft_words) or bool(_REGISTRATION.fullmatch(text[start:end]))


def _stands_with_form(text: str, end: int) -> bool:
    after = _NEXT_WORD.match(text[end:].lstrip(" ,"))
    return after is not None and after.group(1).casefold() in _forms()


@cache
def _forms() -> frozenset[str]:
    return frozenset(_table("forms"))


@cache
def _forms_and_links() -> frozenset[str]:
    return _forms() | frozenset(_table("links"))


@cache
def ordinary_words() -> frozenset[str]:
    """Words that payments use for other things than names: months, goods, reasons, in several languages."""
    return frozenset(_table("ordinary"))


@cache
def _table(kind: str) -> tuple[str, ...]:
    content = files("holdfast.screen").joinpath("data/ordinary_words.csv").read_text(encoding="utf-8")
    rows = [line.partition(",") for line in content.splitlines() if line and not line.startswith("#")]
    return tuple(word for name, _, words in rows if name == kind for word in words.split())
