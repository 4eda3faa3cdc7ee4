"""What stands with a name and is no part of it: labels, voyages, flags, addresses, former and other names."""

from __future__ import annotations

import re
from functools import cache

from holdfast.text.fold import LONGEST, words
from holdfast.text.lexicon import Entry, Kind, Lexicon, labels
from holdfast.text.name import Family
from holdfast.text.tables import rows, spellings

OTHER_NAMED = re.compile(
    r"[(\[]?\s*\b(?:ex|f/?k/?a|formerly(?: known as)?|former name|previously|a/?k/?a|also known as|d/?b/?a|vormals|anciennement|antes)\b[-.: ]+([^()\[\]]{3,})[)\]]?",
    re.IGNORECASE,
)
_OTHER_NAME = ("ex", "fka", "formerly", "former name", "previously", "aka", "also known as", "dba", "vormals", "anciennement", "antes")  # fmt: skip
"""Those words, written in letters and blanks."""
_BARE = re.compile(r"[^\x00-\x1f!-%'-,/:-@\[-`{-\x7f\d（）【】]*")
"""A text that has no sign behind which something else than a name may stand: letters, blanks, full stops, ``&`` and ``-``."""
_LONGEST_LABEL = 14
"""Letters of a word of a label."""
_BRACKET = re.compile(r"[(\[（【][^()\[\]（）【】]*[)\]）】]")
_VOYAGE = re.compile(r"\b(?:v|voy|voyage)[. ]*\d+[a-z]?\b|\bimo\W*\d{7}\b|\b[a-z]+ flag\b", re.IGNORECASE)
_ADDRESS = re.compile(r",\s*(?:no\.?\s*|suite\s*|unit\s*|room\s*|floor\s*)?\d+[\w/-]*\s+\S.*$", re.IGNORECASE)
_COLON_LABEL = re.compile(r"^\s*:?([0-9]{2}[A-Z]?|[^:\d]{2,30}|FIELD \d\d[A-Z]?)\s*:\s*(?=\S)", re.IGNORECASE)
_NUMBER = re.compile(r"^\d+$")
_START = re.compile(r"\s*[A-Za-z/.']{1,14}(?:[ .]+[A-Za-z/.']{1,14}){0,3}")
_SKIP = [re.compile(rf"\s*(?:[A-Za-z]+['/. ]*){{{count}}}[:.\s]*") for count in range(6)]


def is_bare(text: str) -> bool:
    """Whether a text is a name and nothing else: letters only, and no words of forms, or of former names, among them."""
    if _BARE.fullmatch(text) is None or len(text) > LONGEST:
        return False
    texts = [word.text for word in words(text)]
    if not texts or len(texts[0]) > _LONGEST_LABEL or labels()[0].longest(texts[0]):
        return False
    return not _residue().stands_in(texts)


def without_residue(text: str, family: Family) -> str:
    """The text without what is no part of the name; in a person's name only labels are looked for, unless signs tell of more."""
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
    text = OTHER_NAMED.sub(" ", text)
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
