"""Sets of networks, asked about whole columns of addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from holdfast.flows.address_index import merge
from holdfast.flows.kernels import in_ranges
from holdfast.text.addresses import network

if TYPE_CHECKING:
    from collections.abc import Iterable


class Networks:
    """Some networks, merged where they meet."""

    def __init__(self, texts: Iterable[str]) -> None:
        ranges: dict[int, list[tuple[int, int]]] = {4: [], 6: []}
        for text in texts:
            found = network(text)
            if found is not None:
                ranges[found[0]].append(found[1:])
        narrow = merge(ranges[4])
        self._starts = np.array([first for first, _ in narrow], dtype=np.uint64)
        self._ends = np.array([last for _, last in narrow], dtype=np.uint64)
        self._wide = merge(ranges[6])

    def __contains__(self, packed: bytes) -> bool:
        """Whether an address of four or sixteen bytes lies in one of them."""
        number = int.from_bytes(packed, "big")
        if len(packed) == 4:
            return bool(self.holds(np.array([number], dtype=np.uint64))[0])
        return any(first <= number <= last for first, last in self._wide)

    def holds(self, numbers: np.ndarray) -> np.ndarray:
        """Which IPv4 addresses, given as numbers, lie in one of them."""
        found = np.empty(len(numbers), dtype=bool)
        in_ranges(numbers, self._starts, self._ends, found)
        return found


NOBODY = ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", "::/127", "ff00::/8", "fe80::/10")
"""Destinations that are no single machine elsewhere: this host, this link, groups, reserved (RFC 6890, RFC 4291)."""
