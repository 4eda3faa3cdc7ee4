"""CVRF 1.1 and 1.2 advisories (XML), as Cisco and Fortinet published them before CSAF.

Format: https://docs.oasis-open.org/csaf/csaf-cvrf/v1.2/csaf-cvrf-v1.2.html. Entities and network are off.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from holdfast.model.errors import SourceError
from holdfast.model.origin import Origin
from holdfast.sources.csaf import read_advisory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from holdfast.model.vulnerability import Statement

_STATUS = {
    "Known Affected": "known_affected",
    "First Affected": "known_affected",
    "Last Affected": "last_affected",
    "Known Not Affected": "known_not_affected",
    "Fixed": "fixed",
    "First Fixed": "first_fixed",
}
_CATEGORY = {
    "Vendor": "vendor",
    "Product Family": "product_family",
    "Product Name": "product_name",
    "Product Version": "product_version",
    "Service Pack": "service_pack",
}
_DEEPEST = 40


def read_document(content: bytes, name: str) -> Iterator[Statement]:
    """Statements of one document; :class:`SourceError` when it is not CVRF."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise SourceError("is not well-formed XML", origin=Origin(name), why=str(error)) from error
    if _local(root) != "cvrfdoc":
        raise SourceError("is not a CVRF document", origin=Origin(name), why=f"its root is {_local(root)!r}")
    for statement in read_advisory(_as_csaf(root)):
        yield replace(statement, source=statement.source.replace("CSAF", "CVRF", 1))


def _local(element: _Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _children(element: _Element, name: str) -> list[_Element]:
    return [child for child in element if _local(child) == name]


def _text(element: _Element, *path: str) -> str:
    for name in path:
        found = _children(element, name)
        if not found:
            return ""
        element = found[0]
    return (element.text or "").strip()


def _as_csaf(root: _Element) -> dict[str, object]:
    tree = _children(root, "ProductTree")
    return {
        "document": {
            "tracking": {
                "id": _text(root, "DocumentTracking", "Identification", "ID"),
                "current_release_date": _text(root, "DocumentTracking", "CurrentReleaseDate"),
            },
            "publisher": {"name": _text(root, "DocumentPublisher", "IssuingAuthority").partition(" ")[0]},
        },
        "product_tree": _branches(tree[0], 0) if tree else {},
        "vulnerabilities": [_vulnerability(item) for item in _children(root, "Vulnerability")],
    }


def _branches(element: _Element, depth: int) -> dict[str, object]:
    branches = []
    for child in _children(element, "Branch") if depth < _DEEPEST else ():
        kind = _CATEGORY.get(str(child.get("Type", "")), "")
        branch: dict[str, object] = {"category": kind, "name": str(child.get("Name", ""))}
        for leaf in _children(child, "FullProductName"):
            branch["product"] = {"product_id": str(leaf.get("ProductID", "")), "name": leaf.text or ""}
        branches.append({**branch, **_branches(child, depth + 1)})
    leaves = _children(element, "FullProductName") if depth == 0 else []
    names = [{"product_id": str(leaf.get("ProductID", "")), "name": leaf.text or ""} for leaf in leaves]
    return {"branches": branches, "full_product_names": names}


def _vulnerability(element: _Element) -> dict[str, object]:
    status: dict[str, list[str]] = {}
    for group in _children(element, "ProductStatuses"):
        for item in _children(group, "Status"):
            name = _STATUS.get(str(item.get("Type", "")))
            if name:
                ids = [(child.text or "").strip() for child in _children(item, "ProductID")]
                status.setdefault(name, []).extend(ids)
    return {"cve": _text(element, "CVE"), "product_status": status}
