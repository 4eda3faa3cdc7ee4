"""Country names to ISO 3166-1 alpha-2 codes, as lists and records spell them."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files


def country_code(text: str) -> str:
    """The alpha-2 code of a country's name or code, or an empty string when it is neither.

    Case, accents of the apostrophe and a leading ``the`` do not matter.
    """
    return _codes().get(_key(text), "")


def as_country(text: str) -> str:
    """The code where the country is known, else the text as printed."""
    return country_code(text) or text


def _key(text: str) -> str:
    return " ".join(text.replace("’", "'").casefold().strip(" .").removeprefix("the ").split())


@cache
def _rows() -> tuple[tuple[str, tuple[str, ...]], ...]:
    content = files("holdfast.text.data").joinpath("countries.csv").read_text(encoding="utf-8")
    lines = [line for line in content.splitlines() if not line.startswith("#")]
    return tuple((row["code"], tuple(row["names"].split("|"))) for row in csv.DictReader(lines))


@cache
def _codes() -> dict[str, str]:
    codes = {_key(name): code for code, names in _rows() for name in names}
    codes.update({code.casefold(): code for code, _ in _rows()})
    return codes
