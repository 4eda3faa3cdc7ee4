"""Parties of the user's own: customers, suppliers, anybody to be screened.

A table in any format with the columns ``id, name, type, birth_date, country, address, identifiers`` (others are
carried through; names differ by a mapping, or are words in common use, :mod:`~holdfast.records.party_header`), or FollowTheMoney entities as JSON Lines
(https://followthemoney.tech/explorer/). A column named like a type of identifier (``lei``, ``imo``, ``passport``) holds
one; several values in a cell are separated by ``;``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from holdfast.inputs.table import read_rows
from holdfast.model.origin import Origin
from holdfast.model.party import IDENTIFIER_TYPES, Identifier
from holdfast.records.birth_dates import BirthDates
from holdfast.records.party_header import FIELDS, PartyHeader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from holdfast.inputs.table import Row
    from holdfast.model.status import Problems

_OTHER_WORDS = {
    "swift": "bic", "national_id": "national-id", "nationalid": "national-id", "id-number": "national-id",
    "tax_id": "tax-id", "taxid": "tax-id", "vat": "tax-id", "inn": "tax-id", "ein": "tax-id", "tin": "tax-id",
    "registration_number": "registration", "reg": "registration", "company_number": "registration",
    "ogrn": "registration", "url": "website", "domain": "website", "mail": "email", "e-mail": "email",
    "telephone": "phone", "crypto": "wallet", "imo_number": "imo", "usci": "uscc", "iban": "account",
    "ust-id": "tax-id", "ust-idnr": "tax-id", "ust-idnr.": "tax-id", "steuernummer": "tax-id", "nif": "tax-id", "cif": "tax-id",
    "rfc": "tax-id", "siren": "registration", "siret": "registration", "handelsregisternummer": "registration",
    "hrb": "registration", "passport_no": "passport", "passport_number": "passport", "reisepass": "passport",
    "reisepassnummer": "passport", "passeport": "passport", "pasaporte": "passport",
}  # fmt: skip
_ENTITY_IDENTIFIERS = {
    "leiCode": "lei", "imoNumber": "imo", "mmsi": "mmsi", "swiftBic": "bic", "bicCode": "bic", "isin": "isin",
    "passportNumber": "passport", "idNumber": "national-id", "nationalId": "national-id",
    "registrationNumber": "registration", "ogrnCode": "registration", "okpoCode": "registration",
    "taxNumber": "tax-id", "innCode": "tax-id", "vatCode": "tax-id", "uscCode": "uscc", "dunsCode": "duns",
    "ticker": "ticker", "website": "website", "email": "email", "phone": "phone", "publicKey": "wallet",
    "callSign": "call-sign", "registrationNumberAircraft": "tail-number",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PartyRecord:
    """One party of the user's own, as recorded."""

    origin: Origin
    id: str
    name: str
    type: str = ""
    birth_date: str = ""
    country: str = ""
    address: str = ""
    identifiers: tuple[Identifier, ...] = ()
    aliases: tuple[str, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)
    """Columns that are carried through."""


