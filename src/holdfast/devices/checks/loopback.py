"""A loopback is the source of management sessions, or changed its address.

Alone a risk to compare with the baseline; an address that changed while it is a source is a sign.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.devices.checks.check import Check, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config

_SOURCE = re.compile(
    r"^(?:ip (?:ssh|tacacs|ftp|tftp) source-interface|ssh client source-interface) [Ll]oopback ?(\d+)"
)
_HIGH = 2
"""Loopback 0 and 1 carry management in most networks."""
_ADDRESS = re.compile(r"^ip(?:v4)? address (\S+)")


def _addresses(config: Config) -> dict[str, tuple[str, int]]:
    found = {}
    for head in config.starting("interface"):
        name = head.text.split(" ", 1)[-1].lower().replace(" ", "")
        if name.startswith("loopback"):
            for line in config.under(head):
                if address := _ADDRESS.match(line.text):
                    found[name] = (address[1], line.number)
    return found


def compare(before: Config, after: Config, _allow: AllowList) -> Iterator[Hit]:
    """Loopbacks whose address changed and that are used as a source."""
    old = _addresses(before)
    used = " ".join(line.text.lower() for line in after.lines if "source" in line.text)
    for name, (address, number) in _addresses(after).items():
        if name in old and old[name][0] != address:
            source = name in used
            word = "and is the source of sessions" if source else "but is not used as a source"
            kind = Kind.SIGN if source else Kind.RISK
            yield Hit(number, f"{name} changed from {old[name][0]} to {address} {word}", kind)


def find(config: Config, _allow: AllowList) -> Iterator[Hit]:
    """Hits in one text."""
    for line in config.starting("ip", "ssh"):
        found = _SOURCE.match(line.text)
        if found and int(found[1]) >= _HIGH:
            yield Hit(
                line.number,
                f"sessions leave from Loopback{found[1]}: compare its address with the baseline",
                Kind.RISK,
            )


CHECK = Check(
    id="LOOPBACK_CHANGED",
    title="A loopback is the source of management sessions, or changed its address",
    platforms=frozenset({"ios", "nxos", "ios_xr"}),
    source="MITRE ATT&CK G1045; Cisco Talos, 2025-02",
    guard="alone a risk to compare with the baseline; an address that changed while it is a source is a sign",
    techniques=("T1021.004",),
    find=find,
    compare=compare,
)
