"""A TACACS+ or RADIUS server at a public address that the operator does not name.

Inside addresses and servers of the allow-list are passed over; on Junos, for which no source shows the pattern, it is a risk.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

from holdfast.devices.checks.check import ADVISORY, Check, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config, Line

_OLD = re.compile(r"^(?:tacacs-server|radius-server) host (\S+)")
_NEW = re.compile(r"^address ipv[46] (\S+)")
_ASA = re.compile(r"^aaa-server \S+ (?:\(\S+\) )?host (\S+)")
_JUNOS = re.compile(
    r"^set system (?:tacplus-server|radius-server|accounting destination \S+ server) ([\d.]+)"
)


def servers(config: Config) -> Iterator[tuple[Line, str]]:
    """Each server's line and address, in old and new spelling."""
    for line in config.starting("tacacs-server", "radius-server", "aaa-server", "set"):
        found = _OLD.match(line.text) or _ASA.match(line.text)
        if not found and line.text.startswith("set system "):
            found = _JUNOS.match(line.text)
        if found:
            yield line, found[1]
    for line in config.starting("address"):
        if line.section.startswith(("tacacs server", "radius server")) and (found := _NEW.match(line.text)):
            yield line, found[1]


def _allowed(server: str, allow: AllowList) -> bool:
    try:
        address = ipaddress.ip_address(server)
    except ValueError:
        return True
    return any(address.version == net.version and address in net for net in allow.aaa_servers)


def find(config: Config, allow: AllowList) -> Iterator[Hit]:
    """Hits in one text."""
    for line, server in servers(config):
        if allow.outside(server, allow.aaa_servers):
            yield Hit(
                line.number,
                f"server {server} decides who may log in and is not on the allow-list",
                Kind.RISK if config.platform == "junos" else Kind.SIGN,
                server,
            )
        elif allow.aaa_servers and not _allowed(server, allow):
            yield Hit(
                line.number, f"server {server} inside the network is not on the allow-list", Kind.RISK, server
            )


CHECK = Check(
    id="AAA_SERVER_UNEXPECTED",
    title="A TACACS+ or RADIUS server at a public address that the operator does not name",
    platforms=frozenset({"ios", "ios_xr", "nxos", "asa", "junos"}),
    source=ADVISORY,
    guard="inside addresses and servers of the allow-list are passed over; with an allow-list, inside servers outside it are a risk",
    techniques=("T1556",),
    find=find,
)
