"""The list of cleaned subscribers: ``source, cleaned_at, case[, until]``.

A time without a zone is UTC. ``until`` is when the address was given to somebody else, so that the next subscriber is
not taken for the last one.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from holdfast.inputs.table import read_rows
from holdfast.model.cleaned import Cleaned
from holdfast.text.addresses import pack, show_address

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from holdfast.model.status import Problems


def read_cleaned(path: str | Path, problems: Problems) -> Iterator[Cleaned]:
    """Each address once, cleaned the last time that the list says; rows that make no sense are problems."""
    latest: dict[str, Cleaned] = {}
    for row in read_rows(path, problems, required=["source", "cleaned_at"]):
        packed = pack(row.cells["source"])
        moment = _moment(row.cells["cleaned_at"])
        until = _moment(row.cells.get("until", ""))
        if packed is None:
            problems.add(f"{row.cells['source']!r} is no address; not watched", row.origin)
        elif moment is None:
            problems.add(f"{row.cells['cleaned_at']!r} is no date; not watched", row.origin)
        else:
            if until is None and row.cells.get("until", "").strip():
                problems.add(f"{row.cells['until']!r} is no date; taken as open", row.origin, lost=False)
            case = row.cells.get("case", "").strip()
            item = Cleaned(
                show_address(packed), moment, until if until is not None else math.inf, case, row.origin
            )
            known = latest.get(item.source)
            if known is not None:
                problems.add(
                    f"{item.source} was cleaned more than once; the last time counts", row.origin, lost=False
                )
            if known is None or item.cleaned_at >= known.cleaned_at:
                latest[item.source] = item
    yield from latest.values()


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
