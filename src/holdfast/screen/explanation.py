"""A judgement in sentences: the two values compared and what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.screen.likeness import How
from holdfast.screen.query import DIGITS, Why
from holdfast.text.fold import words
from holdfast.text.lexicon import Kind

if TYPE_CHECKING:
    from holdfast.screen.alignment import Alignment, Pair
    from holdfast.screen.judgement import Judgement
    from holdfast.text.name import Token

_BY = {
    How.SPELLING: "is spelled like",
    How.SOUND: "is another romanisation of",
    How.SCRIPT: "reads in Latin letters as",
    How.MEANING: "means the same as",
    How.NICKNAME: "is another form of the name",
    How.INITIAL: "is the initial of, or has as initial,",
    How.ABBREVIATION: "abbreviates, or is abbreviated by,",
    How.CUT: "may be cut off from, or goes on,",
    How.COMPOUND: "is, but for the first half of a compound name,",
    How.INFLECTION: "is another ending of",
    How.JOINED: "is written apart or together in",
}
FACTORS = {
    "number": "the numbers differ, as between sister vehicles of one group",
    "country word": "only one of them is called after a country",
    "cut": "the name asked for may be cut off at the end of a line",
    "holding": "only one of them is called a holding",
    "legal form": "the legal forms differ",
    "no legal form": "only one of them states a legal form",
    "misspelt form": "a word is taken for a misspelt legal form",
    "evidence": "what agrees is little, or common, and the rest does not",
    "sound": "the only word that tells who it is sounds alike and is written otherwise",
    "given name": "the given names are other ones: brothers and sisters have the rest in common",
    "kinship": "who is the son in one name is the father in the other",
    "order": "the words stand in another order",
}
"""What lowers a score as a whole, in words."""
_QUIET = frozenset({Kind.PARTICLE, Kind.FILLER, Kind.TITLE, Kind.CONNECTOR, Kind.PLACEHOLDER})


def explain(judgement: Judgement, asked: str, listed: str) -> tuple[Why, ...]:
    """The reasons for a name's score; their scores are contributions, the first that of what agrees."""
    alignment = judgement.alignment
    reasons = [Why("name", round(judgement.score, DIGITS), _headline(judgement, asked, listed))]
    reasons += [
        Why(pair.how.value, round(pair.likeness, 4), _pair(alignment, pair))
        for pair in alignment.pairs
        if pair.how is not How.SAME
    ]
    reasons += _left(alignment)
    for name, factor in judgement.factors:
        reasons.append(Why(name, round(factor - 1.0, 4), _factor(judgement, name)))
    return tuple(reasons)


def _headline(judgement: Judgement, asked: str, listed: str) -> str:
    alignment = judgement.alignment
    same = [_words(alignment.first, pair.one) for pair in alignment.pairs if pair.how is How.SAME]
    if judgement.score >= 0.985:
        one, other = ([word.text for word in words(text)] for text in (asked, listed))
        exact = sorted(one) == sorted(other) or "".join(one) == "".join(other)
        return f"“{asked}” is {'' if exact else 'as good as '}the listed name “{listed}”"
    if same:
        return f"“{asked}” and the listed name “{listed}” share {', '.join(f'“{word}”' for word in same)}"
    return f"“{asked}” resembles the listed name “{listed}”"


def _pair(alignment: Alignment, pair: Pair) -> str:
    first, second = _words(alignment.first, pair.one), _words(alignment.second, pair.other)
    return f"“{first}” {_BY[pair.how]} “{second}”"


def _left(alignment: Alignment) -> list[Why]:
    first = _loud(alignment.first, alignment.left_first)
    second = _loud(alignment.second, alignment.left_second)
    if first and second:
        says = f"“{' '.join(first)}” stands against “{' '.join(second)}” in the listed name"
        return [Why("contradiction", -0.5, says)]
    if first:
        return [Why("omission", -0.1, f"the listed name does not have “{' '.join(first)}”")]
    if second:
        return [Why("omission", -0.1, f"the name asked for does not have “{' '.join(second)}”")]
    return []


def _loud(tokens: tuple[Token, ...], places: tuple[int, ...]) -> list[str]:
    return [_shown(tokens[place]) for place in places if tokens[place].kind not in _QUIET]


def _factor(judgement: Judgement, name: str) -> str:
    forms = [_forms(side.forms) for side in (judgement.one, judgement.other) if side.forms]
    return f"{FACTORS[name]}: {' and '.join(forms)}" if name.endswith("legal form") else FACTORS[name]


def _forms(codes: tuple[str, ...]) -> str:
    return ", ".join(code.split("/")[0].upper() for code in codes)


def _words(tokens: tuple[Token, ...], places: tuple[int, ...]) -> str:
    return " ".join(_shown(tokens[place]) for place in places)


def _shown(token: Token) -> str:
    return token.native or token.text
