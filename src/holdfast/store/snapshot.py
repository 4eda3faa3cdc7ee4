"""One source at one date on disk: Parquet tables, the raw bytes, and a manifest. Written once, never changed.

::

    snapshots/us_ofac_sdn/3f2a9c0d1e4b5a67/
        manifest.json      what it is: published, counts, SHA-256 of each raw file
        parties.parquet  indicators.parquet  attributions.parquet
        statements.parquet …  four tables of vulnerability data, where the source has such
        raw/sdn.csv.zst    the very bytes, compressed, so that any decision can be replayed

A snapshot is written in a folder beside it and renamed into place, so that it is there whole or not at all. Arrow is
loaded with the first table: it takes 0.1 s and 35 MB, which a process that screens by the index of an edition saves.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from holdfast.model.attribution import Attribution
from holdfast.model.errors import StoreError
from holdfast.model.indicator import Indicator
from holdfast.model.origin import Origin
from holdfast.store.identity import snapshot_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa

    from holdfast.model.party import Party
    from holdfast.model.publication import Publication
    from holdfast.model.vulnerability import VulnerabilityData

FORMAT = 1
"""Version of the layout; another one is refused rather than misread."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot is."""

    source: str
    id: str
    published: str
    published_by: str
    origin: str
    records: int
    parties: int
    unread: int
    remarks: int
    leftovers: int
    files: dict[str, str]
    """SHA-256 of the raw bytes, by name."""
    accepted: list[str]
    """What was wrong with it and stored all the same, on the user's word."""
    entries: int = 0
    """Statements, catalogue entries and scores about vulnerabilities."""
    format: int = FORMAT

    @property
    def is_list(self) -> bool:
        """Whether it holds parties, indicators or edges, rather than vulnerability data alone."""
        return bool(self.parties or not self.entries)

    @property
    def size(self) -> int:
        """Parties of a list, entries of a source of vulnerability data."""
        return self.parties or self.entries

    @property
    def sha256(self) -> str:
        """Of the main file, the first of the publication."""
        return next(iter(self.files.values()), "")


class Snapshot:
    """A snapshot on disk; tables are read when they are first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.manifest = _read_manifest(folder)

    @cached_property
    def parties(self) -> pa.Table:
        """Columns of :data:`~holdfast.store.columns.PARTIES`."""
        return self._table("parties")

    @cached_property
    def positions(self) -> dict[str, int]:
        """Row of each party, by id, in the order of the publication."""
        return {str(party_id): row for row, party_id in enumerate(self.parties["id"].to_pylist())}

    def party(self, party_id: str) -> Party:
        """One party; :class:`KeyError` when it is not here."""
        from holdfast.store.columns import party_of

        row = self.parties.slice(self.positions[party_id], 1)
        return party_of(row.to_pylist()[0])

    def all_parties(self) -> Iterator[Party]:
        """Every party, in the order of the publication."""
        from holdfast.store.columns import party_of

        for batch in self.parties.to_batches(max_chunksize=1024):
            for row in batch.to_pylist():
                yield party_of(row)

    def indicators(self) -> Iterator[Indicator]:
        """Every indicator."""
        return (Indicator(**row) for row in self._table("indicators").to_pylist())

    def attributions(self) -> Iterator[Attribution]:
        """Every edge."""
        return (Attribution(**row) for row in self._table("attributions").to_pylist())

    def vulnerabilities(self, wanted: Callable[[str, str], bool] | None = None) -> VulnerabilityData:
        """Vulnerability data, without statements on a vendor and product that is not ``wanted``."""
        from holdfast.store.vulnerability_columns import TABLES, vulnerability_data

        data = vulnerability_data({name: self._table(name) for name in TABLES}, wanted)
        data.published = {self.manifest.source: self.manifest.published[:10]}
        return data

    def _table(self, name: str) -> pa.Table:
        import pyarrow.parquet as pq

        path = self._folder / f"{name}.parquet"
        try:
            return pq.read_table(path)
        except (OSError, ValueError) as error:  # Arrow's errors are both
            raise StoreError(
                "is damaged or missing",
                origin=Origin(str(path)),
                why=str(error),
                advice="Run holdfast update again; the raw bytes lie beside it",
            ) from error


def write_snapshot(root: Path, publication: Publication) -> Snapshot:
    """The publication as a snapshot below ``root``; one that is already there is not written again."""
    name = snapshot_id(publication)
    target = root / publication.source / name
    if (target / "manifest.json").exists():
        return Snapshot(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(mkdtemp(prefix=f".draft-{name}-", dir=target.parent))
    try:
        _write_tables(draft, publication)
        _write_raw(draft, publication)
        _write_manifest(draft, name, publication)
        _rename(draft, target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Snapshot(target)


def sweep(root: Path) -> None:
    """Remove what interrupted writers left; only while the store is locked, when no other writer is at work."""
    for draft in root.glob("*/.draft-*"):
        shutil.rmtree(draft, ignore_errors=True)


def _write_tables(folder: Path, publication: Publication) -> None:
    import pyarrow.parquet as pq

    from holdfast.store.columns import attribution_table, indicator_table, party_table
    from holdfast.store.vulnerability_columns import vulnerability_tables

    tables = {
        "parties": party_table(publication.parties),
        "indicators": indicator_table(publication.indicators),
        "attributions": attribution_table(publication.attributions),
    }
    if publication.vulnerabilities.entries:
        tables |= vulnerability_tables(publication.vulnerabilities)
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd")


def _write_raw(folder: Path, publication: Publication) -> None:
    import zstandard

    (folder / "raw").mkdir()
    for file in publication.files:
        packed = zstandard.ZstdCompressor(level=6).compress(file.content)
        (folder / "raw" / f"{file.name}.zst").write_bytes(packed)


def _write_manifest(folder: Path, name: str, publication: Publication) -> None:
    manifest = Manifest(
        source=publication.source,
        id=name,
        published=publication.published,
        published_by=publication.published_by,
        origin=publication.origin,
        records=publication.records,
        parties=len(publication.parties),
        unread=publication.unread,
        remarks=publication.remarks,
        leftovers=sum(len(party.leftovers) for party in publication.parties),
        files={file.name: file.sha256 for file in publication.files},
        accepted=list(publication.accepted),
        entries=publication.vulnerabilities.entries,
    )
    with (folder / "manifest.json").open("w", encoding="utf-8") as stream:
        json.dump(asdict(manifest), stream, indent=1, ensure_ascii=False)
        stream.flush()
        os.fsync(stream.fileno())


def _rename(draft: Path, target: Path) -> None:
    try:
        draft.rename(target)
    except OSError:
        # Another process wrote the same content first, which is as good.
        if not (target / "manifest.json").exists():
            raise


def _read_manifest(folder: Path) -> Manifest:
    path = folder / "manifest.json"
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        manifest = Manifest(**content)
    except (OSError, ValueError, TypeError) as error:
        raise StoreError(
            "is no snapshot", origin=Origin(str(folder)), why=str(error), advice="Run holdfast update again"
        ) from error
    if manifest.format != FORMAT:
        raise StoreError(
            f"has layout {manifest.format}, this version reads {FORMAT}",
            origin=Origin(str(folder)),
            advice="Use the version of Holdfast that wrote it, or update again from the raw files",
        )
    return manifest
