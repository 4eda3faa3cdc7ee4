"""A watchlist that lives in memory: for the dossier of the package, and for tests."""

from __future__ import annotations

from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING

from holdfast.model.publication import Publication
from holdfast.model.vulnerability import VulnerabilityData
from holdfast.store.identity import edition_id, snapshot_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from holdfast.model.attribution import Attribution
    from holdfast.model.indicator import Indicator
    from holdfast.model.party import Party


class MemoryWatchlist:
    """Some publications as one edition; the id is what it would be on disk."""

    def __init__(self, publications: Iterable[Publication], folder: Path | None = None) -> None:
        """``folder`` is where :meth:`derived` points; without one, a folder of the system's temporary directory."""
        self._publications = sorted(publications, key=lambda publication: publication.source)
        self._edition = edition_id({p.source: snapshot_id(p) for p in self._publications})
        self._folder = folder or Path(gettempdir()) / "holdfast-derived"
        self._parties = {
            party.id: party for publication in self._publications for party in publication.parties
        }

    @classmethod
    def of(
        cls,
        parties: Iterable[Party],
        indicators: Iterable[Indicator] = (),
        attributions: Iterable[Attribution] = (),
        folder: Path | None = None,
    ) -> MemoryWatchlist:
        """A watchlist of loose parts; parties go to the source that their ids name, the rest to ``dossier``."""
        by_source: dict[str, list[Party]] = {}
        for party in parties:
            by_source.setdefault(party.source, []).append(party)
        traces, edges = tuple(indicators), tuple(attributions)
        if traces or edges:
            by_source.setdefault("dossier", [])
        return cls(
            (
                Publication(
                    source,
                    tuple(of_source),
                    indicators=traces if source == "dossier" else (),
                    attributions=edges if source == "dossier" else (),
                )
                for source, of_source in by_source.items()
            ),
            folder,
        )

    @property
    def edition(self) -> str:
        """Content hash that names the edition."""
        return self._edition

    @property
    def published(self) -> str:
        """ISO date of the newest source in it."""
        return max((publication.published[:10] for publication in self._publications), default="")

    @property
    def sources(self) -> tuple[str, ...]:
        """Source ids, sorted."""
        return tuple(publication.source for publication in self._publications)

    def parties(self) -> Iterator[Party]:
        """Every party, in the order of source and id as published."""
        return iter(self._parties.values())

    def party(self, party_id: str) -> Party:
        """The party with that id; :class:`KeyError` when there is none."""
        return self._parties[party_id]

    def indicators(self) -> Iterator[Indicator]:
        """Technical traces of watched actors."""
        return (indicator for publication in self._publications for indicator in publication.indicators)

    def attributions(self) -> Iterator[Attribution]:
        """Edges of the attribution graph."""
        return (edge for publication in self._publications for edge in publication.attributions)

    def vulnerabilities(self, wanted: Callable[[str, str], bool] | None = None) -> VulnerabilityData:
        """What the sources say of vulnerabilities, without statements on products that are not ``wanted``."""
        data = VulnerabilityData()
        for publication in self._publications:
            if publication.vulnerabilities.entries:
                data.add(publication.vulnerabilities)
                data.published[publication.source] = publication.published[:10]
        data.statements = [
            item for item in data.statements if wanted is None or wanted(item.vendor, item.product)
        ]
        data.keep_newest()
        return data

    def derived(self, name: str) -> Path:
        """A folder for what is computed from this edition alone."""
        return self._folder / self._edition / name
