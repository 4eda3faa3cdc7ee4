"""People with significant control, as Companies House publishes them: bands, not numbers.

The bands are those of the Companies Act 2006, schedule 1A: "more than 25 but not more than 50 percent", "more than 50
but less than 75", "75 or more". Snapshot: https://download.companieshouse.gov.uk/en_pscdata.html, one JSON object a
line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import orjson

from holdfast.model.holding import Control, Holder, Holding
from holdfast.model.party import Identifier
from holdfast.records.holdings import parse_day, unnamed
from holdfast.records.ownership import Ownership
from holdfast.records.register_words import read_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from holdfast.inputs.table import Row
    from holdfast.model.origin import Origin
    from holdfast.model.status import Problems

_SHARE = re.compile(r"^([a-z-]+?)-(25-to-50|50-to-75|75-to-100|more-than-25)-percent(.*)$")
_NOBODY = ("statement", "exemptions", "totals")
"""Kinds of record that name nobody and claim nothing of a share."""


def read_psc(rows: Iterable[Row], problems: Problems) -> Ownership:
    """The holdings, control records and parties of a snapshot."""
    found = Ownership()
    for row in rows:
        number = row.cells.get("company_number", "").strip()
        try:
            data = orjson.loads(row.cells.get("data", ""))
            kind = str(data.get("kind", ""))
        except (orjson.JSONDecodeError, AttributeError):
            problems.add("has no data; skipped", row.origin)
            continue
        if not number or any(word in kind for word in _NOBODY):
            continue
        owned = f"GB-COH-{number}"
        found.parties.setdefault(owned, _company(owned, number, row.origin))
        owner = _owner(data, kind, row.origin, found)
        _read_natures(_Entry(owner, owned, data, row.origin), found, problems)
    return found


@dataclass(frozen=True, slots=True)
class _Entry:
    """One person or company in the register of another."""

    owner: str
    owned: str
    data: Mapping[str, Any]
    origin: Origin


def _company(party: str, number: str, origin: Origin) -> Holder:
    return Holder(party, party, "Company", (Identifier("registration", number, "GB"),), "GB", origin=origin)


def _owner(data: Mapping[str, Any], kind: str, origin: Origin, found: Ownership) -> str:
    name = str(data.get("name", "")).strip()
    if not name:
        owner = unnamed(origin)  # super-secure persons are withheld from the register
        found.unnamed.add(owner)
        found.parties[owner] = Holder(owner, owner, "Person", origin=origin)
        return owner
    identification = data.get("identification") or {}
    number = str(identification.get("registration_number", "")).strip()
    place = (
        f"{identification.get('place_registered', '')} {identification.get('country_registered', '')}".lower()
    )
    british = any(
        word in place for word in ("companies house", "england", "wales", "scotland", "united kingdom")
    )
    if number and british:
        owner = f"GB-COH-{number.zfill(8)}"
    else:
        owner = str((data.get("links") or {}).get("self", "")).rpartition("/")[2] or f"{name} ({origin})"
    birth = data.get("date_of_birth") or {}
    found.parties[owner] = Holder(
        id=owner,
        name=name,
        type="Person" if "individual" in kind else "LegalEntity",
        identifiers=(Identifier("registration", number, "GB" if british else ""),) if number else (),
        country=str(data.get("country_of_residence") or identification.get("country_registered") or ""),
        birth_date=f"{birth['year']}-{int(birth.get('month', 0)):02d}".removesuffix("-00")
        if birth.get("year")
        else "",
        origin=origin,
    )
    return owner


def _read_natures(entry: _Entry, found: Ownership, problems: Problems) -> None:
    words = read_words()["psc"]
    start, end = (_day(entry.data.get(key)) for key in ("notified_on", "ceased_on"))
    natures = [str(nature) for nature in entry.data.get("natures_of_control") or ()]
    if not natures:
        problems.add("states no nature of control; taken as a stake of unknown size", entry.origin)
        natures = ["ownership-of-shares-unknown"]
    shares = any(nature.startswith("ownership-of-shares") for nature in natures)
    for nature in natures:
        match = _SHARE.match(nature)
        right = words["rights"].get(match[1]) if match else None
        if match and right:
            if "surplus-assets" in match[1] and shares:
                continue
            _add_band(entry, match, right, (start, end), found)
            continue
        how = next((how for word, how in words["control"].items() if nature.startswith(word)), None)
        if how is not None:
            how = f"{how}, as trustee" if "trust" in nature else how
            found.controls.append(Control(entry.owner, entry.owned, how, start, end, entry.origin))
            continue
        if nature != "ownership-of-shares-unknown":
            problems.add(
                f"nature of control {nature!r} is not known; taken as a stake of unknown size", entry.origin
            )
        unknown = Holding(
            entry.owner, entry.owned, Fraction(0), Fraction(1), "shares", start, end, entry.origin
        )
        found.holdings.append(unknown)


def _add_band(
    entry: _Entry, match: re.Match[str], right: str, days: tuple[date | None, date | None], found: Ownership
) -> None:
    low, high, low_open, high_open = read_words()["psc"]["bands"][match[2]]
    found.holdings.append(
        Holding(
            entry.owner,
            entry.owned,
            Fraction(low) / 100,
            Fraction(high) / 100,
            right,
            *days,
            entry.origin,
            ("trust",) if "trust" in match[3] else (),
            low_open,
            high_open,
        )
    )


def _day(text: object) -> date | None:
    try:
        return parse_day(str(text)) if text else None
    except ValueError:
        return None
