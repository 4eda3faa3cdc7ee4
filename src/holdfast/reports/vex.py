"""What is known of a fleet's exposure as a CSAF 2.0 document of the profile VEX, for tools that track remediation.

Format: https://docs.oasis-open.org/csaf/csaf/v2.0/csaf-v2.0.html, 4.5. Each device is a product; affected, not affected
and review become ``known_affected``, ``known_not_affected`` and ``under_investigation``.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_STATUS = {
    "affected": "known_affected",
    "not_affected": "known_not_affected",
    "review": "under_investigation",
}


def render(rows: Iterable[Mapping[str, Any]], organisation: str, as_of: str) -> bytes:
    """The document as indented JSON; ``rows`` are those of the verb ``devices`` that carry a CVE."""
    import orjson

    kept = [row for row in rows if "cve" in row]
    devices = {str(row["device"]): row for row in kept}
    by_cve: dict[str, list[Mapping[str, Any]]] = {}
    for row in kept:
        by_cve.setdefault(str(row["cve"]), []).append(row)
    vulnerabilities = [_vulnerability(cve, own) for cve, own in sorted(by_cve.items())]
    content = orjson.dumps([vulnerabilities, organisation, as_of])
    moment = f"{as_of}T00:00:00.000Z"
    document = {
        "document": {
            "category": "csaf_vex",
            "csaf_version": "2.0",
            "lang": "en",
            "title": f"Exposure of the network devices of {organisation}",
            "publisher": {"category": "user", "name": organisation, "namespace": "https://example.invalid/"},
            "tracking": {
                "id": f"holdfast-devices-{hashlib.sha256(content).hexdigest()[:16]}",
                "status": "final",
                "version": "1",
                "initial_release_date": moment,
                "current_release_date": moment,
                "revision_history": [{"date": moment, "number": "1", "summary": "As judged on this day"}],
            },
        },
        "product_tree": {
            "full_product_names": [
                {"product_id": name, "name": f"{name}: {row['family']} {row['version']}".strip()}
                for name, row in sorted(devices.items())
            ]
        },
        "vulnerabilities": vulnerabilities,
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _vulnerability(cve: str, rows: list[Mapping[str, Any]]) -> dict[str, object]:
    groups: dict[str, list[str]] = {}
    for row in rows:
        place = groups.setdefault(_STATUS[str(row["verdict"])], [])
        if row["device"] not in place:
            place.append(str(row["device"]))
    item: dict[str, object] = {
        "cve": cve,
        "notes": [{"category": "details", "text": str(rows[0]["because"]), "title": "Deciding record"}],
        "product_status": {name: sorted(ids) for name, ids in sorted(groups.items())},
    }
    affected = [row for row in rows if row["verdict"] == "affected"]
    if affected:
        item["remediations"] = [
            {
                "category": "vendor_fix" if row["fixed"] else "none_available",
                "details": f"Move to {row['fixed']} or later"
                if row["fixed"]
                else "No source names a fixed release",
                "product_ids": [str(row["device"])],
            }
            for row in affected
        ]
    clean = groups.get("known_not_affected")
    if clean:
        item["flags"] = [{"label": "vulnerable_code_not_present", "product_ids": sorted(clean)}]
    return item
