"""Templates: which fields a data record has, and how the few that we want are cut out of it.

RFC 3954 (NetFlow v9) and RFC 7011 (IPFIX). A template with a field of variable length is read record by record into
rows of fixed width; any other is left as it is, and a whole set becomes a matrix of bytes.
"""

from __future__ import annotations

import struct
import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIABLE = 0xFFFF
"""Length that says: each record gives its own."""
_WIDTH = 16
"""Bytes of one field in a row made from a record of variable length; no field that we want is longer."""

Element = tuple[int, int]
"""Enterprise (0 for IANA's own) and number."""


class BrokenSetError(ValueError):
    """What a set says about itself cannot be."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record."""

    element: Element
    length: int


@dataclass(frozen=True)
class Template:
    """The fields of one kind of record, in order."""

    id: int
    fields: tuple[Field, ...]
    options: bool = False
    """Whether its records describe the exporter (sampling, clocks) and not a flow."""

    @cached_property
    def shortest(self) -> int:
        """Bytes of the shortest possible record; at least one, since empty records would never end."""
        return sum(1 if field.length == VARIABLE else field.length for field in self.fields)

    @cached_property
    def varies(self) -> bool:
        """Whether records have a length of their own."""
        return any(field.length == VARIABLE for field in self.fields)

    @cached_property
    def places(self) -> dict[Element, tuple[int, int]]:
        """Offset and length of each wanted field in a row of :meth:`rows`; of one that comes twice, the first."""
        places: dict[Element, tuple[int, int]] = {}
        offset = 0
        if self.varies:
            for field in self._wanted:
                places[field.element] = (offset, _WIDTH)
                offset += _WIDTH
            return places
        for field in self.fields:
            if field.element in wanted_elements() and 0 < field.length <= _WIDTH:
                places.setdefault(field.element, (offset, field.length))
            offset += field.length
        return places

    @cached_property
    def addressed(self) -> bool:
        """Whether its records name both ends: others tell of radio clients or of queues, not of flows."""
        sides = {column["name"]: column["elements"] for column in element_table()["column"]}
        return all(any(element in self.places for element in sides[side]) for side in ("src", "dst"))

    @cached_property
    def tells_rate(self) -> bool:
        """Whether its records say how packets are sampled."""
        return any((0, number) in self.places for number in RATE)

    @cached_property
    def width(self) -> int:
        """Bytes of a row of :meth:`rows`."""
        return len(self._wanted) * _WIDTH if self.varies else self.shortest

    @cached_property
    def _wanted(self) -> tuple[Field, ...]:
        found: dict[Element, Field] = {}
        for field in self.fields:
            if field.element in wanted_elements():
                found.setdefault(field.element, field)
        return tuple(found.values())

    def rows(self, body: bytes) -> tuple[bytes, int]:
        """Rows of equal width, end to end, and how many; what is left at the end is padding.

        Raises :class:`BrokenSetError` when a record runs past the end of its set.
        """
        if not self.shortest:
            raise BrokenSetError(f"template {self.id} describes records without a byte")
        if not self.varies:
            count = len(body) // self.shortest
            return body[: count * self.shortest], count
        rows = list(self._cut(body))
        return b"".join(rows), len(rows)

    def _cut(self, body: bytes) -> Iterator[bytes]:
        position = 0
        while len(body) - position >= self.shortest:
            cells: dict[Element, bytes] = {}
            for field in self.fields:
                length = field.length
                if length == VARIABLE:
                    length, position = _read_length(body, position)
                if position + length > len(body):
                    raise BrokenSetError(f"a record of template {self.id} runs past the end of its set")
                if field.element in wanted_elements():
                    cells.setdefault(field.element, body[position : position + length])
                position += length
            yield b"".join(cells[field.element][-_WIDTH:].rjust(_WIDTH, b"\0") for field in self._wanted)


def _read_length(body: bytes, position: int) -> tuple[int, int]:
    """Length in front of a field of variable length, and where the field starts (RFC 7011, 7)."""
    if position < len(body):
        length = body[position]
        if length < 255:
            return length, position + 1
        if position + 3 <= len(body):
            return int(struct.unpack_from(">H", body, position + 1)[0]), position + 3
    raise BrokenSetError("a length runs past the end of the set")


def read_templates(body: bytes, version: int, *, options: bool) -> Iterator[Template]:
    """Templates of one set; one without fields takes back the id (IPFIX). Raises :class:`BrokenSetError`."""
    position = 0
    while len(body) - position >= 4:
        number, count = struct.unpack_from(">HH", body, position)
        if number < 256 and not (version == 10 and number in {2, 3} and not count):
            if not any(body[position:]):
                return  # padding
            raise BrokenSetError(f"a template has the reserved id {number}")
        position += 4
        if options:
            if version == 10 and not count:
                yield Template(number, (), options)
                continue
            if len(body) - position < 2:
                raise BrokenSetError(f"template {number} is cut off")
            more = struct.unpack_from(">H", body, position)[0]
            position += 2
            # v9 gives bytes of scopes and of options, IPFIX the number of all fields and of scopes.
            count = (count + more) // 4 if version == 9 else count
        found, position = _read_fields(body, position, count, version)
        if len(found) < count:
            raise BrokenSetError(f"template {number} is cut off")
        yield Template(number, tuple(found), options)


def _read_fields(body: bytes, position: int, count: int, version: int) -> tuple[list[Field], int]:
    found: list[Field] = []
    for _ in range(count):
        if len(body) - position < 4:
            break
        element, length = struct.unpack_from(">HH", body, position)
        position += 4
        enterprise = 0
        if version == 10 and element & 0x8000:
            if len(body) - position < 4:
                break
            element &= 0x7FFF
            enterprise = struct.unpack_from(">I", body, position)[0]
            position += 4
        found.append(Field((enterprise, element), length))
    return found, position


@cache
def element_table() -> dict[str, Any]:
    """``data/export_elements.toml``, with elements as pairs."""
    text = files("holdfast.records").joinpath("data/export_elements.toml").read_text("utf-8")
    table = tomllib.loads(text)
    for column in table["column"]:
        column["elements"] = [_element(name) for name in column["elements"]]
    for side in ("start", "end"):
        table[side] = [(_element(item["element"]), item["form"]) for item in table[side]]
    return table


@cache
def wanted_elements() -> frozenset[Element]:
    """All that any column, time or sampling rate is read from."""
    table = element_table()
    wanted = {element for column in table["column"] for element in column["elements"]}
    wanted |= {element for side in ("start", "end") for element, _ in table[side]}
    return frozenset(wanted | {(0, number) for number in (*RATE, BOOTED, *LASTED)})


RATE = (34, 50, 305, 306, 309, 310)
"""Elements that say how packets are sampled: one in n; an interval and a space; a size and a population."""
BOOTED = 160
"""systemInitTimeMilliseconds: when the exporter started."""
LASTED = (161, 162)
"""flowDurationMilliseconds and flowDurationMicroseconds."""


def _element(name: str) -> Element:
    enterprise, _, number = name.rpartition(":")
    return int(enterprise or 0), int(number)


_V5 = (
    (8, 4), (12, 4), (15, 4), (10, 2), (14, 2), (2, 4), (1, 4), (22, 4), (21, 4), (7, 2), (11, 2), (210, 1), (6, 1),
    (4, 1), (5, 1), (16, 2), (17, 2), (9, 1), (13, 1), (210, 2),
)  # fmt: skip
V5 = Template(5, tuple(Field((0, element), length) for element, length in _V5))
"""The one kind of record of NetFlow v5."""
