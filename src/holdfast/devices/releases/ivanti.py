"""Ivanti (Pulse) Connect Secure and Policy Secure: ``9.1R18.3``, ``22.6R2.3``."""

from __future__ import annotations

import re

from holdfast.devices.releases.release import Release, filled

_FORM = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?(?:R(\d+)(?:\.(\d+))?(?:\.(\d+))?)?", re.IGNORECASE)


def parse(text: str) -> Release | None:
    """The release; a build in parentheses is information."""
    found = _FORM.match(text.strip())
    if not found:
        return None
    numbers = [int(part or 0) for part in found.groups()]
    key = filled(numbers[0], numbers[1], numbers[2], *numbers[3:])
    return Release(found[0].upper(), "", (numbers[0], numbers[1]), key)
