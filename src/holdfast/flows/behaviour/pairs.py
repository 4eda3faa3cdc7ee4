"""Flows gathered by pair of addresses: every flow of a run in compact columns, and pairs with their times in order.

Rows are dealt into parts by the hash of their pair as they come, and each part is grouped by itself at the end, where
it fits into the processor's cache. 33 bytes a flow stay in memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.flows.behaviour.gather import FLOW, deal, gather, group, spread_seconds
from holdfast.text.addresses import show_address

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from holdfast.flows.behaviour.networks import Networks

BITS = 10
"""Of the hash that choose a part: 1,024 parts, each of 3 MB on a carrier's day of a hundred million flows."""
TOGETHER = 8
"""Parts that are given at once, so that what asks about pairs has enough of one size to do side by side."""
DEALT = 1 << 18
"""Rows that are dealt at once."""
_HALF, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Some pairs of addresses with all their flows; a pair is a place in the first four columns."""

    sources: np.ndarray
    """Numbers of addresses, which :meth:`PairLog.show` turns into text."""
    destinations: np.ndarray
    starts: np.ndarray
    """Where the flows of each pair begin in ``times``, and the end."""
    times: np.ndarray
    """Starts of flows, in order within a pair, in seconds since 1970 UTC."""
    moments: np.ndarray
    """The same for who looks for a rhythm: moments that were recorded in whole seconds are spread over them."""
    flows: np.ndarray
    port: np.ndarray
    """Destination port of most flows."""
    on_port: np.ndarray
    """How many."""
    ports: np.ndarray
    """Distinct destination ports, up to 64."""
    source_port: np.ndarray
    """When all flows have the same; else -1."""
    proto: np.ndarray
    told: np.ndarray
    """Flows that say whether there was an answer."""
    answered: np.ndarray
    same_size: np.ndarray
    """Flows that sent as many bytes as most."""
    sent: np.ndarray
    """Bytes of the source."""
    got: np.ndarray
    longest: np.ndarray
    """Seconds of the longest flow."""
    lasted: np.ndarray
    """Seconds of all flows together."""
    size: np.ndarray
    """Bytes that most flows sent."""

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self.sources)

    def times_of(self, pair: int) -> np.ndarray:
        """When the flows of one pair began."""
        return self.times[self.starts[pair] : self.starts[pair + 1]]


class PairLog:
    """Fed with batches of flows, asked for pairs at the end, part after part."""

    def __init__(self, bits: int = BITS) -> None:
        self._bits = bits
        self._parts = (_Part(bits), _Part(bits))
        self._wide: dict[bytes, int] = {}
        self.addresses: list[bytes] = []
        """IPv6 addresses by the numbers that stand for them."""
        self.reordered = 0
        """Flows that came later than a later flow of the same pair."""

    @property
    def flows(self) -> int:
        """How many were added."""
        return sum(part.rows for part in self._parts)

    def add(self, rows: pa.RecordBatch) -> None:
        """Take the flows of a batch with the columns of ``flow_schema``."""
        for start in range(0, len(rows), DEALT):
            self._add(rows.slice(start, DEALT))

    def _add(self, rows: pa.RecordBatch) -> None:
        wide = rows.column("src6").null_count < len(rows) or rows.column("dst6").null_count < len(rows)
        if not wide:
            self._parts[0].add(_keys(_plain(rows, "src"), _plain(rows, "dst")), rows)
            return
        is_wide = pc.or_(pc.is_valid(rows.column("src6")), pc.is_valid(rows.column("dst6")))
        narrow, six = rows.filter(pc.invert(is_wide)), rows.filter(is_wide)
        self._parts[0].add(_keys(_plain(narrow, "src"), _plain(narrow, "dst")), narrow)
        self._parts[1].add(_keys(self._numbers(six, "src"), self._numbers(six, "dst")), six)

    def pairs(self) -> Iterator[tuple[bool, Pairs]]:
        """All pairs, and whether their numbers stand for IPv6 addresses; each flow is given once."""
        for wide, part in zip((False, True), self._parts, strict=True):
            for number in range(0, 1 << self._bits if part.rows else 0, TOGETHER):
                found, late = part.pairs(range(number, min(number + TOGETHER, 1 << self._bits)))
                self.reordered += late
                if len(found):
                    yield wide, found

    def number(self, packed: bytes) -> int:
        """The number of an address, with the highest bit set for IPv6."""
        return int.from_bytes(packed, "big") if len(packed) == 4 else self._wide[packed] | 1 << 63

    def everywhere(self, private: Networks, shares: Sequence[tuple[int, float]]) -> list[str]:
        """Networks that have a hand in most of the flows without a private end, the narrowest that do.

        Of several the one with the most peers: who asks one server all day has one peer.
        """
        keys = [outer for chunk in self._parts[0].pair_keys() if len(outer := _without(chunk, private))]
        if not keys:
            return []
        every = np.concatenate(keys)
        ends = every >> _HALF, every & _LOW
        for prefix, share in shares:
            shift = np.uint64(32 - prefix)
            often = _often(ends, prefix, share * len(every))
            peers = {
                block: count_distinct(every[(ends[0] >> shift == block) | (ends[1] >> shift == block)])
                for block in often
            }
            most = max(peers.values(), default=0)
            if found := [block for block, number in peers.items() if number >= 0.5 * most]:
                return [
                    f"{show_address((block << int(shift)).to_bytes(4, 'big'))}/{prefix}" for block in found
                ]
        return []

    def _numbers(self, rows: pa.RecordBatch, side: str) -> np.ndarray:
        """A number for each IPv6 address of a column, the same in all batches."""
        coded = pc.dictionary_encode(pc.fill_null(rows.column(side + "6"), bytes(16)))
        known = np.empty(len(coded.dictionary), dtype=np.uint64)
        for place, packed in enumerate(coded.dictionary.to_pylist()):
            number = self._wide.get(packed)
            if number is None:
                number = self._wide[packed] = len(self.addresses)
                self.addresses.append(packed)
            known[place] = number
        found: np.ndarray = known[coded.indices.to_numpy(zero_copy_only=False)]
        return found


class _Part:
    """Flows of one family of addresses, dealt into parts."""

    def __init__(self, bits: int) -> None:
        self._bits = bits
        self._chunks: list[np.ndarray] = []
        self._bounds: list[np.ndarray] = []
        self.rows = 0

    def add(self, keys: np.ndarray, rows: pa.RecordBatch) -> None:
        if not len(keys):
            return
        flows = np.empty(len(keys), dtype=FLOW)
        bounds = np.empty((1 << self._bits) + 1, dtype=np.int64)
        deal(keys, _flow_columns(rows), self._bits, flows, bounds)
        # As bytes, which are joined without a look at each field.
        self._chunks.append(flows.view(np.uint8).reshape(-1, FLOW.itemsize))
        self._bounds.append(bounds)
        self.rows += len(keys)

    def pair_keys(self) -> Iterator[np.ndarray]:
        """Pairs of all flows, batch after batch."""
        return (chunk.view(FLOW)["key"].ravel() for chunk in self._chunks)

    def pairs(self, parts: range) -> tuple[Pairs, int]:
        """The pairs of some parts, and how many of their flows came out of order."""
        rows = sum(int(bounds[parts.stop] - bounds[parts.start]) for bounds in self._bounds)
        times, starts = np.empty(rows), np.zeros(rows + 1, dtype=np.int64)
        heads = np.empty(rows, dtype=np.uint64)
        ints, reals = np.empty((rows, 9), dtype=np.int64), np.empty((rows, 5))
        row, pair, late = 0, 0, 0
        for number in parts:
            flows = self._part(number)
            order = np.empty(len(flows), dtype=np.int32)
            begins = starts[pair:]
            count = group(flows, self._bits, order, begins, heads[pair:])
            late += gather(flows, begins, count, order, times[row:], ints[pair:], reals[pair:])
            begins[: count + 1] += row
            row, pair = row + len(flows), pair + count
        sources, destinations = heads[:pair] >> _HALF, heads[:pair] & _LOW
        starts = starts[: pair + 1]
        moments = np.empty(rows)
        moments = moments if spread_seconds(times, starts, moments) else times
        found = Pairs(sources, destinations, starts, times, moments, *ints[:pair].T, *reals[:pair].T)
        return found, late

    def _part(self, number: int) -> np.ndarray:
        pieces = [
            chunk[bounds[number] : bounds[number + 1]]
            for chunk, bounds in zip(self._chunks, self._bounds, strict=True)
        ]
        return np.concatenate(pieces).view(FLOW).ravel()


def _often(ends: tuple[np.ndarray, np.ndarray], prefix: int, least: float) -> list[int]:
    """Networks of a prefix of 16 bits or more in which so many ends lie: in a /16 lie at least as many."""
    tops = sum(np.bincount((side >> np.uint64(16)).view(np.int64), minlength=1 << 16) for side in ends)
    found: list[int] = []
    for top in np.flatnonzero(tops >= least).tolist():
        here = [side[side >> np.uint64(16) == top] & np.uint64(0xFFFF) for side in ends]
        low = np.concatenate(here) >> np.uint64(32 - prefix)
        counts = np.bincount(low.view(np.int64))
        found += [(top << (prefix - 16)) | low for low in np.flatnonzero(counts >= least).tolist()]
    return found


def count_distinct(values: np.ndarray) -> int:
    """How many different numbers; by sorting, which takes a tenth of ``np.unique``'s time."""
    ordered = np.sort(values)
    return int((ordered[1:] != ordered[:-1]).sum()) + min(len(ordered), 1)


