"""The configuration was changed or a login made through the web server.

Administration by web looks the same: check the account; accounts of the allow-list are passed over.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.devices.checks.check import CISCO_WAVE, LOG, Check, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config

_CONFIGURED = re.compile(r"%SYS-5-CONFIG_P: .*SEP_webui_wsma_https? from console as (\S+)", re.IGNORECASE)
_LOGIN = re.compile(r"%SEC_LOGIN-5-WEBLOGIN_SUCCESS: .*?\[user: ([^\]]+)\]")


def find(config: Config, allow: AllowList) -> Iterator[Hit]:
    """Hits in one text."""
    for line in config.lines:
        found = _CONFIGURED.search(line.text) or _LOGIN.search(line.text)
        if not found or found[1] in allow.users:
            continue
        what = "was configured" if found.re is _CONFIGURED else "was logged in to"
        yield Hit(line.number, f"the device {what} through the web server as {found[1]}", Kind.SIGN)


CHECK = Check(
    id="WEBUI_CONFIG_LOG",
    title="The configuration was changed or a login made through the web server",
    platforms=LOG,
    source=CISCO_WAVE,
    guard="administration by web looks the same: check the account; accounts of the allow-list are passed over",
    techniques=("T1078", "T1190"),
    find=find,
)
