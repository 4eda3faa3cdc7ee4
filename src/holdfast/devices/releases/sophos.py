"""Sophos Firewall: ``18.5 MR4`` comes after ``18.5 GA``; ``SFOS 19.0.1 MR-1-Build365`` is 19.0 MR1."""

from __future__ import annotations

import re

from holdfast.devices.releases.release import Release, filled

_FORM = re.compile(
    r"(?:SFOS\s*)?v?(\d+)\.(\d+)(?:\.(\d+))?(?:\s*\(?\s*(GA|MR|EAP)-?(\d+)?(?:-(\d+))?)?", re.IGNORECASE
)


def parse(text: str) -> Release | None:
    """The release; the third number and the MR number count the same thing."""
    found = _FORM.match(text.strip())
    if not found:
        return None
    major, minor, third, kind, count, again = found.groups()
    kind = (kind or "").upper()
    maintenance = int(third or 0) or (int(count or 1) if kind == "MR" else 0)
    order = 0 if kind == "EAP" else 1
    head = (int(major), int(minor))
    return Release(found[0].strip(), "", head, filled(*head, maintenance, order, int(again or 0)))
