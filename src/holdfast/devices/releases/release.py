"""A parsed release: what can be compared with what, and in which order.

Ordering is the easy part; the hard part is knowing what is comparable. So a release carries its *line* (releases of
different lines are never compared: IOS 15.2E and 15.2S, Junos and Junos Evolved, a FIPS build and a plain one) and its
*train* (the branch in which the vendor ships fixes: 17.9 of 17.9.4a).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

WIDTH = 8
"""Numbers in a key; shorter ones are filled with zeros, so that 6.6.0 equals 6.6.0.0."""

ANY_LINE = "*"
"""The line of a release or bound that can be compared with every line of its scheme."""

LETTER = 96
"""``a`` is 1 in a key."""


@dataclass(frozen=True, slots=True)
class Release:
    """One release, train or bound of a vendor's scheme."""

    text: str
    """Canonical spelling: ``17.9.4a`` for ``17.09.04a``."""
    line: str
    train: tuple[int, ...]
    key: tuple[int, ...]
    """Order within the line."""
    stem: tuple[int, ...] = ()
    """The key without the rebuild letter; equal stems are rebuilds of one release."""
    special: bool = False
    """A build for one customer or platform, from whose number nothing follows about fixes."""
    engineering: bool = False
    """An experimental build without a release number."""
    hotfix: bool = False
    """A hotfix on an older maintenance release, which may carry a fix that its number does not show."""
    branch: tuple[int, ...] = ()
    """The maintenance release a hotfix belongs to."""
    doubt: str = ""
    """Why the name alone leaves open which line it belongs to."""


def filled(*numbers: int) -> tuple[int, ...]:
    """A key of fixed width."""
    return (*numbers, *([0] * (WIDTH - len(numbers))))[:WIDTH]


def letter(text: str) -> int:
    """``a`` to 1, ``z1`` to 26*100 + 1, nothing to 0: a rebuild comes after the release it rebuilds."""
    found = re.fullmatch(r"([a-z]?)(\d*)", text.lower())
    if not found or not text:
        return 0
    head = (ord(found[1]) - LETTER) * 100 if found[1] else 0
    return head + int(found[2] or 0)


def engineering_build(text: str) -> Release:
    """A build that has no release number."""
    return Release(text.strip(), "", (), (), engineering=True)


SEGMENT = re.compile(r"\d+|[a-z]+")


def natural(text: str) -> Release | None:
    """Numbers as numbers, letters after nothing: for vendors without a scheme of their own.

    ``1.05B03`` is 1, 5, b, 3. The train is the first number.
    """
    parts = SEGMENT.findall(text.lower())
    if not any(part.isdigit() for part in parts):
        return None
    numbers = tuple(int(part[:12]) if part.isdigit() else _word(part) for part in parts)
    first = next(int(part[:12]) for part in parts if part.isdigit())
    return Release(text.strip(), "", (first,), filled(*numbers))


def _word(text: str) -> int:
    """Up to four letters as a number above zero, so that a suffix sorts after its absence."""
    value = 0
    for char in text[:4].ljust(4, "`"):
        value = value * 27 + (ord(char) - LETTER)
    return value
