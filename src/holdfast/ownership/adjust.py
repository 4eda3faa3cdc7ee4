"""What the rule reads otherwise than the register has it, before the arithmetic.

* A stake under a joint arrangement belongs to each party of it, where the pack says so: the stakes are put together
  under one party, the arrangement, which is caught when any of its parties is.
* A transfer with a US nexus that no licence allows is not recognised: the seller is still the owner (OFAC FAQ 402).
* A transfer that bears the signs of a sham may leave the seller owner: the stake counts as possibly the seller's.

Signs raise review; nothing here ever clears. Each entity's register is read on its own (:func:`read_register`), so that
a new suspect costs only the registers in which he has a hand.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from holdfast.model.stakes import OPEN_END, OPEN_START, RIGHTS, exact_bounds
from holdfast.ownership.control import in_force
from holdfast.ownership.transfers import Divestment, find_divestments, read_signs, signs_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Iterable, Mapping
    from datetime import date

    from holdfast.model.holding import Holding, Joint
    from holdfast.ownership.graph import Graph
    from holdfast.ownership.listing import Listing
    from holdfast.ownership.pack import RulePack


@dataclass(frozen=True, slots=True)
class Situation:
    """What reading looks at besides the graph."""

    pack: RulePack
    as_of: date
    listed: Mapping[int, Listing]
    ties: Mapping[int, Collection[int]]
    """Who directs an entity by a record of control that is in force, by entity."""
    suspects: Container[int]
    """Listed parties, and those caught through them."""
    caught_on: Callable[[date], Collection[int]]
    """Who was caught on an earlier day."""


@dataclass(slots=True)
class Reading:
    """How one register is read otherwise than it stands."""

    moved: dict[int, int] = field(default_factory=dict)
    """Row -> its new owner."""
    changed: dict[int, tuple[Fraction, Fraction]] = field(default_factory=dict)
    """Row -> least and greatest share in place of those stated."""
    added: list[tuple[int, int, Fraction, Fraction]] = field(default_factory=list)
    """Owner, row like which it is, least and greatest share."""
    signs: list[str] = field(default_factory=list)
    """Signs of a sham that its stakes bear."""
    unrecognised: bool = False
    """Whether a transfer is not recognised."""
    _doubted: set[int] = field(default_factory=set)
    _reduced: set[int] = field(default_factory=set)

    @property
    def empty(self) -> bool:
        """Whether it is read as it stands, without any sign."""
        return not (self.moved or self.changed or self.added or self.signs or self.unrecognised)

    def doubt(self, rows: Iterable[int], graph: Graph, situation: Situation) -> None:
        """Let the owners of these rows hold nothing, perhaps; what suspects hold counts as theirs in any case."""
        for row in rows:
            self._doubted.add(row)
            if (
                row not in self._reduced
                and self.moved.get(row, graph.owner_of(row)) not in situation.suspects
            ):
                self.changed[row] = (Fraction(0), graph.bounds(row)[1])

    def doubts(self, row: int) -> bool:
        """Whether the owner of the row may hold nothing."""
        return row in self._doubted

    def reduce(self, row: int, low: Fraction, high: Fraction) -> None:
        """Leave the owner of the row so much of it."""
        self._reduced.add(row)
        self.changed[row] = (low, high)

    def reduces(self, row: int) -> bool:
        """Whether part of the row is given back."""
        return row in self._reduced


def read_register(graph: Graph, entity: int, moved: Mapping[int, int], situation: Situation) -> Reading:
    """How the register of an entity is read."""
    reading = Reading(moved=dict(moved))
    owners = {graph.owner_of(row) for row in graph.register(entity)}
    for seller in sorted(owner for owner in owners if owner in situation.suspects):
        for divestment in find_divestments(graph, seller, entity, situation.as_of):
            if _undo(graph, divestment, situation, reading):
                reading.unrecognised = True
                continue
            signs = signs_of(divestment, graph, situation)
            if signs:
                reading.signs += signs
                reading.added.append((seller, divestment.row, Fraction(0), divestment.high))
                reading.doubt(divestment.buyers, graph, situation)
    _read_signed(graph, entity, situation, reading)
    reading.signs = sorted(set(reading.signs))
    return reading


def lay(graph: Graph, stated: Graph, entity: int, reading: Reading) -> None:
    """Put a reading of the entity's register, as stated, over the graph, in place of the one before."""
    over = graph.over
    other = reading.moved.keys() | reading.changed.keys()
    for row in graph.stated_register(entity):
        if row in other or row in stated.over.struck:
            over.strike(row)
        elif row in over.struck:
            over.restore(row)
    for row in over.rows_of("owned", entity):
        over.strike(row)
    beside = [row for row in stated.over.rows_of("owned", entity) if row not in stated.over.struck]
    for row in (*(other - set(beside)), *beside):
        owner = reading.moved.get(row, stated.owner_of(row))
        _add(graph, stated, entity, (owner, row, reading.changed.get(row)), dated=True)
    for owner, row, low, high in reading.added:
        _add(graph, stated, entity, (owner, row, (low, high)), dated=False)


def _add(
    graph: Graph,
    stated: Graph,
    entity: int,
    stake: tuple[int, int, tuple[Fraction, Fraction] | None],
    *,
    dated: bool,
) -> None:
    """Lay a row like a stated one beside the graph: of an owner, and of other bounds when they are given."""
    owner, like, bounds = stake
    unit = int(graph.unit[entity])
    if bounds is None:
        units = {"low": stated.cell("low", like), "high": stated.cell("high", like)}
    else:
        units = {"low": int(bounds[0] * unit), "high": int(bounds[1] * unit)}
    days = {"start": OPEN_START, "end": OPEN_END}
    if dated:
        days = {name: stated.cell(name, like) for name in days}
    right = stated.right_of(like)
    row = graph.over.add(stated.stated(like), owner=owner, owned=entity, right=right, **units, **days)
    if not unit:
        graph.over.wide[row] = bounds or stated.bounds(like)


