"""Flows gathered by pair of addresses: every flow of a run in compact columns, and pairs with their times in order.

Rows are dealt into parts by the hash of their pair as they come, and each part is grouped by itself at the end, where
its pairs fit into the processor's cache. 34 bytes a flow stay in memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.flows.behaviour.kernels import group, partition, sort_times, summarise
from holdfast.text.addresses import show_address

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from holdfast.flows.behaviour.networks import Networks

BITS = 7
"""Of the hash that choose a part: 128 parts, of 36,000 pairs each on a carrier's day of a hundred million flows."""
DEALT = 1 << 17
"""Rows that are dealt at once: as many as the processor's cache holds."""
_HALF, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)
_COLUMNS = {
    "ts": np.float64, "sport": np.uint16, "dport": np.uint16, "proto": np.uint8, "sent": np.float32,
    "got": np.float32, "lasted": np.float32,
}  # fmt: skip


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
            for number in range(1 << self._bits):
                found, late = part.pairs(number)
                self.reordered += late
                if found is not None:
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
        sources, destinations = every >> _HALF, every & _LOW
        for prefix, share in shares:
            shift = np.uint64(32 - prefix)
            blocks, counts = np.unique(
                np.concatenate((sources >> shift, destinations >> shift)), return_counts=True
            )
            often = blocks[counts >= share * len(every)]
            peers = {
                int(block): len(
                    np.unique(every[(sources >> shift == block) | (destinations >> shift == block)])
                )
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
        self._chunks: list[dict[str, np.ndarray]] = []
        self._bounds: list[np.ndarray] = []
        self.rows = 0

    def add(self, keys: np.ndarray, rows: pa.RecordBatch) -> None:
        if not len(keys):
            return
        order = np.empty(len(keys), dtype=np.int32)
        bounds = np.empty((1 << self._bits) + 1, dtype=np.int64)
        partition(keys, self._bits, order, bounds[:-1])
        bounds[-1] = len(keys)
        columns = {name: column[order] for name, column in _flow_columns(rows).items()}
        self._chunks.append({"key": keys[order], **columns})
        self._bounds.append(bounds)
        self.rows += len(keys)

    def pair_keys(self) -> Iterator[np.ndarray]:
        """Pairs of all flows, batch after batch."""
        return (chunk["key"] for chunk in self._chunks)

    def pairs(self, number: int) -> tuple[Pairs | None, int]:
        """The pairs of one part, and how many of its flows came out of order."""
        pieces = [
            (chunk, slice(bounds[number], bounds[number + 1]))
            for chunk, bounds in zip(self._chunks, self._bounds, strict=True)
            if bounds[number + 1] > bounds[number]
        ]
        if not pieces:
            return None, 0
        columns = {
            name: np.concatenate([chunk[name][piece] for chunk, piece in pieces])
            for name in ("key", *_COLUMNS)
        }
        keys = columns["key"]
        order = np.empty(len(keys), dtype=np.int32)
        starts = np.empty(len(keys) + 1, dtype=np.int64)
        count = group(keys, self._bits, order, starts)
        starts = starts[: count + 1].copy()
        times = columns["ts"][order]
        late = sort_times(times, starts, count, order)
        ints, reals = np.empty((count, 9), dtype=np.int64), np.empty((count, 5))
        summarise(
            starts,
            count,
            order,
            columns["sport"],
            columns["dport"],
            columns["proto"],
            columns["sent"],
            columns["got"],
            columns["lasted"],
            ints,
            reals,
        )
        heads = keys[order[starts[:-1]]]
        sources, destinations = heads >> _HALF, heads & _LOW
        return Pairs(sources, destinations, starts, times, *ints.T, *reals.T), int(late)


def _without(keys: np.ndarray, private: Networks) -> np.ndarray:
    """The flows that have no private end."""
    outer: np.ndarray = keys[~private.holds(keys >> _HALF) & ~private.holds(keys & _LOW)]
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


def _flow_columns(rows: pa.RecordBatch) -> dict[str, np.ndarray]:
    """The columns that behaviour needs, with -1 for unknown numbers of bytes and 0 for other unknowns."""
    return {
        "ts": _plain(rows, "ts"),
        "sport": _plain(rows, "sport"),
        "dport": _plain(rows, "dport"),
        "proto": _plain(rows, "proto"),
        "sent": _bytes(rows, "orig_bytes", "orig_pkts"),
        "got": _bytes(rows, "resp_bytes", "resp_pkts"),
        "lasted": _plain(rows, "duration").astype(np.float32),
    }


def _bytes(rows: pa.RecordBatch, size: str, packets: str) -> np.ndarray:
    """Bytes of one side; where only packets are told, their number."""
    column = rows.column(size)
    if column.null_count:
        column = pc.fill_null(pc.coalesce(column, rows.column(packets)), -1)
    numbers: np.ndarray = column.to_numpy(zero_copy_only=False).astype(np.float32)
    return numbers
