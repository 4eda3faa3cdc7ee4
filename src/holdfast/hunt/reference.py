"""Comparing two fields of the same event (``fieldref``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from holdfast.model.event import ABSENT

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from holdfast.model.event import Column, Value

_HOW: dict[str, Callable[[str, str], bool]] = {
    "equals": lambda left, right: left == right,
    "contains": lambda left, right: right in left,
    "startswith": lambda left, right: left.startswith(right),
    "endswith": lambda left, right: left.endswith(right),
}


def compare_columns(left: Column, right: Column, how: str, *, cased: bool) -> NDArray[np.bool_]:
    """For each event whether its left value is, contains, starts or ends with its right one; false where one lacks."""
    compare = _HOW[how]
    pairs = np.stack([left.codes, right.codes], axis=1)
    different, places = np.unique(pairs, axis=0, return_inverse=True)
    true = np.zeros(len(different), np.bool_)
    for number, (one, other) in enumerate(different.tolist()):
        if ABSENT not in {one, other}:
            true[number] = any(
                compare(*(pair if cased else (pair[0].lower(), pair[1].lower())))
                for pair in _pairs(left.values[one], right.values[other])
            )
    return true[places.reshape(-1)]


def _pairs(left: Value, right: Value) -> list[tuple[str, str]]:
    """All pairs of texts of two values, which may be lists."""
    lefts = left if isinstance(left, tuple) else () if left is None else (left,)
    rights = right if isinstance(right, tuple) else () if right is None else (right,)
    return [(one, other) for one in lefts for other in rights]
