"""Inventories: CSV, JSON, XLSX, and exports of NetBox and Nautobot.

Columns of the contract are ``device, vendor, family, product, model, version, config``; other spellings that
inventories use are understood. NetBox has no field for the software version, so it stands in the platform's name
(``IOS XE 17.9.2``) or a custom field; both are read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.inputs.table import read_rows
from holdfast.model.device import Device

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from holdfast.inputs.table import Row
    from holdfast.model.status import Problems

_COLUMNS: dict[str, tuple[str, ...]] = {
    "device": ("device", "name", "hostname", "host", "device_name", "display", "sysname"),
    "vendor": ("vendor", "manufacturer", "device_type.manufacturer", "make"),
    "family": ("family", "os", "platform", "os_family", "network_os", "software_type"),
    "product": ("product", "product_name"),
    "model": ("model", "device_type", "device_type.model", "hardware_model", "type"),
    "version": (
        "version",
        "software_version",
        "os_version",
        "sw_version",
        "firmware",
        "firmware_version",
        "running_version",
        "current_version",
        "release",
        "software",
    ),
    "hardware": ("hardware", "hardware_revision", "hw_revision", "hw"),
    "config": ("config", "config_file", "configuration"),
}
_CUSTOM = re.compile(r"^(?:custom_fields?\.|custom_field_data\.|cf_)")
"""What exports of NetBox and Nautobot write before the name of a field that the operator added."""
_OWN_TEXT = ("name", "model", "version", "value", "label", "display")
"""Where a nested object says what it is, the first that does."""
_VERSION_IN_NAME = re.compile(r"^(?P<name>.*?[A-Za-z)])[\s_-]+v?(?P<version>\d+\.\S.*)$")


def read_inventory(path: str | Path, problems: Problems) -> Iterator[Device]:
    """The devices of an inventory, in its order; a row without a device name is a problem."""
    for row in read_rows(path, problems):
        for cells in _devices_in(row):
            device = _device(cells, row)
            if device is None:
                problems.add("names no device; skipped", row.origin)
            else:
                yield device


def looks_like_inventory(columns: Mapping[str, str]) -> bool:
    """Whether the columns are those of an inventory: a device, and what it runs or is."""
    names = {_key(name) for name in columns}
    if {"results"} <= names or {"data"} <= names:
        return True
    has_name = any(name in names for name in _COLUMNS["device"])
    return has_name and any(
        name in names for key in ("version", "family", "model", "vendor") for name in _COLUMNS[key]
    )


def _devices_in(row: Row) -> Iterator[dict[str, str]]:
    """The row itself, or the devices in the ``results`` (REST) or ``data.devices`` (GraphQL) of an export."""
    import orjson

    cells = {_key(key): value for key, value in row.cells.items()}
    for key in ("results", "data", "devices"):
        nested = cells.get(key, "")
        if not nested.startswith(("[", "{")):
            continue
        try:
            value = orjson.loads(nested)
        except orjson.JSONDecodeError:
            continue
        items = value.get("devices", []) if isinstance(value, dict) else value
        if isinstance(items, list):
            yield from (_flatten(item) for item in items if isinstance(item, dict))
            return
    yield _flatten({key: _parsed(value) for key, value in cells.items()})


def _key(name: str) -> str:
    """``Software Version``, ``software-version`` and ``custom_fields.software_version`` are one column."""
    return _CUSTOM.sub("", re.sub(r"[\s-]+", "_", name.strip().lower()))


def _parsed(value: str) -> object:
    import orjson

    if value.startswith("{"):
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            return value
    return value


def _flatten(item: Mapping[str, object]) -> dict[str, str]:
    """Nested objects by dotted names; an object's own text is its name."""
    flat: dict[str, str] = {}
    for key, value in item.items():
        name = _key(str(key))
        if isinstance(value, dict):
            for inner, text in _flatten(value).items():
                flat.setdefault(_key(f"{name}.{inner}"), text)
            own = next((value[part] for part in _OWN_TEXT if value.get(part)), None)
            if isinstance(own, str):
                flat[name] = own
        elif value is not None and not isinstance(value, list):
            flat[name] = str(value)
    return flat


def _device(cells: Mapping[str, str], row: Row) -> Device | None:
    found = {key: _first(cells, names) for key, names in _COLUMNS.items()}
    if not found["device"]:
        return None
    family, version = found["family"], found["version"]
    if not version and (split := _VERSION_IN_NAME.match(family)):
        family, version = split["name"], split["version"]
    return Device(
        name=found["device"],
        vendor=found["vendor"],
        family=family,
        product=found["product"],
        model=found["model"],
        version=version,
        hardware=found["hardware"],
        config=found["config"],
        origin=row.origin,
    )


def _first(cells: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((cells[name].strip() for name in names if cells.get(name, "").strip()), "")
