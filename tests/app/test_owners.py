"""``owners`` reads registers as people keep them, and says of each entity what the pack says, with the chain."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.app import ownership
from holdfast.app.owners import find_owners
from holdfast.app.ownership.cases import check_cases
from holdfast.app.ownership.register import OwnersRequest, Stake
from holdfast.app.settings import Settings
from holdfast.cli.main import run
from holdfast.model.errors import UsageError

HOLDINGS = """owner,owned,percent,valid_from,valid_to
X,Alpha,50,,
Alpha,Beta,25-50,,
Peter,Beta,50,,
X,Gamma,49.99,,
Peter,Gamma,50.01,,
X,Delta,1/2,,
X,Epsilon,150,,
,Zeta,60,,
X,Zeta,10,,
X,Eta,-3,,
X,Theta,60,2025-02-01,2024-01-01
X,Iota,80,2020-01-01,2024-12-31
X,Kappa,25,,
X,Kappa,25,,
"""


@pytest.fixture
def ruled(tmp_path: Path) -> Callable[..., tuple[dict[str, dict[str, object]], list[str]]]:
    """A function from a table, blocked parties and options to rows by entity, and the problems."""

    def rule(
        holdings: str, blocked: str = "entity\nX\n", **options: object
    ) -> tuple[dict[str, dict[str, object]], list[str]]:
        (tmp_path / "h.csv").write_text(holdings, "utf-8")
        (tmp_path / "b.csv").write_text(blocked, "utf-8")
        request = OwnersRequest((tmp_path / "h.csv",), blocked=tmp_path / "b.csv", **options)  # type: ignore[arg-type]  # by name
        outcome = find_owners(request, Settings(tmp_path / "home"))
        rows = {str(row["entity"]): dict(row) for row in outcome.rows}
        problems = [str(problem) for status in outcome.statuses() for problem in status.problems]
        return rows, [problem.removeprefix(f"{tmp_path}/") for problem in problems]

    return rule


def test_a_register_with_every_fault(
    ruled: Callable[..., tuple[dict[str, dict[str, object]], list[str]]],
) -> None:
    """What a row cannot say is unknown and said, never zero; the rest of the register is judged."""
    rows, problems = ruled(HOLDINGS)
    assert {entity: row["verdict"] for entity, row in rows.items()} == {
        "Alpha": "blocked",
        "Beta": "review",
        "Gamma": "not_blocked",
        "Delta": "blocked",
        "Epsilon": "review",
        "Zeta": "review",
        "Eta": "review",
        "Theta": "review",
        "Iota": "not_blocked",
        "Kappa": "review",
    }
    assert problems == [
        "h.csv, line 8: share '150' is over 100 percent; taken as unknown",
        "h.csv, line 9: names no owner of Zeta; taken as a holder who may be anyone",
        "h.csv, line 11: share '-3' is negative; taken as unknown",
        "h.csv, line 12: ends (2024-01-01) before it starts (2025-02-01); may be in force on any day",
        "h.csv, line 15: repeats line 14; counted once or twice, as the verdict would be the worse",
    ]


def test_the_chain_and_the_sum_are_the_proof(
    ruled: Callable[..., tuple[dict[str, dict[str, object]], list[str]]],
) -> None:
    """A verdict names the fewest stakes that reach the line, each with its chain and its row."""
    rows, _ = ruled("owner,owned,percent\nX,A,50\nA,B,40\nX,B,10\nX,C,3\nB,C,50\n")
    assert rows["B"]["low"] == 50
    reasons = rows["B"]["because"]
    assert isinstance(reasons, list)
    assert [(reason["owner"], reason["percent"], reason["chain"]) for reason in reasons] == [
        ("A", 40, ["X", "A", "B"]),
        ("X", 10, ["X", "B"]),
    ]
    assert reasons[0]["origin"]["line"] == 3
    thin = rows["C"]["because"]
    assert isinstance(thin, list)
    assert [reason["owner"] for reason in thin] == ["B"], "the 3 percent are not needed"
    assert rows["B"]["change"] == (
        "Exactly on the line; it falls below without the stake of A (40 percent) or that of X (10 percent)."
    )


def test_dates_of_listing_and_stake_are_inclusive(
    ruled: Callable[..., tuple[dict[str, dict[str, object]], list[str]]],
) -> None:
    """A verdict holds on the first and the last day of a stake and of a listing, and on no day beside them."""
    from datetime import date

    table = "owner,owned,percent,valid_from,valid_to\nX,A,50,2025-02-01,2025-03-31\n"
    blocked = "entity,valid_from,valid_to\nX,2025-02-10,2025-03-20\n"
    for day, verdict in [
        (date(2025, 2, 9), "not_blocked"),
        (date(2025, 2, 10), "blocked"),
        (date(2025, 3, 20), "blocked"),
        (date(2025, 3, 21), "not_blocked"),
    ]:
        assert ruled(table, blocked, as_of=day)[0]["A"]["verdict"] == verdict, day
    always = "entity\nX\n"
    assert ruled(table, always, as_of=date(2025, 3, 31))[0]["A"]["verdict"] == "blocked"
    assert ruled(table, always, as_of=date(2025, 4, 1))[0]["A"]["verdict"] == "not_blocked"


def test_what_if_shows_only_what_changes(
    ruled: Callable[..., tuple[dict[str, dict[str, object]], list[str]]],
) -> None:
    """A hypothetical designation lists the entities whose verdict it changes, with the old word beside the new."""
    rows, _ = ruled("owner,owned,percent\nX,A,30\nY,A,30\nA,B,60\nX,C,70\nY,D,10\n", designate=("Y",))
    assert {entity: (row["was"], row["verdict"]) for entity, row in rows.items()} == {
        "Y": ("not_blocked", "blocked"),
        "A": ("not_blocked", "blocked"),
        "B": ("not_blocked", "blocked"),
    }


def test_published_cases_come_out_right(shared: Callable[[str], Path]) -> None:
    """Every ask of the worked cases gets the expected verdict and at least the expected flags."""
    outcome = check_cases(shared("ownership_cases/fifty_percent_cases.json"))
    rows = [dict(row) for row in outcome.rows]
    assert [row for row in rows if not row["ok"]] == []
    assert len(rows) == 73


def test_a_wrong_expectation_is_found_and_a_broken_case_named(tmp_path: Path) -> None:
    """A case that expects the wrong word is not ok, and a case that makes no sense costs only itself."""
    case = {
        "id": "OURS-1",
        "jurisdiction": "US-OFAC",
        "blocked": ["X"],
        "holdings": [{"owner": "X", "owned": "A", "percent": "49.9"}],
        "asks": [{"entity": "A", "verdict": "blocked"}, {"entity": "A", "verdict": "not_blocked"}],
    }
    path = tmp_path / "cases.json"
    path.write_text(json.dumps([case, {"id": "OURS-2"}]), "utf-8")
    outcome = check_cases(path)
    assert [row["ok"] for row in outcome.rows] == [False, True]
    assert outcome.found()
    (status,) = outcome.statuses()
    assert [str(problem.origin) for problem in status.problems] == [f"{path}, record OURS-2"]


def test_exit_codes(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing found is 0, something 1, and a pack that does not exist is wrong use."""
    del home
    (tmp_path / "h.csv").write_text("owner,owned,percent\nX,A,50\n", "utf-8")
    (tmp_path / "x.csv").write_text("entity\nX\n", "utf-8")
    (tmp_path / "y.csv").write_text("entity\nY\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    for arguments, code in [
        (["h.csv", "--blocked", "x.csv"], 1),
        (["h.csv", "--blocked", "y.csv"], 0),
        (["h.csv", "--blocked", "x.csv", "--pack", "mars"], 2),
        (["nothing.csv", "--blocked", "x.csv"], 2),
    ]:
        monkeypatch.setattr("sys.argv", ["holdfast", "owners", *arguments])
        assert run() == code, arguments
    assert "there is no rule pack 'mars'" in capsys.readouterr().err


