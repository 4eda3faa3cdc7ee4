"""Parties, indicators and attributions as Arrow tables, and back.

One row a party, its parts as lists of structs: a single Parquet file answers both "all of them" and "this one", and
any tool that reads Parquet can query it.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from holdfast.model.attribution import Attribution
from holdfast.model.indicator import Indicator
from holdfast.model.party import (
    Address,
    Designation,
    Feature,
    Identifier,
    Name,
    NameKind,
    Party,
    PartyDate,
    Relation,
    Strength,
)
from holdfast.store.identity import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

_TEXTS = pa.list_(pa.string())


def _structs(*names: str, **others: pa.DataType) -> pa.DataType:
    columns = [(name, pa.string()) for name in names]
    return pa.list_(pa.struct(columns + list(others.items())))


PARTIES = pa.schema(
    [
        ("id", pa.string()),
        ("type", pa.string()),
        ("names", _structs("text", "kind", "strength", "listed", "family", "given", "language")),
        ("identifiers", _structs("type", "value", "country", "label", "note")),
        ("addresses", _structs("street", "city", "region", "postal_code", "country", "text")),
        ("dates", _structs("kind", "low", "high", "text", circa=pa.bool_())),
        (
            "designations",
            _structs("list", "programme", "authority", "listed_on", "ended_on", "source", measures=_TEXTS),
        ),
        ("relations", _structs("kind", "target_name", "target", "note")),
        ("features", _structs("type", "value", "label")),
        ("leftovers", _TEXTS),
    ]
)
"""One row a party; column names are the fields of :class:`~holdfast.model.party.Party`."""

INDICATORS = pa.schema(
    [(field.name, pa.int32() if field.name == "port" else pa.string()) for field in fields(Indicator)]
)
ATTRIBUTIONS = pa.schema([(field.name, pa.string()) for field in fields(Attribution)])


def party_table(parties: Iterable[Party]) -> pa.Table:
    """Parties as a table."""
    return pa.Table.from_pylist([plain(party) for party in parties], schema=PARTIES)


def indicator_table(indicators: Iterable[Indicator]) -> pa.Table:
    """Indicators as a table."""
    return pa.Table.from_pylist([plain(indicator) for indicator in indicators], schema=INDICATORS)


def attribution_table(attributions: Iterable[Attribution]) -> pa.Table:
    """Attributions as a table."""
    return pa.Table.from_pylist([plain(attribution) for attribution in attributions], schema=ATTRIBUTIONS)


def party_of(row: dict[str, Any]) -> Party:
    """The party of one row."""
    return Party(
        id=row["id"],
        type=row["type"],
        names=tuple(_name_of(item) for item in row["names"]),
        identifiers=tuple(Identifier(**item) for item in row["identifiers"]),
        addresses=tuple(Address(**item) for item in row["addresses"]),
        dates=tuple(PartyDate(**item) for item in row["dates"]),
        designations=tuple(_designation_of(item) for item in row["designations"]),
        relations=tuple(Relation(**item) for item in row["relations"]),
        features=tuple(Feature(**item) for item in row["features"]),
        leftovers=tuple(row["leftovers"]),
    )


def _name_of(item: dict[str, Any]) -> Name:
    return Name(**{**item, "kind": NameKind(item["kind"]), "strength": Strength(item["strength"])})


def _designation_of(item: dict[str, Any]) -> Designation:
    return Designation(**{**item, "measures": tuple(item["measures"])})
