"""Searches that name no field, over the whole event.

Few events hold any keyword of any rule. So the raw input is first scanned, many events at a time, for the *core* of
each keyword, a part of it that no encoding of the event would write otherwise; only events with a core are made into
text and asked for the whole keywords.

Which part is taken decides how fast the scan is: Hyperscan looks for the last characters of all cores at once, and
looks closer wherever it finds some. So a core ends in a character that is rare in logs: ``mimidrv.`` is found twice as
fast as ``mimidrv.sys``.
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

    from holdfast.hunt.pattern import Pattern
    from holdfast.hunt.rule import Atom
    from holdfast.model.event import Events

SHORTEST = 3
"""Characters that a core must have to be worth looking for."""
CUT, LONGEST = 8, 12
"""Characters of a core that is cut out of a longer piece of a keyword, at least and at most."""
_COMMON = "aesc0todbi\\wrn2: m3lguy1v\n4\r.xqf-p6+57|h89kj\tz{}=\"();,$_]['/%@?#>*<!`&"
"""Characters in the order of how often they stand in 200 MB of messages of Windows event logs."""
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

    pieces = []
    for atom in atoms:
        if atom.operation != "text":
            return Cores(complete=False)
        for pattern in atom.arguments:
            piece = _longest_piece(pattern)
            if len(piece) < SHORTEST:
                return Cores(complete=False)
            pieces.append(piece)
    if not pieces:
        return Cores(complete=True)
    found = sorted(set(map(cut, pieces)))
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    expressions = [quote(core).encode() for core in found]
    count = len(expressions)
    database.compile(
        expressions=expressions, ids=[0] * count, elements=count, flags=[hyperscan.HS_FLAG_CASELESS] * count
    )
    return Cores(True, database)


def _longest_piece(pattern: Pattern) -> str:
    """Of the characters that no encoder escapes the longest run in a keyword, in lower case."""
    texts = [token.lower() for token in pattern.tokens if isinstance(token, str)]
    return max((piece for text in texts for piece in _PLAIN.findall(text)), key=len, default="")


def cut(piece: str) -> str:
    """The part of a piece that ends in the rarest character, and of several such the longest."""
    if len(piece) <= CUT:
        return piece
    parts = (
        piece[max(0, end - length) : end]
        for end in range(CUT, len(piece) + 1)
        for length in range(CUT, LONGEST + 1)
    )
    return max(parts, key=lambda part: (_rarity(part[-1]), len(part)))


def _rarity(char: str) -> int:
    place = _COMMON.find(char)
    return place if place >= 0 else len(_COMMON)


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
