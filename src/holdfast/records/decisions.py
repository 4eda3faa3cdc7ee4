"""Decisions on hits, as a firm keeps them: rows of ``holdfast screen`` with what was decided beside them.

Columns ``query, party, customer_digest, entry_digest`` as the hit gave them, and ``decision`` (``false_positive`` or
``true_match``), ``by``, ``at`` (ISO date), ``reason`` and, where it ends before the policy says, ``until``. Rows whose
``decision`` is empty are not decided yet and are passed over.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from holdfast.inputs.table import read_rows
from holdfast.model.decision import Decision, Ruling
from holdfast.text.cell import restore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from holdfast.model.status import Problems

_NEEDED = ("query", "party", "customer_digest", "entry_digest", "by", "at", "reason")


def read_decisions(path: str | Path, problems: Problems) -> Iterator[Decision]:
    """The decisions of a file, in order; a row that is none is a problem, and its hit stays a hit.

    Raises :class:`~holdfast.model.errors.InputError` when the file cannot be read or lacks a column.
    """
    for row in read_rows(path, problems, required=("query", "party", "decision")):
        cells = {column: restore(value.strip()) for column, value in row.cells.items()}
        if not cells.get("decision"):
            continue
        try:
            yield _decision(cells)
        except ValueError as error:
            problems.add(f"is no decision, so its hit is not settled: {error}", row.origin)


def _decision(cells: dict[str, str]) -> Decision:
    missing = [column for column in _NEEDED if not cells.get(column)]
    if missing:
        raise ValueError(f"{', '.join(missing)} is empty; take the digests from the row of the hit")
    word = cells["decision"].casefold().replace(" ", "_").replace("-", "_")
    if word not in set(Ruling):
        raise ValueError(f"{cells['decision']!r} is neither false_positive nor true_match")
    return Decision(
        query=cells["query"],
        party=cells["party"],
        ruling=Ruling(word),
        customer_digest=cells["customer_digest"],
        entry_digest=cells["entry_digest"],
        by=cells["by"],
        at=_day(cells["at"]),
        reason=cells["reason"],
        until=_day(cells["until"]) if cells.get("until") else None,
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise ValueError(f"{text!r} is no ISO date") from None
