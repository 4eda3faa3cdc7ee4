"""Spreads work over processes; what comes back is in the order in which it was handed out."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TYPE_CHECKING, TypeVar

from holdfast.model.errors import CheckError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Item = TypeVar("Item")
Answer = TypeVar("Answer")
AHEAD = 3
"""Parts for each process that are handed out before the first comes back, so that memory stays bounded."""


def in_processes(
    parts: Iterable[list[Item]],
    work: Callable[[list[Item]], Answer],
    opening: tuple[Callable[..., None], tuple[object, ...]],
    jobs: int,
    advice: str,
) -> Iterator[tuple[list[Item], Answer]]:
    """Each part with what came of it, in order; each process begins with the function and the arguments of ``opening``.

    Raises :class:`~holdfast.model.errors.CheckError`, with the advice, when a process ends before its work.
    """
    function, arguments = opening
    executor = ProcessPoolExecutor(
        jobs, mp_context=get_context("spawn"), initializer=function, initargs=arguments
    )
    waiting: deque[tuple[list[Item], Future[Answer]]] = deque()
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
            "a process ended before its work",
            why="it was killed, or ran out of memory",
            advice=advice,
        ) from error
    finally:
        executor.shutdown(cancel_futures=True)
