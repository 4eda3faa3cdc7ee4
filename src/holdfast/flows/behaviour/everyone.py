"""All pairs of a run in a few columns, for questions about more than one pair.

Who else reaches a destination, which source spreads over many, which connection lasts for hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from holdfast.flows.behaviour.pairs import Pairs

_COLUMNS = (
    "sources",
    "destinations",
    "flows",
    "port",
    "proto",
    "told",
    "answered",
    "longest",
    "first",
    "last",
)
FAMILY = np.uint64(1 << 63)
"""Added to the numbers of IPv6 addresses."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many sources reached a destination, of how many in all."""

    sources: int
    of: int


class Everyone:
    """Fed with the outward pairs of each part; complete after the last."""

    def __init__(self) -> None:
        self._parts: list[dict[str, np.ndarray]] = []
        self._whole: dict[str, np.ndarray] = {}

    def add(self, pairs: Pairs, kept: np.ndarray, *, wide: bool) -> None:
        """Take the pairs of a mask."""
        family = FAMILY if wide else np.uint64(0)
        part = {name: getattr(pairs, name)[kept] for name in _COLUMNS[:-2]}
        part["sources"] = part["sources"] | family
        part["destinations"] = part["destinations"] | family
        part["first"] = pairs.times[pairs.starts[:-1]][kept]
        part["last"] = pairs.times[pairs.starts[1:] - 1][kept]
        self._parts.append(part)

    def __getitem__(self, name: str) -> np.ndarray:
        """A column over all pairs, sorted by destination."""
        if not self._whole:
            whole = {name: np.concatenate([part[name] for part in self._parts]) for name in _COLUMNS}
            order = np.argsort(whole["destinations"], kind="stable")
            self._whole = {name: column[order] for name, column in whole.items()}
            self._parts.clear()
        return self._whole[name]

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self["sources"]) if self._parts or self._whole else 0

    def sources(self) -> int:
        """Number of distinct sources."""
        ordered = np.sort(self["sources"])
        return int((ordered[1:] != ordered[:-1]).sum()) + min(len(ordered), 1)

    def to(self, destination: int) -> slice:
        """Places of the pairs with a destination."""
        first, last = np.searchsorted(
            self["destinations"], [np.uint64(destination), np.uint64(destination + 1)]
        )
        return slice(int(first), int(last))

    def crowds(self, destinations: Iterable[int]) -> dict[int, Crowd]:
        """How many sources reach each of some destinations."""
        if not len(self):
            return {}
        everyone = self.sources()
        found = {}
        for destination in destinations:
            here = self.to(destination)
            found[destination] = Crowd(here.stop - here.start, everyone)
        return found
