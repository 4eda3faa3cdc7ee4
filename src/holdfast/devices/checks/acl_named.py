"""Access-list 10, 20 or 50 lets in a public address.

The numbers are common: only with a single public host that is not the operator’s, never by number alone.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from holdfast.devices.checks.check import ADVISORY, Check, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config

_NUMBERED = re.compile(
    r"^access-list (?:10|20|50) permit (?:host )?(?P<address>\d+\.\d+\.\d+\.\d+)(?: 0\.0\.0\.0)?(?: log)?$"
)
_NAMED = re.compile(r"^(?:\d+ )?permit (?:host )?(?P<address>\d+\.\d+\.\d+\.\d+)(?: 0\.0\.0\.0)?(?: log)?$")
_HEAD = re.compile(r"^ip access-list standard (?:10|20|50)$")


def find(config: Config, allow: AllowList) -> Iterator[Hit]:
    """Hits in one text."""
    named = (line for head in config.starting("ip") if _HEAD.match(head.text) for line in config.under(head))
    for line in chain(config.starting("access-list"), named):
        found = _NUMBERED.match(line.text) or (_NAMED.match(line.text) if line.section else None)
        if found and allow.outside(found["address"]):
            yield Hit(
                line.number, f"an access-list that the advisory names lets in {found['address']}", Kind.SIGN
            )


CHECK = Check(
    id="ACL_NAMED_IN_ADVISORY",
    title="Access-list 10, 20 or 50 lets in a public address",
    platforms=frozenset({"ios", "nxos"}),
    source=ADVISORY,
    guard="the numbers are common: only with a single public host that is not the operator’s, never by number alone",
    techniques=("T1562.004",),
    find=find,
)
