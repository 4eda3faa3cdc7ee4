"""Under which keys a word, a name or an identifier is filed, so that what may match lies together.

A word is filed as it is, by its consonants (:func:`holdfast.text.sound.skeletons`) and with each of its letters left
out, which finds every word at one edit's distance (Garbe, SymSpell, 2012). A key is the 64-bit hash of a short text.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from typing import TYPE_CHECKING

from holdfast.text.fold import words
from holdfast.text.lexicon import Kind
from holdfast.text.rarity import weight
from holdfast.text.sound import plain_spelling, skeletons

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.text.name import Token

MEANING = frozenset({Kind.ACTIVITY, Kind.GROUP, Kind.BODY, Kind.PLACE, Kind.NUMBER})
"""Words that are filed under what they mean."""
IGNORED = frozenset(
    {Kind.FILLER, Kind.PARTICLE, Kind.TITLE, Kind.CONNECTOR, Kind.PLACEHOLDER, Kind.GENERATION}
)
"""Words by which nothing is looked up."""


@lru_cache(maxsize=1 << 16)
def hashed(key: str) -> int:
    """The key's hash."""
    return int.from_bytes(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def surface(token: Token) -> str:
    """The text under which the word is filed exactly: its meaning where it has one, else its letters."""
    if token.kind in MEANING:
        return f"~{token.concept}"
    return token.text


def loose_keys(text: str) -> Iterator[str]:
    """Keys that a word shares with those it may stand for."""
    plain = plain_spelling(text[:40])
    yield f"d:{plain}"
    if len(plain) >= 4:
        for place in range(len(plain)):
            yield f"d:{plain[:place]}{plain[place + 1 :]}"
    for skeleton in skeletons(text):
        if len(skeleton) >= 2 or len(text) <= 4:
            yield f"s:{skeleton}"
        if len(skeleton) >= 4:
            for place in range(1, len(skeleton)):
                yield f"t:{skeleton[:place]}{skeleton[place + 1 :]}"


def wide_keys(text: str) -> Iterator[str]:
    """Keys for a word from another script: a skeleton also meets those with one consonant more or less."""
    yield from loose_keys(text)
    for skeleton in skeletons(text):
        yield f"t:{skeleton}"
        if len(skeleton) >= 4:
            for place in range(1, len(skeleton)):
                yield f"s:{skeleton[:place]}{skeleton[place + 1 :]}"


def whole_key(text: str) -> str:
    """The same for a name in any order, case and punctuation."""
    return "e:" + " ".join(sorted(word.text for word in words(text)))


def running_key(texts: tuple[str, ...]) -> str:
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
