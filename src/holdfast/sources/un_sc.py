"""The consolidated list of the UN Security Council, in its XML form (https://www.un.org/sc/resources/sc-sanctions.xsd).

Names come in up to four parts, aliases with a quality (``Good``, ``Low``, ``a.k.a.``, ``f.k.a.``). Every element that
this reader does not know is left over, as printed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from holdfast.sources.interface import ListFormat, Reading, Slot
from holdfast.sources.xml import all_text, local, read_tree, text
from holdfast.text.country import as_country

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from lxml.etree import _Element

    from holdfast.model.status import Problems

_PARTS = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
_PLACE = ("STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY", "NOTE")
_FEATURES = {
    "NATIONALITY": "nationality",
    "DESIGNATION": "position",
    "TITLE": "position",
    "GENDER": "gender",
    "COMMENTS1": "note",
    "INTERPOL_LINK": "link",
    "SUBMITTED_BY": "submitted-by",
}
_KNOWN = {
    *_PARTS,
    *_FEATURES,
    "DATAID",
    "VERSIONNUM",
    "UN_LIST_TYPE",
    "REFERENCE_NUMBER",
    "LISTED_ON",
    "NAME_ORIGINAL_SCRIPT",
    "HAS_INTERPOL_LINK",
    "LIST_TYPE",
    "LAST_DAY_UPDATED",
    "SORT_KEY",
    "SORT_KEY_LAST_MOD",
}


def read_un(files: Mapping[str, Path], _problems: Problems) -> Reading:
    """Every individual and entity of the list."""
    root = read_tree(files["consolidated.xml"], "CONSOLIDATED_LIST")
    elements = [*root.iterfind("INDIVIDUALS/INDIVIDUAL"), *root.iterfind("ENTITIES/ENTITY")]
    parties = tuple(_party(element) for element in elements)
    return Reading(parties, len(elements), published=root.get("dateGenerated", "")[:10])


def _party(element: _Element) -> Party:
    kind = local(element)
    place, birth = f"{kind}_ADDRESS", f"{kind}_DATE_OF_BIRTH"
    dates = [(_date(item), item) for item in element.iterfind(birth)]
    handled = {f"{kind}_ALIAS", place, birth, f"{kind}_PLACE_OF_BIRTH", f"{kind}_DOCUMENT"}
    leftovers = [all_text(item) for date, item in dates if date is None and all_text(item)]
    leftovers += [all_text(child) for child in element if local(child) not in _KNOWN | handled]
    return Party(
        id=f"un_sc:{text(element.find('DATAID'))}",
        type="Person" if kind == "INDIVIDUAL" else "Organization",
        names=tuple(_names(element, f"{kind}_ALIAS")),
        identifiers=tuple(_identifiers(element, kind)),
        addresses=tuple(address for item in element.iterfind(place) if (address := _address(item))),
        dates=tuple(date for date, _ in dates if date is not None),
        designations=(
            Designation(
                "un_sc",
                text(element.find("UN_LIST_TYPE")),
                listed_on=text(element.find("LISTED_ON"))[:10],
                source=text(element.find("REFERENCE_NUMBER")),
            ),
        ),
        features=tuple(_features(element, f"{kind}_PLACE_OF_BIRTH")),
        leftovers=tuple(left for left in leftovers if left),
    )


def _names(element: _Element, alias: str) -> Iterator[Name]:
    yield Name(" ".join(part for part in (text(element.find(name)) for name in _PARTS) if part))
    original = text(element.find("NAME_ORIGINAL_SCRIPT"))
    if original:
        yield Name(original, NameKind.ALIAS)
    for item in element.iterfind(alias):
        quality = text(item.find("QUALITY"))
        kind = NameKind.FORMER if quality == "f.k.a." else NameKind.ALIAS
        strength = Strength.WEAK if quality == "Low" else Strength.STRONG
        for name in text(item.find("ALIAS_NAME")).split("; "):
            if name.strip():
                yield Name(name.strip(), kind, strength)


def _identifiers(element: _Element, kind: str) -> Iterator[Identifier]:
    for item in element.iterfind(f"{kind}_DOCUMENT"):
        number, label = text(item.find("NUMBER")), text(item.find("TYPE_OF_DOCUMENT"))
        if not number:
            continue
        country = text(item.find("ISSUING_COUNTRY")) or text(item.find("COUNTRY_OF_ISSUE"))
        kept = ("TYPE_OF_DOCUMENT", "NUMBER", "ISSUING_COUNTRY")
        note = "; ".join(text(child) for child in item if local(child) not in kept and text(child))
        yield Identifier(
            "passport" if "passport" in label.lower() else "national-id",
            number,
            as_country(country),
            label,
            note,
        )


def _address(item: _Element) -> Address | None:
    values = {name: text(item.find(name)) for name in _PLACE}
    if not any(values.values()):
        return None
    return Address(
        values["STREET"],
        values["CITY"],
        values["STATE_PROVINCE"],
        values["ZIP_CODE"],
        as_country(values["COUNTRY"]),
        ", ".join(value for value in values.values() if value),
    )


def _date(item: _Element) -> PartyDate | None:
    circa = "APPROX" in text(item.find("TYPE_OF_DATE")).upper()
    first, last = text(item.find("FROM_YEAR")), text(item.find("TO_YEAR"))
    printed = text(item.find("DATE")) or text(item.find("YEAR"))
    printed = printed or (f"{first} to {last}" if first and last else first or last)
    span = read_span(printed) if printed else None
    if span is None:
        return None
    return PartyDate("birth", span.low.isoformat(), span.high.isoformat(), circa or span.circa, printed)


def _features(element: _Element, birth_place: str) -> Iterator[Feature]:
    for name, kind in _FEATURES.items():
        for item in element.iterfind(name):
            for value in (text(item), *(text(child) for child in item.iterfind("VALUE"))):
                if value:
                    yield Feature(kind, as_country(value) if kind == "nationality" else value, name)
    for item in element.iterfind(birth_place):
        if printed := all_text(item):
            yield Feature("birth-place", printed)


LIST = ListFormat(
    source="un_sc",
    title="UN Security Council: consolidated list",
    slots=(Slot("consolidated.xml", "https://scsanctions.un.org/resources/xml/en/consolidated.xml"),),
    read=read_un,
)
