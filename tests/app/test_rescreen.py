"""What a new edition changes for customers, and decisions that keep a false positive away until something changes."""

import csv
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.app.rescreen import RescreenRequest, rescreen
from holdfast.app.screen import ScreenRequest, screen
from holdfast.app.settings import Settings
from holdfast.app.update import UpdateOptions, update
from holdfast.cli.main import run
from holdfast.model.errors import UsageError
from holdfast.model.progress import Silent
from holdfast.model.status import State

COLUMNS = ("id", "name", "type", "birth_date", "programmes")
ONE = ("1", "Vasil Ondraček", "Person", "1971-04-02", "X1")
TWO = ("2", "Polarwind Marine Services Ltd", "Company", "", "X1")
CUSTOMERS = (
    {"id": "c1", "name": "Vasil Ondracek", "type": "Person"},
    {"id": "c2", "name": "Polarwind Marine Services", "type": "Company"},
    {"id": "c3", "name": "Hartwell Bakery", "type": "Company"},
)


def publish(home: Path, folder: Path, *rows: tuple[str, ...]) -> str:
    """A new edition of the private list; its id."""
    file = folder / "private.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows((COLUMNS, *rows))
    (row,) = update(Settings(home), UpdateOptions({"private": str(file)}, force=True), Silent()).rows
    return str(row["edition"])


def write(path: Path, rows: tuple[dict[str, str], ...]) -> Path:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


def rescreened(home: Path, old: str, new: str, file: Path, **options: object) -> list[dict[str, object]]:
    request = RescreenRequest(old, new, (str(file),), **options)  # type: ignore[arg-type]  # options of the test
    return [dict(row) for row in rescreen(request, Settings(home)).rows]


def screened(home: Path, file: Path, **options: object) -> list[dict[str, object]]:
    request = ScreenRequest((str(file),), **options)  # type: ignore[arg-type]  # options of the test
    return [dict(row) for row in screen(request, Settings(home)).rows]


def test_added_removed_changed(home: Path, tmp_path: Path) -> None:
    """A new listing is an added hit, a delisting a removed one, a changed entry a changed one that says in what."""
    customers = write(tmp_path / "customers.csv", CUSTOMERS)
    first = publish(home, tmp_path, ONE)
    second = publish(home, tmp_path, ONE, TWO)
    third = publish(home, tmp_path, (*ONE[:4], "X2"))
    (added,) = rescreened(home, first, second, customers)
    assert (added["change"], added["query"], added["party"], added["edition"]) == (
        "added", "c2", "private:2", second,
    )  # fmt: skip
    changed, removed = rescreened(home, second, third, customers)
    assert (changed["change"], changed["query"], changed["fields"]) == ("changed", "c1", ["designations"])
    assert changed["before"] == {"listed_name": ONE[1], "score": changed["score"], "hit": True}
    assert (removed["change"], removed["query"], removed["edition"]) == ("removed", "c2", second)
    assert rescreened(home, third, third, customers) == []


WORDS = ("Ondracek", "Vasil", "Polarwind", "Marine", "Services", "Karim", "Haddad", "Trading")
NAMES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True).map(" ".join)
LISTS = st.dictionaries(st.sampled_from("123456"), NAMES, max_size=5)


@given(before=LISTS, after=LISTS, names=st.lists(NAMES, min_size=1, max_size=4))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_equals_screening_against_both(
    tmp_path_factory: pytest.TempPathFactory, before: dict[str, str], after: dict[str, str], names: list[str]
) -> None:
    """Looking only at changed entries gives what screening against both whole editions and comparing gives."""
    folder = tmp_path_factory.mktemp("both")
    home = folder / "home"
    customers = write(
        folder / "customers.csv", tuple({"id": str(n), "name": name} for n, name in enumerate(names))
    )
    always = ("9", "Somebody Else Entirely", "Person", "", "X1")
    seen: dict[str, dict[tuple[object, object], dict[str, object]]] = {}
    editions = []
    for listed in (before, after):
        rows = [(number, name, "", "", "X1") for number, name in sorted(listed.items())]
        editions.append(publish(home, folder, always, *rows))
        seen[editions[-1]] = {(row["query"], row["party"]): row for row in screened(home, customers, top=100)}
    old, new = (seen[edition] for edition in editions)
    expected = {}
    for key in old.keys() | new.keys():
        if key in old and key in new:
            if old[key]["entry_digest"] != new[key]["entry_digest"]:
                expected[key] = ("changed", new[key]["score"])
        else:
            expected[key] = ("added", new[key]["score"]) if key in new else ("removed", old[key]["score"])
    found = {
        (row["query"], row["party"]): (row["change"], row["score"])
        for row in rescreened(home, editions[0], editions[1], customers)
    }
    assert found == expected


