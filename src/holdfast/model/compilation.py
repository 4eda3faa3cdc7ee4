"""Loops that are compiled where there is enough to do, and run as Python where there is not."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def compile_loops(plain: Mapping[str, Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
    """These functions, each after those that it calls, compiled by numba; the machine code is cached on disk.

    Numba's cache asks whether the file of a function is what it was, not those of the functions that it calls. So what is
    cached is named by all of them.
    """
    import numba

    digest = _digest_sources(plain)
    jit = numba.njit(cache=True, nogil=True)
    known: dict[str, Any] = {}
    for name, function in plain.items():
        assert isinstance(function, FunctionType)
        # Compiled functions must call compiled ones, so each is compiled over the names of those before it.
        names = {**function.__globals__, **known}
        copied = FunctionType(function.__code__, names, name)
        copied.__qualname__ = f"{name}_{digest}"
        known[name] = jit(copied)
    return known


def _digest_sources(functions: Mapping[str, Callable[..., Any]]) -> str:
    digest = blake2b(digest_size=6)
    for file in sorted({function.__code__.co_filename for function in functions.values()}):
        digest.update(Path(file).read_bytes())
    return digest.hexdigest()
