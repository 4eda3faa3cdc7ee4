"""What ran, what it read, and what it could not check: a result like any other."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from holdfast.model.origin import Origin


class State(StrEnum):
    """How far a plug came."""

    OK = "ok"
    PARTIAL = "partial"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that could not be read or checked, or was read otherwise than written."""

    says: str
    """What happened and what was done about it, in a sentence without the place."""
    origin: Origin
    """Where."""
    lost: bool = True
    """Whether something was left unread; ``False`` for a repair, such as another encoding, that lost nothing."""

    def to_dict(self) -> dict[str, object]:
        """For JSON."""
        return {"says": self.says, "lost": self.lost, **self.origin.to_dict()}

    def __str__(self) -> str:
        """``customers.csv, line 17: the row has 3 of 8 columns; skipped``."""
        return f"{self.origin}: {self.says}"


@dataclass(slots=True)
class Problems:
    """Collects problems while an input is read; keeps the first of many and counts them all."""

    keep: int = 200
    """How many are kept in full."""
    items: list[Problem] = field(default_factory=list)
    lost: int = 0
    """How many left something unread, kept or not."""
    repaired: int = 0
    """How many lost nothing, kept or not."""

    def add(self, says: str, origin: Origin, *, lost: bool = True) -> None:
        """Note one problem."""
        if lost:
            self.lost += 1
        else:
            self.repaired += 1
        if len(self.items) < self.keep:
            self.items.append(Problem(says, origin, lost))

    def extend(self, others: Iterable[Problem]) -> None:
        """Note several."""
        for other in others:
            self.add(other.says, other.origin, lost=other.lost)


@dataclass(frozen=True, slots=True)
class RunStatus:
    """How one plug ended over one input."""

    plug: str
    """Which plug, for instance ``records.parties`` or ``screen``."""
    subject: str
    """Over which input."""
    state: State
    counts: dict[str, int] = field(default_factory=dict)
    """What was read, checked, found; names are the field's own (``rows``, ``parties``, ``messages``)."""
    reason: str = ""
    """Why not ``ok``."""
    problems: tuple[Problem, ...] = ()

    @classmethod
    def of(
        cls, plug: str, subject: str, problems: Problems, counts: dict[str, int] | None = None
    ) -> RunStatus:
        """Ok when nothing was lost, else partial with the number of losses as the reason."""
        lost = problems.lost
        reason = f"{lost} {'record' if lost == 1 else 'records'} could not be read or checked" if lost else ""
        state = State.PARTIAL if lost else State.OK
        return cls(plug, subject, state, dict(counts or {}), reason, tuple(problems.items))

    @classmethod
    def failure(cls, plug: str, subject: str, reason: str) -> RunStatus:
        """Nothing of the input was checked."""
        return cls(plug, subject, State.FAILED, {}, reason)

    def to_dict(self) -> dict[str, object]:
        """One line of ``status.jsonl``."""
        return {
            "plug": self.plug,
            "subject": self.subject,
            "state": self.state.value,
            "counts": self.counts,
            "reason": self.reason,
            "problems": [problem.to_dict() for problem in self.problems],
        }
