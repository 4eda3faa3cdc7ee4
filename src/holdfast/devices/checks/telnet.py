"""Telnet is allowed, or a line is open to every address.

A line that allows SSH only and has an access-class is clean.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.devices.checks.check import ADVISORY, Check, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config

_TELNET = re.compile(r"\b(?:telnet|all)\b")
_ASA = re.compile(r"^telnet \d+\.\d+\.\d+\.\d+ \d+\.\d+\.\d+\.\d+ \S+$")


def find(config: Config, _allow: AllowList) -> Iterator[Hit]:
    """Hits in one text."""
    for line in config.starting("transport", "feature", "telnet", "set"):
        if line.text.startswith("transport input") and _TELNET.search(line.text):
            yield Hit(line.number, f"{line.section or 'a line'} allows telnet", Kind.RISK)
        elif line.text in {"feature telnet", "set system services telnet"}:
            yield Hit(line.number, "telnet is on", Kind.RISK)
        elif _ASA.match(line.text):
            yield Hit(line.number, "telnet is allowed to the firewall", Kind.RISK)
    for head in config.starting("line") if config.platform == "ios" else ():
        if head.text.startswith("line vty"):
            body = [line.text for line in config.under(head)]
            reachable = not any(text.startswith("transport input none") for text in body)
            if (
                body
                and reachable
                and not any(text.startswith(("access-class", "ipv6 access-class")) for text in body)
            ):
                yield Hit(
                    head.number, f"{head.text} has no access-class: it is open to every address", Kind.RISK
                )


CHECK = Check(
    id="TELNET_ENABLED",
    title="Telnet is allowed, or a line is open to every address",
    platforms=frozenset({"ios", "nxos", "asa", "junos"}),
    source=ADVISORY,
    guard="a line that allows SSH only and has an access-class is clean",
    techniques=("T1021",),
    find=find,
)
