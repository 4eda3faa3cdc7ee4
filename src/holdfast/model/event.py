"""Log events as columns: many events of one kind, read by field.

A million events hold a few thousand different command lines, so a column is kept as its different values and, for
each event, the number of its value (dictionary encoding). Whatever matches text then works on the different values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from holdfast.model.origin import Origin

ABSENT = -1
"""The code of an event that does not have the field at all."""

Value = str | None | tuple[str, ...]
"""A field's value: text as a log viewer shows it, ``None`` for null, several texts where the field is a list."""


Search = Callable[[bytes | memoryview], set[int]]
"""Looks for something in bytes, and says where each occurrence ends."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What sort of event it is, as far as a rule's log source asks; every part may be empty."""

    product: str = ""
    """``windows``, ``linux``, ``zeek``, ``cisco``, ``aws``, …"""
    category: str = ""
    """``process_creation``, ``dns``, ``proxy``, ``webserver``, …"""
    service: str = ""
    """``sshd``, ``auditd``, ``cloudtrail``, …"""
    channel: str = ""
    """Windows event log, from the event itself and not from the name of its file."""
    event_id: str = ""
    """Windows event id."""


@dataclass(frozen=True, slots=True)
class Column:
    """One field of many events."""

    codes: NDArray[np.int32]
    """For each event the position of its value in :attr:`values`, or :data:`ABSENT`."""
    values: Sequence[Value]
    """The different values."""

    def value(self, event: int) -> Value:
        """The value of one event; ``None`` when it has none."""
        code = int(self.codes[event])
        return None if code == ABSENT else self.values[code]


class Events(Protocol):
    """Many events of one kind."""

    @property
    def kind(self) -> Kind:
        """What sort of events these are."""

    def __len__(self) -> int:
        """How many."""

    def column(self, name: str) -> Column:
        """A field by its name in the log; absent everywhere when it is unknown."""

    def names(self) -> Collection[str]:
        """Fields that some of the events have, by a look at some of them; there may be more names than fields."""

    def holding(self, search: Search) -> NDArray[np.bool_] | None:
        """For each event whether something stands in it as the input wrote it; ``None`` when that is not known."""

    def text(self, event: int) -> str:
        """All values of one event, one a line: what a search that names no field looks at."""

    def origin(self, event: int) -> Origin:
        """Where one event stands in the input."""

    def time(self, event: int) -> str:
        """When it happened: ISO 8601 in UTC, empty when it does not say."""

    def host(self, event: int) -> str:
        """The machine that wrote it, empty when it does not say."""

    def fields(self, event: int) -> Mapping[str, Any]:
        """All that the event says, by field name."""
