"""Searches that name no field, over the whole event.

Few events hold any keyword of any rule. So the raw input is first scanned, many events at a time, for the *core* of
each keyword, a part of it that no encoding of the event would write otherwise; only events with a core are made into
text and asked for the whole keywords.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from holdfast.hunt.pattern import quote
from holdfast.model.event import ABSENT, Column

if TYPE_CHECKING:
    from collections.abc import Iterable

    from holdfast.hunt.rule import Atom
    from holdfast.model.event import Events

SHORTEST = 3
"""Characters that a core must have to be worth looking for."""
_PLAIN = re.compile(r"[A-Za-z0-9 _.:;,$@#%()*+=!?|~-]+")
"""Characters that JSON and its encoders never escape."""


@dataclass(slots=True)
class Cores:
    """The cores of some keywords."""

    complete: bool
    """Whether each keyword has a core, so that an event without any core has no keyword."""
    database: Any = None
    """Hyperscan database of the cores; ``None`` without any."""

    def ends(self, content: bytes | memoryview) -> set[int]:
        """Where in the content a core ends."""
        found: set[int] = set()
        if self.database is not None:
            self.database.scan(content, match_event_handler=lambda _number, _start, end, *_: found.add(end))
        return found


def make_cores(atoms: Iterable[Atom]) -> Cores:
    """The cores of the keywords of rules."""
    import hyperscan

    found = set()
    for atom in atoms:
        if atom.operation != "text":
            return Cores(complete=False)
        for pattern in atom.arguments:
            pieces = [
                piece.lower()
                for token in pattern.tokens
                if isinstance(token, str)
                for piece in _PLAIN.findall(token)
            ]
            core = max(pieces, key=len, default="")
            if len(core) < SHORTEST:
                return Cores(complete=False)
            found.add(core)
    if not found:
        return Cores(complete=True)
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    expressions = [quote(core).encode() for core in sorted(found)]
    count = len(expressions)
    database.compile(
        expressions=expressions, ids=[0] * count, elements=count, flags=[hyperscan.HS_FLAG_CASELESS] * count
    )
    return Cores(True, database)


def whole_events(events: Events, cores: Cores) -> Column:
    """The column of whole events as text; absent for an event that holds no core of a keyword."""
    holding = events.holding(cores.ends) if cores.complete else None
    wanted = range(len(events)) if holding is None else np.flatnonzero(holding).tolist()
    codes = np.full(len(events), ABSENT, np.int32)
    table: dict[str, int] = {}
    for event in wanted:
        text = events.text(event)
        codes[event] = table.setdefault(text, len(table))
    return Column(codes, list(table))
