"""Rows of bytes, cut by a template, to flows: numbers, addresses and the many clocks of exporters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from holdfast.records.columns import to_flows
from holdfast.records.exports.template import BOOTED, LASTED, element_table

if TYPE_CHECKING:
    from holdfast.model.traffic import TrafficBatch
    from holdfast.records.columns import Cells, Context
    from holdfast.records.exports.session import Piece
    from holdfast.records.exports.template import Element, Template

ROWS = 1 << 16
"""Rows of one batch, at most, give or take a set."""
_IMPOSSIBLE = np.uint64(1 << 62)
"""Bytes or packets from which a counter is broken, and unknown."""
_NTP_TO_UNIX = 2_208_988_800
"""Seconds from 1900, where NTP counts from, to 1970."""
_WRAP = float(1 << 32) / 1000
"""Seconds after which a clock of milliseconds in 32 bits starts again: 49.7 days."""


@dataclass(slots=True)
class Gathered:
    """Pieces of one template, until they are worth a batch."""

    template: Template
    pieces: list[Piece] = field(default_factory=list)
    count: int = 0

    def add(self, piece: Piece) -> None:
        """One more."""
        self.pieces.append(piece)
        self.count += piece.total

    def batch(self, context: Context) -> TrafficBatch:
        """All of them as flows."""
        cut = _Cut(self)
        cells: Cells = {"record": pa.array(cut.repeat([piece.number for piece in self.pieces], np.int64))}
        for column in element_table()["column"]:
            present = [element for element in column["elements"] if element in self.template.places]
            if column["form"] == "address":
                if present:
                    cells[column["name"]] = cut.addresses(present)
            elif present:
                numbers = cut.number(present[0])
                cells[column["name"]] = pa.array(numbers.astype(np.int64), mask=numbers >= _IMPOSSIBLE)
        starts, ends = cut.times(context)
        cells["ts"] = pa.array(starts)
        if ends is not None:
            cells["duration"] = pa.array(ends - starts, mask=np.isnan(ends))
        return to_flows(cells, context)


class _Cut:
    """The rows as a matrix of bytes."""

    def __init__(self, gathered: Gathered) -> None:
        self.template = gathered.template
        self.pieces = gathered.pieces
        raw = b"".join(piece.rows for piece in gathered.pieces)
        self.matrix = np.frombuffer(raw, np.uint8).reshape(gathered.count, gathered.template.width)
        self._counts = [piece.total for piece in gathered.pieces]
        self.exported = self.repeat([piece.header.exported for piece in gathered.pieces], np.float64)
        self._booted: np.ndarray | None = None

    def repeat(self, values: list[float] | list[int], kind: type) -> np.ndarray:
        """A value of each piece for each of its rows."""
        return np.repeat(np.array(values, kind), self._counts)

    def number(self, element: Element) -> np.ndarray:
        """Unsigned numbers of up to eight bytes, of longer fields the last eight."""
        start, length = self.template.places[element]
        used = min(length, 8)
        padded = np.zeros((len(self.matrix), 8), np.uint8)
        padded[:, 8 - used :] = self.matrix[:, start + length - used : start + length]
        return np.asarray(padded.view(">u8")[:, 0].astype(np.uint64))

    def addresses(self, elements: list[Element]) -> pa.Array:
        """Sixteen bytes each, IPv4 mapped; of templates with both, IPv6 where it is not all zero."""
        wide = np.zeros((len(self.matrix), 16), np.uint8)
        for element in elements:
            start, length = self.template.places[element]
            own = self.matrix[:, start : start + length]
            if element[1] in _NARROW:
                wide[:, 10:12] = 255
                wide[:, 12:] = own[:, -4:] if length >= 4 else 0
            else:
                own = own[:, -16:]
                held = own.any(axis=1) if len(elements) > 1 else np.ones(len(own), bool)
                wide[held, :] = 0
                wide[held, 16 - own.shape[1] :] = own[held]
        return pa.FixedSizeBinaryArray.from_buffers(
            pa.binary(16), len(wide), [None, pa.py_buffer(np.ascontiguousarray(wide))]
        )

    def times(self, context: Context) -> tuple[np.ndarray, np.ndarray | None]:
        """Starts and ends in seconds since 1970; a start that is absent or zero is the export's own time."""
        table = element_table()
        starts = self._times(table["start"], context)
        ends = self._times(table["end"], context)
        if starts is None and ends is not None:
            starts = ends.copy()
        if starts is None:
            starts = np.full(len(self.matrix), np.nan)
        missing = np.isnan(starts)
        if missing.any():
            context.counts.more["dated_by_export"] += int(missing.sum())
            starts[missing] = self.exported[missing]
        if ends is None:
            for element, unit in zip(LASTED, (1e3, 1e6), strict=True):
                if (0, element) in self.template.places:
                    ends = starts + self.number((0, element)) / unit
        return starts, ends

    def _times(self, forms: list[tuple[Element, str]], context: Context) -> np.ndarray | None:
        for element, form in forms:
            if element in self.template.places:
                raw = self.number(element)
                seconds = self._seconds(raw, form, context)
                seconds[(raw == 0) & (form != "uptime")] = np.nan
                return seconds
        return None

    def _seconds(self, raw: np.ndarray, form: str, context: Context) -> np.ndarray:
        numbers = raw.astype(np.float64)
        if form == "s":
            return numbers
        if form == "ms":
            return numbers / 1e3
        if form == "before":
            return np.asarray(self.exported - numbers / 1e6)
        if form == "ntp":
            whole = (raw >> np.uint64(32)).astype(np.float64)
            return np.asarray(whole - _NTP_TO_UNIX + (raw & np.uint64(0xFFFFFFFF)).astype(np.float64) / 2**32)
        if self._booted is None:
            self._booted = self._find_booted(context)
        found = self._booted + numbers / 1e3
        # A clock of the exporter that starts again makes a time that lies weeks after the export.
        return np.where(found > self.exported + _WRAP / 2, found - _WRAP, found)

    def _find_booted(self, context: Context) -> np.ndarray:
        """When the exporter started; where nothing says so, such that its latest flow ended with the export."""
        if (0, BOOTED) in self.template.places:
            return self.number((0, BOOTED)).astype(np.float64) / 1e3
        booted = self.repeat(
            [np.nan if piece.booted is None else piece.booted for piece in self.pieces], np.float64
        )
        unknown = np.isnan(booted)
        if unknown.any():
            latest = next((element for element in _UPTIMES if element in self.template.places), None)
            last = self.number(latest).astype(np.float64) / 1e3 if latest else np.zeros(len(booted))
            context.counts.more["clock_estimated"] += int(unknown.sum())
            booted[unknown] = float(np.median(self.exported[unknown])) - float(last[unknown].max())
        return booted


_NARROW = frozenset({8, 12})
"""Elements that hold IPv4 addresses."""
_UPTIMES: tuple[Element, ...] = ((0, 21), (0, 22))
