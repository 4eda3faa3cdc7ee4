"""Indicator lists in the forms in which they are published."""

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.model.indicator import Indicator
from holdfast.model.status import Problems
from holdfast.sources.indicator_dates import find_dates
from holdfast.sources.indicator_value import read_value, refang
from holdfast.sources.indicators import read_indicators


def read(path: Path) -> tuple[list[Indicator], Problems]:
    problems = Problems()
    return list(read_indicators(path, problems)), problems


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("152.32.138[.]247", "ipv4", "152.32.138.247"),
        ("195[.]123[.]233[.]68", "ipv4", "195.123.233.68"),
        ("178.130.47[.10", "ipv4", "178.130.47.10"),
        ("hxxps://evil[.]example/a/B", "url", "https://evil.example/a/B"),
        ("*.W8510[.]com.", "domain", "w8510.com"),
        ("2A10:1FC0:7::F19C:39B3", "ipv6", "2a10:1fc0:7::f19c:39b3"),
        ("198.51.100.7/24", "cidr", "198.51.100.0/24"),
        ("sha256:" + "A" * 64, "sha256", "a" * 64),
        ("run.sh", "file-name", "run.sh"),
        ("run[.]sh", "domain", "run.sh"),
    ],
)
def test_values_are_read_however_they_are_written(text: str, kind: str, value: str) -> None:
    """Without defanging, in canonical form, of the right type."""
    found = read_value(text)
    assert found is not None
    assert (found.type, found.value) == (kind, value)


def test_a_port_stays_with_its_address() -> None:
    """``address:port`` is an address and a port."""
    found = read_value("203.0.113.9:34125")
    assert found is not None
    assert (found.value, found.port) == ("203.0.113.9", 34125)


@pytest.mark.parametrize(
    "text", ["999.1.1.1", "1.2.3", "hello", "", "a..b", "-.com", "1.2.3.4/33", "\0", "[", "x" * 300]
)
def test_what_is_no_indicator_is_none(text: str) -> None:
    """Nothing is guessed."""
    assert read_value(text) is None


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2023-10-04\t2024-06-28", "2023-10-04", "2024-06-28"),
        ("Dec 5, 2023 - Jan 3, 2024", "2023-12-05", "2024-01-03"),
        ("Feb. 7 – May 6 2022", "2022-02-07", "2022-05-06"),
        ("May – Nov. 2 2022", "2022-05-01", "2022-11-02"),
        ("Dec 15, 2023", "2023-12-15", "2023-12-15"),
        ("2026-03-31; Last Seen: Present", "2026-03-31", ""),
        ("5/31/2021", "2021-05-31", "2021-05-31"),
        ("August 2023", "2023-08-01", "2023-08-31"),
        ("2023-13-45 and Febtober 2", "", ""),
    ],
)
def test_dates_are_read_as_people_write_them(text: str, first: str, last: str) -> None:
    """Missing years come from the later date, months from their first to their last day."""
    dates = find_dates(text)
    assert (dates.first, dates.last) == (first, last)


def test_refang_leaves_plain_text_alone() -> None:
    """Undoing defanging twice changes nothing more."""
    assert refang(refang("hxxp://a[.]b(.)c")) == refang("hxxp://a[.]b(.)c") == "http://a.b.c"


def test_a_text_list_with_headings_dates_and_rules(tmp_path: Path) -> None:
    """Headings give the role, dates the window, details belong to the line above, YARA rules hold no indicators."""
    path = write(
        tmp_path,
        "list.txt",
        "IOC\tType\tFirst Seen\tLast Seen\tCategory\n"
        "198.51.100.4\tIP\t2024-05-30\t2024-09-06\tTier 2\n"
        "qjknpv.example\tTLS Cert Domain\t2024-06-06\t2024-07-29\tTier 2\n"
        f"{'ab' * 32}\tTLS Fingerprint\t\t\tcertificate\n\n"
        "# Payload servers\n203.0.113.5\n203.0.113.6 see blog.example.org for more\n\n"
        "198.51.100.9\nFirst Seen: 2025-04-11; Last Seen: Present; Description: C2\n\n"
        'rule Bot {\n  strings:\n    $a = "192.0.2.77"\n  condition: $a\n}\n192.0.2.78\n',
    )
    found, problems = read(path)
    assert [(item.type, item.value) for item in found] == [
        ("ipv4", "198.51.100.4"), ("domain", "qjknpv.example"), ("certificate", "ab" * 32), ("ipv4", "203.0.113.5"),
        ("ipv4", "203.0.113.6"), ("ipv4", "198.51.100.9"), ("ipv4", "192.0.2.78"),
    ]  # fmt: skip
    by_value = {item.value: item for item in found}
    assert (by_value["198.51.100.4"].first_seen, by_value["198.51.100.4"].last_seen) == (
        "2024-05-30",
        "2024-09-06",
    )
    assert by_value["198.51.100.4"].role == "c2"
    assert by_value["qjknpv.example"].role == "certificate-name"
    assert by_value["203.0.113.5"].role == "download"
    assert (by_value["198.51.100.9"].first_seen, by_value["198.51.100.9"].last_seen) == ("2025-04-11", "")
    assert not problems.lost


def test_what_can_never_be_an_indicator_is_dropped_with_its_reason(tmp_path: Path) -> None:
    """Private addresses, public resolvers, the whole internet, the publisher's own site."""
    path = write(
        tmp_path,
        "mine.csv",
        "value,type\n10.1.2.3,IP\n8.8.8.8,IP\n0.0.0.0/0,CIDR\ncisa.gov,domain\n192.0.2.1,IP\n",
    )
    found, problems = read(path)
    assert [item.value for item in found] == ["192.0.2.1"]
    assert problems.repaired == 4
    assert "RFC 1918" in problems.items[0].says
    assert "public resolver" in problems.items[1].says


