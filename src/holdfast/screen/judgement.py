"""Two names to one score with its reasons.

The score is the share of what the two names say that they say alike. Each word weighs what it tells
(:mod:`holdfast.text.rarity`). A word that only one side has is an omission and costs a little; words left over on both
sides contradict each other and cost more than they weigh: "Jamal al-Tikriti" may well be "Jamal Mustafa al-Tikriti",
but "Jamal Sultan al-Tikriti" is not. What the costs are differs between persons, organisations and vessels: sister
ships and numbered companies differ in one word on purpose.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from holdfast.screen.abbreviation import last_words
from holdfast.screen.alignment import Alignment, align, complete, turned
from holdfast.screen.likeness import How
from holdfast.screen.slip import slipped
from holdfast.text.lexicon import Kind, legal_forms, names_like
from holdfast.text.name import Family, ParsedName
from holdfast.text.rarity import weight
from holdfast.text.transliteration import surprise

if TYPE_CHECKING:
    from holdfast.text.lexicon import LegalForm
    from holdfast.text.name import Token


@dataclass(frozen=True, slots=True)
class Costs:
    """What differences cost, in units of what the words weigh."""

    least: float
    """Likeness from which two words count as one."""
    unlike: float
    """A pair that is not the same, times how unlike it is."""
    omitted: float
    """A word that one side leaves out."""
    opposed: float
    """Words left over on both sides."""


COSTS = {
    Family.PERSON: Costs(least=0.66, unlike=1.5, omitted=0.3, opposed=2.2),
    Family.ORGANISATION: Costs(least=0.74, unlike=1.7, omitted=0.45, opposed=2.4),
    Family.VESSEL: Costs(least=0.74, unlike=3.5, omitted=0.6, opposed=2.6),
}
OTHER_NUMBER = 0.76
"""Factor when both have numbers, and other ones: Leasing 3 and Leasing 6."""
ONE_NUMBER = 0.86
"""Factor when only one has a number."""
OTHER_FORM = 0.78
"""Factor for legal forms of different countries."""
ONE_COUNTRY = 0.93
"""Factor when only one is called after a country, as the daughters of a group are."""
CUT_OFF = 0.94
"""Factor when a name may have been cut off by the end of a line."""
ONE_HOLDING = 0.86
"""Factor when only one is called a holding, which is another company than the one that does the work."""
OTHER_KIND_OF_FORM = 0.985
MISSPELT_FORM = 0.985
NO_FORM = 0.99
"""Factor when only one side states a legal form."""
ONLY_SOUND, LEAST_WRITTEN, LITTLE_TOLD = 0.86, 0.6, 0.3
"""Factor for a body whose only telling word agrees by sound alone, likeness by letters from which it does not, and what
a word weighs that does not tell."""
OTHER_ORDER, OTHER_ORDER_AND_LESS = 0.995, 0.965
"""Factor when the words stand in another order, and when words of a person's name are left out besides."""
LEAST_MARRIED = 3
"""Words before a married name: a given name, a surname, and "de"."""
OTHER_GIVEN, RESEMBLING = 0.65, 0.5
"""Factor for two given names that have nothing in common, and the share of letters in common from which they have."""
SON_OF_ANOTHER = 0.72
"""Factor when father and son have changed places."""
MOST_RESEMBLING, LEAST_RESEMBLING, ROMANISED_RESEMBLING = 0.6, 0.1, 0.05
"""What letters in common are worth at most; what a little of them is; and what they are between scripts."""
KNOWN_NAME = 0.8
"""What each of two known names tells that stand against each other."""
BY_LETTERS = 0.2
"""Part of the resemblance of two names that their letters have in whatever order, rare ones more than common ones."""
FINENESS, HALF_SURE = 0.02, 40.0
"""What a score that is neither 0 nor 1 loses at most, in four times, where its agreement is all but nothing, and how
much agreement, in nats of letters times what their words tell, loses half of it: two usual words."""
LITTLE = 0.15
"""What may be left over of a name that agrees as a whole: articles, titles."""
EVIDENCE = {Family.PERSON: (1.4, 0.5), Family.ORGANISATION: (1.0, 0.5), Family.VESSEL: (0.5, 0.3)}
"""What agreeing words must weigh to be believed where others do not agree, and what is lost when they weigh nothing."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came of comparing two names."""

    score: float
    """0 to 1."""
    alignment: Alignment
    factors: tuple[tuple[str, float], ...]
    """Named factors that lowered the score, in the order in which they applied."""
    one: ParsedName
    other: ParsedName


