"""The verdict on one entity under one pack, with its reasons, in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from holdfast.model.finding import Verdict
    from holdfast.model.origin import Origin
    from holdfast.ownership.pack import RulePack


@dataclass(frozen=True, slots=True)
class Reason:
    """One stake, control record or listing that bears on the verdict."""

    owner: str
    low: Fraction
    """At least this share of the whole; 0 for control."""
    high: Fraction
    """At most this share of the whole."""
    chain: tuple[str, ...]
    """From a listed party to the entity, both included."""
    right: str = "shares"
    """``shares``, ``votes``, or ``control``."""
    says: str = ""
    origin: Origin | None = None
    listed_as: str = ""
    """Party id on the watchlist of whoever the chain begins with."""
    link: str = ""
    """How that party was tied to the list, in a sentence."""

    @property
    def percent(self) -> float | int | str | None:
        """As a reader would write it: a number, ``25-50``, or ``None`` when nothing is known."""
        if self.right == "control" or (self.low == 0 and self.high == 1):
            return None
        if self.low == self.high:
            return percent_number(self.low)
        return f"{percent_number(self.low)}-{percent_number(self.high)}"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a pack says of an entity on a day."""

    entity: str
    pack: RulePack
    as_of: date
    answer: Verdict
    word: str
    """The authority's word for the answer."""
    low: Fraction
    """What listed and caught parties hold at least, in the right that decides."""
    high: Fraction
    """What they hold at most."""
    right: str
    because: tuple[Reason, ...]
    """The fewest stakes that reach the line; for an entity that is not caught, every stake of a caught party."""
    flags: tuple[str, ...]
    says: str
    """The verdict and its reasons in a sentence or two."""
    change: str = ""
    """How far from the line, and what would carry the entity across it."""
    edges: tuple[Edge, ...] = field(default=())
    """The whole proof: every stake from listed parties down to the entity."""

    def to_dict(self) -> dict[str, object]:
        """One line of ``holdfast owners``."""
        return {
            "entity": self.entity,
            "pack": self.pack.name,
            "as_of": self.as_of.isoformat(),
            "verdict": self.word,
            "answer": self.answer.value,
            "low": percent_number(self.low),
            "high": percent_number(self.high),
            "right": self.right,
            "because": [
                {
                    "owner": reason.owner,
                    "percent": reason.percent,
                    "chain": list(reason.chain),
                    "right": reason.right,
                    "says": reason.says,
                    **({"listed_as": reason.listed_as} if reason.listed_as else {}),
                    **({"link": reason.link} if reason.link else {}),
                    **({"origin": reason.origin.to_dict()} if reason.origin else {}),
                }
                for reason in self.because
            ],
            "flags": list(self.flags),
            "says": self.says,
            "change": self.change,
            "basis": {"source": self.pack.source, "grade": self.pack.grade, "checked": self.pack.checked},
        }


@dataclass(frozen=True, slots=True)
class Edge:
    """A stake or control record in a proof."""

    owner: str
    owned: str
    low: Fraction
    high: Fraction
    right: str
    decides: bool = False
    """Whether the verdict on the drawn entity falls without it."""


def percent_number(share: Fraction) -> float | int:
    """A share of the whole as percent: an integer where it is one, else the nearest float, for display only."""
    percent = share * 100
    return int(percent) if percent.denominator == 1 else float(percent)


def percent_text(low: Fraction, high: Fraction) -> str:
    """``40 percent``, ``25 to 50 percent``, ``an unknown share``."""
    if low == high:
        return f"{_short(low)} percent"
    if low == 0 and high == 1:
        return "an unknown share"
    if low == 0:
        return f"up to {_short(high)} percent"
    return f"{_short(low)} to {_short(high)} percent"


def points_text(difference: Fraction) -> str:
    """``1 percentage point``, ``0.01 percentage points``."""
    return f"{_short(difference)} percentage point{'' if difference * 100 == 1 else 's'}"


def _short(share: Fraction) -> str:
    shown = f"{float(share * 100):.6f}".rstrip("0").rstrip(".")
    return shown if shown != "0" or not share else "less than 0.000001"
