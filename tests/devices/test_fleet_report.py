"""The files of a fleet report."""

import csv
import json
from pathlib import Path

from holdfast.app.devices import DevicesRequest, assess_devices
from holdfast.app.settings import Settings

NO_HOME = Settings(Path("no-home"))
"""Without any update the facts that ship are what judges."""

NORTHGATE = Path(__file__).resolve().parents[2] / "examples/northgate"


def test_report_of_the_example(tmp_path: Path) -> None:
    """Signs come first, then what an actor uses where its service is on; VEX says the same verdicts; pages exist."""
    request = DevicesRequest(
        (NORTHGATE / "devices",), allow=NORTHGATE / "devices-own.toml", report=tmp_path / "out"
    )
    rows = list(assess_devices(request, NO_HOME).rows)
    with (tmp_path / "out/worklist.csv").open(newline="") as stream:
        work = list(csv.DictReader(stream))
    assert [row["device"] for row in work[:3]] == ["syr-sw-99", "alb-rt-99", "utc-fw-99"]
    assert [row["priority"] for row in work] == sorted(row["priority"] for row in work)
    vex = json.loads((tmp_path / "out/vex.json").read_text())
    affected = {
        (device, item["cve"])
        for item in vex["vulnerabilities"]
        for device in item["product_status"].get("known_affected", [])
    }
    assert affected == {(row["device"], row["cve"]) for row in rows if row.get("verdict") == "affected"}
    assert vex["document"]["category"] == "csaf_vex"
    assert len(list((tmp_path / "out").glob("*.html"))) == len(work) + 1


def test_hostile_names(tmp_path: Path) -> None:
    """A device's name cannot leave the folder, run in a spreadsheet or become markup."""
    name = "=cmd|' /C calc'!A0/../../<script>x"
    inventory = tmp_path / "inventory.csv"
    inventory.write_text(f'device,family,version\n"{name}",ios-xe,17.9.2\n')
    list(assess_devices(DevicesRequest((inventory,), report=tmp_path / "deep/out"), NO_HOME).rows)
    assert sorted(path.suffix for path in (tmp_path / "deep/out").iterdir()) == [
        ".csv",
        ".html",
        ".html",
        ".json",
    ]
    with (tmp_path / "deep/out/worklist.csv").open(newline="") as stream:
        assert next(csv.DictReader(stream))["device"].startswith("'=")
    assert all("<script>" not in page.read_text() for page in (tmp_path / "deep/out").glob("*.html"))
