"""Cisco IOS XE: ``17.09.04a`` and ``17.9.4a`` are one release; ``03.06.10.E`` and ``3.6.10E`` are one.

16 and 17 have trains of two numbers (17.9) and rebuild letters after the release; w, x, y and z mark special builds,
from which nothing follows about fixes. 3.x has letter trains (S, SG, E, SE, ...) that are not comparable. A date with a
time (``17.6.20210302:012459``) is an engineering build.
"""

from __future__ import annotations

import re

from holdfast.devices.releases.release import Release, engineering_build, filled, letter

_MODERN = re.compile(r"(\d+)\.(\d+)\.(\d+)([a-z]?\d?|SW)$")
_OLD = re.compile(r"0?3\.(\d+)\.(\d+)x?([a-z]?)\.?([A-Z]{1,3})(\d?[a-z]?)$")
_TRAIN = re.compile(r"(\d+)\.(\d+)$")
_SPECIAL = frozenset("wxyz")


def parse(text: str) -> Release | None:
    """The release; ``None`` when the text is not one of this scheme."""
    name = re.sub(r"^(?:Version|v)\s*", "", text.strip(), flags=re.IGNORECASE).rstrip(",")
    if re.search(r"\d{8}:\d{6}|^BLD_|S2C$|\d{8}_\d{6}|_\d{4}-\d\d-\d\d", name):
        return engineering_build(name)
    if (old := _OLD.match(name)) and int(old[1]) < 30:
        minor, number, inner, line, rebuild = old.groups()
        key = filled(3, int(minor), int(number), letter(inner), letter(rebuild))
        spelt = f"3.{int(minor)}.{int(number)}{inner}{line}{rebuild}"
        return Release(spelt, f"3{line}", (3, int(minor)), key, filled(3, int(minor), int(number)))
    if modern := _MODERN.match(name):
        major, minor, number, suffix = modern.groups()
        head = (int(major), int(minor), int(number))
        special = suffix == "SW" or suffix[:1] in _SPECIAL
        key = filled(*head, 9999 if suffix == "SW" else letter(suffix))
        spelt = f"{head[0]}.{head[1]}.{head[2]}{suffix}"
        line = "" if head[0] >= 16 else str(head[0])
        return Release(spelt, line, head[:2], key, filled(*head), special)
    if train := _TRAIN.match(name):
        head2 = (int(train[1]), int(train[2]))
        return Release(f"{head2[0]}.{head2[1]}", "" if head2[0] >= 16 else "3", head2, filled(*head2))
    return None
