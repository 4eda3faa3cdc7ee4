"""What a loop is to those who call it."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from functools import cache, update_wrapper
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any, cast

from holdfast.text.loops import machine, storage
from holdfast.text.loops.arguments import Held, hollow, laid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PLAIN: dict[str, Any] = {"error_model": "numpy", "_nrt": False}
"""A loop that allocates nothing need not count who holds its arrays, which took as long as the loops.

``_nrt`` is an option that numba has and does not document; its counting is no part of a loop then, nor can it allocate.
"""
_PATIENCE = 600
"""Seconds after which a compiler is given up."""
_tellers: list[Callable[[], None]] = []


class Kernel:
    """A loop over arrays and numbers, of its own arguments only: it allocates nothing and raises nothing.

    Arguments are arrays without gaps, numbers, and tuples of them; the result is a number or nothing. What it names is constants
    and other kernels of files like its own.
    """

    def __init__(self, law: Callable[..., Any], **options: Any) -> None:
        self.law = cast("FunctionType", law)
        """The loop as Python."""
        self._options = {**_PLAIN, **options}
        self._functions: dict[str, Callable[..., Any] | None] = {}
        self._dispatcher: Any = None
        update_wrapper(self, law)

    def __call__(self, *arguments: Any) -> Any:
        """What the loop returns, compiled now for arguments of types that it has not met."""
        kind, row = laid(arguments)
        try:
            function = self._functions[kind]
        except KeyError:
            function = self._functions[kind] = self._load(kind, arguments)
        if function is None:
            return self.dispatcher()(*(part.value if isinstance(part, Held) else part for part in arguments))
        return function(row, row, row)

    def _load(self, kind: str, arguments: tuple[Any, ...]) -> Callable[..., Any] | None:
        """The loop as it is kept, compiled now when it is not; nothing where it is left to numba."""
        folder = storage.folder_for(Path(self.law.__code__.co_filename))
        key = self._key(kind)
        maker = blake2b(
            f"{_maker()} {kind}".encode(), digest_size=12
        ).hexdigest()  # a change of the sources writes over it
        path = (folder or Path()) / f"{self.law.__module__}.{self.law.__name__}-{maker}.loop"
        found = storage.find(path, key) if folder else None
        if found is None:
            for tell in _tellers:
                tell()
            if folder:
                self._compile_apart(arguments, path, key)
                found = storage.find(path, key)
        with suppress(RuntimeError):  # LLVM says what is missing
            return machine.load(found) if found else None
        return None

    def _compile_apart(self, arguments: tuple[Any, ...], path: Path, key: bytes) -> None:
        """Have another process compile the loop and keep it; what goes wrong there leaves no file.

        It does not look for modules where the work is done (``-P``), as ``-m`` would by itself.
        """
        import pickle
        import subprocess

        with suppress(OSError, subprocess.SubprocessError):
            subprocess.run(
                [sys.executable, "-P", "-m", "holdfast.text.loops.compiler"],
                input=pickle.dumps((self.law.__module__, self.law.__name__, hollow(arguments), path, key)),
                env={**os.environ, "NUMBA_OPT": "0"},
                capture_output=True,
                check=False,
                timeout=_PATIENCE,
            )

    def _key(self, kind: str) -> bytes:
        """A digest of all that the machine code comes from."""
        digest = blake2b(
            f"{_maker()} {self.law.__module__}.{self.law.__name__} {kind}".encode(), digest_size=32
        )
        sources = {Path(part.law.__code__.co_filename) for part in self._parts()}
        for source in sorted(sources.union(Path(__file__).parent.glob("*.py"))):
            digest.update(source.read_bytes())
        return digest.digest()

    def _parts(self) -> set[Kernel]:
        """The loop and those that it calls."""
        return {self}.union(*(kernel._parts() for kernel in self._called().values()))  # noqa: SLF001 - of its own kind

    def _called(self) -> dict[str, Kernel]:
        known = {name: self.law.__globals__.get(name) for name in self.law.__code__.co_names}
        return {name: value for name, value in known.items() if isinstance(value, Kernel)}

    def dispatcher(self) -> Any:
        """The loop as a function of numba's, those that it calls likewise."""
        if self._dispatcher is None:
            from numba import njit

            called = {name: kernel.dispatcher() for name, kernel in self._called().items()}
            law = FunctionType(self.law.__code__, {**self.law.__globals__, **called}, self.law.__name__)
            self._dispatcher = njit(**self._options)(law)
        return self._dispatcher


def kernel(law: Callable[..., Any]) -> Kernel:
    """Make a loop of a Python function."""
    return Kernel(law)


def inlined(law: Callable[..., Any]) -> Kernel:
    """The same for one that is called a hundred times a word: to hand arrays over costs more than what it does."""
    return Kernel(law, inline="always")


@contextmanager
def tells_of_compiling(tell: Callable[[], None]) -> Iterator[None]:
    """Call ``tell`` when the first loop is compiled meanwhile, which takes seconds, and not at all when none is."""
    once = cache(tell)
    _tellers.append(once)
    try:
        yield
    finally:
        _tellers.remove(once)


@cache
def _maker() -> str:
    """What makes machine code here, and for what: the interpreter, the libraries, the processor."""
    versions = [version(package) for package in ("numpy", "numba", "llvmlite")]
    return repr((sys.version, versions, machine.processor()))
