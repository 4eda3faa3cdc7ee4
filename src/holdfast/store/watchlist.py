"""An edition on disk, as matchers read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.model.vulnerability import VulnerabilityData
from holdfast.store.identity import edition_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from holdfast.model.attribution import Attribution
    from holdfast.model.indicator import Indicator
    from holdfast.model.party import Party
    from holdfast.store.editions import Edition, Editions


class StoredWatchlist:
    """Some or all lists of one edition, and its vulnerability data; nothing is read before it is asked for."""

    def __init__(self, editions: Editions, edition: Edition, lists: Iterable[str] | None = None) -> None:
        """``lists`` narrows it; the edition's name then says to what: ``8c1f0e…@us_ofac_sdn``."""
        every = {source: editions.snapshot(edition, source) for source in sorted(edition.snapshots)}
        present = [source for source, snapshot in every.items() if snapshot.manifest.is_list]
        chosen = present if lists is None else sorted(lists)
        self._editions = editions
        self._snapshots = {source: every[source] for source in chosen}
        self._feeds = [snapshot for snapshot in every.values() if snapshot.manifest.entries]
        narrowed = len(chosen) < len(present)
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

    def vulnerabilities(self, wanted: Callable[[str, str], bool] | None = None) -> VulnerabilityData:
        """What the edition's sources say of vulnerabilities, without statements on products that are not ``wanted``."""
        data = VulnerabilityData()
        for snapshot in self._feeds:
            data.add(snapshot.vulnerabilities(wanted))
        data.keep_newest()
        return data

    def derived(self, name: str) -> Path:
        """A folder for what is computed from these lists alone: a new catalogue of CVEs leaves it as it is."""
        lists = edition_id({source: item.manifest.id for source, item in self._snapshots.items()})
        return self._editions.derived(lists, name)
