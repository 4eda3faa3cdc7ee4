"""The nouns of a Sigma rule, and the tree of its condition.

A condition is a tree of plain tuples, which evaluate and serialise fast: ``("and", [trees])``, ``("or", [trees])``,
``("not", tree)``, or an :class:`Atom`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

TEXT = ""
"""Field of a question about the whole event: a keyword."""

Tree = Any
"""``("and" | "or", list of trees)``, ``("not", tree)``, or an atom; recursive, which type checkers cannot follow here."""


@dataclass(frozen=True, slots=True)
class Atom:
    """One question about one field; true where any of its arguments fits."""

    field: str
    """Sigma name of the field; empty for a search over the whole event."""
    operation: str
    """``text``, ``regex``, ``cidr``, ``number``, ``null``, ``exists``, ``reference``, ``part``."""
    arguments: tuple[Any, ...]
    """By operation: patterns; (expression, flags); network texts; (comparison, number); none; none; (other field,
    how); (unit, comparison, number)."""


@dataclass(frozen=True, slots=True)
class LogSource:
    """What kind of events a rule is for; empty parts leave it open."""

    product: str = ""
    category: str = ""
    service: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One detection rule."""

    id: str
    title: str
    level: str
    """``informational``, ``low``, ``medium``, ``high``, ``critical``."""
    source: LogSource
    tree: Tree
    name: str = ""
    """By which a correlation may refer to it."""
    status: str = ""
    description: str = ""
    author: str = ""
    tags: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    falsepositives: tuple[str, ...] = ()
    file: str = ""
    notes: tuple[str, ...] = ()
    """What of it cannot work as it stands, for instance a placeholder without values."""
    details: dict[str, Any] = field(default_factory=dict)
    """Keys of our own, below ``holdfast`` in the file."""


@dataclass(frozen=True, slots=True)
class Correlation:
    """A rule about several matches of other rules in a time window."""

    id: str
    title: str
    level: str
    type: str
    """``event_count``, ``value_count``, ``temporal``, ``temporal_ordered``, ``value_sum``, ``value_avg``,
    ``value_percentile``."""
    rules: tuple[str, ...]
    """Ids or names of the rules it refers to, other correlations among them."""
    group_by: tuple[str, ...]
    timespan: float
    """Seconds."""
    conditions: tuple[tuple[str, float], ...]
    """Comparisons that must all hold: ``("gte", 10)``."""
    fields: tuple[str, ...] = ()
    """What is counted, summed or averaged."""
    percentile: float = 50
    aliases: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    """Alias, and for each rule the field that it stands for."""
    generate: bool = False
    """Whether the single matches are shown as well."""
    name: str = ""
    tags: tuple[str, ...] = ()
    description: str = ""
    file: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    """Keys of our own, below ``holdfast`` in the file."""
