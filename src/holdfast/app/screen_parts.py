"""Screens parties a part at a time: here, or where there are many over processes; one that breaks costs no other.

Each process maps the same index, which the first has laid out, and keeps words of its own that it looked up.
"""

from __future__ import annotations

import os
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeVar

from holdfast.model.errors import HoldfastError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Item = TypeVar("Item")
Row = TypeVar("Row")
Answer = TypeVar("Answer")
PART = 2048
"""Parties that a process gets at a time."""
MANY = 8 * PART
"""Parties from which on other processes are worth their start."""


def in_parts(
    items: Iterator[Item],
    here: Callable[[list[Item]], Answer],
    there: Callable[[list[Item]], Answer],
    opening: tuple[Callable[..., None], tuple[object, ...]],
    jobs: int,
    advice: str,
) -> Iterator[tuple[list[Item], Answer]]:
    """Each part with what came of it, in order: by ``here``, or by ``there`` in processes that begin with ``opening``.

    ``jobs`` are processes for many, 0 for as many as there are cores; ``advice`` is for when one of them dies.
    """
    first = list(islice(items, MANY))
    parts = _parts(chain(first, items))
    jobs = jobs or os.cpu_count() or 1
    if jobs == 1 or len(first) < MANY:
        return ((part, here(part)) for part in parts)
    from holdfast.app.processes import in_processes

    return in_processes(parts, there, opening, jobs, advice)


def apart(
    screen: Callable[[list[Item]], list[Row]], items: list[Item]
) -> tuple[list[Row], list[tuple[int, str]]]:
    """The rows of all items, and the places of those that could not be screened, with the reason.

    They are screened together, and one by one where that fails.
    """
    try:
        return screen(items), []
    except HoldfastError:
        raise
    except Exception as error:  # noqa: BLE001 - one party that breaks the screener must not cost all others
        if len(items) == 1:
            return [], [(0, f"{type(error).__name__}: {error}")]
    rows: list[Row] = []
    failures: list[tuple[int, str]] = []
    for place, item in enumerate(items):
        own, broken = apart(screen, [item])
        rows += own
        failures += [(place, why) for _, why in broken]
    return rows, failures


def _parts(items: Iterator[Item]) -> Iterator[list[Item]]:
    while part := list(islice(items, PART)):
        yield part
