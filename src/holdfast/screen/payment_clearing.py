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
from typing import TYPE_CHECKING

from holdfast.text.name import Family, readings
from holdfast.text.rarity import weight

if TYPE_CHECKING:
    from holdfast.screen.payment_policy import PaymentPolicy
    from holdfast.screen.query import Hit

_DIFFERENCES = frozenset({"meaning", "spelling", "sound", "omission", "addition", "order"})
"""Features of a score that say in what two names differ, once each; a legal form counts when both sides state one."""
_NEARLY_ALL = 0.8
"""Share of a text's letters from which a word is all that the text says."""
_LETTERS = re.compile(r"[^\W\d_]+")
_NEXT_WORD = re.compile(r"[ ]?([^\W\d_]+)")
_LAST_WORD = re.compile(r"([^\W\d_]+)[ ]?$")


def disproved(hit: Hit, policy: PaymentPolicy) -> str:
    """Why a hit by name is another party; empty when it may be the one."""
    features = {reason.feature: reason for reason in hit.why}
    elsewhere = features.get("country")
    if "identifier" in features or elsewhere is None or elsewhere.score >= 0:
        return ""
    differing = sorted(_DIFFERENCES & features.keys())
    form = features.get("legal form")
    if form is not None and form.score < 0 and "none" not in form.says:
        differing.append("legal form")
    if len(differing) < policy.differences:
        return ""
    return f"another party: the names differ in {', '.join(differing)}, and it is {elsewhere.says}"


def says_too_little(text: str, start: int, end: int, policy: PaymentPolicy) -> str:
    """Why words found in running text mean nobody by themselves; empty when they do.

    A single word must be unusual and of some length, stand with a legal form, or be all that the text says.
    """
    quote = text[start:end]
    if not quote.isascii():
        return ""
    told = _words(quote)
    if len(told) > 1:
        total = sum(told.values())
        return (
            ""
            if total >= policy.told_in_text
            else f"{quote!r}: common words, which name nobody in running text"
        )
    word = next(iter(told), quote).casefold()
    if word in policy.short_names or _stands_with_form(text, end):
        return ""
    alone = len(quote) >= _NEARLY_ALL * sum(map(len, _LETTERS.findall(text)))
    if (alone or len(word) >= policy.longest_ordinary) and word not in ordinary_words():
        return ""
    return f"{quote!r}: a single ordinary or short word, which names nobody in running text"


def part_of_longer_name(text: str, start: int, end: int) -> bool:
    """Whether the words beside a find, with nothing but a blank between, make it part of another name."""
    before, after = _LAST_WORD.search(text[:start]), _NEXT_WORD.match(text[end:])
    return any(
        found is not None and found.group(1).casefold() not in _forms_and_links() for found in (before, after)
    )


def _words(quote: str) -> dict[str, float]:
    """The telling words of a quote with their weights, read as a body or as a person, whichever tells less."""
    found = [readings(quote, family) for family in (Family.ORGANISATION, Family.PERSON)]
    parsed = [{token.text: weight(token) for token in ways[0].tokens} for ways in found if ways]
    return min(parsed, key=lambda words: sum(words.values()), default={})


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
