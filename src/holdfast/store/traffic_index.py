"""A day's index of traffic on disk: who reached which address and which name, when first, when last, how often.

::

    index/
        files.json              what was indexed: name, size and time of change of each file
        2024-09-02/
            addresses4.arrow    every IPv4 address at either end, sorted: the lower sixteen bits, by the upper ones
            places4.arrow       where the talkers of each address begin
            talkers4.parquet    the other ends of each address, in the same order
            addresses6.arrow  places6.arrow  talkers6.parquet    the same for IPv6, whole addresses
            names.arrow  placesnames.arrow  askers.parquet       the same for names, by their labels from the right

A new advisory is looked up in the sorted column of a day, mapped into memory; what else there is is read only for what
was found. A day's IPv4 addresses take little more than two bytes each, since over a year they are what the disk has to give.
A day's folder is written beside it and renamed into place.
"""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from holdfast.model.errors import InputError, StoreError
from holdfast.model.origin import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KINDS = ("4", "6", "names")
"""Of what a day holds a pair of tables: IPv4 addresses, IPv6 addresses, names."""
TALKERS = ("key", "peer", "turned", "first", "last", "flows")
"""Columns of talkers: the address or name, the other end, whether the other end was called by it, and when."""
GROUP = 1 << 14
"""Talkers that are read at once."""


