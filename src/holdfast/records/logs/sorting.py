"""What sort of event a JSON object is: Windows in one of its layouts, or another product by its telling fields.

The telling fields stand in ``shapes.toml``, so that a new product is a few lines of data.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import orjson

from holdfast.model.event import Kind
from holdfast.records.logs.block import Sort
from holdfast.records.logs.depth import is_deep
from holdfast.records.logs.eventxml import parse_event
from holdfast.records.logs.layout import PLAIN, WINDOWS_FLAT, WINDOWS_SYSTEM, WINLOGBEAT, Layout, dig

if TYPE_CHECKING:
    from collections.abc import Mapping

    from holdfast.records.logs.block import Open
    from holdfast.records.logs.layout import Row

_SEVERAL = ("_source", "result", "_raw_json")
"""Wrappers of Elasticsearch and Splunk exports."""


MOST_WRAPPERS = 4
"""Objects around an event that are taken off."""
MOST_SORTS = 100_000
"""Combinations of channel and event id that are remembered; invented ones must not fill the memory."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How to know the events of a product: all of ``has`` are fields, and the fields of ``equals`` have the value."""

    has: tuple[str, ...]
    equals: Mapping[str, str]
    product: str
    category: str
    service: str
    service_from: str
    """Field that names the service; empty where :attr:`service` does."""

    def kind(self, row: Mapping[str, Any]) -> Kind:
        """The kind of an event of this shape."""
        service = str(dig(row, self.service_from)) if self.service_from else self.service
        return Kind(self.product, self.category, service)

    def fits(self, row: Mapping[str, Any]) -> bool:
        """Whether the event is of this shape."""
        from holdfast.records.logs.columns import MISSING

        if any(dig(row, name) is MISSING for name in self.has):
            return False
        return all(dig(row, name) == value for name, value in self.equals.items())


@cache
def shapes() -> tuple[Shape, ...]:
    """The table of shapes, in order; the first that fits is taken."""
    text = resources.files("holdfast.records.logs").joinpath("shapes.toml").read_text("utf-8")
    return tuple(
        Shape(
            tuple(entry.get("has", ())),
            entry.get("equals", {}),
            entry.get("product", ""),
            entry.get("category", ""),
            entry.get("service", ""),
            entry.get("service_from", ""),
        )
        for entry in tomllib.loads(text)["shape"]
    )


@cache
def channels_of_providers() -> dict[str, str]:
    """Event log by provider, for events that name only their provider."""
    text = resources.files("holdfast.records.logs").joinpath("shapes.toml").read_text("utf-8")
    return dict(tomllib.loads(text)["channel"])


@dataclass(slots=True)
class Sorter:
    """Gives each event its :class:`~holdfast.records.logs.block.Sort`, one object per sort for a whole run."""

    _known: dict[tuple[object, ...], Sort] = field(default_factory=dict)
    _plain: dict[frozenset[str], Kind] = field(default_factory=dict)

    def windows(self, channel: object, event_id: object, layout: Layout) -> Sort:
        """The sort of a Windows event."""
        key = (channel, event_id, layout)
        try:
            return self._known[key]
        except TypeError:  # an event id or channel that is a list or an object
            return self.windows(str(channel), "", layout)
        except KeyError:
            kind = Kind("windows", channel=str(channel), event_id=_as_id(event_id))
            if kind.channel.startswith("Linux-Sysmon"):
                kind = Kind("linux", channel=kind.channel, event_id=kind.event_id)
            sort = self._json(kind, layout)
            if len(self._known) < MOST_SORTS:
                self._known[key] = sort
            return sort

    def of(self, kind: Kind, layout: Layout) -> Sort:
        """The sort of a kind in a layout of text, which cannot be read again from the line alone."""
        return self._sort(kind, layout, None)

    def _json(self, kind: Kind, layout: Layout) -> Sort:
        return self._sort(kind, layout, self.open)

    def _sort(self, kind: Kind, layout: Layout, again: Open | None) -> Sort:
        key = (kind, layout, again is None)
        sort = self._known.get(key)
        if sort is None:
            sort = self._known[key] = Sort(kind, layout, again)
        return sort

    def open(self, raw: bytes | str) -> tuple[Row, Row]:
        """Row and head of an event as JSON."""
        _, row, head = self.sort(orjson.loads(raw))
        return row, head

    def sort(self, event: dict[str, Any], wrapped: int = 0) -> tuple[Sort, dict[str, Any], dict[str, Any]]:
        """Sort, fields and head of one JSON object of unknown origin, which so many others wrap."""
        channel = event.get("Channel")
        if isinstance(channel, str) and channel:
            return self.windows(channel, event.get("EventID"), WINDOWS_FLAT), event, event
        inner = event.get("Event")
        if isinstance(inner, dict) and isinstance(inner.get("System"), dict):
            return self.of_system(inner)
        if isinstance(event.get("System"), dict):
            return self.of_system(event)
        if "winlog" in event or "winlog.channel" in event or "winlog.event_id" in event:
            return self._of_winlogbeat(event)
        if "log_name" in event and "event_id" in event:
            return self._of_old_winlogbeat(event)
        inner = _inner_event(event) if wrapped < MOST_WRAPPERS else None
        return self._of_shape(event) if inner is None else self.sort(inner, wrapped + 1)

    def of_system(self, event: dict[str, Any]) -> tuple[Sort, dict[str, Any], dict[str, Any]]:
        """An event with ``System`` and ``EventData`` or ``UserData``."""
        head = event["System"]
        event_id = head.get("EventID")
        if isinstance(event_id, dict):
            event_id = event_id.get("#text", event_id.get("Value"))
        row = event.get("EventData")
        if not isinstance(row, dict):
            row = _user_data(event.get("UserData"))
        elif "Data" in row:
            row = _unnamed_data(row)
        return self.windows(head.get("Channel") or "", event_id, WINDOWS_SYSTEM), row, head

    def _of_winlogbeat(self, event: dict[str, Any]) -> tuple[Sort, dict[str, Any], dict[str, Any]]:
        winlog = event.get("winlog")
        if not isinstance(winlog, dict):
            prefix = "winlog.event_data."
            row = {key.removeprefix(prefix): value for key, value in event.items() if key.startswith(prefix)}
            channel, event_id = event.get("winlog.channel", ""), event.get("winlog.event_id")
            return self.windows(channel, event_id, WINLOGBEAT), row, event
        data = winlog.get("event_data") or winlog.get("user_data") or {}
        row = data if isinstance(data, dict) else {"Data": data}
        event_id = winlog.get("event_id")
        if event_id is None:
            event_id = dig(event, "event.code")
        channel = winlog.get("channel") or ""
        return self.windows(channel, event_id, WINLOGBEAT), row, event

    def _of_old_winlogbeat(self, event: dict[str, Any]) -> tuple[Sort, dict[str, Any], dict[str, Any]]:
        """Winlogbeat up to version 6: the same names without ``winlog`` above them."""
        data = event.get("event_data") or event.get("user_data") or {}
        row = data if isinstance(data, dict) else {"Data": data}
        return self.windows(event["log_name"] or "", event["event_id"], WINLOGBEAT), row, event

    def _of_shape(self, event: dict[str, Any]) -> tuple[Sort, dict[str, Any], dict[str, Any]]:
        """By a log source that the event names itself (``logsource``), else by its fields."""
        named = event.get("logsource")
        if isinstance(named, dict):
            kind = Kind(*(str(named.get(part) or "") for part in ("product", "category", "service")))
            return self._json(kind, PLAIN), event, event
        keys = frozenset(event)
        known = self._plain.get(keys)
        if known is not None:
            return self._json(known, PLAIN), event, event
        if "EventID" in event:
            return self.windows(_guess_channel(event), event["EventID"], WINDOWS_FLAT), event, event
        kind = next(
            (shape.kind(event) for shape in shapes() if shape.fits(event)),
            Kind(),
        )
        told_by_value = any({*shape.equals, shape.service_from} & keys for shape in shapes())
        if not told_by_value and len(self._plain) < MOST_SORTS:
            self._plain[keys] = kind
        return self._json(kind, PLAIN), event, event


