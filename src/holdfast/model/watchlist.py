"""What matchers read: one edition of the watchlist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from holdfast.model.attribution import Attribution
    from holdfast.model.indicator import Indicator
    from holdfast.model.party import Party
    from holdfast.model.vulnerability import VulnerabilityData


class Watchlist(Protocol):
    """An immutable edition: the parties, indicators and attributions of some sources at some date.

    Everything derived from an edition is a function of :attr:`edition`, so it can be kept in :meth:`derived` and
    used again by the next process.
    """

    @property
    def edition(self) -> str:
        """Content hash that names the edition."""

    @property
    def published(self) -> str:
        """ISO date of the newest source in it."""

    @property
    def sources(self) -> tuple[str, ...]:
        """Source ids, sorted."""

    def parties(self) -> Iterator[Party]:
        """Every party, in the order of source and id as published."""

    def party(self, party_id: str) -> Party:
        """The party with that id; :class:`KeyError` when there is none."""

    def indicators(self) -> Iterator[Indicator]:
        """Technical traces of watched actors."""

    def attributions(self) -> Iterator[Attribution]:
        """Edges of the attribution graph."""

    def vulnerabilities(self, wanted: Callable[[str, str], bool] | None = None) -> VulnerabilityData:
        """What the edition's sources say of vulnerabilities, also when it is narrowed to some lists of parties.

        ``wanted`` is asked once for each vendor and product; statements on others are left out.
        """

    def derived(self, name: str) -> Path:
        """A folder for what is computed from this edition alone, such as a screening index.

        It may not exist yet. Who writes it writes beside it and renames, so that a reader sees all of it or nothing.
        """
