"""Cisco NX-OS: ``9.3(13)``, ``7.0(3)I7(9)``, ``7.3(13)N1(1)``, ``10.2(1q)``, ``8.4(2f)``.

Letters name platform trains (I: Nexus 9000/3000, N: 5000/6000, D: 7000, A and U: 3500 and 3000), never comparable.
"""

from __future__ import annotations

import re

from holdfast.devices.releases.release import Release, engineering_build, filled, letter

_FORM = re.compile(
    r"(\d+)\.(\d+)\((\d+)([a-z]{0,2})(?:\.(\d+))?\)(?:([A-Z]{1,4})(\d*)(?:\((\d+)([a-z]{0,2})(?:\.(\d+))?\))?)?$"
)
_MONTHLY = re.compile(r"(\d+)\.(\d+)\((\d+)\)([A-Z]?)$")
_WITH_BRANCH = frozenset({"I", "IA", "IC", "IM", "A", "U", "F"})


def parse(text: str) -> Release | None:
    """The release; text in brackets after it (``[build 10.4(2)IMG9(0.27)]``) names the image, not the release."""
    name = re.sub(r"\s*\[.*", "", text).strip().removeprefix("version ").rstrip(",")
    found = _FORM.match(name)
    if not found:
        return None
    major, minor, number, inner, build, line, branch, last, last_letter, last_build = found.groups()
    if line and re.fullmatch(r"IMG|IDI|ICPI|IFT|IBC", line):
        return engineering_build(name)
    head = (int(major), int(minor))
    key = filled(
        *head,
        int(number),
        _letters(inner) + int(build or 0),
        int(branch or 0),
        int(last or 0),
        _letters(last_letter or ""),
        int(last_build or 0),
    )
    train = (*head, int(number), int(branch or 0)) if line in _WITH_BRANCH else head
    stem = filled(*head, int(number), 0, int(branch or 0), int(last or 0))
    return Release(name, line or "", train, key, stem)


def _letters(text: str) -> int:
    return letter(text[:1]) if text else 0
