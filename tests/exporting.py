"""Hand-made export datagrams and captures of them."""

import ipaddress
import struct
from collections.abc import Iterable, Sequence

EXPORTED = 1_725_321_600
"""3 September 2024, 00:00 UTC."""
UPTIME = 86_400_000
"""Milliseconds that the exporter has been up."""

Fields = Sequence[tuple[int, int] | tuple[int, int, int]]
"""Element and length; a third number is the enterprise."""


def fields_of(fields: Fields) -> bytes:
    out = b""
    for element, length, *enterprise in fields:
        out += struct.pack(">HH", element | (0x8000 if enterprise else 0), length)
        out += struct.pack(">I", enterprise[0]) if enterprise else b""
    return out


def set_of(number: int, body: bytes) -> bytes:
    body += b"\0" * (-len(body) % 4)
    return struct.pack(">HH", number, len(body) + 4) + body


def template(number: int, fields: Fields) -> bytes:
    return struct.pack(">HH", number, len(fields)) + fields_of(fields)


def v9_options(number: int, scopes: Fields, fields: Fields) -> bytes:
    head = struct.pack(">HHH", number, len(scopes) * 4, len(fields) * 4)
    return head + fields_of(scopes) + fields_of(fields)


def ipfix_options(number: int, scopes: Fields, fields: Fields) -> bytes:
    head = struct.pack(">HHH", number, len(scopes) + len(fields), len(scopes))
    return head + fields_of(scopes) + fields_of(fields)


def v9(*sets: bytes, sequence: int = 0, source: int = 7, exported: int = EXPORTED) -> bytes:
    return struct.pack(">HHIIII", 9, len(sets), UPTIME, exported, sequence, source) + b"".join(sets)


def ipfix(*sets: bytes, sequence: int = 0, domain: int = 7, exported: int = EXPORTED) -> bytes:
    body = b"".join(sets)
    return struct.pack(">HHIII", 10, 16 + len(body), exported, sequence, domain) + body


def v5(*records: bytes, sequence: int = 0, sampling: int = 0) -> bytes:
    head = struct.pack(">HHIIIIHH", 5, len(records), UPTIME, EXPORTED, 0, sequence, 3, sampling)
    return head + b"".join(records)


def v5_record(
    src: str, dst: str, sport: int, dport: int, *, first: int = UPTIME - 2000, last: int = UPTIME
) -> bytes:
    ends = ip(src) + ip(dst) + bytes(4)
    return ends + struct.pack(
        ">HHIIIIHHBBBBHHBBH", 1, 2, 9, 4100, first, last, sport, dport, 0, 0x1B, 6, 0, 65000, 65001, 24, 24, 0
    )  # fmt: skip


def ip(text: str) -> bytes:
    return ipaddress.ip_address(text).packed


def udp(payload: bytes, source: str = "192.0.2.1", port: int = 2055) -> bytes:
    """An IP packet."""
    body = struct.pack(">HHHH", 50000, port, 8 + len(payload), 0) + payload
    if ":" in source:
        return struct.pack(">IHBB", 6 << 28, len(body), 17, 64) + ip(source) + ip("2001:db8::2") + body
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(body), 1, 0, 64, 17, 0)
    return head + ip(source) + ip("192.0.2.2") + body


def ethernet(packet: bytes, *, tag: bool = False) -> bytes:
    kind = b"\x86\xdd" if packet[0] >> 4 == 6 else b"\x08\x00"
    return bytes(12) + (b"\x81\x00\x00\x05" if tag else b"") + kind + packet


def pcap(frames: Iterable[bytes], *, link: int = 1, order: str = "<", nano: bool = False) -> bytes:
    magic = 0xA1B23C4D if nano else 0xA1B2C3D4
    out = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, link)
    for frame in frames:
        out += struct.pack(order + "IIII", EXPORTED, 0, len(frame), len(frame)) + frame
    return out


def pcapng(frames: Iterable[bytes], *, order: str = "<", link: int = 1) -> bytes:
    def block(code: int, body: bytes) -> bytes:
        body += b"\0" * (-len(body) % 4)
        length = struct.pack(order + "I", len(body) + 12)
        return struct.pack(order + "I", code) + length + body + length

    out = block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))
    out += block(1, struct.pack(order + "HHI", link, 0, 65535))
    out += block(5, b"statistics..")  # a kind that nobody needs
    for frame in frames:
        out += block(6, struct.pack(order + "IIIII", 0, 0, 0, len(frame), len(frame)) + frame)
    return out
