"""The EU's consolidated list of financial sanctions, XML form 1.1 (``xmlFullSanctionsList_1_1``) or CSV of the same page.

Written from the published description of the format; no whole file was at hand, so unknown elements and attributes
are left over as printed rather than ignored. Only the Official Journal is authentic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.inputs.stream import open_input
from holdfast.model.errors import InputError, SourceError
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
    Strength,
)
from holdfast.sources.dates import read_span
from holdfast.sources.eu_fsf_table import read_eu_table
from holdfast.sources.interface import ListFormat, Reading, Slot
from holdfast.sources.xml import local, read_tree, text
from holdfast.text.country import as_country

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from lxml.etree import _Element

    from holdfast.model.status import Problems

_SLOT = "eu_fsf.xml"
_TYPES = {"person": "Person", "P": "Person", "enterprise": "Organization", "E": "Organization"}
_DOCUMENTS = {
    "passport": "passport",
    "id": "national-id",
    "ssn": "national-id",
    "regnumber": "registration",
    "fiscalcode": "tax-id",
    "swiftbic": "bic",
    "imo": "imo",
}
_HANDLED = {
    "nameAlias",
    "regulation",
    "subjectType",
    "address",
    "birthdate",
    "citizenship",
    "identification",
    "remark",
}


def read_eu(files: Mapping[str, Path], problems: Problems) -> Reading:
    """Every sanction entity; one without a name is a problem and left out."""
    path = files[_SLOT]
    root = _read(path, problems)
    elements = list(_children(root, "sanctionEntity"))
    parties = []
    for element in elements:
        party = _party(element)
        if party is None:
            problems.add("has no name; left out", Origin(path.name, record=element.get("logicalId")))
        else:
            parties.append(party)
    published = root.get("generationDate", "")[:10]
    return Reading(tuple(parties), len(elements), len(elements) - len(parties), published=published)


def _read(path: Path, problems: Problems) -> _Element:
    with open_input(path) as stream:
        start = stream.read(64).lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")
    if start.startswith(b"<"):
        return read_tree(path, "export")
    try:
        return read_eu_table(path, problems)
    except InputError as error:
        raise SourceError(
            "is neither the XML nor the CSV of the EU's list",
            origin=Origin(path.name),
            why=str(error).partition(": ")[2] or str(error),
            advice="Fetch xmlFullSanctionsList_1_1 or csvFullSanctionsList_1_1 from the Commission's page of the list",
        ) from error


def _party(element: _Element) -> Party | None:
    names = tuple(_names(element))
    if not names:
        return None
    subject = next(_children(element, "subjectType"), None)
    code = subject.get("code", "") if subject is not None else ""
    births = [(item, _birth(item)) for item in _children(element, "birthdate")]
    return Party(
        id=f"eu_fsf:{element.get('euReferenceNumber') or element.get('logicalId')}",
        type=_TYPES.get(code, "LegalEntity"),
        names=names,
        identifiers=tuple(_identifiers(element)),
        addresses=tuple(
            address for item in _children(element, "address") if (address := _address(item)).text
        ),
        dates=tuple(date for _, date in births if date is not None),
        designations=tuple(_designations(element)),
        features=tuple(_features(element, [item for item, _ in births])),
        leftovers=tuple(_leftovers(element, [item for item, date in births if date is None])),
    )


def _names(element: _Element) -> Iterator[Name]:
    for number, item in enumerate(_children(element, "nameAlias")):
        parts = [item.get(key, "") for key in ("firstName", "middleName", "lastName")]
        whole = item.get("wholeName") or " ".join(part for part in parts if part)
        weak = item.get("strong") == "false" or "low quality" in _remarks(item).lower()
        if whole:
            yield Name(
                whole,
                NameKind.ALIAS if number else NameKind.PRIMARY,
                Strength.WEAK if weak else Strength.STRONG,
                family=item.get("lastName", ""),
                given=" ".join(part for part in parts[:2] if part),
                language=item.get("nameLanguage", "").lower(),
            )


def _identifiers(element: _Element) -> Iterator[Identifier]:
    for item in _children(element, "identification"):
        number = item.get("number") or item.get("latinNumber") or ""
        if number:
            label = item.get("identificationTypeCode", "")
            yield Identifier(
                _DOCUMENTS.get(label.lower(), "other"), number, _country(item), label, _remarks(item)
            )


def _address(item: _Element) -> Address:
    street, city, region, code = (item.get(key, "") for key in ("street", "city", "region", "zipCode"))
    described = item.get("countryDescription", "")
    text_ = ", ".join(part for part in (street, city, region, code, described, _remarks(item)) if part)
    return Address(street, city, region, code, _country(item), text_)


def _country(item: _Element) -> str:
    code = item.get("countryIso2Code", "")
    return as_country(item.get("countryDescription", "")) if code in {"", "00"} else code


def _birth(item: _Element) -> PartyDate | None:
    printed = item.get("birthdate") or item.get("year") or ""
    first, last = item.get("yearRangeFrom"), item.get("yearRangeTo")
    printed = printed or (f"{first} to {last}" if first and last else "")
    span = read_span(printed) if printed else None
    if span is None:
        return None
    circa = item.get("circa") == "true"
    return PartyDate("birth", span.low.isoformat(), span.high.isoformat(), circa, printed)


def _designations(element: _Element) -> Iterator[Designation]:
    for item in _children(element, "regulation"):
        yield Designation(
            "eu_fsf",
            item.get("programme", ""),
            authority=item.get("numberTitle", ""),
            listed_on=(element.get("designationDate") or item.get("entryIntoForceDate") or "")[:10],
            source=next((text(child) for child in _children(item, "publicationUrl")), ""),
            measures=("Asset freeze",),
        )


def _features(element: _Element, births: list[_Element]) -> Iterator[Feature]:
    for item in _children(element, "citizenship"):
        if country := _country(item):
            yield Feature("nationality", country, "citizenship")
    for item in births:
        place = ", ".join(
            part for part in (item.get("city"), item.get("place"), item.get("countryDescription")) if part
        )
        if place:
            yield Feature("birth-place", place)
    for item in _children(element, "nameAlias"):
        for key, kind in (("function", "position"), ("title", "position"), ("gender", "gender")):
            if value := item.get(key, ""):
                yield Feature(kind, value, key)
    for item in _children(element, "remark"):
        if value := text(item):
            yield Feature("note", value)


def _leftovers(element: _Element, undated: list[_Element]) -> Iterator[str]:
    for item in [*undated, *(child for child in element if local(child) not in _HANDLED)]:
        printed = " ".join(
            [*(f"{key!s}={value!s}" for key, value in item.attrib.items() if value), text(item)]
        ).strip()
        if printed:
            yield f"{local(item)}: {printed}"


def _remarks(item: _Element) -> str:
    return " ".join(text(child) for child in _children(item, "remark") if text(child))


def _children(element: _Element, name: str) -> Iterator[_Element]:
    return (child for child in element if local(child) == name)


LIST = ListFormat(
    source="eu_fsf",
    title="EU: consolidated list of persons, groups and entities subject to financial sanctions",
    slots=(Slot(_SLOT),),
    read=read_eu,
)
