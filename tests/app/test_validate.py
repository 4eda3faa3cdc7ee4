"""The validation run: every category makes cases, misses are counted, and the same seed gives the same run."""

import json
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.app.settings import Settings
from holdfast.app.validate import ValidateRequest, validate
from holdfast.cli.main import run
from holdfast.model.party import Identifier, Name, Party, PartyDate, Relation, Strength
from holdfast.screen.policy import policy
from holdfast.screen.query import Query
from holdfast.screen.screener import Screener
from holdfast.screen.validation.clean_names import make_clean, words_of
from holdfast.screen.validation.manipulations import MANIPULATIONS
from holdfast.screen.validation.trial import CLEAN, CONTROL, Case, answer, make_cases, rates
from holdfast.store.memory import MemoryWatchlist

FIELDS = {"category", "cases", "hit_rate", "false_positive_rate", "threshold"}
PARTIES = (
    Party("private:1", "Person", (Name("Sergei Aleksandrovich Přibyllov"), Name("Swift", strength=Strength.WEAK)),
          dates=(PartyDate("birth", "1960-02-29", "1960-02-29"),),
          identifiers=(Identifier("passport", "AB1234567"),)),
    Party("private:2", "Company", (Name("Polarwind Transcontinental Marine Services Company Limited"), Name("Polarwind Shipping")),
          identifiers=(Identifier("bic", "PLRWPAPAXXX"),)),
    Party("private:3", "Person", (Name("Anna-Maria Hollmann"),)),
)  # fmt: skip


def rows(home: Path, **options: object) -> list[dict[str, object]]:
    request = ValidateRequest(cases=20, clean_cases=50, **options)  # type: ignore[arg-type]  # options of the test
    return [dict(row) for row in validate(request, Settings(home)).rows]


def test_every_category_has_cases() -> None:
    """Each manipulation changes something of a suitable party, and no two have one name."""
    categories = {case.category for case in make_cases(PARTIES, 1, 5, 5)}
    assert {manipulation.category for manipulation in MANIPULATIONS} <= categories
    assert len({manipulation.category for manipulation in MANIPULATIONS}) == len(MANIPULATIONS)


@given(st.text(max_size=60), st.integers(0, 99))
def test_any_name_can_be_manipulated(text: str, seed: int) -> None:
    """Whatever a list prints, a manipulation gives another query or none; it never fails."""
    party = Party("private:9", "Person", (Name(text),))
    for manipulation in MANIPULATIONS:
        changed = manipulation.change(party, party.names[0], Random(seed))
        assert changed is None or changed.name.strip() or changed.identifiers


def test_the_dossier_is_found_as_listed(home: Path) -> None:
    """Control names are found to the last, each row has the fields of the contract, clean names have no hit rate."""
    found = {str(row["category"]): row for row in rows(home)}
    assert all(set(row) >= FIELDS for row in found.values())
    assert found[CONTROL]["hit_rate"] == 1.0
    assert found[CLEAN]["hit_rate"] is None
    assert found["number alone"]["hit_rate"] == 1.0


def test_a_party_of_the_dossier_is_found_under_its_official_entry(tmp_path: Path) -> None:
    """With the official list beside it, the dossier's entry is shown no more, and that is no miss."""
    official = Party("us_ofac_sdn:1", "Company", (Name("Glass Harbour Telematics Limited"),))
    twin = Party(
        "dossier:glass", "Company", official.names, relations=(Relation("same-as", "", official.id),)
    )
    screener = Screener.open(MemoryWatchlist.of((official, twin), folder=tmp_path))
    control = [case for case in make_cases((official, twin), 1, 0, 0) if case.category == CONTROL]
    assert [hit.party for hit in screener.screen(control[1].query)] == [official.id]
    assert [answer(screener, case).score for case in control] == [1.0, 1.0]


