"""An assessment runs what it can, says what it could not, and never leaves its folder."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from holdfast.app.assess import SECTIONS, AssessOptions, assess
from holdfast.app.report import write_report
from holdfast.app.sections.files import find_files
from holdfast.app.settings import Settings
from holdfast.model.errors import InputError, UsageError
from holdfast.model.finding import Verdict
from holdfast.model.status import State

ROOT = Path(__file__).resolve().parent.parent.parent


def make_folder(tmp_path: Path, config: str, **files: str) -> Path:
    folder = tmp_path / "records"
    folder.mkdir()
    (folder / "holdfast.toml").write_text(config, "utf-8")
    for name, content in files.items():
        (folder / f"{name}.csv").write_text(content, "utf-8")
    return folder


def test_folder_without_configuration_says_what_to_write(home: Path, tmp_path: Path) -> None:
    """A folder without holdfast.toml is a usage error that points at an example."""
    with pytest.raises(UsageError, match=r"has no holdfast\.toml.*examples/northgate"):
        assess(tmp_path, Settings(home))


@pytest.mark.parametrize("config", ["[assessment", "\x00", "[assessment]\nas_of = 'yesterday'"])
def test_broken_configuration_is_a_usage_error(config: str, home: Path, tmp_path: Path) -> None:
    """A configuration that is not TOML, or has no date where one belongs, is named."""
    with pytest.raises(UsageError, match=r"holdfast\.toml"):
        assess(make_folder(tmp_path, config), Settings(home))


def test_unknown_table_is_reported_as_unchecked(home: Path, tmp_path: Path) -> None:
    """A misspelt section is a failed status, not silence."""
    made = assess(make_folder(tmp_path, "[[partys]]\nfile = 'x.csv'"), Settings(home))
    assert [(status.subject, status.state) for status in made.statuses] == [("partys", State.FAILED)]


def test_date_is_the_option_then_the_folder(home: Path, tmp_path: Path) -> None:
    """The caller's date wins over the folder's."""
    folder = make_folder(tmp_path, "[assessment]\nas_of = 2026-11-23")
    assert assess(folder, Settings(home)).as_of == "2026-11-23"
    assert assess(folder, Settings(home), AssessOptions(date(2026, 3, 4))).as_of == "2026-03-04"


def test_paths_never_leave_the_folder(tmp_path: Path) -> None:
    """Neither dots, nor absolute paths, nor links lead out of the assessed folder."""
    folder = make_folder(tmp_path, "")
    (tmp_path / "secret.csv").write_text("id,name\n")
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    for named in ("../secret.csv", str(tmp_path / "secret.csv"), "link.csv"):
        with pytest.raises(UsageError, match="leaves the assessed folder"):
            find_files(folder, {"file": named})
    assert [path.name for path in find_files(folder, {"file": "."})] == ["holdfast.toml"]
    with pytest.raises(InputError, match="no such file"):
        find_files(folder, {"file": "none.csv"})
    with pytest.raises(UsageError, match="lacks the key 'file'"):
        find_files(folder, {})


def test_report_of_an_empty_folder_names_every_kind_not_checked(home: Path, tmp_path: Path) -> None:
    """The four files are written, and the page says that no records of any kind were there."""
    made = assess(make_folder(tmp_path, "[assessment]\nas_of = 2026-11-23"), Settings(home))
    written = write_report(made, tmp_path / "out")
    assert sorted(written) == ["bundle.json", "findings.jsonl", "report.html", "status.jsonl"]
    assert written["findings.jsonl"].read_bytes() == b""
    assert made.absent == tuple(SECTIONS)


def test_only_kinds_without_records_are_said_to_be_absent(home: Path, tmp_path: Path) -> None:
    """A kind that was checked is never listed as unchecked, whatever its checks are called."""
    folder = make_folder(tmp_path, "[[parties]]\nfile = 'a.csv'", a="id,name\n1,Somebody\n")
    made = assess(folder, Settings(home))
    assert "parties" not in made.absent
    page = write_report(made, tmp_path / "out")["report.html"].read_text("utf-8")
    assert page.count("no such records in the folder") == len(SECTIONS) - 1


def test_one_wrong_path_hides_nothing_of_the_others(home: Path, tmp_path: Path) -> None:
    """A file that is not there, a page of HTML and an empty folder each leave a failed status; the customers beside them are screened."""
    tables = [
        f"[[parties]]\nfile = '{name}'" for name in ("absent.csv", "page.csv", "customers.csv", "empty")
    ]
    folder = make_folder(
        tmp_path,
        "\n".join(tables),
        customers="Kunden-Nr.;Firmenname\nK-1;Integrity Technology Group Inc\n",
        page="<html></html>\n",
    )
    (folder / "empty").mkdir()
    made = assess(folder, Settings(home))
    assert [finding.subject for case in made.cases for finding in case.findings] == ["K-1"]
    failed = " ".join(status.reason for status in made.statuses if status.state is State.FAILED)
    for says in ("absent.csv: no such file", "page.csv: has no column 'name'", "empty: holds no file"):
        assert says in failed


def test_a_copy_of_the_folder_gives_the_same_bytes(home: Path, tmp_path: Path) -> None:
    """Findings and statuses of the example do not depend on where it lies, nor on the run."""
    kept = []
    for name in ("one", "another/deeper"):
        folder = tmp_path / name
        shutil.copytree(ROOT / "examples/northgate", folder)
        written = write_report(assess(folder, Settings(home)), tmp_path / "out" / name)
        kept.append([written[file].read_bytes() for file in sorted(written)])
        assert str(tmp_path).encode() not in b"".join(kept[-1])
    assert kept[0] == kept[1]


def test_example_finds_what_is_planted_and_spares_the_near_misses(home: Path) -> None:
    """Names, aliases, numbers, a website and three kinds of ownership are found; like names elsewhere are not."""
    made = assess(ROOT / "examples/northgate", Settings(home))
    found = {finding.subject: finding for finding in made.findings if finding.kind in {"party", "ownership"}}
    touches = {
        "C-10417",
        "C-11873",
        "C-12290",
        "V-2207",
        "V-2391",
        "V-2450",
        "V-2188",
        "C-10944",
        "C-11502",
        "C-12005",
    }
    assert touches <= found.keys()
    assert not {"C-10088", "C-10755", "C-11331", "V-2019", "V-2077", "V-2333"} & found.keys()
    assert "blocked property" in found["C-12118"].effect or "stake" in found["C-12118"].title


def test_example_traffic_names_subscribers_and_spares_used_numbers(home: Path) -> None:
    """Members in the archive, a line behind the NAT, the management tier; no neighbour, no rented address, no transit."""
    made = assess(ROOT / "examples/northgate", Settings(home))
    found = {finding.subject: finding for finding in made.findings if finding.kind == "flow"}
    sure = {subject for subject, finding in found.items() if finding.verdict is Verdict.YES}
    assert sure >= {"203.0.113.41", "203.0.113.88", "198.51.100.18", "198.51.100.23", "203.0.113.200"}
    assert "100.64.7.21" in sure  # seen inside the NAT, in the exports of the gateway
    assert found.keys() >= {"203.0.113.120", "10.20.3.14", "10.20.0.9", "2001:db8:20::9"}
    spared = {
        "100.64.9.140",
        "203.0.113.60",
        "203.0.113.61",
        "203.0.113.62",
        "192.0.2.9",
        "10.20.1.22",
        "10.20.1.23",
    }
    assert not spared & found.keys()
    assert not [subject for subject in found if "207.148.68.131" in found[subject].title]
    assert "server of the botnet" in found["203.0.113.200"].next_step
    assert found["10.20.3.14"].role == "own host"
    assert "222(d)(2)" in found["203.0.113.88"].effect
    behind = found["198.51.100.18"]
    assert behind.due == "2027-02-20"  # 900 days after the last flow, when the log of the translator ends
    assert "ask the log of the translator for port" in behind.evidence[0].says
    assert found["203.0.113.41"].due == ""
    panel = next(panel for panel in made.panels if panel.kind == "traffic")
    judged = {item["name"]: item["live"] for item in panel.data["controllers"]}
    assert judged["195.234.62.188"] == 2
    assert judged["207.148.68.131"] == judged["w8510.com"] == judged["45.92.70.111"] == 0


def test_traffic_of_a_host_of_the_actor_is_told_apart(home: Path, tmp_path: Path) -> None:
    """A listed address in an own range is hosted: another title, another law, another step; a past NAT log has no term."""
    flows = "ts,src,sport,dst,dport,proto\n1725321600,192.0.2.44,40000,195.234.62.188,443,tcp\n"
    flows += "1725321600,198.51.100.3,40001,89.44.198.200,443,tcp\n"
    config = (
        "[assessment]\nas_of = 2026-11-23\n[[flows]]\nfile = 'traffic.csv'\ninside = ['195.234.62.0/24']\n"
        "shared = ['198.51.100.0/28']\nnat_log_days = 90\n"
    )
    made = assess(make_folder(tmp_path, config, traffic=flows), Settings(home))
    hosted, translated = sorted(made.findings, key=lambda finding: finding.subject)
    assert hosted.title == "195.234.62.188, in your own range, is a listed address of Raptor Train"
    assert "31 CFR 578.201" in hosted.effect
    assert hosted.role == "own address"
    assert "who rents the address" in hosted.next_step
    assert (translated.subject, translated.due) == ("198.51.100.3", "")


def test_a_mistake_in_the_ranges_fails_the_section_alone(home: Path, tmp_path: Path) -> None:
    """A network that is none is named, and the other sections still ran."""
    config = "[[flows]]\nfile = 'a.csv'\ninside = ['203.0.113.0/33']\n[[parties]]\nfile = 'a.csv'\n"
    made = assess(make_folder(tmp_path, config, a="id,name\n1,Somebody\n"), Settings(home))
    states = {status.subject: (status.state, status.reason) for status in made.statuses}
    assert states["flows"][0] is State.FAILED
    assert "'203.0.113.0/33' is no network" in states["flows"][1]
    assert len(states) > 1