def decide(rows: list[dict[str, object]], path: Path, **fields: str) -> Path:
    decided = tuple({**{key: str(value) for key, value in row.items()}, **fields} for row in rows)
    return write(path, decided)


FALSE = {"decision": "false_positive", "by": "A. Okafor", "at": "2999-01-01", "reason": "other birth place"}


def test_a_false_positive_stays_away_until_something_changes(home: Path, tmp_path: Path) -> None:
    """A documented false positive is shown and no hit; a changed entry or customer brings the hit back and says so."""
    customers = write(tmp_path / "customers.csv", CUSTOMERS[:1])
    publish(home, tmp_path, ONE)
    (hit,) = screened(home, customers)
    assert hit["hit"] is True
    decided = str(decide([hit], tmp_path / "decided.csv", **FALSE))
    (settled,) = screened(home, customers, decisions=(decided,))
    assert settled["hit"] is False
    assert "A. Okafor (other birth place)" in says(settled)

    changed = write(tmp_path / "customers.csv", ({**CUSTOMERS[0], "birth_date": "1971"},))
    (again,) = screened(home, changed, decisions=(decided,))
    assert again["hit"] is True
    assert "the customer's data have changed" in says(again)

    write(tmp_path / "customers.csv", CUSTOMERS[:1])
    publish(home, tmp_path, (*ONE[:3], "1971-04-03", "X1"))
    (again,) = screened(home, customers, decisions=(decided,))
    assert again["hit"] is True
    assert "the list entry has changed" in says(again)


def says(row: dict[str, object]) -> str:
    why = row["why"]
    assert isinstance(why, list)
    return str(why[-1]["says"])


@pytest.mark.parametrize(
    ("fields", "hit"),
    [
        ({**FALSE, "until": "2999-02-01"}, False),
        ({**FALSE, "until": "2001-02-01"}, True),
        ({**FALSE, "at": "2001-01-01"}, True),
        ({**FALSE, "decision": "true match"}, True),
        ({**FALSE, "decision": ""}, True),
    ],
)
def test_decisions_end(home: Path, tmp_path: Path, fields: dict[str, str], hit: bool) -> None:
    """A decision ends on its day, else when the policy says; a true match or an open decision settles nothing."""
    customers = write(tmp_path / "customers.csv", CUSTOMERS[:1])
    publish(home, tmp_path, ONE)
    decided = str(decide(screened(home, customers), tmp_path / "decided.csv", **fields))
    (row,) = screened(home, customers, decisions=(decided,))
    assert row["hit"] is hit


def test_a_row_that_is_no_decision_is_named(home: Path, tmp_path: Path) -> None:
    """A row without digests, date or author settles nothing, and the run says which row."""
    customers = write(tmp_path / "customers.csv", CUSTOMERS[:1])
    publish(home, tmp_path, ONE)
    hits = screened(home, customers)
    decided = str(decide(hits, tmp_path / "decided.csv", **{**FALSE, "at": "last week"}))
    outcome = screen(ScreenRequest((str(customers),), decisions=(decided,)), Settings(home))
    assert [row["hit"] for row in outcome.rows] == [True]
    read = next(status for status in outcome.statuses() if status.plug == "records.decisions")
    assert read.state is State.PARTIAL
    assert "'last week' is no ISO date" in str(read.problems[0])


def test_rescreen_honours_decisions(home: Path, tmp_path: Path) -> None:
    """An entry that changed opens the decision again, which is what a rescreen is run for."""
    customers = write(tmp_path / "customers.csv", CUSTOMERS[:1])
    first = publish(home, tmp_path, ONE)
    decided = str(decide(screened(home, customers), tmp_path / "decided.csv", **FALSE))
    second = publish(home, tmp_path, (*ONE[:4], "X2"))
    (row,) = rescreened(home, first, second, customers, decisions=(decided,))
    assert row["hit"] is True
    assert "to be decided again" in says(row)


def test_command(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 1 for a changed hit, 0 for none, 2 for an unknown edition or nobody to screen."""
    customers = write(tmp_path / "customers.csv", CUSTOMERS)
    first, second = publish(home, tmp_path, ONE), publish(home, tmp_path, ONE, TWO)
    for old, new, code in ((first[:6], second[:6], 1), (first, first, 0), (first, "nonsense", 2)):
        monkeypatch.setattr(
            "sys.argv", ["holdfast", "rescreen", old, new, "--against", str(customers), "--quiet"]
        )
        assert run() == code
    assert json.loads(capsys.readouterr().out.splitlines()[0])["change"] == "added"
    with pytest.raises(UsageError, match="--against"):
        rescreen(RescreenRequest(first, second, ()), Settings(home))
