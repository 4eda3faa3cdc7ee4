"""Whether a published product or platform is this device: names of models, series and hardware revisions.

``USG FLEX 50(W) firmware`` is the USG FLEX 50 and 50W, ``ATP series firmware`` every ATP, ``dir-868l_firmware`` the
DIR-868L of any revision; ``Smart Modem Gen 2 (Arcadyan LH1000)`` answers to either name.
"""

from __future__ import annotations

import re
from functools import lru_cache

from holdfast.devices.families import squash

_NOISE = re.compile(
    r"\b(firmware|software|series|devices?|routers?|switch(?:es)?|wireless|versions?|with|nas|camera)\b|[_]",
    re.IGNORECASE,
)
_OPTIONAL = re.compile(r"\(([A-Za-z]{1,2})\)")
_REVISION = re.compile(
    r"[\s_(-]+(?:hw\.?\s*|hardware\s*)?(?:rev(?:ision)?\.?[\s_]*([a-z]\d?)|ver?\.?[\s_]*(\d+(?:\.\d+)?)|([a-d]\d))\)?\s*$",
    re.IGNORECASE,
)
_HARDWARE = re.compile(r"\b[Ss]eries\b|[A-Z]{2,}-?\d{2,}")
EVERY_MODEL = "all models"
"""Product of a statement that concerns whatever the vendor makes of this kind."""
_SPLIT = re.compile(r"\s*(?:/|,|;|\bor\b|\band\b|\()\s*", re.IGNORECASE)


def split_revision(model: str) -> tuple[str, str]:
    """Model and hardware revision: ``DIR-868L``, ``C`` of ``DIR-868L rev C``."""
    found = _REVISION.search(model)
    if not found or found.start() == 0:
        return model.strip(), ""
    return model[: found.start()].strip(), next(part for part in found.groups() if part).upper()


@lru_cache(maxsize=1 << 14)
def product_names(product: str) -> frozenset[str]:
    """The squashed names that a product text stands for."""
    names = set()
    text = product.replace("_", " ")
    variants = {_OPTIONAL.sub("", text), _OPTIONAL.sub(r"\1", text)} if _OPTIONAL.search(text) else {text}
    for variant in variants:
        for part in (variant, *_SPLIT.split(variant)):
            plain, _ = split_revision(_NOISE.sub(" ", part.strip(" )")))
            name = squash(plain)
            if len(name) > 1 and not (name.isdigit() and len(name) < 3):
                names.add(name)
    return frozenset(names)


@lru_cache(maxsize=1 << 16)
def covers(product: str, device_product: str, device_model: str) -> int:
    """How exactly a published product names the device: 0 not at all, 1 by series, 2 by name.

    A device of unknown product and model is named by nothing.
    """
    if product == EVERY_MODEL:
        return 1
    ours = product_names(device_product) | product_names(split_revision(device_model)[0])
    theirs = product_names(product)
    if ours & theirs:
        return 2
    series = "series" in product.lower()
    for name in theirs:
        if not series and not name.isalpha():
            continue
        if any(our.startswith(name) and re.match(r"\d", our[len(name) :]) for our in ours):
            return 1
    return 0


@lru_cache(maxsize=1 << 14)
def on_platform(platforms: tuple[str, ...], device_product: str, device_model: str) -> bool | None:
    """Whether hardware limits of a statement include the device; ``None`` when its hardware is not known.

    Only limits to product series (``EX Series``, ``MX240, MX480``) are hardware; processor architectures are not.
    """
    wanted = [platform for platform in platforms if _HARDWARE.search(platform)]
    if not wanted:
        return True
    text = f"{device_product} {device_model}"
    words = [
        word.lower()
        for platform in wanted
        for word in re.findall(r"\b[A-Za-z]{1,4}(?=\s*Series|-?\d)", platform)
    ]
    ours = [word.lower() for word in re.findall(r"\b(?:v?[A-Z]{2,4})(?=\s*Series|-?\d)", text, re.IGNORECASE)]
    if not ours:
        return None
    numbered = [
        squash(name) for platform in wanted for name in re.findall(r"\b[A-Z]{2,4}-?\d{2,}\w*", platform)
    ]
    if numbered and not any("series" in platform.lower() for platform in wanted):
        return any(squash(text).find(name) >= 0 for name in numbered)
    return any(word in words for word in ours)
