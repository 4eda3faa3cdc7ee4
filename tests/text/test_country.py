"""Country names as lists print them."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.text.country import as_country, country_code


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
