"""Cisco IOS XR: ``7.5.2``, ``24.1.1``; a trailing letter (``6.2.1.23I``) marks an engineering build."""

from __future__ import annotations

import re

from holdfast.devices.releases.release import Release, engineering_build, filled

_FORM = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?(?:\.(\d+))?([A-Z]?)(?:\[|\s|$)")


def parse(text: str) -> Release | None:
    """The release; ``None`` when the text is not one of this scheme."""
    name = text.strip().rstrip(",")
    found = _FORM.match(name)
    if not found:
        return None
    if found[5]:
        return engineering_build(name)
    numbers = [int(part or 0) for part in found.groups()[:4]]
    spelt = ".".join(part for part in found.groups()[:4] if part)
    return Release(spelt, "", (numbers[0], numbers[1]), filled(*numbers))
