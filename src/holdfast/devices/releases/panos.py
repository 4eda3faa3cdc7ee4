"""Palo Alto PAN-OS: ``10.2.9 < 10.2.9-h1 < 10.2.9-h14 < 10.2.11``: a hotfix comes after its release.

Hotfixes are shipped for older maintenance releases too, often after a record was last changed; a hotfix below the
first fixed release therefore leaves the answer open.
"""

from __future__ import annotations

import re

from holdfast.devices.releases.release import Release, filled

_FORM = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?(?:-([hcb])(\d+))?(?:\.x|-\*|\*|\s.*)?$")


def parse(text: str) -> Release | None:
    """The release; ``-c`` and ``-b`` are builds before the release, ``-h`` hotfixes after it."""
    found = _FORM.match(text.strip().lower())
    if not found:
        return None
    major, minor, number, kind, hotfix = found.groups()
    head = (int(major), int(minor), int(number or 0))
    if kind in {"c", "b"}:
        return Release(text.strip(), "", head[:2], filled(*head[:2], head[2] - 1, 9999, int(hotfix)))
    return Release(
        text.strip(), "", head[:2], filled(*head, int(hotfix or 0)), hotfix=bool(hotfix), branch=head
    )
