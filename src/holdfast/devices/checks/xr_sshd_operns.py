"""The second SSH server of the IOS XR host, on TCP 57722.

The process by name, or a listener on the port; a support session of the vendor may start it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.devices.checks.check import ADVISORY, Check, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config

_LISTEN = re.compile(r"[:.]57722\b|\bport 57722\b")


def find(config: Config, _allow: AllowList) -> Iterator[Hit]:
    """Hits in one text."""
    for line in config.lines:
        if "sshd_operns" in line.text:
            yield Hit(
                line.number,
                "sshd_operns was started: a shell of the host system is reachable by SSH",
                Kind.SIGN,
            )
        elif "57722" in line.text and _LISTEN.search(line.text):
            yield Hit(line.number, "something listens on or uses TCP 57722", Kind.SIGN)


CHECK = Check(
    id="XR_SSHD_OPERNS",
    title="The second SSH server of the IOS XR host, on TCP 57722",
    platforms=frozenset({"log", "output"}),
    source=ADVISORY,
    guard="the process by name, or a listener on the port; a support session of the vendor may start it",
    techniques=("T1021.004", "T1571"),
    find=find,
)
