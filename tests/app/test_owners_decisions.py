"""``owners`` heeds decisions on who is the listed party, in the same file and in the same words as ``screen``."""

import csv
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from holdfast.app.owners import find_owners
from holdfast.app.ownership.linked import find_links
from holdfast.app.ownership.register import OwnersRequest
from holdfast.app.screen import ScreenRequest, screen
from holdfast.app.sections.holdings import assess
from holdfast.app.sections.interface import SectionRequest
from holdfast.app.sections.payments import owned_of
from holdfast.app.settings import Settings
from holdfast.app.update import UpdateOptions, update
from holdfast.app.watchlist import open_watchlist
from holdfast.cli.main import run
from holdfast.model.errors import UsageError
from holdfast.model.progress import Silent

LIST = """id,name,type,birth_date,programmes
1,Vasil Ondraček,Person,1971-04-02,X1
2,Polarwind Marine Services Ltd,Company,,X1
"""
HOLDINGS = """owner,owned,percent
Vasil Ondracek,Alpha Ltd,60
Polarwind Marine Services,Beta Ltd,60
Beta Ltd,Gamma Ltd,100
Vasil Ondracek,Delta Ltd,20
"""
DECIDED = {"by": "A. Okafor", "at": "2026-11-01", "reason": "passport seen"}
DAY = date(2026, 11, 23)

