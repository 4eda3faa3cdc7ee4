"""What keeps time on every network without meaning harm (``data/ordinary.toml``, ``data/shared_networks.csv``)."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from holdfast.flows.behaviour.networks import Networks
from holdfast.flows.name_index import NameIndex
from holdfast.model.indicator import Indicator
from holdfast.text.addresses import pack

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Ordinary:
    """The tables."""

    services: Mapping[tuple[int, int], tuple[str, bool]]
    """By protocol and port (-1 for any): what it is, and whether that holds only within one's own network."""
    names: Mapping[str, str]
    """By domain."""
    providers: tuple[tuple[str, Networks], ...]
    """Networks that many customers share."""

    def service(self, proto: int, port: int, *, within: bool) -> str:
        """What a service does, or nothing."""
        for key in ((proto, port), (proto, -1)):
            if key in self.services:
                says, only_within = self.services[key]
                return says if within or not only_within else ""
        return ""

    def provider(self, packed: bytes) -> str:
        """Whose shared network an address lies in, or nothing."""
        return next((name for name, networks in self.providers if packed in networks), "")


@cache
def read_ordinary() -> Ordinary:
    """The tables of the package."""
    folder = files("holdfast.flows").joinpath("data")
    content = tomllib.loads(folder.joinpath("ordinary.toml").read_text("utf-8"))
    networks: dict[str, list[str]] = {}
    with folder.joinpath("shared_networks.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            networks.setdefault(row["provider"], []).append(row["network"])
    return Ordinary(
        dict(pair for entry in content["service"] for pair in _services(entry)),
        {domain: entry["says"] for entry in content["name"] for domain in entry["domains"]},
        tuple((provider, Networks(texts)) for provider, texts in networks.items()),
    )


def _services(entry: Mapping[str, Any]) -> list[tuple[tuple[int, int], tuple[str, bool]]]:
    worth = (entry["says"], entry["where"] == "inside")
    return [((proto, port), worth) for proto in entry["proto"] for port in entry["ports"] or [-1]]


class OrdinaryNames:
    """Addresses that were reached by an ordinary name, as DNS, TLS and HTTP logs of the same run tell."""

    def __init__(self, ordinary: Ordinary) -> None:
        self._says = ordinary.names
        self._index = NameIndex(Indicator("domain", domain) for domain in ordinary.names)
        self._found: dict[bytes, tuple[str, str]] = {}

    def add(self, rows: pa.RecordBatch) -> None:
        """Look through a batch with the columns of ``name_schema``."""
        names = rows.column("name")
        for place, domain in self._index.find_domains(names):
            row = rows.slice(place, 1)
            says = (names[place].as_py(), self._says[domain])
            if row.column("what")[0].as_py() == "dns":
                for text in row.column("answers")[0].as_py() or ():
                    packed = pack(text) if text else None
                    if packed is not None:
                        self._found.setdefault(packed, says)
            else:
                four, six = row.column("dst")[0].as_py(), row.column("dst6")[0].as_py()
                packed = four.to_bytes(4, "big") if four is not None else six
                if packed is not None:
                    self._found.setdefault(packed, says)

    def of(self, packed: bytes) -> tuple[str, str]:
        """The name that was asked for and what it does; both are empty when there is none."""
        return self._found.get(packed, ("", ""))

    def of_name(self, name: str) -> str:
        """What a name is for, or nothing."""
        return next((self._says[domain] for _, domain in self._index.find_domains(pa.array([name]))), "")
