"""Indicators in logs: every kind, in every place where it can stand, in its time, and nothing near it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.hunt.indicators import IndicatorMatcher, in_time
from holdfast.model.indicator import Indicator
from holdfast.model.progress import Silent
from holdfast.records.logs.open import Logs
from hunting import event_of

SHA256 = "a" * 63 + "1"
LISTED = [
    Indicator("ipv4", "198.51.100.9", "2026-01-01", "2026-02-01", actor="A"),
    Indicator("ipv6", "2001:db8::9"),
    Indicator("cidr", "203.0.113.0/28"),
    Indicator("domain", "evil.example"),
    Indicator("sha256", SHA256),
    Indicator("certificate", "ab" * 20),
    Indicator("url", "http://page.example/a/b?c"),
    Indicator("file-name", "live700_v1.exe"),
    Indicator("file-name", "conhost.exe"),
]


def found(event: dict[str, Any], folder: Path) -> list[tuple[str, str]]:
    file = folder / "e.ndjson"
    file.write_text(json.dumps(event_of(event)) + "\n", "utf-8")
    matcher = IndicatorMatcher(LISTED)
    return [
        (one.details["indicator"]["value"], one.level)
        for blocks in Logs((str(file),), Silent()).blocks()
        for block in blocks
        for one in matcher.sightings(block)
    ]


HITS = [
    ({"log": "sysmon/3", "DestinationIp": "198.51.100.9", "@timestamp": "2026-01-15T00:00:00Z"}, "198.51.100.9", "high"),
    ({"log": "sysmon/3", "DestinationIp": "198.51.100.9", "@timestamp": "2026-09-15T00:00:00Z"}, "198.51.100.9", "low"),
    ({"log": "security/4624", "IpAddress": "::ffff:203.0.113.3"}, "203.0.113.0/28", "high"),
    ({"log": "sysmon/3", "SourceIp": "2001:0db8:0:0::9"}, "2001:db8::9", "high"),
    ({"log": "sysmon/22", "QueryName": "A.B.EVIL.example."}, "evil.example", "high"),
    ({"log": "sysmon/22", "QueryName": "x", "QueryResults": "type: 5 cdn.evil.example;::ffff:192.0.2.1;"}, "evil.example", "high"),
    ({"log": "sysmon/1", "CommandLine": "nslookup evil.example 192.0.2.1"}, "evil.example", "high"),
    ({"log": "security/4688", "CommandLine": "x -connect 203.0.113.14:443"}, "203.0.113.0/28", "high"),
    ({"log": "sysmon/1", "Hashes": f"MD5=00,SHA256={SHA256.upper()}"}, SHA256, "high"),
    ({"as": "zeek//x509", "fingerprint": ":".join(["AB"] * 20)}, "ab" * 20, "high"),
    ({"as": "/proxy/", "c-uri": "http://page.example/a/b?c"}, "http://page.example/a/b?c", "high"),
    ({"as": "/proxy/", "c-uri": "https://u:p@203.0.113.3:8443/x"}, "203.0.113.0/28", "high"),
    ({"as": "linux//kernel", "message": "DROP SRC=203.0.113.3 DST=10.0.0.1", "line": "x: DROP SRC=203.0.113.3 DST=10.0.0.1"}, "203.0.113.0/28", "high"),
    ({"as": "fortigate//traffic", "dstip": "203.0.113.3", "srcip": "10.0.0.1"}, "203.0.113.0/28", "high"),
    ({"log": "sysmon/11", "TargetFilename": "D:\\dl\\Live700_v1.exe"}, "live700_v1.exe", "low"),
]  # fmt: skip


@pytest.mark.parametrize(("event", "value", "level"), HITS, ids=lambda one: str(one)[:40])
def test_is_found(event: dict[str, Any], value: str, level: str, tmp_path: Path) -> None:
    """The trace is found once, at the level of its time and kind."""
    assert found(event, tmp_path) == [(value, level)]


MISSES = [
    {"log": "sysmon/3", "DestinationIp": "198.51.100.90"},
    {"log": "sysmon/3", "DestinationIp": "203.0.113.16"},
    {"log": "sysmon/22", "QueryName": "notevil.example"},
    {"log": "sysmon/22", "QueryName": "evil.example.org"},
    {"log": "sysmon/1", "CommandLine": "x 1198.51.100.9 198.51.100.9.4 evil-example evil.example-site.org"},
    {"log": "sysmon/1", "Hashes": f"SHA256={SHA256[:-1]}2"},
    {"as": "/proxy/", "c-uri": "http://page.example/a/b?d"},
    {"log": "sysmon/1", "Image": "C:\\Windows\\System32\\conhost.exe"},
]


@pytest.mark.parametrize("event", MISSES, ids=lambda one: str(one)[:60])
def test_what_is_near_is_not_found(event: dict[str, Any], tmp_path: Path) -> None:
    """Neighbours, longer and shorter names, other hashes and names of every host are nothing."""
    assert found(event, tmp_path) == []


TEXTS = st.text(max_size=60) | st.sampled_from(
    ["1.2.3", "999.1.1.1", ":::", "::ffff:", "http://[", "ftp://@:", "..", "a..b", "\ud7ff.example", "%2e%2e"]
)


@settings(max_examples=60, deadline=None)
@given(
    values=st.dictionaries(
        st.sampled_from(
            ["DestinationIp", "QueryName", "QueryResults", "CommandLine", "Hashes", "c-uri", "Image", "message", "url"]
        ),
        TEXTS | st.lists(TEXTS, max_size=3) | st.none() | st.integers() | st.booleans(),
    )
)  # fmt: skip
def test_hostile_values_are_looked_at_and_harm_nothing(values: dict[str, Any]) -> None:
    """Whatever stands in the fields, the matcher goes on; and a listed name beside it is still found."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        event = {"log": "sysmon/22", **values, "DestinationHostname": "evil.example"}
        assert ("evil.example", "high") in found(event, Path(folder))


@given(day=st.dates(), first=st.dates(), length=st.integers(0, 900))
def test_time_is_a_window_with_grace(day: Any, first: Any, length: int) -> None:
    """Inside the published window always, further than the grace outside never."""
    from datetime import date, timedelta

    if not date(1, 3, 1) < first < date(9990, 1, 1):
        return
    last = first + timedelta(days=length)
    inside = in_time(Indicator("domain", "x.y", first.isoformat(), last.isoformat()), f"{day}T00:00:00Z")
    if first <= day <= last:
        assert inside
    if day < first - timedelta(days=30) or day > last + timedelta(days=30):
        assert not inside
