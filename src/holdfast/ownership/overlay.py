"""Changes laid over a graph that stays as it is: rows struck out, and rows of their own beside it.

What the rule reads otherwise than the register has it, and stakes that are changed in a question, are a handful of rows;
the columns, which may be memory-mapped and shared, are never copied for them. An extra row has the number that follows
the last row of the graph.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from holdfast.ownership.rowtypes import EXTRA

if TYPE_CHECKING:
    from fractions import Fraction

    import numpy.typing as npt

ROOM = 64
"""Extra rows for which there is room at first; it doubles when they do not suffice."""


class Overlay:
    """Struck and extra rows. Arrays as large as the graph start as zeros and use memory only where written."""

    def __init__(self, rows: int, parties: int) -> None:
        self.rows = rows
        self.parties = parties
        self.extra = 0
        self.struck: set[int] = set()
        self.like: list[int] = []
        """Row of the graph that each extra row stands for: its origin and its flags."""
        self.wide: dict[int, tuple[Fraction, Fraction]] = {}
        """Exact bounds of extra rows in wide registers."""
        self.first: dict[str, npt.NDArray[np.int32]] = {}
        self.next: dict[str, npt.NDArray[np.int32]] = {}
        self.extras = np.zeros(0, EXTRA)
        self._dead = np.zeros(0, np.uint8)
        self._nothing = np.zeros(0, np.int32)

    @property
    def columns(self) -> tuple[Any, ...]:
        """What :mod:`holdfast.ownership.kernels` reads, in its order."""
        none = self._nothing
        return (
            int(bool(self.first)),
            self._dead,
            self.first.get("owner", none),
            self.next.get("owner", none),
            self.first.get("owned", none),
            self.next.get("owned", none),
            self.extras,
        )

    def strike(self, row: int) -> None:
        """Take a row, the graph's or an extra one, out of every sum."""
        self._open()
        self._dead[row] = 1
        self.struck.add(row)

    def restore(self, row: int) -> None:
        """Put a struck row back."""
        self._dead[row] = 0
        self.struck.discard(row)

    def add(self, like: int, **cells: int) -> int:
        """Lay one more row beside the graph; its number."""
        self._open()
        if self.extra == self.extras.size:
            self._grow()
        place = self.extra
        self.extra += 1
        for name, value in cells.items():
            self.extras[place][name] = value
        for side in ("owner", "owned"):
            self.next[side][place] = self.first[side][cells[side]]
            self.first[side][cells[side]] = place + 1
        self.like.append(like)
        return self.rows + place

    def entities(self) -> set[int]:
        """Owned parties that have extra rows."""
        return set(self.extras["owned"][: self.extra].tolist())

    def rows_of(self, side: str, party: int) -> list[int]:
        """Extra rows of an ``owner`` or an ``owned`` party, struck ones included, in the order of their making."""
        found = []
        if self.first and party < self.parties:
            place = int(self.first[side][party])
            while place:
                found.append(self.rows + place - 1)
                place = int(self.next[side][place - 1])
        return found[::-1]

    def _open(self) -> None:
        if not self.first:
            self.first = {side: np.zeros(self.parties, np.int32) for side in ("owner", "owned")}
            self.next = {side: np.zeros(0, np.int32) for side in ("owner", "owned")}
            self._dead = np.zeros(self.rows + ROOM, np.uint8)

    def _grow(self) -> None:
        room = max(ROOM, 2 * self.extra)

        def larger(column: npt.NDArray[Any], size: int = room) -> npt.NDArray[Any]:
            grown = np.zeros(size, column.dtype)
            grown[: column.size] = column
            return grown

        self.extras = larger(self.extras)
        self.next = {side: larger(column) for side, column in self.next.items()}
        if self.rows + room > self._dead.size:
            dead = np.zeros(self.rows + room, np.uint8)
            struck = np.fromiter(self.struck, np.int64, len(self.struck))
            dead[struck] = 1
            self._dead = dead
