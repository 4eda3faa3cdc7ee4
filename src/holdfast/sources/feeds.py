"""The sources of vulnerability data that an edition can hold: one line each in :data:`FEEDS`.

A feed is one file, a folder, a ZIP archive or an address. Its records are told apart by content, as ``--data`` does; what is
of another source is left out with a word, and a feed without any record of its own is refused.
"""

from __future__ import annotations

import io
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from holdfast.inputs.stream import ARCHIVE_ERRORS, open_input, suffix
from holdfast.model.errors import SourceError
from holdfast.model.origin import Origin
from holdfast.model.publication import Publication, PublishedFile
from holdfast.model.status import State
from holdfast.model.vulnerability import VulnerabilityData
from holdfast.sources.gather import LARGEST, copy_bounded, date_of_path, download
from holdfast.sources.vulnerabilities import SUFFIXES, read_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.model.progress import Progress
    from holdfast.model.status import Problems

_DEEPEST_ARCHIVE = 2
"""The CVE programme publishes a ZIP archive in a ZIP archive; nothing lies deeper."""


@dataclass(frozen=True, slots=True)
class Feed:
    """One source of vulnerability data."""

    source: str
    """Source id: ``kev``."""
    title: str
    """For a person: who publishes what."""
    marks: tuple[str, ...] = ()
    """How the sources of its statements begin; empty for a catalogue or scores."""
    address: str = ""
    """Where the whole of it is one file that can be fetched; empty when it has to be chosen and fetched by hand."""

    def own(self, data: VulnerabilityData) -> VulnerabilityData:
        """What of the data is this source's."""
        kept = VulnerabilityData()
        if self.marks:
            kept.statements = [item for item in data.statements if item.source.startswith(self.marks)]
        elif self.source == "kev":
            kept.exploited, kept.catalogue_date = data.exploited, data.catalogue_date
        else:
            kept.likelihood, kept.likelihood_date = data.likelihood, data.likelihood_date
        return kept


FEEDS: dict[str, Feed] = {
    feed.source: feed
    for feed in (
        Feed("cve", "CVE records, format 5, with what CISA attaches", ("vendor: CVE record", "cisa-adp")),
        Feed("nvd", "the National Vulnerability Database", ("nvd",)),
        Feed("csaf", "advisories in CSAF, of any publisher", ("vendor: CSAF", "cisa-csaf")),
        Feed("cvrf", "advisories in CVRF, of any publisher", ("vendor: CVRF",)),
        Feed("openvuln", "Cisco's advisories from its openVuln API", ("vendor: openVuln",)),
        Feed(
            "kev",
            "CISA's catalogue of known exploited vulnerabilities",
            address="https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json",
        ),
        Feed(
            "epss",
            "likelihood of exploitation, by FIRST",
            address="https://epss.empiricalsecurity.com/epss_scores-current.csv.gz",
        ),
    )
}
"""Every source of vulnerability data, by source id."""


def read_feed(
    feed: Feed, place: str | None, folder: Path, problems: Problems, progress: Progress
) -> Publication:
    """The feed at a place, copied into ``folder`` and read from there, so that what is hashed is what is read.

    Raises :class:`SourceError` when it holds nothing of the source.
    """
    copies = _gather(feed, place or feed.address, folder, progress)
    data = VulnerabilityData()
    progress.start(f"reading {feed.source}", len(copies))
    for name, path in copies.items():
        part, status = read_file(path)
        progress.advance()
        if status.state is State.FAILED:
            problems.add(status.reason, Origin(name))
            continue
        problems.extend(status.problems)
        own = feed.own(part)
        if not own.entries:
            problems.add(f"holds nothing of {feed.title}; left out", Origin(name), lost=False)
        data.add(own)
    if not data.entries:
        raise SourceError(
            f"holds nothing of {feed.title}",
            origin=Origin(place or feed.address),
            advice=f"Check that it is what you meant by {feed.source}",
        )
    dated = data.catalogue_date or data.likelihood_date or max(item.date for item in data.statements)
    published, by = (dated, "list") if dated else date_of_path(Path(place or ""))
    return Publication(
        source=feed.source,
        parties=(),
        files=(_pack(feed, copies),),
        published=published,
        published_by=by,
        vulnerabilities=data,
        records=len(copies),
        unread=problems.lost,
        origin=place or feed.address,
    )