def test_another_stake_in_question(
    ruled: Callable[..., tuple[dict[str, dict[str, object]], list[str]]],
) -> None:
    """What if a stake were another one: what that catches and frees is shown, as far down as it reaches."""
    table = "owner,owned,percent\nX,A,50\nA,B,50\nX,C,10\nC,D,60\n"
    rows, _ = ruled(table, stakes=(Stake.parse("X,A,49.9"), Stake.parse('X,C,"1/2"')))
    assert {entity: (row["was"], row["verdict"]) for entity, row in rows.items()} == {
        "A": ("blocked", "not_blocked"),
        "B": ("blocked", "not_blocked"),
        "C": ("not_blocked", "blocked"),
        "D": ("not_blocked", "blocked"),
    }
    assert ruled(table, stakes=(Stake.parse("X,New Co,80"),))[0]["New Co"]["verdict"] == "blocked"


@pytest.mark.parametrize("text", ["X,A", "X,,50", "X,A,150", "X,A,50,2", ""])
def test_what_is_no_stake_is_refused(text: str) -> None:
    """A stake in question is an owner, an owned party and a share, or is refused."""
    with pytest.raises(UsageError, match=r"stake|share"):
        Stake.parse(text)


def test_the_page_draws_every_chain(
    ruled: Callable[..., tuple[dict[str, dict[str, object]], list[str]]], tmp_path: Path
) -> None:
    """The page has a drawing for each entity that a listed party reaches, the worst first, the law with its grade, and no other entity."""
    page = tmp_path / "out" / "chains.html"
    table = "owner,owned,percent\nX,Alpha & <b>,50\nAlpha & <b>,Beta,25-50\nX,Minor,10\nPeter,Free,100\nX,Odd,150\n"
    ruled(table, report=page)
    html = page.read_text("utf-8")
    assert html.count("<svg") == 4
    assert "Free" not in html
    assert "<b>" not in html
    assert html.index("Alpha &amp; &lt;b&gt;") < html.index("Beta") < html.index("Minor")
    assert "Grade P: primary text read" in html
    assert "is over 100 percent" in html


