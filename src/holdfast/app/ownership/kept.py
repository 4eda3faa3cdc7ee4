"""A large register is read once: what was read, and the graph, are kept in the home and mapped from then on.

::

    HOME/derived/registers/KEY/
        inputs.json      the files: size, time of change and SHA-256; the code that read them; how reading them ended
        links-*.json     who of the register is on the watchlist, of the edition asked last
        links-*.part     the same while it is being found
        ...              :mod:`holdfast.records.ownership_layout` and :mod:`holdfast.ownership.layout`

``KEY`` stands for the paths, and how their columns are mapped. A file of the same size and time of change is the same, as long as it had rested when it was
read; otherwise its SHA-256 decides. A register that changed, or that another version of Holdfast read, is read anew.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b, file_digest
from importlib.resources import files
from pathlib import Path
from time import time_ns
from typing import TYPE_CHECKING, Any

import orjson

from holdfast.app.ownership.links import Link
from holdfast.app.ownership.screening import Log
from holdfast.model.origin import Origin
from holdfast.model.status import Problem, RunStatus, State
from holdfast.ownership.layout import open_graph, save_graph
from holdfast.records.ownership_layout import open_ownership, save_ownership

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from importlib.resources.abc import Traversable

    from holdfast.model.watchlist import Watchlist
    from holdfast.ownership.graph import Graph
    from holdfast.records.ownership import Ownership

LARGE = 4 << 20
"""Bytes from which on a register is kept; a smaller one is read as fast as it is mapped."""
RESTED = 2_000_000_000
"""Nanoseconds after its last change from which on a file's time of change tells a later change."""
_READING = ("holdfast.inputs", "holdfast.records", "holdfast.ownership", "holdfast.model")
_SCREENING = ("holdfast.text", "holdfast.screen", "holdfast.app.ownership")
"""Packages whose code decides what is kept."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A register as it was read, and its graph."""

    ownership: Ownership
    graph: Graph
    statuses: list[RunStatus]
    """How reading each file ended."""


