"""How the JSON of an event is laid out: where its fields are, when it happened, on which host.

The same Windows event is written flat (NXLog, Security-Datasets, CSV), in ``System`` and ``EventData`` (EVTX), or
below ``winlog`` (Winlogbeat). A layout answers by field name without copying the event into a common shape first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from holdfast.records.logs.columns import MISSING
from holdfast.records.logs.time import as_utc

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Row = Mapping[str, Any]


class Layout(Protocol):
    """Reads events of one layout. ``rows`` hold the event's own fields, ``heads`` whatever holds the rest."""

    def searches(self, name: str) -> bool:
        """Whether a field is to be looked for by :meth:`value`, and not simply under its name in the row."""

    def value(self, name: str, row: Row, head: Row) -> object:
        """The raw value of such a field, :data:`~holdfast.records.logs.columns.MISSING` where there is none."""

    def time(self, row: Row, head: Row) -> str:
        """ISO 8601 in UTC, or empty."""

    def host(self, row: Row, head: Row) -> str:
        """Host name, or empty."""


def dig(row: Mapping[str, Any], name: str) -> object:
    """A field by its name, or by a dotted path through nested objects and lists."""
    value = row.get(name, MISSING)
    if value is not MISSING or "." not in name:
        return value
    return _walk(row, name.split("."))


def _walk(value: object, path: list[str]) -> object:
    """The value at the path; parts of it may be dotted keys themselves, and lists are searched item by item."""
    if not path:
        return value
    if isinstance(value, list):
        found = [item for item in (_walk(item, path) for item in value) if item is not MISSING]
        return found or MISSING
    if not isinstance(value, dict):
        return MISSING
    for length in range(1, len(path) + 1):
        inner = value.get(".".join(path[:length]), MISSING)
        if inner is not MISSING:
            found_inner = _walk(inner, path[length:])
            if found_inner is not MISSING:
                return found_inner
    return MISSING


def first_of(row: Mapping[str, Any], names: Sequence[str]) -> object:
    """The first of several fields that has a value."""
    for name in names:
        value = dig(row, name)
        if value is not MISSING and value is not None and value != "":
            return value
    return MISSING


class Flat:
    """Fields stand side by side; some have other names, by the tool that wrote them."""

    def __init__(
        self, names: Mapping[str, tuple[str, ...]], times: tuple[str, ...], hosts: tuple[str, ...]
    ) -> None:
        self._names = names
        self._times = times
        self._hosts = hosts

    def searches(self, name: str) -> bool:
        """Those with other names, and paths."""
        return name in self._names or "." in name

    def value(self, name: str, row: Row, head: Row) -> object:
        """By the first of its names that has a value, else by its path."""
        del head
        others = self._names.get(name)
        return dig(row, name) if others is None else first_of(row, others)

    def other_names(self, name: str) -> tuple[str, ...]:
        """What tools call a field that Sigma calls so."""
        return self._names.get(name, ())

    def time(self, row: Row, head: Row) -> str:
        """From the first field that names a time."""
        del head
        return as_utc(first_of(row, self._times))

    def host(self, row: Row, head: Row) -> str:
        """From the first field that names a host."""
        del head
        value = first_of(row, self._hosts)
        return value if isinstance(value, str) else ""


