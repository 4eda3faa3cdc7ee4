"""SonicWall SonicOS: ``6.5.4.4-44v-21-2395``, ``7.0.1-5035``; the number after the hyphen orders builds."""

from __future__ import annotations

import re

from holdfast.devices.releases.release import Release, filled

_FORM = re.compile(r"(?:SonicOS\s*)?(\d+)\.(\d+)\.(\d+)(?:\.(\d+))?(?:-(?:R)?(\d+)([a-z]?))?", re.IGNORECASE)


def parse(text: str) -> Release | None:
    """The release; the train is two numbers."""
    found = _FORM.match(text.strip())
    if not found:
        return None
    numbers = [int(part or 0) for part in found.groups()[:5]]
    return Release(found[0], "", (numbers[0], numbers[1]), filled(*numbers))
