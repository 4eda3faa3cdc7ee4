"""The image of the device fails its own verification.

The words of the verify commands only.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.devices.checks.check import ADVISORY, Check, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config

_FAILED = re.compile(
    r"(?:Computed|Calculated) [Hh]ash does not match|[Dd]igital signature (?:verification )?failed|"
    r"Signature verification failed|%SIGNATURE-\d-NOT_VALID|Verification of .* failed|MISMATCH.*(?:hash|MD5|SHA)",
)


def find(config: Config, _allow: AllowList) -> Iterator[Hit]:
    """Hits in one text."""
    for line in config.lines:
        if _FAILED.search(line.text):
            yield Hit(line.number, "the image or a package does not verify", Kind.SIGN)


CHECK = Check(
    id="IMAGE_MISMATCH",
    title="The image of the device fails its own verification",
    platforms=frozenset({"output", "log"}),
    source=ADVISORY,
    guard="the words of the verify commands only",
    techniques=("T1601.001",),
    find=find,
)
