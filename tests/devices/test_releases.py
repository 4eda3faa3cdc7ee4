"""Releases are ordered and told apart as their vendors count them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.devices.releases.table import SCHEMES

_SCHEME_OF = {
    "cisco_iosxe": "cisco_ios_xe",
    "fortios": "dotted",
    "mikrotik": "routeros",
    "qts": "qnap",
    "citrix": "netscaler",
}

ORDERED = [
    ("cisco_ios_xe", "16.12.9", "16.12.10a"),
    ("cisco_ios_xe", "17.09.04", "17.9.4a"),
    ("cisco_ios", "15.2(7)E9", "15.2(7)E10"),
    ("cisco_ios", "15.2(7b)E0b", "15.2(7)E8"),
    ("cisco_asa", "9.8(4)9", "9.8.4.20"),
    ("cisco_nxos", "7.0(3)I7(9)", "7.0(3)I7(10)"),
    ("panos", "10.2.9", "10.2.9-h1"),
    ("panos", "10.2.9-h14", "10.2.10"),
    ("junos", "22.4R2-S1", "22.4R2-S10"),
    ("netscaler", "13.1-48.47", "NS13.1: Build 49.13.nc"),
    ("routeros", "7.13rc1", "7.13"),
    ("zyxel", "5.21", "5.21 Patch 1"),
    ("sophos", "18.5 GA", "18.5 MR4"),
    ("draytek", "1.4.4_Beta", "1.4.4"),
]


@pytest.mark.parametrize(("scheme", "older", "newer"), ORDERED)
def test_order(scheme: str, older: str, newer: str) -> None:
    """The release that came out later has the greater key."""
    one, other = SCHEMES[scheme](older), SCHEMES[scheme](newer)
    assert one is not None
    assert other is not None
    assert one.key < other.key


@pytest.mark.parametrize(
    ("scheme", "one", "other"),
    [
        ("cisco_ios_xe", "17.06.03a", "17.6.3a"),
        ("cisco_ios_xe", "03.06.10.E", "3.6.10E"),
        ("cisco_asa", "9.8(4)20", "9.8.4.20"),
        ("dotted", "v7.2.6,build1575,231101 (GA.F)", "7.2.6"),
        ("zyxel", "5.21(ABUI.1)", "5.21 Patch 1"),
    ],
)
def test_two_spellings_of_one_release(scheme: str, one: str, other: str) -> None:
    """A banner and a record write the same release differently; it has one key."""
    first, second = SCHEMES[scheme](one), SCHEMES[scheme](other)
    assert first is not None
    assert second is not None
    assert first.key == second.key


@pytest.mark.parametrize("text", ["17.6.20210302:012459", "BLD_POLARIS_DEV_LATEST_20210302_012043"])
def test_engineering_builds_have_no_release(text: str) -> None:
    """An experimental image is marked as such and never compared."""
    release = SCHEMES["cisco_ios_xe"](text)
    assert release is not None
    assert release.engineering


def test_worked_pairs(shared: Callable[[str], Path]) -> None:
    """All 49 worked pairs of 14 vendors are in order."""
    pairs = json.loads(shared("devices/version_order_pairs.json").read_text())
    wrong = []
    for family, older, newer in pairs:
        parse = SCHEMES[_SCHEME_OF.get(family, family)]
        one, other = parse(older), parse(newer)
        if one is None or other is None or not one.key < other.key:
            wrong.append((family, older, newer))
    assert wrong == []


def test_no_scheme_raises_on_any_text() -> None:
    """Whatever stands where a version should be, a scheme says that it cannot read it, and nothing worse."""
    for parse in SCHEMES.values():
        for text in ("", "?", "N/A", "версия 1", "1" * 5000, "((((", "1.2(3", "\x00", "-", "v"):
            parse(text)
