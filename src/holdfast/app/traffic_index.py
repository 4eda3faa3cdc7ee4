"""Adds a run of ``flows`` to an index of days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.flows.behaviour.pairs import PairLog
from holdfast.flows.daily import NameLog, daily_tables
from holdfast.model.origin import Origin
from holdfast.model.status import Problems, RunStatus
from holdfast.store.traffic_index import TrafficIndex

if TYPE_CHECKING:
    from pathlib import Path

    from holdfast.model.traffic import TrafficBatch


class Indexing:
    """One run's part of an index; files that are in it already are left out."""

    def __init__(self, folder: Path, files: list[Path], log: PairLog) -> None:
        """``log`` gets the flows of the run anyway; it serves for the index when no file is known."""
        self._index = TrafficIndex(folder)
        self._known = {path for path in files if path.exists() and self._index.knows(path)}
        self._new = [path for path in files if path not in self._known]
        self._shared = not self._known
        self._log = log if self._shared else PairLog()
        self._names = NameLog()

    def add(self, path: Path, batch: TrafficBatch) -> None:
        """Take a batch of a file."""
        if path in self._known:
            return
        if batch.kind == "names":
            self._names.add(batch.rows)
        elif not self._shared:
            self._log.add(batch.rows)

    def finish(self) -> RunStatus:
        """Write the days, and say how many."""
        problems = Problems()
        for path in sorted(self._known):
            problems.add("is in the index already", Origin(str(path)), lost=False)
        tables = daily_tables(self._log, self._names)
        self._index.add(tables, self._new)
        counts = {
            "days": len(tables),
            "talkers": sum(len(t) for kinds in tables.values() for t in kinds.values()),
        }
        return RunStatus.of("flows.index", str(self._index.folder), problems, counts)
