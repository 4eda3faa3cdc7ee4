"""Verdicts on releases, from records as they are published."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.devices.exposure import Exposures, Verdict
from holdfast.model.device import Device
from holdfast.model.vulnerability import Statement
from holdfast.sources.cve5 import read_affected
from holdfast.sources.shipped_vulnerabilities import read_claim, read_shipped, write_claim
from holdfast.sources.vulnerabilities import read_paths

SHIPPED = read_shipped()


def verdict(statements: list[Statement], cve: str, family: str, product: str, version: str) -> Verdict:
    device = Device("d", family=family, product=product, version=version)
    found = [item for item in Exposures(statements).of(device) if item.cve == cve]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("family", "product", "version", "cve", "expected"),
    [
        ("ios-xe", "", "17.09.02", "CVE-2023-20198", "affected"),
        ("ios-xe", "", "17.09.04a", "CVE-2023-20198", "not_affected"),
        ("ios-xe", "", "16.9.8a", "CVE-2023-20198", "review"),
        ("ios-xe", "", "17.12.1w", "CVE-2023-20198", "review"),
        ("ios-xe", "", "17.15.20240326:010319", "CVE-2023-20198", "review"),
        ("nx-os", "", "9.3(13)", "CVE-2024-20399", "affected"),
        ("asa", "", "9.8(4)20", "CVE-2020-3452", "not_affected"),
        ("asa", "", "9.8(4)19", "CVE-2020-3452", "affected"),
        ("panos", "", "10.2.8-h3", "CVE-2024-3400", "review"),
        ("FortiOS", "FortiOS", "7.0.14", "CVE-2024-21762", "not_affected"),
        ("FortiProxy", "FortiProxy", "7.0.14", "CVE-2024-21762", "affected"),
        ("netscaler", "NetScaler ADC", "13.1-37.159-FIPS", "CVE-2023-3519", "not_affected"),
        ("netscaler", "NetScaler ADC", "13.1-37.200", "CVE-2023-3519", "review"),
        ("junos", "Junos OS (EX Series)", "22.4R2-S2", "CVE-2023-36844", "not_affected"),
        ("junos", "Junos OS (MX Series)", "22.1R3-S3", "CVE-2023-36844", "not_affected"),
        ("junos", "Junos OS", "22.1R3-S3", "CVE-2023-36844", "review"),
        ("dlink", "DIR-868L rev B", "1.20B01", "CVE-2019-17621", "not_affected"),
        ("hikvision", "DS-2CD2143", "V5.5.800 build 210628", "CVE-2021-36260", "review"),
    ],
)
def test_shipped_facts(family: str, product: str, version: str, cve: str, expected: str) -> None:
    """What ships answers for the actors' own CVEs, offline, with unknowns kept as review."""
    assert verdict(SHIPPED.statements, cve, family, product, version).exposure == expected


def test_worked_cases(shared: Callable[[str], Path]) -> None:
    """All 123 worked version cases get their verdict, with unknowns as review."""
    records, _ = read_paths([shared("devices/cve5"), shared("devices/cve5_network.jsonl.gz")])
    more, _ = read_paths([shared("devices/cve5_transcribed"), shared("devices/nvd_transcribed")])
    data = read_shipped()
    data.add(records)
    data.add(more)
    exposures = Exposures(data.statements)
    wrong = []
    with shared("devices/version_cases.csv").open(newline="") as stream:
        for case in csv.DictReader(stream):
            device = Device(
                "d", family=case["family"], product=case["product"], version=case["version_as_shown"]
            )
            found = {item.cve: item for item in exposures.of(device)}.get(case["cve"])
            want = case["expected_combined"].replace("unknown", "review")
            if found is None or found.exposure != want:
                wrong.append((case["id"], want, found))
    assert wrong == []


def test_two_branches_in_one_bound() -> None:
    """A fix that came to two branches clears each branch from its own release on, and no other."""
    affected = [
        {
            "vendor": "Juniper Networks",
            "product": "Junos OS",
            "defaultStatus": "unaffected",
            "versions": [
                {"version": "23.2", "lessThan": "23.2R1-S1, 23.2R2", "status": "affected"},
            ],
        }
    ]
    statements = list(read_affected("CVE-2099-0001", "vendor: test", "2099-01-01", affected))
    for version, expected in (
        ("23.2R1", "affected"),
        ("23.2R1-S1", "not_affected"),
        ("23.2R2", "not_affected"),
    ):
        assert verdict(statements, "CVE-2099-0001", "junos", "Junos OS", version).exposure == expected


def test_shipped_claims_are_written_as_they_are_read() -> None:
    """The short text of a claim loses nothing."""
    for statement in SHIPPED.statements:
        for claim in statement.claims:
            assert read_claim(write_claim(claim)) == claim
