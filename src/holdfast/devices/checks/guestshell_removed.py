"""Guest Shell was removed, or commands of the host shell ran.

The commands themselves in accounting; decommissioning looks the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.devices.checks.check import ADVISORY, LOG, Check, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config

_COMMAND = re.compile(r"\bguestshell (?:destroy|disable)\b|(?<![\w-])(?:chvrf|dohost)(?![\w-])")


def find(config: Config, _allow: AllowList) -> Iterator[Hit]:
    """Hits in one text."""
    for line in config.lines:
        found = _COMMAND.search(line.text)
        if found:
            yield Hit(line.number, f"command {found[0]} in the log", Kind.SIGN)


CHECK = Check(
    id="GUESTSHELL_REMOVED",
    title="Guest Shell was removed, or commands of the host shell ran",
    platforms=LOG,
    source=ADVISORY,
    guard="the commands themselves in accounting; decommissioning looks the same",
    techniques=("T1610", "T1070.009"),
    find=find,
)
