"""Guest Shell, hosted applications or a host shell are configured.

Iox and bash-shell alone are a risk; a configured guest shell is a sign unless automation uses it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.devices.checks.check import ADVISORY, Check, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config


def find(config: Config, _allow: AllowList) -> Iterator[Hit]:
    """Hits in one text."""
    for line in config.starting("app-hosting", "guestshell", "iox", "feature", "virtual-service"):
        if line.text.startswith("app-hosting appid guestshell") or line.text.startswith("guestshell enable"):
            yield Hit(line.number, "a Guest Shell is configured", Kind.SIGN)
        elif (
            line.text.startswith("app-hosting appid")
            or line.text == "iox"
            or line.text.startswith("virtual-service ")
        ):
            yield Hit(line.number, "hosting of applications is on", Kind.RISK)
        elif line.text == "feature bash-shell":
            yield Hit(line.number, "the shell of the host system is on", Kind.RISK)
    if config.platform == "output":
        for line in config.lines:
            if line.text.lower().startswith("guestshell ") and "running" in line.text.lower():
                yield Hit(line.number, "a Guest Shell is running", Kind.RISK)


CHECK = Check(
    id="GUESTSHELL_IOX",
    title="Guest Shell, hosted applications or a host shell are configured",
    platforms=frozenset({"ios", "nxos", "output"}),
    source=ADVISORY,
    guard="iox and bash-shell alone are a risk; a configured guest shell is a sign unless automation uses it",
    techniques=("T1610", "T1059.004"),
    find=find,
)
