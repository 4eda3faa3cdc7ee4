"""Cisco ASA and FTD: ``9.8(4)20`` and ``9.8.4.20`` are one release; the train is the first two numbers."""

from __future__ import annotations

import re

from holdfast.devices.releases.release import Release, filled

_FORM = re.compile(r"(\d+)\.(\d+)(?:[.(](\d+)\)?)?(?:[.(]?(\d+)\)?)?(?:\.(\d+))?(?:-(\d+))?(?:\s|$|<)")


def parse(text: str) -> Release | None:
    """The release; a build number after a hyphen (``6.6.0-90``) is part of the order, not of the name."""
    found = _FORM.match(text.strip().rstrip(",") + " ")
    if not found:
        return None
    numbers = [int(part or 0) for part in found.groups()[:5]]
    spelt = ".".join(part for part in found.groups()[:5] if part is not None)
    return Release(spelt, "", (numbers[0], numbers[1]), filled(*numbers))
