"""Times of logs to seconds since 1970 UTC: epoch numbers in any common unit, ISO 8601, and the slashes of Argus.

A time with a zone is read in it; one without is read in the zone of the settings, and counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from holdfast.records.columns import Context

_ISO = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?"
_ZONE = r"(Z|[+-][0-9]{2}:?[0-9]{2})$"
_NUMBER = r"^-?[0-9]{1,16}(\.[0-9]{0,12})?$"
_MILLISECONDS = 1e11
"""From here on (the year 5138 in seconds, 1973 in milliseconds) a number counts milliseconds."""
_MICROSECONDS = 1e14


def read_times(column: pa.Array, context: Context) -> pa.Array:
    """Seconds since 1970 UTC; null where the cell is no time."""
    if pa.types.is_timestamp(column.type):
        return _of_timestamps(column, context)
    if not (pa.types.is_string(column.type) or pa.types.is_binary(column.type)):
        return _in_seconds(column.cast(pa.float64()))
    text = pc.utf8_trim_whitespace(column.cast(pa.string()) if _is_text(column) else _replaced(column))
    try:
        return _in_seconds(text.cast(pa.float64()))
    except pa.ArrowInvalid:
        return _mixed(text, context)


def _is_text(column: pa.Array) -> bool:
    try:
        column.cast(pa.string())
    except pa.ArrowInvalid:
        return False
    return True


def _replaced(column: pa.Array) -> pa.Array:
    return pa.array([(cell or b"").decode("utf-8", "replace") for cell in column.to_pylist()], pa.string())


def _mixed(text: pa.Array, context: Context) -> pa.Array:
    numeric = _kept(text, pc.match_substring_regex(text, _NUMBER)).cast(pa.float64())
    iso = pc.replace_substring(text, "/", "-")
    zoned = _kept(iso, pc.match_substring_regex(iso, _ISO + _ZONE))
    bare = _kept(iso, pc.match_substring_regex(iso, _ISO + "$"))
    found = pc.coalesce(_in_seconds(numeric), _seconds(_stamps(zoned, "UTC")))
    if bare.null_count < len(bare):
        context.counts.zoneless += len(bare) - bare.null_count
        found = pc.coalesce(found, _seconds(_localised(_stamps(bare, None), context.reading.zone)))
    return found


def _kept(text: pa.Array, mask: pa.Array) -> pa.Array:
    return pc.if_else(mask, text, pa.scalar(None, pa.string()))


def _stamps(text: pa.Array, zone: str | None) -> pa.Array:
    try:
        return text.cast(pa.timestamp("ns", zone))
    except pa.ArrowInvalid:  # a month 13, or a year that nanoseconds cannot hold: find out which
        return pa.array([_stamp(cell, zone) for cell in text], pa.timestamp("ns", zone))


def _stamp(cell: pa.Scalar, zone: str | None) -> int | None:
    try:
        value = cell.cast(pa.timestamp("ns", zone)).value
    except pa.ArrowInvalid:
        return None
    return None if value is None else int(value)


def _localised(stamps: pa.Array, zone: str) -> pa.Array:
    """In a zone's hour that occurs twice the first is meant; in one that does not occur, the moment of the change."""
    return pc.assume_timezone(stamps, zone, ambiguous="earliest", nonexistent="earliest")


def _of_timestamps(column: pa.Array, context: Context) -> pa.Array:
    if column.type.tz is None:
        context.counts.zoneless += len(column) - column.null_count
        column = _localised(column, context.reading.zone)
    return _seconds(column.cast(pa.timestamp("ns", "UTC")))


def _seconds(stamps: pa.Array) -> pa.Array:
    return pc.divide(stamps.cast(pa.int64()).cast(pa.float64(), safe=False), 1e9)


def _in_seconds(numbers: pa.Array) -> pa.Array:
    """Epoch numbers, which exporters write in seconds, milliseconds or microseconds."""
    size = pc.abs(numbers)
    numbers = pc.if_else(pc.greater_equal(size, _MICROSECONDS), pc.divide(numbers, 1e6), numbers)
    milli = pc.and_(pc.greater_equal(size, _MILLISECONDS), pc.less(size, _MICROSECONDS))
    return pc.if_else(milli, pc.divide(numbers, 1e3), numbers)
