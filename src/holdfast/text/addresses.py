"""IP addresses and networks between text and numbers, one at a time or a column at a time."""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterable

_MAPPED = bytes(10) + b"\xff\xff"
"""First twelve bytes of an IPv4 address mapped into IPv6 (RFC 4291, 2.5.5.2)."""


def pack(text: str) -> bytes | None:
    """Four or sixteen bytes of an address, or nothing when the text is none; a zone (``%eth0``) is left out.

    >>> pack("192.0.2.1").hex()
    'c0000201'
    """
    bare = text.strip().partition("%")[0]
    try:
        if ":" not in bare:
            # inet_pton wants four plain decimals: no octal, no short forms that tools read differently.
            return socket.inet_pton(socket.AF_INET, bare)
        packed = socket.inet_pton(socket.AF_INET6, bare)
    except (OSError, ValueError):
        return None
    return packed[12:] if packed.startswith(_MAPPED) else packed


def show_address(packed: bytes) -> str:
    """Canonical text of four or sixteen bytes."""
    if len(packed) == 4:
        return socket.inet_ntop(socket.AF_INET, packed)
    return str(ipaddress.IPv6Address(packed))


def network(text: str) -> tuple[int, int, int] | None:
    """Version, first and last address of ``a.b.c.d/n`` or a single address, as numbers; nothing when it is neither.

    Bits below the mask are ignored, as every published list has some set.
    """
    address, slash, length = text.strip().partition("/")
    packed = pack(address)
    if packed is None:
        return None
    bits = len(packed) * 8
    prefix = bits
    if slash:
        if not (length.isascii() and length.isdigit()) or int(length) > bits:
            return None
        prefix = int(length)
    span = (1 << (bits - prefix)) - 1
    number = int.from_bytes(packed, "big")
    first = number & ~span
    return (4 if bits == 32 else 6), first, first | span


def parse_addresses(column: pa.Array | pa.ChunkedArray) -> tuple[pa.Array, pa.Array]:
    """IPv4 numbers and IPv6 bytes of a column; both are null where it holds no address.

    The column may be text, of which each distinct value is parsed once, IPv4 numbers, or sixteen bytes.
    """
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if pa.types.is_integer(column.type):
        return pc.cast(column, pa.uint32()), _no_addresses(len(column))
    if pa.types.is_fixed_size_binary(column.type) and column.type.byte_width == 16:
        return _unmapped(column)
    coded = column if pa.types.is_dictionary(column.type) else pc.dictionary_encode(column)
    four, six = _pack_all(coded.dictionary.to_pylist())
    return four.take(coded.indices), six.take(coded.indices)


def _no_addresses(rows: int) -> pa.Array:
    """So many nulls, of which a copy is kept: sixteen bytes a row are not written again for each batch."""
    if rows > len(_EMPTY[0]):
        _EMPTY[0] = pa.nulls(rows, pa.binary(16))
    return _EMPTY[0].slice(0, rows)


_EMPTY = [pa.nulls(0, pa.binary(16))]


def _unmapped(column: pa.Array) -> tuple[pa.Array, pa.Array]:
    """IPv6 bytes, of which those that hold an IPv4 address become numbers."""
    sound = pc.fill_null(column, bytes(16))
    highs, lows = halves(sound)
    mapped = (highs == 0) & (lows >> np.uint64(32) == 0xFFFF)
    absent = column.is_null().to_numpy(zero_copy_only=False)
    four = pa.array(lows.astype(np.uint32), mask=~mapped | absent)
    return four, pc.if_else(pa.array(mapped), pa.scalar(None, pa.binary(16)), column)


def _pack_all(values: Iterable[bytes | str | None]) -> tuple[pa.Array, pa.Array]:
    fours: list[int | None] = []
    sixes: list[bytes | None] = []
    for value in values:
        text = value.decode("ascii", "replace") if isinstance(value, bytes) else value
        packed = pack(text) if text else None
        fours.append(int.from_bytes(packed, "big") if packed is not None and len(packed) == 4 else None)
        sixes.append(packed if packed is not None and len(packed) == 16 else None)
    return pa.array(fours, pa.uint32()), pa.array(sixes, pa.binary(16))


def halves(column: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Upper and lower 64 bits of a column of sixteen bytes without nulls, in the machine's order."""
    raw = np.frombuffer(column.buffers()[1], dtype=">u8")
    start = column.offset * 2
    pairs = raw[start : start + 2 * len(column)].reshape(-1, 2)
    return pairs[:, 0].astype(np.uint64), pairs[:, 1].astype(np.uint64)
