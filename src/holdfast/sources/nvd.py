"""The National Vulnerability Database: CPE match ranges, from the API 2.0, the 1.1 feeds, or a bare ``cpeMatch`` list.

Format: https://csrc.nist.gov/schema/nvd/api/2.0/cve_api_json_2.0.schema. NVD's ranges are often incomplete for network
devices and lose build numbers, so its word is second to the vendor's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from holdfast.model.vulnerability import Anchor, Claim, Shape, Statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_CPE_PARTS = re.compile(r"(?<!\\):")
_FIELDS = 13


def read_item(item: Mapping[str, Any]) -> Iterator[Statement]:
    """Statements of one CVE of the API 2.0 or of a 1.1 feed."""
    cve = item.get("cve", item)
    if not isinstance(cve, dict):
        return
    meta = cve.get("CVE_data_meta")
    number = str(meta.get("ID", "")) if isinstance(meta, dict) else str(cve.get("id", ""))
    date = str(cve.get("lastModified") or item.get("lastModifiedDate") or "")
    configurations = cve.get("configurations") or item.get("configurations") or []
    matches = list(_matches(configurations))
    yield from read_matches(number, date, matches)


def read_matches(cve: str, date: str, matches: object) -> Iterator[Statement]:
    """Statements of a ``cpeMatch`` list, one per product."""
    by_product: dict[tuple[str, str], list[Claim]] = {}
    for match in matches if isinstance(matches, list) else ():
        if not isinstance(match, dict) or match.get("vulnerable") is False:
            continue
        parts = [re.sub(r"\\(.)", r"\1", part) for part in _CPE_PARTS.split(_criteria(match))]
        parts += ["*"] * (_FIELDS - len(parts))
        if parts[2] == "h":
            continue
        claim = _claim(match, parts[5], parts[6])
        by_product.setdefault((parts[3], parts[4]), []).append(claim)
    for (vendor, product), claims in by_product.items():
        yield Statement(cve, "nvd: CPE ranges", date[:10], vendor, product, tuple(_anchored(claims)))


def _criteria(match: Mapping[str, Any]) -> str:
    return str(match.get("criteria") or match.get("cpe23Uri") or "")


def _matches(node: object) -> Iterator[dict[str, Any]]:
    if isinstance(node, list):
        for part in node:
            yield from _matches(part)
    elif isinstance(node, dict):
        for key in ("cpeMatch", "cpe_match"):
            found = node.get(key)
            if isinstance(found, list):
                yield from (match for match in found if isinstance(match, dict))
        for key in ("nodes", "children"):
            yield from _matches(node.get(key))


def _claim(match: Mapping[str, Any], version: str, update: str) -> Claim:
    low = str(match.get("versionStartIncluding") or match.get("versionStartExcluding") or "")
    below, up_to = match.get("versionEndExcluding"), match.get("versionEndIncluding")
    end = str(below or up_to or "")
    if low or end:
        anchor = Anchor.LITERAL if low else Anchor.TRAIN
        return Claim(Shape.RANGE, True, low, (end,) if end else (), below is None, anchor)
    if version in {"*", "-", ""}:
        return Claim(Shape.NONE if version == "-" else Shape.ALL)
    return Claim(Shape.RELEASE, True, version + (f" {update}" if update not in {"*", "-", ""} else ""))


def _anchored(claims: list[Claim]) -> Iterator[Claim]:
    alone = sum(claim.anchor is Anchor.TRAIN for claim in claims) == 1
    for claim in claims:
        if claim.anchor is Anchor.TRAIN and alone:
            yield Claim(claim.shape, True, "0", claim.highs, claim.inclusive)
        else:
            yield claim
