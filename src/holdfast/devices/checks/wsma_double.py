"""A web request with a doubly encoded path to the management endpoint.

The encoded path as a whole; scanners send it too, so the answer code is said.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.devices.checks.check import CISCO_WAVE, LOG, Check, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config

_PATH = re.compile(r"%25(?:77|57)[^ ]*(?:sma|%25(?:73|53))[^ ]*http", re.IGNORECASE)
_CODE = re.compile(r'" (\d{3})\b')


def find(config: Config, _allow: AllowList) -> Iterator[Hit]:
    """Hits in one text."""
    for line in config.lines:
        if "%25" in line.text and _PATH.search(line.text):
            code = _CODE.search(line.text)
            word = f", answered {code[1]}" if code else ""
            yield Hit(
                line.number,
                f"a doubly encoded path to the web service endpoint was requested{word}",
                Kind.SIGN,
            )


CHECK = Check(
    id="WSMA_DOUBLE_ENCODING",
    title="A web request with a doubly encoded path to the management endpoint",
    platforms=LOG,
    source=CISCO_WAVE,
    guard="the encoded path as a whole; scanners send it too, so the answer code is said",
    techniques=("T1190", "T1027.010"),
    find=find,
)
