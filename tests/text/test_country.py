"""Country names as lists print them."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.text.country import as_country, country_code, country_in_field


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Korea, North", "KP"),
        ("Democratic People’s Republic of Korea", "KP"),
        ("Congo, Democratic Republic of the", "CD"),
        ("The Gambia", "GM"),
        ("burma", "MM"),
        ("cn", "CN"),
        ("Atlantis", ""),
        ("", ""),
    ],
)
def test_names_become_codes(text: str, code: str) -> None:
    """Inverted, official, former and lower-case names lead to one code; what is no country leads to none."""
    assert country_code(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("CHN", "CN"),
        ("chinese", "CN"),
        ("Scottish", "GB"),
        ("Suede", "SE"),
        ("ROSSIYA", ""),
        ("Россия", "RU"),
    ],
)
def test_a_field_for_a_country_may_tell_it_otherwise(text: str, code: str) -> None:
    """Alpha-3 codes, nationalities, and names in other languages, with or without their accents."""
    assert country_in_field(text) == code


def test_words_for_nationals_are_no_names_in_running_text() -> None:
    """An address may end with PER or Polish."""
    assert not country_code("PER")
    assert not country_code("Polish")


def test_an_unknown_country_stays_as_printed() -> None:
    """Nothing that a list prints is lost for want of a code."""
    assert as_country("Region: Crimea") == "Region: Crimea"


def test_countries_of_the_real_address_file(shared: Callable[[str], Path]) -> None:
    """Every country of OFAC's address file has a code; regions and the undetermined have none."""
    text = shared("lists/ofac/composite/ADD.CSV").read_text(encoding="utf-8", errors="replace")
    countries = {row[4] for row in csv.reader(text.splitlines()) if len(row) > 4} - {"-0- "}
    assert len(countries) > 150
    unknown = {country for country in countries if not country_code(country)}
    assert {country for country in unknown if not country.startswith("Region:")} <= {"undetermined"}
