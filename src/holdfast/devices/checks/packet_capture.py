"""The device itself captures packets.

Capturing as such; a filter on TACACS+ (port 49) or a file name that the advisory lists is said.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.devices.checks.check import ADVISORY, Check, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config

_IOS = re.compile(
    r"^(?:monitor capture (?!point|buffer \S+ size)\S+ |ip traffic-export (?:profile|apply) |monitor capture point )"
)
_ASA = re.compile(r"^capture \S+ (?:type|interface|access-list|match)")
_TACACS = re.compile(r"\beq (?:49|tacacs)\b")
_FILES = re.compile(r"(?<![\w.-])(?:mycap\.pcap|tac\.pcap|1\.pcap|tpacap)(?![\w.-])")


def find(config: Config, _allow: AllowList) -> Iterator[Hit]:
    """Hits in one text."""
    for line in config.starting("monitor", "ip", "capture"):
        found = _IOS.match(line.text) or (_ASA.match(line.text) if config.platform == "asa" else None)
        if found:
            word = " of TACACS+ sessions" if _TACACS.search(line.text) else ""
            yield Hit(line.number, f"a packet capture{word} is configured", Kind.SIGN)
    if config.platform in {"output", "log", "ios_xr"}:
        for line in config.lines:
            named = _FILES.search(line.text)
            if named:
                yield Hit(line.number, f"capture file or tool {named[0]} is named", Kind.SIGN)


CHECK = Check(
    id="PCAP_ONBOX",
    title="The device itself captures packets",
    platforms=frozenset({"ios", "ios_xr", "asa", "output", "log"}),
    source=ADVISORY,
    guard="capturing as such; a filter on TACACS+ (port 49) or a file name that the advisory lists is said",
    techniques=("T1040",),
    find=find,
)
