"""What make and age alone say of a device: its kind was in the botnet, or its vendor no longer mends it.

Both are reasons to look, never verdicts: the tables stand in ``data/botnet_families.toml`` and ``data/end_of_life.toml``
with their sources.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from holdfast.devices.families import family_of_device, squash

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.model.device import Device

FAMILY_SEEN = "BOTNET_FAMILY"
END_OF_LIFE = "END_OF_LIFE"


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that make or age says."""

    check: str
    says: str
    source: str


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((files("holdfast.devices") / "data" / name).read_text(encoding="utf-8"))


def remarks(device: Device) -> Iterator[Remark]:
    """What the tables say of the device."""
    yield from _seen(device)
    yield from _ended(device)


def _seen(device: Device) -> Iterator[Remark]:
    table = _table("botnet_families.toml")
    family = family_of_device(device)
    maker = squash(device.vendor or (family.vendor if family else ""))
    for entry in table["seen"]:
        if maker != squash(entry["vendor"]):
            continue
        model = squash(device.model or device.product)
        begins = [text for text in entry["models"] if not text or model.startswith(squash(text))]
        if begins:
            name = device.model or device.product or "devices"
            says = f"{entry['vendor']} {name}: its family was seen in the botnet {table['botnet']}; seen is not vulnerable"
            yield Remark(FAMILY_SEEN, says, table["source"])


def _ended(device: Device) -> Iterator[Remark]:
    family = family_of_device(device)
    if family is None:
        return
    for entry in _table("end_of_life.toml")["ended"]:
        if entry["family"] != family.id:
            continue
        release = family.parse(device.version)
        train = ".".join(map(str, release.train[:2])) if release and release.train else ""
        if train in entry.get("trains", {}):
            day = entry["trains"][train]
            yield Remark(
                END_OF_LIFE, f"support of {family.title} {train} ended on {day}", "Vendor's life-cycle page"
            )
        model = squash(device.model or device.product)
        for name, day in entry.get("models", {}).items():
            if model.startswith(squash(name)):
                yield Remark(END_OF_LIFE, f"support of {name} ended on {day}", "Vendor's life-cycle page")
