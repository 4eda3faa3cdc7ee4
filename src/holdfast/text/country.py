"""Country names to ISO 3166-1 alpha-2 codes, as lists and records spell them."""

from __future__ import annotations

import csv
from functools import cache, lru_cache
from importlib.resources import files

from holdfast.text.fold import without_accents


def country_code(text: str) -> str:
    """The alpha-2 code of a country's name or code, or an empty string when it is neither.

    Case, accents and a leading ``the`` do not matter.
    """
    return _codes().get(_key(text), "")


def country_in_field(text: str) -> str:
    """The same of a field that is there for a country, where an alpha-3 code or a nationality (``Chinese``) tells it too."""
    key = _key(text)
    return _codes().get(key) or _codes_in_fields().get(key, "")


def as_country(text: str) -> str:
    """The code where the country of a field is known, else the text as printed."""
    return country_in_field(text) or text


@lru_cache(maxsize=1 << 12)
def _key(text: str) -> str:
    plain = without_accents(text.replace("’", "'").casefold())
    return " ".join(plain.strip(" .").removeprefix("the ").split())


@cache
def _rows() -> tuple[dict[str, str], ...]:
    content = files("holdfast.text.data").joinpath("countries.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(line for line in content.splitlines() if not line.startswith("#")))


@cache
def _codes() -> dict[str, str]:
    codes = {_key(name): row["code"] for row in _rows() for name in row["names"].split("|")}
    codes.update({_key(row["code"]): row["code"] for row in _rows()})
    return codes


@cache
def _codes_in_fields() -> dict[str, str]:
    told = ((row["code"], f"{row['alpha3']}|{row['nationals']}") for row in _rows())
    return {_key(word): code for code, words in told for word in words.split("|") if word}
