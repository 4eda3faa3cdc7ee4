"""The dossier that ships: designated parties, attribution edges, indicators, and the vulnerabilities that the actors use.

Every fact has its source. It is the watchlist until the first update, and stands beside the official lists afterwards: it knows names (the
Chinese ones) and ties that the official files leave out. Its data lies in ``data/dossier``.
"""

from __future__ import annotations

import csv
import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, Any

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
from holdfast.model.publication import Publication, PublishedFile
from holdfast.sources.shipped_vulnerabilities import read_shipped, shipped_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SOURCE = "dossier"
_FILES = ("parties.toml", "attributions.csv", "indicators.csv")


def read_dossier() -> Publication:
    """The dossier of the installed package."""
    folder = files("holdfast.sources.data.dossier")
    published = [PublishedFile(name, folder.joinpath(name).read_bytes()) for name in _FILES]
    text = {file.name: file.content.decode("utf-8") for file in published}
    facts = tomllib.loads(text["parties.toml"])
    parties = tuple(_party(entry, facts["sources"]) for entry in facts["party"])
    return Publication(
        source=SOURCE,
        parties=parties,
        files=(*published, *shipped_files()),
        published=facts["published"],
        published_by="list",
        indicators=tuple(_indicator(row) for row in _rows(text["indicators.csv"])),
        attributions=tuple(Attribution(**row) for row in _rows(text["attributions.csv"])),
        vulnerabilities=read_shipped(),
        records=len(parties),
        origin="the dossier of the package",
    )


def _rows(text: str) -> Iterator[dict[str, Any]]:
    return csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))


def _indicator(row: dict[str, Any]) -> Indicator:
    return Indicator(**{**row, "port": int(row["port"]) if row["port"] else None})


def _party(entry: dict[str, Any], sources: dict[str, str]) -> Party:
    return Party(
        id=f"{SOURCE}:{entry['id']}",
        type=entry["type"],
        names=tuple(_name(name) for name in entry["names"]),
        identifiers=tuple(Identifier(**item) for item in entry.get("identifiers", ())),
        addresses=tuple(Address(**item) for item in entry.get("addresses", ())),
        dates=tuple(PartyDate(**item) for item in entry.get("dates", ())),
        designations=tuple(_designation(item, sources) for item in entry["designations"]),
        relations=(*_same_as(entry), *(Relation(**item) for item in entry.get("relations", ()))),
        features=tuple(Feature(**item) for item in entry.get("features", ())),
    )


def _name(item: dict[str, Any]) -> Name:
    kind = NameKind(item.get("kind", "primary"))
    return Name(**{**item, "kind": kind, "strength": Strength(item.get("strength", "strong"))})


def _designation(item: dict[str, Any], sources: dict[str, str]) -> Designation:
    return Designation(
        **{
            **item,
            "measures": tuple(item.get("measures", ())),
            "source": sources.get(item["source"], item["source"]),
        }
    )


def _same_as(entry: dict[str, Any]) -> Iterable[Relation]:
    listed = entry["names"][0]
    for target in entry.get("same_as", ()):
        yield Relation("same-as", listed.get("listed", listed["text"]), target)
