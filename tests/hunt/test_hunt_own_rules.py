"""Every rule of the pack fires on what it is for, and not on what is near it."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

import holdfast.hunt
from holdfast.hunt.techniques import current, name_of, techniques_of
from hunting import event_of, run, write_events

RULES = Path(holdfast.hunt.__file__).parent / "rules"
DOCUMENTS: list[tuple[str, dict[str, Any]]] = [
    (file.relative_to(RULES).as_posix(), document)
    for file in sorted(RULES.rglob("*.yml"))
    for document in yaml.safe_load_all(file.read_text("utf-8"))
]


def _examples(kind: str) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (name, document["id"], example)
        for name, document in DOCUMENTS
        if "detection" in document and "name" not in document
        for example in document["holdfast"]["examples"][kind]
    ]


def _series(kind: str) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (name, document["id"], example)
        for name, document in DOCUMENTS
        if "correlation" in document
        for example in document["holdfast"]["examples"][kind]
    ]


@pytest.fixture(scope="module")
def fired(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """Pairs of rule and example event, by the event's JSON."""
    folder = tmp_path_factory.mktemp("examples")
    examples = [example for kind in ("match", "miss") for _, _, example in _examples(kind)]
    file = write_events(folder / "examples.ndjson", map(event_of, examples))
    rows = run([file], folder / "home")
    return {(row["rule"], repr(examples[row["record"] - 1])) for row in rows}


@pytest.mark.parametrize(("name", "rule", "example"), _examples("match"))
def test_fires(name: str, rule: str, example: dict[str, Any], fired: set[tuple[str, str]]) -> None:
    """The rule fires on its positive example."""
    assert (rule, repr(example)) in fired, name


@pytest.mark.parametrize(("name", "rule", "example"), _examples("miss"))
def test_does_not_fire_nearby(
    name: str, rule: str, example: dict[str, Any], fired: set[tuple[str, str]]
) -> None:
    """The rule does not fire on its near miss."""
    assert (rule, repr(example)) not in fired, name


def _spread_out(example: dict[str, Any]) -> list[dict[str, Any]]:
    """``count`` events, ``step`` seconds apart, with the fields of ``each`` numbered."""
    start = datetime(2026, 10, 1, tzinfo=UTC)
    fields = {key: value for key, value in example.items() if key not in {"count", "step", "each"}}
    return [
        event_of(
            {
                **fields,
                "@timestamp": (start + timedelta(seconds=number * example["step"])).isoformat(),
                **{key: value.format(number) for key, value in example.get("each", {}).items()},
            }
        )
        for number in range(example["count"])
    ]


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """Pairs of correlation and example, by the example's text."""
    folder = tmp_path_factory.mktemp("series")
    examples = [example for kind in ("match", "miss") for _, _, example in _series(kind)]
    files = [
        write_events(folder / f"{number}.ndjson", _spread_out(example))
        for number, example in enumerate(examples)
    ]
    found: set[tuple[str, str]] = set()
    for file, example in zip(files, examples, strict=True):  # each alone: a window knows no borders of files
        found |= {(row["rule"], repr(example)) for row in run([file], folder / "home")}
    return found


@pytest.mark.parametrize(("name", "rule", "example"), _series("match"))
def test_counts(name: str, rule: str, example: dict[str, Any], counted: set[tuple[str, str]]) -> None:
    """The correlation fires on its series."""
    assert (rule, repr(example)) in counted, name


@pytest.mark.parametrize(("name", "rule", "example"), _series("miss"))
def test_does_not_count_nearby(
    name: str, rule: str, example: dict[str, Any], counted: set[tuple[str, str]]
) -> None:
    """The correlation does not fire on its near miss."""
    assert (rule, repr(example)) not in counted, name


@pytest.mark.parametrize(("name", "document"), DOCUMENTS)
def test_is_complete(name: str, document: dict[str, Any]) -> None:
    """Every rule names a technique, a source, false positives, a level and an id of its own."""
    assert re.fullmatch(r"[0-9a-f-]{36}", document["id"]), name
    assert any(re.fullmatch(r"attack\.t\d{4}(\.\d{3})?", tag) for tag in document["tags"])
    assert document["references"]
    assert document["falsepositives"]
    assert document["level"] in {"informational", "low", "medium", "high", "critical"}
    assert document["description"].strip().endswith(".")
    assert all(name_of(technique) for technique in map(current, techniques_of(document["tags"])))
    if "name" not in document:  # what is only counted has no examples of its own
        assert document["holdfast"]["examples"]["match"]
        assert document["holdfast"]["examples"]["miss"]


def test_ids_are_unique() -> None:
    """No two rules share an id."""
    ids = [document["id"] for _, document in DOCUMENTS]
    assert len(ids) == len(set(ids))
