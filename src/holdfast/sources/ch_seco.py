"""Switzerland's list of all sanctioned parties (``swiss-sanctions-list``), as SECO publishes it in XML.

Written from descriptions of the format; no whole file was at hand, so what stands beside the known elements of an identity is left over
as printed. The list keeps its history: the newest modification of a target says whether it is listed, and what a modification added or
removed is a copy, not a party. A part of a name has spelling variants, by script.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from holdfast.sources.interface import ListFormat, Reading, Slot
from holdfast.sources.xml import all_text, local, read_tree, text
from holdfast.text.country import as_country

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from lxml.etree import _Element

    from holdfast.model.status import Problems

_SLOT = "swiss-sanctions-list.xml"
_ADDRESS = (
    "https://www.sesam.search.admin.ch/sesam-search-web/pages/downloadXmlGesamtliste.xhtml"
    "?lang=en&action=downloadXmlGesamtlisteAction"
)
_KINDS = {"individual": "Person", "entity": "Organization", "object": "Vessel"}
_OBJECTS = {"vessel": "Vessel", "ship": "Vessel", "aircraft": "Airplane"}
_SPOKEN = (
    "title",
    "given-name",
    "further-given-name",
    "father-name",
    "grand-father-name",
    "tribal-name",
    "maiden-name",
)
"""Parts of a name that are spoken before the family name, in that order; the rest stands as ordered."""
_FORMER = {"formerly-known-as", "former-name"}
_QUIET = {"title", "suffix"}
_KNOWN = {
    "name", "day-month-year", "nationality", "address", "place-of-birth", "identification-document", "justification", "relation",
    "other-information", "generic-attribute",
}  # fmt: skip


def read_seco(files: Mapping[str, Path], problems: Problems) -> Reading:
    """Every target that is listed now; one without a name is a problem and left out, one that was taken off the list is not counted."""
    path = files[_SLOT]
    root = read_tree(path, "swiss-sanctions-list")
    programmes = _programmes(root)
    places = {place.get("ssid", ""): place for place in root.iterfind("place")}
    targets = [target for target in root.iterfind("target") if _state(target)[0] != "de-listed"]
    parties = []
    for target in targets:
        party = _party(target, programmes, places)
        if party is None:
            problems.add("has no name; left out", Origin(path.name, record=target.get("ssid")))
        else:
            parties.append(party)
    return Reading(
        tuple(parties), len(targets), len(targets) - len(parties), published=root.get("date", "")[:10]
    )


def _programmes(root: _Element) -> dict[str, str]:
    """The key of the programme by the number of each of its sets."""
    found = {}
    for programme in root.iterfind("sanctions-program"):
        keys = {key.get("lang"): text(key) for key in programme.iterfind("program-key")}
        for part in programme.iterfind("sanctions-set"):
            found[part.get("ssid", "")] = keys.get("eng") or next(iter(keys.values()), "")
    return found


def _state(target: _Element) -> tuple[str, str]:
    """What the newest modification did, and on which day the party was first listed."""
    done = [
        (item.get("effective-date") or item.get("publication-date") or "", item.get("modification-type", ""))
        for item in target.iterfind("modification")
    ]
    if not done:
        return "listed", ""
    newest = max(range(len(done)), key=lambda place: (done[place][0], -place))
    listed = min((day for day, kind in done if kind == "listed"), default="")
    return done[newest][1], listed


def _party(target: _Element, programmes: Mapping[str, str], places: Mapping[str, _Element]) -> Party | None:
    subject = next((child for child in target if local(child) in _KINDS), None)
    if subject is None:
        return None
    identities = sorted(subject.iterfind("identity"), key=lambda item: item.get("main") != "true")
    names = tuple(dict.fromkeys(name for item in identities for name in _names(item)))
    if not names:
        return None
    kind = local(subject)
    sets = dict.fromkeys(text(item) for item in target.iterfind("sanctions-set-id"))
    listed = _state(target)[1]
    birth = "birth" if kind == "individual" else "build" if kind == "object" else "establishment"
    return Party(
        id=f"ch_seco:{target.get('ssid', '')}",
        type=_OBJECTS.get(subject.get("object-type", ""), _KINDS[kind]),
        names=names,
        identifiers=tuple(dict.fromkeys(one for item in identities for one in _documents(item))),
        addresses=tuple(dict.fromkeys(one for item in identities for one in _addresses(item, places))),
        dates=tuple(dict.fromkeys(one for item in identities for one in _dates(item, birth))),
        designations=tuple(
            Designation("ch_seco", programmes.get(number, number), listed_on=listed, source=f"set {number}")
            for number in sets
        ),
        features=tuple(dict.fromkeys(_features(subject, identities, places))),
        leftovers=tuple(
            dict.fromkeys(
                printed
                for item in identities
                for child in item
                if local(child) not in _KNOWN and (printed := all_text(child))
            )
        ),
    )


def _names(identity: _Element) -> Iterator[Name]:
    main = identity.get("main") == "true"
    for item in identity.iterfind("name"):
        kind = item.get("name-type", "")
        if kind in _FORMER:
            role = NameKind.FORMER
        else:
            role = NameKind.PRIMARY if main and kind == "primary-name" else NameKind.ALIAS
        strength = Strength.WEAK if item.get("quality") == "low" else Strength.STRONG
        parts = sorted(item.iterfind("name-part"), key=_order)
        for place, values in enumerate(_spellings(parts)):
            full = " ".join(values)
            if full:
                yield Name(full, role if place == 0 else NameKind.ALIAS, strength)


def _order(part: _Element) -> tuple[int, int]:
    kind = part.get("name-part-type", "")
    number = part.get("order", "")
    before = _SPOKEN.index(kind) if kind in _SPOKEN else len(_SPOKEN)
    return before, int(number) if number.isdigit() else 0


def _spellings(parts: list[_Element]) -> Iterator[list[str]]:
    """The name as listed; with each other Latin spelling of a part; and whole in each other script."""
    parts = [part for part in parts if part.get("name-part-type") not in _QUIET]
    plain = [text(part.find("value")) for part in parts]
    yield plain
    variants = [
        [(item.get("script", "LATN"), text(item)) for item in part.iterfind("spelling-variant")]
        for part in parts
    ]
    scripts = dict.fromkeys(script for own in variants for script, _ in own)
    for place, own in enumerate(variants):
        for script, value in own:
            if script == "LATN" and value:
                yield [*plain[:place], value, *plain[place + 1 :]]
    for script in scripts:
        if script != "LATN":
            written = [next((value for one, value in own if one == script), "") for own in variants]
            yield [value for value in written if value]


def _dates(identity: _Element, kind: str) -> Iterator[PartyDate]:
    for item in identity.iterfind("day-month-year"):
        parts = [item.get(name, "") for name in ("year", "month", "day")]
        known = [part.zfill(2) for part in parts if part]
        if known and (span := read_span("-".join(known))):
            about = span.circa or item.get("quality") == "low"
            yield PartyDate(kind, span.low.isoformat(), span.high.isoformat(), about, "-".join(known))


def _documents(identity: _Element) -> Iterator[Identifier]:
    for item in identity.iterfind("identification-document"):
        label, number, issuer = item.get("document-type", ""), text(item.find("number")), item.find("issuer")
        if number:
            country = issuer.get("code", "") or text(issuer) if issuer is not None else ""
            kind = "passport" if "passport" in label else "national-id"
            yield Identifier(kind, number, as_country(country), label, text(item.find("remark")))


def _addresses(identity: _Element, places: Mapping[str, _Element]) -> Iterator[Address]:
    for item in identity.iterfind("address"):
        street = ", ".join(
            part
            for part in (
                text(item.find("c-o")),
                text(item.find("address-details")),
                text(item.find("p-o-box")),
            )
            if part
        )
        code = text(item.find("zip-code"))
        city, area, country, printed = _place(places.get(item.get("place-id", "")))
        whole = ", ".join(part for part in (street, code, printed) if part)
        if whole:
            yield Address(street, city, area, code, country, whole)


def _place(place: _Element | None) -> tuple[str, str, str, str]:
    """Location, area, country, and all of it as printed."""
    if place is None:
        return "", "", "", ""
    city, area, country = text(place.find("location")), text(place.find("area")), place.find("country")
    code = (country.get("iso-code", "") or as_country(text(country))) if country is not None else ""
    return city, area, code, ", ".join(part for part in (city, area, text(country)) if part)


def _features(
    subject: _Element, identities: list[_Element], places: Mapping[str, _Element]
) -> Iterator[Feature]:
    if subject.get("sex"):
        yield Feature("gender", subject.get("sex", ""))
    for identity in identities:
        for item in identity.iterfind("nationality/country"):
            yield Feature("nationality", item.get("iso-code", "") or as_country(text(item)))
        for item in identity.iterfind("place-of-birth"):
            if printed := _place(places.get(item.get("place-id", "")))[3]:
                yield Feature("birth-place", printed)
    for parent in (subject, *identities):
        for name, kind in (
            ("justification", "reasons"),
            ("other-information", "note"),
            ("generic-attribute", "note"),
        ):
            for item in parent.iterfind(name):
                if printed := all_text(item):
                    yield Feature(kind, printed, item.get("name", ""))


LIST = ListFormat(
    source="ch_seco",
    title="Switzerland, SECO: all sanctioned individuals, entities and objects",
    slots=(Slot(_SLOT, _ADDRESS),),
    read=read_seco,
)
