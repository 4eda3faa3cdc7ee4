"""Dictionary encoding of raw values: any JSON value to the text that a log viewer would show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from holdfast.model.event import ABSENT, Column, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from holdfast.model.event import Search

MISSING: Final = object()
"""Stands in a list of raw values for an event without the field."""


def encode(values: Sequence[object]) -> Column:
    """The column of raw values, :data:`MISSING` where an event lacks the field."""
    try:
        distinct = set(values)
    except TypeError:  # lists and objects among them
        return _encode_plain([plain(value) for value in values])
    kinds = {type(value) for value in distinct}
    if kinds <= {str, type(None), object}:
        return _encode_plain(values)
    if kinds <= {str, int, type(None), object} and not distinct & {0, 1}:
        # 1 and true are equal to a set, so only columns without 0 and 1 may be read by their different values.
        names = {value: plain(value) for value in distinct}
        return _encode_plain(values, names.__getitem__)
    return _encode_plain([plain(value) for value in values])


def _encode_plain(values: Sequence[object], name: Callable[[object], object] | None = None) -> Column:
    distinct = set(values)
    has_missing = MISSING in distinct
    distinct.discard(MISSING)
    if name is None:
        table: dict[object, int] = {value: code for code, value in enumerate(distinct)}
        texts = list(table)
    else:
        places: dict[object, int] = {}
        table = {value: places.setdefault(name(value), len(places)) for value in distinct}
        texts = list(places)
    if has_missing:
        table[MISSING] = ABSENT
    codes = np.fromiter(map(table.__getitem__, values), np.int32, len(values))
    return Column(codes, texts)  # type: ignore[arg-type]  # texts are plain by construction


def holding(texts: Sequence[bytes | str], search: Search) -> NDArray[np.bool_]:
    """Which of the texts hold something; all are searched in one pass."""
    lines = [text if isinstance(text, bytes) else text.encode("utf-8", "replace") for text in texts]
    true = np.zeros(len(lines), np.bool_)
    ends = search(b"\n".join(lines))
    if ends:
        lengths = np.fromiter(map(len, lines), np.int64, len(lines))
        true[np.searchsorted(np.cumsum(lengths + 1), np.fromiter(ends, np.int64, len(ends)))] = True
    return true


def constant(value: Value, length: int) -> Column:
    """The column of a field that is the same in every event."""
    return Column(np.zeros(length, np.int32), [value])


def plain(value: object) -> object:
    """A raw value as :data:`~holdfast.model.event.Value`; :data:`MISSING` stays what it is."""
    if value is None or isinstance(value, str) or value is MISSING:
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, list | tuple):
        return _flat(value)
    return as_text(value)


def _flat(items: Sequence[object]) -> object:
    texts: list[str] = []
    for item in items:
        text = plain(item)
        if isinstance(text, tuple):
            texts.extend(text)
        elif isinstance(text, str):
            texts.append(text)
    return tuple(texts) if texts else None


def as_text(value: object) -> str:
    """A nested value as compact JSON."""
    import orjson

    return orjson.dumps(value, default=str).decode()
