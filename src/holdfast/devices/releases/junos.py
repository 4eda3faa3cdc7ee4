"""Juniper Junos: ``22.4R2-S1.7`` is release 22.4, R2, service release S1, spin 7.

Evolved (``-EVO``) is another product with the same numbers: the suffix is read and dropped, families keep the two apart.

``15.1X49-D170`` is a special train: its X number makes a line, D counts in it.
"""

from __future__ import annotations

import re

from holdfast.devices.releases.release import Release, engineering_build, filled

_FORM = re.compile(
    r"(\d+)\.(\d+)(?:(R|X|B|F|I)(\d+)?(?:\.(\d+))?)?(?:-?(S|D)(\d+))?(?:\.(\d+))?(?:-?EVO)?\b", re.IGNORECASE
)


def parse(text: str) -> Release | None:
    """The release; ``22.4`` alone is the beginning of its train."""
    name = text.strip().removeprefix("Junos:").strip().strip("[]")
    found = _FORM.match(name)
    if not found:
        return None
    year, quarter, kind, number, spin, _, service, service_spin = found.groups()
    kind = (kind or "").upper()
    if kind in {"I", "B"}:
        return engineering_build(name)
    special = kind == "X"
    line = f"X{number}" if special else ""
    main = 0 if special else int(number or 0)
    key = filled(int(year), int(quarter), main, int(service or 0), int(service_spin or spin or 0))
    return Release(name.upper(), line, (int(year), int(quarter)), key, branch=(int(year), int(quarter), main))
