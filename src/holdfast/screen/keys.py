"""Under which keys a name or an identifier is filed, and by what a word is known.

A key is the 64-bit hash of a short text. How words are filed so that nearby ones meet: :mod:`holdfast.screen.neighbours`.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from holdfast.screen.abbreviation import initial, last_words, ways_to_say
from holdfast.text.fold import words
from holdfast.text.lexicon import Kind
from holdfast.text.rarity import weight

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from holdfast.text.name import Token

MEANING = frozenset({Kind.ACTIVITY, Kind.GROUP, Kind.BODY, Kind.PLACE, Kind.NUMBER})
"""Words that are filed under what they mean."""
IGNORED = frozenset(
    {Kind.FILLER, Kind.PARTICLE, Kind.TITLE, Kind.CONNECTOR, Kind.PLACEHOLDER, Kind.GENERATION}
)
"""Words by which nothing is looked up."""


@lru_cache(maxsize=1 << 12)
def hashed(key: str) -> int:
    """The key's hash."""
    return int.from_bytes(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def all_hashed(keys: Sequence[str]) -> NDArray[np.uint64]:
    """The hashes of many keys."""
    digests = [blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest() for key in keys]
    return np.frombuffer(b"".join(digests), dtype="<u8")


def surface(token: Token) -> str:
    """The text under which the word is filed exactly: its meaning where it has one, else its letters."""
    if token.kind in MEANING:
        return f"~{token.concept}"
    return token.text


def whole_key(text: str) -> str:
    """The same for a name in any order, case and punctuation."""
    return sorted_key(tuple(word.text for word in words(text)))


def sorted_key(texts: Sequence[str]) -> str:
    """The same for the words of a name in any order."""
    return "e:" + " ".join(sorted(texts))


def running_key(texts: Sequence[str]) -> str:
    """The same for the words of a name in this order, with or without blanks between them."""
    return "w:" + "".join(texts)


def joins(tokens: tuple[Token, ...]) -> Iterator[tuple[str, float]]:
    """Neighbouring words written together, and what they weigh: two, or three around a particle."""
    for place, (first, second) in enumerate(pairwise(tokens)):
        total = weight(first) + weight(second)
        yield first.text + second.text, total
        if second.kind in IGNORED and place + 2 < len(tokens):
            third = tokens[place + 2]
            yield first.text + second.text + third.text, total + weight(third)


LONGEST_ACRONYM = 9


def acronyms(tokens: Sequence[Token], forms: tuple[str, ...]) -> Iterator[str]:
    """The first letters of the words of an organisation, all of them, with one left out, and with its legal form's.

    Also those of its words in Russian, all of them, in every way to say them.
    """
    own, *russian = ways_to_say(tokens, range(len(tokens)))
    letters = [word[0] for _, word in own]
    for spoken in russian:
        if 2 < len(spoken) <= LONGEST_ACRONYM:
            yield "".join(initial(word) for _, word in spoken)
    if not 2 <= len(letters) <= LONGEST_ACRONYM:
        return
    text = "".join(letters)
    if len(text) > 2:
        yield text
    yield from (text + end[0] for end in last_words(forms))
    if len(text) > 3:
        yield from sorted({text[:place] + text[place + 1 :] for place in range(len(text))} - {text})
