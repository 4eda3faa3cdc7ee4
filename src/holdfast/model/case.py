"""Findings joined around the party that they touch, and the whole of an assessment."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holdfast.model.attribution import Attribution
    from holdfast.model.finding import Finding
    from holdfast.model.panel import Panel
    from holdfast.model.party import Party
    from holdfast.model.status import RunStatus


@dataclass(frozen=True, slots=True)
class Case:
    """One listed party, under all its listings, with every touch found."""

    parties: tuple[Party, ...]
    """The listings of the same party, the one most findings name first; empty when no listed party is named."""
    actors: tuple[str, ...]
    """Groups and botnets that the attribution graph ties to the party, or that the findings name."""
    findings: tuple[Finding, ...]
    """Strongest first, money before network."""
    attributions: tuple[Attribution, ...]
    """What is known of the party and its actors, oldest first: the ties by which findings about an actor belong to
    this party, and the techniques, vulnerabilities and infrastructure of the actor."""

    @property
    def id(self) -> str:
        """Stable over reruns: a hash of the parties' and actors' names, not of the findings."""
        key = "\n".join([*(party.id for party in self.parties), *self.actors])
        return hashlib.sha256(key.encode()).hexdigest()[:12]

    @property
    def name(self) -> str:
        """What the case is called."""
        if self.parties:
            return self.parties[0].names[0].as_listed
        return ", ".join(self.actors) or "No actor named"

    @property
    def due(self) -> str:
        """The earliest deadline of its findings, ISO; empty when none has one."""
        return min((finding.due for finding in self.findings if finding.due), default="")


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file that was read, by content."""

    path: str
    """Relative to the assessed folder."""
    sha256: str
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """One organisation's records against one edition of the watchlist."""

    organisation: str
    as_of: str
    """ISO date for which verdicts hold."""
    edition: str
    published: str
    sources: tuple[str, ...]
    cases: tuple[Case, ...]
    statuses: tuple[RunStatus, ...]
    panels: tuple[Panel, ...]
    inputs: tuple[InputFile, ...]
    version: str
    """Of Holdfast."""
    absent: tuple[str, ...] = ()
    """Kinds of record that the folder does not have, so that nothing of theirs was checked."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, case by case."""
        return tuple(finding for case in self.cases for finding in case.findings)
