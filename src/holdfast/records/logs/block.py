"""Events of one kind, read from JSON or text, as columns.

An event has forty fields and rules ask for a dozen of them, so keeping what was parsed would be most of the memory and
a good part of the time. The first block of a kind keeps it, and by that learns which fields are asked for. Every later
one takes these fields and lets go of the rest; an event that turns out to matter is parsed again from its line.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple

from holdfast.model.origin import Origin
from holdfast.records.logs.columns import MISSING, as_text, constant, encode, holding
from holdfast.records.logs.layout import key_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from holdfast.model.event import Column, Kind, Search
    from holdfast.records.logs.layout import Layout, Row

    Open = Callable[[bytes | str], tuple[Row, Row]]

FIRST = 4096
"""Events after which the first blocks of a run are handed on, so that what is asked for is soon known."""
_NOTHING = repeat(MISSING)
SAMPLE, UNIFORM_SAMPLE = 64, 8
"""Events that are looked at to know which fields a block has."""


@dataclass(eq=False, slots=True)
class Sort:
    """A kind of event in one layout; compared by identity, since readers make each once."""

    kind: Kind
    layout: Layout
    open: Open | None = None
    """Parses the raw event again, to its row and head; ``None`` where raw is not enough for that."""
    keys: dict[str, str] = field(default_factory=dict)
    """Fields that were asked for so far and stand in the row, each with the key under which they do."""
    others: dict[str, None] = field(default_factory=dict)
    """Fields that were asked for so far and that the layout has to look for."""
    met: bool = False
    """Whether there was a block of the sort."""


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


class Block:
    """Implements :class:`holdfast.model.event.Events` over events of one sort."""

    def __init__(self, sort: Sort) -> None:
        self.sort = sort
        self.numbers: list[int] = []
        self.raws: list[bytes | str | None] = []
        self.file = ""
        self._files: list[tuple[int, str]] = []
        """Names of files, each with the position of its first event."""
        self.whole = sort.open is None or not sort.met
        """Whether events are kept as they were parsed, rather than only the fields asked for."""
        sort.met = True
        self._rows: list[Row] = []
        self._heads: list[Row] = []
        self._names = (*sort.keys, *sort.others)
        self._keys = tuple(sort.keys.values())
        self._others = tuple(sort.others)
        self._cells: list[tuple[object, ...]] = []
        """For each event the raw values of the fields of :attr:`_names`."""
        self._taken: dict[str, Sequence[object]] | None = None
        """The same by name, once all events are in."""
        self._columns: dict[str, Column] = {}
        self._opened: tuple[int, Row, Row] | None = None

    def begin(self, file: str) -> None:
        """The events that follow are of that file."""
        self.file = file
        self._files.append((len(self.numbers), file))

    def add(self, row: Row, head: Row, number: int, raw: bytes | str | None) -> None:
        """One more event."""
        self.numbers.append(number)
        self.raws.append(raw)
        if self.whole:
            self._rows.append(row)
            self._heads.append(head)
            return
        cells = tuple(map(row.get, self._keys, _NOTHING))
        if self._others:
            value = self.sort.layout.value
            cells += tuple([value(name, row, head) for name in self._others])
        self._cells.append(cells)

    @property
    def kind(self) -> Kind:
        """What sort of events these are."""
        return self.sort.kind

    def __len__(self) -> int:
        """How many."""
        return len(self.numbers)

    def column(self, name: str) -> Column:
        """A field by its name in the log."""
        column = self._columns.get(name)
        if column is None:
            column = self._columns[name] = self._make(name)
        return column

    def _make(self, name: str) -> Column:
        kind = self.sort.kind
        if name == "EventID" and kind.event_id:
            return constant(kind.event_id, len(self))
        if name == "Channel" and kind.channel:
            return constant(kind.channel, len(self))
        if not self.whole and self._taken is None:
            self._taken = dict(zip(self._names, zip(*self._cells, strict=True), strict=bool(self._cells)))
        taken = self._taken.get(name) if self._taken else None
        if taken is not None:
            column = encode(taken)
            if column.values or not self._spelt_otherwise(name):
                return column
        return self._learn(name)

    def _spelt_otherwise(self, name: str) -> bool:
        """Whether a field that no event has under its key stands in them under another."""
        return name in self.sort.keys and key_in(name, [self._event(0)[0]]) != self.sort.keys[name]

    def _learn(self, name: str) -> Column:
        """A field that nobody asked for before: from the whole events, parsed again where they were not kept."""
        if not self.whole:
            pairs = [self.sort.open(raw) for raw in self.raws]  # type: ignore[misc,arg-type]  # only what can be opened is not whole
            self._rows, self._heads = [row for row, _ in pairs], [head for _, head in pairs]
            self.whole = True
        layout = self.sort.layout
        if layout.searches(name):
            self.sort.others[name] = None
            return encode([layout.value(name, *pair) for pair in zip(self._rows, self._heads, strict=True)])
        key = self.sort.keys[name] = key_in(name, self._rows)
        return encode([row.get(key, MISSING) for row in self._rows])

    def _event(self, event: int) -> tuple[Row, Row]:
        """Row and head of one event; the last one that was parsed again is remembered."""
        if self.whole:
            return self._rows[event], self._heads[event]
        if self._opened is None or self._opened[0] != event:
            self._opened = (event, *self.sort.open(self.raws[event]))  # type: ignore[misc,arg-type]  # only what can be opened is not whole
        return self._opened[1:]

    def names(self) -> set[str]:
        """Of some of the events; those of one kind of Windows are all alike, others are not."""
        step = max(1, len(self) // (UNIFORM_SAMPLE if self.sort.kind.channel else SAMPLE))
        return {name for event in range(0, len(self), step) for name in self._event(event)[0]}

    def holding(self, search: Search) -> NDArray[np.bool_] | None:
        """Which events hold something as they stand in the input."""
        return None if None in self.raws else holding(self.raws, search)  # type: ignore[arg-type]  # just asked

    def text(self, event: int) -> str:
        """All values of one event, one a line."""
        return "\n".join(
            value if isinstance(value, str) else as_text(value)
            for value in self._event(event)[0].values()
            if value is not None
        )

    def origin(self, event: int) -> Origin:
        """File and record."""
        file = next(file for start, file in reversed(self._files) if start <= event)
        return Origin(file, record=str(self.numbers[event]))

    def time(self, event: int) -> str:
        """When it happened."""
        return self.sort.layout.time(*self._event(event))

    def host(self, event: int) -> str:
        """The machine that wrote it."""
        return self.sort.layout.host(*self._event(event))

    def fields(self, event: int) -> Mapping[str, Any]:
        """All that the event says."""
        return self._event(event)[0]


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is held at a time."""

    events: int = 65_536
    size: int = 96 << 20
    """Bytes of input."""


def gather(
    records: Iterable[tuple[str, Iterable[Record]]], bounds: Bounds | None = None
) -> Iterator[list[Block]]:
    """Blocks of one kind each, over all files, whenever the bounds are reached and at the end.

    ``records`` gives for each file its name and its events.
    """
    bounds = bounds or Bounds()
    blocks: dict[Sort, Block] = {}
    room, space = min(FIRST, bounds.events), bounds.size
    for file, inside in records:
        for sort, row, head, number, raw in inside:
            block = blocks.get(sort)
            if block is None:
                block = blocks[sort] = Block(sort)
            if block.file is not file:
                block.begin(file)
            block.add(row, head, number, raw)
            room -= 1
            if raw is not None:
                space -= len(raw)
            if room <= 0 or space <= 0:
                yield list(blocks.values())
                blocks = {}
                room, space = bounds.events, bounds.size
    if blocks:
        yield list(blocks.values())
