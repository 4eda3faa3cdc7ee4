"""Names that a format cut off, compared as beginnings of listed names.

A name of 60 letters that went through a field of 35 shares too little with the listed one to be scored as a name; but
what is left of it is, letter for letter, how the listed one begins. Blanks and signs do not count, since line breaks
move them.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from holdfast.text.fold import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from holdfast.model.party import Party

SHORTEST = 20
"""Letters and digits that the rest of a cut name must have to point at anybody."""


class Beginning(NamedTuple):
    """One way to write a listed name that is longer than :data:`SHORTEST`."""

    letters: str
    party: str
    listed: str


def beginnings_of(parties: Iterable[Party]) -> Iterator[Beginning]:
    """The long names of some parties; of persons also with the given name first."""
    for party in parties:
        for name in party.names:
            family, comma, given = name.text.partition(",")
            ways = (name.text, f"{given} {family}") if comma and party.type == "Person" else (name.text,)
            for way in ways:
                letters = _letters(way)
                if len(letters) > SHORTEST:
                    yield Beginning(letters, party.id, name.as_listed)


class Beginnings:
    """The long names of an edition, in the order of their letters."""

    def __init__(self, known: Iterable[Beginning]) -> None:
        self._known = sorted(known)

    def find(self, text: str) -> Iterator[Beginning]:
        """Listed names that begin like the text and go on, one a party; nothing for a text that is too short to tell."""
        letters = _letters(text)
        if len(letters) < SHORTEST:
            return
        seen: set[str] = set()
        for place in range(bisect_left(self._known, (letters,)), len(self._known)):
            found = self._known[place]
            if not found.letters.startswith(letters):
                return
            if found.party not in seen and len(found.letters) > len(letters):
                seen.add(found.party)
                yield found


def _letters(text: str) -> str:
    return "".join(word.text for word in words(text))
