"""What correlations count, kept on disk: a password spray is millions of matches, and they come in no order.

A private database of SQLite holds them, in memory while they are few and in a temporary file when they are not, and
gives back one group at a time in order of time. https://www.sqlite.org/inmemorydb.html#temp_db
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast.hunt.window import Occurrence
from holdfast.model.origin import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = (1 << 63) - 1
"""What SQLite takes for a whole number; record numbers that claim more are as late as can be."""
_TABLE = """
CREATE TABLE occurrence (
    number INTEGER PRIMARY KEY, correlation INTEGER, key TEXT, shown TEXT, time REAL, file BLOB, record INTEGER,
    position INTEGER, rest TEXT)
"""
_INDEX = "CREATE INDEX IF NOT EXISTS by_group ON occurrence (correlation, key)"
_ADD = "INSERT INTO occurrence VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)"
_GROUPS = """
SELECT key, shown, MIN(position * 1000000000000 + number) AS first FROM occurrence
WHERE correlation = ? AND number <= ? GROUP BY key ORDER BY first
"""
_INSIDE = """
SELECT time, file, position, rest FROM occurrence WHERE correlation = ? AND key = ? AND number <= ?
ORDER BY time, file, record, position DESC, number
"""


class Occurrences:
    """Matches by correlation and group."""

    def __init__(self) -> None:
        self._base: sqlite3.Connection | None = None

    def add(self, correlation: int, group: tuple[str, ...], occurrence: Occurrence) -> None:
        """One more; groups are the same that differ only in case, and are shown as the first rule's first event has them."""
        record = occurrence.origin.record or ""
        number = min(int(record), LARGEST) if record.isdecimal() else 0
        rest = (occurrence.stamp, occurrence.values, record, occurrence.host, occurrence.number)
        self._open().execute(
            _ADD,
            (
                correlation,
                json.dumps([value.lower() for value in group]),
                json.dumps(group),
                occurrence.time,
                occurrence.origin.file.encode("utf-8", "surrogatepass"),
                number,
                occurrence.position,
                json.dumps(rest),
            ),
        )

    def groups(self, correlation: int) -> Iterator[tuple[tuple[str, ...], Group]]:
        """Each group of a correlation with what is in it so far."""
        if self._base is None:
            return
        self._base.execute(_INDEX)
        (last,) = self._base.execute("SELECT MAX(number) FROM occurrence").fetchone()
        for key, shown, _ in self._base.execute(_GROUPS, (correlation, last)):
            yield tuple(json.loads(shown)), Group(self._base, (correlation, key, last))

    def _open(self) -> sqlite3.Connection:
        if self._base is None:
            self._base = sqlite3.connect("", isolation_level=None, check_same_thread=False)
            self._base.execute("PRAGMA journal_mode = OFF")
            self._base.execute(_TABLE)
            self._base.execute("BEGIN")
        return self._base


@dataclass(frozen=True, slots=True)
class Group:
    """The occurrences of a group in order of time, which can be gone through more than once.

    At the same moment later rules of an order come first, so that one event does not follow itself.
    """

    base: sqlite3.Connection
    wanted: tuple[int, str, int]
    """Correlation, key of the group, and number of the last occurrence that belongs to it."""

    def __iter__(self) -> Iterator[Occurrence]:
        """From the first."""
        for time, file, position, rest in self.base.execute(_INSIDE, self.wanted):
            stamp, values, record, host, number = json.loads(rest)
            origin = Origin(file.decode("utf-8", "surrogatepass"), record=record or None)
            yield Occurrence(time, stamp, position, values, origin, host, number)
