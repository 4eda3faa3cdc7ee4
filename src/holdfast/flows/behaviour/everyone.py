"""All pairs of a run in a few columns, for questions about more than one pair.

Who else reaches a destination, which source spreads over many, which connection lasts for hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from holdfast.flows.behaviour.pairs import count_distinct

if TYPE_CHECKING:
    from collections.abc import Iterable

    from holdfast.flows.behaviour.pairs import Pairs
    from holdfast.flows.policy import Policy

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


def is_popular(crowd: Crowd, policy: Policy) -> bool:
    """Whether so many sources reach a destination that it is a service which many use."""
    return crowd.sources >= max(policy.beacon["popular_least"], policy.beacon["popular_share"] * crowd.of)


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
        """A column over all pairs."""
        if not self._whole:
            self._whole = {name: np.concatenate([part[name] for part in self._parts]) for name in _COLUMNS}
            self._parts.clear()
        return self._whole[name]

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self["sources"]) if self._parts or self._whole else 0

    def sources(self) -> int:
        """Number of distinct sources."""
        return count_distinct(self["sources"])

    def where(self, wanted: np.ndarray) -> np.ndarray:
        """Places of the pairs of a mask, by destination."""
        places = np.flatnonzero(wanted)
        return places[np.argsort(self["destinations"][places], kind="stable")]

    def to(self, destinations: Iterable[int]) -> dict[int, np.ndarray]:
        """Places of the pairs with each of some destinations."""
        numbers = np.unique(np.array(list(destinations), dtype=np.uint64))
        if not len(self) or not len(numbers):
            return {}
        held = self["destinations"]
        places = self.where(among(held, numbers))
        edges = np.searchsorted(held[places], numbers)
        return dict(zip(numbers.tolist(), np.split(places, edges[1:]), strict=True))

    def crowds(self, destinations: Iterable[int]) -> dict[int, Crowd]:
        """How many sources reach each of some destinations."""
        reached = self.to(destinations)
        everyone = self.sources() if reached else 0
        return {destination: Crowd(len(places), everyone) for destination, places in reached.items()}


def among(values: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Which values are among some others, which are sorted, at least one, and few."""
    near = np.minimum(np.searchsorted(wanted, values), len(wanted) - 1)
    found: np.ndarray = wanted[near] == values
    return found
