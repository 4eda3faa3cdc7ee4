"""Beacons from files to lines: what is taken for one, what explains it, what is not even asked."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from holdfast.cli import main

pytestmark = pytest.mark.usefixtures("home")
HEAD = "ts,duration,src,sport,dst,dport,proto,orig_bytes,resp_bytes\n"
START = 1_725_321_600


def flows(
    source: str, destination: str, port: int, proto: str = "tcp", *, sport: int = 0, got: int = 400
) -> str:
    """Twenty-five connections ten minutes apart, give or take a few seconds."""
    random = np.random.default_rng(5)
    return "".join(
        f"{START + number * 600 + random.integers(20)},1,{source},{sport or 40000 + number},{destination},{port},"
        f"{proto},{300 + number},{got}\n"
        for number in range(25)
    )


def run(path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: str) -> Any:
    monkeypatch.setattr("sys.argv", ["holdfast", "flows", str(path), "--no-watchlist", *words])
    code = main.run()
    out, err = capsys.readouterr()
    return code, [json.loads(line) for line in out.splitlines()], err


@pytest.fixture
def day(tmp_path: Path) -> Path:
    path = tmp_path / "day.csv"
    path.write_text(
        HEAD
        + flows("10.0.0.5", "203.0.113.9", 443)
        + flows("10.0.0.5", "203.0.113.10", 123, "udp")
        + flows("10.0.0.6", "17.57.146.20", 443)
        + flows("198.51.100.77", "10.0.0.7", 22)
        + flows("10.0.0.8", "239.255.255.250", 1900, "udp")
        + flows("203.0.113.9", "10.0.0.5", 51000, sport=443)
        + flows("2001:db8::5", "2001:db8:ffff::9", 443)
    )
    return path


@pytest.mark.parametrize(
    ("drifts", "says"), [(False, "keep step with a clock"), (True, "whole number of pauses apart")]
)
def test_a_beacon_is_told_through_one_packet_in_a_hundred(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    drifts: bool,
    says: str,
) -> None:
    """Of whose beats a ninth is left, whether it keeps step with a clock or starts each pause from the last beat."""
    random = np.random.default_rng(6)
    jitter = random.uniform(-6, 6, 1440)
    beats = np.cumsum(60 + jitter) if drifts else 60.0 * np.arange(1440) + jitter
    kept = beats[random.random(1440) < 1 - 0.99**12]
    path = tmp_path / "day.csv"
    path.write_text(
        HEAD + "".join(f"{START + ts},0,10.0.0.5,40000,203.0.113.9,443,tcp,60,\n" for ts in np.sort(kept))
    )
    _, rows, _ = run(path, capsys, monkeypatch)
    assert [(row["kind"], row["destination"]) for row in rows] == [("beacon", "203.0.113.9")]
    assert says in rows[0]["why"][0]["says"]
    assert abs(rows[0]["period"] - 60) < 1


def test_a_beacon_is_told_from_what_is_ordinary(
    day: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of seven pairs that keep time only the unexplained ones are beacons: one by IPv4, one by IPv6."""
    code, rows, err = run(day, capsys, monkeypatch)
    assert code == 1
    assert {(row["kind"], row["source"], row["destination"]) for row in rows} == {
        ("beacon", "10.0.0.5", "203.0.113.9"),
        ("beacon", "2001:db8::5", "2001:db8:ffff::9"),
    }
    row = rows[0]
    assert abs(row["period"] - 600) < 10
    assert row["flows"] == 25
    assert row["log10_chance"] < -7
    assert "give or take 2%" in row["why"][0]["says"]
    assert "--explained: 2" in err


def test_what_explains_a_rhythm_can_be_seen(
    day: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A time server by its port, a provider by its network; inbound, groups and answers are never asked about."""
    _, rows, _ = run(day, capsys, monkeypatch, "--explained")
    explained = {row["destination"]: row["why"] for row in rows if row["kind"] == "rhythm"}
    assert set(explained) == {"203.0.113.10", "17.57.146.20"}
    assert any("NTP" in why["says"] for why in explained["203.0.113.10"])
    assert any("Apple's network" in why["says"] for why in explained["17.57.146.20"])


def test_a_carrier_says_what_is_inside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With public subscribers the same pair is a beacon outwards and a scanner inwards."""
    path = tmp_path / "edge.csv"
    path.write_text(HEAD + flows("192.0.2.5", "203.0.113.9", 443) + flows("203.0.113.77", "192.0.2.6", 8080))
    _, rows, _ = run(path, capsys, monkeypatch, "--inside", "192.0.2.0/24")
    assert [(row["source"], row["destination"]) for row in rows] == [("192.0.2.5", "203.0.113.9")]
    code, rows, err = run(path, capsys, monkeypatch, "--inside", "somewhere")
    assert (code, rows) == (2, [])
    assert "'somewhere' is no network" in err


def test_a_capture_of_one_public_machine_needs_no_telling(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address that is in every flow is inside, so that those who come to it are not its controllers."""
    path = tmp_path / "one.csv"
    scans = "".join(flows(f"198.51.100.{number}", "192.0.2.6", 8080, got=0) for number in range(1, 9))
    path.write_text(HEAD + scans + flows("192.0.2.6", "203.0.113.9", 443))
    _, rows, err = run(path, capsys, monkeypatch)
    assert [(row["source"], row["destination"]) for row in rows] == [("192.0.2.6", "203.0.113.9")]
    assert "192.0.2.6/32" in err


def test_a_name_explains_a_rhythm(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A DNS log beside the flows says that the address is that of an update server."""
    (tmp_path / "flows.csv").write_text(HEAD + flows("10.0.0.5", "203.0.113.9", 443))
    (tmp_path / "dns.jsonl").write_text(
        '{"ts": 1725321600, "src": "10.0.0.5", "query": "fe2.update.microsoft.com", "answers": ["203.0.113.9"]}\n'
    )
    code, rows, _ = run(tmp_path, capsys, monkeypatch)
    assert (code, rows) == (0, [])
    _, rows, _ = run(tmp_path, capsys, monkeypatch, "--explained")
    assert "fe2.update.microsoft.com" in rows[0]["why"][1]["says"]
    _, rows, _ = run(tmp_path, capsys, monkeypatch, "--no-behaviour", "--explained")
    assert rows == []


CAPTURES = {
    "otrf-apt29/day1": {("10.0.1.6", "192.168.0.4")},
    "otrf-apt29/day2": {("10.0.1.5", "192.168.0.4")},
    "slips/dataset/test18-malicious-ctu-sme-11-win": {("192.168.1.107", "66.63.168.35")},
    "stratosphere-testing/002-zeek-scenario-port-scanning": set(),
}


@pytest.mark.parametrize("capture", CAPTURES)
def test_labelled_captures(
    capture: str,
    shared: Callable[[str], Path],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Controllers of real captures are found, and a port scan is none."""
    _, rows, _ = run(shared(f"flows/labelled/{capture}"), capsys, monkeypatch)
    assert {(row["source"], row["destination"]) for row in rows if row["kind"] == "beacon"} == CAPTURES[
        capture
    ]
