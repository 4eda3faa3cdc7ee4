"""What a part of an assessment gets and gives.

A section is a module with one function ``assess(request: SectionRequest) -> SectionResult``; the table of sections
stands in ``holdfast/app/assess.py``, in the order in which they run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from holdfast.app.settings import Settings
    from holdfast.model.finding import Finding
    from holdfast.model.panel import Panel
    from holdfast.model.progress import Progress
    from holdfast.model.status import RunStatus
    from holdfast.model.watchlist import Watchlist


@dataclass(frozen=True, slots=True)
class SectionRequest:
    """One kind of record of one organisation."""

    folder: Path
    """The assessed folder; paths in :attr:`entries` are relative to it and never leave it."""
    entries: tuple[dict[str, Any], ...]
    """The section's tables in ``holdfast.toml``, one per ``[[name]]``."""
    watchlist: Watchlist
    as_of: date
    settings: Settings
    progress: Progress
    earlier: tuple[Finding, ...] = ()
    """Findings of the sections before, for what builds on them (payments need blocked owners)."""


@dataclass(frozen=True, slots=True)
class SectionResult:
    """What came of it."""

    findings: tuple[Finding, ...] = ()
    statuses: tuple[RunStatus, ...] = ()
    panels: tuple[Panel, ...] = field(default=())


class Section(Protocol):
    """The one function of a section."""

    def __call__(self, request: SectionRequest, /) -> SectionResult:
        """Read, match, and give findings with what could not be read or checked."""
