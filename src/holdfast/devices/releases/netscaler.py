"""NetScaler (Citrix ADC and Gateway): train and build, ``13.1-49.13``, ``NS13.1: Build 49.13.nc``, ``13.1-37.159-FIPS``.

FIPS and NDcPP are lines of their own. Builds 37.x of 13.1 and 55.x of 12.1 exist in both; without the word the line is
open from the build on at which the FIPS edition began.
"""

from __future__ import annotations

import re

from holdfast.devices.releases.release import Release, filled

_TRAIN = re.compile(r"(?:NS)?\s*(\d+)\.(\d+)")
_BUILD = re.compile(r"(\d+)\.(\d+)")
_FIPS_BUILDS = {(14, 1): (17,), (13, 1): (37,), (12, 1): (55,)}


def parse(text: str) -> Release | None:
    """The release; a train alone (``13.1``) is the beginning of it."""
    name = text.strip()
    train = _TRAIN.search(name)
    if not train:
        return None
    rest = name[train.end() :]
    build = _BUILD.search(rest)
    head = (int(train[1]), int(train[2]))
    numbers = (int(build[1]), int(build[2])) if build else (0, 0)
    upper = name.upper()
    line = "FIPS" if "FIPS" in upper else "NDCPP" if "NDCPP" in upper else ""
    spelt = f"{head[0]}.{head[1]}" + (f"-{numbers[0]}.{numbers[1]}" if build else "")
    doubt = ""
    if not line and build and numbers[0] in _FIPS_BUILDS.get(head, ()):
        doubt = f"build {numbers[0]}.x of {head[0]}.{head[1]} exists as FIPS edition too"
    return Release(spelt + (f"-{line}" if line else ""), line, head, filled(*head, *numbers), doubt=doubt)
