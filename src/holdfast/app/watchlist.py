"""Which watchlist a run reads: the current edition, an older one, some of its lists, or the dossier of the package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.model.errors import EditionNotFoundError, UsageError
from holdfast.sources.dossier import SOURCE, read_dossier
from holdfast.store.editions import Editions
from holdfast.store.memory import MemoryWatchlist
from holdfast.store.watchlist import StoredWatchlist

if TYPE_CHECKING:
    from collections.abc import Iterable

    from holdfast.app.settings import Settings
    from holdfast.model.watchlist import Watchlist


def open_watchlist(
    settings: Settings, edition: str | None = None, lists: Iterable[str] | None = None
) -> Watchlist:
    """The edition with that id or unique prefix, else the current one, else the dossier of the package.

    ``lists`` narrows it to some sources, as does an edition that was narrowed before (``8c1f0e…@us_ofac_sdn``). Raises
    :class:`~holdfast.model.errors.EditionNotFoundError` when there is no such edition,
    :class:`~holdfast.model.errors.UsageError` when it has no such list.
    """
    wanted, _, narrowed = (edition or "").partition("@")
    chosen = list(lists) if lists else narrowed.split("+") if narrowed else None
    editions = Editions(settings.home)
    try:
        found = editions.find(wanted) if wanted else editions.current()
    except EditionNotFoundError:
        packaged = _packaged(settings)
        if not packaged.edition.startswith(wanted):
            raise
        found = None
    if found is None:
        _check_lists(chosen, (SOURCE,))
        return _packaged(settings)
    _check_lists(chosen, editions.lists(found))
    return StoredWatchlist(editions, found, chosen)


def _packaged(settings: Settings) -> MemoryWatchlist:
    return MemoryWatchlist([read_dossier()], settings.home / "derived")


def _check_lists(chosen: Iterable[str] | None, present: Iterable[str]) -> None:
    for name in chosen or ():
        if name not in present:
            raise UsageError(
                f"the edition has no list {name!r}",
                why=f"it has {', '.join(present)}",
                advice=f"Add it with holdfast update --from {name}=PATH",
            )
