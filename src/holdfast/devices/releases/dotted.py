"""Vendors that count with dots alone: FortiOS and its siblings, BIG-IP, Ivanti EPMM, Palo Alto Panorama plugins.

``v7.2.6,build1575,231101 (GA.F)`` is 7.2.6: the build is information, not order. The train is two numbers.
"""

from __future__ import annotations

import re

from holdfast.devices.releases.release import Release, filled, natural

_FORM = re.compile(r"[vV]?(\d+(?:\.\d+)*)(?:[.-]?[xX*])?([a-z]\d?)?(?:[,\s(+-].*)?$")


def parse(text: str) -> Release | None:
    """The release; a text with other letters falls back to natural order."""
    name = text.strip()
    found = _FORM.match(name)
    if not found:
        return natural(name)
    numbers = [int(part[:9]) for part in found[1].split(".")][:7]
    tail = ord(found[2][0]) - 96 if found[2] else 0
    train = (numbers[0], numbers[1] if len(numbers) > 1 else 0)
    return Release(found[1] + (found[2] or ""), "", train, (*filled(*numbers)[:-1], tail))