def _inner_event(event: dict[str, Any]) -> dict[str, Any] | None:
    """The event that another wraps: as an object, as the text that Splunk keeps, or as Kibana's lists of values."""
    for wrapper in _SEVERAL:
        if isinstance(event.get(wrapper), dict):
            return dict(event[wrapper])
    raw = event.get("_raw")
    if isinstance(raw, str) and raw.lstrip()[:1] == "<":
        return parse_event(raw.strip())
    if isinstance(raw, str) and raw.lstrip()[:1] == "{":
        try:
            inner = orjson.loads(raw)
        except orjson.JSONDecodeError:
            return None
        return None if is_deep(inner) else dict(inner)
    fields = event.get("fields")
    if isinstance(fields, dict) and "_index" in event:
        return {
            key: one[0] if isinstance(one, list) and len(one) == 1 else one for key, one in fields.items()
        }
    return None


def _as_id(event_id: object) -> str:
    if isinstance(event_id, float):
        event_id = int(event_id)
    return str(event_id) if isinstance(event_id, int | str) else ""


def _guess_channel(event: Mapping[str, Any]) -> str:
    """The event log of a flat event that names only its provider, or whose fields only Sysmon writes."""
    for name in ("Provider_Name", "SourceName", "ProviderName", "Provider"):
        provider = event.get(name)
        if isinstance(provider, str) and provider in channels_of_providers():
            return channels_of_providers()[provider]
    if "ProcessGuid" in event or "UtcTime" in event or "SourceProcessGuid" in event:
        return "Microsoft-Windows-Sysmon/Operational"
    if "SubjectUserName" in event or "SubjectUserSid" in event or "TargetUserSid" in event:
        return "Security"
    if "ScriptBlockText" in event:
        return "Microsoft-Windows-PowerShell/Operational"
    return ""


def _user_data(user: object) -> dict[str, Any]:
    """The fields of ``UserData``, which stand one level deeper, below a name of their own."""
    if not isinstance(user, dict):
        return {}
    row: dict[str, Any] = {}
    for name, value in user.items():
        if isinstance(value, dict):
            row.update((key, inner) for key, inner in value.items() if key != "#attributes")
        elif name != "#attributes":
            row[name] = value
    return row


def _unnamed_data(row: dict[str, Any]) -> dict[str, Any]:
    """Event data of old sources, whose values have no names: ``Data`` is one text, a list, or a list of pairs."""
    data = row["Data"]
    if isinstance(data, dict):
        data = data.get("#text", data)
    if isinstance(data, list) and data and all(isinstance(item, dict) for item in data):
        named = {
            str(item.get("@Name", item.get("Name", ""))): item.get("#text", item.get("Value"))
            for item in data
        }
        return {**{key: value for key, value in row.items() if key != "Data"}, **named}
    return {**row, "Data": data}
