"""Something was installed through the web server.

Installation by web looks the same: check account and file; accounts of the allow-list are passed over.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.devices.checks.check import CISCO_WAVE, LOG, Check, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config

_INSTALL = re.compile(r"%WEBUI-6-INSTALL_OPERATION_INFO: User: ([^,]+), Install Operation: (\w+)")


def find(config: Config, allow: AllowList) -> Iterator[Hit]:
    """Hits in one text."""
    for line in config.lines:
        found = _INSTALL.search(line.text)
        if found and found[1] not in allow.users:
            yield Hit(
                line.number, f"{found[1]} installed something through the web server ({found[2]})", Kind.SIGN
            )


CHECK = Check(
    id="WEBUI_INSTALL_LOG",
    title="Something was installed through the web server",
    platforms=LOG,
    source=CISCO_WAVE,
    guard="installation by web looks the same: check account and file; accounts of the allow-list are passed over",
    techniques=("T1105",),
    find=find,
)
