"""Retro-hunt: indicators against an index of days, for an advisory that comes after the traffic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast.app.flows import FlowsRequest, Traffic, gather_indicators
from holdfast.app.outcome import Outcome
from holdfast.model.errors import StoreError
from holdfast.model.progress import Silent
from holdfast.model.status import Problems, RunStatus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from holdfast.app.settings import Settings
    from holdfast.model.progress import Progress


@dataclass(frozen=True, slots=True)
class RetroRequest:
    """Which days are to be asked, and for what."""

    index: Path
    """Folder that ``holdfast flows --index`` built."""
    indicators: tuple[Path, ...] = ()
    since: str = ""
    """First day, ISO date; from the beginning when empty."""
    until: str = "9999"
    min_score: float = 0.0
    lists: tuple[str, ...] = ()
    edition: str | None = None
    watchlist: bool = True


def look_back(request: RetroRequest, settings: Settings, progress: Progress | None = None) -> Outcome:
    """Touches over all days of an index, as rows of the contract of ``flows``."""
    run = Traffic()

    def rows() -> Iterator[dict[str, object]]:
        from holdfast.flows.policy import read_policy
        from holdfast.flows.retro import Retro
        from holdfast.flows.touches import Touches
        from holdfast.store.traffic_index import TrafficIndex, announced

        bar = progress or Silent()
        indicators = list(gather_indicators(_as_flows(request), settings, run))
        touches = Touches(indicators, read_policy())
        retro = Retro(touches)
        days = list(TrafficIndex(request.index).days(request.since, request.until))
        bar.start("looking back", len(days))
        read = 0
        for day in announced(days):
            try:
                retro.look_up(day)
                read += 1
            except StoreError as error:
                run.statuses.append(RunStatus.failure("retro", day.day, str(error)))
            bar.advance()
        counts = {"days": read, "indicators": len(indicators)}
        run.statuses.append(RunStatus.of("retro", str(request.index), Problems(), counts))
        for finding in sorted(touches.findings(), key=lambda finding: -finding.score):
            if finding.score >= request.min_score:
                run.found = True
                yield finding.to_dict()

    return Outcome(rows(), lambda: run.found, lambda: run.statuses)


def _as_flows(request: RetroRequest) -> FlowsRequest:
    return FlowsRequest(
        paths=(),
        indicators=request.indicators,
        lists=request.lists,
        edition=request.edition,
        watchlist=request.watchlist,
    )
