"""Compare pairs of names, without a watchlist: to try the scores on pairs that one knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.app.outcome import Outcome
from holdfast.inputs.table import read_rows
from holdfast.model.errors import UsageError
from holdfast.model.status import Problems, RunStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

COLUMNS = ("row", "name1", "name2", "score", "why")
SCORINGS = ("holdfast", "ofac-search")


def compare_pairs(path: str, scoring: str = "holdfast") -> Outcome:
    """One row a pair of the columns ``name1``, ``name2`` and optionally ``type`` (or ``schema``)."""
    from holdfast.screen.ofac_search import compare_as_ofac
    from holdfast.screen.screener import compare

    if scoring not in SCORINGS:
        raise UsageError(f"no scoring {scoring!r}", advice=f"Choose {' or '.join(SCORINGS)}")
    problems = Problems()
    counts = {"pairs": 0}
    judge = compare if scoring == "holdfast" else compare_as_ofac

    def rows() -> Iterator[dict[str, object]]:
        for row in read_rows(path, problems, required=("name1", "name2")):
            counts["pairs"] += 1
            cells = row.cells
            schema = cells.get("type") or cells.get("schema") or ""
            one, other = cells.get("name1", ""), cells.get("name2", "")
            score, why = judge(one, other, schema)
            yield {
                "row": counts["pairs"],
                "name1": one,
                "name2": other,
                "score": score,
                "why": [{"feature": item.feature, "score": item.score, "says": item.says} for item in why],
            }

    return Outcome(rows(), lambda: False, lambda: [RunStatus.of("compare", path, problems, counts)])
