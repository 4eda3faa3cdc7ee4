"""Cisco openVuln API results: advisories with flat product names, one per release.

Format: https://developer.cisco.com/docs/psirt/. ``Cisco IOS XE Software, Release 17.9.2`` and
``Cisco IOS XE Software 17.9.2`` are both seen; a name without a number says nothing about releases.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from holdfast.model.vulnerability import Claim, Shape, Statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NAME = re.compile(
    r"^(?P<product>Cisco .*?(?:Software|System|Firmware)?)[\s,]+(?:Release\s+)?(?P<version>\d\S*)$"
)


def read_advisories(document: object) -> Iterator[Statement]:
    """Statements of one advisory, a list of them, or an API page."""
    if isinstance(document, dict) and isinstance(document.get("advisories"), list):
        document = document["advisories"]
    for item in document if isinstance(document, list) else [document]:
        if isinstance(item, dict) and "advisoryId" in item:
            yield from _read_advisory(item)


def _read_advisory(item: Mapping[str, Any]) -> Iterator[Statement]:
    claims: dict[str, list[Claim]] = {}
    names = item.get("productNames")
    for name in names if isinstance(names, list) else ():
        text = str(name).strip()
        found = _NAME.match(text)
        if found:
            claims.setdefault(found["product"].strip(), []).append(
                Claim(Shape.RELEASE, True, found["version"])
            )
        else:
            claims.setdefault(text, []).append(Claim(Shape.NONE))
    first_fixed = item.get("firstFixed")
    fixed = tuple(str(release) for release in first_fixed) if isinstance(first_fixed, list) else ()
    cves = item.get("cves")
    for cve in cves if isinstance(cves, list) else ():
        for product, found_claims in claims.items():
            yield Statement(
                str(cve),
                f"vendor: openVuln {item['advisoryId']}",
                str(item.get("lastUpdated", ""))[:10],
                "Cisco",
                product,
                tuple(found_claims),
                fixed=fixed,
            )
