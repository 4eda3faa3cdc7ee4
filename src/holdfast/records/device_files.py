"""A file of the user's that concerns devices: an inventory, or text saved from a device."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast.inputs.lines import read_lines
from holdfast.inputs.stream import open_input, suffix
from holdfast.inputs.table import read_rows
from holdfast.model.device import Device, DeviceText
from holdfast.model.errors import InputError
from holdfast.model.origin import Origin
from holdfast.model.status import Problems
from holdfast.records.device_banner import clean, read_banners
from holdfast.records.device_inventory import looks_like_inventory, read_inventory
from holdfast.records.device_platform import platform_of

if TYPE_CHECKING:
    from pathlib import Path

_TABLES = {".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet", ".xlsx", ".xls", ".ods"}
LARGEST = 64 << 20
"""Characters of one device's saved text; a configuration has some hundred thousand."""
_BINARY = 0.02
"""Share of control characters from which a file is no text."""


@dataclass(frozen=True, slots=True)
class DeviceFile:
    """What one file held."""

    devices: tuple[Device, ...]
    texts: tuple[DeviceText, ...]
    lines: int
    remark: str = ""
    """Why nothing was found, where nothing was."""


def read_device_file(path: Path, problems: Problems) -> DeviceFile:
    """The devices and texts of a file. Raises :class:`InputError` when it cannot be read at all."""
    if suffix(path) in _TABLES:
        return _read_table(path, problems)
    return _read_text(path, problems)


def _read_table(path: Path, problems: Problems) -> DeviceFile:
    first = next(read_rows(path, Problems()), None)
    if first is None:
        return DeviceFile((), (), 0, "is empty")
    if not looks_like_inventory(first.cells):
        return DeviceFile((), (), 0, "is a table without columns of an inventory (device, family, version)")
    devices = tuple(read_inventory(path, problems))
    return DeviceFile(devices, (), 0, "" if devices else "names no device")


def _read_text(path: Path, problems: Problems) -> DeviceFile:
    lines: list[str] = []
    size = 0
    with open_input(path) as stream:
        for _, text in read_lines(stream, str(path), problems):
            size += len(text)
            if size > LARGEST:
                raise InputError(
                    f"is larger than {LARGEST:,} characters",
                    origin=Origin(str(path)),
                    advice="Give one file a device; logs go to the verb hunt",
                )
            lines.append(text)
    whole = "\n".join(lines)
    if not whole.strip():
        return DeviceFile((), (), len(lines), "is empty")
    odd = len(re.findall(r"[\x00-\x06\x0e-\x1a\x1c-\x1f]", whole[:LARGEST]))
    if odd > _BINARY * min(len(whole), LARGEST):
        raise InputError("is binary, not text", origin=Origin(str(path)), advice="Save the output as text")
    devices = tuple(read_banners(whole, str(path)))
    texts = tuple(_texts(whole, path, devices))
    remark = "" if devices or texts else "shows no release, and no configuration or log that is known"
    return DeviceFile(devices, texts, len(lines), remark)


def _texts(whole: str, path: Path, devices: tuple[Device, ...]) -> list[DeviceText]:
    plain = clean(whole)
    platform, kind = platform_of(plain)
    if not platform:
        return []
    lines = tuple(plain.split("\n"))
    host = _hostname(plain)
    name = devices[0].name if len(devices) == 1 else host or path.name
    if len(devices) == 1 and host and devices[0].name == path.name:
        name = host
    return [DeviceText(name, platform, kind, str(path), 1, lines)]


_HOST = re.compile(
    r"^\s*(?:hostname|switchname|sysname|set system host-name|set hostname|host-name|"
    r"set deviceconfig system hostname) +\"?([\w.-]+)",
    re.MULTILINE,
)


def _hostname(text: str) -> str:
    found = _HOST.search(text)
    return found[1] if found else ""