Row = dict[str, object]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home with a private list, and a register beside it."""
    (tmp_path / "h.csv").write_text(HOLDINGS, "utf-8")
    found = Settings(tmp_path / "home")
    publish(found, tmp_path, LIST)
    return found


def publish(settings: Settings, folder: Path, text: str) -> None:
    (folder / "private.csv").write_text(text, "utf-8")
    list(update(settings, UpdateOptions({"private": str(folder / "private.csv")}, force=True), Silent()).rows)


def ask(folder: Path, *decisions: Path, **options: object) -> OwnersRequest:
    return OwnersRequest((folder / "h.csv",), as_of=DAY, decisions=decisions, **options)  # type: ignore[arg-type]  # options of the test


def ruled(settings: Settings, request: OwnersRequest) -> dict[str, Row]:
    return {str(row["entity"]): dict(row) for row in find_owners(request, settings).rows}


def linked(settings: Settings, request: OwnersRequest) -> dict[str, Row]:
    return {str(row["query"]): dict(row) for row in find_links(request, settings).rows}


@pytest.fixture
def decide(settings: Settings, tmp_path: Path) -> Callable[..., Path]:
    """A function that decides the links of the register, by query, into a file."""

    def into(**decisions: str) -> Path:
        path = tmp_path / "decided.csv"
        rows = linked(settings, ask(tmp_path))
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(
                stream, [*rows["Vasil Ondracek"], "decision", *DECIDED], extrasaction="ignore"
            )
            writer.writeheader()
            for query, row in rows.items():
                writer.writerow(row | DECIDED | {"decision": decisions.get(query.split()[0], "")})
        return path

    return into


def test_links_are_rows_of_screen(settings: Settings, tmp_path: Path) -> None:
    """Who may be listed is shown as screening shows it, with the digests that a decision needs."""
    rows = linked(settings, ask(tmp_path))
    assert [(query, row["party"], row["certain"]) for query, row in rows.items()] == [
        ("Vasil Ondracek", "private:1", False),
        ("Polarwind Marine Services", "private:2", False),
    ]
    (tmp_path / "c.csv").write_text("name\nVasil Ondracek\n", "utf-8")
    (row,) = screen(ScreenRequest((str(tmp_path / "c.csv"),)), settings).rows
    same = {key: value for key, value in rows["Vasil Ondracek"].items() if key not in {"certain", "origin"}}
    assert dict(row) == same


def test_a_false_positive_makes_no_link(
    settings: Settings, tmp_path: Path, decide: Callable[..., Path]
) -> None:
    """What depends on a party that was decided not to be listed is clear, and says that it rests on a decision."""
    before = ruled(settings, ask(tmp_path))
    assert {name: row["verdict"] for name, row in before.items()} == {
        "Alpha Ltd": "review",
        "Beta Ltd": "review",
        "Gamma Ltd": "review",
        "Delta Ltd": "not_blocked",
    }
    assert before["Delta Ltd"]["because"]
    decided = decide(Vasil="false_positive", Polarwind="false positive")
    after = ruled(settings, ask(tmp_path, decided))
    assert {row["verdict"] for row in after.values()} == {"not_blocked"}
    assert not any(row["because"] or row["flags"] for row in after.values())
    for name in ("Beta Ltd", "Gamma Ltd"):
        assert "decided a false positive on 2026-11-01 by A. Okafor (passport seen)" in str(
            after[name]["says"]
        )
    shown = linked(settings, ask(tmp_path, decided))
    assert [row["hit"] for row in shown.values()] == [False, False]


def test_a_true_match_is_certain(settings: Settings, tmp_path: Path, decide: Callable[..., Path]) -> None:
    """The stakes of a party that was decided to be the listed one count in full, and the verdict says on what it rests."""
    after = ruled(settings, ask(tmp_path, decide(Vasil="true_match")))
    assert {name: row["verdict"] for name, row in after.items()} == {
        "Alpha Ltd": "blocked",
        "Beta Ltd": "review",
        "Gamma Ltd": "review",
        "Delta Ltd": "not_blocked",
    }
    assert after["Alpha Ltd"]["flags"] == []
    assert "Rests on a decision: Vasil Ondracek screens as" in str(after["Alpha Ltd"]["says"])
    assert "caution_significant_minority" in str(after["Delta Ltd"]["flags"])
    assert after["Beta Ltd"]["decided"] == []


def test_a_true_match_counts_though_screening_does_not_find_it(settings: Settings, tmp_path: Path) -> None:
    """A person who confirmed a party knows more than its name says."""
    (tmp_path / "h.csv").write_text("owner,owned,percent\nV. O.,Alpha Ltd,60\n", "utf-8")
    (tmp_path / "c.csv").write_text("name\nV. O.\n", "utf-8")
    shown = [dict(row) for row in screen(ScreenRequest((str(tmp_path / "c.csv"),)), settings).rows]
    assert shown == []
    (tmp_path / "l.csv").write_text("name,type\nVasil Ondraček,Person\n", "utf-8")
    (hit,) = screen(ScreenRequest((str(tmp_path / "l.csv"),)), settings).rows
    from holdfast.screen.decided import customer_digest
    from holdfast.screen.query import Query

    row = {**hit, **DECIDED, "query": "V. O.", "decision": "true_match"}
    row["customer_digest"] = customer_digest(Query("", "V. O."))
    (tmp_path / "decided.jsonl").write_text(json.dumps(row), "utf-8")
    found = ruled(settings, ask(tmp_path, tmp_path / "decided.jsonl"))
    assert found["Alpha Ltd"]["verdict"] == "blocked"
    assert "screening alone does not take V. O. for Vasil Ondraček" in str(found["Alpha Ltd"]["says"])
    publish(settings, tmp_path, LIST.replace("1971-04-02", "1971-04-03"))
    assert ruled(settings, ask(tmp_path, tmp_path / "decided.jsonl"))["Alpha Ltd"]["verdict"] == "review", (
        "a lapse does not clear"
    )
    publish(settings, tmp_path, LIST.splitlines()[0] + "\n" + LIST.splitlines()[2] + "\n")
    assert ruled(settings, ask(tmp_path, tmp_path / "decided.jsonl"))["Alpha Ltd"]["verdict"] == "not_blocked"


@pytest.mark.parametrize("decision", ["false_positive", "true_match"])
def test_a_decision_that_does_not_hold_any_more_says_so(
    settings: Settings, tmp_path: Path, decide: Callable[..., Path], decision: str
) -> None:
    """A changed entry, a changed party or the end of its time open a decision again, whichever it was."""
    decided = decide(Vasil=decision)
    late = OwnersRequest((tmp_path / "h.csv",), as_of=date(2027, 11, 23), decisions=(decided,))
    texts = [str(ruled(settings, late)["Alpha Ltd"]["says"])]
    publish(settings, tmp_path, LIST.replace("1971-04-02", "1971-04-03"))
    texts.append(str(ruled(settings, ask(tmp_path, decided))["Alpha Ltd"]["says"]))
    publish(settings, tmp_path, LIST)
    (tmp_path / "h.csv").write_text(
        "owner,owner_type,owned,percent\nVasil Ondracek,Person,Alpha Ltd,60\n", "utf-8"
    )
    texts.append(str(ruled(settings, ask(tmp_path, decided))["Alpha Ltd"]["says"]))
    for text, reason in zip(
        texts,
        ("it stood until 2027-11-01", "the list entry has changed", "the customer's data have changed"),
        strict=True,
    ):
        assert f"to be decided again: {reason}" in text
        assert "Both outcomes are possible" in text


def test_decisions_are_of_the_watchlist(settings: Settings, tmp_path: Path) -> None:
    """Beside a file of blocked parties there is nothing that a decision could speak of."""
    (tmp_path / "b.csv").write_text("entity\nX\n", "utf-8")
    with pytest.raises(UsageError, match="takes the place of the watchlist"):
        ruled(settings, ask(tmp_path, tmp_path / "decided.csv", blocked=tmp_path / "b.csv"))
    with pytest.raises(UsageError, match="no links"):
        linked(settings, ask(tmp_path, blocked=tmp_path / "b.csv"))
    with pytest.raises(UsageError, match="no verdicts"):
        linked(settings, ask(tmp_path, designate=("Alpha Ltd",)))


def test_what_if_heeds_decisions(settings: Settings, tmp_path: Path, decide: Callable[..., Path]) -> None:
    """What a hypothetical listing changes is counted from what the decisions leave."""
    decided = decide(Vasil="true_match", Polarwind="false_positive")
    after = ruled(settings, ask(tmp_path, decided, designate=("Polarwind Marine Services",)))
    assert {name: (row["was"], row["verdict"]) for name, row in after.items() if name.endswith("Ltd")} == {
        "Beta Ltd": ("not_blocked", "blocked"),
        "Gamma Ltd": ("not_blocked", "blocked"),
    }


def test_command(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows of ``--links``, decided, are what ``--decisions`` takes, also where a spreadsheet needs an apostrophe."""
    publish(Settings(home), tmp_path, LIST)
    (tmp_path / "h.csv").write_text(HOLDINGS.replace("Vasil", "-Vasil"), "utf-8")
    monkeypatch.chdir(tmp_path)

    def owners(*options: str) -> int:
        monkeypatch.setattr("sys.argv", ["holdfast", "owners", "h.csv", *options])
        return run()

    assert owners("--links", "--format", "csv", "--output", "links.csv") == 1
    lines = (tmp_path / "links.csv").read_text("utf-8").splitlines()
    assert lines[1].startswith("'-Vasil")
    added = ["decision,by,at,reason", *["false_positive,A. Okafor,2026-11-01,other birth place"] * 2]
    whole = "\n".join(f"{line},{more}" for line, more in zip(lines, added, strict=True))
    (tmp_path / "decided.csv").write_text(whole, "utf-8")
    assert owners("--decisions", "decided.csv", "--as-of", "2026-11-23") == 0
    assert owners("--decisions", "decided.csv", "--links") == 0
    assert owners("--decisions", "nowhere.csv") == 2
    assert "nowhere.csv" in capsys.readouterr().err


