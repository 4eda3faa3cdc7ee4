"""All rules over a block of events at once.

For each kind of event there is a plan: the rules meant for it, with what the kind alone decides (event id, channel)
already folded in, and for each rule its *triggers*, a few questions of which one must be true for the rule to match.
A block is asked field by field, each different value once; only rules with a trigger that came true are looked at,
and only on the events that made it true.

Logic is two-valued, as the Sigma specification means it: a question about an absent field is false, so its negation
is true. SQL, which answers *unknown* there, loses such matches.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from holdfast.hunt.derived import derive
from holdfast.hunt.keywords import Cores, make_cores, whole_events
from holdfast.hunt.logsource import Derived, reading_for
from holdfast.hunt.match import Hit
from holdfast.hunt.reference import compare_columns
from holdfast.hunt.rule import TEXT
from holdfast.model.event import ABSENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from holdfast.hunt.matcher import Atoms, Matcher
    from holdfast.hunt.pack import Pack
    from holdfast.hunt.rule import Atom, LogSource, Rule, Tree
    from holdfast.model.event import Column, Events, Kind

    Mask = NDArray[np.bool_]

LONGEST_EVIDENCE = 1000
"""Characters of a value that evidence quotes."""
MOST_ANSWERS = 10_000
"""Answers of which a plan remembers the rules that they announce."""
_CONSTANT = {"EventID", "Channel"}


@dataclass(slots=True)
class Plan:
    """The rules for one kind of event that read it with the same field names."""

    fields: Mapping[str, str | Derived]
    rules: list[tuple[Rule, Tree]] = field(default_factory=list)
    by_trigger: dict[int, list[int]] = field(default_factory=dict)
    """Positions in :attr:`rules` by atom."""
    triggers: dict[int, frozenset[int]] = field(default_factory=dict)
    always: list[int] = field(default_factory=list)
    """Rules that no single atom announces."""
    asked: list[str] = field(default_factory=list)
    """Sigma names of the fields that any of the rules looks at."""
    cores: Cores = field(default_factory=lambda: Cores(complete=True))
    """By which events without any keyword are passed over."""
    _announced: dict[Atoms, tuple[int, ...]] = field(default_factory=dict)

    def announced(self, answer: Atoms) -> tuple[int, ...]:
        """Positions in :attr:`rules` of those with a trigger in the answer; remembered, as answers are few."""
        found = self._announced.get(answer)
        if found is None:
            if len(self._announced) >= MOST_ANSWERS:
                self._announced.clear()
            by_trigger = self.by_trigger
            found = tuple({place for atom in answer if atom in by_trigger for place in by_trigger[atom]})
            self._announced[answer] = found
        return found


@dataclass(slots=True)
class Evaluator:
    """Applies a pack to blocks of events; keeps plans and answers from block to block."""

    pack: Pack
    evaluated: int = 0
    """Events that at least one rule was meant for."""
    uncovered: dict[str, int] = field(default_factory=dict)
    """Events that no rule is meant for, by their kind."""
    _plans: dict[Kind, list[Plan]] = field(default_factory=dict)
    _by_source: dict[LogSource, list[Rule]] = field(default_factory=dict)
    _cores: dict[frozenset[int], Cores] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Sort the rules by log source, so that a plan looks only at those meant for its kind."""
        for rule in self.pack.rules:
            self._by_source.setdefault(rule.source, []).append(rule)

    def hits(self, events: Events) -> Iterator[Hit]:
        """Every rule that matches events of the block."""
        plans = self._plans.get(events.kind)
        if plans is None:
            plans = self._plans[events.kind] = self._make_plans(events.kind)
        if not plans:
            name = name_of(events.kind)
            self.uncovered[name] = self.uncovered.get(name, 0) + len(events)
            return
        self.evaluated += len(events)
        for plan in plans:
            yield from _Run(self.pack, plan, events).hits()

    def _make_plans(self, kind: Kind) -> list[Plan]:
        plans: dict[tuple[Any, ...], Plan] = {}
        for source, rules in self._by_source.items():
            reading = reading_for(source, kind)
            if reading is None:
                continue
            key = tuple(reading.fields.items())
            plan = plans.get(key)
            if plan is None:
                plan = plans[key] = Plan(reading.fields)
            for rule in rules:
                tree = _fold(rule.tree, self.pack, kind)
                if tree is not False:
                    _add(plan, rule, tree, self.pack)
        for plan in plans.values():
            if TEXT in plan.asked:
                plan.cores = self._cores_of(plan)
        return list(plans.values())

    def _cores_of(self, plan: Plan) -> Cores:
        """The cores of a plan's keywords; most plans have the same."""
        numbers = frozenset(
            number
            for _, tree in plan.rules
            for number in _atoms(tree)
            if self.pack.atoms[number].field == TEXT
        )
        cores = self._cores.get(numbers)
        if cores is None:
            cores = self._cores[numbers] = make_cores([self.pack.atoms[number] for number in numbers])
        return cores


