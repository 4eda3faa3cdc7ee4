"""Laws of the rule: what must hold whatever the register, checked on the engine and on evaluations that are kept open."""

import random
from dataclasses import fields, replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.model.holding import Holding, Joint
from holdfast.ownership.build import build_graph
from holdfast.ownership.evaluation import Facts
from holdfast.ownership.flags import FLAGS
from holdfast.ownership.listing import Listing
from holdfast.ownership.pack import PACKS, load_pack, read_table
from holdfast.ownership.standing import Standing, evaluate
from holdfast.ownership.verdicts import rule
from ownership_reference import DAYS, NAMES, World, difference, engine, make

DAY = date(2026, 11, 23)
SEVERITY = ("no", "review", "yes")
LAWFUL = settings(max_examples=60, deadline=None)
packs = st.sampled_from(PACKS)
worlds = st.integers(0, 2**32).map(lambda seed: make(random.Random(seed), DAY))


def worst(answers: dict[str, str], name: str) -> int:
    return SEVERITY.index(answers[name])


@pytest.mark.parametrize("seed", range(4))
def test_engine_agrees_with_brute_force(seed: int) -> None:
    """On random registers with bands, dates, treasury shares, votes, control and loops, all packs say what playing through every case says."""
    assert [told for number in range(90) if (told := difference(number, seed))] == []


@given(worlds, packs, st.randoms(use_true_random=False))
@LAWFUL
def test_order_never_matters(world: World, pack: str, dice: random.Random) -> None:
    """Rows, listings and records of control may come in any order."""
    shuffled = replace(
        world,
        **{
            field.name: tuple(sorted(getattr(world, field.name), key=lambda _: dice.random()))
            for field in fields(world)
        },
    )
    assert engine(shuffled, pack, DAY) == engine(world, pack, DAY)


@given(worlds, packs, st.sampled_from(NAMES), st.integers(1, 10))
@LAWFUL
def test_one_more_stake_of_a_listed_person_never_frees(
    world: World, pack: str, entity: str, tenths: int
) -> None:
    """A stake that a listed person gets out of nobody's hands leaves every verdict as severe as it was, or more."""
    owner = world.listings[0].party
    if owner == entity:
        return
    more = Holding(owner, entity, Fraction(tenths, 10), Fraction(tenths, 10))
    before = engine(world, pack, DAY)
    after = engine(replace(world, holdings=(*world.holdings, more)), pack, DAY)
    assert all(worst(after, name) >= worst(before, name) for name in NAMES)


@given(worlds, packs, st.sampled_from(NAMES), st.booleans())
@LAWFUL
def test_one_more_listing_never_frees(world: World, pack: str, party: str, certain: bool) -> None:
    """Nobody is freed by another's being listed, or by perhaps being listed."""
    before = engine(world, pack, DAY)
    listed = Listing(party, group=world.listings[0].group, certain=certain)
    after = engine(replace(world, listings=(*world.listings, listed)), pack, DAY)
    assert all(worst(after, name) >= worst(before, name) for name in NAMES)


@given(worlds, packs, st.integers(0, 20), st.integers(2, 7))
@LAWFUL
def test_splitting_a_stake_keeps_the_sum(world: World, pack: str, which: int, parts: int) -> None:
    """A known stake in several rows, however odd their fractions, is the stake in one."""
    if not world.holdings:
        return
    row = which % len(world.holdings)
    whole = world.holdings[row]
    if whole.low != whole.high:
        return
    part = replace(whole, low=whole.low / parts, high=whole.high / parts)
    split = replace(world, holdings=(*world.holdings[:row], *[part] * parts, *world.holdings[row + 1 :]))
    assert engine(split, pack, DAY) == engine(world, pack, DAY)


@given(worlds, packs, st.randoms(use_true_random=False))
@LAWFUL
def test_bands_contain_every_exact_register(world: World, pack: str, dice: random.Random) -> None:
    """When bands become exact shares that add up, a yes stays a yes and a no a no."""
    exact = [
        replace(item, low=share, high=share)
        for item in world.holdings
        for share in [Fraction(dice.randint(int(item.low * 70), int(item.high * 70)), 70)]
    ]
    if _over(world.holdings) or _over(exact):
        return
    before, after = engine(world, pack, DAY), engine(replace(world, holdings=tuple(exact)), pack, DAY)
    # Treasury shares leave even an exact register open.
    own = {item.owned for item in exact if item.owner == item.owned}
    for name in NAMES:
        if before[name] != "review":
            assert after[name] == before[name], name
    assert own or _reviews(after) <= _reviews(before)


def _reviews(answers: dict[str, str]) -> set[str]:
    return {name for name, answer in answers.items() if answer == "review"}


