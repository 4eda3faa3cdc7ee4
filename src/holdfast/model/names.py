"""Many names by their number, and their numbers by name, without an object a name.

Names stand as bytes in one array and are found by a sorted column of hashes; both may be memory-mapped. Names that
come later stand beside them as ordinary text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from holdfast.model.kernels import PLAIN, compiled

BASE = 1_099_511_628_211
"""Odd factor of the polynomial hash, modulo 2**64."""
SMALL = 200_000
"""Up to so many names Python is done before a compiler would have been loaded."""
AT_ONCE = 1 << 20
"""Names that are hashed at a time."""
_MASK = (1 << 64) - 1


class Index(NamedTuple):
    """Where names are found by their hashes."""

    hashes: npt.NDArray[np.uint64]
    """In order."""
    order: npt.NDArray[np.int32]
    """The number of the name of each."""
    starts: npt.NDArray[np.int32]
    """Where the hashes with the same first bits begin, by these bits; a power of two of them, and the end."""


class NameBook:
    """Names in the order of their numbers."""

    def __init__(
        self,
        offsets: npt.NDArray[np.int64] | None = None,
        content: npt.NDArray[np.uint8] | None = None,
        index: Index | None = None,
    ) -> None:
        """``offsets`` say where in ``content`` each name begins, and where the last ends; the names must differ.

        ``index`` is :attr:`index`, where it is known already.
        """
        self.offsets = np.zeros(1, np.int64) if offsets is None else offsets
        self.content = np.zeros(0, np.uint8) if content is None else content
        self._base = self.offsets.size - 1
        self._more: list[str] = []
        self._number: dict[str, int] = {}
        if index is not None:
            self.index = index

    def __len__(self) -> int:
        return self._base + len(self._more)

    def __getitem__(self, number: int) -> str:
        if number >= self._base:
            return self._more[number - self._base]
        first, last = self.offsets[number : number + 2].tolist()
        return self.content[first:last].tobytes().decode("utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        return map(self.__getitem__, range(len(self)))

    def give(self, name: str) -> int:
        """The number of the name; a new one when it has none."""
        number = self.find(name)
        if number is None:
            number = self._number[name] = len(self)
            self._more.append(name)
        return number

    def with_more(self, names: Iterable[str]) -> NameBook:
        """Another book with these after the names of this one, which need not have been given; the bytes are shared."""
        book = NameBook(self.offsets, self.content, self.index if self._base else None)
        book._more, book._number = list(self._more), dict(self._number)
        for name in names:
            book.give(name)
        return book

    def flat(self) -> NameBook:
        """The same names, all of them as bytes in one array."""
        if not self._more:
            return self
        texts = [name.encode("utf-8", "surrogatepass") for name in self._more]
        ends = np.cumsum([len(text) for text in texts]) + self.offsets[-1]
        content = np.concatenate([self.content[: self.offsets[-1]], np.frombuffer(b"".join(texts), np.uint8)])
        return NameBook(np.concatenate([self.offsets, ends]), content)

    def find(self, name: str) -> int | None:
        """The number of the name."""
        number = self._number.get(name)
        if number is None and self._base:
            hashes, order, _ = self.index
            value = np.uint64(_hash(name.encode("utf-8", "surrogatepass")))
            place = int(np.searchsorted(hashes, value))
            while place < hashes.size and hashes[place] == value:
                if self[int(order[place])] == name:
                    return int(order[place])
                place += 1
        return number

    def find_all(self, names: Sequence[str]) -> npt.NDArray[np.int32]:
        """The number of each name; -1 where it has none."""
        found = np.full(len(names), -1, np.int32)
        if self._base and names:
            loops = compiled() if self._base > SMALL else PLAIN
            starts, text = _as_bytes(names)
            bits = (self.index.starts.size - 1).bit_length() - 1
            found = loops["look_up"](_hashes(starts, text), *self.index, np.uint64(64 - bits))
            same = loops["compare"](np.maximum(found, 0), self.offsets, self.content, starts, text)
            for asked in np.flatnonzero(~same & (found >= 0)).tolist():
                # The same hash may be another name's.
                number = self.find(names[asked])
                found[asked] = -1 if number is None else number
        for asked, name in enumerate(names) if self._number else ():
            found[asked] = self._number.get(name, found[asked])
        return found

    @cached_property
    def index(self) -> Index:
        """Of the first names, those that stand as bytes."""
        hashes = np.concatenate(
            [
                _hashes(self.offsets[first : first + AT_ONCE + 1], self.content)
                for first in range(0, self._base, AT_ONCE)
            ]
            or [np.zeros(0, np.uint64)]
        )
        order = np.argsort(hashes, kind="stable").astype(np.int32)
        hashes = hashes[order]
        # A handful of names to a start: the rest of a search stays within a line of the cache.
        bits = max(1, hashes.size.bit_length() - 2)
        firsts = np.arange(1 << bits, dtype=np.uint64) << np.uint64(64 - bits)
        starts = np.append(np.searchsorted(hashes, firsts), hashes.size).astype(np.int32)
        return Index(hashes, order, starts)


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


def _as_bytes(names: Sequence[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """Where each name begins and where the last ends, in the bytes of all of them."""
    text = "".join(names)
    sizes: Iterable[int] = map(len, names)
    if not text.isascii():
        sizes = (len(name.encode("utf-8", "surrogatepass")) for name in names)
    offsets = np.zeros(len(names) + 1, np.int64)
    np.cumsum(np.fromiter(sizes, np.int64, len(names)), out=offsets[1:])
    return offsets, np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)


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
