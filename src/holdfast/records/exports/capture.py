"""UDP datagrams in captures: pcap (microseconds and nanoseconds, both byte orders) and pcapng.

https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-05.html, …-pcapng-03.html. Link types: Ethernet with VLAN tags,
raw IP, BSD loopback, Linux cooked.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from holdfast.inputs.stream import chunks
from holdfast.text.addresses import show_address

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator
    from typing import IO

PCAP = {
    b"\xa1\xb2\xc3\xd4": ">",
    b"\xd4\xc3\xb2\xa1": "<",
    b"\xa1\xb2\x3c\x4d": ">",
    b"\x4d\x3c\xb2\xa1": "<",
}
"""Magic numbers, and the byte order that they mean."""
PCAPNG = b"\x0a\x0d\x0d\x0a"
LARGEST = 16 << 20
"""Bytes that one packet or block may have; a larger one is a broken length."""
_ETHERNET, _NULL, _LOOP, _COOKED, _COOKED2 = 1, 0, 108, 113, 276
_RAW = frozenset({12, 14, 101, 228, 229})
_TAGS = frozenset({0x8100, 0x88A8, 0x9100})
_IP4, _IP6 = 0x0800, 0x86DD
_UDP = 17
_EXTENSIONS = frozenset({0, 43, 60})
"""IPv6 headers that may stand before UDP and say how long they are."""


class Packet(NamedTuple):
    """One frame of a capture."""

    number: int
    link: int
    data: bytes


class Udp(NamedTuple):
    """One datagram, without its headers."""

    source: str
    port: int
    """Destination's."""
    payload: bytes
    whole: bool
    """Whether the capture holds all of it."""


class CutError(ValueError):
    """The capture ends, or makes no sense, at some byte; what came before was read."""