def test_same_seed_same_run(home: Path, tmp_path: Path) -> None:
    """The same edition, policy and seed give the same rows and the same page; another seed draws other cases."""
    pages = [tmp_path / name for name in ("one.html", "two.html")]
    first, second = (rows(home, page=page, sweep=True) for page in pages)
    assert first == second
    assert pages[0].read_bytes() == pages[1].read_bytes()
    details = [tmp_path / name for name in ("one.jsonl", "two.jsonl")]
    for seed, path in enumerate(details):
        rows(home, seed=seed, details=path)
    assert details[0].read_bytes() != details[1].read_bytes()


def test_a_miss_is_a_miss(tmp_path: Path) -> None:
    """A case whose party is not there is not found, and a clean name that alerts is counted."""
    screener = Screener.open(MemoryWatchlist.of(PARTIES, folder=tmp_path))
    cases = [
        Case(CONTROL, Query("", "Polarwind Shipping", "Company"), "private:2"),
        Case(CONTROL, Query("", "Harbourside Bakery", "Company"), "private:2"),
        Case(CLEAN, Query("", "Polarwind Shipping Ltd", "Company")),
        Case(CLEAN, Query("", "Harbourside Bakery", "Company")),
    ]
    control, clean = rates([answer(screener, case) for case in cases], 0.8)
    assert (control.found, control.hit_rate) == (1, 0.5)
    assert (clean.false_positive_rate, clean.hit_rate) == (0.5, None)


def test_a_higher_threshold_finds_no_more(home: Path) -> None:
    """Along the sweep, hit rates and the false-positive rate never rise with the threshold."""
    by_category: dict[object, list[tuple[float, float, float]]] = {}
    for row in rows(home, sweep=True):
        point = (
            float(str(row["threshold"])),
            float(str(row["hit_rate"] or 0)),
            float(str(row["false_positive_rate"])),
        )
        by_category.setdefault(row["category"], []).append(point)
    for points in by_category.values():
        points.sort()
        assert len(points) > 15
        assert all(one[1] >= two[1] and one[2] >= two[2] for one, two in pairwise(points))


def test_comparing_policies(home: Path) -> None:
    """A stricter policy finds no less, and what an exact one loses is shown by name."""
    found = {str(row["category"]): row for row in rows(home, policy="exact", before_policy="strict")}
    swapped = found["letters swapped"]
    assert float(str(swapped["hit_rate"])) < float(str(swapped["before_hit_rate"]))
    assert swapped["lost"]
    assert swapped["lost_examples"]
    assert swapped["before_threshold"] == policy("strict").threshold


def test_own_clean_names(home: Path, tmp_path: Path) -> None:
    """Cleared customers take the place of made names; one that has the words of a listed name is left out."""
    file = tmp_path / "cleared.csv"
    file.write_text(
        "id,name,type\n1,Harbourside Bakery,Company\n2,\n3,Group Integrity Technology Incorporated,Company\n",
        "utf-8",
    )
    outcome = validate(ValidateRequest(cases=1, clean=(str(file),)), Settings(home))
    (clean,) = (row for row in outcome.rows if row["category"] == CLEAN)
    assert clean["cases"] == 1
    assert [status.state.value for status in outcome.statuses()] == ["partial"]


def test_made_clean_names_are_on_no_list() -> None:
    """Made names differ from each other and from every listed name, whatever the order of words."""
    listed = frozenset({words_of("Anderson, James"), words_of("Smith Mary")})
    made = list(make_clean(3000, Random(1), listed))
    keys = [words_of(query.name) for query in made]
    assert len(made) == len(set(keys)) == 3000
    assert not listed & set(keys)


def test_command_and_page(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 0 when every control name is found; the page says so and carries no script."""
    del home
    page = tmp_path / "out" / "page.html"
    monkeypatch.setattr(
        "sys.argv", ["holdfast", "validate", "--cases", "2", "--clean-cases", "20", "--page", str(page), "-q"]
    )
    assert run() == 0
    assert json.loads(capsys.readouterr().out.splitlines()[0])["category"] == CONTROL
    text = page.read_text("utf-8")
    assert "listed names are found as listed" in text
    assert "<script" not in text
