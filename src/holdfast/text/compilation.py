"""Tells when loops are compiled, which takes seconds, and not only loaded as they were compiled before."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from numba.core import event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class _Teller(event.Listener):
    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell = tell
        self._told = False

    def on_start(self, event: event.Event) -> None:  # noqa: ARG002 - numba gives it
        if not self._told:
            self._told = True
            self._tell()

    def on_end(self, event: event.Event) -> None:
        """Nothing: the work that needed the loop tells that it goes on."""


@contextmanager
def tells_of_compiling(tell: Callable[[], None]) -> Iterator[None]:
    """Call ``tell`` when the first loop is compiled meanwhile, and not at all when none is."""
    with event.install_listener("numba:compile", _Teller(tell)):
        yield
