"""Editions: which snapshots belong together, which edition is current, and the lock that keeps writers apart.

::

    editions/8c1f0e….json     {"us_ofac_sdn": "3f2a9c…", "dossier": "77b0…"}
    editions/current          8c1f0e…

Every file is written beside its place and renamed, the pointer last: a run that is killed at any moment leaves the
old edition current, or has made the new one so.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast.model.errors import EditionNotFoundError, StoreError
from holdfast.model.origin import Origin
from holdfast.store.identity import edition_id
from holdfast.store.snapshot import Snapshot, sweep, write_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from holdfast.model.publication import Publication

_POINTER = "current"


@dataclass(frozen=True, slots=True)
class Edition:
    """A set of snapshots, one a source."""

    id: str
    snapshots: dict[str, str]
    """Snapshot id by source id."""


class Editions:
    """The editions of one home."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._folder = home / "editions"

    def current(self) -> Edition | None:
        """The edition that runs read, or none before the first update."""
        try:
            name = (self._folder / _POINTER).read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        return self._read(name)

    def find(self, wanted: str) -> Edition:
        """The edition whose id starts so; :class:`EditionNotFoundError` when there is none, or more than one."""
        names = [name for name in self._names() if name.startswith(wanted)]
        if len(names) == 1:
            return self._read(names[0])
        advice = "See holdfast editions" if not names else f"It may be {', '.join(names)}"
        what = f"no edition {wanted!r}" if not names else f"more than one edition starts with {wanted!r}"
        raise EditionNotFoundError(what, origin=Origin(str(self._folder)), advice=advice)

    def all(self) -> list[Edition]:
        """Every edition, the oldest first."""
        return [self._read(name) for name in self._names()]

    def snapshot(self, edition: Edition, source: str) -> Snapshot:
        """The snapshot of one source."""
        return Snapshot(self._home / "snapshots" / source / edition.snapshots[source])

    def lists(self, edition: Edition) -> list[str]:
        """Its sources that hold parties, rather than vulnerability data alone; sorted."""
        return sorted(name for name in edition.snapshots if self.snapshot(edition, name).manifest.is_list)

    def store(self, publication: Publication) -> Snapshot:
        """Write a publication; it is in no edition yet."""
        return write_snapshot(self._home / "snapshots", publication)

    def commit(self, snapshots: Mapping[str, str]) -> Edition:
        """Make these snapshots the current edition; call it under :meth:`writing`."""
        edition = Edition(edition_id(snapshots), dict(sorted(snapshots.items())))
        path = self._folder / f"{edition.id}.json"
        if not path.exists():
            _write(path, json.dumps(edition.snapshots, indent=1))
        _write(self._folder / _POINTER, edition.id)
        return edition

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the store for one writer; :class:`StoreError` when another one has it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / ".lock").open("wb") as lock:
            _lock(lock.fileno(), self._folder)
            sweep(self._home / "snapshots")
            yield

    def derived(self, name: str, part: str) -> Path:
        """A folder for what is computed from an edition alone."""
        return self._home / "derived" / name / part

    def _names(self) -> list[str]:
        paths = sorted(self._folder.glob("*.json"), key=lambda path: (path.stat().st_mtime_ns, path.name))
        return [path.stem for path in paths]

    def _read(self, name: str) -> Edition:
        path = self._folder / f"{name}.json"
        try:
            return Edition(name, json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise StoreError(
                "cannot be read as an edition",
                origin=Origin(str(path)),
                why=str(error),
                advice="Run holdfast update again",
            ) from error


def _write(path: Path, text: str) -> None:
    """The whole text or the old one, even when the machine stops in between."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)


def _lock(descriptor: int, folder: Path) -> None:
    """The operating system lets go of it when the process ends, however it ends."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise StoreError(
            "another update is at work",
            origin=Origin(str(folder)),
            why=str(error),
            advice="Wait for it to end, or give this one another --home",
        ) from error
