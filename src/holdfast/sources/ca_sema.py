"""Canada's Consolidated Canadian Autonomous Sanctions List (``sema-lmes.xml``): flat records under English or bilingual names.

Written from descriptions of the format; no whole file was at hand, so fields that this reader does not know are left over as printed.
The list has no numbers of its own: a party is named by country, schedule and item of its regulations.
"""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

from holdfast.model.origin import Origin
from holdfast.model.party import Designation, Feature, Identifier, Name, NameKind, Party
from holdfast.sources.dates import first_day, read_date
from holdfast.sources.interface import ListFormat, Reading, Slot
from holdfast.sources.xml import local, read_tree, text
from holdfast.text.country import as_country

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from holdfast.model.status import Problems

_SLOT = "sema-lmes.xml"
_ADDRESS = (
    "https://www.international.gc.ca/world-monde/assets/office_docs/international_relations-relations_internationales/"
    "sanctions/sema-lmes.xml"
)
_HANDLED = {
    "country", "lastname", "givenname", "entityorship", "aliases", "dateofbirthorshipbuilddate", "titleorship", "titleorshiptype",
    "shipimonumber", "schedule", "item", "dateoflisting",
}  # fmt: skip
_ALSO = re.compile(r"\((?:also known as|a\.?k\.?a\.?|alias)[:\s]+([^)]*)\)", re.IGNORECASE)
_NUMBER = re.compile(r"\D*(\d{7})\D*")


def read_sema(files: Mapping[str, Path], problems: Problems) -> Reading:
    """Every record; one without a name is a problem and left out."""
    path = files[_SLOT]
    records = list(read_tree(path, "data-set").iter("record"))
    parties: dict[str, Party] = {}
    for position, record in enumerate(records, 1):
        cells = {_field(local(child)): " ".join(text(child).split()) for child in record if text(child)}
        party = _party(cells)
        if party is None:
            problems.add("has no name; left out", Origin(path.name, record=str(position)))
            continue
        taken = parties.get(party.id)
        if taken is not None and taken != party:  # two parties under one item of a schedule
            party = _renamed(party)
        parties[party.id] = party
    return Reading(tuple(parties.values()), len(records), problems.lost)


def _field(tag: str) -> str:
    """``Country-Pays`` is ``country``."""
    return tag.partition("-")[0].lower()


def _party(cells: Mapping[str, str]) -> Party | None:
    ship = "shipimonumber" in cells
    given, family = cells.get("givenname", ""), cells.get("lastname", "")
    printed = cells.get("entityorship", "") or " ".join(part for part in (given, family) if part)
    main = _ALSO.sub("", printed).strip()
    if not main:
        return None
    person = "entityorship" not in cells
    country = cells.get("country", "").partition("/")[0].strip()
    place = "/".join(re.sub(r"[^\w]+", "-", cells.get(key, "")).strip("-") for key in ("schedule", "item"))
    date = read_date("build" if ship else "birth", cells.get("dateofbirthorshipbuilddate", ""))
    unread = "" if date else cells.get("dateofbirthorshipbuilddate", "")
    imo = _NUMBER.fullmatch(cells.get("shipimonumber", ""))
    listed = cells.get("dateoflisting", "")
    names = [Name(main, family=family if person else "", given=given if person else "")]
    names += [Name(alias, NameKind.ALIAS) for alias in _aliases(cells, printed) if alias != main]
    return Party(
        id=f"ca_sema:{as_country(country)}/{place}",
        type="Person" if person else "Vessel" if ship else "Organization",
        names=tuple(dict.fromkeys(names)),
        identifiers=(Identifier("imo", imo[1]),) if imo else (),
        dates=(date,) if date else (),
        designations=(
            Designation(
                "ca_sema",
                country,
                listed_on=first_day(listed) or listed,
                source=f"schedule {cells.get('schedule', '')}, item {cells.get('item', '')}",
            ),
        ),
        features=tuple(_features(cells, ship=ship)),
        leftovers=(
            *(f"{field}: {value}" for field, value in cells.items() if field not in _HANDLED),
            *([f"dateofbirthorshipbuilddate: {unread}"] if unread else []),
            *([f"shipimonumber: {cells['shipimonumber']}"] if ship and not imo else []),
        ),
    )


def _renamed(party: Party) -> Party:
    return replace(party, id=f"{party.id}-{sha256(party.names[0].text.encode()).hexdigest()[:6]}")


def _aliases(cells: Mapping[str, str], printed: str) -> Iterator[str]:
    inside = [group for found in _ALSO.findall(printed) for group in re.split(r"[,;]| and ", found)]
    for alias in (*re.split(r"[;|]", cells.get("aliases", "")), *inside):
        if alias.strip():
            yield alias.strip()


def _features(cells: Mapping[str, str], *, ship: bool) -> Iterator[Feature]:
    title = cells.get("titleorshiptype") or cells.get("titleorship")
    if title:
        yield Feature("vessel-type" if ship else "position", title.partition("|")[0].strip())


LIST = ListFormat(
    source="ca_sema",
    title="Canada, Global Affairs: Consolidated Canadian Autonomous Sanctions List",
    slots=(Slot(_SLOT, _ADDRESS),),
    read=read_sema,
)
