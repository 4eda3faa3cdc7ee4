"""The list of cleaned subscribers: ``source, cleaned_at, case[, until]``.

``source`` (or ``src_ip``, as in notifications, ``address``, ``ip``) is an address, or the network of a line. A time without a zone is UTC. ``until`` is when the address was given to somebody else, so that the next subscriber is
not taken for the last one.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from holdfast.inputs.table import read_rows
from holdfast.model.cleaned import Cleaned
from holdfast.model.errors import InputError
from holdfast.model.origin import Origin
from holdfast.text.addresses import network, show_address

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from holdfast.inputs.table import Row
    from holdfast.model.status import Problems


def read_cleaned(path: str | Path, problems: Problems) -> Iterator[Cleaned]:
    """Each line once, cleaned the last time that the list says; rows that make no sense are problems."""
    latest: dict[tuple[int, int, int], Cleaned] = {}
    for number, row in enumerate(read_rows(path, problems, required=["cleaned_at"])):
        told = next((row.cells[name] for name in _SOURCES if name in row.cells), "")
        if not number and not told:
            raise _no_source(path, row)
        place = network(told)
        moment = _moment(row.cells.get("cleaned_at", ""))
        until = _moment(row.cells.get("until", ""))
        if place is None or _is_part(*place):
            problems.add(f"{told!r} is no address or network of a line; not watched", row.origin)
            continue
        if moment is None:
            says = f"{row.cells.get('cleaned_at', '')!r} is no date; not watched"
            problems.add(says, row.origin)
            continue
        if until is None and row.cells.get("until", "").strip():
            problems.add(f"{row.cells['until']!r} is no date; taken as open", row.origin, lost=False)
        source, case = _canonical(*place), row.cells.get("case", "").strip()
        item = Cleaned(source, moment, until if until is not None else math.inf, case, row.origin)
        known = latest.get(place)
        if known is not None:
            problems.add(f"{source} was cleaned more than once; the last time counts", row.origin, lost=False)
        if known is None or item.cleaned_at >= known.cleaned_at:
            latest[place] = item
    yield from _apart(latest, problems)


def _no_source(path: str | Path, row: Row) -> InputError:
    return InputError(
        "has no column 'source'",
        origin=Origin(str(path)),
        why=f"its columns are {', '.join(row.cells)}",
        advice=f"Name the column of addresses {', '.join(_SOURCES[:-1])} or {_SOURCES[-1]}",
    )


_SOURCES = ("source", "src_ip", "address", "ip")


def _is_part(version: int, first: int, last: int) -> bool:
    """Whether it is a piece of an IPv6 /64, which no line has: a line has all of one, or a single address."""
    return version == 6 and 0 < last - first < (1 << 64) - 1


def _canonical(version: int, first: int, last: int) -> str:
    address = show_address(first.to_bytes(4 if version == 4 else 16, "big"))
    free = (last - first).bit_length()
    return f"{address}/{(32 if version == 4 else 128) - free}" if free else address


def _apart(latest: dict[tuple[int, int, int], Cleaned], problems: Problems) -> Iterator[Cleaned]:
    """Those that overlap no other, in the order of the list; of two that do, the one that starts later goes."""
    taken: set[tuple[int, int, int]] = set()
    version, end = 0, -1
    for place in sorted(latest):
        if place[0] == version and place[1] <= end:
            problems.add(
                f"{latest[place].source} lies within another line of the list; not watched",
                latest[place].origin,
            )
            continue
        taken.add(place)
        version, end = place[0], place[2]
    yield from (item for place, item in latest.items() if place in taken)


def _moment(text: str) -> float | None:
    """Seconds since 1970 of an ISO date, taken at its end, or time."""
    text = text.strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment + timedelta(days=1) if len(text) <= 10 else moment).timestamp()
