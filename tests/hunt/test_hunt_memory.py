"""What a hunt keeps is bounded, and the bound changes no answer."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.hunt import indicators, matcher
from holdfast.hunt.indicators import IndicatorMatcher
from holdfast.hunt.matcher import size_of
from holdfast.hunt.occurrences import Occurrences
from holdfast.hunt.pack import compile_pack
from holdfast.hunt.parse import RuleSet, parse_rule
from holdfast.hunt.window import Occurrence
from holdfast.model.indicator import Indicator
from holdfast.model.origin import Origin
from hunting import run, write_events

VALUES: st.SearchStrategy[list[Any]] = st.lists(
    st.one_of(st.none(), st.text("ab", max_size=6), st.lists(st.text("ab", max_size=6)).map(tuple))
)


@given(VALUES, VALUES)
def test_answers_are_the_same_however_few_are_remembered(before: list[Any], after: list[Any]) -> None:
    """Forgetting costs time alone."""
    found = RuleSet()
    detection = {"s": {"A|contains": ["ab", "ba"]}, "t": {"A": None}, "condition": "s or t"}
    found.rules.append(
        parse_rule({"title": "t", "logsource": {"category": "test"}, "detection": detection}, "t.yml", {})
    )
    plenty, none = compile_pack(found).matchers["A"], compile_pack(found).matchers["A"]
    with pytest.MonkeyPatch.context() as patch:
        for value in [*before, *after, *before]:
            patch.setattr(matcher, "REMEMBERED", 1 << 20)
            wanted = plenty.ask(value)
            patch.setattr(matcher, "REMEMBERED", 600)
            assert none.ask(value) == wanted
            kept = [size_of(one) + matcher.ENTRY for one in none._answers]
            assert sum(kept) <= 600 or len(kept) == 1


def test_indicators_remember_so_much_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Long texts are not kept at all."""
    monkeypatch.setattr(indicators, "REMEMBERED", 2000)
    asked = IndicatorMatcher([Indicator("ipv4", "203.0.113.7")])
    for number in range(500):
        assert len(asked._ask("address", f"203.0.113.{number % 250}")) == (number % 250 == 7)
        assert len(asked._ask("text", "x" * 5000 + f" 203.0.113.{number % 250}")) == (number % 250 == 7)
    assert asked._size <= 2000
    assert len(asked._answers) <= 2000 // matcher.ENTRY


OCCURRENCES = st.lists(st.tuples(st.integers(0, 3), st.sampled_from("xyz"), st.integers(0, 2), st.sampled_from(["a", "B", "b", "ß\ud800"])))  # fmt: skip


@given(OCCURRENCES)
def test_occurrences_come_back_as_lists_in_memory_would_give_them(
    some: list[tuple[int, str, int, str]],
) -> None:
    """By group, in order of time, file, record and, backwards, position; groups in the order of their first rule."""
    kept = Occurrences()
    made = [
        (
            group,
            Occurrence(float(time), "s", position, {"f": group}, Origin(file, record=str(time)), "h", place),
        )
        for place, (time, file, position, group) in enumerate(some)
    ]
    for group, one in made:
        kept.add(0, (group,), one)
        kept.add(1, ("other",), one)
    wanted: dict[str, list[Occurrence]] = {}
    shown: dict[str, str] = {}
    for group, one in sorted(made, key=lambda pair: pair[1].position):
        wanted.setdefault(group.lower(), []).append(one)
        shown.setdefault(group.lower(), group)
    for inside in wanted.values():
        inside.sort(key=lambda one: (one.time, one.origin.file, int(one.origin.record or 0), -one.position))
    found = [(group[0], list(inside)) for group, inside in kept.groups(0)]
    assert found == [(shown[key], wanted[key]) for key in wanted]


def test_a_spray_of_any_length_is_one_alert(tmp_path: Path) -> None:
    """Twenty thousand failed logons, of which the correlation keeps none in memory."""
    rules = """
title: failed
name: failed
id: failed
logsource: {product: windows, service: security}
detection: {one: {EventID: 4625}, condition: one}
---
title: spray
id: spray
correlation:
  type: value_count
  rules: [failed]
  group-by: [IpAddress]
  timespan: 1d
  condition: {gte: 1000, field: TargetUserName}
"""
    (tmp_path / "rules.yml").write_text(rules, "utf-8")
    events = [
        {"Channel": "Security", "EventID": 4625, "IpAddress": "192.0.2.1", "TargetUserName": f"u{number}",
         "@timestamp": f"2026-01-01T{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}Z"}
        for number in reversed(range(20_000))
    ]  # fmt: skip
    rows = run(
        [write_events(tmp_path / "e.ndjson", events)], tmp_path / "home", [str(tmp_path / "rules.yml")]
    )
    assert [(row["rule"], row["time"]) for row in rows] == [("spray", "2026-01-01T00:16:39Z")]
