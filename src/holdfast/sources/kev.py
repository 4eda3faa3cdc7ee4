"""CISA's catalogue of known exploited vulnerabilities, JSON or CSV.

Format: https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities_schema.json.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from holdfast.model.vulnerability import KnownExploited, VulnerabilityData

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def read_catalogue(entries: Iterable[Mapping[str, Any]], released: str) -> VulnerabilityData:
    """The entries; ``released`` is the catalogue's date, or the newest entry's when it has none."""
    data = VulnerabilityData()
    for entry in entries:
        cve, added = str(entry.get("cveID", "")), str(entry.get("dateAdded", ""))
        if cve.startswith("CVE-") and added:
            ransomware = str(entry.get("knownRansomwareCampaignUse", "")) == "Known"
            data.exploited[cve] = KnownExploited(cve, added, str(entry.get("dueDate", "")), ransomware)
    newest = max((entry.added for entry in data.exploited.values()), default="")
    data.catalogue_date = released[:10] or newest
    return data
