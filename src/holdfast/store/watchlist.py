"""An edition on disk, as matchers read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from holdfast.model.attribution import Attribution
    from holdfast.model.indicator import Indicator
    from holdfast.model.party import Party
    from holdfast.store.editions import Edition, Editions


class StoredWatchlist:
    """Some or all lists of one edition; nothing is read before it is asked for."""

    def __init__(self, editions: Editions, edition: Edition, lists: Iterable[str] | None = None) -> None:
        """``lists`` narrows it; the edition's name then says to what: ``8c1f0e…@us_ofac_sdn``."""
        chosen = sorted(edition.snapshots if lists is None else lists)
        self._editions = editions
        self._snapshots = {source: editions.snapshot(edition, source) for source in chosen}
        narrowed = len(chosen) < len(edition.snapshots)
        self._edition = f"{edition.id}@{'+'.join(chosen)}" if narrowed else edition.id

    @property
    def edition(self) -> str:
        """Content hash that names the edition, and the lists where not all of it is read."""
        return self._edition

    @property
    def published(self) -> str:
        """ISO date of the newest source in it."""
        return max((s.manifest.published[:10] for s in self._snapshots.values()), default="")

    @property
    def sources(self) -> tuple[str, ...]:
        """Source ids, sorted."""
        return tuple(self._snapshots)

    def parties(self) -> Iterator[Party]:
        """Every party, in the order of source and id as published."""
        for snapshot in self._snapshots.values():
            yield from snapshot.all_parties()

    def party(self, party_id: str) -> Party:
        """The party with that id; :class:`KeyError` when there is none."""
        source = party_id.partition(":")[0]
        if source not in self._snapshots:
            raise KeyError(party_id)
        return self._snapshots[source].party(party_id)

    def indicators(self) -> Iterator[Indicator]:
        """Technical traces of watched actors."""
        for snapshot in self._snapshots.values():
            yield from snapshot.indicators()

    def attributions(self) -> Iterator[Attribution]:
        """Edges of the attribution graph."""
        for snapshot in self._snapshots.values():
            yield from snapshot.attributions()

    def derived(self, name: str) -> Path:
        """A folder for what is computed from this edition alone."""
        return self._editions.derived(self._edition, name)
