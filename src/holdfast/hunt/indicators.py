"""Indicators of the watchlist in logs, in the same pass: addresses and networks, domains, hashes, pages, file names.

An indicator counts in full only within the time in which its source saw the actor use it: addresses of rented servers
pass from hand to hand. A file name is never more than a low sign, and names of programs that every host has are not looked for.
"""

from __future__ import annotations

import ipaddress
import re
import tomllib
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from holdfast.hunt.matcher import ENTRY, REMEMBERED, REMEMBERED_LENGTH, size_of
from holdfast.hunt.sighting import Sighting, as_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from holdfast.model.event import Column, Events, Value
    from holdfast.model.indicator import Indicator

GRACE = timedelta(days=30)
"""How long before and after the published time an indicator still counts in full."""
_TECHNIQUE = {"domain": "T1071.004", "address": "T1071", "hash": "T1105", "url": "T1105", "name": "T1036"}
_ADDRESS = re.compile(r"[0-9a-fA-F:.]{3,45}")
_HASH = re.compile(r"\b(?:[0-9a-fA-F]{32,64}|(?:[0-9a-fA-F]{2}:){19,31}[0-9a-fA-F]{2})\b")
_WORD = re.compile(r"(?<![\w.-])(?:\d{1,3}(?:\.\d{1,3}){3}|(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24})(?!\.?[\w-])")
"""Addresses and names that stand in a line of text."""
LONGEST_TEXT = 20_000
"""Characters of a line of text that are looked at."""
_URL_HOST = re.compile(r"(?:https?|ftp)://(?:[^/\s@\"']*@)?\[?([A-Za-z0-9.:-]+?)\]?(?::\d+)?(?=[/\s\"'?#]|$)")
_TYPES = {
    "ipv4": "address", "ipv6": "address", "cidr": "address", "domain": "domain", "md5": "hash", "sha1": "hash",
    "sha256": "hash", "certificate": "hash", "url": "url", "file-name": "name",
}  # fmt: skip


@cache
def _content() -> dict[str, list[str]]:
    text = resources.files("holdfast.hunt").joinpath("data/indicator_fields.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def _fields() -> dict[str, tuple[str, ...]]:
    """Kinds of trace by field."""
    by_field: dict[str, tuple[str, ...]] = {}
    for kind, names in _content().items():
        if kind not in _TRACES:
            continue
        for name in names:
            by_field[name] = (*by_field.get(name, ()), kind)
    return by_field


@dataclass(slots=True)
class IndicatorMatcher:
    """Looks up the different values of telling fields among the indicators."""

    indicators: Iterable[Indicator]
    _by_value: dict[tuple[str, str], list[Indicator]] = field(default_factory=dict)
    _networks: list[tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, Indicator]] = field(
        default_factory=list
    )
    _answers: dict[tuple[str, Value], tuple[Indicator, ...]] = field(default_factory=dict)
    _size: int = 0
    """Bytes that the answers take, roughly."""

    def __post_init__(self) -> None:
        """Index the indicators by what they are."""
        everywhere = set(_content()["names_of_every_host"])
        for indicator in self.indicators:
            kind = _TYPES.get(indicator.type)
            if indicator.type == "cidr":
                self._networks.append((ipaddress.ip_network(indicator.value, strict=False), indicator))
            elif kind is not None and not (kind == "name" and indicator.value.lower() in everywhere):
                self._by_value.setdefault((kind, indicator.value.lower()), []).append(indicator)

    def sightings(self, events: Events) -> Iterator[Sighting]:
        """One for each indicator and event, by the first field that holds it."""
        if not self._by_value and not self._networks:
            return
        told: set[tuple[int, Indicator]] = set()
        for name, kinds in _present(events):
            column = events.column(name)
            known = self._known(column, kinds)
            if known:
                for place in np.flatnonzero(np.isin(column.codes, list(known))).tolist():
                    for indicator in known[int(column.codes[place])]:
                        if (place, indicator) not in told:
                            told.add((place, indicator))
                            yield _sighting(events, place, name, column.value(place), indicator)

    def _known(self, column: Column, kinds: Sequence[str]) -> dict[int, tuple[Indicator, ...]]:
        known = {}
        for code, value in enumerate(column.values):
            found = tuple(one for kind in kinds for one in self._ask(kind, value))
            if found:
                known[code] = tuple(dict.fromkeys(found))
        return known

    def _ask(self, kind: str, value: Value) -> tuple[Indicator, ...]:
        if not value:
            return ()
        key = (kind, value)
        answer = self._answers.get(key)
        if answer is None:
            texts = value if isinstance(value, tuple) else (value,)
            traces = {trace for text in texts for trace in _TRACES[kind](text)}
            answer = tuple(one for trace in sorted(traces) for one in self._find(trace))
            size = size_of(value)
            if size <= REMEMBERED_LENGTH:
                if self._size + size + ENTRY > REMEMBERED:
                    self._answers.clear()
                    self._size = 0
                self._size += size + ENTRY
                self._answers[key] = answer
        return answer

    def _find(self, trace: tuple[str, str]) -> Iterator[Indicator]:
        yield from self._by_value.get(trace, ())
        if self._networks and trace[0] == "address":
            address = ipaddress.ip_address(trace[1])
            for network, indicator in self._networks:
                if network.version == address.version and address in network:
                    yield indicator


