"""What is known besides the name: dates of birth and countries, which confirm or contradict it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from holdfast.screen.query import Why
from holdfast.text.country import as_country, country_code

if TYPE_CHECKING:
    from holdfast.screen.query import Query

SAME_DAY, SAME_YEAR, SAME_COUNTRY = 0.5, 0.8, 0.92
"""How much of the doubt stays when it agrees."""
OTHER_YEAR, OTHER_DAY, OTHER_COUNTRY = 0.74, 0.95, 0.97
"""How much of the score stays when it does not: with another year of birth even an equal name is no hit by default."""
MISTYPED = 0.93
"""The same for a date of which the other may be a slip of the pen."""
YEARS_OFF = 1
"""Difference in years that a list or a customer may be off."""


def qualify(score: float, query: Query, party: dict[str, Any]) -> tuple[float, list[Why]]:
    """The score after birth date and country, with their reasons; silence changes nothing."""
    reasons: list[Why] = []
    for judged in (_birth(query, party), _country(query, party)):
        if judged is None:
            continue
        feature, agrees, factor, says = judged
        new = 1.0 - (1.0 - score) * factor if agrees else score * factor
        reasons.append(Why(feature, round(new - score, 4), says))
        score = new
    return score, reasons


def needed(score: float, query: Query) -> float:
    """The lowest score of a name that birth date and country can raise to ``score``, should they agree."""
    doubt, asked = 1.0, query.birth_date.strip()
    if len(asked) >= 4:
        doubt *= SAME_DAY if len(asked) == 10 else SAME_YEAR
    if query.country.strip():
        doubt *= SAME_COUNTRY
    return max(0.0, 1.0 - (1.0 - score) / doubt)


def _birth(query: Query, party: dict[str, Any]) -> tuple[str, bool, float, str] | None:
    asked, listed = query.birth_date.strip(), party["births"]
    if len(asked) < 4 or not asked[:4].isdigit() or not listed:
        return None
    for low, high in listed:
        if low == high == asked and len(asked) == 10:
            return "birth date", True, SAME_DAY, f"both were born on {asked}"
    year = int(asked[:4])
    spans = [(int(low[:4] or 0), int(high[:4] or low[:4] or 0)) for low, high in listed if low[:4].isdigit()]
    if not spans:
        return None
    shown = ", ".join(low if low == high else f"{low} to {high}" for low, high in listed)
    if any(low <= year <= high for low, high in spans):
        days = [low for low, high in listed if low == high and len(low) == 10]
        if len(asked) == 10 and days and len(days) == len(listed):
            return "birth date", False, OTHER_DAY, f"born in the same year, on {asked} and {shown}"
        return "birth date", True, SAME_YEAR, f"{asked} agrees with the listed birth date {shown}"
    if any(low - YEARS_OFF <= year <= high + YEARS_OFF for low, high in spans):
        return None
    if any(low == high and _mistyped(asked, low) for low, high in listed):
        return "birth date", False, MISTYPED, f"born {asked}, the listed party {shown}, which may be a slip"
    return "birth date", False, OTHER_YEAR, f"born {asked}, the listed party {shown}"


def _mistyped(one: str, other: str) -> bool:
    """Whether two days differ by one digit, two neighbouring ones, or day and month in each other's place."""
    if len(one) != 10 or len(other) != 10:
        return False
    apart = [place for place in range(10) if one[place] != other[place]]
    if len(apart) == 2 and one[apart[0]] == other[apart[1]] and one[apart[1]] == other[apart[0]]:
        return apart[1] - apart[0] == 1
    return len(apart) == 1 or (one[:4] == other[:4] and one[5:7] == other[8:] and one[8:] == other[5:7])


def _country(query: Query, party: dict[str, Any]) -> tuple[str, bool, float, str] | None:
    """What the countries say; one that is neither a code nor known by its name contradicts nothing."""
    asked = {as_country(part.strip()).upper() for part in query.country.split(";") if part.strip()}
    listed = {str(country).upper() for country in party["countries"]}
    both = sorted(asked & listed)
    if both:
        return "country", True, SAME_COUNTRY, f"both are of {', '.join(both)}"
    asked, listed = set(filter(country_code, asked)), set(filter(country_code, listed))
    if not asked or not listed:
        return None
    return (
        "country",
        False,
        OTHER_COUNTRY,
        f"of {', '.join(sorted(asked))}, the listed party of {', '.join(sorted(listed))}",
    )