def read_parties(
    path: str | Path, problems: Problems, mapping: Mapping[str, str] | None = None
) -> Iterator[PartyRecord]:
    """The parties of a file, in order; a row without a name and without identifiers is a problem.

    ``mapping`` says which column of the file a field of :data:`FIELDS` is in. Raises :class:`InputError` when the file
    cannot be read or has no column for names, :class:`UsageError` when the mapping names no field.
    """
    header = PartyHeader(dict(mapping or {}))
    dates = BirthDates()
    columns: tuple[str, ...] = ()
    layout = _Layout.of((), {})
    for row in read_rows(path, problems, header=header):
        if not columns:
            header.check(row.cells, str(path))
            if told := header.told(row.cells):
                problems.add(told, Origin(str(path)), lost=False)
        if columns != (columns := tuple(row.cells)):  # each JSON object has keys of its own
            layout = _Layout.of(columns, header.find(columns))
        record = _from_entity(row, dates) if "properties" in row.cells else _from_cells(row, layout, dates)
        if not record.name and not record.identifiers:
            problems.add("has neither a name nor an identifier; not screened", row.origin)
            continue
        yield record
    if not columns:
        problems.add("has no rows, so nobody was screened", Origin(str(path)), lost=False)
    for told in dates.told():
        problems.add(told, Origin(str(path)), lost=False)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which columns of a table are what, worked out once for all rows that have them."""

    fields: tuple[tuple[str, str], ...]
    """Field and column."""
    kinds: tuple[tuple[str, str], ...]
    """Type of identifier, and column."""
    rest: tuple[str, ...]
    """Columns that are carried through."""

    @classmethod
    def of(cls, columns: Iterable[str], found: Mapping[str, str]) -> _Layout:
        printed = {column.casefold().strip(): column for column in columns}
        fields = {wanted: printed[column] for wanted, column in found.items() if wanted in FIELDS}
        kinds = {printed[column]: wanted for wanted, column in found.items() if wanted not in FIELDS}
        for plain, column in printed.items():
            if column not in fields.values() and (kind := identifier_type(plain)):
                kinds.setdefault(column, kind)
        rest = (column for column in columns if column not in fields.values() and column not in kinds)
        return cls(
            tuple(fields.items()), tuple((kind, column) for column, kind in kinds.items()), tuple(rest)
        )


def _from_cells(row: Row, layout: _Layout, dates: BirthDates) -> PartyRecord:
    cells = row.cells
    values = dict.fromkeys(FIELDS, "") | {wanted: cells[column].strip() for wanted, column in layout.fields}
    name, person = _whole_name(values["name"], values["given_name"], values["family_name"])
    identifiers = [*_identifiers(values["identifiers"])]
    extra = {column: cells[column] for column in layout.rest}
    for kind, column in layout.kinds:
        identifiers += [Identifier(kind, part.strip()) for part in cells[column].split(";") if part.strip()]
        if not cells[column].strip():
            extra[column] = cells[column]
    return PartyRecord(
        row.origin,
        id=values["id"],
        name=name,
        type=values["type"],
        birth_date=dates.read(values["birth_date"]),
        country=values["country"],
        address=values["address"],
        identifiers=tuple(identifiers),
        aliases=tuple(part.strip() for part in (*values["aliases"].split(";"), person) if part.strip()),
        extra=extra,
    )


def _whole_name(name: str, given: str, family: str) -> tuple[str, str]:
    """The name, and a person whom the row names beside it (a contact of a company)."""
    if not family:
        told = given and given.casefold() not in name.casefold()
        return (f"{given} {name}".strip(), "") if told else (name, "")
    person = f"{given} {family}".strip()
    return (name, person if person.casefold() != name.casefold() else "") if name else (person, "")


def _identifiers(cell: str) -> Iterator[Identifier]:
    for part in cell.split(";"):
        kind, colon, value = part.strip().partition(":")
        known = identifier_type(kind) if colon else ""
        if known and value.strip():
            yield Identifier(known, value.strip())
        elif part.strip():
            yield Identifier("other", part.strip())


def identifier_type(word: str) -> str:
    """The type that a column or prefix names; empty when it names none."""
    plain = word.strip().casefold().replace(" ", "-")
    if plain in IDENTIFIER_TYPES:
        return plain
    return _OTHER_WORDS.get(plain, _OTHER_WORDS.get(plain.replace("-", "_"), ""))


def _from_entity(row: Row, dates: BirthDates) -> PartyRecord:
    try:
        properties: Any = orjson.loads(row.cells["properties"])
    except orjson.JSONDecodeError:
        properties = {}
    if not isinstance(properties, dict):
        properties = {}
    values = {
        key: [str(v) for v in value] if isinstance(value, list) else [str(value)]
        for key, value in properties.items()
    }
    names = values.get("name", []) or [row.cells.get("caption", "")]
    aliases = names[1:] + values.get("alias", []) + values.get("previousName", [])
    countries = [*values.get("country", []), *values.get("nationality", []), *values.get("jurisdiction", [])]
    known = set(_ENTITY_IDENTIFIERS) | {"name", "alias", "previousName", "country", "birthDate", "address"}
    return PartyRecord(
        row.origin,
        id=row.cells.get("id", ""),
        name=names[0],
        type=row.cells.get("schema", ""),
        birth_date=dates.read(next(iter(values.get("birthDate", [])), "")),
        country=";".join(countries),
        address=";".join(values.get("address", [])),
        identifiers=tuple(
            Identifier(kind, value)
            for key, kind in _ENTITY_IDENTIFIERS.items()
            for value in values.get(key, [])
        ),
        aliases=tuple(aliases),
        extra={key: ";".join(value) for key, value in values.items() if key not in known},
    )
