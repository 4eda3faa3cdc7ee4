"""Listed names and identifiers inside running text, in one pass.

At every word the lengths of the listed names that start with it are known; only those windows are looked up. A name
is found in the order in which it is listed or spoken, in any case, with or without its punctuation, accents and
legal form.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from holdfast.screen.identity import SURE, filed
from holdfast.screen.keys import running_key
from holdfast.screen.query import TextHit, Why
from holdfast.text.fold import words
from holdfast.text.identifiers import guesses
from holdfast.text.rarity import weight

if TYPE_CHECKING:
    from collections.abc import Callable

    from holdfast.screen.index import Index
    from holdfast.screen.query import Hit
    from holdfast.text.name import ParsedName

    Make = Callable[[str, int, int, Why | None], Hit | None]

_PIECE = re.compile(r"[^\s\-_/\\,;:|+*=<>()\[\]{}\"“”„«»!?#%$^~·•。，、；：（）&.]+")
_CODE = re.compile(r"[^\s,;<>()\[\]{}\"“”'|]{4,120}")
LEAST_TOLD = 0.85
"""What the words of a name must weigh to be looked for in text without its legal form: a common word by itself is no find."""


def find_in_text(index: Index, text: str, make: Make) -> list[TextHit]:
    """Finds by falling length, no two overlapping for the same party; in order of place."""
    found = [*_names(index, text, make), *_codes(index, text, make)]
    found.sort(key=lambda hit: (hit.start, -(hit.end - hit.start), -hit.hit.score, hit.hit.party))
    kept: list[TextHit] = []
    ends: dict[str, int] = {}
    for hit in found:
        if hit.start >= ends.get(hit.hit.party, -1):
            kept.append(hit)
            ends[hit.hit.party] = hit.end
    return kept


def _names(index: Index, text: str, make: Make) -> list[TextHit]:
    places: list[tuple[int, int]] = []
    texts: list[str] = []
    for match in _PIECE.finditer(text):
        for word in _words_of(match.group()):
            places.append(match.span())
            texts.append(word)
    spans: list[tuple[int, int]] = []
    keys: list[str] = []
    for first, word in enumerate(texts):
        for length in index.run_lengths(word):
            after = first + length
            if after <= len(texts):
                spans.append((places[first][0], places[after - 1][1]))
                keys.append(running_key(texts[first:after]))
    if not keys:
        return []
    found: list[TextHit] = []
    for span, entries in zip(spans, index.filed(keys), strict=True):
        if entries:
            found += _hits(index, text, span, entries, make)
    return found


@lru_cache(maxsize=1 << 14)
def _words_of(piece: str) -> tuple[str, ...]:
    return tuple(word.text for word in words(piece))


def _hits(index: Index, text: str, span: tuple[int, int], entries: list[int], make: Make) -> list[TextHit]:
    quote = text[span[0] : span[1]]
    best: dict[int, Hit] = {}
    for entry in entries:
        if not _tells(index.name(entry), quote):
            continue
        party = int(index.party_of[entry])
        hit = make(quote, party, entry, None)
        if hit is not None and (party not in best or hit.score > best[party].score):
            best[party] = hit
    return [TextHit(span[0], span[1], quote, hit) for hit in best.values()]


def _tells(name: ParsedName, quote: str) -> bool:
    """Whether the words of a name say enough to be a find: by what they weigh, or since its legal form stands with them."""
    if sum(weight(token) for token in name.tokens) >= LEAST_TOLD:
        return True
    alone = "".join(token.text for token in name.tokens)
    return bool(name.forms and name.tokens) and "".join(word.text for word in words(quote)) != alone


def _codes(index: Index, text: str, make: Make) -> list[TextHit]:
    found: list[TextHit] = []
    for match in _CODE.finditer(text):
        value = match.group().rstrip(".:?!").lstrip(":/")
        if value.isascii() and value.isalpha() and not (value.isupper() and len(value) in {8, 11}):
            continue
        for kind, comparable in guesses(value):
            if not kind:
                continue
            for party, place in filed(index, kind, comparable):
                listed_kind, listed, _, label = index.party(party)["identifiers"][place]
                says = f"“{value}” is the listed {label or listed_kind} “{listed}”"
                hit = make(value, party, -1, Why("identifier", SURE[kind], says))
                if hit is not None:
                    start = match.start() + match.group().index(value)
                    found.append(TextHit(start, start + len(value), value, hit))
    return found
