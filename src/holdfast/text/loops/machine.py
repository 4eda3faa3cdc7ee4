"""Loads object code with LLVM's linker (llvmlite), which takes half of the memory and time of numba."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import TYPE_CHECKING, Any

from llvmlite import binding as llvm

if TYPE_CHECKING:
    from collections.abc import Callable

REFUSED = b""
"""Kept of a loop that cannot be kept, which nobody shall try again."""
_RETURNS = {"n": None, "d": ctypes.c_double, "q": ctypes.c_int64, "?": ctypes.c_bool}


def processor() -> tuple[str, str]:
    """The processor of this machine and its features."""
    return llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()


def target() -> Any:
    """What makes code for the processor of this machine."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.Target.from_default_triple().create_target_machine(*processor(), opt=3, jit=True)


@cache
def _engine() -> Any:
    """It owns the code that it loads, for as long as the process lives."""
    return llvm.create_mcjit_compiler(llvm.parse_assembly(""), target())


def load(content: bytes) -> Callable[..., Any]:
    """The function of a row that :func:`holdfast.text.loops.compiler.compile_loop` has made.

    It keeps the interpreter's lock, as loops write into room that callers share between calls.
    """
    returns, name, code = content.split(b" ", 2)
    _engine().add_object_file(llvm.ObjectFileRef.from_data(code))
    _engine().finalize_object()
    kind = ctypes.PYFUNCTYPE(_RETURNS[returns.decode()], ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p)
    return kind(_engine().get_function_address(name.decode()))
