"""Zyxel: ``V5.21(AAZF.17)C0``, ``5.21 Patch 1``, ``V5.36(ABFU.1) Patch 2``.

The letters in parentheses are the code of the model: counts behind different codes are not comparable, so the code is
the line. A bound without a code (``5.35``) holds for every model of its product.
"""

from __future__ import annotations

import re

from holdfast.devices.releases.release import ANY_LINE, Release, filled

_FORM = re.compile(
    r"v?(\d+)\.(\d+)(?:\s*\(([a-z]+)\.(\d+)\)\s*(?:[cb]([0o]|\d+))?)?(?:.*?patch\s*(\d+))?", re.IGNORECASE
)


def parse(text: str) -> Release | None:
    """The release; ``co`` for ``C0`` is a slip seen in published records."""
    found = _FORM.match(text.strip().replace("\\", ""))
    if not found:
        return None
    major, minor, code, count, built, patch = found.groups()
    build = int(built) if built and built.isdigit() else 0
    # Patch N of a release carries the counter N behind the code, so "5.21 Patch 1" is "5.21(ABUI.1)".
    level = (int(count), build, int(patch or 0)) if code else (int(patch or 0), 0, 0)
    key = filled(int(major), int(minor), *level)
    return Release(found[0].strip(), code.upper() if code else ANY_LINE, (int(major), int(minor)), key)
