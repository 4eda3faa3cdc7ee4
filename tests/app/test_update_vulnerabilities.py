"""Vulnerability data in editions: read, dated, kept, used by devices and repeatable."""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from holdfast.app.assess import AssessOptions, assess
from holdfast.app.devices import DevicesRequest, assess_devices
from holdfast.app.editions import list_editions
from holdfast.app.settings import Settings
from holdfast.app.update import UpdateOptions, update
from holdfast.app.watchlist import open_watchlist
from holdfast.model.errors import StoreError, UsageError
from holdfast.model.progress import Silent
from holdfast.sources.feeds import FEEDS
from holdfast.store.editions import Editions
from holdfast.store.memory import MemoryWatchlist


def record(
    cve: str, versions: list[str], changed: str, product: str = "Example Switch Software"
) -> dict[str, object]:
    affected = [
        {
            "vendor": "Cisco",
            "product": product,
            "versions": [{"version": item, "status": "affected"} for item in versions],
        }
    ]
    return {
        "dataType": "CVE_RECORD",
        "cveMetadata": {"cveId": cve, "assignerShortName": "cisco", "state": "PUBLISHED"},
        "containers": {"cna": {"providerMetadata": {"dateUpdated": changed}, "affected": affected}},
    }


KEV = {
    "dateReleased": "2026-11-20T10:00:00Z",
    "vulnerabilities": [{"cveID": "CVE-2099-0001", "dateAdded": "2026-11-19", "dueDate": "2026-12-10"}],
}
EPSS = "#model_version:v2026.03.15,score_date:2026-11-21T00:00:00+0000\ncve,epss,percentile\nCVE-2099-0001,0.87,0.99\n"
CSAF = {
    "document": {
        "publisher": {"name": "Cisco"},
        "tracking": {"id": "cisco-sa-test", "current_release_date": "2026-11-18T16:00:00Z"},
    },
    "product_tree": {
        "branches": [
            {
                "category": "vendor",
                "name": "Cisco",
                "branches": [
                    {
                        "category": "product_family",
                        "name": "Cisco IOS XE Software",
                        "branches": [
                            {
                                "category": "product_version",
                                "name": "17.9.2",
                                "product": {"name": "x", "product_id": "P1"},
                            }
                        ],
                    }
                ],
            }
        ]
    },
    "vulnerabilities": [{"cve": "CVE-2099-0002", "product_status": {"known_affected": ["P1"]}}],
}
INVENTORY = "device,vendor,family,version\nsw-1,Cisco,ios-xe,17.9.2\n"


def run(home: Path, places: Mapping[str, Path], **options: object) -> list[dict[str, object]]:
    chosen = UpdateOptions({source: str(place) for source, place in places.items()}, **options)  # type: ignore[arg-type]  # keywords of the dataclass
    return [dict(row) for row in update(Settings(home), chosen, Silent()).rows]


def write(folder: Path, name: str, content: object) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def judge(home: Path, folder: Path, edition: str = "") -> dict[str, dict[str, object]]:
    inventory = write(folder, "inventory.csv", INVENTORY)
    rows = assess_devices(DevicesRequest((inventory,), edition=edition), Settings(home)).rows
    return {str(row["cve"]): dict(row) for row in rows if "cve" in row}


def ios_xe(versions: list[str], changed: str = "2026-11-10T00:00:00Z") -> dict[str, object]:
    return record("CVE-2099-0001", versions, changed, "Cisco IOS XE Software")


def test_devices_use_what_was_updated(home: Path, tmp_path: Path) -> None:
    """A record, a catalogue, scores and an advisory that an update read judge a device, with the edition in the row."""
    rows = run(
        home,
        {
            "cve": write(tmp_path, "cve/CVE-2099-0001.json", ios_xe(["17.9.2"])),
            "kev": write(tmp_path, "kev.json", KEV),
            "epss": write(tmp_path, "epss.csv", EPSS),
            "csaf": write(tmp_path, "csaf/advisory.json", CSAF),
        },
    )
    assert [(row["source"], row["status"], row["published"], row["records"]) for row in rows] == [
        ("cve", "updated", "2026-11-10", 1),
        ("kev", "updated", "2026-11-20", 1),
        ("epss", "updated", "2026-11-21", 1),
        ("csaf", "updated", "2026-11-18", 1),
    ]
    verdicts = judge(home, tmp_path)
    first = verdicts["CVE-2099-0001"]
    assert (first["verdict"], first["exploited_since"], first["likelihood"]) == (
        "affected",
        "2026-11-19",
        0.87,
    )
    assert first["edition"] == rows[0]["edition"]
    assert verdicts["CVE-2099-0002"]["verdict"] == "affected"
    assert "CVE-2023-20198" in verdicts, "what the dossier says of the watched actors still judges"


