"""QNAP QTS and QuTS hero: ``5.1.7.2770 build 20240520``; the build date orders what the numbers do not."""

from __future__ import annotations

import re

from holdfast.devices.releases.release import Release, filled

_FORM = re.compile(
    r"(?:h|c)?(\d+)\.(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:\s*\(?(?:build)?\s*(20\d{6})\)?)?", re.IGNORECASE
)


def parse(text: str) -> Release | None:
    """The release; the train is three numbers (``5.1.7``), since builds count within it."""
    found = _FORM.match(text.strip())
    if not found:
        return None
    numbers = [int(part or 0) for part in found.groups()]
    return Release(
        found[0].strip(),
        "",
        (numbers[0], numbers[1], numbers[2]),
        filled(*numbers),
        branch=tuple(numbers[:3]),
    )
