"""Arrays kept in files and mapped into memory: nothing is read before it is looked at, and processes share the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt


def save(folder: Path, **arrays: npt.NDArray[Any]) -> None:
    """Write each array to ``NAME.npy``."""
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", np.ascontiguousarray(array), allow_pickle=False)


def load(folder: Path, name: str, kind: npt.DTypeLike | None = None) -> npt.NDArray[Any]:
    """The array as it was saved, of the record type ``kind`` where it has one.

    What is written to it stays in this process. (Arrays that can be written to are of one type with those in memory, so
    that the compiled kernels serve both.)
    """
    path = folder / f"{name}.npy"
    try:
        array = np.load(path, mmap_mode="c", allow_pickle=False)
    except ValueError:
        # An empty array cannot be mapped.
        array = np.load(path, allow_pickle=False)
    array = np.asarray(array)
    # The file says where the fields are, but not that they are aligned.
    return array if kind is None else array.view(kind)
