"""One export datagram: its header, and its sets. NetFlow v5 (as Cisco documents it), v9 (RFC 3954), IPFIX (RFC 7011)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from holdfast.records.exports.template import V5, BrokenSetError

if TYPE_CHECKING:
    from collections.abc import Iterator

V5_HEADER, V9_HEADER, IPFIX_HEADER = 24, 20, 16
TEMPLATES = {9: 0, 10: 2}
"""Id of a set of templates, by version."""
OPTIONS = {9: 1, 10: 3}
"""Id of a set of options templates."""
_V5_HEAD, _V9_HEAD, _IPFIX_HEAD = struct.Struct(">HIIIIHH"), struct.Struct(">HIIII"), struct.Struct(">HIII")
"""Headers behind the version."""
_YEAR_2000, _YEAR_2100 = 946_684_800, 4_102_444_800


class Header(NamedTuple):
    """What a datagram says of itself."""

    version: int
    exported: float
    """Seconds since 1970 UTC."""
    uptime: float
    """Seconds since the exporter started; negative where the version does not say."""
    sequence: int
    domain: int
    """Observation domain, source id, or engine."""
    announced: int
    """Flows (v5) or records (v9)."""
    rate: int = 1
    """One in how many packets is sampled, where the header says (v5)."""


class Datagram(NamedTuple):
    """Bytes of one datagram, and where they came from."""

    number: int
    """Of the packet in the capture, or of the datagram in a raw file, from 1."""
    exporter: str
    """Address of the sender; empty in a raw file, which does not say."""
    payload: bytes


def plausible(head: bytes) -> bool:
    """Whether bytes can be the beginning of an export: version, and a time (v5) or a first set that fits."""
    if len(head) < IPFIX_HEADER:
        return False
    version = struct.unpack_from(">H", head)[0]
    if version == 5 and len(head) >= V5_HEADER:
        count, _, seconds = struct.unpack_from(">HII", head, 2)
        return bool(1 <= count <= 1000 and _YEAR_2000 <= seconds <= _YEAR_2100)
    if version == 9:
        return _is_set(head, V9_HEADER, version)  # the clock of a router may never have been set
    if version == 10:
        length = struct.unpack_from(">H", head, 2)[0]
        return bool(
            length == IPFIX_HEADER or (length > IPFIX_HEADER + 4 and _is_set(head, IPFIX_HEADER, version))
        )
    return False


def _is_set(head: bytes, place: int, version: int) -> bool:
    if len(head) < place + 4:
        return False
    number, length = struct.unpack_from(">HH", head, place)
    return length >= 4 and (number >= 256 or number in (TEMPLATES[version], OPTIONS[version]))


def read_header(payload: bytes) -> Header:
    """The header; :class:`BrokenSetError` when it is cut off or of no known version."""
    version = struct.unpack_from(">H", payload)[0] if len(payload) >= 2 else 0
    try:
        if version == 5:
            count, uptime, seconds, nanos, sequence, engine, sampling = _V5_HEAD.unpack_from(payload, 2)
            rate = sampling & 0x3FFF or 1
            return Header(5, seconds + nanos / 1e9, uptime / 1000, sequence, engine, count, rate)
        if version == 9:
            count, uptime, seconds, sequence, source = _V9_HEAD.unpack_from(payload, 2)
            return Header(9, float(seconds), uptime / 1000, sequence, source, count)
        if version == 10:
            _, seconds, sequence, domain = _IPFIX_HEAD.unpack_from(payload, 2)
            return Header(10, float(seconds), -1.0, sequence, domain, 0)
    except struct.error as error:
        raise BrokenSetError("the header is cut off") from error
    raise BrokenSetError(f"version {version} is no export that Holdfast reads")


def read_sets(payload: bytes, version: int) -> Iterator[tuple[int, bytes]]:
    """Pairs of id and content; raises :class:`BrokenSetError` at a set that does not fit, after those before it."""
    if version == 5:
        count = struct.unpack_from(">H", payload, 2)[0]
        whole = payload[V5_HEADER : V5_HEADER + count * V5.width]
        yield V5.id, whole
        if len(whole) < count * V5.width:
            raise BrokenSetError(f"announces {count} flows and holds {len(whole) // V5.width}")
        return
    position = V9_HEADER if version == 9 else IPFIX_HEADER
    end = len(payload)
    if version == 10:
        end = struct.unpack_from(">H", payload, 2)[0]
    while min(end, len(payload)) - position >= 4:
        number, length = struct.unpack_from(">HH", payload, position)
        if length < 4:
            if any(payload[position:]):
                raise BrokenSetError(f"a set has the length {length}")
            return  # a datagram that was filled up with zeros
        if position + length > len(payload):
            raise BrokenSetError(f"set {number} is cut off")
        yield number, payload[position + 4 : position + length]
        position += length
    if end > len(payload):
        raise BrokenSetError(f"announces {end} bytes and holds {len(payload)}")


def length_of(data: bytes | bytearray, *, final: bool) -> int:
    """Length of the datagram that starts a raw stream; 0 when more bytes are needed to tell.

    Only v9 does not announce it: its datagram ends where no set follows. ``final`` says that nothing more will come.
    """
    version, number = struct.unpack_from(">HH", data)
    if version == 10:
        return int(number)
    if version == 5:
        return V5_HEADER + int(number) * V5.width
    position = V9_HEADER
    while len(data) - position >= 4:
        number, length = struct.unpack_from(">HH", data, position)
        if length < 4 or not (number in {TEMPLATES[9], OPTIONS[9]} or number >= 256):
            return position
        position += length
    if final:
        return min(position, len(data)) if len(data) - position <= 0 else len(data)
    return 0
