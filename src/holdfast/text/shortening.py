"""Names of organisations put together from the beginnings of words: Kurganmashzavod is the machine-building plant of Kurgan.

Lists have such a name beside its translation, which shares no word with it. Read as their parts the two meet.
"""

from __future__ import annotations

from functools import cache, lru_cache

from holdfast.text.lexicon import Entry, Kind, business
from holdfast.text.name import Token
from holdfast.text.tables import rows, spellings

SHORTEST = 7
"""Letters of a word that is taken apart."""
SHORTEST_REST, LONGEST_PART = 4, 16
"""Letters of the name before the known parts (Kurgan), and of a part."""


@lru_cache(maxsize=1 << 14)
def parts_of(token: Token) -> tuple[Token, ...]:
    """What the parts of a word mean, after the name that it may begin with; none for a word that is not put together.

    At least two parts must be known: many names happen to end in one.
    """
    if token.kind is not Kind.NAME or len(token.text) < SHORTEST or not token.text.isalpha():
        return ()
    text, found = token.text, []
    while text and (part := _last_part(text)):
        found.append(part)
        text = text[: -len(part)]
    if text and found and len(text) < SHORTEST_REST:
        text += found.pop()
    if len(found) < 2:
        return ()
    meant = [_meaning(part) for part in reversed(found)]
    return (*((Token(text, Kind.NAME, text, text, "latin"),) if text else ()), *meant)


def _last_part(text: str) -> str:
    """The longest known part at the end of a text."""
    return next(
        (text[-size:] for size in range(min(len(text), LONGEST_PART), 2, -1) if text[-size:] in _words()), ""
    )


def _meaning(part: str) -> Token:
    entry = _words()[part]
    return Token(part, entry.kind, entry.concept, part, "latin")


@cache
def _words() -> dict[str, Entry]:
    """What each part means."""
    found: dict[str, Entry] = {}
    for row in rows("parts"):
        meant = business().at(row["word"].split(), 0)
        if meant is not None:
            found |= dict.fromkeys(("".join(part.split()) for part in spellings(row["parts"])), meant[0])
    return found
