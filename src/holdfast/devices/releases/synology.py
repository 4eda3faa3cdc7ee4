"""Synology DSM and SRM: ``7.2.1-69057 Update 3``: number, build, update."""

from __future__ import annotations

import re

from holdfast.devices.releases.release import Release, filled

_FORM = re.compile(
    r"(?:DSM\s*|SRM\s*)?(\d+)\.(\d+)(?:\.(\d+))?(?:\s*[-(]\s*(\d{3,6})\)?)?(?:[\s-]*(?:update|u)?\s*(\d+))?",
    re.IGNORECASE,
)


def parse(text: str) -> Release | None:
    """The release; the train is two numbers."""
    found = _FORM.match(text.strip())
    if not found:
        return None
    major, minor, number, build, update = (int(part or 0) for part in found.groups())
    return Release(found[0].strip(), "", (major, minor), filled(major, minor, number, build, update))
