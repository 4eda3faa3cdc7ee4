"""A new advisory against days that were indexed: what was touched, by whom, without reading the traffic again.

Each listed range is looked up in the sorted addresses of a day, each listed domain in its sorted names; only what is
found is read further. Pages, hashes and the answers of name servers are not in the index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from holdfast.flows.daily import turn_name
from holdfast.flows.kernels import lower_bounds, range_places
from holdfast.flows.name_index import text_buffers
from holdfast.text.addresses import halves, show_address

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from holdfast.flows.touches import Touches
    from holdfast.model.indicator import Indicator


class Day(Protocol):
    """One day of an index (``store.traffic_index``)."""

    day: str

    @property
    def addresses(self) -> tuple[np.ndarray, np.ndarray]:
        """Sorted IPv4 addresses: where those of each /16 begin, and the end; and the lower sixteen bits of each."""

    @property
    def wide(self) -> pa.Array:
        """Sorted IPv6 addresses as sixteen bytes."""

    @property
    def names(self) -> pa.Array:
        """Sorted names with their labels from the right."""

    def talkers(self, kind: str, first: int, last: int) -> pa.Table:
        """The talkers of the keys in some places."""


class Retro:
    """Some indicators, laid out for looking them up in days."""

    def __init__(self, touches: Touches) -> None:
        self._touches = touches
        index = touches.addresses
        self._starts, self._ends = index.starts, index.ends
        self._wide = index.wide_ranges
        domains = sorted(touches.names.domains, key=lambda domain: turn_name(domain).encode())
        self._domains = domains
        keys = [turn_name(domain) for domain in domains]
        self._name_keys = _text_keys(keys)
        self._below = _text_keys([key + "." for key in keys])
        self._past = _text_keys([key + "/" for key in keys])

    def places(self, day: Day) -> Iterator[tuple[str, int, int, str]]:
        """What a day holds of the indicators: kind, first place and past the last, and the domain for names."""
        first, last = np.empty((2, len(self._starts)), dtype=np.int64)
        range_places(*day.addresses, self._starts, self._ends, first, last)
        held = first < last
        for begin, end in zip(first[held].tolist(), last[held].tolist(), strict=True):
            yield "4", begin, end, ""
        if len(self._wide[0]) and len(day.wide):
            for begin, end in _wide_places(day.wide, self._wide):
                yield "6", begin, end, ""
        if self._domains and len(day.names):
            yield from self._name_places(day.names)

    def look_up(self, day: Day) -> int:
        """Note the touches of a day; returns how many addresses and names were found."""
        count = 0
        for kind, first, last, domain in self.places(day):
            count += last - first
            for row in day.talkers(kind, first, last).to_pylist():
                self._note(kind, row, self._touches.names.domains.get(domain, []), day.day)
        return count

    def _name_places(self, names: pa.Array) -> Iterator[tuple[str, int, int, str]]:
        buffers = text_buffers(names)
        exact, below, past = (
            lower_bounds(*buffers, *keys) for keys in (self._name_keys, self._below, self._past)
        )
        after = np.minimum(exact, len(names) - 1)
        for row in np.flatnonzero((below < past) | (exact < len(names))):
            domain = self._domains[row]
            if exact[row] < len(names) and names[int(after[row])].as_py() == turn_name(domain):
                yield "names", int(exact[row]), int(exact[row]) + 1, domain
            if below[row] < past[row]:
                yield "names", int(below[row]), int(past[row]), domain

    def _note(self, kind: str, row: dict[str, object], named: list[Indicator], day: str) -> None:
        key, peer = row["key"], row["peer"]
        times = (float(str(row["first"])), float(str(row["last"])), int(str(row["flows"])))
        if kind == "names":
            self._touches.note((str(peer), turn_name(str(key))), named, "name", times, day)
            return
        packed, other = _packed(key), show_address(_packed(peer))
        listed = show_address(packed)
        ends, side = ((listed, other), "source") if row["turned"] else ((other, listed), "destination")
        self._touches.note(ends, self._touches.addresses.covering(packed), side, times, day)


def _packed(value: object) -> bytes:
    return value if isinstance(value, bytes) else int(str(value)).to_bytes(4, "big")


def _text_keys(texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
    import pyarrow as pa

    return text_buffers(pa.array(texts, pa.string()))


def _wide_places(column: pa.Array, ranges: tuple[np.ndarray, ...]) -> Iterator[tuple[int, int]]:
    """Places of the IPv6 addresses in each range, in a sorted column; few lists have such ranges."""
    highs, lows = halves(column)
    for start_high, start_low, end_high, end_low in zip(*ranges, strict=True):
        begin = _lower(highs, lows, int(start_high), int(start_low))
        end = _lower(highs, lows, int(end_high), int(end_low), past=True)
        if begin < end:
            yield begin, end


def _lower(highs: np.ndarray, lows: np.ndarray, high: int, low: int, *, past: bool = False) -> int:
    first = int(np.searchsorted(highs, np.uint64(high)))
    last = int(np.searchsorted(highs, np.uint64(high), side="right"))
    return first + int(np.searchsorted(lows[first:last], np.uint64(low), side="right" if past else "left"))
