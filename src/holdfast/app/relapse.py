"""Cleaned subscribers: which of them are seen with the actor again, in the traffic after their cleaning."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from holdfast.app.flows import Traffic, traffic_findings
from holdfast.app.outcome import Outcome
from holdfast.app.traffic_outputs import check_outputs, write_outputs
from holdfast.model.errors import UsageError
from holdfast.model.origin import Origin
from holdfast.model.progress import Silent
from holdfast.model.status import Problems, RunStatus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from holdfast.app.flows import FlowsRequest
    from holdfast.app.settings import Settings
    from holdfast.model.progress import Progress

COLUMNS = ("state", "source", "case", "cleaned_at", "destination", "first_seen", "last_seen", "flows", "why")
"""Of the table on a terminal."""


def find_relapses(
    request: FlowsRequest, cleaned: Path, settings: Settings, progress: Progress | None = None
) -> Outcome:
    """What became of each subscriber of the list ``cleaned``, as rows; a relapse is what counts as found.

    Raises :class:`UsageError` when there is nothing to read, or an index is asked for.
    """
    check_outputs(request.outputs)
    if request.index is not None:
        raise UsageError(
            "an index of the cleaned alone would pass for one of everybody",
            advice="Run once with --index, and once with --cleaned",
        )
    run = Traffic()
    rows = _rows(request, cleaned, settings, run, progress or Silent())
    return Outcome(rows, lambda: run.found, lambda: run.statuses)


def _rows(
    request: FlowsRequest, cleaned: Path, settings: Settings, run: Traffic, progress: Progress
) -> Iterator[dict[str, object]]:
    from holdfast.flows.inside import Inside
    from holdfast.flows.relapse import State, Watch
    from holdfast.records.cleaned import read_cleaned

    problems = Problems()
    watch = Watch(list(read_cleaned(cleaned, problems)))
    if not watch.cleaned:
        problems.add("names no cleaned subscriber", Origin(str(cleaned)))
    run.narrow = watch.narrow
    inside = Inside(request.inside, request.shared)
    findings = list(traffic_findings(request, settings, run, progress))
    counts = Counter({state.value: 0 for state in State})
    for fate in watch.fates(findings, inside):
        counts[fate.state.value] += 1
        run.found = run.found or fate.state is State.RELAPSED
        yield fate.to_dict()
    if request.outputs.wanted:
        run.statuses += write_outputs(request.outputs, findings, inside, run.indicators)
    run.statuses.append(RunStatus.of("records.cleaned", str(cleaned), problems, dict(counts)))