def name_of(kind: Kind) -> str:
    """A kind in words."""
    if kind.channel:
        return f"{kind.channel} {kind.event_id}".strip()
    return "/".join(part for part in (kind.product, kind.category, kind.service) if part) or "unknown"


def _add(plan: Plan, rule: Rule, tree: Tree, pack: Pack) -> None:
    place = len(plan.rules)
    plan.rules.append((rule, tree))
    found = None if tree is True else _triggers(tree, pack.atoms)
    if found is None:
        plan.always.append(place)
    else:
        plan.triggers[place] = found[1]
        for atom in found[1]:
            plan.by_trigger.setdefault(atom, []).append(place)
    for number in _atoms(tree):
        name = pack.atoms[number].field
        if name not in plan.asked:
            plan.asked.append(name)


def _atoms(tree: Tree) -> Iterator[int]:
    if isinstance(tree, bool):
        return
    if isinstance(tree, int):
        yield tree
        return
    inner = [tree[1]] if tree[0] == "not" else tree[1]
    for one in inner:
        yield from _atoms(one)


def _fold(tree: Tree, pack: Pack, kind: Kind) -> Tree:
    """The tree without what the kind decides; ``True`` or ``False`` when that is all of it."""
    if isinstance(tree, int):
        atom = pack.atoms[tree]
        if atom.field in _CONSTANT and atom.operation != "reference":
            value = kind.event_id if atom.field == "EventID" else kind.channel
            if value:
                return tree in pack.matchers[atom.field].ask(value)
        return tree
    operator, inner = tree
    if operator == "not":
        folded = _fold(inner, pack, kind)
        return (not folded) if isinstance(folded, bool) else ("not", folded)
    decides = operator == "or"
    rest = []
    for one in inner:
        folded = _fold(one, pack, kind)
        if folded is decides:
            return decides
        if not isinstance(folded, bool):
            rest.append(folded)
    if not rest:
        return not decides
    return rest[0] if len(rest) == 1 else (operator, rest)


def _triggers(tree: Tree, atoms: Sequence[Atom]) -> tuple[float, frozenset[int]] | None:
    """Atoms of which one must be true for the tree to be, and how often that is expected; ``None`` if there are none."""
    if isinstance(tree, int):
        atom = atoms[tree]
        return None if atom.operation == "reference" else (_expected(atom), frozenset((tree,)))
    operator, inner = tree
    if operator == "not":
        return None
    found = [_triggers(one, atoms) for one in inner]
    if operator == "and":
        known = [one for one in found if one is not None]
        return min(known, key=lambda pair: pair[0]) if known else None
    if any(one is None for one in found):
        return None
    pairs = [one for one in found if one is not None]
    return sum(pair[0] for pair in pairs), frozenset().union(*(pair[1] for pair in pairs))


def _expected(atom: Atom) -> float:
    """A rough share of events for which an atom is true: the shorter the text, the larger."""
    if atom.operation == "text":
        return float(sum((1 + pattern.weight) ** -2 for pattern in atom.arguments))
    if atom.operation == "regex":
        return 0.05 * len(atom.arguments)
    return 0.5


class Answers:
    """What the matcher of a field says of a column.

    Many values have the same answer, and most answers lead to no rule. So what is looked at are the different answers,
    and rows are given theirs only when a rule asks which rows an atom is true for.
    """

    def __init__(self, column: Column, matcher: Matcher) -> None:
        self._codes = column.codes
        self._by_code = matcher.answers(column.values)
        some_absent = bool(matcher.null) and len(column.codes) > 0 and int(column.codes.min()) == ABSENT
        self._by_code.append(matcher.null if some_absent else ())  # the last place is that of absent fields
        self.different = list(set(self._by_code))
        """The different answers."""
        self._rows: NDArray[np.intp] | None = None
        """For each row the position of its answer in :attr:`different`."""
        self._holding: dict[int, list[int]] = {}
        """For each atom the positions in :attr:`different` of the answers that have it."""

    def mask(self, atom: int) -> Mask | bool:
        """For each row whether an atom is true; ``False`` when it is for none."""
        if self._rows is None:
            table = {answer: place for place, answer in enumerate(self.different)}
            places = np.fromiter(map(table.__getitem__, self._by_code), np.intp, len(self._by_code))
            self._rows = places[self._codes]
            for place, answer in enumerate(self.different):
                for one in answer:
                    self._holding.setdefault(one, []).append(place)
        holding = self._holding.get(atom)
        if holding is None:
            return False
        true = np.zeros(len(self.different), np.bool_)
        true[holding] = True
        return true[self._rows]


