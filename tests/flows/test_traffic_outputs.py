"""What a run over traffic leaves: formats that others parse, the same bytes on every run, no formula and no markup."""

import csv
import json
import os
import re
import uuid
from pathlib import Path
from typing import Any

import pytest

from holdfast.cli import main

GOLDEN = Path(__file__).parent / "golden"
LIST = (
    "value,type,first_seen,last_seen,category\n"
    "192.0.2.7,IP,2024-09-01,2024-09-06,Tier 2\n"
    "192.0.2.0/28,CIDR,,,\n"
    "192.0.2.99,IP,2023-01-01,2023-02-01,Tier 2\n"
    "bad.example,Domain,2024-08-01,2024-09-10,C2\n"
)
FLOWS = (
    "ts,duration,src,sport,dst,dport,proto,orig_bytes,resp_bytes\n"
    "1725321600.25,1.5,198.51.100.18,40001,192.0.2.7,443,tcp,500,4000\n"  # behind the NAT
    "1725321700.75,1.5,198.51.100.18,40002,192.0.2.7,443,tcp,500,4000\n"
    "1725325200,1.5,2001:db8:20::9,40003,192.0.2.7,443,udp,500,4000\n"
    "1725325300,1.5,192.0.2.7,443,203.0.113.8,51518,tcp,500,4000\n"  # it came to us
    "1725325400,1.5,192.0.2.200,40004,192.0.2.7,443,tcp,500,4000\n"  # only passes through
    "1725325500,1.5,203.0.113.9,40005,192.0.2.99,443,tcp,500,4000\n"  # long after its time
)
NAMES = (
    '{"ts": 1725325600, "src": "203.0.113.10", "sport": 5353, "query": "=1+1.bad.example"}\n'
    '{"ts": 1725325700, "src": "203.0.113.10", "sport": 5353, "query": "<script>.bad.example"}\n'
)
RANGES = ("--inside", "203.0.113.0/24", "--inside", "2001:db8:20::/48", "--shared", "198.51.100.16/28")
WHO = ("--reporter", "Northgate Communications abuse@northgate.example")
PUBLISHED = [
    "timestamp",
    "protocol",
    "src_ip",
    "src_port",
    "src_asn",
    "src_geo",
    "src_region",
    "src_city",
    "src_hostname",
    "src_naics",
    "src_sector",
    "device_vendor",
    "device_type",
    "device_model",
    "severity",
    "dst_ip",
    "dst_port",
    "dst_asn",
    "dst_geo",
    "dst_region",
    "dst_city",
    "dst_hostname",
    "dst_naics",
    "dst_sector",
    "public_source",
    "infection",
    "family",
    "tag",
    "application",
    "version",
    "event_id",
]
"""Fields of the Sinkhole Events Report: the page of Shadowserver up to dst_city, a real file of it for the others."""

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def made(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with every output of one run."""
    (tmp_path / "list.csv").write_text(LIST)
    (tmp_path / "flows.csv").write_text(FLOWS)
    (tmp_path / "names.jsonl").write_text(NAMES)
    monkeypatch.chdir(tmp_path)
    words = ["flows", "flows.csv", "names.jsonl", "-i", "list.csv", "--no-watchlist", *RANGES, *WHO]
    words += [
        "--notify",
        "out/notify.csv",
        "--xarf",
        "out/xarf.jsonl",
        "--stix",
        "out/sightings.json",
        "--page",
        "out/pages",
    ]
    words += ["--misp", "out/event.json", "--zeek-intel", "out/intel.dat"]
    monkeypatch.setattr("sys.argv", ["holdfast", *words])
    assert main.run() == 1
    capsys.readouterr()
    return tmp_path / "out"


@pytest.mark.parametrize("name", ["notify.csv", "xarf.jsonl", "sightings.json", "event.json", "intel.dat"])
def test_golden_files(name: str, made: Path) -> None:
    """Each format byte for byte as it was looked through by hand and by its own validator (see the reference)."""
    written = (made / name).read_bytes()
    if os.environ.get("HOLDFAST_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        (GOLDEN / name).write_bytes(written)
    assert written == (GOLDEN / name).read_bytes()


def rows_of(made: Path) -> list[dict[str, str]]:
    with (made / "notify.csv").open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_notification_has_the_published_columns(made: Path) -> None:
    """Columns in their order; a row is one connection with time, port and a known protocol; no row twice."""
    with (made / "notify.csv").open(newline="") as stream:
        assert next(csv.reader(stream)) == PUBLISHED
    rows = rows_of(made)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", row["timestamp"]) for row in rows)
    flows = [row for row in rows if row["dst_ip"]]
    assert all(row["protocol"] in {"tcp", "udp"} and row["src_port"].isdigit() for row in flows)
    assert len({row["event_id"] for row in rows}) == len(rows)


def test_notification_names_subscribers_and_nobody_else(made: Path) -> None:
    """Each connection behind the NAT with its port; the subscriber's own port when it was called; no transit, no used number."""
    rows = rows_of(made)
    behind = [(row["src_port"], row["timestamp"]) for row in rows if row["src_ip"] == "198.51.100.18"]
    assert behind == [("40001", "2024-09-03 00:00:00"), ("40002", "2024-09-03 00:01:40")]
    called = next(row for row in rows if row["src_ip"] == "203.0.113.8")
    assert (called["src_port"], called["dst_ip"], called["dst_port"]) == ("51518", "192.0.2.7", "443")
    assert {row["src_ip"] for row in rows} == {
        "198.51.100.18",
        "2001:db8:20::9",
        "203.0.113.8",
        "203.0.113.10",
    }


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(
        "sys.argv", ["holdfast", "flows", *words, "-i", "list.csv", "--no-watchlist", *RANGES]
    )
    return main.run()


def test_every_connection_behind_a_shared_address_is_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each may be another line: all are kept, where of an address of one line the first twenty do; more is a gap."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("holdfast.flows.touches.SHARED_SAMPLES", 60)
    Path("list.csv").write_text(LIST)
    head = "ts,src,sport,dst,dport,proto\n"
    flows = [
        f"{1725321600 + n},{src},{20000 + n},192.0.2.7,443,tcp\n"
        for n in range(50)
        for src in ("198.51.100.20", "203.0.113.5")
    ]
    Path("f.csv").write_text(head + "".join(flows))
    run(monkeypatch, "f.csv", "--notify", "n.csv", "--no-behaviour")
    text = Path("n.csv").read_text()
    assert (text.count("198.51.100.20"), text.count("203.0.113.5")) == (50, 20)
    assert "not listed" not in capsys.readouterr().err
    Path("f.csv").write_text(
        head + "".join(f"{1725321600 + n},198.51.100.20,{n},192.0.2.7,443,tcp\n" for n in range(70))
    )
    run(monkeypatch, "f.csv", "--notify", "n.csv", "--no-behaviour")
    assert "10 connections of 198.51.100.20 with 192.0.2.7 are not listed" in capsys.readouterr().err


def test_connections_long_after_are_not_notified(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a subscriber that talked to it then and talks to the next tenant now, only then is told; whatever comes first."""
    monkeypatch.chdir(tmp_path)
    Path("list.csv").write_text(LIST.replace("192.0.2.0/28,CIDR,,,\n", ""))
    times = [*range(1672600000, 1672600040), 1725321600, 1790000000]  # forty too early, one in time, one late
    Path("f.csv").write_text(
        "ts,src,sport,dst,dport,proto\n"
        + "".join(f"{ts},203.0.113.5,40000,192.0.2.7,443,tcp\n" for ts in times)
    )
    run(monkeypatch, "f.csv", "--notify", "n.csv", "--no-behaviour")
    capsys.readouterr()
    with Path("n.csv").open(newline="") as stream:
        assert [row["timestamp"] for row in csv.DictReader(stream)] == ["2024-09-03 00:00:00"]


def test_no_spreadsheet_runs_a_name(made: Path) -> None:
    """A name that begins like a formula is defused, in the list and in the evidence."""
    text = (made / "notify.csv").read_text()
    assert "'=1+1.bad.example" in text
    assert ",=1+1" not in text


def test_a_name_that_was_asked_for_has_no_address_of_a_controller(made: Path) -> None:
    """The other end of a query is a resolver: it is not called the controller."""
    asked = [row for row in rows_of(made) if row["dst_hostname"]]
    assert asked
    assert {row["dst_ip"] for row in asked} == {""}


def test_xarf_reports_are_one_an_incident(made: Path) -> None:
    """One subscriber and one controller a report, with all that version 4 requires and the port of the last connection."""
    reports = [json.loads(line) for line in (made / "xarf.jsonl").read_text().splitlines()]
    ends = [(report["source_identifier"], report["c2_server"]) for report in reports]
    assert len(ends) == len(set(ends)) == 5
    required = {
        "xarf_version",
        "report_id",
        "timestamp",
        "reporter",
        "sender",
        "source_identifier",
        "category",
        "type",
    }
    for report in reports:
        assert required | {"compromise_evidence"} <= report.keys()
        assert uuid.UUID(report["report_id"]).version == 4
        assert report["reporter"] == {
            "org": "Northgate Communications", "contact": "abuse@northgate.example", "domain": "northgate.example",
        }  # fmt: skip
    assert next(r for r in reports if r["source_identifier"] == "198.51.100.18")["source_port"] == 40002


@pytest.mark.parametrize(
    "who", ["", "Northgate", "Northgate <nobody>", "<abuse@northgate.example>", "abuse@northgate.example"]
)
def test_xarf_without_a_reporter_is_refused_before_reading(
    who: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for hours to learn that an option was missing."""
    words = ["flows", str(tmp_path / "none.csv"), "--xarf", str(tmp_path / "x"), "--reporter", who]
    monkeypatch.setattr("sys.argv", ["holdfast", *words])
    assert main.run() == 2
    assert "name who reports" in capsys.readouterr().err


def test_stix_refers_only_to_what_it_holds(made: Path) -> None:
    """Every reference resolves, every object is marked, a sighting has its indicator, its traffic and its place."""
    bundle = json.loads((made / "sightings.json").read_text())
    objects: dict[str, dict[str, Any]] = {item["id"]: item for item in bundle["objects"]}
    for item in objects.values():
        for key, value in item.items():
            if key.endswith(("_ref", "_refs")):
                assert set(value if isinstance(value, list) else [value]) <= objects.keys()
        assert item["type"] == "marking-definition" or item["object_marking_refs"]
    sightings = [item for item in objects.values() if item["type"] == "sighting"]
    assert {objects[item["sighting_of_ref"]]["pattern"] for item in sightings} == {
        "[ipv4-addr:value = '192.0.2.7']", "[domain-name:value = 'bad.example']",
    }  # fmt: skip
    assert all(item["first_seen"] <= item["last_seen"] and item["where_sighted_refs"] for item in sightings)


def test_misp_event_has_sightings_and_connections(made: Path) -> None:
    """Indicators are for detection, connections are context; a used number is neither."""
    event = json.loads((made / "event.json").read_text())["Event"]
    assert {(item["type"], item["value"]) for item in event["Attribute"]} >= {
        ("domain", "bad.example"),
        ("ip-dst", "192.0.2.7"),
    }
    assert all(item["to_ids"] and item["Sighting"] for item in event["Attribute"])
    assert {item["name"] for item in event["Object"]} == {"network-connection"}
    assert "192.0.2.99" not in json.dumps(event)


def test_zeek_gets_every_indicator_and_notices_for_live_ones(made: Path) -> None:
    """All that was looked for is watched; only what was touched in its time raises a notice."""
    lines = [line.split("\t") for line in (made / "intel.dat").read_text().splitlines()]
    assert lines[0][0] == "#fields"
    assert {(line[0], line[1], line[5]) for line in lines[1:]} == {
        ("192.0.2.7", "Intel::ADDR", "T"), ("192.0.2.0/28", "Intel::SUBNET", "T"),
        ("192.0.2.99", "Intel::ADDR", "F"), ("bad.example", "Intel::DOMAIN", "T"),
    }  # fmt: skip


def test_pages_need_nothing_else_and_escape_what_they_show(made: Path) -> None:
    """An index and a page a controller; no script, no outside address, drawings with a text for those who do not see."""
    pages = {path.name: path.read_text("utf-8") for path in (made / "pages").iterdir()}
    assert len(pages) == 5
    for name, page in pages.items():
        assert "<script" not in page
        assert not re.search(r"(?:src|href)=.(?:https?:)?//", page)
        assert page.count("<svg") == page.count('role="img"')
        assert all(link in pages for link in re.findall(r'href="([^#"]+)"', page)), name
    controller = next(page for name, page in pages.items() if name.startswith("192.0.2.7-"))
    assert "3 of your addresses talked to it in the time that counts" in controller
    assert "public address of the carrier NAT" in controller
    assert "source port 40001" in controller
    used = next(page for name, page in pages.items() if name.startswith("192.0.2.99-"))
    assert "None of your addresses" in used


def test_the_order_of_files_changes_nothing(
    made: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same records in another order give the same list."""
    words = ["flows", "names.jsonl", "flows.csv", "-i", "list.csv", "--no-watchlist", *RANGES, *WHO]
    monkeypatch.setattr("sys.argv", ["holdfast", *words, "--notify", "again.csv"])
    assert main.run() == 1
    capsys.readouterr()
    assert Path("again.csv").read_bytes() == (made / "notify.csv").read_bytes()
