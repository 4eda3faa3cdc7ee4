"""Correlation rules: all seven types, by cases that anyone can read and reuse."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from hunting import run

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "correlation/cases.yml").read_text("utf-8")
)
START = 1_700_000_000
BASE = """title: {0}
id: id-{0}
name: {0}
logsource: {{product: windows, service: security}}
detection: {{one: {{kind: {0}}}, condition: one}}
---
"""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["says"])
def test_case(case: dict[str, Any], tmp_path: Path) -> None:
    """The correlation alerts exactly where the case says, and single matches stay silent."""
    rules = "".join(BASE.format(kind) for kind in "abc")
    for name, inner in case.get("before", {}).items():
        rules += json.dumps({"title": name, "name": name, "correlation": inner}) + "\n---\n"
    rules += json.dumps({"title": "case", "id": "case", "correlation": case["correlation"]})
    (tmp_path / "rules.yml").write_text(rules, "utf-8")
    lines = [
        {"Channel": "Security", "EventID": 1, "kind": kind, "@timestamp": _stamp(second), **fields}
        for second, kind, fields in case["events"]
    ]
    (tmp_path / "events.ndjson").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    rows = run([tmp_path / "events.ndjson"], tmp_path / "home", [str(tmp_path / "rules.yml")])
    shown = {row["rule"] for row in rows} - {"case"} - set(case["correlation"]["rules"])
    assert shown <= {f"id-{kind}" for kind in "abc" if kind not in _referred(case)}
    found = [
        [_second(row["time"]), next(iter(row["matched"].values()), ""), row["correlation"]["value"]]
        for row in rows
        if row["rule"] == "case"
    ]
    assert sorted(found) == sorted(case["alerts"])


def _referred(case: dict[str, Any]) -> set[str]:
    inner = [name for one in case.get("before", {}).values() for name in one["rules"]]
    return {*case["correlation"]["rules"], *inner}


def _stamp(second: float) -> str:
    return datetime.fromtimestamp(START + second, UTC).isoformat()


def _second(stamp: str) -> float:
    return datetime.fromisoformat(stamp).timestamp() - START


def test_all_seven_types_have_cases() -> None:
    """No type of the specification is without a case."""
    assert {case["correlation"]["type"] for case in CASES} == {
        "event_count", "value_count", "temporal", "temporal_ordered", "value_sum", "value_avg", "value_percentile",
    }  # fmt: skip


def test_unknown_reference_is_named(tmp_path: Path) -> None:
    """A correlation that refers to a rule that is not there is a problem with its name, not silence."""
    from holdfast.app.hunt import HuntOptions, hunt
    from holdfast.app.settings import Settings

    (tmp_path / "r.yml").write_text(
        BASE.format("a")
        + json.dumps(
            {"title": "t", "correlation": {"type": "temporal", "rules": ["a", "nobody"], "timespan": "1m"}}
        )
    )
    (tmp_path / "e.ndjson").write_text('{"Channel": "Security", "EventID": 1}\n')
    outcome = hunt(
        [str(tmp_path / "e.ndjson")], Settings(tmp_path), HuntOptions(rules=(str(tmp_path / "r.yml"),))
    )
    assert list(outcome.rows) == []
    assert any(
        "refers to nobody" in str(problem) for status in outcome.statuses() for problem in status.problems
    )
