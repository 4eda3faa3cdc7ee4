"""The fleet in an assessment: the example carrier's devices, planted and look-alike."""

from pathlib import Path

from holdfast.app.assess import assess
from holdfast.app.devices import DevicesRequest, assess_devices
from holdfast.app.settings import Settings
from holdfast.model.panel import Panel
from holdfast.reports.panels import render_panel

NO_HOME = Settings(Path("no-home"))
"""Without any update the facts that ship are what judges."""

NORTHGATE = Path(__file__).resolve().parents[2] / "examples/northgate"


def test_example_fleet() -> None:
    """Each planted device is found for its own reason, and no healthy one is called affected."""
    request = DevicesRequest((NORTHGATE / "devices",), allow=NORTHGATE / "devices-own.toml")
    outcome = assess_devices(request, NO_HOME)
    rows = list(outcome.rows)
    verdicts = {(row["device"], row["cve"]): row["verdict"] for row in rows if "cve" in row}
    signs = {(row["device"], row["check"]) for row in rows if row.get("kind") == "sign"}
    assert {device for (device, _), verdict in verdicts.items() if verdict == "affected"} == {
        "syr-sw-99",
        "utc-fw-99",
        "elm-nas-1",
        "ith-adc-1",
        "wtn-vpn-1",
        "bgm-dc-99",
        "bgm-sw-98",
        "wtn-sw-97",
    }
    assert verdicts["alb-rt-99", "CVE-2023-20198"] == "review"
    assert verdicts["ith-rt-01", "CVE-2023-20198"] == "review"
    assert verdicts["utc-mt-98", "CVE-2023-30799"] == "review"
    assert verdicts["syr-lab-1", "CVE-2023-20198"] == "review"
    assert signs == {
        ("syr-sw-99", "USER_PRIV15_UNEXPECTED"),
        ("syr-sw-99", "USER_KNOWN_BAD"),
        ("syr-sw-99", "WEBUI_PORT_18XXX"),
        ("alb-rt-99", "SSH_PORT_PATTERN"),
        ("alb-rt-99", "TUNNEL_UNEXPECTED"),
        ("alb-rt-99", "PCAP_ONBOX"),
        ("alb-rt-99", "LOGGING_REMOVED"),
    }
    assert all(status.state == "ok" for status in outcome.statuses())


def test_assessment_includes_the_fleet(tmp_path: Path) -> None:
    """Devices become findings that name the actor, so that they join its case; a mere claim names nobody."""
    folder = tmp_path / "carrier"
    folder.mkdir()
    (folder / "holdfast.toml").write_text(
        '[assessment]\nas_of = 2026-11-23\n[[devices]]\nfile = "fleet.csv"\n'
    )
    (folder / "fleet.csv").write_text("device,family,version\nr1,ios-xe,17.9.2\nn1,nx-os,9.3(13)\n")
    result = assess(folder, Settings(tmp_path / "home"))
    findings = [finding for case in result.cases for finding in case.findings]
    assert {(item.subject, item.details["cve"]) for item in findings if item.verdict == "yes"} == {
        ("r1", "CVE-2023-20198"),
        ("r1", "CVE-2023-20273"),
    }
    assert {actor for item in findings for actor in item.details["actors"]} == {"Salt Typhoon"}
    assert [panel.kind for panel in result.panels] == ["fleet"]


def test_panel_escapes_device_names() -> None:
    """A device's name is text on the page, whatever it holds."""
    work = [{"device": "<script>x</script>", "affected": 1, "review": 0, "sign": 2, "risk": 0}]
    data = {"devices": 1, "texts": 0, "affected": 1, "review": 0, "signs": 1, "work": work, "more": 0}
    html = render_panel(Panel("fleet", "t", data))
    assert "<script>" not in html
    assert "2 signs of compromise" in html