def test_a_chain_of_the_standard_can_be_followed(tmp_path: Path, shared: Callable[[str], Path]) -> None:
    """A published BODS example is drawn from its person through both companies down to the one in question."""
    blocked = tmp_path / "b.csv"
    blocked.write_text("entity\nPerson 1\n", "utf-8")
    page = tmp_path / "chains.html"
    register = shared("ownership/bods_examples/multiple-indirect-ownership.json")
    request = OwnersRequest((register,), packs=("uk",), blocked=blocked, report=page)
    rows = {row["name"]: row["verdict"] for row in find_owners(request, Settings(tmp_path / "home")).rows}
    assert rows == {"Company B": "review", "Company C": "review", "Company D": "review"}
    told = next(
        text for text in page.read_text("utf-8").split('"') if text.startswith("Ownership of Company B")
    )
    assert {part.split(": ")[-1] for part in told.split("; ")} == {
        "Person 1 holds ? % of Company C",
        "Person 1 holds ? % of Company D",
        "Company C holds 50 % of Company B",
        "Company D holds 50 % of Company B",
    }


def test_blocked_parties_that_the_register_does_not_know_are_told(
    ruled: Callable[..., tuple[dict[str, dict[str, object]], list[str]]],
) -> None:
    """A name that nobody in the register has may be misspelt; it is told once, with the others."""
    rows, problems = ruled("owner,owned,percent\nX,Alpha,60\n", "entity\nX\nXX\nY Ltd\n")
    assert rows["Alpha"]["verdict"] == "blocked"
    assert problems == ["b.csv: 2 of 3 blocked parties are not in the register: XX, Y Ltd"]


