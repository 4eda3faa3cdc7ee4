"""Screens the parties of a register: a handful, or millions over all cores, going on where a run was stopped."""

from __future__ import annotations

import os
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import orjson

from holdfast.app.ownership.links import LinkFinder
from holdfast.app.screen_parts import in_parts
from holdfast.app.watchlist import open_watchlist

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from holdfast.app.ownership.links import Found, Link
    from holdfast.app.settings import Settings
    from holdfast.model.holding import Holder
    from holdfast.model.progress import Progress
    from holdfast.model.watchlist import Watchlist


class Screened(NamedTuple):
    """What came of the parties of a register."""

    links: list[Link]
    failures: list[tuple[str, str]]
    """Parties that could not be screened, and why."""


class Log:
    """How far a register is screened, line by line in a file, so that a run can go on where another was stopped."""

    def __init__(self, path: Path | None) -> None:
        """``path`` is where it stands; without one nothing is kept."""
        self._path = path

    def read(self) -> tuple[int, list[Found]]:
        """Parties that are done, and what came of them; the line on which a run was stopped is taken away."""
        done, whole = 0, 0
        parts: list[Found] = []
        if self._path is None or not self._path.exists():
            return done, parts
        for line in self._path.read_bytes().splitlines(keepends=True):
            try:
                count, links, failures = orjson.loads(line)
            except ValueError:
                break
            done, whole = done + count, whole + len(line)
            parts.append(([tuple(link) for link in links], [tuple(failure) for failure in failures]))
        os.truncate(self._path, whole)
        return done, parts

    def add(self, count: int, found: Found) -> None:
        """So many more are done."""
        if self._path is not None:
            with self._path.open("ab") as file:
                file.write(orjson.dumps([count, *found]) + b"\n")


def screen_holders(
    holders: Iterable[Holder],
    watchlist: Watchlist,
    settings: Settings,
    progress: Progress,
    jobs: int = 0,
    log: Log | None = None,
) -> Screened:
    """Every link, in the order of the parties. ``jobs`` are processes for many, 0 for as many as there are cores."""
    log = log or Log(None)
    done, parts = log.read()
    progress.advance(done)
    rest = islice(holders, done, None)
    finder = LinkFinder(watchlist)
    opening = (_open, (settings, watchlist.edition))
    for part, found in in_parts(rest, finder.find, _find, opening, jobs, _ADVICE):
        progress.advance(len(part))
        log.add(len(part), found)
        parts.append(found)
    links = [finder.link(row) for rows, _ in parts for row in rows]
    return Screened(links, [failure for _, failures in parts for failure in failures])


_ADVICE = "Run it again with fewer --jobs; a register that is kept goes on where it stopped"
_finder: list[LinkFinder] = []
"""Of this process: set once when it starts, since a pool hands its functions nothing else."""


def _open(settings: Settings, edition: str) -> None:
    _finder[:] = [LinkFinder(open_watchlist(settings, edition))]


def _find(holders: list[Holder]) -> Found:
    return _finder[0].find(holders)