def test_an_assessment_heeds_decisions_and_so_do_its_payments(
    settings: Settings, tmp_path: Path, decide: Callable[..., Path]
) -> None:
    """What was decided of a register's parties holds for findings and for what payments are held for."""

    def found(**entry: str) -> dict[str, tuple[str, bool]]:
        request = SectionRequest(
            tmp_path, ({"file": "h.csv", **entry},), open_watchlist(settings), DAY, settings, Silent()
        )
        findings = assess(request).findings
        held = {entity.name: entity.sure for entity in owned_of(findings)}
        return {
            finding.subject: (str(finding.details["answer"]), held.get(finding.subject, False))
            for finding in findings
        }

    assert found() == {
        "Alpha Ltd": ("review", False),
        "Beta Ltd": ("review", False),
        "Gamma Ltd": ("review", False),
        "Delta Ltd": ("no", False),
    }
    decide(Vasil="true_match", Polarwind="false_positive")
    assert found(decisions="decided.csv") == {"Alpha Ltd": ("yes", True), "Delta Ltd": ("no", False)}


def test_a_birth_date_that_agrees_is_told_and_left_to_a_person(settings: Settings, tmp_path: Path) -> None:
    """Name and birth date make no certain link, and are not called a name alone."""
    entities = [
        {
            "id": "p",
            "schema": "Person",
            "properties": {"name": ["Vasil Ondraček"], "birthDate": ["1971-04-02"]},
        },
        {"id": "c", "schema": "Company", "properties": {"name": ["Hartwell Bakery"]}},
        {
            "id": "o",
            "schema": "Ownership",
            "properties": {"owner": ["p"], "asset": ["c"], "percentage": ["60"]},
        },
    ]
    (tmp_path / "h.json").write_text(json.dumps(entities), "utf-8")
    row = ruled(settings, OwnersRequest((tmp_path / "h.json",), as_of=DAY))["c"]
    assert row["verdict"] == "review"
    assert "both were born on 1971-04-02; name and birth date are for a person to weigh (FAQ 5)" in str(
        row["says"]
    )
