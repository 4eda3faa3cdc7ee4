"""Events of one kind, held as the parsed JSON they came in; columns are made when a rule asks for them.

Rules ask for a dozen of an event's forty fields, so nothing else is ever encoded: reading stays the cost of parsing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from holdfast.model.origin import Origin
from holdfast.records.logs.columns import as_text, constant, encode, holding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from holdfast.model.event import Column, Kind, Search
    from holdfast.records.logs.layout import Layout


SAMPLE, UNIFORM_SAMPLE = 64, 8
"""Events that are looked at to know which fields a block has."""


@dataclass(frozen=True, eq=False, slots=True)
class Sort:
    """A kind of event in one layout; compared by identity, since readers make each once."""

    kind: Kind
    layout: Layout


class Record(NamedTuple):
    """One event as a reader hands it on; a tuple, since millions are made."""

    sort: Sort
    row: dict[str, Any]
    """The event's own fields."""
    head: dict[str, Any]
    """What holds time, host and provider; the same as ``row`` where the layout is flat."""
    number: int
    """Line, record or row number in the file."""
    raw: bytes | str | None
    """The event as it stands in the input, where it stands there by itself."""


@dataclass(slots=True)
class Block:
    """Implements :class:`holdfast.model.event.Events` over parsed JSON."""

    sort: Sort
    rows: list[dict[str, Any]] = field(default_factory=list)
    heads: list[dict[str, Any]] = field(default_factory=list)
    places: list[tuple[str, int]] = field(default_factory=list)
    raws: list[bytes | str | None] = field(default_factory=list)
    _columns: dict[str, Column] = field(default_factory=dict)

    def add(self, file: str, record: Record) -> None:
        """One more event."""
        self.rows.append(record.row)
        self.heads.append(record.head)
        self.places.append((file, record.number))
        self.raws.append(record.raw)

    @property
    def kind(self) -> Kind:
        """What sort of events these are."""
        return self.sort.kind

    def __len__(self) -> int:
        """How many."""
        return len(self.rows)

    def column(self, name: str) -> Column:
        """A field by its name in the log."""
        column = self._columns.get(name)
        if column is None:
            column = self._columns[name] = self._make(name)
        return column

    def _make(self, name: str) -> Column:
        kind = self.sort.kind
        if name == "EventID" and kind.event_id:
            return constant(kind.event_id, len(self.rows))
        if name == "Channel" and kind.channel:
            return constant(kind.channel, len(self.rows))
        return encode(self.sort.layout.values(name, self.rows, self.heads))

    def names(self) -> set[str]:
        """Of some of the events; those of one kind of Windows are all alike, others are not."""
        step = max(1, len(self.rows) // (UNIFORM_SAMPLE if self.sort.kind.channel else SAMPLE))
        return {name for row in self.rows[::step] for name in row}

    def holding(self, search: Search) -> NDArray[np.bool_] | None:
        """Which events hold something as they stand in the input."""
        return None if None in self.raws else holding(self.raws, search)  # type: ignore[arg-type]  # just asked

    def text(self, event: int) -> str:
        """All values of one event, one a line."""
        return "\n".join(
            value if isinstance(value, str) else as_text(value)
            for value in self.rows[event].values()
            if value is not None
        )

    def origin(self, event: int) -> Origin:
        """File and record."""
        file, number = self.places[event]
        return Origin(file, record=str(number))

    def time(self, event: int) -> str:
        """When it happened."""
        return self.sort.layout.time(self.rows[event], self.heads[event])

    def host(self, event: int) -> str:
        """The machine that wrote it."""
        return self.sort.layout.host(self.rows[event], self.heads[event])

    def fields(self, event: int) -> Mapping[str, Any]:
        """All that the event says."""
        return self.rows[event]


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is held at a time."""

    events: int = 32_000
    size: int = 48 << 20
    """Bytes of input; parsed they take about three times as much memory."""


def gather(
    records: Iterable[tuple[str, Iterable[Record]]], bounds: Bounds | None = None
) -> Iterator[list[Block]]:
    """Blocks of one kind each, over all files, whenever the bounds are reached and at the end.

    ``records`` gives for each file its name and its events.
    """
    bounds = bounds or Bounds()
    blocks: dict[Sort, Block] = {}
    room, space = bounds.events, bounds.size
    for file, inside in records:
        for sort, row, head, number, raw in inside:
            block = blocks.get(sort)
            if block is None:
                block = blocks[sort] = Block(sort)
            block.rows.append(row)
            block.heads.append(head)
            block.places.append((file, number))
            block.raws.append(raw)
            room -= 1
            if raw is not None:
                space -= len(raw)
            if room <= 0 or space <= 0:
                yield list(blocks.values())
                blocks = {}
                room, space = bounds.events, bounds.size
    if blocks:
        yield list(blocks.values())