class Feed:
    """Bytes of a stream in pieces of a wanted length."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._chunks = chunks(stream, name)
        self._held = b""
        self._begin = 0
        self._passed = 0

    @property
    def position(self) -> int:
        """Bytes that were taken."""
        return self._passed + self._begin

    def take(self, length: int) -> bytes:
        """So many bytes, fewer only at the end."""
        taken = self.peek(length)
        self._begin += len(taken)
        return taken

    def peek(self, length: int) -> bytes:
        """As :meth:`take`, and they stay."""
        end = self._begin + length
        if end > len(self._held):
            self._fetch(length)
            end = self._begin + length
        return self._held[self._begin : end]

    def _fetch(self, length: int) -> None:
        """Hold so many bytes, if there are as many, from what is not taken yet."""
        pieces = [self._held[self._begin :]]
        held = len(pieces[0])
        while held < length and (chunk := next(self._chunks, b"")):
            pieces.append(chunk)
            held += len(chunk)
        self._passed += self._begin
        self._held, self._begin = b"".join(pieces), 0


def read_packets(feed: Feed) -> Iterator[Packet]:
    """Frames of a capture; raises :class:`CutError` where it breaks off."""
    magic = feed.take(4)
    if magic == PCAPNG:
        yield from _read_pcapng(feed)
        return
    order = PCAP[magic]
    head = feed.take(20)
    if len(head) < 20:
        raise CutError("the header of the capture is cut off")
    link = struct.unpack_from(order + "I", head, 16)[0] & 0xFFFF
    number = 0
    while head := feed.take(16):
        length = struct.unpack_from(order + "I", head, 8)[0] if len(head) == 16 else LARGEST + 1
        if length > LARGEST:
            raise CutError(f"breaks off after packet {number}")
        data = feed.take(length)
        number += 1
        yield Packet(number, link, data)
        if len(data) < length:
            raise CutError(f"breaks off in packet {number}")


@dataclass(slots=True)
class _Section:
    order: str
    links: list[int]


def _read_pcapng(feed: Feed) -> Iterator[Packet]:
    section = _Section("<", [])
    number = 0
    kind = PCAPNG
    while kind:
        length_field = feed.take(4)
        if len(kind) < 4 or len(length_field) < 4:
            raise CutError(f"breaks off after packet {number}")
        if kind == PCAPNG:
            mark = feed.take(4)
            section = _Section("<" if mark == b"\x4d\x3c\x2b\x1a" else ">", [])
            rest = _take_block(feed, struct.unpack(section.order + "I", length_field)[0] - 4, number)
        else:
            rest = _take_block(feed, struct.unpack(section.order + "I", length_field)[0], number)
            code = struct.unpack(section.order + "I", kind)[0]
            if code == 1 and len(rest) >= 2:
                section.links.append(struct.unpack_from(section.order + "H", rest)[0])
            elif code in {2, 3, 6}:
                number += 1
                if (packet := _packet(section, code, rest, number)) is not None:
                    yield packet
        kind = feed.take(4)


def _take_block(feed: Feed, length: int, number: int) -> bytes:
    """The rest of a block, without its first two fields and its repeated length."""
    if not 12 <= length <= LARGEST or length % 4:
        raise CutError(f"a block after packet {number} has the length {length}")
    body = feed.take(length - 8)
    if len(body) < length - 8:
        raise CutError(f"breaks off after packet {number}")
    return body[:-4]


def _packet(section: _Section, code: int, rest: bytes, number: int) -> Packet | None:
    """The frame of an enhanced (6), simple (3) or obsolete (2) packet block."""
    start = 4 if code == 3 else 20
    if len(rest) < start:
        return None
    form, place = ("H", 0) if code == 2 else ("I", 0)
    interface = 0 if code == 3 else struct.unpack_from(section.order + form, rest, place)[0]
    length = len(rest) if code == 3 else struct.unpack_from(section.order + "I", rest, 12)[0]
    if interface >= len(section.links):
        return None
    return Packet(number, section.links[interface], rest[start : start + length])


def read_udp(packet: Packet, counts: Counter[str]) -> Udp | None:
    """The datagram in a frame; nothing for all else, of which fragments and TCP are counted."""
    found = _ip(packet.link, packet.data)
    if found is None:
        return None
    kind, data = found
    try:
        source, protocol, body, fragment = _read_ip4(data) if kind == _IP4 else _read_ip6(data)
        if fragment:
            counts["fragments"] += 1
            return None
        if protocol != _UDP:
            counts["not_udp"] += 1
            return None
        _, port, length = struct.unpack_from(">HHH", body)
    except (struct.error, IndexError):
        counts["unreadable_packets"] += 1
        return None
    payload = body[8 : max(length, 8)] if length else body[8:]
    return Udp(source, port, payload, whole=not length or len(payload) == length - 8)


def _ip(link: int, data: bytes) -> tuple[int, bytes] | None:
    """Ethernet type and packet of a frame."""
    if link in _RAW:
        return (_IP6 if data[:1] and data[0] >> 4 == 6 else _IP4), data
    if link in {_NULL, _LOOP}:
        return (_IP4 if b"\x02" in data[:4] else _IP6), data[4:]
    start = {_ETHERNET: 12, _COOKED: 14, _COOKED2: 0}.get(link)
    if start is None or len(data) < start + 2:
        return None
    kind = struct.unpack_from(">H", data, start)[0]
    start += 20 if link == _COOKED2 else 2
    while kind in _TAGS and len(data) >= start + 4:
        kind = struct.unpack_from(">H", data, start + 2)[0]
        start += 4
    return (kind, data[start:]) if kind in {_IP4, _IP6} else None


def _read_ip4(data: bytes) -> tuple[str, int, bytes, bool]:
    size = (data[0] & 15) * 4
    if data[0] >> 4 != 4 or size < 20 or len(data) < size:
        raise struct.error("no IPv4 header")
    total, _, fragment = struct.unpack_from(">HHH", data, 2)
    body = data[size:total] if total else data[size:]  # zero where the sender's card cuts segments itself
    return show_address(data[12:16]), data[9], body, bool(fragment & 0x3FFF)


def _read_ip6(data: bytes) -> tuple[str, int, bytes, bool]:
    if data[0] >> 4 != 6 or len(data) < 40:
        raise struct.error("no IPv6 header")
    source, protocol, position = show_address(data[8:24]), data[6], 40
    for _ in range(8):
        if protocol not in _EXTENSIONS:
            break
        protocol, position = data[position], position + 8 + data[position + 1] * 8
    return source, protocol, data[position:], protocol == 44
