"""What the operator says is its own: accounts, servers, peers and networks that no check should call strange.

A TOML file (``--allow``)::

    users = ["netops", "oxidized"]
    aaa_servers = ["10.0.9.10"]
    tunnel_peers = ["198.51.100.0/24"]
    networks = ["203.0.113.0/24"]          # the operator's own public space
    log_hosts = ["10.0.9.20"]
    ssh_ports = [10022]
    checks_off = ["SPAN_SESSION"]
"""

from __future__ import annotations

import ipaddress
import tomllib
from dataclasses import dataclass, field
from functools import lru_cache

from holdfast.model.errors import UsageError

_INSIDE = tuple(
    ipaddress.ip_network(text)
    for text in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "0.0.0.0/8",
        "224.0.0.0/3",
        "fc00::/7",
        "fe80::/10",
        "ff00::/8",
        "::/127",
    )
)
"""RFC 1918, RFC 6598, loopback, link-local, multicast and reserved space; documentation ranges count as public, since
``is_private`` of the standard library would hide what they stand for in tests and examples."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class AllowList:
    """Every part may be empty; an empty part means that nothing is known to be the operator's."""

    users: frozenset[str] = frozenset()
    aaa_servers: tuple[Network, ...] = ()
    tunnel_peers: tuple[Network, ...] = ()
    networks: tuple[Network, ...] = ()
    log_hosts: tuple[Network, ...] = ()
    ssh_ports: frozenset[int] = frozenset()
    checks_off: frozenset[str] = field(default=frozenset())

    def outside(self, text: str, allowed: tuple[Network, ...] = ()) -> bool:
        """Whether a text is a public address that is neither the operator's nor allowed."""
        address = _address(text)
        if address is None:
            return False
        return not any(
            address.version == network.version and address in network
            for network in (*_INSIDE, *self.networks, *allowed)
        )


@lru_cache(maxsize=1 << 14)
def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text.strip().rstrip(";,").partition("/")[0])
    except ValueError:
        return None


def read_allow_list(text: str) -> AllowList:
    """The list in TOML. Raises :class:`UsageError` for an unknown key or a value that is no network."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError("the allow-list is not TOML", why=str(error)) from error
    known = set(AllowList.__dataclass_fields__)
    unknown = sorted(set(table) - known)
    if unknown:
        raise UsageError(
            f"the allow-list has an unknown key {unknown[0]!r}",
            advice=f"Known are {', '.join(sorted(known))}",
        )
    return AllowList(
        users=frozenset(str(name) for name in table.get("users", [])),
        aaa_servers=_networks(table, "aaa_servers"),
        tunnel_peers=_networks(table, "tunnel_peers"),
        networks=_networks(table, "networks"),
        log_hosts=_networks(table, "log_hosts"),
        ssh_ports=frozenset(int(port) for port in table.get("ssh_ports", [])),
        checks_off=frozenset(str(name) for name in table.get("checks_off", [])),
    )


def _networks(table: dict[str, list[object]], key: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(str(text), strict=False) for text in table.get(key, []))
    except ValueError as error:
        raise UsageError(
            f"the allow-list's {key} holds something that is no network", why=str(error)
        ) from error
