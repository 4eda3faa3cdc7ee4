"""An account name seen in the 2023 wave of web UI exploitation.

Three names, compared whole; historical examples, not a complete list.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.devices.checks.check import CISCO, CISCO_WAVE, LOG, Check, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config

_NAMES = re.compile(r"(?<![\w.-])(cisco_tac_admin|cisco_support|cisco_sys_manager)(?![\w.-])")


def find(config: Config, _allow: AllowList) -> Iterator[Hit]:
    """Hits in one text."""
    for line in config.lines if config.platform == "log" else config.starting("username"):
        found = _NAMES.search(line.text)
        if found:
            yield Hit(line.number, f"account {found[1]} was created by intruders in the 2023 wave", Kind.SIGN)


CHECK = Check(
    id="USER_KNOWN_BAD",
    title="An account name seen in the 2023 wave of web UI exploitation",
    platforms=CISCO | LOG,
    source=CISCO_WAVE,
    guard="three names, compared whole; historical examples, not a complete list",
    techniques=("T1136.001", "T1078"),
    find=find,
)
