"""Times as text logs write them: without a year (syslog), with a month by name (access logs)."""

from __future__ import annotations

from datetime import UTC, datetime

_MONTHS = {
    name: number
    for number, name in enumerate(
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], 1
    )
}


def of_apache(text: str) -> str:
    """``10/Oct/2000:13:55:36 -0700`` as ISO 8601 with its zone; empty when it is no such time."""
    try:
        moment = datetime.strptime(text, "%d/%b/%Y:%H:%M:%S %z")
    except ValueError:
        return ""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def of_syslog(text: str, year: int) -> str:
    """``Oct  7 22:14:15`` in a given year, taken as UTC; empty when it is no such time.

    The format has no year and no zone; a log that crosses a new year is read with one year too many in its first part.
    """
    parts = text.split()
    try:
        month, day = _MONTHS[parts[0][:3]], int(parts[1])
        clock = datetime.strptime(parts[2].partition(".")[0], "%H:%M:%S").replace(tzinfo=UTC)
        moment = clock.replace(year=year, month=month, day=day)
    except (KeyError, IndexError, ValueError):
        return ""
    return moment.isoformat().replace("+00:00", "Z")
