"""Compiles a loop to machine code that needs nothing of numba; run as a program, in a process that ends with it.

numba compiles the loop under an entry of C types; what it makes of it is optimised as a whole, which takes out all that
would refer to numba's runtime. ``NUMBA_OPT=0`` keeps numba from optimising every part by itself before that.
"""

from __future__ import annotations

import pickle
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
from llvmlite import binding as llvm
from numba import carray, cfunc, typeof, types  # type: ignore[attr-defined]

from holdfast.text.loops import storage
from holdfast.text.loops.machine import ENTRY, REFUSED, load, target

if TYPE_CHECKING:
    from collections.abc import Callable

    from holdfast.text.loops.kernel import Kernel

_ROW = types.CPointer(types.voidptr), types.CPointer(types.int64), types.CPointer(types.float64)
"""The same row three times: as addresses, whole numbers, reals."""
_RELEASE = "define void @NRT_MemInfo_call_dtor(ptr %memory) {\n  ret void\n}"
"""What numba's runtime does when nobody holds the memory of an array any more; arrays of others' memory have none to release."""


def compile_loop(kernel: Kernel, example: tuple[Any, ...]) -> bytes:
    """What is kept of a loop for arguments like those of the example: what it returns, a letter, and the object code.

    :data:`REFUSED` where the code needs what another process may not have.
    """
    loop = kernel.dispatcher()
    loop.compile(tuple(map(typeof, example)))
    returns = loop.nopython_signatures[0].return_type
    letter = {types.none: b"n", types.float64: b"d", types.int64: b"q", types.boolean: b"?"}.get(returns)
    if letter is None:
        return REFUSED
    entry = cfunc((types.void if letter == b"n" else returns)(*_ROW), error_model="numpy")(
        _entry(loop, example)
    )
    module = llvm.parse_assembly(entry.inspect_llvm())
    module.link_in(llvm.parse_assembly(_RELEASE))
    for value in (*module.functions, *module.global_variables):
        if value.name == entry.native_name:
            value.name = ENTRY
        elif not value.is_declaration:
            value.linkage = "internal"
    machine = target()
    builder = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=3))
    for _ in range(2):  # the second run sees that what the first has left returns no error
        builder.getModulePassManager().run(module, builder)
    content = letter + bytes(machine.emit_object(module))
    try:
        load(content)
    except RuntimeError:  # what numba has for its own code is no symbol of the process
        return REFUSED
    return content


def _entry(loop: Any, example: tuple[Any, ...]) -> Callable[..., Any]:
    """A function of a row that makes the arguments again as the loop wants them, and calls it."""
    names: dict[str, Any] = {"loop": loop, "carray": carray}
    place = 0

    def written(value: Any) -> str:
        nonlocal place
        if isinstance(value, tuple):
            kind = f"tuple{len(names)}"
            names[kind] = type(value)
            parts = "".join(f"{written(part)}, " for part in value)
            return f"{kind}({parts})" if hasattr(value, "_fields") else f"({parts})"
        kind, start = f"kind{len(names)}", place
        if isinstance(value, np.ndarray):
            names[kind] = value.dtype.type
            place += 1 + value.ndim
            shape = "".join(f"wholes[{start + 1 + side}], " for side in range(value.ndim))
            return f"carray(places[{start}], ({shape}), {kind})"
        names[kind] = typeof(value)
        place += 1
        return f"{kind}({'reals' if isinstance(value, (float, np.floating)) else 'wholes'}[{start}])"

    call = f"loop({', '.join(map(written, example))})"
    exec(f"def entry(places, wholes, reals):\n    return {call}\n", names)  # noqa: S102 - made of the types alone
    made: Callable[..., Any] = names["entry"]
    return made


def main() -> None:
    """Compile the loop that standard input asks for, and keep it."""
    module, name, example, path, key = pickle.load(sys.stdin.buffer)  # noqa: S301 - of the process that started this one
    storage.keep(compile_loop(getattr(import_module(module), name), example), path, key)


if __name__ == "__main__":
    main()
