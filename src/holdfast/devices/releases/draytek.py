"""DrayTek Vigor: ``1.5.1 < 1.5.1.4``; ``1.4.4_Beta`` comes before ``1.4.4``; letters name the modem code."""

from __future__ import annotations

import re

from holdfast.devices.releases.release import Release, filled

_FORM = re.compile(r"v?(\d+)\.(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:[_\s-]*(beta|rc)\d*)?", re.IGNORECASE)


def parse(text: str) -> Release | None:
    """The release; the train is two numbers."""
    found = _FORM.match(text.strip())
    if not found:
        return None
    major, minor, third, fourth, beta = found.groups()
    numbers = (int(major), int(minor), int(third or 0), int(fourth or 0))
    return Release(found[0].strip(), "", numbers[:2], filled(*numbers, 0 if beta else 1))
