"""A host route to the peer of a tunnel.

Only routes to a single public address that is also a tunnel peer; new ones are a sign, standing ones a risk.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.devices.checks.check import ADVISORY, Check, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config, Line

_ROUTE = re.compile(r"^(?:ip route (?:vrf \S+ )?)?(\d+\.\d+\.\d+\.\d+)(?: 255\.255\.255\.255|/32) ")
_DESTINATION = re.compile(r"^tunnel destination (?:ipv4 )?(\S+)$")


def peer_routes(config: Config, allow: AllowList) -> Iterator[tuple[Line, str]]:
    """Static host routes to public tunnel peers."""
    peers = {found[1] for line in config.starting("tunnel") if (found := _DESTINATION.match(line.text))}
    peers = {peer for peer in peers if allow.outside(peer, allow.tunnel_peers)}
    if not peers:
        return
    for line in config.lines:
        if (found := _ROUTE.match(line.text)) and found[1] in peers:
            yield line, found[1]


def compare(before: Config, after: Config, allow: AllowList) -> Iterator[Hit]:
    """Routes that are new since the earlier configuration."""
    known = {peer for _, peer in peer_routes(before, allow)}
    for line, peer in peer_routes(after, allow):
        if peer not in known:
            yield Hit(line.number, f"a static route to the tunnel peer {peer} is new", Kind.SIGN)


def find(config: Config, allow: AllowList) -> Iterator[Hit]:
    """Hits in one text."""
    for line, peer in peer_routes(config, allow):
        yield Hit(line.number, f"a static route leads to the tunnel peer {peer}", Kind.RISK)


CHECK = Check(
    id="TUNNEL_ROUTE",
    title="A host route to the peer of a tunnel",
    platforms=frozenset({"ios", "nxos", "ios_xr"}),
    source=ADVISORY,
    guard="only routes to a single public address that is also a tunnel peer; new ones are a sign, standing ones a risk",
    techniques=("T1572",),
    find=find,
    compare=compare,
)
