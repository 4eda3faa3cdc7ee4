"""How values are handed to machine code: in a row of eight bytes each.

Of an array that is where its numbers lie and its shape; of a tuple all that is in it; of a number itself.
"""

from __future__ import annotations

import ctypes
import struct
from typing import Any, Generic, TypeVar, cast

import numpy as np

_NOTHING = ctypes.c_char * 0
_BITS = (1 << 64) - 1
_WHOLE, _REAL = struct.Struct("Q").pack, struct.Struct("d").pack
_PLACES = [struct.Struct(f"{1 + sides}q").pack for sides in range(4)]
"""By dimensions."""


_Value = TypeVar("_Value", bound=tuple[Any, ...] | np.ndarray[Any, Any])


class Held(Generic[_Value]):
    """An array, or a tuple of arrays, that is handed over again and again, looked at once; what is in the arrays may change."""

    def __init__(self, value: _Value) -> None:
        self.value = value
        self.kind, self.row = laid((value,))


def laid(values: tuple[Any, ...]) -> tuple[str, bytes]:
    """The types of some values, for which a loop is compiled, and the row. Raises ``TypeError`` for an array that no loop takes."""
    kinds: list[str] = []
    row: list[bytes] = []
    _lay(values, kinds, row)
    return "".join(kinds), b"".join(row)


def _lay(values: tuple[Any, ...], kinds: list[str], row: list[bytes]) -> None:
    for value in values:
        if isinstance(value, Held):
            kinds.append(value.kind)
            row.append(value.row)
        elif isinstance(value, np.ndarray):
            kinds += value.dtype.char, str(value.ndim)
            row.append(_PLACES[value.ndim](_address(value), *value.shape))
        elif isinstance(value, tuple):
            kinds.append(f"{type(value).__name__}(")
            _lay(value, kinds, row)
            kinds.append(")")
        else:
            kinds.append(f"{type(value).__name__} ")
            real = isinstance(value, (float, np.floating))
            row.append(_REAL(value) if real else _WHOLE(int(value) & _BITS))


def _address(array: np.ndarray[Any, Any]) -> int:
    flags = array.flags
    if not (flags.c_contiguous and flags.aligned and array.dtype.isnative):
        raise TypeError("a loop takes no array with gaps, out of line or in another byte order")
    if flags.writeable:  # a fifth of what the other way takes
        return ctypes.addressof(_NOTHING.from_buffer(cast("bytearray", array)))
    return int(array.ctypes.data)


def hollow(value: Any) -> Any:
    """A value of the same type that holds nothing."""
    if isinstance(value, Held):
        return hollow(value.value)
    if isinstance(value, np.ndarray):
        return np.empty((0,) * value.ndim, dtype=value.dtype)
    if isinstance(value, tuple):
        parts = map(hollow, value)
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    return type(value)(0)
