"""MikroTik RouterOS: ``7.13beta3 < 7.13rc1 < 7.13``; ``6.48.7 (long-term)`` and stable are channels of one count."""

from __future__ import annotations

import re

from holdfast.devices.releases.release import Release, filled

_FORM = re.compile(r"v?(\d+)\.(\d+)(?:\.(\d+))?(?:(alpha|beta|rc)(\d+))?", re.IGNORECASE)
_STAGE = {"alpha": 0, "beta": 1, "rc": 2}
_FINAL = 3


def parse(text: str) -> Release | None:
    """The release; a channel named after it is information."""
    found = _FORM.match(text.strip())
    if not found:
        return None
    major, minor, number, stage, count = found.groups()
    rank = _STAGE[stage.lower()] if stage else _FINAL
    key = filled(int(major), int(minor), int(number or 0), rank, int(count or 0))
    return Release(found[0], "", (int(major), int(minor)), key)
