"""Ownership as FollowTheMoney entities (https://followthemoney.tech/explorer/schemata/Ownership/), one JSON object a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from holdfast.model.holding import Control, Holder, Holding
from holdfast.model.party import Identifier
from holdfast.records.holdings import parse_day, unnamed
from holdfast.records.ownership import Ownership
from holdfast.records.register_words import read_words
from holdfast.records.share import UNKNOWN, Share, parse_share

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from holdfast.inputs.table import Row
    from holdfast.model.status import Problems

_CONTROL = {"Directorship": ("director", "organization"), "Trusteeship": ("trustee", "trust")}
"""Schemata of a role in another entity, with who has it and in whom."""


def read_ftm(rows: Iterable[Row], problems: Problems) -> Ownership:
    """The holdings, roles and parties of the entities; schemata that say nothing of ownership are passed over."""
    found = Ownership()
    for row in rows:
        try:
            properties: dict[str, list[Any]] = orjson.loads(row.cells.get("properties", ""))
        except orjson.JSONDecodeError:
            problems.add("has no properties; skipped", row.origin)
            continue
        schema = row.cells.get("schema", "")
        if schema == "Ownership":
            _add_ownership(row, properties, found, problems)
        elif schema in _CONTROL:
            _add_role(row, schema, properties, found)
        elif "name" in properties:
            found.parties[row.cells["id"]] = _party(row, schema, properties)
    for holding in found.holdings:
        for party in (holding.owner, holding.owned):
            found.parties.setdefault(party, Holder(party, party, origin=holding.origin))
    return found


def _party(row: Row, schema: str, properties: Mapping[str, list[Any]]) -> Holder:
    types = read_words()["ftm"]["identifiers"]
    identifiers = tuple(
        Identifier(types[key], str(value), label=key)
        for key, values in properties.items()
        if key in types
        for value in values
    )
    return Holder(
        id=row.cells["id"],
        name=str(properties["name"][0]),
        type=schema,
        identifiers=identifiers,
        country=_first(properties, "jurisdiction") or _first(properties, "country"),
        birth_date=_first(properties, "birthDate"),
        trust=schema == "Trust" or "trust" in _first(properties, "legalForm").lower(),
        origin=row.origin,
    )


def _add_ownership(
    row: Row, properties: Mapping[str, list[Any]], found: Ownership, problems: Problems
) -> None:
    owned, owner = _first(properties, "asset"), _first(properties, "owner")
    if not owned:
        problems.add("names no asset; skipped", row.origin)
        return
    if not owner:
        owner = unnamed(row.origin)
        found.unnamed.add(owner)
        problems.add(f"names no owner of {owned}; taken as a holder who may be anyone", row.origin)
    share = _share(row, _first(properties, "percentage"), problems)
    found.holdings.append(
        Holding(
            owner,
            owned,
            share.low,
            share.high,
            "shares",
            _day(properties, "startDate"),
            _day(properties, "endDate"),
            row.origin,
            low_open=share.low_open,
            high_open=share.high_open,
        )
    )


def _share(row: Row, text: str, problems: Problems) -> Share:
    try:
        return parse_share(text)
    except ValueError as error:
        problems.add(f"share {text!r} {error}; taken as unknown", row.origin)
        return UNKNOWN


def _add_role(row: Row, schema: str, properties: Mapping[str, list[Any]], found: Ownership) -> None:
    holder, entity = (_first(properties, key) for key in _CONTROL[schema])
    if holder and entity:
        how = _first(properties, "role") or _CONTROL[schema][0]
        days = _day(properties, "startDate"), _day(properties, "endDate")
        found.controls.append(Control(holder, entity, how, *days, row.origin))


def _first(properties: Mapping[str, list[Any]], key: str) -> str:
    values = properties.get(key) or [""]
    return str(values[0]).strip()


def _day(properties: Mapping[str, list[Any]], key: str) -> date | None:
    try:
        return parse_day(_first(properties, key)) if _first(properties, key) else None
    except ValueError:
        return None
