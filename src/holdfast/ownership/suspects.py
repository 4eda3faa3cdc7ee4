"""Who may have given stakes away for show: listed parties and those caught through them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt


class Suspects:
    """A set of parties by number, as a mask."""

    def __init__(self, parties: int) -> None:
        self._mask = np.zeros(parties, np.bool_)

    def __contains__(self, party: object) -> bool:
        return isinstance(party, int) and bool(self._mask[party])

    def add(self, parties: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        """These too; those of them who were none. Each stands in the array once."""
        new = parties[~self._mask[parties]]
        self._mask[new] = True
        return new

    def discard(self, parties: Iterable[int]) -> None:
        """These no more."""
        self._mask[list(parties)] = False