def _present(events: Events) -> list[tuple[str, tuple[str, ...]]]:
    """Fields of the table that some of the events have."""
    names = events.names()
    return [
        (name, kinds) for name, kinds in _fields().items() if name in names or name.partition(".")[0] in names
    ]


def _addresses(text: str) -> Iterator[tuple[str, str]]:
    for found in _ADDRESS.findall(text):
        if found.count(".") == 3 or ":" in found:
            try:
                address = ipaddress.ip_address(found.removeprefix("::ffff:"))
            except ValueError:
                continue
            yield "address", str(address)


def _domains(text: str) -> Iterator[tuple[str, str]]:
    """The name and every name above it, since a listed domain stands for all below."""
    labels = text.lower().strip().rstrip(".").split(".")
    for start in range(max(0, len(labels) - 8), len(labels) - 1):
        yield "domain", ".".join(labels[start:])


def _hashes(text: str) -> Iterator[tuple[str, str]]:
    for found in _HASH.findall(text):
        yield "hash", found.lower().replace(":", "")


def _words(text: str) -> Iterator[tuple[str, str]]:
    """Addresses, names and hashes in a command line, a script or a line of a log."""
    text = text[:LONGEST_TEXT]
    for word in _WORD.findall(text):
        yield from _addresses(word) if word[-1].isdigit() else _domains(word)
    yield from _hashes(text)


def _names(text: str) -> Iterator[tuple[str, str]]:
    yield "name", re.split(r"[\\/]", text)[-1].strip().lower()


def _urls(text: str) -> Iterator[tuple[str, str]]:
    yield "url", text.lower().strip()
    for host in _URL_HOST.findall(text):
        yield from _addresses(host)
        yield from _domains(host)


_TRACES: dict[str, Callable[[str], Iterator[tuple[str, str]]]] = {
    "address": _addresses,
    "domain": _domains,
    "hash": _hashes,
    "url": _urls,
    "text": _words,
    "name": _names,
}


def _sighting(events: Events, place: int, name: str, value: Value, indicator: Indicator) -> Sighting:
    origin = events.origin(place)
    stamp = events.time(place)
    inside = in_time(indicator, stamp)
    strong = inside and indicator.strength == "strong" and indicator.type != "file-name"
    whose = f" of {indicator.actor}" if indicator.actor else ""
    text = "; ".join(value) if isinstance(value, tuple) else value or ""
    return Sighting(
        rule=f"indicator-{indicator.type}",
        title=f"Indicator{whose}: {indicator.value}" + ("" if inside else " (outside its published time)"),
        level="high" if strong else "low",
        techniques=(_TECHNIQUE[_TYPES[indicator.type]],),
        file=origin.file,
        record=as_record(origin.record),
        time=stamp,
        host=events.host(place),
        matched={name: text[:1000]},
        details={
            "indicator": {
                "value": indicator.value,
                "type": indicator.type,
                "source": indicator.source,
                "first_seen": indicator.first_seen,
                "last_seen": indicator.last_seen,
                "in_time": inside,
            }
        },
        telling=False,
        actor=indicator.actor if strong else "",
    )


def in_time(indicator: Indicator, stamp: str) -> bool:
    """Whether the time lies within the published window and its grace; true where either is unknown."""
    if not stamp:
        return True
    day = date.fromisoformat(stamp[:10])
    first = date.fromisoformat(indicator.first_seen[:10]) - GRACE if indicator.first_seen else date.min
    last = date.fromisoformat(indicator.last_seen[:10]) + GRACE if indicator.last_seen else date.max
    return first <= day <= last