def restate(graph: Graph, holding: Holding, day: int) -> Graph:
    """Let the register say that a stake is another one on the day; the same graph unless its unit is too coarse."""
    owner, entity = graph.number[holding.owner], graph.number[holding.owned]
    right = RIGHTS.index(holding.right)
    if not graph.fits(entity, holding):
        graph = _widen(graph, entity)
    for row in graph.register(entity, day):
        if graph.owner_of(row) == owner and graph.right_of(row) == right:
            graph.over.strike(row)
    unit = int(graph.unit[entity])
    row = graph.over.add(
        -1,
        owner=owner,
        owned=entity,
        low=int(holding.low * unit),
        high=int(holding.high * unit),
        right=right,
        start=OPEN_START,
        end=OPEN_END,
    )
    if not unit:
        graph.over.wide[row] = exact_bounds(holding)
    return graph


def _widen(graph: Graph, entity: int) -> Graph:
    """Decide the register of an entity by exact fractions."""
    parties = graph.parties.copy()
    exact = {row: graph.bounds(row) for row in graph.register(entity)}
    parties[entity]["unit"] = 0
    graph.over.wide |= {row: bounds for row, bounds in exact.items() if row >= graph.rows.size}
    wide = {row: bounds for row, bounds in exact.items() if row < graph.rows.size}
    return replace(graph, parties=parties, wide={**graph.wide, **wide})


def join(graph: Graph, joints: Iterable[Joint], as_of: date) -> tuple[Graph, dict[int, list[int]], Moves]:
    """Put stakes under each joint arrangement together.

    The graph with places for the arrangements, which party carries which of them along, and the rows that move.
    """
    carries: dict[int, list[int]] = defaultdict(list)
    moves: Moves = defaultdict(dict)
    for joint in joints:
        if not in_force(joint, as_of):
            continue
        graph = graph.with_names([name := _free_name(graph, joint)])
        place = graph.number[name]
        parties = {graph.number[party] for party in joint.parties}
        controlled = graph.number[joint.controlled]
        for party in parties:
            carries[party].append(place)
        for row in graph.register(controlled, as_of.toordinal()):
            if graph.owner_of(row) in parties:
                moves[controlled][row] = place
    return graph, carries, moves


Moves = dict[int, dict[int, int]]
"""By entity: row -> the arrangement that holds it."""


def watchers(
    graph: Graph, ties: Mapping[int, Collection[int]], moves: Moves, day: int
) -> dict[int, set[int]]:
    """Who, once suspect, makes the signs that stakes bear matter: by party, the entities of those stakes."""
    found: dict[int, set[int]] = defaultdict(set)
    for row, flags in graph.flags.items():
        if not read_signs(flags) or not graph.in_force(row, day):
            continue
        entity, holder = graph.owned_of(row), graph.owner_of(row)
        together = moves.get(entity, {}).get(row, holder)
        for party in (holder, together, *_tied(graph, entity, holder, ties)):
            found[party].add(entity)
    return found


def _free_name(graph: Graph, joint: Joint) -> str:
    name = f"joint arrangement of {' and '.join(joint.parties)}"
    while name in graph.number:
        name += " "
    return name


def _undo(graph: Graph, divestment: Divestment, situation: Situation, reading: Reading) -> bool:
    """Give back to the seller what a US person bought without a licence while the seller was blocked."""
    if not situation.pack.nexus:
        return False
    left_low, left_high = divestment.low, divestment.high
    undone = False
    for row in divestment.buyers:
        flags = graph.flags_of(row)
        if "us-nexus" not in flags or "licensed" in flags or reading.reduces(row):
            continue
        if divestment.seller not in situation.caught_on(divestment.last_day):
            continue
        low, high = graph.bounds(row)
        back_low, back_high = min(low, left_low), min(high, left_high)
        if "unlicensed" not in flags:
            back_low = Fraction(0)
        reading.added.append((divestment.seller, row, back_low, back_high))
        reading.reduce(row, max(Fraction(0), low - back_high), high - back_low)
        left_low, left_high = left_low - back_low, left_high - back_low
        undone = True
    return undone


def _read_signed(graph: Graph, entity: int, situation: Situation, reading: Reading) -> None:
    """Stakes that bear a sign of their own, where a suspect has a tie; they count as possibly the suspect's.

    A listed owner's stake counts whoever else has a hand in it, and treasury shares are nobody's: that an entity is caught makes
    no stake in it possibly its own.
    """
    for row in graph.register(entity, situation.as_of.toordinal()):
        signs = read_signs(graph.flags_of(row))
        owner = graph.owner_of(row)
        if not signs or reading.doubts(row):
            continue
        tied = _tied(graph, entity, owner, situation.ties) - {owner, entity}
        suspects = sorted(party for party in tied if party in situation.suspects)
        if suspects or owner in situation.suspects:
            reading.signs += signs
        if owner in situation.listed or owner == entity:
            continue
        reading.added += [(suspect, row, Fraction(0), graph.bounds(row)[1]) for suspect in suspects]
        if suspects:
            reading.doubt([row], graph, situation)


def _tied(graph: Graph, entity: int, holder: int, ties: Mapping[int, Collection[int]]) -> set[int]:
    """Who holds, held or directs something of the entity or of the holder in question."""
    found: set[int] = set()
    for target in (entity, holder):
        found |= {graph.owner_of(row) for row in graph.register(target)}
        found |= set(ties.get(target, ()))
    return found
