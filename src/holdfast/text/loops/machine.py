"""Loads object code with LLVM's linker (llvmlite), which takes half of the memory and time of numba."""

from __future__ import annotations

import ctypes
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any

from llvmlite import binding as llvm

if TYPE_CHECKING:
    from collections.abc import Callable

REFUSED = b""
"""Kept of a loop that cannot be kept, which nobody shall try again."""
ENTRY = "holdfast_loop"
_RETURNS = {b"n": None, b"d": ctypes.c_double, b"q": ctypes.c_int64, b"?": ctypes.c_bool}


def processor() -> tuple[str, str]:
    """The processor of this machine and its features."""
    return llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()


def target() -> Any:
    """What makes code for the processor of this machine."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.Target.from_default_triple().create_target_machine(*processor(), opt=3, jit=True)


@cache
def _linker() -> Any:
    """It owns the code that it loads, for as long as the process lives."""
    return llvm.create_lljit_compiler(target())


_loaded: list[Any] = []
"""Code is unloaded when nobody holds it."""
_numbers = count()


def load(content: bytes) -> Callable[..., Any]:
    """The function of a row that :func:`holdfast.text.loops.compiler.compile_loop` has made.

    It keeps the interpreter's lock, as loops write into room that callers share between calls. Raises ``RuntimeError`` where the
    code needs something that this process has not.
    """
    library = llvm.JITLibraryBuilder().add_object_img(content[1:]).add_current_process().export_symbol(ENTRY)
    tracker = library.link(_linker(), f"loop {next(_numbers)}")
    _loaded.append(tracker)
    kind = ctypes.PYFUNCTYPE(_RETURNS[content[:1]], ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p)
    return kind(tracker[ENTRY])
