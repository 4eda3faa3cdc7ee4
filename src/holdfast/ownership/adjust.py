"""What the rule reads otherwise than the register has it, before the arithmetic.

* A stake under a joint arrangement belongs to each party of it, where the pack says so: the stakes are put together
  under one party, the arrangement, which is caught when any of its parties is.
* A transfer with a US nexus that no licence allows is not recognised: the seller is still the owner (OFAC FAQ 402).
* A transfer that bears the signs of a sham may leave the seller owner: the stake counts as possibly the seller's.

Signs raise review; nothing here ever clears.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from holdfast.ownership.control import in_force
from holdfast.ownership.graph import OPEN_END, OPEN_START, Columns, Graph, index_columns
from holdfast.ownership.transfers import Divestment, find_divestments, read_signs, signs_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from holdfast.model.holding import Control, Joint
    from holdfast.ownership.listing import Listing
    from holdfast.ownership.pack import RulePack


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What was read otherwise, per entity, for flags and explanations."""

    carries: Mapping[int, list[int]] = field(default_factory=dict)
    """Party of a joint arrangement -> the arrangement, which is caught with it."""
    divested: Mapping[int, tuple[Divestment, ...]] = field(default_factory=dict)
    """Entity -> what listed or caught parties gave away of it."""
    signs: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Entity -> signs of a sham that its stakes bear."""
    unrecognised: frozenset[int] = frozenset()
    """Entities of which a transfer is not recognised."""


@dataclass(slots=True)
class _Edit:
    """Changes to rows, gathered before the graph is rebuilt once."""

    moved: dict[int, int] = field(default_factory=dict)
    """Row -> its new owner."""
    no_longer_certain: set[int] = field(default_factory=set)
    """Rows whose owner may hold nothing."""
    reduced: dict[int, tuple[Fraction, Fraction]] = field(default_factory=dict)
    """Row -> what is left of it."""
    added: list[tuple[int, int, Fraction, Fraction]] = field(default_factory=list)
    """Owner, row like which it is, least and greatest share."""
    names: list[str] = field(default_factory=list)
    """Of parties that the graph did not have."""

    @property
    def empty(self) -> bool:
        return not (self.moved or self.no_longer_certain or self.reduced or self.added)


@dataclass(frozen=True, slots=True)
class Situation:
    """What adjusting looks at besides the graph."""

    pack: RulePack
    as_of: date
    listed: Mapping[int, Listing]
    controls: tuple[Control, ...]
    joints: tuple[Joint, ...]
    suspects: frozenset[int]
    """Listed parties, and those caught through them."""
    caught_on: Callable[[date], frozenset[int]]
    """Who was caught on an earlier day."""


def adjust(graph: Graph, situation: Situation) -> tuple[Graph, Adjustment]:
    """The graph as the pack reads it, and what was changed; the same graph when nothing was."""
    edit = _Edit()
    carries = _join(graph, situation, edit)
    divested: dict[int, list[Divestment]] = defaultdict(list)
    signs: dict[int, list[str]] = defaultdict(list)
    unrecognised: set[int] = set()
    sellers = sorted(situation.suspects) if graph.has_ends else []
    for divestment in find_divestments(graph, sellers, situation.as_of):
        divested[divestment.entity].append(divestment)
        if _undo(graph, divestment, situation, edit):
            unrecognised.add(divestment.entity)
            continue
        found = signs_of(
            divestment, graph, situation.listed, situation.controls, situation.pack, situation.as_of
        )
        if found:
            signs[divestment.entity] += found
            _doubt(divestment, edit)
    for row, found in _signed_rows(graph, situation, edit):
        signs[int(graph.owned[row])] += found
    adjustment = Adjustment(
        carries=carries,
        divested={entity: tuple(items) for entity, items in divested.items()},
        signs={entity: tuple(dict.fromkeys(items)) for entity, items in signs.items()},
        unrecognised=frozenset(unrecognised),
    )
    return (graph if edit.empty else _rebuild(graph, edit)), adjustment


def _join(graph: Graph, situation: Situation, edit: _Edit) -> dict[int, list[int]]:
    """Put stakes under each joint arrangement together."""
    carries: dict[int, list[int]] = defaultdict(list)
    if situation.pack.joint != "attribute":
        return carries
    for joint in situation.joints:
        if not in_force(joint, situation.as_of):
            continue
        place = len(graph.names) + len(edit.names)
        edit.names.append(f"joint arrangement of {' and '.join(joint.parties)}")
        parties = {graph.number[party] for party in joint.parties}
        for party in parties:
            carries[party].append(place)
        for row in graph.register(graph.number[joint.controlled], situation.as_of.toordinal()):
            if int(graph.owner[row]) in parties:
                edit.moved[row] = place
    return carries


def _undo(graph: Graph, divestment: Divestment, situation: Situation, edit: _Edit) -> bool:
    """Give back to the seller what a US person bought without a licence while the seller was blocked."""
    if not situation.pack.nexus:
        return False
    left_low, left_high = divestment.low, divestment.high
    undone = False
    for row in divestment.buyers:
        flags = graph.flags.get(row, ())
        if "us-nexus" not in flags or "licensed" in flags or row in edit.reduced:
            continue
        if divestment.seller not in situation.caught_on(divestment.last_day):
            continue
        low, high = graph.bounds(row)
        back_low, back_high = min(low, left_low), min(high, left_high)
        if "unlicensed" not in flags:
            back_low = Fraction(0)
        edit.added.append((divestment.seller, row, back_low, back_high))
        edit.reduced[row] = (max(Fraction(0), low - back_high), high - back_low)
        left_low, left_high = left_low - back_low, left_high - back_low
        undone = True
    return undone


def _doubt(divestment: Divestment, edit: _Edit) -> None:
    """Count what was given away as possibly still the seller's."""
    edit.added.append((divestment.seller, divestment.row, Fraction(0), divestment.high))
    edit.no_longer_certain.update(divestment.buyers)