def test_an_older_edition_gives_the_old_verdict(home: Path, tmp_path: Path) -> None:
    """The vendor's corrected record decides from then on; the edition of before still says what it said."""
    (old,) = run(home, {"cve": write(tmp_path, "a.json", ios_xe(["17.9.3", "17.9.1"]))})
    (new,) = run(
        home, {"cve": write(tmp_path, "a.json", ios_xe(["17.9.1", "17.9.2", "17.9.3"], "2026-11-22"))}
    )
    assert judge(home, tmp_path, str(old["edition"]))["CVE-2099-0001"]["verdict"] == "review"
    assert judge(home, tmp_path, str(new["edition"]))["CVE-2099-0001"]["verdict"] == "affected"
    assert judge(home, tmp_path, "")["CVE-2099-0001"]["edition"] == new["edition"]


def test_assess_uses_the_edition(home: Path, tmp_path: Path) -> None:
    """An assessment judges by the edition, names each source with its date, and repeats by the edition's id."""
    (row,) = run(
        home,
        {
            "cve": write(
                tmp_path,
                "cve.json",
                record("CVE-2023-20198", ["17.9.2"], "2026-11-01", "Cisco IOS XE Software"),
            )
        },
    )
    folder = tmp_path / "firm"
    write(folder, "inventory.csv", INVENTORY)
    write(folder, "holdfast.toml", '[assessment]\nas_of = 2026-11-25\n[[devices]]\nfile = "inventory.csv"\n')
    result = assess(folder, Settings(home), AssessOptions(edition=str(row["edition"])))
    (finding,) = [item for item in result.findings if item.details.get("cve") == "CVE-2023-20198"]
    assert finding.basis.edition == row["edition"]
    assert "of 2026-11-01" in finding.evidence[0].says
    assert "cve of 2026-11-01" in [status.subject for status in result.statuses]


def test_same_records_same_edition(home: Path, tmp_path: Path) -> None:
    """Two homes have one edition from the same folder, and what was read comes back as it was."""
    write(tmp_path, "cve/2099/a.json", ios_xe(["17.9.2"]))
    write(tmp_path, "cve/2099/b.json", record("CVE-2099-0003", ["1.0"], "2026-11-09"))
    (one,) = run(home, {"cve": tmp_path / "cve"})
    (two,) = run(tmp_path / "other", {"cve": tmp_path / "cve"})
    assert (one["edition"], one["sha256"]) == (two["edition"], two["sha256"])
    (again,) = run(home, {"cve": tmp_path / "cve"})
    assert again["status"] == "unchanged"
    stored = open_watchlist(Settings(home)).vulnerabilities()
    dossier = open_watchlist(Settings(tmp_path / "empty")).vulnerabilities()
    assert set(dossier.statements) <= set(stored.statements)
    assert stored.exploitations == dossier.exploitations
    assert stored.exploited == dossier.exploited
    assert stored.likelihood == dossier.likelihood
    assert {item.cve for item in stored.statements} - {item.cve for item in dossier.statements} == {
        "CVE-2099-0001",
        "CVE-2099-0003",
    }


def test_a_new_catalogue_leaves_the_screening_index(home: Path, tmp_path: Path) -> None:
    """Vulnerability data are no list of parties: not to be screened by, nor a reason to lay the index out anew."""
    (before,) = run(home, {"cve": write(tmp_path, "a.json", ios_xe(["17.9.2"]))})
    place = open_watchlist(Settings(home)).derived("index")
    (after,) = run(home, {"kev": write(tmp_path, "kev.json", KEV)})
    watchlist = open_watchlist(Settings(home))
    assert before["edition"] != after["edition"] == watchlist.edition
    assert watchlist.derived("index") == place
    assert watchlist.sources == ("dossier",)
    with pytest.raises(UsageError, match="no list 'kev'"):
        open_watchlist(Settings(home), lists=["kev"])
    rows = list(list_editions(Settings(home)).rows)
    assert rows[-1]["sources"] == ["cve", "dossier", "kev"]