def judge(one: ParsedName, other: ParsedName, least: float = 0.0) -> Judgement:
    """Compare two names read as the same family. Symmetric.

    Where the score is below ``least``, that is all that it says: what could not raise it so far is not weighed.
    """
    costs = COSTS[one.family]
    ends = (last_words(one.forms), last_words(other.forms))
    alignment = align(
        one.tokens, other.tokens, costs.least, blends=one.family is not Family.PERSON, ends=ends
    )
    if one.family is Family.PERSON:
        alignment = _uncompounded(alignment)
    laid = alignment
    if one.cut is not other.cut:
        alignment = complete(laid) if one.cut else turned(complete(turned(laid)))
    share = _share(alignment, costs)
    slip = slipped(laid, one.family)
    if max(share, slip[0] if slip is not None else 0.0) < least and least > MOST_RESEMBLING:
        return Judgement(share, alignment, (), one, other)
    factors = [(name, factor) for name, factor in _factors(one, other, alignment, laid) if factor < 1.0]
    by_slip = slip is not None and slip[0] > share
    if slip is not None and by_slip:
        share, alignment = slip
        factors = [(name, factor) for name, factor in factors if name != "evidence"]
    score = share
    for _, factor in factors:
        score *= factor
    if score < MOST_RESEMBLING:
        score = max(score, _resemblance(one.tokens, other.tokens))
    score = min(1.0, max(0.0, score))
    if not by_slip:  # which counts the letters that agree by itself
        score = _refined(score, alignment)
    return Judgement(score, alignment, tuple(factors), one, other)


def _refined(score: float, alignment: Alignment) -> float:
    """The score, less a little where little agrees: of two pairs that differ alike, the longer and rarer one is surer.

    The same differences recur (a form left out, an initial), the same amount of agreement hardly: so two pairs seldom
    share one score, and alerts can be ranked.
    """
    if score >= 1.0:
        return score
    agreed = 0.0
    for pair in alignment.pairs:
        both = [_told(alignment.first, pair.one), _told(alignment.second, pair.other)]
        agreed += pair.likeness * sum(both) / 2
    return score - FINENESS * score * (1.0 - score) * HALF_SURE / (HALF_SURE + agreed)


def _told(tokens: tuple[Token, ...], places: tuple[int, ...]) -> float:
    return sum(weight(tokens[place]) * surprise(tokens[place].text) for place in places)


def _resemblance(one: tuple[Token, ...], other: tuple[Token, ...]) -> float:
    """What the letters of two names have in common as wholes, where their words say less: never enough for a hit.

    It ranks what is garbled (Kessler-Yost, KPssrer-Yot) above what is unrelated.
    """
    first, second = "".join(token.text for token in one), "".join(token.text for token in other)
    alike = OSA.normalized_similarity(first, second)
    both = (1.0 - BY_LETTERS) * alike + BY_LETTERS * _letters_shared(first, second)
    if {token.script for token in one} != {token.script for token in other}:
        return ROMANISED_RESEMBLING * both
    return MOST_RESEMBLING * max(LEAST_RESEMBLING * both, (alike - 0.5) / 0.5)


def _letters_shared(one: str, other: str) -> float:
    """The share of what the letters of two names tell, in whatever order, that both have."""
    first, second = Counter(one), Counter(other)
    whole = _surprise(first | second)
    return _surprise(first & second) / whole if whole else 0.0


def _surprise(letters: Counter[str]) -> float:
    return sum(count * surprise(letter) for letter, count in letters.items())


def _share(alignment: Alignment, costs: Costs) -> float:
    alike = unlike = 0.0
    for pair in alignment.pairs:
        alike += pair.weight * pair.likeness
        unlike += pair.weight * (1.0 - pair.likeness)
    first = _left(alignment.first, alignment.left_first)
    second = _left(alignment.second, alignment.left_second)
    if _numbers(alignment) == OTHER_NUMBER:  # what that means is left to its factor
        first -= _left(alignment.first, _numbered(alignment.first, alignment.left_first))
        second -= _left(alignment.second, _numbered(alignment.second, alignment.left_second))
    opposed = min(first - _by_marriage(alignment), second - _by_marriage(turned(alignment)))
    omitted = first + second - 2 * opposed
    opposed += _opposed_names(alignment)
    whole = alike + costs.unlike * unlike + costs.opposed * opposed + costs.omitted * omitted
    return alike / whole if whole else 0.0


