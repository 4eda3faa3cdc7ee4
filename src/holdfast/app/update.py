"""Update: read lists and vulnerability data, refuse what is not what it claims to be, make the rest the current edition."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from holdfast.app.outcome import Outcome
from holdfast.model.errors import HoldfastError, SourceError, UsageError
from holdfast.model.origin import Origin
from holdfast.model.publication import Publication, PublishedFile
from holdfast.model.status import Problem, Problems, RunStatus
from holdfast.sources.dossier import read_dossier
from holdfast.sources.feeds import FEEDS, Feed, read_feed
from holdfast.sources.gather import gather
from holdfast.sources.lists import LISTS
from holdfast.store.editions import Editions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from holdfast.app.settings import Settings
    from holdfast.model.progress import Progress
    from holdfast.sources.gather import Gathered
    from holdfast.sources.interface import ListFormat
    from holdfast.store.editions import Edition
    from holdfast.store.snapshot import Manifest, Snapshot

_SHRINKAGE = 0.8
"""A source with fewer than this share of what it had is refused until the user says that it is right."""


@dataclass(frozen=True, slots=True)
class UpdateOptions:
    """What to update, and from where."""

    places: Mapping[str, str] = field(default_factory=dict)
    """Path or address by source id; empty for all sources that have a public address."""
    published: str = ""
    """ISO date of publication, where the user knows better than the files."""
    force: bool = False
    """Store a list although companion files are missing or it shrank; the edition says so."""


@dataclass(slots=True)
class _Stored:
    """How one source ended."""

    source: str
    status: RunStatus
    snapshot: Snapshot | None = None
    fresh: bool = False


def update(settings: Settings, options: UpdateOptions, progress: Progress) -> Outcome:
    """Read the sources and commit one edition with all that could be read; a row a source.

    A source that is refused keeps its old snapshot. Raises :class:`UsageError` for an unknown source.
    """
    chosen = _choose(options)
    editions = Editions(settings.home)
    ended: list[_Stored] = []

    def rows() -> Iterator[dict[str, object]]:
        with editions.writing():
            before = editions.current()
            for plug, place in chosen:
                ended.append(_update_one(editions, before, plug, place, options, progress))
            after = _commit(editions, before, [item.snapshot for item in ended if item.snapshot])
        for item in ended:
            yield _row(item, after)

    return Outcome(rows(), lambda: False, lambda: [item.status for item in ended])


def _choose(options: UpdateOptions) -> list[tuple[ListFormat | Feed, str | None]]:
    known: dict[str, ListFormat | Feed] = {**LISTS, **FEEDS}
    unknown = sorted(set(options.places) - set(known))
    if unknown:
        raise UsageError(f"there is no source {unknown[0]!r}", advice=f"Known: {', '.join(known)}")
    if options.published and not re.fullmatch(r"\d{4}-\d\d-\d\d", options.published):
        raise UsageError(f"{options.published!r} is no date", advice="Write it as 2026-08-02")
    if options.places:
        return [(known[source], place) for source, place in options.places.items()]
    return [(plug, None) for plug in known.values() if _has_address(plug)]


def _update_one(
    editions: Editions,
    before: Edition | None,
    plug: ListFormat | Feed,
    place: str | None,
    options: UpdateOptions,
    progress: Progress,
) -> _Stored:
    problems, staged = Problems(), Problems()
    old = _snapshot_of(editions, before, plug.source)
    folder = ""
    try:
        with TemporaryDirectory(prefix="holdfast-update-") as folder:
            publication = _read(plug, place, Path(folder), options, staged, progress)
        problems.extend(_named_as_published(staged.items))
        problems.lost, problems.repaired = staged.lost, staged.repaired
        publication = _refuse_shrinkage(publication, old.manifest if old else None, options)
        progress.start(f"storing {plug.source}", None)
        snapshot = editions.store(publication)
    except HoldfastError as error:
        kept = " The edition in use stays as it is." if old else ""
        says = str(error).replace(f"{folder}/", "") if folder else str(error)
        return _Stored(plug.source, RunStatus.failure("update", plug.source, f"{says}.{kept}"))
    counts = {"records": snapshot.manifest.records, _unit(plug): snapshot.manifest.size}
    status = RunStatus.of("update", plug.source, problems, counts)
    fresh = old is None or old.manifest.id != snapshot.manifest.id
    return _Stored(plug.source, status, snapshot, fresh)


def _named_as_published(items: Iterable[Problem]) -> Iterator[Problem]:
    """The copies that are read lie in a folder of the run, which means nothing to the reader of a message."""
    for problem in items:
        yield replace(problem, origin=replace(problem.origin, file=Path(problem.origin.file).name))


def _has_address(plug: ListFormat | Feed) -> bool:
    return bool(plug.address) if isinstance(plug, Feed) else all(slot.address for slot in plug.slots)


def _unit(plug: ListFormat | Feed) -> str:
    return "entries" if isinstance(plug, Feed) else "parties"


def _read(
    plug: ListFormat | Feed,
    place: str | None,
    folder: Path,
    options: UpdateOptions,
    problems: Problems,
    progress: Progress,
) -> Publication:
    if not isinstance(plug, Feed):
        return _read_list(plug, place, folder, options, problems, progress)
    publication = read_feed(plug, place, folder, problems, progress)
    if options.published:
        publication = replace(publication, published=options.published, published_by="user")
    return publication


def _read_list(
    plug: ListFormat,
    place: str | None,
    folder: Path,
    options: UpdateOptions,
    problems: Problems,
    progress: Progress,
) -> Publication:
    progress.start(f"reading {plug.source}", None)
    gathered = gather(plug, place, folder, progress)
    accepted = _check_missing(plug, gathered, options)
    reading = plug.read(gathered.files, problems)
    if not reading.parties:
        raise SourceError(
            "holds no party", origin=Origin(gathered.origin), advice="Check that it is the file of this list"
        )
    published, by = _publication_date(reading.published, gathered, options)
    files = tuple(PublishedFile(name, path.read_bytes()) for name, path in gathered.files.items())
    return Publication(
        source=plug.source,
        parties=reading.parties,
        files=files,
        published=published,
        published_by=by,
        records=reading.records,
        unread=reading.unread,
        remarks=reading.remarks,
        accepted=accepted,
        origin=gathered.origin,
    )


def _publication_date(inside: str, gathered: Gathered, options: UpdateOptions) -> tuple[str, str]:
    if options.published:
        return options.published, "user"
    return (inside, "list") if inside else (gathered.published, gathered.published_by)


def _check_missing(plug: ListFormat, gathered: Gathered, options: UpdateOptions) -> tuple[str, ...]:
    missing = gathered.missing
    if not missing:
        return ()
    if plug.slots[0].name in missing:
        raise SourceError(
            f"lacks {' and '.join(missing)}",
            origin=Origin(gathered.origin),
            why=f"{plug.slots[0].name} is the list itself",
            advice="Put all files of the set into one folder",
        )
    if not options.force:
        raise SourceError(
            f"lacks {' and '.join(missing)}",
            origin=Origin(gathered.origin),
            why="without it aliases, addresses or the ends of remarks would be missing in silence",
            advice="Put all files of the set into one folder, or accept the gap with --force",
        )
    return (f"without {', '.join(missing)}",)


def _refuse_shrinkage(new: Publication, old: Manifest | None, options: UpdateOptions) -> Publication:
    if old is None or new.size >= _SHRINKAGE * old.size:
        return new
    unit = "parties" if new.parties else "entries"
    says = f"{new.size:,} {unit} where the edition in use has {old.size:,}"
    if not options.force:
        raise SourceError(
            f"holds {says}",
            origin=Origin(new.origin),
            why="lists rarely shrink by a fifth; the file may be cut or an excerpt",
            advice="Look into it; if it is right, run again with --force",
        )
    return replace(new, accepted=(*new.accepted, says))


def _snapshot_of(editions: Editions, edition: Edition | None, source: str) -> Snapshot | None:
    return editions.snapshot(edition, source) if edition and source in edition.snapshots else None


def _commit(editions: Editions, before: Edition | None, fresh: list[Snapshot]) -> Edition | None:
    """The old edition's snapshots with the new ones in their places, and the dossier of this version."""
    if not fresh:
        return before
    dossier = editions.store(read_dossier())
    snapshots = dict(before.snapshots) if before else {}
    snapshots.update({item.manifest.source: item.manifest.id for item in (*fresh, dossier)})
    return editions.commit(snapshots)


