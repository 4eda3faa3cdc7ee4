"""The 50 Percent Rule is the least fixed point: undiluted, aggregated, exact, three-valued."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.model.finding import Verdict
from holdfast.model.holding import Holding
from holdfast.ownership.build import build_graph
from holdfast.ownership.evaluation import Facts
from holdfast.ownership.listing import Listing
from holdfast.ownership.pack import load_pack
from holdfast.ownership.standing import evaluate

DAY = date(2026, 11, 23)


def stake(owner: str, owned: str, low: Fraction | float, high: Fraction | float | None = None) -> Holding:
    bottom = Fraction(str(low)) if isinstance(low, float) else Fraction(low)
    top = bottom if high is None else Fraction(str(high))
    return Holding(owner, owned, bottom, top)


def answers(holdings: Iterable[Holding], listed: str, pack: str = "us-ofac") -> dict[str, str]:
    facts = Facts(tuple(Listing(name) for name in listed))
    graph = build_graph(holdings, facts.names())
    evaluation = evaluate(graph, facts, load_pack(pack), DAY)
    return {graph.names[place]: evaluation.answer(place).value for place in range(len(graph.names))}


@pytest.mark.parametrize(
    ("holdings", "entity", "verdict"),
    [
        ([stake("X", "A", 0.5), stake("A", "B", 0.5)], "B", "yes"),
        (
            [stake("X", "A", 0.5), stake("X", "B", 0.5), stake("A", "C", 0.25), stake("B", "C", 0.25)],
            "C",
            "yes",
        ),
        ([stake("X", "A", 0.25), stake("A", "B", 1.0)], "B", "no"),
        ([stake("X", "A", 0.25), stake("Y", "A", 0.25)], "A", "yes"),
        ([stake("X", "A", Fraction(1, 2) - Fraction(1, 10**9))], "A", "no"),
        ([stake("X", "A", 0.25, 0.5)], "A", "review"),
        ([stake("X", "A", 0.0, 1.0)], "A", "review"),
        ([stake("X", "A", 0.0, 1.0), stake("Z", "A", 0.51)], "A", "no"),
        ([stake("A", "B", 0.6), stake("B", "A", 0.6)], "A", "no"),
    ],
    ids=["chain", "diamond", "diluted", "aggregate", "below", "band", "unknown", "limited by others", "loop"],
)
def test_worked_examples(holdings: list[Holding], entity: str, verdict: str) -> None:
    """Each line of the rule (OFAC FAQs 398 to 401) gives what the authority says."""
    assert answers(holdings, "XY")[entity] == verdict


def reference(holdings: list[Holding], listed: str) -> set[str]:
    """The rule as it is worded, by repetition until nothing changes."""
    blocked = set(listed)
    while True:
        sums: dict[str, Fraction] = {}
        for holding in holdings:
            if holding.owner in blocked and holding.owner != holding.owned:
                sums[holding.owned] = sums.get(holding.owned, Fraction(0)) + holding.low
        grown = blocked | {entity for entity, share in sums.items() if share >= Fraction(1, 2)}
        if grown == blocked:
            return blocked
        blocked = grown


@st.composite
def registers(draw: st.DrawFn) -> list[Holding]:
    """Up to seven parties; what all owners hold of one comes to at most the whole."""
    names = "XABCDEF"
    holdings = []
    for owned in names[1:]:
        left = 100
        for owner in draw(st.lists(st.sampled_from(names.replace(owned, "")), unique=True, max_size=4)):
            share = draw(st.integers(0, left))
            left -= share
            holdings.append(stake(owner, owned, Fraction(share, 100)))
    return holdings


@given(registers())
@settings(max_examples=300, deadline=None)
def test_engine_agrees_with_the_words_of_the_rule(holdings: list[Holding]) -> None:
    """On known stakes the engine blocks exactly what repeating the rule until nothing changes blocks."""
    found = {name for name, answer in answers(holdings, "X").items() if answer == Verdict.YES.value}
    assert found == reference(holdings, "X")


@given(registers(), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_order_never_matters(holdings: list[Holding], dice: object) -> None:
    """The rows of a register may come in any order."""
    shuffled = sorted(holdings, key=lambda _: dice.random())  # type: ignore[attr-defined]  # a random.Random
    assert answers(holdings, "X") == answers(shuffled, "X")
