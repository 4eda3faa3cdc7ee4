"""Who may have given stakes away for show: listed parties and those caught through them, and what they gave away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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


class Sellers(Mapping[int, list[int]]):
    """Entity -> suspects that gave something away of it; pairs become lists when somebody asks."""

    def __init__(self) -> None:
        self._pairs: list[tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]] = []
        self._lists: dict[int, list[int]] = {}

    def note(self, entities: npt.NDArray[np.int32], sellers: npt.NDArray[np.int32]) -> None:
        """That each of these sellers gave away of the entity at the same place."""
        if entities.size:
            self._pairs.append((entities, sellers))

    def drop(self, entity: int, seller: int) -> None:
        """That the seller gave nothing away of the entity."""
        sellers = self._table.get(entity, [])
        if seller in sellers:
            sellers.remove(seller)
        if not sellers:
            self._lists.pop(entity, None)

    def of(self, entities: set[int]) -> dict[int, list[int]]:
        """Those of these entities."""
        found = {entity: list(self._lists[entity]) for entity in entities & self._lists.keys()}
        asked = np.fromiter(entities, np.int32, len(entities))
        for gone, sellers in self._pairs:
            here = np.isin(gone, asked)
            for entity, seller in zip(gone[here].tolist(), sellers[here].tolist(), strict=True):
                found.setdefault(entity, []).append(seller)
        return {entity: sorted(set(sellers)) for entity, sellers in found.items()}

    def copy(self) -> Sellers:
        """As it stands."""
        other = Sellers()
        other._pairs = list(self._pairs)
        other._lists = {entity: list(sellers) for entity, sellers in self._lists.items()}
        return other

    def __getitem__(self, entity: int) -> list[int]:
        return self._table[entity]

    def __iter__(self) -> Iterator[int]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)

    @property
    def _table(self) -> dict[int, list[int]]:
        pairs, self._pairs = self._pairs, []
        for entities, sellers in pairs:
            for entity, seller in zip(entities.tolist(), sellers.tolist(), strict=True):
                known = self._lists.setdefault(entity, [])
                if seller not in known:
                    known.append(seller)
        return self._lists
