"""What a network saw: flows, and the names, addresses of pages and hashes in DNS, TLS and HTTP logs, as Arrow columns.

One schema each, whatever the format of the input. An IPv4 address is an unsigned 32-bit number in ``src`` or ``dst``;
an IPv6 address is its sixteen bytes in ``src6`` or ``dst6``, and the other column is null. IPv4 addresses that arrive
mapped into IPv6 (``::ffff:192.0.2.1``) are stored as IPv4.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class TrafficBatch:
    """Some rows of one file."""

    file: str
    """As the user named it."""
    kind: str
    """``flows`` with :func:`flow_schema`, or ``names`` with :func:`name_schema`."""
    rows: pa.RecordBatch


@cache
def flow_schema() -> pa.Schema:
    """Columns of a flow; ``orig`` is the side that opened the connection.

    ``record`` is the line or record number in the file, ``ts`` the start in seconds since 1970 UTC, ``duration``
    seconds, ``proto`` the protocol number of IANA, bytes and packets those of each side, null where unknown.
    """
    import pyarrow as pa

    return pa.schema(
        [
            ("record", pa.int64()),
            ("ts", pa.float64()),
            ("duration", pa.float64()),
            *_ends(),
            ("proto", pa.uint8()),
            ("service", pa.string()),
            ("orig_bytes", pa.int64()),
            ("resp_bytes", pa.int64()),
            ("orig_pkts", pa.int64()),
            ("resp_pkts", pa.int64()),
        ]
    )


@cache
def name_schema() -> pa.Schema:
    """Columns of a row of a DNS, TLS, HTTP, certificate or file log.

    ``what`` is ``dns``, ``tls``, ``http``, ``certificate`` or ``file``; ``name`` the name asked for (query, server
    name, host) as logged, ``url`` the path or address as logged, ``subject`` of a certificate, ``hashes`` of a
    certificate or a file in lower-case hex, ``answers`` of a DNS reply as text, ``ttls`` the seconds that they live, as logged.
    """
    import pyarrow as pa

    return pa.schema(
        [
            ("record", pa.int64()),
            ("ts", pa.float64()),
            *_ends(),
            ("what", pa.string()),
            ("name", pa.string()),
            ("url", pa.string()),
            ("subject", pa.string()),
            ("hashes", pa.list_(pa.string())),
            ("answers", pa.list_(pa.string())),
            ("ttls", pa.list_(pa.string())),
        ]
    )


def _ends() -> list[tuple[str, pa.DataType]]:
    import pyarrow as pa

    return [
        ("src", pa.uint32()),
        ("src6", pa.binary(16)),
        ("sport", pa.uint16()),
        ("dst", pa.uint32()),
        ("dst6", pa.binary(16)),
        ("dport", pa.uint16()),
    ]
