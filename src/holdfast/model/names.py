"""Many names by their number, and their numbers by name, without an object a name.

Names stand as bytes in one array and are found by a sorted column of hashes; both may be memory-mapped. Names that
come later stand beside them as ordinary text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

import numpy as np
import numpy.typing as npt

BASE = 1_099_511_628_211
"""Odd factor of the polynomial hash, modulo 2**64."""
AT_ONCE = 1 << 20
"""Names that are hashed at a time."""
_MASK = (1 << 64) - 1


class NameBook:
    """Names in the order of their numbers."""

    def __init__(
        self, offsets: npt.NDArray[np.int64] | None = None, content: npt.NDArray[np.uint8] | None = None
    ) -> None:
        """``offsets`` say where in ``content`` each name begins, and where the last ends; the names must differ."""
        self.offsets = np.zeros(1, np.int64) if offsets is None else offsets
        self.content = np.zeros(0, np.uint8) if content is None else content
        self._base = self.offsets.size - 1
        self._more: list[str] = []
        self._number: dict[str, int] = {}

    def __len__(self) -> int:
        return self._base + len(self._more)

    def __getitem__(self, number: int) -> str:
        if number >= self._base:
            return self._more[number - self._base]
        first, last = self.offsets[number : number + 2].tolist()
        return self.content[first:last].tobytes().decode()

    def __iter__(self) -> Iterator[str]:
        return map(self.__getitem__, range(len(self)))

    def give(self, name: str) -> int:
        """The number of the name; a new one when it has none."""
        number = self.find(name)
        if number is None:
            number = self._number[name] = len(self)
            self._more.append(name)
        return number

    def find(self, name: str) -> int | None:
        """The number of the name."""
        number = self._number.get(name)
        if number is None and self._base:
            hashes, order = self.index
            value = np.uint64(_hash(name.encode("utf-8", "surrogatepass")))
            place = int(np.searchsorted(hashes, value))
            while place < hashes.size and hashes[place] == value:
                if self[int(order[place])] == name:
                    return int(order[place])
                place += 1
        return number

    @cached_property
    def index(self) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int32]]:
        """The hashes of the first names in order, and whose each is."""
        hashes = np.concatenate(
            [
                _hashes(self.offsets[first : first + AT_ONCE + 1], self.content)
                for first in range(0, self._base, AT_ONCE)
            ]
            or [np.zeros(0, np.uint64)]
        )
        order = np.argsort(hashes, kind="stable").astype(np.int32)
        return hashes[order], order


class Numbers(Mapping[str, int]):
    """A book of names read the other way round."""

    def __init__(self, book: NameBook) -> None:
        self._book = book

    def __getitem__(self, name: str) -> int:
        number = self._book.find(name)
        if number is None:
            raise KeyError(name)
        return number

    def __iter__(self) -> Iterator[str]:
        return iter(self._book)

    def __len__(self) -> int:
        return len(self._book)


def _hash(name: bytes) -> int:
    value, power = 0, 1
    for byte in name:
        value += (byte + 1) * power
        power = power * BASE & _MASK
    return value & _MASK


def _hashes(offsets: npt.NDArray[np.int64], content: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint64]:
    """The same of many names at once."""
    sizes = np.diff(offsets)
    bytes_ = content[offsets[0] : offsets[-1]].astype(np.uint64) + np.uint64(1)
    place = np.arange(bytes_.size) - np.repeat(offsets[:-1] - offsets[0], sizes)
    powers = np.full(int(sizes.max(initial=0)) + 1, BASE, np.uint64)
    powers[0] = 1
    np.multiply.accumulate(powers, out=powers)
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(bytes_ * powers[place], dtype=np.uint64)])
    hashes: npt.NDArray[np.uint64] = sums[offsets[1:] - offsets[0]] - sums[offsets[:-1] - offsets[0]]
    return hashes
