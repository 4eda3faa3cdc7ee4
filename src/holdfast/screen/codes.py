"""Codes in payment messages: BICs, accounts, LEIs and other numbers that point at a listed party by themselves.

A BIC names a firm by its first eight characters; the last three only name a branch (ISO 9362), so a listed BIC of
eight matches any branch of it, and the other way round. In free text, codes are looked for in words and in up to
four neighbouring words, since people write numbers in groups.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast.text.country import country_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from holdfast.model.party import Party

_BIC = re.compile(r"[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_IBAN = re.compile(r"([A-Z]{2})\d{2}[A-Z0-9]{10,30}")
_WORD = re.compile(r"[0-9A-Za-z][0-9A-Za-z./-]*[0-9A-Za-z]|[0-9A-Za-z]")
_NOT_WORD = re.compile(r"[^0-9A-Za-z]+")
_SHORTEST = 6
"""Characters of the shortest number that is looked for; shorter ones recur by chance."""
_LONGEST_RUN = 5
"""Neighbouring words that may be one number."""
_LONGEST = 36


@dataclass(frozen=True, slots=True)
class CodeHit:
    """A listed code found."""

    party: str
    type: str
    listed: str
    """As the list prints it."""
    start: int
    end: int
    quote: str


class CodeIndex:
    """The codes of an edition, and of entities that the ownership engine found blocked."""

    def __init__(self, parties: Iterable[Party], pointing: frozenset[str]) -> None:
        self._bics: dict[str, list[tuple[str, str]]] = {}
        self._codes: dict[str, list[tuple[str, str, str]]] = {}
        for party in parties:
            for identifier in party.identifiers:
                if identifier.type in pointing:
                    self._add(party.id, identifier.type, identifier.value)

    def _add(self, party: str, kind: str, value: str) -> None:
        if kind in {"website", "email"}:
            return  # found with their hosts by the screener
        plain = _NOT_WORD.sub("", value).upper()
        if kind == "bic":
            self._bics.setdefault(plain[:8], []).append((party, value))
        elif kind == "wallet":
            self._codes.setdefault(value.strip(), []).append((party, kind, value))
        elif len(plain) >= _SHORTEST and any(char.isdigit() for char in plain):
            self._codes.setdefault(plain, []).append((party, kind, value))

    def bic(self, text: str) -> Iterator[CodeHit]:
        """Listed parties with that BIC, whatever the branch."""
        for party, listed in self._bics.get(text.strip().upper()[:8], ()):
            yield CodeHit(party, "bic", listed, 0, len(text), text)

    def number(self, text: str) -> Iterator[CodeHit]:
        """Listed parties with that number, compared without blanks and punctuation."""
        plain = _NOT_WORD.sub("", text).upper()
        for key in dict.fromkeys((plain, text.strip())):
            for party, kind, listed in self._codes.get(key, ()):
                yield CodeHit(party, kind, listed, 0, len(text), text)

    def find(self, text: str) -> Iterator[CodeHit]:
        """Codes inside running text."""
        words = [(match.group(), match.start(), match.end()) for match in _WORD.finditer(text)]
        for index, (word, start, end) in enumerate(words):
            if len(word) in {8, 11} and _BIC.fullmatch(word):
                for party, listed in self._bics.get(word[:8], ()):
                    yield CodeHit(party, "bic", listed, start, end, word)
            joined = ""
            for run, (part, _, stop) in enumerate(words[index : index + _LONGEST_RUN]):
                if run and len(part) > _LONGEST:
                    break
                joined += _NOT_WORD.sub("", part).upper()
                if len(joined) > _LONGEST and run:
                    break
                if len(joined) < _SHORTEST:
                    continue
                key = word if not run and word in self._codes else joined
                for party, kind, listed in self._codes.get(key, ()):
                    yield CodeHit(party, kind, listed, start, stop, text[start:stop])


def country_of_bic(bic: str) -> str:
    """The country in a BIC; empty when it is no BIC."""
    return bic[4:6] if _BIC.fullmatch(bic.strip().upper()) else ""


def country_of_account(account: str) -> str:
    """The country with which an IBAN begins; empty for other accounts."""
    match = _IBAN.fullmatch(_NOT_WORD.sub("", account).upper())
    return country_code(match.group(1)) if match else ""
