"""Times of logs to one spelling: ISO 8601 in UTC with what precision the log has."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,9}))?\s*(Z|UTC|[+-]\d\d:?\d\d)?\s*$"
)
_EPOCH_MILLISECONDS = 1e11
_EPOCH_LAST = 4102444800.0
"""Seconds of the year 2100: later numbers are taken for milliseconds and finer units."""


def as_utc(value: object) -> str:
    """``2024-09-18T07:00:01.5Z`` of an ISO time or of seconds, milli-, micro- or nanoseconds since 1970.

    A time without a zone is taken as UTC. What is not a time comes back as an empty text.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _of_epoch(float(value))
    if isinstance(value, dict):
        return as_utc(value.get("SystemTime", value.get("#attributes", "")))
    if not isinstance(value, str):
        return ""
    found = _ISO.match(value.strip())
    if found is None:
        return _of_number(value)
    day, clock, fraction, zone = found.groups()
    clock = clock if len(clock) > 5 else clock + ":00"
    if zone in {None, "Z", "UTC"} or zone.strip("+-:0") == "":
        return f"{day}T{clock}{_fraction(fraction)}Z"
    sign = -1 if zone[0] == "-" else 1
    digits = zone[1:].replace(":", "")
    offset = timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=offset).astimezone(UTC)
    except (ValueError, OverflowError):
        return ""
    return f"{moment:%Y-%m-%dT%H:%M:%S}{_fraction(fraction)}Z"


def _fraction(digits: str | None) -> str:
    return f".{digits[:6]}" if digits else ""


def _of_number(text: str) -> str:
    try:
        number = float(text)
    except ValueError:
        return ""
    return _of_epoch(number) if number > _EPOCH_LAST / 10 else ""


def _of_epoch(number: float) -> str:
    while number > _EPOCH_LAST:
        number /= 1000
    try:
        moment = datetime.fromtimestamp(number, UTC)
    except (ValueError, OverflowError, OSError):
        return ""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06d}Z"


def seconds(text: str) -> float | None:
    """Seconds since 1970 of what :func:`as_utc` gave; ``None`` of an empty text."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return None
