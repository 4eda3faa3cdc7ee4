"""How much a word of a name tells, from 0 to 1: by what it does there, and by how common it is in the world.

The counts are the package's own (``data/common_words.csv``), not those of an edition: a score must not change because
somebody else was listed.
"""

from __future__ import annotations

import math
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from holdfast.text.lexicon import Kind, same_names
from holdfast.text.tables import rows

if TYPE_CHECKING:
    from holdfast.text.name import Token

_BY_KIND = {
    Kind.ACTIVITY: 0.5,
    Kind.GROUP: 0.3,
    Kind.BODY: 0.45,
    Kind.PLACE: 0.42,
    Kind.NUMBER: 0.8,
    Kind.FILLER: 0.06,
    Kind.LEGAL: 0.0,
    Kind.TITLE: 0.04,
    Kind.PARTICLE: 0.05,
    Kind.CONNECTOR: 0.08,
    Kind.COMPOUND: 0.1,
    Kind.INITIAL: 0.25,
    Kind.PATRONYMIC: 0.55,
    Kind.GENERATION: 0.12,
    Kind.PLACEHOLDER: 0.0,
    Kind.PREFIX: 0.0,
}
SIGNS_OF_A_WORD, MOST_SIGNS = 2, 4
"""Han characters that tell as much as a word of letters, and how many are counted: 永信至诚 is Yongxin Zhicheng."""
LEAST = 0.42
"""Of a name, however common."""


def weight(token: Token) -> float:
    """What the word tells, 0 to 1; a Chinese word of several characters as much as two words."""
    known = _BY_KIND.get(token.kind)
    if known is not None:
        return known
    told = _name_weight(token.text)
    if token.script == "han" and len(token.native) > SIGNS_OF_A_WORD:
        return told * min(MOST_SIGNS, len(token.native)) / SIGNS_OF_A_WORD
    return told


def is_common(text: str) -> bool:
    """Whether the word is a known one: counted in many names, or a name that has other forms."""
    return text in _counts()


@cache
def _counts() -> dict[str, int]:
    counts = dict.fromkeys(same_names(), 7)
    for row in rows("common_words"):
        counts[row["word"]] = max(counts.get(row["word"], 0), int(row["count"]))
    return counts


@lru_cache(maxsize=1 << 15)
def _name_weight(text: str) -> float:
    count = _counts().get(text, 0)
    short = 0.8 if len(text) <= 2 else 0.92 if len(text) == 3 else 1.0
    return max(LEAST, short * (1.0 - 0.085 * math.log2(1 + count)))