def _by_marriage(alignment: Alignment) -> float:
    """What is left over of the first name that only says whose wife she is: Cardona de Ibarra was born Cardona Martinez."""
    last = len(alignment.first) - 1
    if last < LEAST_MARRIED or last not in alignment.left_first or alignment.first[last - 1].text != "de":
        return 0.0
    matched = {place for pair in alignment.pairs for place in pair.one}
    return weight(alignment.first[last]) if {0, last - 2} <= matched else 0.0


def _opposed_names(alignment: Alignment) -> float:
    """What known names that stand against each other tell more than each by itself: Umar is not Muhammad, common as both are."""
    first = _known(alignment.first, alignment.left_first)
    second = _known(alignment.second, alignment.left_second)
    return max(0.0, min(len(first), len(second)) * KNOWN_NAME - min(sum(first), sum(second)))


def _known(tokens: tuple[Token, ...], places: tuple[int, ...]) -> list[float]:
    return [
        weight(tokens[place])
        for place in places
        if tokens[place].kind is Kind.NAME and names_like(tokens[place].text)
    ]


def _left(tokens: tuple[Token, ...], places: tuple[int, ...]) -> float:
    return sum(weight(tokens[place]) for place in places)


def _factors(
    one: ParsedName, other: ParsedName, alignment: Alignment, laid: Alignment
) -> list[tuple[str, float]]:
    """Factors of an alignment; ``laid`` is the one before what was cut off was forgiven."""
    cut = len(laid.left_first) + len(laid.left_second) > len(alignment.left_first) + len(
        alignment.left_second
    )
    found = [("number", _numbers(alignment)), ("evidence", _evidence(one.family, laid))]
    if cut:
        found = [("cut", CUT_OFF), ("evidence", _evidence(one.family, alignment, whole=False))]
    if one.family is Family.ORGANISATION:
        found.append(("holding", _holdings(alignment)))
        found.append(("country word", _countries(alignment)))
        if one.doubted or other.doubted:
            found.append(("misspelt form", _misspelt(one, other)))
        else:
            stated = "legal form" if one.forms and other.forms else "no legal form"
            found.append((stated, _forms(one.forms, other.forms)))
    found.append(("order", _order(alignment, one.family)))
    if one.family is not Family.PERSON:
        found.append(("sound", _sound(alignment)))
    else:
        found.append(("kinship", _kinship(alignment)))
        found.append(("given name", _given(alignment)))
    return found


def _uncompounded(alignment: Alignment) -> Alignment:
    """Without pairs of a compound and its second half before which another first half stands: Abdul Khan, Padshah Khan."""
    kept = []
    for pair in alignment.pairs:
        single = len(pair.one) == len(pair.other) == 1
        if pair.how is How.COMPOUND and single:
            first, second = pair.one[0], pair.other[0]
            bare_first = len(alignment.first[first].text) < len(alignment.second[second].text)
            before, left = (first, alignment.left_first) if bare_first else (second, alignment.left_second)
            if before - 1 in left:
                continue
        kept.append(pair)
    if len(kept) == len(alignment.pairs):
        return alignment
    first_kept = {place for pair in kept for place in pair.one}
    second_kept = {place for pair in kept for place in pair.other}
    return Alignment(
        alignment.first,
        alignment.second,
        tuple(kept),
        tuple(place for place in range(len(alignment.first)) if place not in first_kept),
        tuple(place for place in range(len(alignment.second)) if place not in second_kept),
    )


def _sound(alignment: Alignment) -> float:
    """Less than 1 when the only telling word sounds alike but is written otherwise: O'Kon, Ucon."""
    telling = [pair for pair in alignment.pairs if pair.weight > LITTLE_TOLD]
    if len(telling) != 1 or telling[0].how is not How.SOUND or len(telling[0].one) != 1:
        return 1.0
    first, second = alignment.first[telling[0].one[0]], alignment.second[telling[0].other[0]]
    written = OSA.normalized_similarity(first.text, second.text)
    return ONLY_SOUND if first.script == second.script and written < LEAST_WRITTEN else 1.0


def _kinship(alignment: Alignment) -> float:
    """Less than 1 when the son of one name is the father of the other: Ahmad bin Hasan, Hasan bin Ahmad."""
    first, second = _fathers(alignment.first), _fathers(alignment.second)
    if not first or not second:
        return 1.0
    same = {(pair.one[0], pair.other[0]) for pair in alignment.pairs if len(pair.one) == len(pair.other) == 1}
    crossed = any(
        {(son, other_father), (father, other_son)} <= same
        for son, father in first
        for other_son, other_father in second
    )
    return SON_OF_ANOTHER if crossed else 1.0


_ALPHABETS = frozenset({"latin", "cyrillic", "greek"})


