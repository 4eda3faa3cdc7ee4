"""The table of legal effects: known tags, lapsed emergencies, unknown tags."""

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from holdfast.model.effect import Effect, effect_of, effect_on, gravest
from holdfast.model.party import Designation, Name, Party


def of(list_id: str, programme: str, *measures: str, on: date | None = None) -> Effect:
    return effect_of(Designation(list_id, programme, measures=measures), on)


@pytest.mark.parametrize("tag", ["CYBER", "CYBER2", "CYBER3", "CYBER4"])
def test_every_cyber_tag_blocks(tag: str) -> None:
    """All four cyber tags mean blocked, with a blocking report to follow and part 578 as basis."""
    effect = of("us_ofac_sdn", tag)
    assert (effect.kind, effect.advice, effect.report) == ("blocked", "block", "us-blocking-report")
    assert effect.blocks
    assert "31 CFR part 578" in str(effect)


def test_unknown_tag_is_for_review() -> None:
    """A tag outside the table is neither blocked nor clean, and the text says so."""
    effect = of("us_ofac_sdn", "MARS-EO15000")
    assert (effect.kind, effect.advice, effect.blocks) == ("review", "hold", False)
    assert "MARS-EO15000" in effect.basis


def test_same_tag_differs_by_list() -> None:
    """E.O. 13662 blocks on the SDN list and is sectoral, hence reject, on the consolidated list."""
    assert of("us_ofac_sdn", "UKRAINE-EO13662").advice == "block"
    assert of("us_ofac_cons", "UKRAINE-EO13662").advice == "reject"


def test_lapsed_emergency_depends_on_the_day() -> None:
    """The Hong Kong emergency blocked until July 2026 and is for review after it."""
    assert of("us_ofac_sdn", "HK-EO13936", on=date(2024, 5, 3)).kind == "blocked"
    assert of("us_ofac_sdn", "HK-EO13936", on=date(2026, 8, 1)).kind == "review"


def test_uk_effect_follows_the_measures() -> None:
    """The UK list covers non-financial measures too: only an asset freeze freezes, silence is for review."""
    assert of("gb_uksl", "Cyber", "Travel Ban", "Asset freeze").kind == "frozen"
    assert of("gb_uksl", "Russia", "Trust Services Sanctions").kind == "restricted"
    assert of("gb_uksl", "Russia").kind == "review"


def test_delisting_ends_the_effect() -> None:
    """From its end on, a designation has the effect ``ended``; before it, its own."""
    designation = Designation("us_ofac_sdn", "CYBER2", ended_on="2026-03-01")
    assert effect_of(designation, date(2026, 2, 28)).kind == "blocked"
    assert effect_of(designation, date(2026, 3, 1)).kind == "ended"


def test_gravest_effect_speaks_for_the_party() -> None:
    """A party under a blocking and an unknown tag is blocked; one under a sectoral and an unknown tag is for review."""
    tags = [Designation("us_ofac_cons", "UKRAINE-EO13662"), Designation("us_ofac_cons", "NEW")]
    party = Party("us_ofac_cons:1", "Company", (Name("A"),), designations=tuple(tags))
    assert effect_on(party).kind == "review"
    assert gravest([of("us_ofac_sdn", "CYBER2"), effect_on(party)]).kind == "blocked"
    assert gravest([]).kind == "review"


@pytest.mark.parametrize(
    ("list_id", "file"),
    [
        ("us_ofac_sdn", "lists/ofac/composite/SDN.CSV"),
        ("us_ofac_sdn", "lists/ofac/2021-07/sdn.csv"),
        ("us_ofac_cons", "lists/ofac/cons-2025-12-19/cons_prim.csv"),
    ],
)
def test_every_tag_of_the_real_lists_is_in_the_table(
    shared: Callable[[str], Path], list_id: str, file: str
) -> None:
    """No tag of the real files falls to the default, so a ``review`` in use means a new tag."""
    rows = csv.reader(shared(file).read_text(encoding="utf-8", errors="replace").splitlines())
    tags = {tag for row in rows if len(row) > 3 for tag in row[3].split("] [")} - {"-0- "}
    assert len(tags) > 5
    assert [tag for tag in sorted(tags) if "is not in the table" in of(list_id, tag).basis] == []