def _over(holdings: list[Holding] | tuple[Holding, ...]) -> bool:
    """Whether some register comes to more than the whole on the day."""
    sums: dict[tuple[str, str], Fraction] = {}
    for item in holdings:
        if (item.valid_from or DAY) <= DAY <= (item.valid_to or DAY):
            key = item.owned, item.right
            sums[key] = sums.get(key, Fraction(0)) + item.low
    return any(total > 1 for total in sums.values())


@st.composite
def dated(draw: st.DrawFn) -> World:
    """A world in which listings have dates near transfers, and stakes bear signs of a sham."""
    world = draw(worlds)
    starts = st.sampled_from([None, DAY - timedelta(1000), DAY - timedelta(30), DAY - timedelta(1)])
    flags = st.sampled_from([(), (), (), (), ("trust",), ("us-nexus", "unlicensed"), ("price=nominal",)])
    return replace(
        world,
        listings=tuple(replace(item, start=draw(starts)) for item in world.listings),
        holdings=tuple(replace(item, flags=draw(flags)) for item in world.holdings),
    )


@given(dated(), packs)
@LAWFUL
def test_signs_of_a_sham_never_free(world: World, pack: str) -> None:
    """Whatever a record says of a stake leaves every verdict as severe as it was, or more; a transfer that is not recognised is another matter."""
    signed = [
        replace(
            item, flags=tuple(flag for flag in item.flags if "nexus" not in flag and flag != "unlicensed")
        )
        for item in world.holdings
    ]
    plain = replace(world, holdings=tuple(replace(item, flags=()) for item in signed))
    before = engine(plain, pack, DAY)
    after = engine(replace(world, holdings=tuple(signed)), pack, DAY)
    assert all(worst(after, name) >= worst(before, name) for name in NAMES)


@pytest.mark.parametrize(
    "more", [("C", "C", "0"), ("B", "C", "0"), ("B", "C", "1/10"), ("B", "E", "1/10")], ids=" ".join
)
def test_a_sign_leaves_a_stake_with_the_arrangement_that_catches(more: tuple[str, str, str]) -> None:
    """A stake held together with a listed party counts, though a sign says that it may be another suspect's or the entity's own."""
    owner, owned, share = more
    stakes = (
        Holding("E", "C", Fraction(1, 2), Fraction(1, 2), flags=("trust",)),
        Holding(owner, owned, Fraction(share), Fraction(share)),
    )
    joint = Joint(("A", "E"), "C", "voting agreement")
    world = World(stakes, (Listing("A"), Listing("B")), (), (joint,))
    assert engine(world, "eu", DAY)["C"] == "yes"


def facts_of(world: World) -> Facts:
    return Facts(world.listings, controls=world.controls, joints=world.joints)


def told(standing: Standing) -> dict[str, object]:
    """Verdicts, sums and reached parties of an evaluation."""
    evaluation = standing.evaluation()
    graph = evaluation.graph
    return {
        name: (
            evaluation.answer(place),
            place in evaluation.reached,
            sorted(snapshot.held(place)[::2] for snapshot in evaluation.certain),
            sorted(snapshot.held(place) for snapshot in evaluation.possible),
            evaluation.adjustment.signs.get(place),
            place in evaluation.sold,
            sorted({graph.names[item.seller] for item in evaluation.divestments(place)}),
        )
        for name in NAMES
        for place in [graph.number[name]]
    }


@st.composite
def steps(draw: st.DrawFn) -> list[tuple[str, object]]:
    """Designations, delistings and changed stakes."""
    names = st.sampled_from(NAMES)
    shares = st.sampled_from([Fraction(n, 10) for n in range(11)] + [Fraction(1, 7), Fraction(1, 10**20)])
    found: list[tuple[str, object]] = []
    for kind in draw(st.lists(st.sampled_from(["designate", "withdraw", "hold"]), min_size=1, max_size=4)):
        if kind == "designate":
            start = draw(st.sampled_from([None, DAY - timedelta(20)]))
            found.append((kind, Listing(draw(names), start, group="1", certain=draw(st.booleans()))))
        elif kind == "withdraw":
            found.append((kind, draw(names)))
        else:
            low, high = sorted((draw(shares), draw(shares)))
            owner, owned = draw(names), draw(names)
            found.append((kind, Holding(owner, owned, low, high, draw(st.sampled_from(["shares", "votes"])))))
    return found


