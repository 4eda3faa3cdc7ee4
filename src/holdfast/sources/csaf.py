"""CSAF 2.0 advisories: which products of the tree are affected, for each CVE.

Format: https://docs.oasis-open.org/csaf/csaf/v2.0/csaf-v2.0.html. Cisco gives one product per release; Fortinet writes
ranges as ``FortiOS/>=7.4.0|<=7.4.7`` and ``FortiOS/7.0 all versions`` without the ``vers:`` prefix that the standard
asks for, and refers to products that the tree does not define. A product that is not named means "no information".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from holdfast.model.vulnerability import Claim, Shape, Statement
from holdfast.sources.claims import read_prose

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_FAMILY_KINDS = {"product_family", "product_name", "product"}
_VERSION_KINDS = {"product_version", "product_version_range", "service_pack"}
_SPLIT_NAME = re.compile(r"^(?P<product>[A-Za-z][\w .()-]*?)[\s/-]+(?P<version>(?:vers:\w+/)?[<>=]*\s*\d.*)$")
_DEEPEST = 40


def read_advisory(document: Mapping[str, Any]) -> Iterator[Statement]:
    """Statements of one advisory, one per CVE and product."""
    frame = document.get("document")
    tracking = frame.get("tracking", {}) if isinstance(frame, dict) else {}
    publisher = frame.get("publisher", {}) if isinstance(frame, dict) else {}
    name = str(tracking.get("id", "advisory"))
    date = str(tracking.get("current_release_date", ""))[:10]
    tree = document.get("product_tree")
    products = dict(_products(tree if isinstance(tree, dict) else {}))
    vendor = str(publisher.get("name", "")) if isinstance(publisher, dict) else ""
    source = f"vendor: CSAF {name}" if "CISA" not in vendor.upper() else f"cisa-csaf: {name}"
    vulnerabilities = document.get("vulnerabilities")
    for item in vulnerabilities if isinstance(vulnerabilities, list) else ():
        if isinstance(item, dict) and str(item.get("cve", "")).startswith("CVE-"):
            yield from _read_vulnerability(item, products, source, date, vendor)


def _read_vulnerability(
    item: Mapping[str, Any], products: Mapping[str, tuple[str, str, str]], source: str, date: str, vendor: str
) -> Iterator[Statement]:
    status = item.get("product_status")
    if not isinstance(status, dict):
        return
    claims: dict[tuple[str, str], list[Claim]] = {}
    fixed: dict[tuple[str, str], list[str]] = {}
    for group, ids in status.items():
        for product_id in ids if isinstance(ids, list) else ():
            maker, product, version = products.get(str(product_id)) or (vendor, *_split(str(product_id)))
            if not product:
                continue
            key = (maker or vendor, product)
            if group in {"known_affected", "last_affected"}:
                claims.setdefault(key, []).extend(_read_version(version, affected=True))
            elif group in {"known_not_affected", "fixed", "first_fixed"}:
                claims.setdefault(key, []).extend(_read_version(version, affected=False))
                if re.match(r"v?\d", version) and " " not in version:
                    fixed.setdefault(key, []).append(version)
    for (maker, product), found in claims.items():
        yield Statement(
            str(item["cve"]),
            source,
            date,
            maker,
            product,
            tuple(found),
            fixed=tuple(fixed.get((maker, product), ())),
        )


def _read_version(version: str, *, affected: bool) -> tuple[Claim, ...]:
    plain = re.sub(r"^vers:\w+/", "", version).strip()
    if not plain:
        return (Claim(Shape.ALL, affected),)
    return read_prose(plain, affected=affected)


def _products(
    branch: Mapping[str, Any], vendor: str = "", product: str = "", depth: int = 0
) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """Product id to vendor, product and version; branches are walked to a bounded depth."""
    if depth > _DEEPEST:
        return
    branches = branch.get("branches")
    for child in branches if isinstance(branches, list) else ():
        if not isinstance(child, dict):
            continue
        kind, name = str(child.get("category", "")), str(child.get("name", ""))
        maker = name if kind == "vendor" else vendor
        inner = name if kind in _FAMILY_KINDS and not product else product
        leaf = child.get("product")
        if isinstance(leaf, dict) and leaf.get("product_id"):
            version = _version_of(name, inner) if kind in _VERSION_KINDS else ""
            yield str(leaf["product_id"]), (maker, inner or str(leaf.get("name", "")), version)
        yield from _products(child, maker, inner, depth + 1)
    leaves = branch.get("full_product_names")
    for leaf in leaves if isinstance(leaves, list) else ():
        if isinstance(leaf, dict):
            yield str(leaf.get("product_id", "")), ("", *_split(str(leaf.get("name", ""))))


def _version_of(name: str, product: str) -> str:
    """``>=7.4.0|<=7.4.7`` of ``FortiOS/>=7.4.0|<=7.4.7``; a name that is the version alone is kept."""
    if product and name.lower().startswith(product.lower()):
        return name[len(product) :].lstrip(" /-")
    return name if re.match(r"[<>=v\s]*\d|vers:|all\b", name, re.IGNORECASE) else _split(name)[1]


def _split(name: str) -> tuple[str, str]:
    found = _SPLIT_NAME.match(name)
    return (found["product"].strip(), found["version"].strip()) if found else (name, "")
