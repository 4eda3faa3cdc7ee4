"""Loops that are compiled where there is enough to do, and run as Python where there is not."""

from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def compile_loops(plain: Mapping[str, Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
    """These functions, each after those that it calls, compiled by numba; the machine code is cached on disk."""
    import numba

    jit = numba.njit(cache=True, nogil=True)
    known: dict[str, Any] = {}
    for name, function in plain.items():
        assert isinstance(function, FunctionType)
        # Compiled functions must call compiled ones, so each is compiled over the names of those before it.
        names = {**function.__globals__, **known}
        known[name] = jit(FunctionType(function.__code__, names, name))
    return known
