"""Cisco IOS: ``15.2(7)E10``, ``12.2(33)SXI4``, ``15.1(4)M12a``.

The release train is everything up to the rebuild number (``15.2(7)E``); trains with other letters are other lines.
Source: Cisco, "Release Identification for Cisco IOS and NX-OS Software".
"""

from __future__ import annotations

import re

from holdfast.devices.releases.release import LETTER, Release, engineering_build, filled, letter

_FORM = re.compile(r"(\d+)\.(\d+)\((\d+)([a-z]?)\)([A-Za-z]{0,4})(\d*)([a-z]?\d?)$")


def parse(text: str) -> Release | None:
    """The release; ``None`` when the text is not one of this scheme."""
    name = text.strip().rstrip(",")
    if re.search(r"\d{8}:\d{6}", name) or re.fullmatch(r"\d+\.\d+\(\d{8}.*", name):
        return engineering_build(name)
    found = _FORM.match(name)
    if not found:
        return None
    major, minor, number, number_letter, line, build, rebuild = found.groups()
    head = (int(major), int(minor), int(number))
    inner = ord(number_letter) - LETTER if number_letter else 0
    # 15.2(7b)E0b is a special of E0: the letter inside the parentheses counts after the number behind them.
    stem = filled(*head, int(build or 0), inner)
    key = filled(*head, int(build or 0), inner, letter(rebuild))
    return Release(name, line.upper(), head, key, stem)