def test_archives_are_unpacked(home: Path, tmp_path: Path) -> None:
    """A ZIP archive in a ZIP archive, as the CVE programme publishes them, is read; names that lead out of it do no harm."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("cves/2099/CVE-2099-0001.json", json.dumps(ios_xe(["17.9.2"])))
        archive.writestr("../../escaped.json", json.dumps(record("CVE-2099-0004", ["1"], "2026-01-01")))
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as outer:
        outer.writestr("cves.zip", inner.getvalue())
    (row,) = run(home, {"cve": tmp_path / "all.zip"})
    assert (row["status"], row["records"], row["rows"]) == ("updated", 2, 2)
    assert not list(tmp_path.parent.rglob("escaped.json"))


@pytest.mark.parametrize(
    ("source", "name", "content", "reason"),
    [
        ("kev", "epss.csv", EPSS, "holds nothing of CISA's catalogue"),
        ("cve", "kev.json", KEV, "holds nothing of CVE records"),
        ("cve", "cut.json", '{"dataType": "CVE_REC', "holds nothing of CVE records"),
        ("nvd", "page.json", "<html>403</html>", "holds nothing of the National"),
        ("csaf", "broken.zip", "PK not really", "cannot be unpacked"),
    ],
)
def test_what_is_not_the_source_is_refused(
    home: Path, tmp_path: Path, source: str, name: str, content: object, reason: str
) -> None:
    """Another source's file, a cut one, a page of HTML and a broken archive are refused, and the edition stays."""
    (before,) = run(home, {"cve": write(tmp_path, "good.json", ios_xe(["17.9.2"]))})
    (row,) = run(home, {source: write(tmp_path, name, content)})
    assert row["status"] == "refused"
    assert reason in str(row["reason"])
    assert open_watchlist(Settings(home)).edition == before["edition"]


def test_a_broken_record_hides_no_other(home: Path, tmp_path: Path) -> None:
    """One cut file of a folder is a problem of the update; the others are stored."""
    write(tmp_path, "cve/a.json", ios_xe(["17.9.2"]))
    write(tmp_path, "cve/b.json", '{"dataType": ')
    outcome = update(Settings(home), UpdateOptions({"cve": str(tmp_path / "cve")}), Silent())
    (row,) = list(outcome.rows)
    (status,) = list(outcome.statuses())
    assert (row["status"], row["records"], row["unread"]) == ("updated", 1, 1)
    assert status.state == "partial"
    assert status.problems[0].origin.file == "b.json"


def test_a_shrunken_catalogue_is_refused_until_forced(home: Path, tmp_path: Path) -> None:
    """A catalogue that lost a fifth of its entries is refused; forced, it is stored and says so."""
    entries = [{"cveID": f"CVE-2099-{n:04}", "dateAdded": "2026-11-19"} for n in range(10)]
    run(home, {"kev": write(tmp_path, "kev.json", {"vulnerabilities": entries})})
    smaller = write(tmp_path, "kev.json", {"vulnerabilities": entries[:7]})
    assert run(home, {"kev": smaller})[0]["status"] == "refused"
    (row,) = run(home, {"kev": smaller}, force=True)
    assert "7 entries where the edition in use has 10" in str(row["reason"])


def test_an_edition_without_the_facts_judges_nobody(tmp_path: Path) -> None:
    """An edition that does not say what the actors exploit is refused, for every device would look clean."""
    from holdfast.app.devices import gather_vulnerabilities

    with pytest.raises(StoreError, match="does not say which vulnerabilities"):
        gather_vulnerabilities(MemoryWatchlist.of((), folder=tmp_path), ())


def test_the_raw_bytes_are_kept(home: Path, tmp_path: Path) -> None:
    """The file itself lies in the snapshot under its SHA-256, so that the edition can be read anew."""
    import zstandard

    path = write(tmp_path, "kev.json", KEV)
    (row,) = run(home, {"kev": path})
    edition = Editions(home).current()
    assert edition is not None
    raw = home / "snapshots/kev" / edition.snapshots["kev"] / "raw/kev.json.zst"
    assert zstandard.ZstdDecompressor().decompress(raw.read_bytes()) == path.read_bytes()
    assert row["files"] == {"kev.json": row["sha256"]}


def test_public_records_through_the_store(home: Path, shared: object) -> None:
    """Real records of every source are stored whole and come back as they were read."""
    from holdfast.sources.vulnerabilities import read_paths

    find = shared
    assert callable(find)
    places = {
        "cve": find("devices/cve5"),
        "csaf": find("devices/csaf/fortinet"),
        "openvuln": find("devices/openvuln"),
        "nvd": find("devices/nvd_transcribed"),
    }
    run(home, places)
    stored = open_watchlist(Settings(home)).vulnerabilities()
    data, _ = read_paths(places.values())
    data.add(open_watchlist(Settings(home / "none")).vulnerabilities())
    data.keep_newest()
    assert set(stored.statements) == set(data.statements)


def test_every_source_is_described() -> None:
    """Each source of vulnerability data stands in the guide to updates and in the help of the command."""
    from holdfast.cli.update import update as command

    guide = Path(__file__).parents[2].joinpath("docs/how-to/update.md").read_text()
    for source in FEEDS:
        assert f"`{source}`" in guide
        assert source in (command.__doc__ or "")
