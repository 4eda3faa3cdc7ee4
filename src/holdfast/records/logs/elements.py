"""The JSON objects of a file of any size, one at a time: of an array, of an export that wraps one, or one after another.

The bytes are followed from bracket to bracket and never held beyond the object that is being read. What stands between
two brackets has to be what JSON allows there, so damage shows where it is: a line end within a text, a text where a
number should be. Then the reader looks for the next place at which an object begins as those before it did, and says
what it lost.

Objects are nearly always set apart in the same way. So the next one is first guessed to end where what set apart the
last two comes again; if that much is JSON, it is the object, since nothing but the whole of it can be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator

UNREAD: Final = object()
"""Stands for what a value says where strict JSON cannot tell."""
LARGEST = 64 << 20
"""Bytes that one object may have."""
SMALLEST_BOUND = 64 << 10
"""Bytes below which that bound does not fall."""
MOST_WASTED = 256 << 20
"""Bytes of objects without an end, and of those that are no JSON, that are looked through again for others in them."""
STARTS = 16
"""Beginnings of earlier objects that are remembered, to know where to go on after damage."""
_TEXT = rb'"(?:[^"\\\x00-\x1f]++|\\.)*+"'
_BETWEEN = re.compile(rb"(?:[\s\d:,.+\-eEtrufalsNIinyX]++|" + _TEXT + rb")*+", re.DOTALL)
"""Whatever may stand between brackets: blanks, numbers, names of values, texts."""
_SCALAR = re.compile(_TEXT + rb"|[\d.+\-eEtrufalsNIinyX]++", re.DOTALL)
_OPEN_TEXT = re.compile(rb'"(?:[^"\\\x00-\x1f]++|\\.)*+\\?\Z', re.DOTALL)
_APART = re.compile(rb"[\s,\[\]]*+")
"""What separates objects."""
_INSIDE = re.compile(rb"[\s,]*+")
"""What separates them within a wrapper."""
_FIRST_KEY = re.compile(rb"\{\s*+" + _TEXT)
_WRAPPER = re.compile(rb'"(?:Records|value|events|results|Results|entries|logEvents)"\s*+:\s*+\Z')
"""Keys of an array of events in an export: CloudTrail, Microsoft Graph, CloudWatch, Splunk, Defender, Google Cloud."""
_HITS = re.compile(rb'"hits"\s*+:\s*+\Z')
"""The key of Elasticsearch, which stands in an object below the same key."""
_LONGEST_KEY = 64
_OPENING, _CLOSING, _QUOTE = frozenset(b"{["), frozenset(b"}]"), ord('"')


@dataclass(frozen=True, slots=True)
class Element:
    """One object, or what is lost in its place."""

    raw: bytes
    """The value as it stands in the input, nearly always an object; empty where it is lost."""
    event: Any = UNREAD
    """What it says."""
    lost: str = ""
    """Why it is lost."""


class Elements:
    """Takes objects out of pieces of a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._held = b""
        self._place = 0
        """Before which everything has been dealt with."""
        self._between = b""
        """What stood before the last object."""
        self._joint = b""
        """The end of an object, what sets the next apart, and how that begins; empty where no guess is made."""
        self._starts: dict[bytes, None] = {}
        """Opening brackets of earlier objects, each with its first key."""
        self._wrapped = 0
        """How many brackets around the array are open, where an export wraps it."""
        self._largest = LARGEST
        """Bytes that one object may have; fewer after each that had no end."""
        self._wasted = 0
        """Bytes that were gone through in vain."""
        self._wraps = True
        """Whether the next object may be such an export: so far there was nothing else."""

    def __iter__(self) -> Iterator[Element]:
        """Every object in its order."""
        while self._next():
            first = self._held[self._place]
            if self._wrapped and first in _CLOSING:
                self._leave()
                continue
            guessed = self._guess()
            if guessed is not None:
                yield guessed
                continue
            try:
                end = self._end_of_value()
            except _DamageError as damage:
                yield Element(b"", lost=str(damage))
                if damage.endless and not self._may_go_on():
                    yield Element(b"", lost="follows too many objects without an end, as does the rest")
                    return
                self._find_next()
                continue
            if end is None:  # a wrapper begins, whose elements come next
                continue
            raw = self._held[self._place : self._place + end]
            self._remember(raw)
            self._place += end
            self._wraps = self._wraps and bool(self._wrapped)
            yield Element(raw, _read(raw))

    def _may_go_on(self) -> bool:
        """After an object without an end: whether others are looked for, of which each may then be smaller."""
        passed = len(self._held) - self._place
        self._largest = max(SMALLEST_BOUND, min(self._largest, passed) // 2)
        self._wasted += passed
        return self._wasted <= MOST_WASTED

    def refuse(self, element: Element) -> None:
        """The element just given is no JSON after all: go on within it, where another begins in it."""
        self._wasted += len(element.raw)
        if self._wasted > MOST_WASTED:
            return
        start = self._place - len(element.raw)
        found = self._beginning(start).search(self._held, start + 1, self._place)
        if found is not None:
            self._place = found.end()

    # Steps -----------------------------------------------------------------------------------------------------------

    def _next(self) -> bool:
        """Go to the next object; false at the end."""
        between = _INSIDE if self._wrapped else _APART
        while True:
            start = self._place
            self._place = _end(between, self._held, start)
            if self._held.find(b"[", start, self._place) >= 0:
                self._wraps = False
            self._between = self._held[start : self._place]
            if self._place < len(self._held):
                return True
            if not self._more():
                return False

    def _guess(self) -> Element | None:
        """The object at the place, if it ends where it seems to."""
        end = self._held.find(self._joint, self._place + 1) if self._joint else -1
        if end < 0:
            self._joint = b""
            return None
        raw = self._held[self._place : end + 1]
        event = _read(raw)
        if event is UNREAD:
            self._joint = b""
            return None
        self._place = end + 1
        return Element(raw, event)

    def _more(self) -> bool:
        """Read on, as much again as is held; false at the end of the file."""
        parts = [self._held[self._place :]]
        wanted, read = max(1, len(parts[0])), 0
        while read < wanted and (piece := next(self._pieces, b"")):
            parts.append(piece)
            read += len(piece)
        self._held = b"".join(parts)
        self._place = 0
        return read > 0

    def _end_of_value(self) -> int | None:
        """Length of the value at the place; ``None`` when it wraps objects, of which the first is then the place."""
        if self._held[self._place] not in _OPENING:
            return self._end_of_scalar()
        depth, length = 0, 0
        while True:
            depth, length = self._to_bracket(depth, length)
            place = self._place + length - 1
            if depth == 0:
                return length
            if (
                self._held[place] == ord("[")
                and self._wraps
                and not self._wrapped
                and self._opens(length, depth)
            ):
                self._wrapped = depth - 1
                return None

    def _end_of_scalar(self) -> int:
        while True:
            length = _end(_SCALAR, self._held, self._place) - self._place
            if 0 < length < len(self._held) - self._place:
                return length
            if not length and not _OPEN_TEXT.match(self._held, self._place):
                raise _DamageError("begins like no JSON")
            self._bound()
            if not self._more():
                return len(self._held)

    def _bound(self) -> None:
        if len(self._held) - self._place > self._largest:
            raise _DamageError(f"is longer than {self._largest:,} bytes", endless=True)

    def _to_bracket(self, depth: int, length: int) -> tuple[int, int]:
        """Depth after the next bracket of the object at the place, and the length up to it."""
        while True:
            place = _end(_BETWEEN, self._held, self._place + length)
            length = place - self._place
            if place < len(self._held):
                char = self._held[place]
                if char in _OPENING:
                    return depth + 1, length + 1
                if char in _CLOSING:
                    return depth - 1, length + 1
                if char != _QUOTE or not _OPEN_TEXT.match(self._held, place):
                    raise _DamageError(f"breaks off after {length:,} bytes")
            self._bound()
            if not self._more():
                raise _DamageError("is cut at the end of the file", endless=True)

    def _opens(self, length: int, depth: int) -> bool:
        """Whether the bracket just passed opens the array of an export; the place is then behind it."""
        bracket = self._place + length - 1
        before = self._held[max(self._place, bracket - _LONGEST_KEY) : bracket]
        if depth == 2:
            known = _WRAPPER.search(before)
        else:
            outer = self._held[self._place : bracket]
            known = _HITS.search(before) if depth == 3 and outer.count(b'"hits"') == 2 else None
        if known is None:
            return False
        while True:
            after = _end(_INSIDE, self._held, self._place + length)
            if after < len(self._held):
                if self._held[after] != ord("{"):
                    return False
                self._place = after
                return True
            if not self._more():
                return False

    def _leave(self) -> None:
        """Pass over what stands behind the array of an export."""
        depth, length = self._wrapped + 1, 0
        self._wrapped = 0
        try:
            while depth:
                depth, length = self._to_bracket(depth, length)
        except _DamageError:
            self._place = len(self._held)
            return
        self._place += length

    # After damage ----------------------------------------------------------------------------------------------------

    def _remember(self, raw: bytes) -> None:
        start = _FIRST_KEY.match(raw)
        if start is not None and start.group() not in self._starts:
            if len(self._starts) >= STARTS:
                del self._starts[next(iter(self._starts))]
            self._starts[start.group()] = None
        if start is not None and self._between:
            own_line = b"\n" in self._between
            self._joint = b"}" + self._between + (b"{" if own_line else start.group())

    def _beginning(self, damaged: int) -> re.Pattern[bytes]:
        """Where an object may begin: after another, in a way that one began before, or the damaged one does."""
        own = _FIRST_KEY.match(self._held, damaged)
        starts = {*self._starts, own.group()} if own else set(self._starts)
        known = b"|".join(map(re.escape, sorted(starts))) or rb"\{"
        return re.compile(rb"[}\]\n]\s*+,?\s*+(?=" + known + rb")")

    def _find_next(self) -> None:
        """Go to where the next object begins, or to the end."""
        beginning = self._beginning(self._place)
        self._place += 1
        while True:
            found = beginning.search(self._held, self._place)
            if found is not None:
                self._place = found.end()
                return
            self._place = max(self._place, len(self._held) - _LONGEST_KEY * 16)
            if not self._more():
                self._place = len(self._held)
                return


def _read(raw: bytes) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return UNREAD


def wraps(head: bytes) -> bool:
    """Whether a file that begins so is an export with its events in an array of one object."""
    found = Elements(iter([head]))
    try:
        return found._next() and found._end_of_value() is None  # noqa: SLF001 - its own module
    except _DamageError:
        return False


def _end(pattern: re.Pattern[bytes], content: bytes, place: int) -> int:
    """Where the pattern ends that begins at the place; the place itself where it does not begin there."""
    found = pattern.match(content, place)
    return found.end() if found else place


class _DamageError(Exception):
    """What stands there is no object."""

    def __init__(self, says: str, *, endless: bool = False) -> None:
        super().__init__(says)
        self.endless = endless
        """Whether its end was looked for in vain."""
