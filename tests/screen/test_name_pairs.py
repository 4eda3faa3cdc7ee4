"""Shares of the project's own pairs of names that are judged right: whole kinds of difference, not pairs by name.

The floors leave room below what was measured (``python benchmarks/name_pairs.py tests/screen/pairs``).
"""

import csv
from pathlib import Path

import pytest

from holdfast.screen.policy import policy
from holdfast.screen.screener import compare

PAIRS = Path(__file__).with_name("pairs")
FLOORS = {
    "bodies": (0.85, 0.12),
    "deviations": (0.80, 0.04),
    "romanised": (0.72, 0.02),
    "translated": (0.55, 0.06),
}
"""By set the share of true pairs that reach the default threshold at least, and of others at most."""


def scores(name: str) -> tuple[list[float], list[float]]:
    """Scores of the pairs that are one name, and of the others."""
    lines = (PAIRS / f"{name}.csv").read_text(encoding="utf-8").splitlines()[1:]
    one: list[float] = []
    two: list[float] = []
    for row in csv.DictReader(lines):
        score = compare(row["one"], row["other"], row["schema"])[0]
        (one if row["is_match"] == "true" else two).append(score)
    return one, two


@pytest.mark.parametrize("name", FLOORS)
def test_most_pairs_are_judged_right_by_the_default_threshold(name: str) -> None:
    least, most = FLOORS[name]
    bar = policy("default").threshold
    one, two = scores(name)
    assert sum(score >= bar for score in one) / len(one) >= least
    assert sum(score >= bar for score in two) / len(two) <= most


WORDS_OF_TWO_ALPHABETS = [
    ("Igar Viktaravich Kurylenka", "Iгар Вiктаравiч КУРЫЛЕНКА"),
    ("Anton Lisovoi", "Антон ЛИСÓВОЙ"),
    ("Vladimir Antonov", "Vladimir Аntоnоv"),
]


@pytest.mark.parametrize(("latin", "mixed"), WORDS_OF_TWO_ALPHABETS)
def test_a_word_of_two_alphabets_is_read_in_the_one_that_it_is_meant_in(latin: str, mixed: str) -> None:
    assert compare(latin, mixed, "Person")[0] >= policy("default").threshold


ENDINGS = [
    "Spetsialnogo konstruktorskogo byuro Tarmet",
    "SPETSIALNOE KONSTRUKTORSKOE BIURO TARMET",
    "СКБ Тармет",
]


@pytest.mark.parametrize("listed", ENDINGS)
def test_a_slavic_phrase_is_known_in_every_case_and_romanisation(listed: str) -> None:
    assert compare("Tarmet Special Design Bureau", listed, "Company")[0] >= 0.9


def test_brothers_are_told_apart_by_their_given_names() -> None:
    sibling = compare("Alfredo Quintana Beltre", "Jaime Quintana Beltre", "Person")[0]
    assert sibling < compare("Alfredo Quintana Beltre", "Alfredo Quintana", "Person")[0]
    assert sibling < 0.5


def test_a_name_put_together_from_beginnings_meets_its_translation() -> None:
    assert compare("Rusregionbank", "Russian Regional Bank", "Company")[0] >= policy("default").threshold
    assert compare("Rusregiontrans", "Rusregionbank", "Company")[0] < policy("default").threshold