@given(dated(), packs, steps())
@settings(max_examples=200, deadline=None)
def test_a_step_says_what_starting_anew_says(
    world: World, pack: str, doings: list[tuple[str, object]]
) -> None:
    """After designations, delistings and changed stakes an open evaluation is the one made from scratch, and each step named exactly the verdicts that it changed."""
    sheet = load_pack(pack)
    holdings = list(world.holdings)
    standing = Standing(build_graph(holdings, NAMES), facts_of(world), sheet, DAY)
    listings = list(world.listings)
    for kind, what in doings:
        before = {name: standing.answer(standing.stated.number[name]) for name in NAMES}
        if kind == "designate":
            assert isinstance(what, Listing)
            listings.append(what)
            changes = standing.designate(what)
        elif kind == "withdraw":
            listings = [item for item in listings if item.party != what]
            changes = standing.withdraw(str(what))
        else:
            assert isinstance(what, Holding)
            holdings = [item for item in holdings if not _replaced(item, what)] + [what]
            changes = standing.hold(what)
        fresh = Standing(
            build_graph(holdings, NAMES), replace(facts_of(world), listings=tuple(listings)), sheet, DAY
        )
        assert told(standing) == told(fresh), (kind, what)
        after = {name: standing.answer(standing.stated.number[name]) for name in NAMES}
        names = standing.stated.names
        assert {names[item.entity]: (item.was, item.now) for item in changes} == {
            name: (before[name], after[name]) for name in NAMES if before[name] is not after[name]
        }


def _replaced(item: Holding, by: Holding) -> bool:
    return (item.owner, item.owned, item.right) == (by.owner, by.owned, by.right) and (
        item.valid_from or DAY
    ) <= DAY <= (item.valid_to or DAY)


def test_the_days_of_the_reference_are_in_force() -> None:
    """The comparison is with packs that are in force on some of its days, each of them."""
    assert sorted(DAYS) == sorted(PACKS)


@pytest.mark.parametrize("seed", range(2))
def test_exact_fractions_decide_like_units(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Registers whose fractions are too wild for whole units are decided the same way."""
    monkeypatch.setattr("holdfast.ownership.build.WIDEST", 1)
    assert [told for number in range(60) if (told := difference(number, seed))] == []


def test_however_many_shares_differ_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """The table of shares grows when it is too small for those of a register."""
    monkeypatch.setattr("holdfast.ownership.build.FEW", 1)
    assert [told for number in range(60) if (told := difference(number, 3))] == []


def test_the_compiled_kernel_says_what_python_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel is one source, and its compiled form agrees with brute force like the plain one."""
    monkeypatch.setattr("holdfast.ownership.graph.SMALL", -1)
    assert [told for number in range(180) if (told := difference(number, 9))] == []


@given(dated(), packs)
@LAWFUL
def test_every_flag_is_explained(world: World, pack: str) -> None:
    """No ruling bears a flag that the table of flags, or that of signs, does not explain."""
    graph = build_graph(world.holdings, NAMES)
    evaluation = evaluate(graph, facts_of(world), load_pack(pack), DAY)
    known = FLAGS.keys() | {sign.replace("-", "_") for sign in read_table("sham")["signs"]}
    assert {flag for ruling in rule(evaluation, NAMES) for flag in ruling.flags} <= known


def test_a_doubtful_link_neither_softens_nor_hides_what_stakes_say() -> None:
    """An entity that is perhaps listed itself is blocked by its owners all the same, and a review names both grounds."""
    holdings = [
        Holding("X", "A", Fraction(1, 2), Fraction(1, 2)),
        Holding("Y", "B", Fraction(1, 4), Fraction(3, 5)),
        Holding("B", "Y", Fraction(1), Fraction(1)),
    ]
    listings = (
        Listing("X"),
        Listing("Y"),
        Listing("A", certain=False, why="A screens as ALFA"),
        Listing("B", certain=False, why="B screens as BETA"),
    )
    evaluation = evaluate(build_graph(holdings), Facts(listings), load_pack("us-ofac"), DAY)
    first, second = rule(evaluation, ["A", "B"])
    assert (first.word, [reason.owner for reason in first.because]) == ("blocked", ["A", "X"])
    assert (second.answer.value, [reason.owner for reason in second.because]) == ("review", ["B", "Y"])
    assert second.says.count("B screens as BETA") == 1
    assert (
        second.change
        == "Decided by whether B is the listed party. If it is not: decided by the exact stake of Y."
    )


def test_what_would_change_looks_behind_a_doubtful_link() -> None:
    """Whoever is held by a party that is perhaps listed is told that its owners may catch it too."""
    half = Fraction(1, 2)
    holdings = [Holding("X", "A", half, half), Holding("A", "B", half, half), Holding("C", "D", half, half)]
    doubtful = tuple(Listing(name, certain=False) for name in ("X", "A", "C"))
    evaluation = evaluate(build_graph(holdings), Facts(doubtful), load_pack("us-ofac"), DAY)
    beside, alone = rule(evaluation, ["B", "D"])
    assert beside.change == "Decided by whether A is the listed party or caught through its owners."
    assert alone.change == "Decided by whether C is the listed party."