def key_in(name: str, rows: Sequence[Row]) -> str:
    """The key of a field: its name, or where no row has that, what differs from it only in blanks (``Threat Name``)."""
    if any(name in row for row in rows):
        return name
    step = max(1, len(rows) // 16)
    keys = {key for row in rows[::step] for key in row if " " in key}
    return next((key for key in sorted(keys) if key.replace(" ", "") == name), name)


WINDOWS_FLAT = Flat(
    {
        "Provider_Name": ("Provider_Name", "SourceName", "ProviderName", "Provider", "source_name"),
        "Computer": ("Computer", "ComputerName", "Hostname", "computer_name", "host.name"),
        "Data": ("Data", "param1", "Message"),
    },
    ("TimeCreated", "@timestamp", "SystemTime", "timestamp", "_time", "UtcTime", "EventTime"),
    ("Computer", "ComputerName", "Hostname", "computer_name", "host.name", "host"),
)
"""NXLog, Security-Datasets, Splunk and spreadsheet exports: all fields of the event side by side."""


def _provider(head: Row) -> object:
    provider = head.get("Provider")
    if isinstance(provider, dict):
        names = provider.get("#attributes", provider)
        return names.get("Name", MISSING) if isinstance(names, dict) else MISSING
    return provider if provider is not None else MISSING


def _attribute(outer: str, inner: str) -> Callable[[Row], object]:
    def read(head: Row) -> object:
        value = head.get(outer)
        if isinstance(value, dict):
            value = value.get("#attributes", value)
            return value.get(inner, MISSING) if isinstance(value, dict) else MISSING
        return value if isinstance(value, str) else MISSING

    return read


_SYSTEM: dict[str, Callable[[Row], object]] = {
    "Provider_Name": _provider,
    "Computer": lambda head: head.get("Computer", MISSING),
    "Level": lambda head: head.get("Level", MISSING),
    "Security_UserID": _attribute("Security", "UserID"),
    "Task": lambda head: head.get("Task", MISSING),
    "Opcode": lambda head: head.get("Opcode", MISSING),
    "Keywords": lambda head: head.get("Keywords", MISSING),
    "EventRecordID": lambda head: head.get("EventRecordID", MISSING),
    "TimeCreated": _attribute("TimeCreated", "SystemTime"),
}
_system_time = _SYSTEM["TimeCreated"]


class WindowsSystem:
    """``Event.System`` and ``Event.EventData``, as the EVTX parser and most converters write them."""

    def searches(self, name: str) -> bool:
        """Those of the System block, and paths."""
        return name in _SYSTEM or "." in name

    def value(self, name: str, row: Row, head: Row) -> object:
        """Event data first; then the System block, where the data does not use its names itself."""
        found = dig(row, name)
        system = _SYSTEM.get(name)
        return system(head) if found is MISSING and system is not None else found

    def time(self, row: Row, head: Row) -> str:
        """``System.TimeCreated``."""
        del row
        return as_utc(_system_time(head))

    def host(self, row: Row, head: Row) -> str:
        """``System.Computer``."""
        del row
        value = head.get("Computer")
        return value if isinstance(value, str) else ""


WINDOWS_SYSTEM = WindowsSystem()


class Winlogbeat:
    """``winlog.event_data`` with the rest beside it (Winlogbeat, Elastic Agent); ``head`` is the whole event."""

    _NAMES: Mapping[str, tuple[str, ...]] = {
        "Provider_Name": ("winlog.provider_name", "event.provider", "source_name"),
        "Computer": ("winlog.computer_name", "computer_name", "host.name"),
        "Level": ("log.level", "winlog.level", "level"),
        "Task": ("winlog.task", "task"),
        "Keywords": ("winlog.keywords", "keywords"),
        "Security_UserID": ("winlog.user.identifier", "user.identifier"),
        "EventRecordID": ("winlog.record_id", "record_number"),
        "Data": ("message",),
    }

    def searches(self, name: str) -> bool:
        """Those that Elastic names otherwise, and paths."""
        return name in self._NAMES or "." in name

    def value(self, name: str, row: Row, head: Row) -> object:
        """Event data first, then the Elastic names of the System block, then a path through the whole event."""
        found = row.get(name, MISSING)
        return found if found is not MISSING else first_of(head, self._NAMES.get(name, (name,)))

    def time(self, row: Row, head: Row) -> str:
        """``@timestamp``."""
        del row
        return as_utc(head.get("@timestamp", ""))

    def host(self, row: Row, head: Row) -> str:
        """``winlog.computer_name``."""
        del row
        value = first_of(head, self._NAMES["Computer"])
        return value if isinstance(value, str) else ""


WINLOGBEAT = Winlogbeat()

PLAIN = Flat(
    {},
    (
        "@timestamp",
        "ts",
        "timestamp",
        "eventTime",
        "time",
        "TimeGenerated",
        "createdDateTime",
        "published",
        "CreationTime",
        "_time",
        "date",
    ),
    ("host.name", "hostname", "Hostname", "host", "Computer", "device", "observer.name", "_system_name"),
)
"""Any other event: Zeek, Suricata, cloud audit logs, tables; nested fields by dotted path."""
