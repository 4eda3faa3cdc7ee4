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
_DIGIT = re.compile(r"\d")
_MAY_HOLD = re.compile(r"\d|[A-Z]{8}|[0-9A-Za-z]{20}")
"""A digit, a BIC of letters alone, or a wallet."""
_LONGEST_GROUP = 3
_LONG_NUMBER, _LONG_CODE = 9, 7
_ANNOUNCED = {
    "imo": ("IMO", "IMO-NO", "IMO.NO"),
    "passport": ("PASSPORT", "PASS", "PP", "PASAPORTE", "REISEPASS"),
    "national-id": ("ID", "NIN", "DNI"),
    "tax-id": ("TIN", "INN", "VAT", "RUC", "NIT", "RFC", "TAX"),
    "tail-number": ("TAIL", "AIRCRAFT", "ACFT", "REGISTRATION", "REG"),
    "registration": ("REG", "OGRN", "REGNO", "REG.NO", "HRB"),
}
"""Words that say what a short number is."""
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


@dataclass(frozen=True, slots=True)
class Code:
    """One listed code, as a list prints it."""

    party: str
    type: str
    value: str


def codes_of(parties: Iterable[Party], pointing: frozenset[str]) -> Iterator[Code]:
    """The codes of parties that point at them by themselves; websites are left to the screener, which knows hosts."""
    for party in parties:
        for identifier in party.identifiers:
            if identifier.type in pointing and identifier.type not in {"website", "email"}:
                yield Code(party.id, identifier.type, identifier.value)


class CodeIndex:
    """The codes of an edition."""

    def __init__(self, codes: Iterable[Code]) -> None:
        self._bics: dict[str, list[tuple[str, str]]] = {}
        self._wallets: dict[str, list[tuple[str, str]]] = {}
        self._codes: dict[str, list[tuple[str, str, str]]] = {}
        for code in codes:
            self._add(code.party, code.type, code.value)

    def _add(self, party: str, kind: str, value: str) -> None:
        plain = _NOT_WORD.sub("", value).upper()
        if kind == "bic":
            self._bics.setdefault(plain[:8], []).append((party, value))
        elif kind == "wallet":
            self._wallets.setdefault(value.strip(), []).append((party, value))
        elif len(plain) >= _SHORTEST and any(char.isdigit() for char in plain):
            self._codes.setdefault(plain, []).append((party, kind, value))

    def bic(self, text: str) -> Iterator[CodeHit]:
        """Listed parties with that BIC, whatever the branch."""
        for party, listed in self._bics.get(text.strip().upper()[:8], ()):
            yield CodeHit(party, "bic", listed, 0, len(text), text)

    def number(self, text: str, kinds: frozenset[str] | None = None) -> Iterator[CodeHit]:
        """Listed parties with that number, compared without blanks and punctuation; of some types only."""
        for party, kind, listed in self._codes.get(_NOT_WORD.sub("", text).upper(), ()):
            if kinds is None or kind in kinds:
                yield CodeHit(party, kind, listed, 0, len(text), text)
        for party, listed in self._wallets.get(text.strip(), ()):
            yield CodeHit(party, "wallet", listed, 0, len(text), text)

    def find(self, text: str) -> Iterator[CodeHit]:
        """Codes inside running text.

        A number written in groups may have groups of up to three letters among those with digits; a longer word
        without a digit belongs to no number.
        """
        if _MAY_HOLD.search(text) is None:
            return
        words = [(match.group(), match.start(), match.end()) for match in _WORD.finditer(text)]
        for index, (word, start, end) in enumerate(words):
            if len(word) in {8, 11} and _BIC.fullmatch(word):
                for party, listed in self._bics.get(word[:8], ()):
                    yield CodeHit(party, "bic", listed, start, end, word)
            for party, listed in self._wallets.get(word, ()):
                yield CodeHit(party, "wallet", listed, start, end, word)
            joined = ""
            for part, _, stop in words[index : index + _LONGEST_RUN]:
                if len(part) > _LONGEST_GROUP and not _DIGIT.search(part):
                    break
                joined += _NOT_WORD.sub("", part).upper()
                if len(joined) > _LONGEST:
                    break
                before = words[index - 1][0].upper() if index else ""
                for party, kind, listed in self._codes.get(joined, ()):
                    if _is_telling(joined, kind, before):
                        yield CodeHit(party, kind, listed, start, stop, text[start:stop])


def announces_number(code: str, before: str) -> bool:
    """Whether digits are many enough to be an identifier by themselves, or the word before says what they are."""
    announced = {word for words in _ANNOUNCED.values() for word in words}
    return len(code) >= _LONG_NUMBER or before.upper().strip(".:#") in announced


def _is_telling(code: str, kind: str, before: str) -> bool:
    """Whether a number in running text is one by itself, and not an invoice that happens to have the same digits.

    Digits alone must be nine or more, unless the word before says what they are (``IMO 9074729``).
    """
    longest = _LONG_NUMBER if code.isdecimal() else _LONG_CODE
    return len(code) >= longest or before.strip(".:#") in _ANNOUNCED.get(kind, ())


def country_of_bic(bic: str) -> str:
    """The country in a BIC; empty when it is no BIC."""
    return bic[4:6] if _BIC.fullmatch(bic.strip().upper()) else ""


def country_of_account(account: str) -> str:
    """The country with which an IBAN begins; empty for other accounts."""
    match = _IBAN.fullmatch(_NOT_WORD.sub("", account).upper())
    return country_code(match.group(1)) if match else ""
