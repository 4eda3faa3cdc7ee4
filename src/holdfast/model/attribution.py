"""The attribution graph: designation, company, group, botnet, infrastructure, techniques, vulnerabilities."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attribution:
    """One edge of the graph, as a public source states it."""

    subject: str
    """``party:dossier:integrity-tech``, ``actor:Flax Typhoon``, ``botnet:Raptor Train``."""
    relation: str
    """``operated``, ``enabled``, ``used``, ``part-of``, ``exploits``, ``uses-technique``, ``linked-to``, ``same-as``."""
    object: str
    """As ``subject``; also ``cve:CVE-2023-3519``, ``technique:T1190``, ``domain:w8510.com``."""
    date: str
    """ISO date of the statement."""
    strength: str
    """``official`` (a government says so), ``vendor`` (research says so), ``reported`` (press)."""
    source: str
    """Document or address."""
    says: str
    """The statement in our own words."""
