"""An assessment tells which customers and suppliers listed parties own, wholly, perhaps, or in part."""

from datetime import date
from pathlib import Path

from holdfast.app.sections.holdings import assess
from holdfast.app.sections.interface import SectionRequest, SectionResult
from holdfast.app.settings import Settings
from holdfast.app.watchlist import open_watchlist
from holdfast.model.finding import Verdict
from holdfast.model.progress import Silent

LISTED = '"INTEGRITY TECHNOLOGY GROUP, INCORPORATED"'
HOLDINGS = f"""owner,owned,percent,valid_from,valid_to
{LISTED},Mid Co,60,,
Mid Co,Caught Ltd,50,,
{LISTED},Minor Ltd,20,,
{LISTED},Perhaps Ltd,25-50,,
{LISTED},Stranger Ltd,90,,
{LISTED},Former Ltd,70,2019-01-01,2023-12-31
Peter,Clean Ltd,100,,
"""
CUSTOMERS = "id,name\nC1,CAUGHT Ltd.\nC2,Minor Ltd\nC3,Perhaps Ltd\nC4,Former Ltd\nC5,Clean Ltd\n"


def run(tmp_path: Path) -> SectionResult:
    (tmp_path / "holdings.csv").write_text(HOLDINGS, "utf-8")
    (tmp_path / "customers.csv").write_text(CUSTOMERS, "utf-8")
    home = Settings(tmp_path / "home")
    entry = {"file": "holdings.csv", "entities": ["customers.csv"]}
    return assess(
        SectionRequest(tmp_path, (entry,), open_watchlist(home), date(2026, 11, 23), home, Silent())
    )


def test_touches_of_customers_and_of_nobody_else(tmp_path: Path) -> None:
    """Each customer that a listed party owns is a finding, with its row, its effect and, when blocked, its deadline."""
    findings = {finding.subject: finding for finding in run(tmp_path).findings}
    assert {subject: finding.verdict for subject, finding in findings.items()} == {
        "C1": Verdict.YES,
        "C2": Verdict.REVIEW,
        "C3": Verdict.REVIEW,
        "C4": Verdict.REVIEW,
    }
    caught = findings["C1"]
    assert (caught.role, caught.due, caught.party) == ("customer", "2026-12-08", "dossier:integrity-tech")
    assert caught.details["chains"] == [["INTEGRITY TECHNOLOGY GROUP, INCORPORATED", "Mid Co", "Caught Ltd"]]
    assert str(caught.evidence[0].origin) == "holdings.csv, line 3"
    assert findings["C2"].title == (
        "Minor Ltd is not caught, but the stake of INTEGRITY TECHNOLOGY GROUP, INCORPORATED in it is blocked property"
    )
    assert findings["C4"].title == "Former Ltd was owned by a listed party"


def test_the_same_folder_elsewhere_gives_the_same_findings(tmp_path: Path) -> None:
    """Ids depend on the records, not on where they lie."""
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    assert [finding.id for finding in run(first).findings] == [finding.id for finding in run(second).findings]


def test_the_worst_is_drawn_first(tmp_path: Path) -> None:
    """The panel has a drawing a finding, caught ones before those for review."""
    (panel,) = run(tmp_path).panels
    assert [drawing["entity"] for drawing in panel.data["drawings"]] == [
        "Caught Ltd",
        "Perhaps Ltd",
        "Former Ltd",
        "Minor Ltd",
    ]
