"""Spreads screening over processes; what comes back is in the order of the input.

Each process maps the same index, which the first has laid out, and keeps words of its own that it looked up.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TYPE_CHECKING, TypeVar

from holdfast.app.screen_run import Screening
from holdfast.model.errors import CheckError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from holdfast.app.screen import ScreenRequest
    from holdfast.app.screen_run import Asked, Screened
    from holdfast.app.settings import Settings

Part = TypeVar("Part")
Answer = TypeVar("Answer")
AHEAD = 3
"""Parts for each process that are handed out before the first comes back, so that memory stays bounded."""


def screen_in_processes(
    parts: Iterator[list[Asked]], request: ScreenRequest, settings: Settings, jobs: int
) -> Iterator[tuple[list[Asked], Screened]]:
    """Each part with what came of it, in order."""
    return in_processes(parts, _screen, jobs, _open, (request, settings))


def in_processes(
    parts: Iterator[list[Part]],
    work: Callable[[list[Part]], Answer],
    jobs: int,
    opening: Callable[..., None],
    arguments: tuple[object, ...],
) -> Iterator[tuple[list[Part], Answer]]:
    """Each part with what came of it, in order; each process begins with ``opening``."""
    executor = ProcessPoolExecutor(
        jobs, mp_context=get_context("spawn"), initializer=opening, initargs=arguments
    )
    waiting: deque[tuple[list[Part], Future[Answer]]] = deque()
    try:
        for part in parts:
            waiting.append((part, executor.submit(work, part)))
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


def _screen(part: list[Asked]) -> Screened:
    return _screening[0].screen([asked.query for asked in part])
