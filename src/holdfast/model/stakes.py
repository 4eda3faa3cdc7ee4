"""Holdings in bulk: columns that read like a list of :class:`~holdfast.model.holding.Holding`.

Ten million holdings as objects fill a machine; as columns they are some 30 bytes each. Parties stand by number, shares by
their place in a table of the few hundred that registers use, dates as proleptic ordinals, and the place of each row in
the user's file as two numbers.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from holdfast.model.holding import Holding
from holdfast.model.names import NameBook, Numbers
from holdfast.model.origin import Origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import numpy.typing as npt

RIGHTS = ("shares", "votes")
"""The rights, by the number that stands for them."""
OPEN_START, OPEN_END = -(2**31), 2**31 - 1
"""Days that stand for no first and no last day."""
HAIR = Fraction(1, 10**30)
"""What "more than" adds to a bound where nothing but an exact fraction will do."""
KINDS = {
    "owner": "i",
    "owned": "i",
    "share": "i",
    "right": "b",
    "start": "i",
    "end": "i",
    "file": "h",
    "place": "q",
}
"""Columns, with the type of their values as :mod:`array` has it. ``place`` is a line, or a record when negative."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """An interval of the whole, as :class:`Holding` has it."""

    low: Fraction
    high: Fraction
    low_open: bool = False
    high_open: bool = False


class Stakes:
    """Holdings in the order of their rows."""

    def __init__(self) -> None:
        self.names = NameBook()
        """Parties, by number."""
        self.shares: list[Bounds] = []
        """Every share that occurs, once."""
        self.files: list[str] = []
        self.columns: dict[str, Any] = {name: array(kind) for name, kind in KINDS.items()}
        """Growing arrays, or numpy ones from a reader of columns."""
        self.records: dict[int, str] = {}
        """Record of the rows whose record is no number."""
        self.flags: dict[int, tuple[str, ...]] = {}
        """What the record says of a row, for the few rows that say anything."""
        self._share_number: dict[Bounds, int] = {}

    @property
    def number(self) -> Mapping[str, int]:
        """Numbers, by name."""
        return Numbers(self.names)

    @classmethod
    def of(cls, holdings: Iterable[Holding]) -> Stakes:
        """These holdings as columns; the same object when they are already."""
        if isinstance(holdings, cls):
            return holdings
        stakes = cls()
        stakes.extend(holdings)
        return stakes

    def __len__(self) -> int:
        return len(self.columns["owner"])

    def __iter__(self) -> Iterator[Holding]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, row: int) -> Holding:
        if row < 0:
            row += len(self)
        bounds = self.shares[self.columns["share"][row]]
        return Holding(
            owner=self.names[self.columns["owner"][row]],
            owned=self.names[self.columns["owned"][row]],
            low=bounds.low,
            high=bounds.high,
            right=RIGHTS[self.columns["right"][row]],
            valid_from=day_of(self.columns["start"][row]),
            valid_to=day_of(self.columns["end"][row]),
            origin=self.origin(row),
            flags=self.flags.get(row, ()),
            low_open=bounds.low_open,
            high_open=bounds.high_open,
        )

    def __setitem__(self, row: int, holding: Holding) -> None:
        for name, value in self._cells(holding).items():
            self.columns[name][row] = value
        self._note(row, holding)

    def append(self, holding: Holding) -> None:
        """One more, after the last."""
        cells = self._cells(holding)
        if not isinstance(self.columns["owner"], array):
            self.columns = {
                name: array(KINDS[name], np.asarray(self.columns[name]).tobytes()) for name in KINDS
            }
        for name, column in self.columns.items():
            column.append(cells[name])
        self._note(len(self) - 1, holding)

    def extend(self, holdings: Iterable[Holding]) -> None:
        """Several more."""
        if isinstance(holdings, Stakes):
            self._extend_columns(holdings)
            return
        for holding in holdings:
            self.append(holding)

    def keep(self, rows: npt.NDArray[np.bool_]) -> None:
        """Only these rows, by a mask."""
        place = np.cumsum(rows) - 1
        self.columns = {name: np.asarray(column)[rows] for name, column in self.columns.items()}
        self.records = {int(place[row]): said for row, said in self.records.items() if rows[row]}
        self.flags = {int(place[row]): said for row, said in self.flags.items() if rows[row]}

    def _extend_columns(self, other: Stakes) -> None:
        """Another register's columns after these."""
        first = len(self)
        number = np.fromiter(map(self.names.give, other.names), np.int32, len(other.names))
        share = np.fromiter(map(self.share_number, other.shares), np.int32, len(other.shares))
        file = np.arange(len(other.files) + 1) + len(self.files)
        file[-1] = -1  # no file is number -1, the last
        turned: dict[str, npt.NDArray[Any]] = {
            "owner": number,
            "owned": number,
            "share": share,
            "file": file.astype(np.int16),
        }
        for name, column in self.columns.items():
            new = other.column(name)
            if name in turned and new.size:
                new = turned[name][new]
            self.columns[name] = np.concatenate([np.asarray(column), new])
        self.files += other.files
        self.records |= {first + row: said for row, said in other.records.items()}
        self.flags |= {first + row: said for row, said in other.flags.items()}

    def column(self, name: str) -> npt.NDArray[Any]:
        """One of :data:`KINDS` as it stands; nothing may be appended while it is in use."""
        return np.asarray(self.columns[name])

    def origin(self, row: int) -> Origin | None:
        """Where the row stands in the user's file."""
        file = self.columns["file"][row]
        if file < 0:
            return None
        return place_of(self.files[file], int(self.columns["place"][row]), self.records.get(row))

    def share_number(self, bounds: Bounds) -> int:
        """The place of a share in the table."""
        if len(self._share_number) != len(self.shares):
            self._share_number = {share: place for place, share in enumerate(self.shares)}
        place = self._share_number.setdefault(bounds, len(self.shares))
        if place == len(self.shares):
            self.shares.append(bounds)
        return place

    def _cells(self, holding: Holding) -> dict[str, int]:
        file, place = self._place(holding.origin)
        return {
            "owner": self.names.give(holding.owner),
            "owned": self.names.give(holding.owned),
            "share": self.share_number(
                Bounds(holding.low, holding.high, holding.low_open, holding.high_open)
            ),
            "right": RIGHTS.index(holding.right),
            "start": OPEN_START if holding.valid_from is None else holding.valid_from.toordinal(),
            "end": OPEN_END if holding.valid_to is None else holding.valid_to.toordinal(),
            "file": file,
            "place": place,
        }

    def _place(self, origin: Origin | None) -> tuple[int, int]:
        if origin is None:
            return -1, 0
        if not self.files or self.files[-1] != origin.file:
            self.files.append(origin.file)
        file = len(self.files) - 1
        if origin.line is not None:
            return file, origin.line
        numbered = origin.record is not None and origin.record.isascii() and origin.record.isdecimal()
        return file, -int(origin.record) if numbered and origin.record and len(origin.record) < 19 else 0

    def _note(self, row: int, holding: Holding) -> None:
        """What no column has room for."""
        for table, value in ((self.records, _text_record(holding.origin)), (self.flags, holding.flags)):
            if value:
                table[row] = value  # type: ignore[assignment]  # each table with its own kind of value
            else:
                table.pop(row, None)


def _text_record(origin: Origin | None) -> str | None:
    if origin is None or origin.record is None:
        return None
    plain = origin.line is None and origin.record.isascii() and origin.record.isdecimal()
    return None if plain and str(int(origin.record)) == origin.record else origin.record


def place_of(file: str, place: int, record: str | None = None) -> Origin:
    """The origin that two numbers and perhaps a text stand for."""
    if place > 0:
        return Origin(file, place, record)
    return Origin(file, record=record if record is not None else str(-place) if place else None)


def exact_bounds(stake: Holding | Bounds) -> tuple[Fraction, Fraction]:
    """Least and greatest share, with an open bound a hair inside."""
    return stake.low + stake.low_open * HAIR, stake.high - stake.high_open * HAIR


def day_of(ordinal: int) -> date | None:
    """The date of a column value; ``None`` for an open end."""
    return None if ordinal in {OPEN_START, OPEN_END} else date.fromordinal(int(ordinal))
