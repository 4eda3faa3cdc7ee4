"""Each published observable of the group fires a rule of the pack, in whatever shape a shipper sends the event."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

import holdfast.hunt
from holdfast.app.hunt import prepare
from holdfast.app.settings import Settings
from hunting import event_of, pack_home, run, write_events

Shared = Callable[[str], Path]
RULES = Path(holdfast.hunt.__file__).parent / "rules"


def _windows_examples() -> list[tuple[str, dict[str, Any]]]:
    return [
        (document["id"], example)
        for file in sorted(RULES.rglob("*.yml"))
        for document in yaml.safe_load_all(file.read_text("utf-8"))
        if "name" not in document and "detection" in document
        for example in document["holdfast"]["examples"]["match"]
        if "log" in example
    ]


def _head(event: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    names = {"Channel", "EventID", "Provider_Name", "Computer"}
    return {key: event[key] for key in names}, {key: event[key] for key in event if key not in names}


def winlogbeat(event: Mapping[str, Any]) -> dict[str, Any]:
    head, data = _head(event)
    return {
        "@timestamp": "2026-10-06T02:11:04.000Z",
        "host": {"name": head["Computer"]},
        "event": {"code": str(head["EventID"]), "provider": head["Provider_Name"]},
        "winlog": {
            "channel": head["Channel"],
            "provider_name": head["Provider_Name"],
            "computer_name": head["Computer"],
            "event_id": str(head["EventID"]),
            "event_data": data,
        },
    }


def elastic_export(event: Mapping[str, Any]) -> dict[str, Any]:
    return {"_index": "logs", "_source": winlogbeat(event)}


def evtx_as_json(event: Mapping[str, Any]) -> dict[str, Any]:
    head, data = _head(event)
    system = {
        "Provider": {"#attributes": {"Name": head["Provider_Name"]}},
        "EventID": {"#text": head["EventID"]},
        "TimeCreated": {"#attributes": {"SystemTime": "2026-10-06T02:11:04.000Z"}},
        "Channel": head["Channel"],
        "Computer": head["Computer"],
    }
    return {"Event": {"System": system, "EventData": data}}


def splunk_export(event: Mapping[str, Any]) -> dict[str, Any]:
    head, data = _head(event)
    named = {"Channel": head["Channel"], "EventID": str(head["EventID"]), "SourceName": head["Provider_Name"]}
    return {
        "preview": False,
        "result": {**named, "ComputerName": head["Computer"], "_time": "2026-10-06T02:11:04Z", **data},
    }


SHAPES = (winlogbeat, elastic_export, evtx_as_json, splunk_export)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_every_shape_of_an_event_fires(
    shape: Callable[[Mapping[str, Any]], dict[str, Any]], tmp_path: Path
) -> None:
    """All Windows examples of the pack fire their rule in the shape of each shipper."""
    examples = _windows_examples()
    file = write_events(tmp_path / "events.ndjson", [shape(event_of(example)) for _, example in examples])
    fired = {(row["rule"], row["record"]) for row in run([file], pack_home())}
    silent = [example for number, (rule, example) in enumerate(examples, 1) if (rule, number) not in fired]
    assert silent == []


def test_every_published_observable_fires(shared: Shared) -> None:
    """The synthetic events, one per published observable, fire at least one rule of the pack each."""
    file = shared("logs/flax/flax_observables.ndjson")
    events = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    rows = run([file], pack_home())
    fired = {row["record"] for row in rows if not row["rule"].startswith("indicator-")}
    assert [event["src"] for number, event in enumerate(events, 1) if number not in fired] == []


def test_ordinary_hosts_make_no_story(shared: Shared) -> None:
    """Event logs of ordinary hosts and forensic images: no verdict; ``benchmarks/hunt_quality.py`` has the large set."""
    hunt = prepare([str(shared("logs/benign/evtx"))], Settings(pack_home()))
    loud = {one.file.rpartition("/")[2] for one in hunt.sightings() if one.level in {"high", "critical"}}
    assert hunt.logs.events > 3_000
    assert {story.verdict for story in hunt.teller.stories()} <= {"single"}
    assert loud <= {"sysmon.evtx"}  # which holds WannaCry
