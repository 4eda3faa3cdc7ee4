"""Files in, verdicts out: the verb ``devices``."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.app.devices import DevicesRequest, assess_devices
from holdfast.app.settings import Settings
from holdfast.records.device_banner import read_banners

NO_HOME = Settings(Path("no-home"))
"""Without any update the facts that ship are what judges."""

INVENTORY = """device,vendor,family,product,model,version,config
core1,Cisco,IOS-XE,,C9500-24Y4C,17.09.02,
core2,Cisco,iosxe,,C9500-24Y4C,17.09.04a,
leaf1,Cisco,nx-os,,N9K,9.3(13),
fw1,Fortinet,,FortiOS,FortiGate-60F,"v7.2.6,build1575,231101 (GA.F)",
nas1,Zyxel,,NAS326 firmware,NAS326,V5.21(AAZF.16)C0,
"""

BANNER = """core9#show version\r
Cisco IOS XE Software, Version 17.06.05\r
Cisco IOS Software [Bengaluru], Catalyst L3 Switch Software (CAT9K_IOSXE), Version 17.6.5, RELEASE SOFTWARE (fc2)\r
 --More-- \x08\x08\x08\x08\x08\x08\x08\x08\x08        \x08\x08\x08\x08\x08\x08\x08\x08\x08core9 uptime is 3 weeks, 1 day\r
cisco C9300-48P (X86) processor with 1331521K/6147K bytes of memory.\r
core8#show version\r
Cisco Nexus Operating System (NX-OS) Software\r
  NXOS: version 10.4(3) [build 10.4(2)IMG9(0.27)]\r
"""


def verdicts(*paths: Path, every: bool = False) -> dict[tuple[str, str], str]:
    outcome = assess_devices(DevicesRequest(tuple(paths), every=every), NO_HOME)
    return {
        (str(row["device"]), str(row["cve"])): str(row["verdict"]) for row in outcome.rows if "cve" in row
    }


def test_inventory(tmp_path: Path) -> None:
    """Each release of an inventory is judged by its own vendor's order, whatever the family is called."""
    path = tmp_path / "inventory.csv"
    path.write_text(INVENTORY)
    found = verdicts(path)
    assert found["core1", "CVE-2023-20198"] == "affected"
    assert ("core2", "CVE-2023-20198") not in found
    assert found["leaf1", "CVE-2024-20399"] == "affected"
    assert found["fw1", "CVE-2024-21762"] == "affected"
    assert found["nas1", "CVE-2024-29973"] == "affected"
    assert verdicts(path, every=True)["core2", "CVE-2023-20198"] == "not_affected"


def test_saved_output_of_two_devices(tmp_path: Path) -> None:
    """Paging marks and Windows line ends are passed over, and two devices in one file are two."""
    devices = list(read_banners(BANNER, "saved.txt"))
    assert [(item.name, item.family, item.version) for item in devices] == [
        ("core9", "cisco_ios_xe", "17.06.05"),
        ("core8", "cisco_nxos", "10.4(3)"),
    ]
    (tmp_path / "saved.txt").write_text(BANNER)
    assert verdicts(tmp_path)["core9", "CVE-2023-20198"] == "affected"


def test_netbox_export(tmp_path: Path) -> None:
    """A NetBox export has its version in the platform's name or a custom field; both are read."""
    path = tmp_path / "netbox.json"
    path.write_text(
        '{"count": 2, "results": ['
        '{"name": "r1", "device_type": {"manufacturer": {"name": "Cisco"}, "model": "C9300"},'
        ' "platform": {"name": "IOS XE 17.9.2"}},'
        '{"name": "r2", "device_type": {"manufacturer": {"name": "Cisco"}, "model": "C9300"},'
        ' "platform": {"name": "IOS XE"}, "custom_fields": {"software_version": "17.9.4a"}}]}'
    )
    found = verdicts(path, every=True)
    assert found["r1", "CVE-2023-20198"] == "affected"
    assert found["r2", "CVE-2023-20198"] == "not_affected"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "netbox.csv",
            "Name,Manufacturer,Type,Platform,Software version\nr1,Cisco,C9300,Cisco IOS-XE,17.09.02\n",
        ),
        (
            "netbox-cf.csv",
            "name,manufacturer,device_type,platform,cf_sw_version\nr1,Cisco,C9300,ios-xe,17.9.2\n",
        ),
        (
            "nautobot.json",
            (
                '{"count": 1, "results": [{"name": "r1", "device_type": {"manufacturer": {"display": "Cisco"}, "model": "C9300"},'
                ' "platform": {"display": "Cisco IOS XE"}, "software_version": {"display": "IOS XE - 17.9.2", "version": "17.9.2"}}]}'
            ),
        ),
        (
            "nautobot-graphql.json",
            (
                '{"data": {"devices": [{"name": "r1", "device_type": {"model": "C9300", "manufacturer": {"name": "Cisco"}},'
                ' "platform": {"name": "cisco_ios_xe"}, "_custom_field_data": {}, "custom_fields": {"OS-Version": {"value": "17.9.2"}}}]}}'
            ),
        ),
    ],
)
def test_exports_of_inventories(tmp_path: Path, name: str, content: str) -> None:
    """The shapes in which NetBox and Nautobot export a device all give its release."""
    (tmp_path / name).write_text(content)
    assert verdicts(tmp_path / name)["r1", "CVE-2023-20198"] == "affected"


def test_a_broken_file_hides_nothing(tmp_path: Path) -> None:
    """A binary file is a failed status; the inventory beside it is judged."""
    (tmp_path / "a.bin").write_bytes(bytes(range(32)) * 40)
    (tmp_path / "inventory.csv").write_text(INVENTORY)
    outcome = assess_devices(DevicesRequest((tmp_path,)), NO_HOME)
    assert len(list(outcome.rows)) > 3
    assert sorted(s.state.value for s in outcome.statuses() if s.plug == "records.devices") == [
        "failed",
        "ok",
    ]


def test_public_banners(shared: Callable[[str], Path]) -> None:
    """All 35 public outputs give family, version and model, and engineering builds are marked."""
    base = shared("devices/outputs/show_version_expected.csv").parent
    wrong = []
    with (base / "show_version_expected.csv").open(newline="") as stream:
        for row in csv.DictReader(stream):
            text = (base / row["file"]).read_text(errors="replace")
            found = [
                (item.family, item.model, "yes" if item.engineering else "no")
                for item in read_banners(text, row["file"])
            ]
            versions = [item.version for item in read_banners(text, row["file"])]
            spelled = {row["version"], *row["also_accepted"].split(";")}
            if (
                found != [(row["os_family"], row["model"], row["engineering_build"])]
                or not set(versions) <= spelled
            ):
                wrong.append((row["file"], found, versions))
    assert wrong == []
