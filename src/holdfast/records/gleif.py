"""Who consolidates whom: GLEIF level 2, relationship records (RR-CDF 2.1) as CSV, XML or JSON of the interface.

Consolidation says that there is a parent, not how much it holds: each is a stake of unknown size, so it can lead to
review and never to blocked. A branch is the same legal person as its head office and is held whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import orjson

from holdfast.inputs.stream import open_input
from holdfast.model.errors import InputError
from holdfast.model.holding import Control, Holder, Holding
from holdfast.model.origin import Origin
from holdfast.model.party import Identifier
from holdfast.records.holdings import parse_day
from holdfast.records.ownership import Ownership
from holdfast.records.register_words import read_words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

    from holdfast.inputs.table import Row
    from holdfast.model.status import Problems

_CSV = "Relationship."
PERIODS = 5
"""Numbered periods that a CSV record has columns for."""


@dataclass(frozen=True, slots=True)
class _Relationship:
    child: str
    parent: str
    kind: str
    status: str
    start: str
    end: str
    origin: Origin


def read_gleif(rows: Iterable[Row], problems: Problems) -> Ownership:
    """The holdings and parties of the golden copy's CSV, or of the records of the JSON interface."""
    found = Ownership()
    for row in rows:
        record = _of_csv(row) if f"{_CSV}RelationshipType" in row.cells else _of_json(row, problems)
        if record is not None:
            _add(record, found, problems)
    return found


def read_gleif_xml(path: str | Path, problems: Problems) -> Ownership:
    """The same of the golden copy's XML, read as a stream; entities and external references are refused."""
    from lxml import etree

    found = Ownership()
    with open_input(path) as stream:
        try:
            options = {"resolve_entities": False, "no_network": True, "huge_tree": False, "load_dtd": False}
            number = 0
            for _, element in etree.iterparse(stream, tag="{*}RelationshipRecord", **options):
                number += 1
                _add(_of_xml(element, Origin(str(path), record=str(number))), found, problems)
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
        except etree.XMLSyntaxError as error:
            if not len(found.holdings):
                raise InputError(
                    "is not XML of relationship records", origin=Origin(str(path)), why=str(error)
                ) from error
            problems.add(
                f"breaks off ({error.msg}); the rest is not read", Origin(str(path), record=str(number + 1))
            )
    return found


def _of_csv(row: Row) -> _Relationship:
    cells = row.cells
    start = end = ""
    for number in range(1, PERIODS + 1):
        period = f"{_CSV}Period.{number}."
        if cells.get(f"{period}periodType") == "RELATIONSHIP_PERIOD":
            start, end = cells.get(f"{period}startDate", ""), cells.get(f"{period}endDate", "")
    return _Relationship(
        cells.get(f"{_CSV}StartNode.NodeID", ""),
        cells.get(f"{_CSV}EndNode.NodeID", ""),
        cells.get(f"{_CSV}RelationshipType", ""),
        cells.get(f"{_CSV}RelationshipStatus", ""),
        start,
        end,
        row.origin,
    )


def _of_json(row: Row, problems: Problems) -> _Relationship | None:
    try:
        relationship: dict[str, Any] = orjson.loads(row.cells.get("attributes", ""))["relationship"]
        periods = {period.get("type"): period for period in relationship.get("periods", ())}
        period = periods.get("RELATIONSHIP_PERIOD", {})
        return _Relationship(
            relationship["startNode"]["id"],
            relationship["endNode"]["id"],
            relationship["type"],
            relationship.get("status", ""),
            str(period.get("startDate") or ""),
            str(period.get("endDate") or ""),
            row.origin,
        )
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        problems.add(f"is no relationship record ({type(error).__name__}: {error}); skipped", row.origin)
        return None


def _of_xml(element: Any, origin: Origin) -> _Relationship:
    def text(path: str) -> str:
        return (element.findtext(f".//{path}") or "").strip()

    start = end = ""
    for period in element.iterfind(".//{*}RelationshipPeriod"):
        if (period.findtext("{*}PeriodType") or "").strip() == "RELATIONSHIP_PERIOD":
            start = (period.findtext("{*}StartDate") or "").strip()
            end = (period.findtext("{*}EndDate") or "").strip()
    return _Relationship(
        text("{*}StartNode/{*}NodeID"),
        text("{*}EndNode/{*}NodeID"),
        text("{*}RelationshipType"),
        text("{*}RelationshipStatus"),
        start,
        end,
        origin,
    )


def _add(record: _Relationship, found: Ownership, problems: Problems) -> None:
    if not record.child or not record.parent:
        problems.add("names no start or no end node; skipped", record.origin)
        return
    start, end = _day(record.start), _day(record.end)
    if record.status == "INACTIVE" and end is None:
        problems.add("is inactive since an unknown day; left out", record.origin, lost=False)
        return
    kind = read_words()["gleif"].get(record.kind)
    if kind is None:
        problems.add(
            f"relationship {record.kind!r} is not known; taken as a stake of unknown size", record.origin
        )
        kind = "stake"
    owner, owned = record.parent, record.child
    if kind == "feeder":
        owner, owned = owned, owner  # a feeder fund invests in its master
    for lei in (owner, owned):
        found.parties.setdefault(
            lei, Holder(lei, lei, "LegalEntity", (Identifier("lei", lei),), origin=record.origin)
        )
    if kind in {"stake", "feeder", "whole"}:
        low = Fraction(1) if kind == "whole" else Fraction(0)
        found.holdings.append(Holding(owner, owned, low, Fraction(1), "shares", start, end, record.origin))
    else:
        found.controls.append(Control(owner, owned, kind, start, end, record.origin))


def _day(text: str) -> date | None:
    try:
        return parse_day(text.replace("Z", "+00:00")) if text else None
    except ValueError:
        return None
