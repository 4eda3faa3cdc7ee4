"""Slavic adjectives of places, and the places: Tulskii of Tula, Penzenskaya of Penza, Omutninskii of Omutninsk.

Lists give a works in one language by the adjective, in another by the town. What a town is called by its adjective is
regular but for a few (Nizhegorodskii), which are left out.
"""

from __future__ import annotations

import re
from functools import lru_cache

SHORTEST_PLACE = 4
_ADJECTIVE = re.compile(r"(.{3,})sk(?:ii|iy|yi|yy|ij|i|y|aya|aia|aja|oye|oe|oje|ogo|oy|oi|om|uyu|iye|ie)")
_LINK = re.compile(r"(?:en|in|an|ov|ev)$")
_ENDINGS = ("", "a", "y", "o", "i", "e", "l", "s", "sk")


def places_of(word: str) -> tuple[str, ...]:
    """What the places may be called whose adjective the word is; none where it is no such adjective."""
    return _places_of(word) if "sk" in word else ()


@lru_cache(maxsize=1 << 12)
def _places_of(word: str) -> tuple[str, ...]:
    found = _ADJECTIVE.fullmatch(word)
    if found is None:
        return ()
    stem = found.group(1)
    stems = dict.fromkeys((stem, _LINK.sub("", stem)))
    places = (short + ending for short in stems if len(short) >= SHORTEST_PLACE - 1 for ending in _ENDINGS)
    return tuple(place for place in places if len(place) >= SHORTEST_PLACE)


def are_place_and_adjective(one: str, other: str) -> bool:
    """Whether one word is the adjective of the place that the other names. Symmetric."""
    return other in places_of(one) or one in places_of(other)