def _row(item: _Stored, edition: Edition | None) -> dict[str, object]:
    name = edition.id if edition else ""
    if item.snapshot is None:
        return {
            "source": item.source,
            "edition": name,
            "published": "",
            "records": 0,
            "sha256": "",
            "status": "refused",
            "reason": item.status.reason,
        }
    manifest = item.snapshot.manifest
    return {
        "source": item.source,
        "edition": name,
        "published": manifest.published,
        "records": manifest.size,
        "sha256": manifest.sha256,
        "status": "updated" if item.fresh else "unchanged",
        "reason": "; ".join(_reasons(item, manifest)),
        "published_by": manifest.published_by,
        "snapshot": manifest.id,
        "rows": manifest.records,
        "unread": manifest.unread,
        "remarks": manifest.remarks,
        "leftovers": manifest.leftovers,
        "files": manifest.files,
    }


def _reasons(item: _Stored, manifest: Manifest) -> Iterator[str]:
    if item.status.reason:
        yield item.status.reason
    if manifest.published_by == "file":
        yield "published: the files carry no date, that of the file on disk is taken; --published says better"
    if manifest.leftovers:
        # Only OFAC writes remarks that are taken to pieces; elsewhere a leftover is the text of a field.
        among = f" of {manifest.remarks:,}" if manifest.remarks else ""
        yield f"{manifest.leftovers:,}{among} pieces of text understood by no parser, kept as printed"
    yield from manifest.accepted
