"""SSH on a high port of the form 22x22 or xxx22.

Exactly five digits of the pattern are a sign; another port that is not 22 is a risk, one of the allow-list nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.devices.checks.check import ADVISORY, Check, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config

_PORT = re.compile(
    r"^(?:ip ssh port|ssh server port|ssh port|set admin-ssh-port|set system services ssh port) (\d{1,5})\b"
)
_PATTERN = re.compile(r"22\d22|\d{3}22")


def find(config: Config, allow: AllowList) -> Iterator[Hit]:
    """Hits in one text."""
    for line in config.starting("ip", "ssh", "set"):
        found = _PORT.match(line.text)
        if not found or found[1] == "22" or int(found[1]) in allow.ssh_ports:
            continue
        pattern = bool(_PATTERN.fullmatch(found[1]))
        word = "the form that the advisory describes" if pattern else "not the default"
        yield Hit(line.number, f"SSH listens on port {found[1]}, {word}", Kind.SIGN if pattern else Kind.RISK)


CHECK = Check(
    id="SSH_PORT_PATTERN",
    title="SSH on a high port of the form 22x22 or xxx22",
    platforms=frozenset({"ios", "ios_xr", "nxos", "asa", "fortios", "junos"}),
    source=ADVISORY,
    guard="exactly five digits of the pattern are a sign; another port that is not 22 is a risk, one of the allow-list nothing",
    techniques=("T1571", "T1021.004"),
    find=find,
)
