"""A name that was read: its words by what they do, without what does not belong to it."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from holdfast.text.lexicon import Kind

MOST_WORDS = 24
"""Words of a name that are compared."""
CUT_AT = range(34, 36)
"""Characters of a line of a FIN message, less a blank that ended it."""


class Family(IntEnum):
    """How a name is read."""

    PERSON = 0
    ORGANISATION = 1
    VESSEL = 2


def family_of(schema: str) -> Family | None:
    """The reading for a FollowTheMoney schema; ``None`` when it is empty or says neither person, body nor ship."""
    if schema == "Person":
        return Family.PERSON
    if schema in {"Vessel", "Airplane", "Vehicle"}:
        return Family.VESSEL
    if schema in {"Company", "Organization", "PublicBody"}:
        return Family.ORGANISATION
    return None


class Token(NamedTuple):
    """A word of a name and what it does there."""

    text: str
    kind: Kind
    concept: str
    native: str
    script: str


class ParsedName(NamedTuple):
    """A name ready to be compared."""

    family: Family
    tokens: tuple[Token, ...]
    """In the order in which they stand, without legal forms and ship prefixes."""
    forms: tuple[str, ...]
    """Codes of its legal forms."""
    shown: str
    """What of the name as typed was read."""
    cut: bool = False
    """Whether it may end where the line of a message did."""
    doubted: str = ""
    """The word that was read as a misspelt legal form; such a reading stands only beside a name that has that form."""
