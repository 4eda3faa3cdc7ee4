"""Which log sources of Sigma an event kind answers to, and how it names their fields."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from holdfast.hunt.rule import LogSource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from holdfast.model.event import Kind


@dataclass(frozen=True, slots=True)
class Derived:
    """A field made of others; see :mod:`holdfast.hunt.derived`."""

    of: tuple[str, ...]
    form: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read events of a kind: as a log source, with its field names."""

    source: LogSource
    fields: Mapping[str, str | Derived] = field(default_factory=dict)
    """Where a field that Sigma names is in the log; the same name where absent."""

    def answers(self, asked: LogSource) -> bool:
        """Whether a rule for that log source is meant for these events."""
        pairs = (
            (asked.product, self.source.product),
            (asked.category, self.source.category),
            (asked.service, self.source.service),
        )
        return all(not wanted or wanted == given for wanted, given in pairs)


@dataclass(frozen=True, slots=True)
class _Table:
    by_event: dict[tuple[str, str, str], list[Reading]]
    services: dict[str, list[str]]
    """Services by channel."""
    also: dict[str, list[str]]
    where: dict[LogSource, dict[str, tuple[str, ...]]]
    """Values that fields must have for an event to count, by log source."""


@cache
def _table() -> _Table:
    content = tomllib.loads(
        resources.files("holdfast.hunt").joinpath("data/logsources.toml").read_text("utf-8")
    )
    by_event: dict[tuple[str, str, str], list[Reading]] = {}
    for entry in content["category"]:
        source = LogSource(entry["product"], entry["category"])
        fields = {name: _place(place) for name, place in entry.get("fields", {}).items()}
        for event_id in entry.get("event_ids", [""]):
            key = (entry["product"], entry.get("channel") or entry["service"], event_id)
            by_event.setdefault(key, []).append(Reading(source, fields))
    services: dict[str, list[str]] = {}
    for service, channels in content["windows_services"].items():
        for channel in channels:
            services.setdefault(channel.lower(), []).append(service)
    where = {
        LogSource(entry["product"], entry["category"]): {
            name: tuple(values) for name, values in entry["where"].items()
        }
        for entry in content["category"]
        if "where" in entry
    }
    return _Table(by_event, services, content["also"], where)


def demands(source: LogSource) -> Mapping[str, tuple[str, ...]]:
    """Values that fields of an event must have for it to be of the log source, beyond its channel and id."""
    return _table().where.get(LogSource(source.product, source.category), {})


def _place(place: Any) -> str | Derived:
    return place if isinstance(place, str) else Derived(tuple(place["of"]), place["form"])


@lru_cache(maxsize=4096)
def readings(kind: Kind) -> tuple[Reading, ...]:
    """All ways to read events of the kind, the most specific first; every log source of a pack asks for them."""
    table = _table()
    found = list(table.by_event.get((kind.product, kind.channel or kind.service, kind.event_id), ()))
    found.extend(
        Reading(LogSource(kind.product, "", service))
        for service in table.services.get(kind.channel.lower(), ())
    )
    services = (kind.service, *table.also.get(kind.service, ()))
    found.extend(Reading(LogSource(kind.product, kind.category, service)) for service in services)
    return tuple(found)


def reading_for(asked: LogSource, kind: Kind) -> Reading | None:
    """How a rule for a log source reads events of the kind, or ``None`` when it is not meant for them.

    Events that nothing is known about are open to rules whose log source names nothing that Holdfast recognises: an
    organisation's own logs and its own rules for them.
    """
    if not any((kind.product, kind.category, kind.service, kind.channel)):
        return Reading(LogSource()) if not recognised(asked) else None
    return next((reading for reading in readings(kind) if reading.answers(asked)), None)


_RECOGNISED_PRODUCTS = {
    "windows", "linux", "macos", "zeek", "suricata", "cisco", "juniper", "huawei", "fortigate", "fortios", "paloalto",
    "aws", "azure", "gcp", "m365", "okta", "github", "bitbucket", "kubernetes", "onelogin", "opencanary",
}  # fmt: skip
_RECOGNISED_CATEGORIES = {"proxy", "dns", "webserver", "firewall", "antivirus"}
_RECOGNISED_SERVICES = {"apache", "nginx", "netflow", "syslog", "sshd", "auth", "auditd"}


def recognised(asked: LogSource) -> bool:
    """Whether some reader of logs marks its events with this log source."""
    return (
        asked.product in _RECOGNISED_PRODUCTS
        or asked.category in _RECOGNISED_CATEGORIES
        or asked.service in _RECOGNISED_SERVICES
    )
