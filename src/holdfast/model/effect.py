"""The legal effect of a designation, read from ``effects.toml`` beside this file.

Law is data here: list, programme tag or imposed measure lead to a kind of effect, each with its basis, source, grade
and the date on which it was last checked. What the table does not hold has the effect ``review``: it is neither taken
for blocked nor for clean.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from holdfast.model.party import Designation, Party


@dataclass(frozen=True, slots=True)
class Effect:
    """What follows from one designation."""

    kind: str
    """``blocked`` (US), ``frozen`` (asset freeze elsewhere), ``sectoral``, ``securities``, ``account``, ``evader``,
    ``refused``, ``menu``, ``restricted``, ``policy`` (the firm's own list), ``ended``, or ``review`` (not known)."""
    sentence: str
    """What it means, for an analyst."""
    advice: str
    """``block``, ``freeze``, ``reject``, ``hold`` (decide nothing before a person has), or ``review``."""
    basis: str
    """Legal basis: order, regulation, resolution."""
    report: str = ""
    """Deadline rule of the report that the act needs (see ``holdfast.cases.deadlines``); empty where there is none."""
    source: str = ""
    """Where the table has it from."""
    grade: str = ""
    """``P`` primary text, ``S`` secondary, ``D`` published data, ``R`` not verified."""
    checked: str = ""
    """ISO date of the last check."""

    @property
    def blocks(self) -> bool:
        """Whether all property of the party is to be blocked or frozen."""
        return self.kind in {"blocked", "frozen"}

    def __str__(self) -> str:
        """The sentence with its basis."""
        return f"{self.sentence} ({self.basis})" if self.basis else self.sentence


@dataclass(frozen=True, slots=True)
class _Rule:
    """One block of the table."""

    list: str
    kind: str
    source: str
    grade: str
    programmes: dict[str, str] = field(default_factory=dict)
    measures: tuple[str, ...] = ()
    basis: str = ""
    any: bool = False
    since: str = ""
    until: str = ""

    def basis_for(self, designation: Designation, day: str) -> str | None:
        """The legal basis when the rule speaks of the designation on that day, else ``None``."""
        if designation.list != self.list or day < self.since or (self.until and day >= self.until):
            return None
        if self.any:
            return self.basis
        if self.measures:
            imposed = [measure.lower() for measure in designation.measures]
            named = "*" in self.measures or any(measure in self.measures for measure in imposed)
            return self.basis if imposed and named else None
        return self.programmes.get(designation.programme)


def effect_of(designation: Designation, on: date | None = None) -> Effect:
    """The effect of one designation on a day; without a day, on the day the table was last checked."""
    table = _table()
    checked: str = table["checked"]
    day = on.isoformat() if on else checked
    if designation.ended_on and designation.ended_on <= day:
        return _effect("ended", f"ended on {designation.ended_on}", designation.source, "D", checked)
    for rule in _rules():
        basis = rule.basis_for(designation, day)
        if basis is not None:
            return _effect(rule.kind, basis, rule.source, rule.grade, checked)
    unknown = f"programme {designation.programme!r} of {designation.list} is not in the table of {checked}"
    return _effect("review", unknown, "", "", checked)


def effect_on(party: Party, on: date | None = None) -> Effect:
    """The gravest effect of a party's designations; ``review`` for a party with none."""
    return gravest(effect_of(designation, on) for designation in party.designations)


def gravest(effects: Iterable[Effect]) -> Effect:
    """The one that restricts most, in the order of :data:`GRAVITY`; ``review`` when there is none."""
    return min(
        effects,
        key=lambda effect: GRAVITY.index(effect.kind),
        default=_effect("review", "the entry names no programme", "", "", _table()["checked"]),
    )


GRAVITY = (
    "blocked",
    "frozen",
    "review",
    "refused",
    "evader",
    "account",
    "sectoral",
    "menu",
    "securities",
    "restricted",
    "policy",
    "ended",
)
"""Kinds from gravest to lightest; ``review`` stands before all that would let money move."""


def _effect(kind: str, basis: str, source: str, grade: str, checked: str) -> Effect:
    words: dict[str, str] = _table()["kinds"][kind]
    return Effect(kind, words["sentence"], words["advice"], basis, words["report"], source, grade, checked)


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("holdfast.model").joinpath("effects.toml").read_text(encoding="utf-8"))


@cache
def _rules() -> tuple[_Rule, ...]:
    return tuple(_rule(entry) for entry in _table()["rules"])


def _rule(entry: dict[str, Any]) -> _Rule:
    return _Rule(**{**entry, "measures": tuple(entry.get("measures", ()))})
