"""The table of manipulations: what a validation run does to listed parties, one line a category.

After the categories that vendors and examiners use and those of enforcement cases (letters, order, blanks, code pages,
legal forms, romanisation, initials, truncation, residue of forms, other scripts, dates, numbers alone).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

from holdfast.model.party import Identifier, Name, Party
from holdfast.screen.query import Query
from holdfast.screen.validation import rewriting
from holdfast.text.name import Family, family_of

Rewriting: TypeAlias = Callable[[str, Random], str | None]
Change: TypeAlias = Callable[[Party, Name, Random], Query | None]

_TELLING = frozenset(
    {"uscc", "lei", "imo", "passport", "national-id", "tax-id", "registration", "wallet", "website"}
)
_ALL = (Family.PERSON, Family.ORGANISATION, Family.VESSEL, None)


@dataclass(frozen=True, slots=True)
class Manipulation:
    """One category."""

    category: str
    says: str
    """What is done, for the report."""
    change: Change
    """A query made from a listed party under one of its names; None where there is nothing to change."""


def _written(rewrite: Rewriting, families: tuple[Family | None, ...] = _ALL) -> Change:
    """The party under the rewritten name, for parties of some families."""

    def change(party: Party, name: Name, dice: Random) -> Query | None:
        if family_of(party.type) not in families:
            return None
        text = rewrite(name.text, dice)
        return Query("", text, party.type) if text and text.strip() else None

    return change


def _birth_year(party: Party, name: Name, dice: Random) -> Query | None:
    born = [date for date in party.dates if date.kind == "birth" and date.low[:4] == date.high[:4]]
    if not born:
        return None
    year = int(born[0].low[:4]) + dice.choice((-1, 1))
    return Query(
        "",
        name.text,
        party.type,
        birth_date=f"{year}{born[0].low[4:] if _is_day(born[0].low, born[0].high) else ''}",
    )


def _is_day(low: str, high: str) -> bool:
    return low == high and not low.endswith("02-29")


def _number_alone(party: Party, _name: Name, dice: Random) -> Query | None:
    return _identified(party, _TELLING, dice)


def _bank_code_alone(party: Party, _name: Name, dice: Random) -> Query | None:
    return _identified(party, frozenset({"bic"}), dice)


def _identified(party: Party, types: frozenset[str], dice: Random) -> Query | None:
    known = [number for number in party.identifiers if number.type in types]
    if not known:
        return None
    number = dice.choice(known)
    return Query("", "", party.type, identifiers=(Identifier(number.type, number.value),))


_PEOPLE = (Family.PERSON,)
_FIRMS = (Family.ORGANISATION,)

MANIPULATIONS = (
    Manipulation("lower case", "no capital letters", _written(rewriting.lower)),
    Manipulation("accents dropped", "plain letters for accented ones", _written(rewriting.drop_accents)),
    Manipulation("punctuation dropped", "letters, digits and blanks only", _written(rewriting.drop_punctuation)),
    Manipulation("unbroken blanks", "no-break spaces for blanks", _written(rewriting.other_blanks)),
    Manipulation("order turned", "the last word first", _written(rewriting.turn_order)),
    Manipulation("letters swapped", "two neighbouring letters of a longer word", _written(rewriting.swap_letters)),
    Manipulation("letter left out", "of a longer word", _written(rewriting.leave_letter_out)),
    Manipulation("letter doubled", "typed twice", _written(rewriting.double_letter)),
    Manipulation("double letter single", "typed once", _written(rewriting.single_letter)),
    Manipulation("vowel changed", "another vowel in a longer word", _written(rewriting.change_vowel)),
    Manipulation("question marks", "? for letters outside ASCII", _written(rewriting.question_marks)),
    Manipulation("foreign letters lost", "letters outside ASCII dropped", _written(rewriting.drop_foreign)),
    Manipulation("look-alike letters", "Cyrillic letters inside a Latin word", _written(rewriting.look_alike)),
    Manipulation("words joined", "two words written as one", _written(rewriting.join_words)),
    Manipulation("word split", "a long word written as two", _written(rewriting.split_word)),
    Manipulation("words added", "what forms put before a name", _written(rewriting.add_words)),
    Manipulation("cut off", "a long name cut at 35 characters", _written(rewriting.cut_off)),
    Manipulation("other spelling", "one group of letters by another romanisation", _written(rewriting.other_spelling)),
    Manipulation("Cyrillic", "a person as a Russian newspaper writes the name", _written(rewriting.cyrillic, _PEOPLE)),
    Manipulation("initial", "the first name as an initial", _written(rewriting.initial, _PEOPLE)),
    Manipulation("middle name left out", "first and last of three names", _written(rewriting.leave_middle_out, _PEOPLE)),
    Manipulation("legal form changed", "written another way", _written(rewriting.other_form, _FIRMS)),
    Manipulation("legal form dropped", "no form at the end", _written(rewriting.drop_form, _FIRMS)),
    Manipulation("legal form added", "a form where the list has none", _written(rewriting.add_form, _FIRMS)),
    Manipulation("birth year off by one", "the name as listed with another year", _birth_year),
    Manipulation("number alone", "an identifier without a name", _number_alone),
    Manipulation("bank code alone", "a BIC without a name", _bank_code_alone),
)  # fmt: skip
"""In the order of the report."""
