"""Which family a device or a published product belongs to; the families stand in ``data/families.toml``."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from holdfast.devices.releases.table import SCHEMES

if TYPE_CHECKING:
    from holdfast.devices.releases.release import Release
    from holdfast.model.device import Device

ANY_PRODUCT = ".*"


@dataclass(frozen=True, slots=True)
class Family:
    """Devices whose releases are counted together."""

    id: str
    vendor: str
    title: str
    scheme: str
    """Name in :data:`holdfast.devices.releases.table.SCHEMES`."""
    by_model: bool
    """Whether published products are models of the family rather than the family itself."""
    names: frozenset[str] = frozenset()
    vendors: frozenset[str] = frozenset()
    products: re.Pattern[str] = field(default=re.compile(""))
    models: re.Pattern[str] | None = None
    variants: tuple[tuple[str, re.Pattern[str]], ...] = ()
    """Editions with records of their own: a name, and what marks product or model as one."""

    def parse(self, version: str) -> Release | None:
        """The release that a text names in this family's scheme."""
        return _parse(self.scheme, version)

    def variant(self, *texts: str) -> str:
        """The edition that one of the texts marks; empty for the plain one."""
        for name, pattern in self.variants:
            if any(pattern.fullmatch(text.strip().lower()) for text in texts if text):
                return name
        return ""


@lru_cache(maxsize=1 << 16)
def _parse(scheme: str, version: str) -> Release | None:
    return SCHEMES[scheme](version) if version.strip() else None


def squash(text: str) -> str:
    """Letters and digits in lower case: ``nx-os``, ``NX OS`` and ``nxos`` are one word."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


@cache
def families() -> dict[str, Family]:
    """All families by id, in the order of the file, which is also the order of preference."""
    text = (files("holdfast.devices") / "data" / "families.toml").read_text(encoding="utf-8")
    return {key: _family(key, table) for key, table in tomllib.loads(text).items()}


def _family(key: str, table: dict[str, object]) -> Family:
    def texts(name: str) -> list[str]:
        value = table.get(name, [])
        return [str(item) for item in value] if isinstance(value, list) else []

    variants = table.get("variants", {})
    models = texts("models")
    return Family(
        id=key,
        vendor=str(table["vendor"]),
        title=str(table["title"]),
        scheme=str(table["scheme"]),
        by_model=table.get("scope") == "model",
        names=frozenset([*texts("names"), squash(key)]),
        vendors=frozenset([*texts("vendors"), squash(str(table["vendor"]))]),
        products=re.compile("|".join(f"(?:{part})" for part in texts("products")), re.IGNORECASE),
        models=re.compile("|".join(f"(?:{part})" for part in models), re.IGNORECASE) if models else None,
        variants=tuple(
            (name, re.compile("|".join(f"(?:{part})" for part in patterns)))
            for name, patterns in (variants.items() if isinstance(variants, dict) else ())
        ),
    )


@lru_cache(maxsize=1 << 14)
def family_of_product(vendor: str, product: str) -> tuple[str, ...]:
    """Ids of the families that a published vendor and product name; several for ``Cisco IOS and IOS XE``."""
    maker = squash(vendor)
    unnamed = maker in {"", "na"}
    name = product.strip()
    found: list[str] = []
    for family in families().values():
        if not unnamed and maker not in family.vendors:
            continue
        if unnamed and (family.by_model or not name):
            continue
        if family.products.fullmatch(name) and not (
            family.products.pattern == f"(?:{ANY_PRODUCT})" and found
        ):
            found.append(family.id)
            if family.by_model:
                break
    return tuple(found)


def family_of_device(device: Device) -> Family | None:
    """The family of a device: by its family word, else by product and vendor, else by model and vendor."""
    family = _family_of(device.vendor, device.family, device.product, device.model)
    if family is not None and family.id == "junos" and "EVO" in device.version.upper():
        return families()["junos_evolved"]
    return family


@lru_cache(maxsize=1 << 14)
def _family_of(vendor: str, family: str, product: str, model: str) -> Family | None:
    every = families()
    if family in every:
        return every[family]
    word = squash(family)
    maker = squash(vendor)
    named = [
        item
        for item in every.values()
        if word and (word in item.names or word in {maker + name for name in item.names})
    ]
    named = [item for item in named if not maker or maker in item.vendors] or named
    if named:
        return named[0]
    for text in (product, family):
        ids = family_of_product(vendor, text) if text else ()
        if ids:
            return every[ids[-1]]
    of_vendor = [item for item in every.values() if maker and maker in item.vendors]
    for item in of_vendor:
        if item.models is not None and any(text and item.models.match(text) for text in (model, product)):
            return item
    whole = [item for item in of_vendor if item.by_model and item.models is None]
    return whole[0] if whole else None