def _signed_rows(graph: Graph, situation: Situation, edit: _Edit) -> list[tuple[int, tuple[str, ...]]]:
    """Stakes that bear a sign of their own, in entities to which a suspect has a tie; counted as possibly the suspect's."""
    day = situation.as_of.toordinal()
    found = []
    for row, flags in graph.flags.items():
        signs = read_signs(flags)
        owner = int(graph.owner[row])
        if not signs or row in edit.no_longer_certain or not graph.in_force(row, day):
            continue
        if owner in situation.suspects:
            found.append((row, signs))
            continue
        for suspect in sorted(_tied(graph, int(graph.owned[row]), owner, situation)):
            edit.added.append((suspect, row, Fraction(0), graph.bounds(row)[1]))
            edit.no_longer_certain.add(row)
            found.append((row, signs))
    return found


def _tied(graph: Graph, entity: int, holder: int, situation: Situation) -> set[int]:
    """Suspects that hold, held or direct something of the entity or of the holder in question."""
    tied = {
        int(graph.owner[row])
        for target in (entity, holder)
        for row in graph.register(target)
        if int(graph.owner[row]) in situation.suspects
    }
    for control in situation.controls:
        controller = graph.number[control.controller]
        if (
            controller in situation.suspects
            and graph.number[control.controlled] in {entity, holder}
            and in_force(control, situation.as_of)
        ):
            tied.add(controller)
    return tied


def _rebuild(graph: Graph, edit: _Edit) -> Graph:
    """The graph with its changes worked in; rows keep their origin and flags."""
    like = np.array([row for _, row, _, _ in edit.added], np.int32)
    rows = np.concatenate([np.arange(graph.owner.size, dtype=np.int32), like])
    columns = Columns(
        owner=graph.owner[rows],
        owned=graph.owned[rows],
        low=graph.low[rows],
        high=graph.high[rows],
        right=graph.right[rows],
        start=graph.start[rows],
        end=graph.end[rows],
    )
    wide = {new: graph.wide[int(old)] for new, old in enumerate(rows.tolist()) if old in graph.wide}
    first = graph.owner.size
    for row, place in edit.moved.items():
        columns.owner[row] = place
    changes = {row: (Fraction(0), graph.bounds(row)[1]) for row in edit.no_longer_certain} | edit.reduced
    changes |= {first + i: (low, high) for i, (_, _, low, high) in enumerate(edit.added)}
    for i, (owner, _, _, _) in enumerate(edit.added):
        columns.owner[first + i] = owner
        columns.start[first + i], columns.end[first + i] = OPEN_START, OPEN_END
    for row, (low, high) in changes.items():
        if row in wide:
            wide[row] = (low, high)
            continue
        unit = int(graph.unit[columns.owned[row]])
        columns.low[row], columns.high[row] = int(low * unit), int(high * unit)
    return _index(graph, edit, columns, wide, rows)


def _index(
    graph: Graph,
    edit: _Edit,
    columns: Columns,
    wide: Mapping[int, tuple[Fraction, Fraction]],
    rows: np.ndarray[tuple[int], np.dtype[np.int32]],
) -> Graph:
    names = [*graph.names, *edit.names] if edit.names else graph.names
    number = (
        {**graph.number, **{name: len(graph.names) + i for i, name in enumerate(edit.names)}}
        if edit.names
        else graph.number
    )
    extra = len(names) - len(graph.names)
    unit = np.concatenate([graph.unit, np.full(extra, 200, np.int64)])
    grain = np.concatenate([graph.grain, np.ones(extra, np.int32)])
    built, order = index_columns(names, number, columns, unit, grain)
    old = rows[order].tolist()
    return replace(
        built,
        wide={new: wide[place] for new, place in enumerate(order.tolist()) if place in wide},
        origins=[graph.origins[row] for row in old] if len(graph.origins) else (),
        flags={new: graph.flags[row] for new, row in enumerate(old) if row in graph.flags},
        has_ends=graph.has_ends,
    )
