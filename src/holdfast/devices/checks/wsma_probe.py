"""A web request to the internal management endpoint.

The endpoint is internal: no request from outside is normal; scanners send it too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.devices.checks.check import CISCO_WAVE, LOG, Check, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config

_REQUEST = re.compile(r"(?:GET|POST|PUT|HEAD) /webui_wsma_https?\b", re.IGNORECASE)
_CODE = re.compile(r'" (\d{3})\b')


def find(config: Config, _allow: AllowList) -> Iterator[Hit]:
    """Hits in one text."""
    for line in config.lines:
        if "webui_wsma_http" in line.text.lower() and _REQUEST.search(line.text):
            code = _CODE.search(line.text)
            word = f", answered {code[1]}" if code else ""
            yield Hit(line.number, f"the internal web service endpoint was requested{word}", Kind.SIGN)


CHECK = Check(
    id="WSMA_PROBE",
    title="A web request to the internal management endpoint",
    platforms=LOG,
    source=CISCO_WAVE,
    guard="the endpoint is internal: no request from outside is normal; scanners send it too",
    techniques=("T1190",),
    find=find,
)
