"""Parties of the user's own: customers, suppliers, anybody to be screened.

A table in any format with the columns ``id, name, type, birth_date, country, address, identifiers`` (others are
carried through; names differ by a mapping), or FollowTheMoney entities as JSON Lines
(https://followthemoney.tech/explorer/). A column named like a type of identifier (``lei``, ``imo``, ``passport``) holds
one; several values in a cell are separated by ``;``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from holdfast.inputs.table import read_rows
from holdfast.model.errors import InputError, UsageError
from holdfast.model.origin import Origin
from holdfast.model.party import IDENTIFIER_TYPES, Identifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from holdfast.inputs.table import Row
    from holdfast.model.status import Problems

FIELDS = ("id", "name", "type", "birth_date", "country", "address", "identifiers", "aliases")
"""Columns that are understood; a mapping names them."""
_OTHER_WORDS = {
    "swift": "bic", "national_id": "national-id", "nationalid": "national-id", "id-number": "national-id",
    "tax_id": "tax-id", "taxid": "tax-id", "vat": "tax-id", "inn": "tax-id", "ein": "tax-id", "tin": "tax-id",
    "registration_number": "registration", "reg": "registration", "company_number": "registration",
    "ogrn": "registration", "url": "website", "domain": "website", "mail": "email", "e-mail": "email",
    "telephone": "phone", "crypto": "wallet", "imo_number": "imo", "usci": "uscc", "iban": "account",
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
    mapping = dict(mapping or {})
    _check_mapping(mapping)
    found_names = False
    for row in read_rows(path, problems):
        if not found_names:
            _check_columns(row, mapping, str(path))
            found_names = True
        record = _from_entity(row) if "properties" in row.cells else _from_cells(row, mapping)
        if not record.name and not record.identifiers:
            problems.add("has neither a name nor an identifier; not screened", row.origin)
            continue
        yield record


def _check_mapping(mapping: Mapping[str, str]) -> None:
    unknown = sorted(set(mapping) - set(FIELDS) - IDENTIFIER_TYPES)
    if unknown:
        raise UsageError(
            f"the mapping names no field {', '.join(map(repr, unknown))}",
            why=f"fields are {', '.join(FIELDS)}",
            advice="Write FIELD=COLUMN, for instance name=Customer",
        )


def _check_columns(row: Row, mapping: Mapping[str, str], name: str) -> None:
    columns = {column.casefold() for column in row.cells}
    for wanted, column in mapping.items():
        if column.casefold() not in columns:
            raise InputError(
                f"has no column {column!r}, which the mapping gives for {wanted!r}",
                origin=Origin(name),
                why=f"its columns are {', '.join(row.cells)}",
            )
    if mapping.get("name", "name").casefold() not in columns and "properties" not in columns:
        raise InputError(
            "has no column 'name'",
            origin=Origin(name),
            why=f"its columns are {', '.join(row.cells) or 'none'}",
            advice="Say which column holds the name: --map name=COLUMN",
        )


def _from_cells(row: Row, mapping: Mapping[str, str]) -> PartyRecord:
    cells = {column.casefold().strip(): value.strip() for column, value in row.cells.items()}
    taken: set[str] = set()

    def cell(wanted: str) -> str:
        column = mapping.get(wanted, wanted).casefold()
        taken.add(column)
        return cells.get(column, "")

    values = {wanted: cell(wanted) for wanted in FIELDS}
    identifiers = [*_identifiers(values.pop("identifiers"))]
    for column, value in cells.items():
        kind = identifier_type(column)
        if column not in taken and value and kind:
            taken.add(column)
            identifiers += [Identifier(kind, part.strip()) for part in value.split(";") if part.strip()]
    aliases = tuple(part.strip() for part in values.pop("aliases").split(";") if part.strip())
    extra = {column: value for column, value in row.cells.items() if column.casefold().strip() not in taken}
    return PartyRecord(row.origin, identifiers=tuple(identifiers), aliases=aliases, extra=extra, **values)


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


def _from_entity(row: Row) -> PartyRecord:
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
        birth_date=next(iter(values.get("birthDate", [])), ""),
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