def _without(keys: np.ndarray, private: Networks) -> np.ndarray:
    """The flows that have no private end."""
    from_outside = keys[~private.holds(keys >> _HALF)]
    outer: np.ndarray = from_outside[~private.holds(from_outside & _LOW)]
    return outer


def _keys(sources: np.ndarray, destinations: np.ndarray) -> np.ndarray:
    keys: np.ndarray = (sources.astype(np.uint64) << _HALF) | destinations
    return keys


def _plain(rows: pa.RecordBatch, name: str) -> np.ndarray:
    column = rows.column(name)
    numbers: np.ndarray = (pc.fill_null(column, 0) if column.null_count else column).to_numpy(
        zero_copy_only=False
    )
    return numbers


def _flow_columns(rows: pa.RecordBatch) -> tuple[np.ndarray, ...]:
    """The columns of :data:`FLOW` behind the key, with -1 for unknown numbers of bytes and 0 for other unknowns."""
    return (
        # Copies, for Arrow's own memory is read-only, which is another type to a compiled loop.
        np.array(_plain(rows, "ts")),
        _bytes(rows, "orig_bytes", "orig_pkts"),
        _bytes(rows, "resp_bytes", "resp_pkts"),
        _plain(rows, "duration").astype(np.float32),
        *(np.array(_plain(rows, name)) for name in ("sport", "dport", "proto")),
    )


def _bytes(rows: pa.RecordBatch, size: str, packets: str) -> np.ndarray:
    """Bytes of one side; where only packets are told, their number."""
    column = rows.column(size)
    if column.null_count:
        column = pc.fill_null(pc.coalesce(column, rows.column(packets)), -1)
    numbers: np.ndarray = column.to_numpy(zero_copy_only=False).astype(np.float32)
    return numbers