def _gather(feed: Feed, place: str, folder: Path, progress: Progress) -> dict[str, Path]:
    """The files by their names below the place, unpacked."""
    if "://" in place:
        target = folder / (PurePosixPath(place).name or feed.source)
        download(place, target, progress)
        return dict(_unpack(target, target.name, folder))
    path = Path(place)
    if place != "-" and not path.exists():
        raise SourceError("no such file or folder", origin=Origin(place), advice="Check the path given")
    if path.is_dir():
        return dict(_walk(path, folder))
    return dict(_unpack(path, f"{feed.source}.json" if place == "-" else path.name, folder))


def _walk(root: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    total = 0
    for path in sorted(root.rglob("*")):
        if path.is_file() and (suffix(path) in SUFFIXES or suffix(path) == ".zip"):
            for name, copy in _unpack(path, path.relative_to(root).as_posix(), folder):
                total = _add(total, copy, str(root))
                yield name, copy


def _unpack(path: Path, name: str, folder: Path, depth: int = 0) -> Iterator[tuple[str, Path]]:
    """A file as a copy without ``.gz`` or ``.zst``; an archive as its members."""
    if suffix(name) == ".zip":
        yield from _unzip(path, name, folder, depth)
        return
    plain = name.removesuffix(".gz").removesuffix(".zst")
    target = folder / "copies" / plain
    target.parent.mkdir(parents=True, exist_ok=True)
    with open_input("-" if str(path) == "-" else path) as stream:
        copy_bounded(stream, name, target)
    yield plain, target


def _unzip(path: Path, name: str, folder: Path, depth: int) -> Iterator[tuple[str, Path]]:
    total = 0
    members = Path(mkdtemp(dir=folder))
    try:
        with zipfile.ZipFile(path) as archive:
            for number, member in enumerate(sorted(archive.infolist(), key=lambda item: item.filename)):
                inner = suffix(member.filename)
                if member.is_dir() or (inner not in SUFFIXES and inner != ".zip"):
                    continue
                if depth == _DEEPEST_ARCHIVE:
                    raise SourceError("is an archive in an archive in an archive", origin=Origin(name))
                # Never under the member's own name, which may lead out of the folder.
                held = members / f"{number}{inner}"
                with archive.open(member) as stream:
                    copy_bounded(stream, f"{name}: {member.filename}", held)
                total = _add(total, held, name)
                if inner == ".zip":
                    yield from _unzip(held, member.filename, members, depth + 1)
                else:
                    yield f"{name}/{member.filename}", held
    except ARCHIVE_ERRORS as error:
        raise SourceError("cannot be unpacked", origin=Origin(name), why=str(error)) from error


def _add(total: int, copy: Path, name: str) -> int:
    total += copy.stat().st_size
    if total > LARGEST:
        raise SourceError(
            f"holds more than {LARGEST:,} bytes",
            origin=Origin(name),
            advice="Give the years or vendors that you need",
        )
    return total


def _pack(feed: Feed, copies: dict[str, Path]) -> PublishedFile:
    """The very bytes: one file as it is, several as one archive that depends on nothing but their names and content."""
    if len(copies) == 1:
        ((name, path),) = copies.items()
        return PublishedFile(PurePosixPath(name).name, path.read_bytes())
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, path in sorted(copies.items()):
            entry = tarfile.TarInfo(name)
            entry.size = path.stat().st_size
            with path.open("rb") as stream:
                archive.addfile(entry, stream)
    return PublishedFile(f"{feed.source}.tar", buffer.getvalue())
