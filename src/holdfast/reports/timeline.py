"""Matches as a timeline: CSV in the columns that Timesketch asks for, and plaso's own tools and spreadsheets take.

``message``, ``datetime`` and ``timestamp_desc`` are required there, ``timestamp`` is microseconds since 1970; the columns
after them are attributes that one can search. https://timesketch.org/guides/user/import-from-json-csv/
"""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import TYPE_CHECKING, Any

from holdfast.text.cell import defuse

if TYPE_CHECKING:
    from collections.abc import Mapping

COLUMNS = (
    "message", "timestamp", "datetime", "timestamp_desc", "host", "user", "level", "rule", "rule_id", "techniques",
    "file", "record", "evidence",
)  # fmt: skip


def head() -> str:
    """The first line."""
    return _line(COLUMNS)


def line(row: Mapping[str, Any]) -> str:
    """The line of a match, as the rows of ``holdfast hunt`` have it; the match must have a time."""
    moment = datetime.fromisoformat(row["time"])
    evidence = " | ".join(f"{name}: {value}" for name, value in row["matched"].items())
    host = row["host"] or "unknown host"
    return _line(
        (
            f"{row['title']} on {host}" + (f" ({evidence})" if evidence else ""),
            str(microseconds(row["time"])),
            moment.isoformat(timespec="microseconds"),
            "Log event matched",
            host,
            row.get("account", ""),
            row["level"],
            row["title"],
            row["rule"],
            ", ".join(row["techniques"]),
            row["file"],
            str(row["record"]),
            evidence,
        )
    )


def microseconds(stamp: str) -> int:
    """Of an ISO time, since 1970."""
    return round(datetime.fromisoformat(stamp).timestamp() * 1_000_000)


def _line(cells: tuple[str, ...]) -> str:
    """One physical line whatever the cells hold: tools that cut files by lines must not lose their place."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerow(
        [defuse(" ".join(cell.split()) if "\n" in cell or "\r" in cell else cell) for cell in cells]
    )
    return stream.getvalue()
