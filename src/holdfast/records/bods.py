"""Beneficial ownership statements of Open Ownership, BODS 0.4 (https://standard.openownership.org/en/0.4.0/).

A record is stated anew when it changes: each version holds until the next. An indirect interest that names the
component records it is made of adds nothing to them and is passed over; one that names none is a stake whose size by
the rule is unknown, since the rule does not multiply along chains.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import orjson

from holdfast.model.holding import Control, Holder, Holding
from holdfast.model.party import Identifier
from holdfast.records.holdings import parse_day, unnamed
from holdfast.records.ownership import Ownership
from holdfast.records.register_words import read_words
from holdfast.records.share import UNKNOWN, Share, share_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from holdfast.inputs.table import Row
    from holdfast.model.origin import Origin
    from holdfast.model.status import Problems


@dataclass(frozen=True, slots=True)
class _Statement:
    """One version of a record."""

    record: str
    kind: str
    """``entity``, ``person`` or ``relationship``."""
    status: str
    stated: str
    """ISO date of the statement."""
    details: Mapping[str, Any]
    origin: Origin


def read_bods(rows: Iterable[Row], problems: Problems) -> Ownership:
    """The holdings, control records and parties of the statements."""
    found = Ownership()
    versions: dict[str, list[_Statement]] = defaultdict(list)
    seen: set[str] = set()
    for row in rows:
        statement = _statement(row, problems)
        if statement is None:
            continue
        key = row.cells.get("statementId") or f"{row.origin}"
        if key in seen:
            continue  # registers repeat a statement in every package that needs it
        seen.add(key)
        versions[statement.record].append(statement)
    for statements in versions.values():
        statements.sort(key=lambda statement: statement.stated)
        if statements[-1].kind != "relationship":
            party = _party(statements[-1])
            found.parties[party.id] = party
    known = set(versions)
    for statements in versions.values():
        if statements[-1].kind == "relationship":
            _read_versions(statements, known, found, problems)
    return found


def _statement(row: Row, problems: Problems) -> _Statement | None:
    cells = row.cells
    if "statementType" in cells:
        problems.add("is a statement of BODS 0.3 or older; only 0.4 is read", row.origin)
        return None
    try:
        details = orjson.loads(cells.get("recordDetails", ""))
    except orjson.JSONDecodeError:
        problems.add("has no record details; skipped", row.origin)
        return None
    kind = cells.get("recordType", "")
    if kind not in {"entity", "person", "relationship"} or not isinstance(details, dict):
        problems.add(f"has the record type {kind!r}, which BODS 0.4 does not know; skipped", row.origin)
        return None
    record = cells.get("recordId") or cells.get("statementId", "")
    origin = replace(row.origin, record=record)
    return _Statement(
        record, kind, cells.get("recordStatus", "new"), cells.get("statementDate", ""), details, origin
    )


def _party(statement: _Statement) -> Holder:
    details = statement.details
    person = statement.kind == "person"
    names = (
        [name.get("fullName", "") for name in details.get("names", ())]
        if person
        else [details.get("name", "")]
    )
    entity_type = details.get("entityType") or {}
    arrangement = entity_type.get("type") == "arrangement"
    return Holder(
        id=statement.record,
        name=next(filter(None, names), "") or statement.record,
        type="Person" if person else "LegalEntity",
        identifiers=tuple(_identifiers(details)),
        country=(
            (details.get("incorporatedInJurisdiction") or details.get("jurisdiction") or {}).get("code", "")
        ),
        birth_date=str(details.get("birthDate", "")),
        trust=arrangement and entity_type.get("subtype") in {"trust", "nomination"},
        origin=statement.origin,
    )


def _identifiers(details: Mapping[str, Any]) -> Iterator[Identifier]:
    schemes = read_words()["bods"]["schemes"]
    for item in details.get("identifiers", ()):
        if value := str(item.get("id", "")).strip():
            scheme = str(item.get("scheme", ""))
            country = scheme[:2] if scheme[2:3] == "-" and scheme[:2] != "XI" else ""
            yield Identifier(schemes.get(scheme, "registration"), value, country, label=scheme)


def _read_versions(
    statements: list[_Statement], known: set[str], found: Ownership, problems: Problems
) -> None:
    """Each version of a relationship from its statement on, until the next one takes its place."""
    last = statements[-1]
    closed = None
    if last.status == "closed":
        ends = [str(interest.get("endDate") or "") for interest in last.details.get("interests") or ()]
        closed = _day(max(ends, default="")) or _day(last.stated)
    for place, statement in enumerate(statements):
        start = _day(statement.stated) if place else None
        after = _day(statements[place + 1].stated) if statement is not last else None
        until = after - timedelta(days=1) if after else None
        if closed is not None:
            until = min(until, closed) if until else closed
        if statement is last and place and closed is not None:
            return
        _read_relationship(statement, (start, until), known, found, problems)


def _read_relationship(
    statement: _Statement,
    held: tuple[date | None, date | None],
    known: set[str],
    found: Ownership,
    problems: Problems,
) -> None:
    details = statement.details
    owned = details.get("subject")
    if not isinstance(owned, str) or not owned:
        problems.add("names no subject; skipped", statement.origin)
        return
    owner = details.get("interestedParty")
    if not isinstance(owner, str) or not owner:
        owner = unnamed(statement.origin)
        reason = (details.get("interestedParty") or {}).get("reason", "no reason given")
        problems.add(
            f"names no interested party ({reason}); taken as a holder who may be anyone", statement.origin
        )
        found.unnamed.add(owner)
    for party in (owner, owned):
        found.parties.setdefault(party, Holder(party, party, origin=statement.origin))
    components = details.get("componentRecords") or ()
    explained = bool(components) and all(component in known for component in components)
    interests = details.get("interests") or [{}]
    has_shares = any(interest.get("type") == "shareholding" for interest in interests)
    for interest in interests:
        if interest.get("directOrIndirect") == "indirect" and explained:
            continue
        _read_interest(_Tie(owner, owned, interest, held, statement.origin), has_shares, found, problems)


@dataclass(frozen=True, slots=True)
class _Tie:
    """One interest of one party in another."""

    owner: str
    owned: str
    interest: Mapping[str, Any]
    held: tuple[date | None, date | None]
    """First and last day of the version that states it."""
    origin: Origin


def _read_interest(tie: _Tie, has_shares: bool, found: Ownership, problems: Problems) -> None:
    words = read_words()["bods"]
    kind = tie.interest.get("type", "")
    consolidated = "CONSOLIDATED" in str(tie.interest.get("details", ""))
    start, end, dated = _days(tie, problems)
    if start is not None and start == date.max:
        return
    right = words["rights"].get(kind)
    if right is None and kind in words["economic"]:
        right = None if has_shares else "shares"
        if right is None:
            return
    if right is None and not consolidated and kind in words["control"]:
        how = words["control"][kind]
        found.controls.append(Control(tie.owner, tie.owned, how, start, end, tie.origin))
        return
    share = _share(tie, problems)
    if right is None or tie.interest.get("directOrIndirect") == "indirect" or not dated:
        share = Share(Fraction(0), share.high if right is not None and not dated else UNKNOWN.high)
    found.holdings.append(
        Holding(
            tie.owner,
            tie.owned,
            share.low,
            share.high,
            right or "shares",
            start,
            end,
            tie.origin,
            low_open=share.low_open,
            high_open=share.high_open,
        )
    )


def _days(tie: _Tie, problems: Problems) -> tuple[date | None, date | None, bool]:
    """First and last day of the interest within its version, and whether they make sense.

    An interest that falls wholly outside its version starts at the end of time.
    """
    start, end = _day(tie.interest.get("startDate")), _day(tie.interest.get("endDate"))
    if start and end and start > end:
        problems.add(f"ends ({end}) before it starts ({start}); may be in force on any day", tie.origin)
        return (*tie.held, False)
    first, last = tie.held
    start = max(filter(None, (start, first)), default=None)
    end = min(filter(None, (end, last)), default=None)
    if start and end and start > end:
        return date.max, None, True
    return start, end, True


def _share(tie: _Tie, problems: Problems) -> Share:
    stated = tie.interest.get("share")
    if not isinstance(stated, dict):
        return UNKNOWN
    try:
        if stated.get("exact") is not None:
            exact = Fraction(str(stated["exact"])) / 100
            return share_of(exact, exact)
        low, low_open = _bound(stated, "minimum", "exclusiveMinimum")
        high, high_open = _bound(stated, "maximum", "exclusiveMaximum")
        return share_of(
            low if low is not None else UNKNOWN.low,
            high if high is not None else UNKNOWN.high,
            low_open=low_open,
            high_open=high_open,
        )
    except (ValueError, ZeroDivisionError) as error:
        problems.add(f"share {orjson.dumps(stated).decode()} {error}; taken as unknown", tie.origin)
        return UNKNOWN


def _bound(stated: Mapping[str, Any], closed: str, opened: str) -> tuple[Fraction | None, bool]:
    """A bound, and whether it is exclusive: BODS 0.4 gives the exclusive bound as a number, 0.3 gave a boolean."""
    value, exclusive = stated.get(closed), stated.get(opened)
    if exclusive is not None and not isinstance(exclusive, bool):
        return Fraction(str(exclusive)) / 100, True
    return (Fraction(str(value)) / 100 if value is not None else None), exclusive is True


def _day(text: object) -> date | None:
    try:
        return parse_day(str(text)) if text else None
    except ValueError:
        return None
