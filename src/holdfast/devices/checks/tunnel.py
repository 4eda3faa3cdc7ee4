"""A tunnel to a public address that the operator does not name.

Inside addresses, peers of the allow-list and interfaces that are shut are passed over; a tunnel under IPsec is a risk, an open one a sign.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.devices.checks.check import ADVISORY, Check, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config, Line

_HEAD = re.compile(r"^interface (?:Tunnel|tunnel-ip|tunnel)\s?\d", re.IGNORECASE)
_PEER = re.compile(
    r"^(?:tunnel destination|ip nhrp nhs|ip nhrp map multicast) (?:ipv4 |ipv6 )?([0-9A-Fa-f.:]+)$"
)
_JUNOS = re.compile(r"^set interfaces ((?:gr|ip)-\S+ unit \d+) tunnel destination (\S+)")


def tunnels(config: Config) -> Iterator[tuple[Line, str, bool]]:
    """The head, the peer and whether IPsec protects it, of every tunnel that is not shut."""
    if config.platform == "junos":
        for line in config.starting("set"):
            if line.text.startswith("set interfaces ") and (found := _JUNOS.match(line.text)):
                yield line, found[2].rstrip(";"), False
        return
    for head in config.starting("interface"):
        if not _HEAD.match(head.text):
            continue
        body = [line.text for line in config.under(head)]
        if "shutdown" in body:
            continue
        protected = any(text.startswith(("tunnel protection", "tunnel mode ipsec")) for text in body)
        for text in body:
            if found := _PEER.match(text):
                yield head, found[1], protected


def find(config: Config, allow: AllowList) -> Iterator[Hit]:
    """Hits in one text."""
    for head, peer, protected in tunnels(config):
        if allow.outside(peer, allow.tunnel_peers):
            word = "protected by IPsec" if protected else "without encryption"
            kind = Kind.RISK if protected else Kind.SIGN
            yield Hit(
                head.number,
                f"{head.text} leads to {peer}, {word}, which is not on the allow-list",
                kind,
                peer,
            )


CHECK = Check(
    id="TUNNEL_UNEXPECTED",
    title="A tunnel to a public address that the operator does not name",
    platforms=frozenset({"ios", "ios_xr", "nxos", "junos"}),
    source=ADVISORY,
    guard="inside addresses, peers of the allow-list and interfaces that are shut are passed over; a tunnel under IPsec is a risk, an open one a sign",
    techniques=("T1572",),
    find=find,
)
