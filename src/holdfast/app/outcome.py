"""What a use case hands to a face: rows to show, and whether it found something or could not check something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from holdfast.model.status import RunStatus


@dataclass(slots=True)
class Outcome:
    """The result of a use case.

    ``rows`` may be an iterator that does the work while it is read; ``found`` and ``statuses`` are asked only after
    the last row.
    """

    rows: Iterable[Mapping[str, object]]
    """One mapping per line of output, keys as in the contract."""
    found: Callable[[], bool]
    """Whether there was something to find (exit code 1)."""
    statuses: Callable[[], Iterable[RunStatus]]
    """How each input ended; any that is not ``ok`` makes exit code 3 when nothing was found."""
    says: Callable[[], Iterable[str]] = tuple
    """Sentences that sum up the rows, for people; none for most use cases."""
