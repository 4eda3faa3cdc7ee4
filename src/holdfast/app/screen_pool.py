"""Spreads screening over processes; what comes back is in the order of the input.

Each process maps the same index, which the first has laid out, and keeps words of its own that it looked up.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TYPE_CHECKING

from holdfast.app.screen_run import Screening
from holdfast.model.errors import CheckError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.app.screen import ScreenRequest
    from holdfast.app.screen_run import Asked, Screened
    from holdfast.app.settings import Settings
    from holdfast.screen.query import Query

AHEAD = 3
"""Parts for each process that are handed out before the first comes back, so that memory stays bounded."""


def screen_in_processes(
    parts: Iterator[list[Asked]], request: ScreenRequest, settings: Settings, jobs: int
) -> Iterator[tuple[list[Asked], Screened]]:
    """Each part with what came of it, in order."""
    executor = ProcessPoolExecutor(
        jobs, mp_context=get_context("spawn"), initializer=_open, initargs=(request, settings)
    )
    waiting: deque[tuple[list[Asked], Future[Screened]]] = deque()
    try:
        for part in parts:
            waiting.append((part, executor.submit(_screen, [asked.query for asked in part])))
            if len(waiting) >= AHEAD * jobs:
                first, future = waiting.popleft()
                yield first, future.result()
        while waiting:
            first, future = waiting.popleft()
            yield first, future.result()
    except BrokenProcessPool as error:
        raise CheckError(
            "a process that screened parties ended before its work",
            why="it was killed, or ran out of memory",
            advice="Run it again with fewer --jobs; with --resume it goes on where it stopped",
        ) from error
    finally:
        executor.shutdown(cancel_futures=True)


_screening: list[Screening] = []
"""Of this process: set once when it starts, since a pool hands its functions nothing else."""


def _open(request: ScreenRequest, settings: Settings) -> None:
    _screening[:] = [Screening(request, settings)]


def _screen(queries: list[Query]) -> Screened:
    return _screening[0].screen(queries)