def test_the_columns_of_the_contract(tmp_path: Path) -> None:
    """``value, type, first_seen, last_seen, category``, in any order, with unreadable rows reported."""
    path = write(
        tmp_path,
        "c.csv",
        "category,value,type,last_seen,first_seen\nTier 3,192.0.2.4,IP,2024-01-02,2024-01-01\n,???,IP,,\n",
    )
    found, problems = read(path)
    assert [(item.value, item.first_seen, item.last_seen, item.role) for item in found] == [
        ("192.0.2.4", "2024-01-01", "2024-01-02", "management")
    ]
    assert problems.lost == 1


def test_a_stix_bundle_with_the_habits_of_publishers(tmp_path: Path) -> None:
    """Alternatives, ports, relations, revoked objects, and a valid_from that is only the day of publication."""
    created = "2025-08-27T00:00:00.000Z"
    base = {"type": "indicator", "created": created, "valid_from": created, "pattern_type": "stix"}
    bundle = {
        "type": "bundle",
        "objects": [
            {**base, "id": "indicator--1", "pattern": "[ipv4-addr:value = '192.0.2.1' OR ipv4-addr:value='192.0.2.2']"},
            {**base, "id": "indicator--2", "pattern": "[file:hashes.'SHA-256' = '" + "c" * 64 + "']",
             "valid_from": "2024-01-01T00:00:00Z", "valid_until": "2024-02-01T00:00:00Z", "confidence": 10},
            {**base, "id": "indicator--3", "pattern": "[domain-name:value = 'gone.example']", "revoked": True},
            {**base, "id": "indicator--4", "pattern": "[process:command_line LIKE '%x%']"},
            {**base, "id": "indicator--5",
             "pattern": "[network-traffic:dst_ref.value = '192.0.2.9' AND network-traffic:dst_port = 34125]"},
            {"type": "malware", "id": "malware--1", "name": "Nosedive"},
            {"type": "relationship", "relationship_type": "indicates", "source_ref": "indicator--1",
             "target_ref": "malware--1"},
            {"type": "ipv4-addr", "id": "ipv4-addr--1", "value": "192.0.2.1"},
            {"type": "domain-name", "id": "domain-name--1", "value": "seen.example"},
        ],
    }  # fmt: skip
    found, problems = read(write(tmp_path, "bundle.json", json.dumps(bundle)))
    assert [item.value for item in found] == ["192.0.2.1", "192.0.2.2", "c" * 64, "192.0.2.9", "seen.example"]
    assert found[0].actor == "Nosedive"
    assert found[0].first_seen == ""
    assert (found[2].first_seen, found[2].strength) == ("2024-01-01T00:00:00Z", "weak")
    assert found[3].port == 34125
    assert found[4].strength == "weak"
    assert (problems.lost, problems.repaired) == (1, 1)


def test_a_misp_event(tmp_path: Path) -> None:
    """Attributes of the event and of its objects; ports, pairs, deleted ones, and those not meant for detection."""
    attributes = [
        {
            "type": "ip-dst|port",
            "value": "192.0.2.7|443",
            "to_ids": True,
            "first_seen": "2024-01-01T00:00:00+00:00",
        },
        {"type": "domain|ip", "value": "c2.example|192.0.2.8", "to_ids": False},
        {"type": "md5", "value": "d" * 32, "deleted": True},
        {"type": "comment", "value": "192.0.2.9"},
    ]
    inner = [{"Attribute": [{"type": "x509-fingerprint-sha1", "value": "e" * 40, "to_ids": "1"}]}]
    event = {"Event": {"info": "An event", "Attribute": attributes, "Object": inner}}
    found, problems = read(write(tmp_path, "misp.json", json.dumps({"response": [event]})))
    assert [(item.type, item.value, item.port, item.strength) for item in found] == [
        ("ipv4", "192.0.2.7", 443, "strong"), ("domain", "c2.example", None, "weak"), ("ipv4", "192.0.2.8", None, "weak"),
        ("certificate", "e" * 40, None, "strong"),
    ]  # fmt: skip
    assert found[0].source == "An event"
    assert not problems.lost


def test_the_published_list_of_the_botnet_is_read_whole(shared: Callable[[str], Path]) -> None:
    """Text and table of the same publication give the same indicators with the same windows."""
    text, _ = read(shared("flows/iocs/blacklotus/Raptor_Train_IOCs.txt"))
    table, problems = read(shared("flows/iocs/raptor_train_normalised.csv"))
    assert not problems.lost
    assert Counter(item.type for item in table) == {"ipv4": 102, "domain": 107, "certificate": 3}
    dated = {(item.type, item.value, item.first_seen, item.last_seen) for item in text if item.first_seen}
    assert dated == {
        (item.type, item.value, item.first_seen, item.last_seen) for item in table if item.first_seen
    }


def test_other_lists_of_the_publisher_are_read(shared: Callable[[str], Path]) -> None:
    """Each of the 43 files in its own layout gives indicators: the addresses that a plain search finds, but for two.

    Those two stand inside strings of a sample's code.
    """
    missed = set()
    for path in sorted(shared("flows/iocs/blacklotus").iterdir()):
        if path.name in {"README.md", "Quartermaster_IOCs.txt"} or path.suffix == ".csv":
            continue
        found, _ = read(path)
        plain = re.sub(r"[\[\]]", "", path.read_text("utf-8", "replace"))
        wanted = set(re.findall(r"(?<![\w./:])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])", plain))
        missed |= wanted - {item.value.partition("/")[0] for item in found}
        assert found, path.name
    assert missed <= {"110.42.185.232", "141.98.212.62"}
