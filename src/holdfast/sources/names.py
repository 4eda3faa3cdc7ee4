"""Names as lists print them, to names as people say them.

OFAC prints persons as ``FAMILY, Given`` with suffixes behind a further comma; companies keep their commas.
"""

from __future__ import annotations

from holdfast.model.party import Name, NameKind, Strength

_SUFFIXES = {"jr", "sr", "ii", "iii", "iv"}


def person_name(
    printed: str, kind: NameKind = NameKind.PRIMARY, strength: Strength = Strength.STRONG
) -> Name:
    """``KNOWLES, JR., Samuel`` to ``Samuel KNOWLES JR.``; a name without a comma stays as it is."""
    first, *rest = [part.strip() for part in printed.split(",")]
    if not any(rest) or not first:
        return Name(printed, kind, strength)
    suffixes = [part for part in rest if part.strip(".").lower() in _SUFFIXES]
    given = " ".join(part for part in rest if part and part not in suffixes)
    text = " ".join(part for part in (given, first, *suffixes) if part)
    return Name(text, kind, strength, printed, first, given)


def plain_name(printed: str, kind: NameKind = NameKind.PRIMARY, strength: Strength = Strength.STRONG) -> Name:
    """A company, ship or aircraft: as printed."""
    return Name(printed, kind, strength)
