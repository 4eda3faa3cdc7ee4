"""Files in, hits out, by the contract."""

import json
from pathlib import Path

import pytest

from holdfast.app.screen import NamedParty, ScreenRequest, prepare, screen
from holdfast.app.settings import Settings
from holdfast.cli.main import run
from holdfast.model.errors import InputError, UsageError
from holdfast.model.progress import Silent
from holdfast.model.status import State

FIELDS = {"query", "party", "listed_name", "score", "why", "hit", "lists", "programmes", "effect", "edition"}


def screened(home: Path, *paths: Path, **options: object) -> list[dict[str, object]]:
    request = ScreenRequest(tuple(map(str, paths)), **options)  # type: ignore[arg-type]  # options of the test
    return [dict(row) for row in screen(request, Settings(home)).rows]


def test_csv_with_other_columns(home: Path, tmp_path: Path) -> None:
    """Mapped columns are read, the others are carried through, and each hit has the fields of the contract."""
    file = tmp_path / "vendors.csv"
    file.write_text(
        "No,Vendor,Website,Category\n7,ITG Desk,www.integritytech.com.cn,software\n8,Acme,,\n", "utf-8"
    )
    (row,) = screened(home, file, mapping={"id": "No", "name": "Vendor"})
    assert set(row) >= FIELDS
    assert row["query"] == "7"
    assert row["party"] == "dossier:integrity-tech"
    assert row["extra"] == {"Category": "software"}


def test_followthemoney(home: Path, tmp_path: Path) -> None:
    """Entities are read with their properties."""
    file = tmp_path / "entities.ftm.json"
    entity = {
        "id": "e1",
        "schema": "Company",
        "properties": {"name": ["Nobody"], "uscCode": ["91110108562135265P"]},
    }
    file.write_text(json.dumps([entity]), "utf-8")
    (row,) = screened(home, file)
    assert row["party"] == "dossier:integrity-tech"


def test_unreadable_row_is_said_and_the_rest_screened(home: Path, tmp_path: Path) -> None:
    """A row without a name leaves a problem with its line; the row after it is still found."""
    file = tmp_path / "customers.csv"
    file.write_text("id,name\n1,\n2,Integrity Technology Group Inc\n", "utf-8")
    outcome = screen(ScreenRequest((str(file),)), Settings(home))
    assert [row["query"] for row in outcome.rows] == ["2"]
    (status,) = outcome.statuses()
    assert status.state is State.PARTIAL
    assert status.problems[0].origin.line == 2


def test_missing_column_and_missing_file(home: Path, tmp_path: Path) -> None:
    """A file without names is refused with advice; beside a good one it leaves a failed status."""
    bad, good = tmp_path / "bad.csv", tmp_path / "good.csv"
    bad.write_text("id,sum\n1,x\n", "utf-8")
    good.write_text("id,name\n1,Yin Kecheng\n", "utf-8")
    with pytest.raises(InputError, match="--map name=COLUMN"):
        screened(home, bad)
    outcome = screen(ScreenRequest((str(bad), str(good))), Settings(home))
    assert [row["query"] for row in outcome.rows] == ["1"]
    assert {status.state for status in outcome.statuses()} == {State.FAILED, State.OK}


def test_one_name_and_exit_codes(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hit is exit code 1, none is 0, nonsense is 2; rows are JSON Lines in a pipe."""
    del home
    for arguments, code in (
        (["screen", "--name", "688244.SH"], 1),
        (["screen", "--name", "Nobody Inparticular", "--type", "Person"], 0),
        (["screen", "--name", "x", "--policy", "nonsense"], 2),
        (["screen", "--name", "688244.SH", "--output", "/dev/null"], 1),
        (["screen", "Integrity Technology Group"], 2),
        (["screen"], 2),
    ):
        monkeypatch.setattr("sys.argv", ["holdfast", *arguments])
        assert run() == code
    printed = capsys.readouterr()
    assert json.loads(printed.out.splitlines()[0])["party"] == "dossier:integrity-tech"
    assert '--name "Integrity Technology Group"' in printed.err


def test_unknown_identifier_type_is_wrong_use(home: Path) -> None:
    """The types are a closed set, and the message says the form."""
    with pytest.raises(UsageError, match="TYPE:VALUE"):
        list(screen(ScreenRequest(parties=(NamedParty("x", identifiers=("shoe:44",)),)), Settings(home)).rows)


def test_compare_pairs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each pair gets its row number, a score and reasons."""
    file = tmp_path / "pairs.csv"
    file.write_text("name1,name2,type\nJon Smith,John Smith,Person\nAcme Ltd,Delta Ltd,Company\n", "utf-8")
    monkeypatch.setattr("sys.argv", ["holdfast", "compare", str(file)])
    assert run() == 0
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (first["row"], second["row"]) == (1, 2)
    assert first["score"] > 0.9
    assert second["score"] < 0.3
    assert first["why"][0]["says"]


def test_lists_are_laid_out_before_the_first_question(tmp_path: Path) -> None:
    """As an update does: the folder of the index is there and whole."""
    prepare(Settings(tmp_path), Silent())
    (ready,) = tmp_path.glob("derived/**/screen-*/ready")
    before = ready.stat().st_mtime_ns
    prepare(Settings(tmp_path), Silent())
    assert ready.stat().st_mtime_ns == before