class _Run:
    """One plan over one block."""

    def __init__(self, pack: Pack, plan: Plan, events: Events) -> None:
        self._pack = pack
        self._plan = plan
        self._events = events
        self._columns: dict[str, Column] = {}
        self._answers: dict[str, Answers] = {}
        self._masks: dict[int, Mask | bool] = {}

    def hits(self) -> Iterator[Hit]:
        candidates = self._ask()
        for place in sorted({*candidates, *self._plan.always}):
            rule, tree = self._plan.rules[place]
            rows = self._rows(place)
            truth = self._truth(tree, rows)
            if truth is True:
                found = rows
            elif truth is False:
                continue
            else:
                found = rows[truth]
            if len(found):
                places = found.tolist()
                yield Hit(rule, self._events, places, [self._evidence(tree, row) for row in places])

    def _ask(self) -> set[int]:
        """Put every different value of every field to its matcher; rules that have a trigger among the answers."""
        announced = self._plan.announced
        found: set[int] = set()
        for name in self._plan.asked:
            column = self._column(name)
            matcher = self._pack.matchers[name]
            answers = self._answers[name] = Answers(column, matcher)
            for answer in answers.different:
                found.update(announced(answer))
        return found

    def _column(self, name: str) -> Column:
        column = self._columns.get(name)
        if column is None and name == TEXT:
            column = self._columns[name] = whole_events(self._events, self._plan.cores)
        elif column is None:
            place = self._plan.fields.get(name, name)
            if isinstance(place, Derived):
                column = derive(place.form, [self._events.column(one) for one in place.of])
            else:
                column = self._events.column(place)
            self._columns[name] = column
        return column

    def _rows(self, place: int) -> NDArray[np.intp]:
        """The events on which a rule has to be looked at."""
        triggers = self._plan.triggers.get(place)
        if triggers is None:
            return np.arange(len(self._events))
        together: Any = None
        for atom in triggers:
            mask = self._mask(atom)
            if mask is not False:
                together = mask if together is None else together | mask
        if together is None:
            return np.empty(0, np.intp)
        return np.flatnonzero(together)

    def _mask(self, atom: int) -> Mask | bool:
        """For each event whether an atom is true; ``False`` when it is for none."""
        mask = self._masks.get(atom)
        if mask is None:
            mask = self._masks[atom] = self._make_mask(atom)
        return mask

    def _make_mask(self, atom: int) -> Mask | bool:
        question = self._pack.atoms[atom]
        column = self._column(question.field)
        if question.operation == "reference":
            other, how, cased = question.arguments
            return compare_columns(column, self._column(other), how, cased=bool(cased))
        return self._answers[question.field].mask(atom)

    def _truth(self, tree: Tree, rows: NDArray[np.intp]) -> Mask | bool:
        if isinstance(tree, bool):
            return tree
        if isinstance(tree, int):
            mask = self._mask(tree)
            return mask if isinstance(mask, bool) else mask[rows]
        operator, inner = tree
        if operator == "not":
            truth = self._truth(inner, rows)
            return (not truth) if isinstance(truth, bool) else ~truth
        decides = operator == "or"
        together: Mask | bool = not decides
        for one in inner:
            truth = self._truth(one, rows)
            if truth is decides:
                return decides
            if isinstance(truth, bool):
                continue
            if isinstance(together, bool):
                together = truth
            else:
                together = (together | truth) if decides else (together & truth)
        return together

    def _evidence(self, tree: Tree, row: int) -> dict[str, str]:
        evidence: dict[str, str] = {}
        self._collect(tree, row, evidence)
        return evidence

    def _collect(self, tree: Tree, row: int, evidence: dict[str, str]) -> None:
        if isinstance(tree, bool):
            return
        if isinstance(tree, int):
            mask = self._mask(tree)
            if mask is not False and mask is not True and mask[row]:
                name = self._pack.atoms[tree].field
                evidence.setdefault("event" if name == TEXT else name, _quoted(self._column(name), row))
            return
        if tree[0] != "not":
            for one in tree[1]:
                self._collect(one, row, evidence)


def _quoted(column: Column, row: int) -> str:
    value = column.value(row)
    text = "; ".join(value) if isinstance(value, tuple) else value or ""
    return text if len(text) <= LONGEST_EVIDENCE else text[:LONGEST_EVIDENCE] + "…"
