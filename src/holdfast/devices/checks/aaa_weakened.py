"""Authentication or authorisation is open, or accounting was removed.

Local as the last resort is normal; none, or local before the servers, is not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.devices.checks.check import ADVISORY, Check, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config

_NONE = re.compile(r"^aaa (?:authentication|authorization) (?:login|enable|exec|commands)\b.*\bnone$")
_LOCAL_FIRST = re.compile(
    r"^aaa (?:authentication login|authorization exec) \S+ local (?:group|tacacs\+|radius)"
)


def compare(before: Config, after: Config, _allow: AllowList) -> Iterator[Hit]:
    """Accounting that was there and is gone."""
    left = {line.text for line in after.starting("aaa")}
    for line in before.starting("aaa"):
        if line.text.startswith("aaa accounting") and line.text not in left:
            yield Hit(0, f"accounting was removed: {' '.join(line.words[:4])}", Kind.SIGN)


def find(config: Config, _allow: AllowList) -> Iterator[Hit]:
    """Hits in one text."""
    for line in config.starting("aaa"):
        if _NONE.match(line.text):
            yield Hit(line.number, f"{line.text.split()[1]} may end in none, which lets anyone in", Kind.RISK)
        elif _LOCAL_FIRST.match(line.text):
            yield Hit(
                line.number, f"{line.text.split()[1]} asks local accounts before the servers", Kind.RISK
            )


CHECK = Check(
    id="AAA_WEAKENED",
    title="Authentication or authorisation is open, or accounting was removed",
    platforms=frozenset({"ios", "nxos", "ios_xr"}),
    source=ADVISORY,
    guard="local as the last resort is normal; none, or local before the servers, is not",
    techniques=("T1556",),
    find=find,
    compare=compare,
)