class TrafficDay:
    """One day of an index, open for look-ups."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.day = folder.name
        self._files: dict[str, pq.ParquetFile] = {}
        # Neighbours are asked for one after another, so the part that was read last serves the next.
        self._read: tuple[str, range] | None = None
        self._part = pa.table({})

    @cached_property
    def addresses(self) -> tuple[np.ndarray, np.ndarray]:
        """Sorted IPv4 addresses: where those of each /16 begin, and the end; and the lower sixteen bits of each."""
        if not self._has("4"):
            return np.zeros(_BLOCKS + 1, dtype=np.int32), np.empty(0, dtype=np.uint16)
        keys = self._keys("4")
        if not pa.types.is_list(keys.type):
            raise _damaged(self.folder / _FILES["4"][0], ValueError("it was written by an older version"))
        return keys.offsets.to_numpy(), keys.values.to_numpy()

    def announce(self) -> None:
        """Tell the system that the addresses will be read, so that it fetches them meanwhile; where it can be told."""
        path = self.folder / _FILES["4"][0]
        if hasattr(os, "posix_fadvise") and path.exists():
            with path.open("rb") as stream:
                os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_WILLNEED)

    @cached_property
    def wide(self) -> pa.Array:
        """Sorted IPv6 addresses as sixteen bytes."""
        return self._keys("6") if self._has("6") else pa.array([], pa.binary(16))

    @cached_property
    def names(self) -> pa.Array:
        """Names with their labels from the right (``com.example.www``), sorted by bytes."""
        return self._keys("names") if self._has("names") else pa.array([], pa.string())

    def talkers(self, kind: str, first: int, last: int) -> pa.Table:
        """The talkers of the keys in some places, with the columns :data:`TALKERS`."""
        starts = self._table(_FILES[kind][2]).column("start").chunk(0)
        begin = int(starts[first].as_py())
        file = self._talkers(kind)
        end = int(starts[last].as_py()) if last < len(starts) else file.metadata.num_rows
        groups = range(begin // GROUP, (end - 1) // GROUP + 1)
        if self._read != (kind, groups):
            self._part = file.read_row_groups(list(groups), use_threads=False)
            self._read = (kind, groups)
        table = self._part
        return table.slice(begin - groups[0] * GROUP, end - begin)

    def everything(self, kind: str) -> pa.Table | None:
        """All talkers of a kind, or nothing where the day has none."""
        return self._talkers(kind).read() if self._has(kind) else None

    def _has(self, kind: str) -> bool:
        return (self.folder / _FILES[kind][0]).exists()

    def _table(self, name: str) -> pa.Table:
        if name not in self._open:
            try:
                with pa.memory_map(str(self.folder / name)) as source:
                    self._open[name] = pa.ipc.open_file(source).read_all()
            except (pa.ArrowException, OSError) as error:
                raise _damaged(self.folder / name, error) from error
        return self._open[name]

    @cached_property
    def _open(self) -> dict[str, pa.Table]:
        return {}

    def _keys(self, kind: str) -> pa.Array:
        return self._table(_FILES[kind][0]).column("key").chunk(0)

    def _talkers(self, kind: str) -> pq.ParquetFile:
        if kind not in self._files:
            try:
                self._files[kind] = pq.ParquetFile(self.folder / _FILES[kind][1], memory_map=True)
            except (pa.ArrowException, OSError) as error:
                raise _damaged(self.folder / _FILES[kind][1], error) from error
        return self._files[kind]


_FILES = {
    "4": ("addresses4.arrow", "talkers4.parquet", "places4.arrow"),
    "6": ("addresses6.arrow", "talkers6.parquet", "places6.arrow"),
    "names": ("names.arrow", "askers.parquet", "placesnames.arrow"),
}
_BLOCKS = 1 << 16


def _damaged(path: Path, error: Exception) -> StoreError:
    return StoreError(
        "the index is damaged",
        origin=Origin(str(path)),
        why=str(error),
        advice="Delete the day's folder and its files from files.json, and index that day again",
    )


class TrafficIndex:
    """All days of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def days(self, since: str = "", until: str = "9999") -> Iterator[TrafficDay]:
        """The days between two ISO dates, both included; :class:`InputError` when the folder is no index."""
        if not (self.folder / "files.json").exists():
            raise InputError(
                "is no index of traffic",
                origin=Origin(str(self.folder)),
                advice="Build one with `holdfast flows LOGS --index FOLDER`",
            )
        for path in sorted(self.folder.iterdir()):
            if path.is_dir() and not path.name.startswith(".") and since <= path.name <= until:
                yield TrafficDay(path)

    def knows(self, file: Path) -> bool:
        """Whether a file, as it is now, has been indexed."""
        return self._seal(file) in self._files()

    def add(self, tables: Mapping[int, Mapping[str, pa.Table]], files: list[Path]) -> None:
        """Join tables of talkers, by day since 1970 and kind, with what is there, and note the files as indexed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for day, kinds in tables.items():
            self._write(datetime.fromtimestamp(day * 86400, UTC).date().isoformat(), kinds)
        listed = self._files() + [self._seal(file) for file in files if file.exists()]
        (self.folder / "files.json").write_text(json.dumps(listed, indent=0), "utf-8")

    def _write(self, day: str, kinds: Mapping[str, pa.Table]) -> None:
        target = self.folder / day
        old = TrafficDay(target)
        temporary = Path(mkdtemp(prefix=".", dir=self.folder))
        for kind in KINDS:
            parts = [table for table in (old.everything(kind), kinds.get(kind)) if table is not None]
            if parts:
                _write_kind(temporary, kind, join_talkers(parts))
        if target.exists():
            shutil.rmtree(target)
        temporary.rename(target)

    def _files(self) -> list[list[object]]:
        path = self.folder / "files.json"
        if not path.exists():
            return []
        try:
            found: list[list[object]] = json.loads(path.read_text("utf-8"))
        except ValueError as error:
            raise _damaged(path, error) from error
        return found

    @staticmethod
    def _seal(file: Path) -> list[object]:
        state = file.stat()
        return [file.name, state.st_size, state.st_mtime_ns]


def join_talkers(parts: list[pa.Table]) -> pa.Table:
    """One row for each key, peer and direction, sorted by key."""
    table = pa.concat_tables(parts)
    if len(parts) > 1:
        found = table.group_by(["key", "peer", "turned"]).aggregate(
            [("first", "min"), ("last", "max"), ("flows", "sum")]
        )
        table = pa.table(
            [found.column(name) for name in ("key", "peer", "turned", "first_min", "last_max", "flows_sum")],
            TALKERS,
        )
    return table.sort_by([("key", "ascending"), ("peer", "ascending")])


def _write_kind(folder: Path, kind: str, talkers: pa.Table) -> None:
    keys = talkers.column("key").combine_chunks()
    changes = (
        np.flatnonzero(
            pc.not_equal(keys.slice(1), keys.slice(0, len(keys) - 1)).to_numpy(zero_copy_only=False)
        )
        + 1
    )
    starts = np.concatenate(([0], changes)).astype(np.int64)
    keys = keys.take(pa.array(starts))
    _write_column(folder / _FILES[kind][0], "key", _by_block(keys.to_numpy()) if kind == "4" else keys)
    _write_column(folder / _FILES[kind][2], "start", pa.array(starts))
    pq.write_table(talkers, folder / _FILES[kind][1], row_group_size=GROUP, compression="zstd")


def _by_block(keys: np.ndarray) -> pa.ListArray:
    """Sorted IPv4 addresses as a list of lower halves for each upper half."""
    begins = np.searchsorted(keys, np.arange(_BLOCKS + 1, dtype=np.uint64) << 16)
    return pa.ListArray.from_arrays(pa.array(begins, pa.int32()), pa.array((keys & 0xFFFF).astype(np.uint16)))


def _write_column(path: Path, name: str, column: pa.Array) -> None:
    table = pa.table({name: column})
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=max(len(table), 1))


AHEAD = 3
"""Days that the system is told of before they are looked through."""


def announced(days: list[TrafficDay]) -> Iterator[TrafficDay]:
    """The days in order, the disk reading some of the next ones meanwhile."""
    for place, day in enumerate(days):
        for later in days[place + AHEAD : place + AHEAD + 1] if place else days[: AHEAD + 1]:
            later.announce()
        yield day
