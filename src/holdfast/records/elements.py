"""The element table of ISO 20022: from a path to its role and to how it is screened.

The table itself is data (``data/iso20022.toml``). It is compiled lazily into a tree of :class:`Element` nodes, one a
distinct path, so that reading a message costs one dictionary look-up an element and no string work.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources
from itertools import chain
from typing import Any

from holdfast.model.payment import FieldKind, Unscreened

_STAR = "*"
MOST_CHILDREN = 400
"""Distinct children that a path keeps compiled; more are compiled anew each time, so hostile input fills no memory."""


@dataclass(frozen=True, slots=True)
class Leaves:
    """One line of the table: element patterns, and what is done with what they hold."""

    patterns: tuple[tuple[str, ...], ...]
    kind: FieldKind | None
    """How they are screened; None for not at all."""
    says: str
    """What they are, or why they are not screened."""


@dataclass(frozen=True, slots=True)
class ElementTable:
    """The whole table."""

    messages: dict[str, str]
    """Root element and family: ``FIToFICstmrCdtTrf``, ``pacs.008``."""
    roles: dict[str, str]
    leaves: tuple[Leaves, ...]
    slots: tuple[tuple[tuple[str, ...], str, int], ...]
    """Pattern, part of a :class:`~holdfast.model.payment.Transfer`, and preference (smaller is better)."""
    transactions: frozenset[str]
    batches: frozenset[str]
    silent: frozenset[str]
    newest_version: int

    by_last: dict[str, tuple[tuple[tuple[str, ...], Leaves], ...]]
    """Patterns by their last element, those that end in a star under it: a hostile message may bring any number of
    elements, and comparing each with every pattern would take longer than reading it."""

    def rule(self, path: tuple[str, ...]) -> Leaves | None:
        """The line that fits the path best."""
        best: tuple[int, int] = (0, 0)
        found = None
        for pattern, leaves in chain(self.by_last.get(path[-1], ()), self.by_last.get(_STAR, ())):
            rank = _rank(pattern, path)
            if rank is not None and rank > best:
                best, found = rank, leaves
        return found

    def slot(self, path: tuple[str, ...]) -> tuple[str, int] | None:
        """Which part of a transfer the path gives, and with what preference."""
        best: tuple[int, int] = (0, 0)
        found = None
        for pattern, name, preference in self.slots:
            rank = _rank(pattern, path)
            if rank is not None and rank > best:
                best, found = rank, (name, preference)
        return found


def _rank(pattern: tuple[str, ...], path: tuple[str, ...]) -> tuple[int, int] | None:
    """How well a pattern fits: number of elements, then fewest stars; None when it does not."""
    stars = sum("*" in part for part in pattern)
    if pattern[-1] == "**":
        return (1, -stars) if pattern[-2] in path[:-1] else None
    if len(pattern) > len(path):
        return None
    if all(fnmatchcase(part, piece) for part, piece in zip(path[-len(pattern) :], pattern, strict=True)):
        return len(pattern), -stars
    return None


@cache
def element_table() -> ElementTable:
    """The table that ships with the package."""
    text = (resources.files("holdfast.records") / "data" / "iso20022.toml").read_text(encoding="utf-8")
    data: dict[str, Any] = tomllib.loads(text)
    screened = [
        Leaves(_patterns(line["leaves"]), FieldKind(line["kind"]), line["says"]) for line in data["screened"]
    ]
    unscreened = [Leaves(_patterns(line["leaves"]), None, line["why"]) for line in data["unscreened"]]
    slots = [
        (tuple(pattern.split("/")), name, preference)
        for name, patterns in data["transfer"].items()
        for preference, pattern in enumerate(patterns)
    ]
    shape = data["shape"]
    return ElementTable(
        messages=data["messages"],
        roles=data["roles"],
        leaves=(*screened, *unscreened),
        by_last=_by_last((*screened, *unscreened)),
        slots=tuple(slots),
        transactions=frozenset(shape["transactions"]),
        batches=frozenset(shape["batches"]),
        silent=frozenset(shape["silent"]),
        newest_version=data["newest_version"],
    )


def _by_last(lines: tuple[Leaves, ...]) -> dict[str, tuple[tuple[tuple[str, ...], Leaves], ...]]:
    found: dict[str, list[tuple[tuple[str, ...], Leaves]]] = {}
    for leaves in lines:
        for pattern in leaves.patterns:
            last = _STAR if _STAR in pattern[-1] else pattern[-1]
            found.setdefault(last, []).append((pattern, leaves))
    return {last: tuple(patterns) for last, patterns in found.items()}


def _patterns(leaves: list[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(leaf.split("/")) for leaf in leaves)


@dataclass(slots=True)
class Element:
    """One path of the tree, with everything that the table says of it."""

    table: ElementTable
    path: tuple[str, ...]
    """Local names from below the root."""
    shown: str
    """As it is shown: from below the transaction or batch, without silent elements."""
    role: str = ""
    begins_party: bool = False
    is_transaction: bool = False
    is_batch: bool = False
    is_container: bool = False
    """Of a transaction or of a batch of them."""
    kind: FieldKind = FieldKind.TEXT
    left_out: Unscreened | None = None
    """What is said of it where it is not screened."""
    slot: tuple[str, int] | None = None
    children: dict[object, Element] = field(default_factory=dict)

    def child(self, tag: object) -> Element:
        """The node of a child element, compiled at its first sight. ``tag`` is lxml's: ``{namespace}local``."""
        known = self.children.get(tag)
        if known is not None:
            return known
        name = str(tag).rpartition("}")[2]
        made = self._compile(name)
        if len(self.children) < MOST_CHILDREN:
            self.children[tag] = made
        return made

    def _compile(self, name: str) -> Element:
        table = self.table
        path = (*self.path, name)
        shown = self.shown
        if self.is_transaction:
            shown = ""
        if name not in table.silent and not (not self.path and name in table.messages):
            shown = f"{shown}/{name}" if shown else name
        rule = table.rule(path)
        own_role = table.roles.get(name)
        return Element(
            table=table,
            path=path,
            shown=shown,
            role=own_role or self.role,
            begins_party=own_role is not None,
            is_transaction=name in table.transactions,
            is_batch=name in table.batches,
            is_container=name in table.transactions or name in table.batches,
            kind=FieldKind.TEXT if rule is None or rule.kind is None else rule.kind,
            left_out=None if rule is None or rule.kind is not None else Unscreened(shown, rule.says),
            slot=table.slot(path),
        )


@cache
def root_element() -> Element:
    """The node above all roots; shared, because what it says of a path never changes."""
    return Element(element_table(), (), "")
