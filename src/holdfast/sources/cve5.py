"""CVE records, format 5: the publisher's own statement (CNA) and those that others attach to it (ADP).

Format: https://github.com/CVEProject/cve-schema. A record whose publisher names no product (``n/a``) says nothing by
itself; what CISA attaches to it then stands alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from holdfast.model.vulnerability import Shape, Statement
from holdfast.sources.claims import read_entries

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_UNNAMED = {"", "n/a", "na", "unknown"}
_FIXED_FORTINET = re.compile(
    r"upgrade to (?P<product>Forti[\w-]+(?:-6K7K)?)(?: [A-Za-z]+)* version (?P<version>[\d.]+\d)",
    re.IGNORECASE,
)
_FIXED_IN = re.compile(r"(?:is|are) fixed in ([^.]*(?:\.\d[^.]*)*)")
_FIXED_RELEASE = re.compile(r"\b\d+\.\d+[\w.]*(?:-[hS]\d+)?")
LONGEST_NEED = 200
"""Characters of a condition's text that are kept."""


def read_record(record: Mapping[str, Any]) -> Iterator[Statement]:
    """Statements of one record, one per product and container; nothing of a rejected record."""
    meta = record.get("cveMetadata")
    containers = record.get("containers")
    if not isinstance(meta, dict) or not isinstance(containers, dict) or meta.get("state") == "REJECTED":
        return
    cve = str(meta.get("cveId", ""))
    cna = containers.get("cna")
    if isinstance(cna, dict):
        who = str(meta.get("assignerShortName") or "publisher")
        yield from _read_container(cve, f"vendor: CVE record ({who})", cna, str(meta.get("dateUpdated", "")))
    adps = containers.get("adp")
    for adp in adps if isinstance(adps, list) else ():
        if isinstance(adp, dict) and "CISA" in str(adp.get("title", "")):
            yield from _read_container(cve, "cisa-adp: CVE record", adp, "")


def read_affected(
    cve: str,
    source: str,
    date: str,
    affected: object,
    needs: str = "",
    fixed: tuple[tuple[str, str], ...] = (),
) -> Iterator[Statement]:
    """Statements of an ``affected`` list, also where it stands alone, outside a record."""
    for item in affected if isinstance(affected, list) else ():
        if not isinstance(item, dict):
            continue
        vendor, product = str(item.get("vendor", "")).strip(), str(item.get("product", "")).strip()
        if product.lower() in _UNNAMED:
            continue
        platforms = item.get("platforms")
        claims = read_entries(item.get("versions"))
        default = str(item.get("defaultStatus", ""))
        if not claims and default != "affected":
            continue
        yield Statement(
            cve=cve,
            source=source,
            date=date[:10],
            vendor=vendor,
            product=product,
            claims=claims,
            platforms=tuple(str(part) for part in platforms) if isinstance(platforms, list) else (),
            default=default,
            fixed=tuple(release for name, release in fixed if not name or name.lower() == product.lower()),
            needs=needs,
        )


def _read_container(cve: str, source: str, box: Mapping[str, Any], date: str) -> Iterator[Statement]:
    provider = box.get("providerMetadata")
    changed = str(provider.get("dateUpdated", "")) if isinstance(provider, dict) else ""
    needs = " ".join(_texts(box.get("configurations")))[:LONGEST_NEED].strip()
    fixed = tuple(_fixed(" ".join(_texts(box.get("solutions")))))
    for statement in read_affected(cve, source, changed or date, box.get("affected"), needs, fixed):
        if source.startswith("cisa") and all(claim.shape is Shape.NONE for claim in statement.claims):
            continue
        yield statement


def _texts(items: object) -> Iterator[str]:
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict) and isinstance(item.get("value"), str):
            yield item["value"]


def _fixed(solutions: str) -> Iterator[tuple[str, str]]:
    for found in _FIXED_FORTINET.finditer(solutions):
        yield found["product"], found["version"]
    for sentence in _FIXED_IN.finditer(solutions):
        for release in _FIXED_RELEASE.findall(sentence[1]):
            yield "", release