def _given(alignment: Alignment) -> float:
    """Less than 1 when all but the given names agrees: brothers and sisters have the rest in common."""
    if not (0 in alignment.left_first and 0 in alignment.left_second):
        return 1.0
    first, second = alignment.first[0], alignment.second[0]
    if not first.kind == second.kind == Kind.NAME:
        return 1.0
    if first.script != second.script and not {first.script, second.script} <= _ALPHABETS:
        return 1.0  # a name that is read otherwise than expected has nothing in common either
    if min(len(first.text), len(second.text)) < 2:  # an initial
        return 1.0
    return OTHER_GIVEN if OSA.normalized_similarity(first.text, second.text) < RESEMBLING else 1.0


def _fathers(tokens: tuple[Token, ...]) -> list[tuple[int, int]]:
    """The places of sons and of their fathers, as "bin" ties them."""
    found = []
    for place, token in enumerate(tokens):
        if token.kind is Kind.CONNECTOR:
            sons = [before for before in range(place) if tokens[before].kind is not Kind.PARTICLE]
            fathers = [
                after for after in range(place + 1, len(tokens)) if tokens[after].kind is not Kind.PARTICLE
            ]
            if sons and fathers:
                found.append((sons[-1], fathers[0]))
    return found


def _numbered(tokens: tuple[Token, ...], places: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(place for place in places if tokens[place].kind is Kind.NUMBER)


def _numbers(alignment: Alignment) -> float:
    first = _numbered(alignment.first, alignment.left_first)
    second = _numbered(alignment.second, alignment.left_second)
    if first and second:
        return OTHER_NUMBER
    return ONE_NUMBER if first or second else 1.0


def _holdings(alignment: Alignment) -> float:
    first = any(alignment.first[place].concept == "holding" for place in alignment.left_first)
    second = any(alignment.second[place].concept == "holding" for place in alignment.left_second)
    return ONE_HOLDING if first is not second else 1.0


def _countries(alignment: Alignment) -> float:
    first = any(_is_country(alignment.first[place]) for place in alignment.left_first)
    second = any(_is_country(alignment.second[place]) for place in alignment.left_second)
    return ONE_COUNTRY if first is not second else 1.0


def _is_country(token: Token) -> bool:
    return token.kind is Kind.PLACE and token.concept.startswith("country:")


def _evidence(family: Family, alignment: Alignment, *, whole: bool = True) -> float:
    """Less than 1 when all that agrees is little, and something does not."""
    alike = told = 0.0
    for pair in alignment.pairs:
        alike += pair.weight * pair.likeness
        told += pair.weight
    left = _left(alignment.first, alignment.left_first) + _left(alignment.second, alignment.left_second)
    whole = whole and left < LITTLE
    if whole and alike >= 0.99 * told:
        return 1.0
    enough, most = EVIDENCE[family]
    doubt = max(0.0, 1.0 - alike / enough)
    if whole:
        doubt *= min(1.0, 4.0 * (1.0 - alike / told))
    return 1.0 - most * doubt


def _forms(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    if not one and not other:
        return 1.0
    if not one or not other:
        return NO_FORM
    if set(one) & set(other):
        return 1.0
    pairs = [(first, second) for first in _meant(one) for second in _meant(other)]
    if any(first.code == second.code for first, second in pairs):
        return 1.0
    return OTHER_KIND_OF_FORM if any(first.agrees(second) for first, second in pairs) else OTHER_FORM


def _misspelt(one: ParsedName, other: ParsedName) -> float:
    """A word may be a misspelt legal form only beside a name that has that form."""
    if one.doubted and other.doubted:
        return 0.0
    both = set("/".join(one.forms).split("/")) & set("/".join(other.forms).split("/"))
    return MISSPELT_FORM if both - {""} else 0.0


def _meant(codes: tuple[str, ...]) -> list[LegalForm]:
    """The forms of a name; of those that share a spelling ("Pte. Ltd.") the ones that belong to a country."""
    known = legal_forms()
    meant: list[LegalForm] = []
    for code in codes:
        forms = [known[single] for single in code.split("/")]
        meant += [form for form in forms if form.countries] or forms
    return meant


def _order(alignment: Alignment, family: Family) -> float:
    places = sorted((pair.one[0], pair.other[0]) for pair in alignment.pairs)
    seconds = [second for _, second in places]
    if seconds == sorted(seconds):
        return 1.0
    left = _left(alignment.first, alignment.left_first) + _left(alignment.second, alignment.left_second)
    return OTHER_ORDER_AND_LESS if family is Family.PERSON and left > LITTLE else OTHER_ORDER
