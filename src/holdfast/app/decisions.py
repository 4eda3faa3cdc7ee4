"""Decisions on hits that a run honours."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from holdfast.model.status import Problems, RunStatus
from holdfast.records.decisions import read_decisions

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from holdfast.model.decision import Decision
    from holdfast.screen.decided import Decisions
    from holdfast.screen.policy import Policy


def load_decisions(
    paths: Iterable[str | Path], policy: Policy, today: date | None = None
) -> tuple[Decisions, list[RunStatus]]:
    """The decisions of the files, later files after earlier ones, and how each file was read.

    Raises :class:`~holdfast.model.errors.InputError` for a file that cannot be read: a hit must not come back, or stay
    away, because of a wrong path.
    """
    from holdfast.screen.decided import Decisions

    found: list[Decision] = []
    statuses: list[RunStatus] = []
    for path in paths:
        problems = Problems()
        before = len(found)
        found += read_decisions(path, problems)
        counts = {"decisions": len(found) - before}
        statuses.append(RunStatus.of("records.decisions", str(path), problems, counts))
    return Decisions(found, today or datetime.now(UTC).date(), policy.decision_days), statuses
