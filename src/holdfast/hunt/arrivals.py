"""Remote sessions as inventory: who came to which host from where, since when, and which places are new.

A session from a new place is no proof of anything: addresses change. It is worth a line where the host has been watched
long enough to know what is usual, and counts as a sign where the place is outside one's own network.
"""

from __future__ import annotations

import ipaddress
import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np

from holdfast.hunt.inventory import NEW_DAYS, days_between
from holdfast.hunt.sighting import Sighting, as_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from holdfast.model.event import Events, Value
    from holdfast.model.origin import Origin

MOST = 200_000
"""Places that are remembered; what comes after so many is not looked at, which :attr:`Arrivals.full` says."""
_OWN = tuple(
    ipaddress.ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "fc00::/7", "fe80::/10")
)  # fmt: skip
"""Addresses of one's own network; what documentation calls private counts as public here."""


@dataclass(frozen=True, slots=True)
class Way:
    """One kind of event that says who came from where."""

    way: str
    technique: str
    address: str = ""
    """Field of the address."""
    account: str = ""
    """Field of the account, empty where the event has none."""
    where: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Values that other fields must have."""
    pattern: str = ""
    """Where the event is a line of text: an expression with the groups ``address`` and ``account``."""


@cache
def _table() -> dict[tuple[str, str, str], list[Way]]:
    """Ways by channel, event id and service."""
    content = tomllib.loads(
        resources.files("holdfast.hunt").joinpath("data/arrivals.toml").read_text("utf-8")
    )
    table: dict[tuple[str, str, str], list[Way]] = {}
    for entry in content["arrival"]:
        key = (entry.pop("channel", ""), entry.pop("event_id", ""), entry.pop("service", ""))
        table.setdefault(key, []).append(Way(**entry))
    return table


@dataclass(slots=True)
class Arrival:
    """Sessions of one way to one host from one address."""

    way: Way
    host: str
    address: str
    first: str
    last: str
    origin: Origin
    """Of the first."""
    count: int = 0
    accounts: dict[str, None] = field(default_factory=dict)
    new: bool = False

    def to_dict(self) -> dict[str, Any]:
        """For a table."""
        return {
            "way": self.way.way,
            "host": self.host,
            "address": self.address,
            "accounts": list(self.accounts)[:5],
            "first_seen": self.first,
            "last_seen": self.last,
            "count": self.count,
            "new": self.new,
            "outside": is_outside(self.address),
        }


@dataclass(slots=True)
class Arrivals:
    """Collects arrivals while events pass."""

    full: bool = False
    """Whether there were more places than are remembered."""
    _found: dict[tuple[str, str, str], Arrival] = field(default_factory=dict)
    _watched: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    """First and last time of any arrival, by way and host."""

    def take(self, events: Events) -> None:
        """Look at a block of events."""
        kind = events.kind
        for way in _table().get((kind.channel, kind.event_id, kind.service), ()):
            if way.pattern:
                self._take_lines(events, way)
            else:
                self._take_fields(events, way)

    def _take_fields(self, events: Events, way: Way) -> None:
        fits = np.ones(len(events), np.bool_)
        for name, wanted in way.where.items():
            column = events.column(name)
            codes = [code for code, value in enumerate(column.values) if _text(value).lower() in wanted]
            fits &= np.isin(column.codes, codes)
        places = np.flatnonzero(fits).tolist()
        if not places:
            return
        addresses = events.column(way.address)
        accounts = events.column(way.account) if way.account else None
        for place in places:
            account = _text(accounts.value(place)) if accounts is not None else ""
            self._add(events, place, way, _text(addresses.value(place)), account)

    def _take_lines(self, events: Events, way: Way) -> None:
        column = events.column("message")
        pattern = re.compile(way.pattern)
        found = {code: pattern.search(_text(value)) for code, value in enumerate(column.values)}
        for place, code in enumerate(column.codes.tolist()):
            match = found.get(code)
            if match is not None:
                self._add(events, place, way, match["address"], match["account"])

    def _add(self, events: Events, place: int, way: Way, text: str, account: str) -> None:
        address = _address(text)
        stamp = events.time(place)
        if not address or not stamp:
            return
        host = events.host(place)
        key = (way.way, host, address)
        arrival = self._found.get(key)
        if arrival is None:
            if len(self._found) >= MOST:
                self.full = True
                return
            arrival = self._found[key] = Arrival(way, host, address, stamp, stamp, events.origin(place))
        arrival.count += 1
        if stamp < arrival.first:
            arrival.first, arrival.origin = stamp, events.origin(place)
        arrival.last = max(arrival.last, stamp)
        first, last = self._watched.get(key[:2], (stamp, stamp))
        self._watched[key[:2]] = (min(first, stamp), max(last, stamp))
        if account and account != "-" and len(arrival.accounts) < 20:
            arrival.accounts[account] = None

    def arrivals(self) -> list[Arrival]:
        """Every place, the new ones first, those from outside before others."""
        for (way, host, _), arrival in self._found.items():
            first, last = self._watched[way, host]
            watched = days_between(last, first) >= NEW_DAYS
            arrival.new = watched and days_between(last, arrival.first) < NEW_DAYS
        return sorted(
            self._found.values(),
            key=lambda one: (not one.new, not is_outside(one.address), one.host, one.way.way, one.first),
        )

    def sightings(self) -> Iterator[Sighting]:
        """One for each new place; only a place outside one's own network weighs in a story."""
        for arrival in self.arrivals():
            if arrival.new:
                yield _sighting(arrival)


def _sighting(arrival: Arrival) -> Sighting:
    outside = is_outside(arrival.address)
    return Sighting(
        rule=f"new-place-{arrival.way.technique.lower()}",
        title=f"Session by {arrival.way.way} from a new place" + (" outside" if outside else ""),
        level="medium" if outside else "low",
        techniques=(arrival.way.technique,),
        file=arrival.origin.file,
        record=as_record(arrival.origin.record),
        time=arrival.first,
        host=arrival.host,
        matched={"address": arrival.address, "sessions": str(arrival.count)},
        account=next(iter(arrival.accounts), ""),
        actor="any" if outside else "",
    )


def is_outside(address: str) -> bool:
    """Whether the address is not of a network of one's own."""
    parsed = ipaddress.ip_address(address)
    return not any(parsed.version == network.version and parsed in network for network in _OWN)


def _address(text: str) -> str:
    """The address in its canonical form; empty for what is none or is the host itself."""
    try:
        address = ipaddress.ip_address(text.strip().removeprefix("::ffff:"))
    except ValueError:
        return ""
    return "" if address.is_loopback or address.is_unspecified else str(address)


def _text(value: Value) -> str:
    if isinstance(value, tuple):
        return value[0] if value else ""
    return value or ""