class Shelf:
    """The place in the home of what was read of some files."""

    def __init__(self, home: Path, paths: Sequence[Path], mapping: Mapping[str, str] | None = None) -> None:
        """``mapping`` is how the columns of the files are read."""
        self._paths = [path.resolve() for path in paths]
        # The paths as given stand in what was read, so they are part of the key.
        told = "\n".join(map(str, (*self._paths, *paths, *sorted((mapping or {}).items()))))
        key = blake2b(told.encode(), digest_size=12).hexdigest()
        self._folder = home / "derived" / "registers" / key

    @property
    def wanted(self) -> bool:
        """Whether the files are such as are kept."""
        return (
            bool(self._paths)
            and all(path.is_file() for path in self._paths)
            and sum(path.stat().st_size for path in self._paths) >= LARGE
        )

    def take(self) -> Kept | None:
        """What was kept of the files as they are now; nothing when they, or the code, have changed since."""
        try:
            about = orjson.loads((self._folder / "inputs.json").read_bytes())
            if about["code"] != _code() or not self._is_current(about):
                return None
            ownership = open_ownership(self._folder)
            graph = open_graph(self._folder, ownership.holdings)
        except (OSError, EOFError, ValueError, KeyError, TypeError):
            # Whatever is wrong with it, it can be made again.
            return None
        return Kept(ownership, graph, [_status(item) for item in about["statuses"]])

    def put(self, ownership: Ownership, graph: Graph, statuses: Sequence[RunStatus], before: Stamps) -> None:
        """Keep what was read, unless a file changed while it was read, or there is no room."""
        if stamps(self._paths) != before:
            return
        # Keeping is a convenience: a full disk, a home that cannot be written to, or another run that was faster, takes
        # nothing from this one.
        with suppress(OSError):
            self._folder.parent.mkdir(parents=True, exist_ok=True)
            self._write(ownership, graph, statuses, before)

    def _write(
        self, ownership: Ownership, graph: Graph, statuses: Sequence[RunStatus], before: Stamps
    ) -> None:
        working = Path(tempfile.mkdtemp(prefix=f".{self._folder.name}-", dir=self._folder.parent))
        try:
            save_ownership(ownership, working)
            save_graph(graph, working)
            self._note(working, [status.to_dict() for status in statuses], before)
            shutil.rmtree(self._folder, ignore_errors=True)
            working.rename(self._folder)
        finally:
            shutil.rmtree(working, ignore_errors=True)

    def take_links(self, watchlist: Watchlist) -> list[Link] | None:
        """Who of the register is on the watchlist, where that was found before."""
        if not self.wanted:
            return None
        try:
            found = orjson.loads(self._links(watchlist).read_bytes())
            return [
                Link(holder, watchlist.party(party), certain, why) for holder, party, certain, why in found
            ]
        except (OSError, ValueError, LookupError):
            return None

    def put_links(self, watchlist: Watchlist, links: Sequence[Link]) -> None:
        """Keep who of the register is on the watchlist, beside what is kept of the register; of one edition only."""
        if not self._is_kept:
            return
        told = [[link.holder, link.party.id, link.certain, link.why] for link in links]
        with suppress(OSError):
            for old in self._folder.glob("links-*"):
                old.unlink(missing_ok=True)
            self._links(watchlist).write_bytes(orjson.dumps(told))

    def log(self, watchlist: Watchlist) -> Log:
        """How far the register is screened against the edition; nothing is noted of a register that is not kept."""
        return Log(self._links(watchlist).with_suffix(".part") if self._is_kept else None)

    @property
    def _is_kept(self) -> bool:
        """Whether the register is kept, so that something may be kept beside it."""
        return self.wanted and (self._folder / "inputs.json").exists()

    def _links(self, watchlist: Watchlist) -> Path:
        key = f"{watchlist.edition}\n{' '.join(watchlist.sources)}\n{_code(_SCREENING)}"
        return self._folder / f"links-{blake2b(key.encode(), digest_size=12).hexdigest()}.json"

    def stamps(self) -> Stamps:
        """Size and time of change of each file."""
        return stamps(self._paths)

    def _note(self, folder: Path, statuses: list[dict[str, object]], of: Stamps) -> None:
        about = {
            "code": _code(),
            "files": [str(path) for path in self._paths],
            "stamps": of,
            "noted": time_ns(),
            "sha256": [_sha256(path) for path in self._paths],
            "statuses": statuses,
        }
        (folder / "inputs.json").write_bytes(orjson.dumps(about, option=orjson.OPT_INDENT_2))

    def _is_current(self, about: Mapping[str, Any]) -> bool:
        now = stamps(self._paths)
        rested = all(changed + RESTED < about["noted"] for _, changed in about["stamps"])
        if rested and [list(stamp) for stamp in now] == about["stamps"]:
            return True
        if [size for size, _ in now] != [size for size, _ in about["stamps"]]:
            return False
        if [_sha256(path) for path in self._paths] != about["sha256"]:
            return False
        self._note(self._folder, about["statuses"], now)
        return True


Stamps = list[tuple[int, int]]
"""Size and time of change of files."""


def stamps(paths: Sequence[Path]) -> Stamps:
    """Of these files."""
    return [(found.st_size, found.st_mtime_ns) for path in paths for found in [path.stat()]]


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


@cache
def _code(packages: tuple[str, ...] = _READING) -> str:
    """A digest of the files of these packages and of those in them."""
    digest = blake2b(digest_size=12)
    for package in packages:
        for file in _files_in(files(package)):
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _files_in(folder: Traversable) -> Iterator[Traversable]:
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_file():
            yield item
        elif item.name != "__pycache__":
            yield from _files_in(item)


def _status(item: dict[str, Any]) -> RunStatus:
    problems = tuple(
        Problem(found.pop("says"), lost=found.pop("lost"), origin=Origin(**found))
        for found in item["problems"]
    )
    return RunStatus(**item | {"state": State(item["state"]), "problems": problems})
