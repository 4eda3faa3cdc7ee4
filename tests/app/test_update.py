"""Updates: the same input the same edition, refusals that change nothing, interruption at any moment."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from holdfast.app.editions import delta, list_editions
from holdfast.app.settings import Settings
from holdfast.app.update import UpdateOptions, update
from holdfast.app.watchlist import open_watchlist
from holdfast.model.errors import EditionNotFoundError, UsageError
from holdfast.model.progress import Silent
from holdfast.sources.dossier import read_dossier

OFAC = Path(__file__).parents[1] / "sources" / "samples" / "ofac"
PRIVATE = "id,name,type,aliases,weak_aliases,birth_date,country,address,identifiers,programmes\n"


def run(home: Path, places: Mapping[str, object], **options: object) -> list[dict[str, object]]:
    chosen = UpdateOptions({source: str(place) for source, place in places.items()}, **options)  # type: ignore[arg-type]  # keywords of the dataclass
    return [dict(row) for row in update(Settings(home), chosen, Silent()).rows]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(OFAC, tmp_path / "set"))


def test_before_any_update_the_dossier_is_the_watchlist(home: Path) -> None:
    """Without an update, parties, edges and indicators of the package are there, and its edition can be named."""
    watchlist = open_watchlist(Settings(home))
    assert watchlist.sources == ("dossier",)
    assert watchlist.party("dossier:integrity-tech").programmes == ("CYBER2", "Cyber", "EU-CYB")
    assert open_watchlist(Settings(home), watchlist.edition[:6]).edition == watchlist.edition


def test_same_input_same_edition(home: Path, tmp_path: Path) -> None:
    """Two homes fed the same files have the same edition, and a second update changes nothing."""
    (first,) = run(home, {"us_ofac_sdn": OFAC})
    (other,) = run(tmp_path / "other", {"us_ofac_sdn": OFAC})
    (again,) = run(home, {"us_ofac_sdn": OFAC})
    assert first["edition"] == other["edition"] == again["edition"]
    assert [first["status"], again["status"]] == ["updated", "unchanged"]
    assert first["records"] == 10


def test_an_edition_gives_back_what_was_read(home: Path) -> None:
    """Every party comes back from disk as the reader made it, by id and in order, and the dossier stands beside."""
    run(home, {"us_ofac_sdn": OFAC})
    watchlist = open_watchlist(Settings(home))
    golden = json.loads((OFAC.parents[1] / "golden" / "ofac.json").read_text(encoding="utf-8"))
    listed = [party for party in watchlist.parties() if party.source == "us_ofac_sdn"]
    assert [party.id for party in listed] == [party["id"] for party in golden]
    assert all(watchlist.party(party.id) == party for party in listed)
    assert tuple(watchlist.attributions()) == read_dossier().attributions
    assert tuple(watchlist.indicators()) == read_dossier().indicators
    with pytest.raises(KeyError):
        watchlist.party("us_ofac_sdn:999")


def test_lists_narrow_the_watchlist(home: Path) -> None:
    """A narrowed watchlist has only those lists, says so in its name, and can be opened again by that name."""
    run(home, {"us_ofac_sdn": OFAC})
    narrowed = open_watchlist(Settings(home), lists=["us_ofac_sdn"])
    assert narrowed.sources == ("us_ofac_sdn",)
    assert open_watchlist(Settings(home), narrowed.edition).sources == ("us_ofac_sdn",)
    assert narrowed.derived("x") != open_watchlist(Settings(home)).derived("x")
    with pytest.raises(UsageError, match="no list 'eu_fsf'"):
        open_watchlist(Settings(home), lists=["eu_fsf"])
    with pytest.raises(EditionNotFoundError):
        open_watchlist(Settings(home), "ffff0000")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("SDN.CSV", b"", "holds no rows"),
        ("SDN.CSV", b"<html>403 Forbidden</html>\n", "page of HTML"),
        ("ALT.CSV", None, "lacks alt.csv"),
    ],
)
def test_a_refused_list_leaves_the_edition(
    home: Path, copy: Path, name: str, content: bytes | None, reason: str
) -> None:
    """What is not the list is refused with the reason, and the edition in use stays."""
    (before,) = run(home, {"us_ofac_sdn": OFAC})
    (copy / name).unlink() if content is None else (copy / name).write_bytes(content)
    (row,) = run(home, {"us_ofac_sdn": copy})
    assert row["status"] == "refused"
    assert reason in str(row["reason"])
    assert open_watchlist(Settings(home)).edition == before["edition"]


def test_shrinkage_is_refused_until_forced(home: Path, tmp_path: Path) -> None:
    """A list that lost a fifth of its parties is refused; forced, it is stored and says what was accepted."""
    table = tmp_path / "list.csv"
    table.write_text(PRIVATE + "".join(f"{n},Firm {n},Company,,,,,,,\n" for n in range(10)), encoding="utf-8")
    run(home, {"private": table})
    table.write_text(PRIVATE + "".join(f"{n},Firm {n},Company,,,,,,,\n" for n in range(7)), encoding="utf-8")
    (row,) = run(home, {"private": table})
    assert row["status"] == "refused"
    (row,) = run(home, {"private": table}, force=True)
    assert (row["status"], row["records"]) == ("updated", 7)
    assert "7 parties where the edition in use has 10" in str(row["reason"])


def test_delta_names_what_changed(home: Path, tmp_path: Path) -> None:
    """Added, removed and changed parties are told apart, with the fields and their values."""
    table = tmp_path / "list.csv"
    table.write_text(PRIVATE + "1,A,Company,,,,,,,\n2,B,Company,,,,,,,\n", encoding="utf-8")
    old = str(run(home, {"private": table})[0]["edition"])
    table.write_text(PRIVATE + "2,B,Company,Bee,,,,,,\n3,C,Company,,,,,,,\n", encoding="utf-8")
    new = str(run(home, {"private": table})[0]["edition"])
    outcome = delta(Settings(home), old, new)
    changes = {str(row["party"]): row for row in outcome.rows}
    assert {party: row["change"] for party, row in changes.items()} == {
        "private:1": "removed",
        "private:2": "changed",
        "private:3": "added",
    }
    assert changes["private:2"]["fields"] == ["names"]
    assert outcome.found()
    assert [row["current"] for row in list_editions(Settings(home)).rows] == [False, True]
    assert list(delta(Settings(home), old, old).rows) == []


def test_kill_at_any_moment_leaves_a_whole_edition(home: Path, copy: Path) -> None:
    """Killed without warning at eight moments, an update leaves the old edition or the new one, whole."""
    (before,) = run(home, {"us_ofac_sdn": OFAC})
    content = (copy / "SDN.CSV").read_bytes()
    (copy / "SDN.CSV").write_bytes(content.replace(b"TWIN", b"TRIPLET"))
    code = "import sys; from holdfast.cli.main import main; main()"
    command = [sys.executable, "-c", code, "update", "--from", f"us_ofac_sdn={copy}"]
    seen = set()
    for step in range(8):
        process = subprocess.Popen(
            command, env={**os.environ, "HOLDFAST_HOME": str(home)}, stdout=subprocess.DEVNULL
        )
        time.sleep(0.15 + step * 0.08)
        process.send_signal(signal.SIGKILL)
        process.wait()
        watchlist = open_watchlist(Settings(home), lists=["us_ofac_sdn"])
        assert len(list(watchlist.parties())) == 10
        seen.add(watchlist.edition.partition("@")[0])
    (after,) = run(home, {"us_ofac_sdn": copy})
    assert seen <= {before["edition"], after["edition"]}
    assert not list(home.glob("snapshots/*/.draft-*"))


def test_real_set_through_the_store(home: Path, shared: Callable[[str], Path]) -> None:
    """The real set is stored whole, and a party is found by its id without reading the rest as objects."""
    (row,) = run(home, {"us_ofac_sdn": shared("lists/ofac/composite")}, published="2026-08-02")
    assert (row["records"], row["published"], row["published_by"]) == (14_996, "2026-08-02", "user")
    party = open_watchlist(Settings(home)).party("us_ofac_sdn:50543")
    assert party.name == "INTEGRITY TECHNOLOGY GROUP, INCORPORATED"


@pytest.mark.parametrize(
    ("day", "added", "removed", "most_changed"), [("2024-04-26", 305, 8, 0), ("2021-08-18", 6_761, 879, 782)]
)
def test_known_changes_of_the_real_list(
    home: Path,
    tmp_path: Path,
    shared: Callable[[str], Path],
    day: str,
    added: int,
    removed: int,
    most_changed: int,
) -> None:
    """Between dated versions of the real main file, exactly the known parties came and went; an empty one is refused."""
    bundle = shared("lists/ofac/sdn_csv_daily_2021-08-18_to_2024-05-04.bundle")
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(bundle), str(clone)], check=True)

    def git(*words: str) -> bytes:
        return subprocess.run(["git", "-C", str(clone), *words], check=True, capture_output=True).stdout

    versions = dict(
        line.split()[::-1] for line in git("log", "--format=%H %cs", "--", "sdn.csv").decode().splitlines()
    )
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "sdn.csv").write_bytes(git("show", f"{versions[day]}:sdn.csv"))
    (old,) = run(home, {"us_ofac_sdn": folder}, force=True)
    (empty,) = run(home, {"us_ofac_sdn": _emptied(folder)}, force=True)
    (new,) = run(home, {"us_ofac_sdn": shared("lists/ofac/2024-05-03")}, force=True)
    changes = [row["change"] for row in delta(Settings(home), str(old["edition"]), str(new["edition"])).rows]
    assert empty["status"] == "refused"
    assert (changes.count("added"), changes.count("removed")) == (added, removed)
    assert changes.count("changed") <= most_changed
    assert changes.count("changed") >= most_changed - 5


def _emptied(folder: Path) -> Path:
    copy = folder.parent / "emptied"
    copy.mkdir()
    (copy / "sdn.csv").write_bytes(b"")
    return copy


def test_messages_name_the_users_file(home: Path, tmp_path: Path) -> None:
    """Not the copy in a folder of the run, and without its main file a set is not said to be acceptable."""
    (tmp_path / "watch 2026.csv").write_text("name\nFoo\n", "utf-8")
    (tmp_path / "half").mkdir()
    shutil.copy(OFAC / "ALT.CSV", tmp_path / "half")
    (row,) = run(home, {"private": tmp_path / "watch 2026.csv"})
    assert str(row["reason"]).startswith("watch 2026.csv: has no column 'id'")
    (row,) = run(home, {"us_ofac_sdn": tmp_path / "half"})
    assert "sdn.csv is the list itself" in str(row["reason"])
    assert "--force" not in str(row["reason"])
