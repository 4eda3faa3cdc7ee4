"""Which editions there are, and what changed between two of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.app.outcome import Outcome
from holdfast.app.watchlist import open_watchlist
from holdfast.store.delta import compare_editions
from holdfast.store.editions import Editions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.app.settings import Settings
    from holdfast.store.editions import Edition


def list_editions(settings: Settings) -> Outcome:
    """A row an edition, the oldest first; before the first update, the dossier of the package."""
    editions = Editions(settings.home)
    current = editions.current()
    return Outcome(_rows(settings, editions, current), lambda: False, tuple)


def _rows(settings: Settings, editions: Editions, current: Edition | None) -> Iterator[dict[str, object]]:
    if current is None:
        packaged = open_watchlist(settings)
        yield {
            "edition": packaged.edition,
            "sources": list(packaged.sources),
            "published": packaged.published,
            "parties": sum(1 for _ in packaged.parties()),
            "current": True,
            "lists": {},
        }
    for edition in editions.all():
        manifests = [editions.snapshot(edition, source).manifest for source in edition.snapshots]
        yield {
            "edition": edition.id,
            "sources": [manifest.source for manifest in manifests],
            "published": max(manifest.published[:10] for manifest in manifests if manifest.is_list),
            "parties": sum(manifest.parties for manifest in manifests),
            "current": current is not None and edition.id == current.id,
            "lists": {
                manifest.source: {
                    "published": manifest.published,
                    "parties": manifest.parties,
                    "entries": manifest.entries,
                    "snapshot": manifest.id,
                    "sha256": manifest.sha256,
                    "accepted": manifest.accepted,
                }
                for manifest in manifests
            },
        }


def delta(settings: Settings, old: str, new: str) -> Outcome:
    """A row a party that was added, removed or changed between two editions."""
    before, after = open_watchlist(settings, old), open_watchlist(settings, new)
    count = 0

    def rows() -> Iterator[dict[str, object]]:
        nonlocal count
        for change in compare_editions(before, after):
            count += 1
            yield change.to_dict()

    return Outcome(rows(), lambda: count > 0, tuple)