def test_a_pack_whose_lists_are_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where other lists are in the edition, a pack that finds none of its own could not be checked: exit code 3."""
    (tmp_path / "own.csv").write_text("id,name\n1,Somebody Else\n", "utf-8")
    (tmp_path / "h.csv").write_text("owner,owned,percent\nNobody Inparticular,Alpha,60\n", "utf-8")
    (tmp_path / "uk.csv").write_text(
        "Unique ID,Name,Regime Name,Type,Sanctions Imposed\nCYB1,Somebody Else,Cyber,Entity,Asset freeze\n",
        "utf-8",
    )

    def ask(*arguments: str) -> int:
        monkeypatch.setattr("sys.argv", ["holdfast", "--home", str(tmp_path / "home"), *arguments])
        return run()

    holdings = str(tmp_path / "h.csv")
    assert ask("owners", holdings, "--pack", "ca") == 0  # the dossier is the whole watchlist yet
    assert ask("update", "--from", f"gb_uksl={tmp_path / 'uk.csv'}") == 0
    assert ask("owners", holdings, "--pack", "uk") == 0
    assert ask("owners", holdings, "--pack", "ca") == 3
    assert ask("update", "--from", f"private={tmp_path / 'own.csv'}") == 0
    assert ask("owners", holdings, "--pack", "ca") == 0  # whom the firm lists counts under every pack


def test_a_table_leads_with_whom_a_pack_catches(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """To look at: the caught first, then review, the clear ones only counted, unless one of them was asked about."""
    (tmp_path / "h.csv").write_text("owner,owned,percent\nP,Clear,90\nX,Maybe,25-75\nX,Caught,60\n", "utf-8")
    (tmp_path / "b.csv").write_text("entity\nX\n", "utf-8")
    question = ["owners", str(tmp_path / "h.csv"), "--blocked", str(tmp_path / "b.csv"), "--format", "table"]

    def table(*more: str) -> str:
        monkeypatch.setattr("sys.argv", ["holdfast", "--home", str(tmp_path / "home"), *question, *more])
        run()
        return capsys.readouterr().out

    shown = table()
    assert shown.index("Caught") < shown.index("Maybe")
    assert "Clear" not in shown
    assert "1 more that ask for nothing" in shown
    assert "not_blocked" in table("--entity", "Clear")


def test_where_any_stake_counts_nothing_stands_on_the_line(
    ruled: Callable[..., tuple[dict[str, dict[str, object]], list[str]]],
) -> None:
    """Under the pack without a percentage a stake of nothing changes nothing, and any other would."""
    rows, _ = ruled("owner,owned,percent\nPeter,Psi,10\nPeter,Omega,0\n", packs=("au",))
    assert rows["Psi"]["change"] == (
        "No stake of a caught party is known; that would change if Peter (10 percent) were caught."
    )
    assert rows["Omega"]["change"] == "No stake of a caught party is known."


def test_a_tie_below_the_line_farther_up_is_told(
    ruled: Callable[..., tuple[dict[str, dict[str, object]], list[str]]],
) -> None:
    """An entity whose owner is held by a listed party below the line is not said to have no tie."""
    rows, _ = ruled("owner,owned,percent\nX,Mu,40\nMu,Nu,60\nPeter,Omega,100\n")
    assert rows["Nu"]["flags"] == ["caution_significant_minority"]
    assert str(rows["Nu"]["says"]).startswith(
        "No listed or caught party holds a stake of Nu itself. They have a significant minority, below the line, "
        "in or above Mu, which holds 60 percent of it."
    )
    assert str(rows["Omega"]["says"]).startswith("No recorded tie")


def test_a_name_that_no_register_has_is_said(
    ruled: Callable[..., tuple[dict[str, dict[str, object]], list[str]]],
) -> None:
    """A misspelled entity is not cleared in silence."""
    _, problems = ruled("owner,owned,percent\nX,Alpha,60\n", entities=("Alhpa",))
    assert problems == ["the question: 'Alhpa' is not in the register, so nothing is known of who owns it"]


def test_a_register_of_fractions_without_their_unit_is_said(
    ruled: Callable[..., tuple[dict[str, dict[str, object]], list[str]]],
) -> None:
    """Where no share is over 1, 0.6 may be a spreadsheet's 60 percent: it counts as either until the unit is stated."""
    table = "owner,owned,percent\nX,Alpha,0.6\nX,Beta,1\nX,Gamma,0.25\n"
    rows, problems = ruled(table)
    assert problems == [
        "h.csv: has no share over 1, so they may be percent or fractions of the whole, and count as either; say which in a column unit"
    ]
    assert {name: row["verdict"] for name, row in rows.items()} == {
        "Alpha": "review",
        "Beta": "review",
        "Gamma": "not_blocked",
    }
    assert (rows["Gamma"]["low"], rows["Gamma"]["high"]) == (0.25, 25)
    for unit, verdict in (("percent", "not_blocked"), ("fraction", "blocked")):
        rows, problems = ruled(f"owner,owned,percent,unit\nX,Alpha,0.6,{unit}\n")
        assert (rows["Alpha"]["verdict"], problems) == (verdict, [])
    assert ruled(table.replace("0.6", "0.6%"))[1] == []


def test_the_page_counts_what_it_does_not_show(
    ruled: Callable[..., tuple[dict[str, dict[str, object]], list[str]]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The sentence on top counts every verdict, also where only the first of each answer are drawn."""
    monkeypatch.setattr(ownership.page, "DRAWN", 2)
    page = tmp_path / "page.html"
    ruled("owner,owned,percent\nX,A,60\nX,B,60\nX,C,60\nX,D,30\nX,E,25-50\n", report=page)
    text = page.read_text("utf-8")
    assert "3 caught, 1 for review, 1 not caught" in text
    assert "And 1 more that are not shown here: of each answer the first 2 are" in text
    assert text.count("<figure") == 4
