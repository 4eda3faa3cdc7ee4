"""A share as people write it: ``50``, ``49.99%``, ``1/6``, ``25-50``, ``>25``, ``more than 25 up to 50``, or nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

_NUMBER = r"\d+(?:[.,]\d+)?(?:\s*/\s*\d+)?"
_ABOVE = {
    ">": True, "over": True, "more than": True,
    ">=": False, "=>": False, "≥": False, "at least": False, "not less than": False,
}  # fmt: skip
"""Words for a least share, and whether it is more than that."""
_BELOW = {
    "<": True, "under": True, "less than": True,
    "<=": False, "=<": False, "≤": False, "up to": False, "at most": False, "not more than": False,
}  # fmt: skip
_WORDS = "|".join(sorted(map(re.escape, [*_ABOVE, *_BELOW]), key=len, reverse=True))
_BOUND = rf"({_WORDS})\s*({_NUMBER})\s*%?"
_BAND = re.compile(rf"^\[?\s*({_NUMBER})\s*%?\s*(?:-|–|—|\.\.|to|;|,\s)\s*({_NUMBER})\s*%?\s*\]?$")
_COMPARED = re.compile(rf"^{_BOUND}$")
_BETWEEN = re.compile(rf"^{_BOUND},?\s*(?:but|and)?\s*{_BOUND}$")
_OR_MORE = re.compile(rf"^({_NUMBER})\s*%?\s*(?:\+|(?:or|and) (?:more|over|above))$")
_PLAIN = re.compile(rf"^(-?{_NUMBER})\s*%?$")
_PERCENT = re.compile(r"(?<=\d) ?(?:percent|per cent|pct\.?|prozent|pour cent|por ciento|per cento)(?!\w)")
_UNKNOWN = {
    "", "?", "unknown", "n/a", "na", "n.a.", "n.a", "n/d", "nd", "k.a.", "tbd", "null", "none", "undisclosed",
    "not disclosed", "not known", "unbekannt", "inconnu", "-",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Share:
    """An interval of the whole, in fractions of one."""

    low: Fraction = Fraction(0)
    high: Fraction = Fraction(1)
    low_open: bool = False
    high_open: bool = False


UNKNOWN = Share()


def parse_share(text: str, unit: str = "") -> Share:
    """The share that the text states, in percent unless it has a ``/`` or the unit is ``fraction``.

    Raises :class:`ValueError` with the reason when the text is no share of a whole: not a number, negative, over the
    whole, or a band upside down.
    """
    text = _PERCENT.sub("%", " ".join(text.strip().lower().split()))
    if text in _UNKNOWN:
        return UNKNOWN
    share = _read(text, _scale(unit))
    _check(share)
    return share


def _read(text: str, scale: Fraction) -> Share:
    if match := _BAND.match(text):
        return Share(_number(match[1], scale), _number(match[2], scale))
    if match := _COMPARED.match(text):
        return _bound(match[1], _number(match[2], scale))
    if match := _BETWEEN.match(text):
        one, other = _bound(match[1], _number(match[2], scale)), _bound(match[3], _number(match[4], scale))
        if match[1] in _ABOVE and match[3] in _BELOW:
            return Share(one.low, other.high, one.low_open, other.high_open)
    if match := _OR_MORE.match(text):
        return Share(low=_number(match[1], scale))
    if match := _PLAIN.match(text):
        value = _number(match[1], scale)
        return Share(value, value)
    raise ValueError("is not a share")


def _bound(word: str, share: Fraction) -> Share:
    if word in _ABOVE:
        return Share(low=share, low_open=_ABOVE[word])
    return Share(high=share, high_open=_BELOW[word])


def share_of(low: Fraction, high: Fraction, *, low_open: bool = False, high_open: bool = False) -> Share:
    """The share between two bounds; :class:`ValueError` with the reason when they bound no share of a whole."""
    share = Share(low, high, low_open, high_open)
    _check(share)
    return share


def _check(share: Share) -> None:
    if share.low < 0 or share.high < 0:
        raise ValueError("is negative")
    if share.low > 1 or share.high > 1:
        raise ValueError("is over 100 percent")
    if share.low > share.high:
        raise ValueError("is a band upside down")
    if share.low == share.high and (share.low_open or share.high_open):
        raise ValueError("is a band without a share in it")


def _scale(unit: str) -> Fraction:
    unit = unit.strip().lower()
    if unit in {"", "percent", "%", "pct"}:
        return Fraction(1, 100)
    if unit in {"fraction", "share", "ratio"}:
        return Fraction(1)
    if unit in {"bp", "bps", "basis points"}:
        return Fraction(1, 10000)
    raise ValueError(f"has the unit {unit!r}, which is not percent, fraction or bps")


def _number(text: str, scale: Fraction) -> Fraction:
    if "/" in text:
        over, under = text.replace(",", ".").split("/")
        if Fraction(under) == 0:
            raise ValueError("divides by zero")
        # A quotient is a part of the whole whatever the unit says: nobody means one sixth of a percent.
        return Fraction(over) / Fraction(under)
    return Fraction(text.replace(",", ".")) * scale
