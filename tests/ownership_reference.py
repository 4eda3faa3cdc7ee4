"""The ownership rules once more, by brute force, for comparison with the engine.

Written from the rules and not from the engine: every way in which the unknown can turn out (each band at each tenth of
the whole within its bounds, treasury shares in or out of the whole) is played through, and in each the plain rule is repeated
until nothing changes. An entity is caught when it is in every case, free when it is in none, and for review otherwise.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import product

from holdfast.model.holding import Control, Holding, Joint
from holdfast.ownership.build import build_graph
from holdfast.ownership.evaluation import Facts
from holdfast.ownership.listing import Listing
from holdfast.ownership.pack import load_pack
from holdfast.ownership.standing import evaluate

TENTHS = 10
NAMES = "ABCDEFG"


@dataclass(frozen=True)
class Rule:
    """A pack on a day, as the authorities word it."""

    line: Fraction
    reached: bool
    """Whether the line itself is enough."""
    adds: str
    """``all``, ``person``, ``directive``, or ``person?`` where adding is an open question."""
    control: bool
    votes: str
    """``count`` or ``perhaps``."""
    joint: bool
    in_force: bool = True


HALF = Fraction(1, 2)
US = Rule(HALF, reached=True, adds="all", control=False, votes="perhaps", joint=False)
OFF = replace(US, in_force=False)


def rule_of(pack: str, day: date) -> Rule | None:
    """The rule on a day; ``None`` where there is none."""
    if pack == "us-ofac":
        if day < date(2008, 2, 14):
            return None
        return US if day >= date(2014, 8, 13) else replace(US, adds="person")
    if pack == "us-ssi":
        return replace(US, adds="directive") if day >= date(2014, 7, 16) else None
    if pack == "us-bis":
        on = date(2025, 9, 29) <= day < date(2025, 11, 10) or day >= date(2026, 11, 10)
        return US if on else OFF
    if pack == "us-cmic":
        return None
    abroad = Rule(HALF, reached=False, adds="all", control=True, votes="count", joint=True)
    if pack == "eu":
        return replace(abroad, reached=day >= date(2024, 7, 3))
    if pack == "uk":
        return replace(abroad, adds="person") if day >= date(2018, 11, 22) else None
    if pack == "ch":
        return abroad
    if pack == "ca":
        return replace(abroad, reached=True, adds="person?") if day >= date(2023, 6, 22) else None
    return replace(abroad, line=Fraction(0)) if day >= date(2011, 12, 12) else None


DAYS = {
    "us-ofac": [date(2026, 11, 23), date(2014, 8, 12), date(2007, 1, 1)],
    "us-ssi": [date(2026, 11, 23)],
    "us-cmic": [date(2026, 11, 23)],
    "us-bis": [date(2025, 10, 15), date(2026, 3, 1), date(2026, 11, 23)],
    "eu": [date(2026, 11, 23), date(2024, 7, 2)],
    "uk": [date(2026, 11, 23)],
    "ch": [date(2026, 11, 23)],
    "ca": [date(2026, 11, 23)],
    "au": [date(2026, 11, 23)],
}
"""Days on which each pack is asked."""


@dataclass(frozen=True)
class World:
    """A small register with everything beside it."""

    holdings: tuple[Holding, ...]
    listings: tuple[Listing, ...]
    controls: tuple[Control, ...]
    joints: tuple[Joint, ...]


def make(dice: random.Random, day: date) -> World:
    """A register of up to seven parties around a day: bands, unknowns, dates, treasury shares, votes, loops."""
    names = NAMES[: dice.randint(2, 7)]
    holdings: list[Holding] = []
    unknown = dice.choice([0, 1, 1, 2, 2, 3])
    for owned in names:
        left = TENTHS if dice.random() < 0.9 else 2 * TENTHS
        for _ in range(dice.choice([0, 1, 1, 2, 2, 3, 4])):
            low = high = min(TENTHS, dice.choice([0, left, dice.randint(0, left), min(left, 5)]))
            if unknown and dice.random() < 0.4:
                unknown -= 1
                low, high = sorted((dice.randint(0, low), dice.randint(low, TENTHS)))
            left -= low
            owner = owned if dice.random() < 0.12 else dice.choice(names)
            right = "votes" if dice.random() < 0.2 else "shares"
            first, last = _days(dice, day)
            bounds = Fraction(low, TENTHS), Fraction(min(high, TENTHS), TENTHS)
            holdings.append(Holding(owner, owned, *bounds, right, first, last))
    dice.shuffle(holdings)
    listed = dice.sample(names, dice.choice([1, 1, 2, 2, 3])) if len(names) > 3 else [names[0]]
    listings = tuple(
        Listing(
            name,
            end=dice.choice([None, None, None, day, day - timedelta(1)]),
            certain=dice.random() < 0.85,
            group=dice.choice("12"),
        )
        for name in listed
    )
    ended = {
        (item.owner, item.owned) for item in holdings if item.valid_to is not None and item.valid_to < day
    }
    controls = tuple(
        Control(*pair, dice.choice(["appoints the majority of the board", "director", "settlor of a trust"]))
        for _ in range(dice.choice([0, 0, 0, 1, 2]))
        if (pair := (dice.choice(names), dice.choice(names))) not in ended and pair[0] != pair[1]
    )
    joints: tuple[Joint, ...] = ()
    if len(names) > 3 and dice.random() < 0.15:
        one, other, third = dice.sample(names, 3)
        joints = (Joint((one, other), third, "voting agreement"),)
    return World(tuple(holdings), listings, controls, joints)


def _days(dice: random.Random, day: date) -> tuple[date | None, date | None]:
    if dice.random() < 0.6:
        return None, None
    first = dice.choice([None, day - timedelta(900), day, day + timedelta(1)])
    last = dice.choice([None, day, day - timedelta(1), day + timedelta(900)])
    return (first, last) if not (first and last and first > last) else (first, None)


@dataclass(frozen=True)
class Case:
    """One way in which the unknown may turn out."""

    shares: tuple[Fraction, ...]
    """Of each holding in force."""
    without_treasury: frozenset[str]
    """Entities whose own shares are left out of the whole."""


def cases(holdings: list[Holding]) -> list[Case]:
    """Every one of them, on the grid of tenths."""
    choices = [
        [Fraction(tenth, TENTHS) for tenth in range(int(item.low * TENTHS), int(item.high * TENTHS) + 1)]
        for item in holdings
    ]
    own = sorted({item.owned for item in holdings if item.owner == item.owned})
    found = []
    for shares in product(*choices):
        if _adds_up(holdings, shares):
            for mask in product([False, True], repeat=len(own)):
                out = frozenset(name for name, drop in zip(own, mask, strict=True) if drop)
                found.append(Case(shares, out))
    return found


def _adds_up(holdings: list[Holding], shares: tuple[Fraction, ...]) -> bool:
    """Whether no register comes to more than the whole, but for those that do so however they are read."""
    for register in {(item.owned, item.right) for item in holdings}:
        rows = [place for place, item in enumerate(holdings) if (item.owned, item.right) == register]
        if sum(holdings[place].low for place in rows) <= 1 < sum(shares[place] for place in rows):
            return False
    return True


def caught(
    world: World, holdings: list[Holding], case: Case, seeds: set[str], rule: Rule, *, lenient: bool
) -> set[str]:
    """The rule repeated until nothing changes, in one case, read strictly or leniently."""
    found = set(seeds)
    while True:
        new = {
            name
            for name in NAMES
            if name not in found and _reaches(world, holdings, case, found, rule, name, lenient=lenient)
        }
        if not new:
            return found
        found |= new


def _reaches(
    world: World,
    holdings: list[Holding],
    case: Case,
    found: set[str],
    rule: Rule,
    name: str,
    *,
    lenient: bool,
) -> bool:
    for control in world.controls:
        if control.controlled == name and control.controller in found:
            strict = rule.control and control.how.startswith("appoints")
            if strict or (lenient and (rule.control or "trust" in control.how)):
                return True
    together = {
        party
        for joint in world.joints
        if rule.joint and joint.controlled == name and found & set(joint.parties)
        for party in joint.parties
    }
    counted = ["shares"]
    if rule.votes == "count" or lenient:
        counted.append("votes")
    for right in counted:
        held = own = Fraction(0)
        for item, share in zip(holdings, case.shares, strict=True):
            if item.owned == name and item.right == right:
                if item.owner == name:
                    own += share
                elif item.owner in found | together:
                    held += share
        whole = 1 - own if name in case.without_treasury else Fraction(1)
        line = rule.line * whole
        if held > 0 and (held > line or (rule.reached and held == line)):
            return True
    return False


def answers(world: World, pack: str, day: date) -> dict[str, str]:
    """What brute force says of every party."""
    rule = rule_of(pack, day)
    listed = {item.party: item for item in world.listings if item.covers(day)}
    answer = dict.fromkeys(NAMES, "no")
    if rule is not None and rule.in_force:
        holdings = [
            item for item in world.holdings if (item.valid_from or day) <= day <= (item.valid_to or day)
        ]
        sure = {name: item for name, item in listed.items() if item.certain}
        every = cases(holdings)
        strict_groups, lenient_groups = (
            _groups(sure, rule, lenient=False),
            _groups(listed, rule, lenient=True),
        )
        in_some: set[str] = set()
        # A group catches surely what it catches in every case; which group it is must not depend on the case.
        by_group = [set(NAMES) for _ in strict_groups]
        for case in every:
            for place, seeds in enumerate(strict_groups):
                by_group[place] &= caught(world, holdings, case, seeds, rule, lenient=False)
            for seeds in lenient_groups:
                in_some |= caught(world, holdings, case, seeds, rule, lenient=True)
        in_all = set().union(*by_group)
        answer = {name: "yes" if name in in_all else "review" if name in in_some else "no" for name in NAMES}
    for name, item in listed.items():
        answer[name] = "yes" if item.certain or answer[name] == "yes" else "review"
    return answer


def _groups(listed: dict[str, Listing], rule: Rule, *, lenient: bool) -> list[set[str]]:
    if rule.adds == "person" or (rule.adds == "person?" and not lenient):
        return [{name} for name in listed]
    if rule.adds == "directive":
        return [
            {name for name, item in listed.items() if item.group == group}
            for group in {item.group for item in listed.values()}
        ]
    return [set(listed)]


def engine(world: World, pack: str, day: date) -> dict[str, str]:
    """What the engine says."""
    facts = Facts(world.listings, controls=world.controls, joints=world.joints)
    graph = build_graph(world.holdings, [*NAMES])
    evaluation = evaluate(graph, facts, load_pack(pack), day)
    return {name: evaluation.answer(graph.number[name]).value for name in NAMES}


def difference(number: int, seed: int) -> str:
    """How engine and reference differ on the graph of that number; empty when they agree."""
    dice = random.Random(f"{seed}/{number}")
    pack = sorted(DAYS)[number % len(DAYS)]
    day = dice.choice(DAYS[pack])
    world = make(dice, day)
    ours, theirs = engine(world, pack, day), answers(world, pack, day)
    wrong = [f"{name}: {ours[name]}, not {theirs[name]}" for name in NAMES if ours[name] != theirs[name]]
    return f"graph {number}, {pack} on {day}: {'; '.join(wrong)}\n  {world}" if wrong else ""
