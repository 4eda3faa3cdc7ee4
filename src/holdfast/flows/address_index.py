"""Which flows touch a listed address or network, exactly, however lists overlap.

Ranges of all lists are merged for the search, which only says that *something* is listed; the few rows that remain are
then asked which indicators cover them, one prefix length after another, so that an address inside a listed block counts
for both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from holdfast.flows.kernels import COARSE, FINE, addresses_in_ranges, wide_addresses_in_ranges
from holdfast.text.addresses import halves, network

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa

    from holdfast.model.indicator import Indicator

_BITS = {4: 32, 6: 128}
_HALF = (1 << 64) - 1
ADDRESS_TYPES = frozenset({"ipv4", "ipv6", "cidr"})


class AddressIndex:
    """Addresses and networks of some indicators; those of other types are passed over."""

    def __init__(self, indicators: Iterable[Indicator]) -> None:
        self._exact: dict[tuple[int, int, int], list[Indicator]] = {}
        ranges: dict[int, list[tuple[int, int]]] = {4: [], 6: []}
        for indicator in indicators:
            if indicator.type not in ADDRESS_TYPES:
                continue
            found = network(indicator.value)
            if found is None:
                continue
            version, first, last = found
            prefix = _BITS[version] - (last - first).bit_length()
            self._exact.setdefault((version, prefix, first), []).append(indicator)
            ranges[version].append((first, last))
        self._prefixes = {
            version: sorted({prefix for their, prefix, _ in self._exact if their == version}, reverse=True)
            for version in (4, 6)
        }
        narrow, wide = merge(ranges[4]), merge(ranges[6])
        self.starts = np.array([first for first, _ in narrow], dtype=np.uint32)
        self.ends = np.array([last for _, last in narrow], dtype=np.uint32)
        blocks = np.arange((1 << 16) + 1, dtype=np.uint64) << 16
        self._narrow = (
            _bitmap(self.starts, self.ends, COARSE),
            _bitmap(self.starts, self.ends, FINE),
            np.searchsorted(self.starts, blocks).astype(np.int32),
            self.starts,
            self.ends,
        )
        self.wide_ranges = (
            *_in_halves([first for first, _ in wide]),
            *_in_halves([last for _, last in wide]),
        )
        self._known: dict[bytes, tuple[Indicator, ...]] = {}

    def __len__(self) -> int:
        """Number of distinct addresses and networks."""
        return len(self._exact)

    def find(self, narrow: np.ndarray) -> np.ndarray:
        """Positions of IPv4 addresses (unsigned 32-bit numbers) that some indicator covers."""
        if not len(self.starts):
            return np.empty(0, dtype=np.int32)
        out = np.empty(len(narrow), dtype=np.int32)
        return out[: addresses_in_ranges(narrow, *self._narrow, out)]

    def find_wide(self, column: pa.Array) -> np.ndarray:
        """Positions in a column of IPv6 bytes that some indicator covers; null covers nothing."""
        start_highs, start_lows, end_highs, end_lows = self.wide_ranges
        if not len(start_highs) or column.null_count == len(column):
            return np.empty(0, dtype=np.int64)
        places = np.flatnonzero(column.is_valid().to_numpy(zero_copy_only=False))
        highs, lows = halves(column.drop_null())
        out = np.empty(len(highs), dtype=np.int64)
        count = wide_addresses_in_ranges(highs, lows, start_highs, start_lows, end_highs, end_lows, out)
        return places[out[:count]]

    def covering(self, packed: bytes) -> tuple[Indicator, ...]:
        """All indicators that cover an address of four or sixteen bytes, the narrowest first."""
        known = self._known.get(packed)
        if known is None:
            version = 4 if len(packed) == 4 else 6
            number = int.from_bytes(packed, "big")
            bits = _BITS[version]
            found: list[Indicator] = []
            for prefix in self._prefixes[version]:
                first = number >> (bits - prefix) << (bits - prefix)
                found += self._exact.get((version, prefix, first), ())
            known = self._known[packed] = tuple(found)
        return known


def merge(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sorted disjoint ranges that cover the same numbers."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def _in_halves(edges: list[int]) -> tuple[np.ndarray, np.ndarray]:
    upper = np.array([edge >> 64 for edge in edges], dtype=np.uint64)
    return upper, np.array([edge & _HALF for edge in edges], dtype=np.uint64)


def _bitmap(starts: np.ndarray, ends: np.ndarray, bits: np.uint32) -> np.ndarray:
    """A bit for each block of so many bits of address that a range touches, 32 in a word."""
    blocks = np.zeros(1 << (32 - int(bits)), dtype=np.uint8)
    for first, last in zip(starts >> bits, ends >> bits, strict=True):
        blocks[int(first) : int(last) + 1] = 1
    return np.packbits(blocks, bitorder="little").view("<u4")
