"""Rule packs: one jurisdiction's rule as data, with its threshold by date, its words and its source.

A pack is one TOML file in ``packs/`` and one line in :data:`PACKS`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from holdfast.model.errors import UsageError
from holdfast.model.finding import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

PACKS = ("us-ofac", "us-ssi", "us-cmic", "us-bis", "eu", "uk", "ch", "ca", "au")
"""Every pack, by the name of its file."""


@dataclass(frozen=True, slots=True)
class Period:
    """From a day on, until the next period of the pack: where the line is, and whether the rule is in force."""

    start: date
    threshold: Fraction
    """Share of the whole at which an entity is caught."""
    inclusive: bool
    """Whether exactly the threshold is caught."""
    status: str = "in force"
    """``in force``, ``suspended``, or ``unverified`` when nobody has checked that it is."""
    aggregation: str = ""
    """In place of the pack's own."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Wider:
    """Programmes that reach further than ownership: any tie to a party listed under them is for review."""

    programmes: frozenset[str]
    note: str


@dataclass(frozen=True, slots=True)
class RulePack:
    """One jurisdiction's rule."""

    name: str
    title: str
    periods: tuple[Period, ...]
    """Newest first."""
    lists: tuple[str, ...]
    """Source ids of the lists whose parties count."""
    kinds: frozenset[str]
    """Kinds of legal effect (:mod:`holdfast.model.effect`) whose parties count."""
    aggregation: str
    """``all`` listed persons are added, only a ``group`` under one directive, each ``person`` alone, or ``none``."""
    possible_aggregation: str
    """The aggregation under which a verdict other than *no* is still possible."""
    control: str
    """``counts``, ``flag`` or ``ignore``."""
    joint: str
    """Stakes under a joint arrangement: ``attribute`` to each party, ``flag`` or ``ignore``."""
    votes: str
    """A majority of votes: ``counts``, is in ``doubt``, or ``ignore``."""
    words: Mapping[str, str]
    """The authority's word for ``yes``, ``no``, ``review``, and where it differs for ``listed``."""
    acts: Mapping[str, str]
    """The word for property of, or acts with, a caught party, by kind of act."""
    effect: str
    """What follows for an entity that is caught, in a sentence."""
    next_step: str
    """What to do about an entity that is caught."""
    report: str
    """Deadline rule of the report that follows; empty where there is none."""
    caution: str
    """What to keep in mind for one that is not."""
    source: str
    grade: str
    """``P`` primary text read, ``S`` secondary source, ``R`` not yet read."""
    checked: str
    """ISO date on which the pack was last compared with its source."""
    significant_minority: Fraction | None
    """From which share on a listed owner is a caution; none when the pack has no such caution."""
    minority_flag: str
    aggregate_flag: str
    """Raised when several listed persons together reach a line that none reaches alone."""
    unknown_flag: str
    nexus: bool
    """Whether an unlicensed transfer with a US nexus leaves the seller owner."""
    near_days: int
    """A transfer that close to a designation raises review."""
    wider: tuple[Wider, ...]
    programmes: frozenset[str]
    """When not empty: parties known to be listed only under other programmes do not count."""

    def period(self, as_of: date) -> Period | None:
        """The rule on that day; ``None`` before there was one."""
        return next((period for period in self.periods if period.start <= as_of), None)

    def word(self, answer: Verdict, period: Period | None = None) -> str:
        """The authority's word for an answer."""
        if period is not None and period.status == "unverified" and answer is not Verdict.NO:
            return self.words.get("unverified", self.words["review"])
        return self.words[answer.value]

    def listed_word(self) -> str:
        """The word for a party that is itself listed."""
        return self.words.get("listed", self.words["yes"])


@cache
def load_pack(name: str) -> RulePack:
    """The pack of that name or alias, in any case; :class:`UsageError` when there is none."""
    for stem in PACKS:
        content = _read(stem)
        if name.casefold() in {stem, *(alias.casefold() for alias in content.get("aliases", ()))}:
            return _pack(content)
    raise UsageError(
        f"there is no rule pack {name!r}", why=f"the packs are {', '.join(PACKS)}", advice="Choose among them"
    )


@cache
def read_table(name: str) -> Mapping[str, Any]:
    """One of the word tables beside the packs: ``control`` or ``sham``."""
    return _read(name)


def _read(stem: str) -> dict[str, Any]:
    return tomllib.loads((files("holdfast.ownership") / "packs" / f"{stem}.toml").read_text("utf-8"))


def _pack(content: dict[str, Any]) -> RulePack:
    minority = content.get("significant_minority")
    return RulePack(
        name=content["name"],
        title=content["title"],
        periods=tuple(sorted(map(_period, content["period"]), key=lambda period: period.start, reverse=True)),
        lists=tuple(content["lists"]),
        kinds=frozenset(content["kinds"]),
        aggregation=content["aggregation"],
        possible_aggregation=content["possible_aggregation"],
        control=content["control"],
        joint=content["joint"],
        votes=content["votes"],
        words=content["words"],
        acts=content["acts"],
        effect=content["effect"],
        next_step=content["next_step"],
        report=content.get("report", ""),
        caution=content["caution"],
        source=content["source"],
        grade=content["grade"],
        checked=content["checked"],
        significant_minority=Fraction(minority) / 100 if minority is not None else None,
        minority_flag=content.get("minority_flag", ""),
        aggregate_flag=content.get("aggregate_flag", ""),
        unknown_flag=content.get("unknown_flag", ""),
        nexus=content.get("nexus", False),
        near_days=content.get("near_days", 0),
        wider=tuple(Wider(frozenset(item["programmes"]), item["note"]) for item in content.get("wider", ())),
        programmes=frozenset(content.get("programmes", ())),
    )


def _period(content: dict[str, Any]) -> Period:
    return Period(
        start=date.fromisoformat(content["from"]),
        threshold=Fraction(content["threshold"]) / 100,
        inclusive=content["inclusive"],
        status=content.get("status", "in force"),
        aggregation=content.get("aggregation", ""),
        note=content.get("note", ""),
    )
