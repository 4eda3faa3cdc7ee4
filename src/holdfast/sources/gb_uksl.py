"""The UK Sanctions List, the only UK list since 28 January 2026, as FCDO publishes it: XML, or a table (CSV, ODS) of one row a name.

Both forms have the same fields under nearly the same names, so either is read as groups of fields that stand together: an XML element
with its leaves, or a row. Also read: tables of eight columns with the whole name in one (``Name``, ``Type``). The list covers more
than asset freezes, so the measures go into the designation and decide its effect. Fields that this reader does not know are left
over, as printed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.inputs.stream import suffix
from holdfast.inputs.table import read_rows
from holdfast.model.errors import SourceError
from holdfast.model.origin import Origin
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
from holdfast.sources.dates import first_day, read_date
from holdfast.sources.interface import ListFormat, Reading, Slot
from holdfast.sources.xml import local, read_tree, text
from holdfast.text.country import as_country

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from lxml.etree import _Element

    from holdfast.model.status import Problems

Group = dict[str, str]
"""Fields that stand together, by their name in small letters and digits only."""

_SLOT = "uk-sanctions-list.xml"
_TYPES = {"individual": "Person", "entity": "Organization", "ship": "Vessel"}
_NAME_PARTS = tuple(f"name{number}" for number in range(1, 7))
_LINES = tuple(f"addressline{number}" for number in range(1, 7))
_SAME = {
    "type": "individualentityship",
    "designationtype": "individualentityship",
    "nationalityies": "nationality",
    "subsidiaries": "subsidiary",
    "businessregistrationnumbers": "businessregistrationnumber",
    "currentowneroperators": "currentowneroperator",
    "previousowneroperators": "previousowneroperator",
    "previousflags": "previousflag",
}
"""Columns of the tables that the XML calls otherwise."""
_IDENTIFIERS = {
    "passportnumber": ("passport", "passportadditionalinformation"),
    "nationalidentifiernumber": ("national-id", "nationalidentifieradditionalinformation"),
    "businessregistrationnumber": ("registration", ""),
    "imonumber": ("imo", ""),
    "phonenumber": ("phone", ""),
    "emailaddress": ("email", ""),
    "website": ("website", ""),
}
_FEATURES = {
    "nationality": "nationality",
    "position": "position",
    "title": "title",
    "gender": "gender",
    "ofsigroupid": "ofsi-group",
    "unreferencenumber": "un-reference",
    "currentbelievedflagofship": "flag",
    "previousflag": "former-flag",
    "typeofship": "vessel-type",
    "typeofentity": "entity-type",
    "otherinformation": "note",
    "ukstatementofreasons": "reasons",
}
_COUNTRIES = {"nationality", "currentbelievedflagofship", "previousflag"}
_RELATIONS = {
    "parentcompany": "owned-by",
    "subsidiary": "owner-of",
    "currentowneroperator": "operated-by",
    "previousowneroperator": "formerly-operated-by",
}
_HANDLED = {
    *_NAME_PARTS, *_LINES, *_IDENTIFIERS, *(note for _, note in _IDENTIFIERS.values()), *_FEATURES, *_RELATIONS,
    "uniqueid", "name", "nametype", "aliasstrength", "namenonlatinscript", "nonlatinscripttype", "nonlatinscriptlanguage",
    "addresspostalcode", "addresscountry", "dob", "townofbirth", "countryofbirth", "lastupdated", "datedesignated", "regimename",
    "individualentityship", "designationsource", "sanctionsimposed",
}  # fmt: skip


def read_uksl(files: Mapping[str, Path], problems: Problems) -> Reading:
    """Every designation; one without an id or a name is a problem and left out."""
    path = files[_SLOT]
    if suffix(path) == ".xml":
        return _read_xml(path, problems)
    return _read_table(path, problems)


def _read_xml(path: Path, problems: Problems) -> Reading:
    root = read_tree(path, "Designations")
    parties, unread = [], 0
    elements = list(root.iterfind("Designation"))
    for position, element in enumerate(elements, 1):
        groups = list(_groups(element))
        number = text(element.find("UniqueID"))
        party = _party(number, groups) if number else None
        if party is None:
            unread += 1
            problems.add("has no id or no name; left out", Origin(path.name, record=number or str(position)))
        else:
            parties.append(party)
    return Reading(
        tuple(parties), len(elements), unread, published=first_day(text(root.find("DateGenerated")))
    )


def _groups(element: _Element) -> Iterator[Group]:
    """The leaves of each element; one that repeats, such as a date of birth, begins another group."""
    group: Group = {}
    for child in element:
        if local(child) == "SanctionsImposedIndicators":
            continue  # says again, in true and false, what SanctionsImposed says
        if len(child):
            yield from _groups(child)
            continue
        field, value = _field(local(child)), text(child)
        if field in group:
            yield group
            group = {}
        if value:
            group[field] = value
    if group:
        yield group


def _read_table(path: Path, problems: Problems) -> Reading:
    groups: dict[str, list[Group]] = {}
    count = unread = 0
    for row in read_rows(path, problems, required=("Unique ID", "Regime Name", "Sanctions Imposed")):
        count += 1
        group = {_field(column): value.strip() for column, value in row.cells.items() if value.strip(" -")}
        if "uniqueid" not in group or not any(_names([group])):
            unread += 1
            problems.add("has no id or no name; left out", row.origin)
            continue
        groups.setdefault(group["uniqueid"], []).append(group)
    if not count:
        raise SourceError("holds no rows", origin=Origin(path.name), advice="Fetch the file again")
    parties = (_party(number, rows) for number, rows in groups.items())
    return Reading(tuple(party for party in parties if party), count, unread, published=_report_date(path))


def _report_date(path: Path) -> str:
    """The day in the line above the header of the published CSV, ``Report Date: 23-Sep-2026``, or nothing."""
    with path.open("rb") as stream:
        printed = re.match(rb"(?:\xef\xbb\xbf)?\W*Report Date:\s*([\w-]+)", stream.read(100))
    return first_day(printed[1].decode("ascii", "replace").replace("-", " ")) if printed else ""


def _field(printed: str) -> str:
    plain = re.sub(r"[^a-z0-9]", "", printed.lower())
    return _SAME.get(plain, plain)


def _party(number: str, groups: list[Group]) -> Party | None:
    """The party of these groups; ``None`` when none of them has a name."""
    names = tuple(dict.fromkeys(_names(groups)))
    if not names:
        return None
    others = (f"{field}: {group[field]}" for group in groups for field in group if field not in _HANDLED)
    return Party(
        id=f"gb_uksl:{number}",
        type=_TYPES.get(_first(groups, "individualentityship").lower(), "LegalEntity"),
        names=_ordered(names),
        identifiers=tuple(dict.fromkeys(_identifiers(groups))),
        addresses=tuple(dict.fromkeys(_addresses(groups))),
        dates=tuple(dict.fromkeys(_births(groups))),
        designations=tuple(dict.fromkeys(_designations(groups))),
        relations=tuple(dict.fromkeys(_relations(groups))),
        features=tuple(dict.fromkeys(_features(groups))),
        leftovers=tuple(dict.fromkeys([*others, *_unread_births(groups)])),
    )


def _first(groups: Iterable[Group], field: str) -> str:
    return next((group[field] for group in groups if field in group), "")


def _names(groups: Iterable[Group]) -> Iterator[Name]:
    """Names in natural order: the sixth part is the family name of a person, and all of the name of anything else."""
    for group in groups:
        parts = [group[part] for part in _NAME_PARTS if part in group]
        full = " ".join(parts) or group.get("name", "")
        if full:
            kind = group.get("nametype", "").lower()
            yield Name(
                full,
                NameKind.PRIMARY if kind == "primary name" else NameKind.ALIAS,
                Strength.WEAK if "low" in group.get("aliasstrength", "").lower() else Strength.STRONG,
                family=group.get("name6", "") if len(parts) > 1 else "",
                given=" ".join(parts[:-1]) if "name6" in group else "",
            )
        if original := group.get("namenonlatinscript"):
            yield Name(original, NameKind.ALIAS)


def _ordered(names: tuple[Name, ...]) -> tuple[Name, ...]:
    """The primary name first. Where none is said to be primary the first one is."""
    primary = next((name for name in names if name.kind is NameKind.PRIMARY), names[0])
    aliases = (
        Name(name.text, NameKind.ALIAS, name.strength, family=name.family, given=name.given)
        for name in names
        if name.text != primary.text
    )
    first = Name(primary.text, family=primary.family, given=primary.given)
    return (first, *dict.fromkeys(aliases))


def _identifiers(groups: Iterable[Group]) -> Iterator[Identifier]:
    for group in groups:
        for field, (kind, note) in _IDENTIFIERS.items():
            if value := group.get(field):
                yield Identifier(kind, value, note=group.get(note, ""))


def _addresses(groups: Iterable[Group]) -> Iterator[Address]:
    for group in groups:
        lines = [group[line] for line in _LINES if line in group]
        country, code = group.get("addresscountry", ""), group.get("addresspostalcode", "")
        if lines or country or code:
            printed = ", ".join(part for part in (*lines, code, country) if part)
            city = group.get("addressline6", "")
            street = ", ".join(lines[:-1] if city else lines)
            yield Address(street, city, "", code, as_country(country), printed)


def _births(groups: Iterable[Group]) -> Iterator[PartyDate]:
    for group in groups:
        if date := read_date("birth", group.get("dob", "")):
            yield date


def _unread_births(groups: Iterable[Group]) -> Iterator[str]:
    for group in groups:
        if "dob" in group and not first_day(group["dob"]):
            yield f"dob: {group['dob']}"


def _designations(groups: list[Group]) -> Iterator[Designation]:
    for group in groups:
        if "regimename" in group:
            yield Designation(
                "gb_uksl",
                group["regimename"],
                authority=group.get("designationsource", ""),
                listed_on=first_day(group.get("datedesignated", "")) or group.get("datedesignated", ""),
                measures=tuple(
                    measure.strip()
                    for measure in re.split(r"[|;,]", group.get("sanctionsimposed", ""))
                    if measure.strip(" -")
                ),
            )


def _relations(groups: Iterable[Group]) -> Iterator[Relation]:
    for group in groups:
        for field, kind in _RELATIONS.items():
            if value := group.get(field):
                yield Relation(kind, value)


def _features(groups: Iterable[Group]) -> Iterator[Feature]:
    for group in groups:
        for field, kind in _FEATURES.items():
            if value := group.get(field):
                yield Feature(kind, as_country(value) if field in _COUNTRIES else value)
        if place := ", ".join(group[part] for part in ("townofbirth", "countryofbirth") if part in group):
            yield Feature("birth-place", place)


LIST = ListFormat(
    source="gb_uksl",
    title="UK, FCDO: UK Sanctions List",
    slots=(Slot(_SLOT, "https://sanctionslist.fcdo.gov.uk/docs/UK-Sanctions-List.xml"),),
    read=read_uksl,
)
