"""The parties of a message, put together from its fields, and the names under which each may be meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from holdfast.model.party import Identifier
from holdfast.model.payment import FieldKind
from holdfast.screen.query import Query
from holdfast.text.country import country_code

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from holdfast.model.payment import PaymentField, PaymentMessage

_LAST_WORD = re.compile(r"(?:^|[\s,;/-])([A-Za-z]{2})\W*$")
_CUT_AT = frozenset({33, 34, 35, 66, 70, 105, 140})
"""Lengths at which a name may have been cut, or broken, by a format that it once went through."""
_CODE, _MAY_BE_BROKEN = 2, 30
"""Letters of a country code; characters from which a line may have been broken at its limit."""
_PERSON_PATH, _BODY_PATH = "/PrvtId/", "/OrgId/"
_FORM = re.compile(
    r"\b(?:llc|ltd|limited|inc|incorporated|corp|corporation|gmbh|s\.?a\.?r\.?l|s\.?p\.?a|plc|pte|pty|[pjo]jsc|jsc|ooo|pao|zao|oao|"
    r"sp\.? z o\.?o|bhd|fzco?|fze|k\.?k|lda|ltda|s\.?r\.?l|gesellschaft|company|bank|group)\b\.?",
    re.IGNORECASE,
)
"""Words that only firms have in their names."""


@dataclass(frozen=True, slots=True)
class MessageParty:
    """One party of a message."""

    names: tuple[PaymentField, ...]
    address: tuple[PaymentField, ...]
    """Address lines, towns and countries."""
    countries: frozenset[str]
    """ISO 3166-1 alpha-2 of its address and residence, as far as known."""
    identifiers: tuple[PaymentField, ...]
    queries: tuple[tuple[PaymentField, Query], ...]
    """Each way to read each of its names, as a query that says nothing of the message by which no answer differs: two
    payments of one party ask the same."""

    @property
    def address_text(self) -> str:
        """The address in one line."""
        return ", ".join(_first_reading(line) for line in self.address if line.kind is not FieldKind.COUNTRY)


def parties_of(message: PaymentMessage, labels: tuple[str, ...]) -> Iterator[MessageParty]:
    """The parties that have a name or an address, in the order of the message; ``labels`` are no part of a name."""
    groups: dict[int, list[PaymentField]] = {}
    for field in message.fields:
        if field.party:
            groups.setdefault(field.party, []).append(field)
    for fields in groups.values():
        if any(field.kind is not FieldKind.BIC for field in fields):
            yield _party(fields, labels)


def _party(fields: list[PaymentField], labels: tuple[str, ...]) -> MessageParty:
    names: list[PaymentField] = []
    address: list[PaymentField] = []
    identifiers: list[PaymentField] = []
    countries: set[str] = set()
    birth_date = ""
    is_person = is_body = False
    for field in fields:
        kind = field.kind
        if kind is FieldKind.NAME:
            names.append(field)
        elif kind is FieldKind.ADDRESS:
            address.append(field)
        elif kind is FieldKind.TOWN:
            if "OfBirth" not in field.path:
                address.append(field)
        elif kind is FieldKind.COUNTRY:
            if "OfBirth" not in field.path:
                address.append(field)
                countries.add(country_code(field.text) or field.text.upper()[:2])
        elif kind is FieldKind.BIRTH_DATE:
            birth_date = field.text
        elif kind is FieldKind.IDENTIFIER or kind is FieldKind.LEI:
            identifiers.append(field)
        is_person = is_person or kind is FieldKind.BIRTH_DATE or _PERSON_PATH in field.path
        is_body = is_body or kind is FieldKind.BIC or kind is FieldKind.LEI or _BODY_PATH in field.path
    if not countries and address:
        countries = _country_at_end(address[-1].text)
    schema = "Person" if is_person else "Company" if is_body else "LegalEntity"
    known = (
        birth_date,
        ";".join(sorted(countries)),
        "",
        tuple(Identifier("other", own.text) for own in identifiers),
    )
    return MessageParty(
        names=tuple(names),
        address=tuple(address),
        countries=frozenset(countries),
        identifiers=tuple(identifiers),
        queries=tuple(
            (field, Query("", name, _schema(name, schema), *known))
            for field in names
            for name in names_of(field, address, labels)
        ),
    )


def _schema(name: str, schema: str) -> str:
    """That of the party, if it is known, else what the name says."""
    return "Company" if schema == "LegalEntity" and _FORM.search(name) else schema


def _country_at_end(line: str) -> set[str]:
    """The country of an unstructured address: its last line, or the two letters with which that ends."""
    before, _, last = (part.strip() for part in line.rpartition("\n"))
    if len(last) == _CODE and len(before.rpartition("\n")[2]) >= _MAY_BE_BROKEN:
        return set()  # the end of a word that was broken at the line's limit looks like a code
    whole = country_code(last) or country_code(last.rpartition(",")[2].strip())
    if whole:
        return {whole}
    match = _LAST_WORD.search(last)
    code = country_code(match.group(1)) if match else ""
    return {code} if code else set()


def _first_reading(field: PaymentField) -> str:
    return field.readings[0] if field.readings else field.text.replace("\n", " ")


def names_of(
    field: PaymentField, address: Sequence[PaymentField], labels: tuple[str, ...]
) -> tuple[str, ...]:
    """The ways to read a name: over its line breaks, on into the address, without a label before it."""
    ways = list(field.readings) or [field.text.replace("\n", " ")]
    lines = [line for line in address if line.kind is FieldKind.ADDRESS]
    if not field.readings and lines and (field.cut or len(field.text) in _CUT_AT):
        following = lines[0].text.partition("\n")[0]
        ways += [f"{field.text.rstrip('+')}{following}", f"{field.text.rstrip('+')} {following}"]
    found: dict[str, None] = {}
    for way in ways:
        plain = way.rstrip().removesuffix("+").strip() if field.cut else way.strip()
        for name in without_label(plain, labels):
            found[name] = None
            # The last word of a cut name is often half a word: COMPA+ is a company, not a firm of that name.
            whole_words = name.rpartition(" ")[0]
            if field.cut and " " in whole_words:
                found[whole_words] = None
    return tuple(found)


def cut_off(field: PaymentField) -> tuple[str, ...]:
    """What is left of a name that was cut, by its mark or by its length; nothing for a name that is whole."""
    first = field.text.partition("\n")[0].rstrip()
    ways = dict.fromkeys((first, *field.readings))
    return tuple(way.rstrip("+") for way in ways if way.endswith("+") or len(way) in _CUT_AT)


def without_label(name: str, labels: tuple[str, ...]) -> tuple[str, ...]:
    """The name without a label such as ``BENEFICIARY:``; with both readings where the label may be part of it."""
    match = _label_pattern(labels).match(name)
    if match is None:
        return (name,)
    rest = name[match.end() :].strip()
    if not rest:
        return (name,)
    inner = without_label(rest, labels)
    return inner if match.group("mark") else (name, *inner)


@lru_cache(maxsize=8)
def _label_pattern(labels: tuple[str, ...]) -> re.Pattern[str]:
    alternatives = "|".join(re.escape(label).replace(r"\ ", r"\s+") for label in labels)
    return re.compile(rf"\W*(?:{alternatives})(?:\s*(?P<mark>[:=\-–/.;：]+)\s*|\s+)", re.IGNORECASE)
