"""Access logs of web servers and proxies: combined format, W3C extended (IIS, proxies), Squid; as Sigma names them.

``cs-uri-query`` holds both the query and the whole address that was asked for, since rules write either.
https://httpd.apache.org/docs/2.4/logs.html, https://www.w3.org/TR/WD-logfile
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from holdfast.inputs.lines import read_lines
from holdfast.model.event import Kind
from holdfast.model.origin import Origin
from holdfast.records.logs.block import Record
from holdfast.records.logs.layout import Flat
from holdfast.records.logs.stamp import of_apache

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    from holdfast.model.status import Problems
    from holdfast.records.logs.sorting import Sorter

COMBINED = re.compile(
    r'(?P<client>\S+) \S+ (?P<user>\S+) \[(?P<time>[^\]]+)\] "(?P<request>(?:[^"\\]|\\.)*)" (?P<status>\d{3}|-) '
    r'(?P<bytes>\S+)(?: "(?P<referer>(?:[^"\\]|\\.)*)" "(?P<agent>(?:[^"\\]|\\.)*)")?'
)
SQUID = re.compile(
    r"(?P<time>\d{9,10}\.\d{3})\s+(?P<ms>\d+) (?P<client>\S+) (?P<code>[A-Z_]+)/(?P<status>\d{3}) (?P<bytes>\d+) "
    r"(?P<method>[A-Z_]+) (?P<url>\S+) (?P<user>\S+) \S+ \S+"
)
WEB = Flat({}, ("time",), ("s-computername", "cs-host", "s-ip"))
_SERVER = Kind(category="webserver")
_PROXY = Kind(category="proxy")
_OTHER_NAMES = {
    "cs(User-Agent)": "cs-user-agent",
    "cs(Referer)": "cs-referer",
    "cs(Cookie)": "cs-cookie",
    "cs(Host)": "cs-host",
}


def is_combined(head: bytes) -> bool:
    """Whether the first line is of the common or combined format."""
    return COMBINED.match(_first_line(head)) is not None


def is_squid(head: bytes) -> bool:
    """Whether the first line is of Squid's own format."""
    return SQUID.match(_first_line(head)) is not None


def is_w3c(head: bytes) -> bool:
    """Whether the file begins with W3C directives."""
    return head.startswith((b"#Software:", b"#Version:", b"#Fields:", b"#Date:")) and b"#Fields:" in head


def _first_line(head: bytes) -> str:
    return head.split(b"\n", 1)[0].decode("utf-8", "replace")


def read_combined(stream: IO[bytes], name: str, sorter: Sorter, problems: Problems) -> Iterator[Record]:
    """Common and combined log format; a line that is not of it is a problem."""
    sort = sorter.of(_SERVER, WEB)
    for number, line in read_lines(stream, name, problems):
        found = COMBINED.match(line)
        if found is None:
            if line.strip():
                problems.add("is not a line of an access log; skipped", Origin(name, number))
            continue
        method, _, rest = found["request"].partition(" ")
        row = {
            "time": of_apache(found["time"]),
            "c-ip": found["client"],
            "cs-username": _value(found["user"]),
            "sc-status": found["status"],
            "sc-bytes": _value(found["bytes"]),
            "cs-user-agent": _value(found["agent"]),
            "cs-referer": _value(found["referer"]),
            "request": found["request"],
            **_address(method, rest.rpartition(" HTTP/")[0] or rest),
        }
        yield Record(sort, row, row, number, line)


def read_squid(stream: IO[bytes], name: str, sorter: Sorter, problems: Problems) -> Iterator[Record]:
    """Squid's native format."""
    sort = sorter.of(_PROXY, WEB)
    for number, line in read_lines(stream, name, problems):
        found = SQUID.match(line)
        if found is None:
            if line.strip():
                problems.add("is not a line of a Squid log; skipped", Origin(name, number))
            continue
        row = {
            "time": float(found["time"]),
            "c-ip": found["client"],
            "sc-status": found["status"],
            "sc-bytes": found["bytes"],
            "cs-username": _value(found["user"]),
            **_address(found["method"], found["url"]),
        }
        yield Record(sort, row, row, number, line)


def read_w3c(stream: IO[bytes], name: str, sorter: Sorter, problems: Problems) -> Iterator[Record]:
    """W3C extended: fields as the ``#Fields`` line before them says; a proxy when the software or its fields say so."""
    fields: list[str] = []
    sort = sorter.of(_SERVER, WEB)
    proxy = False
    for number, line in read_lines(stream, name, problems):
        if line.startswith("#"):
            if line.startswith("#Software:") and re.search(
                "SGOS|Forefront|Zscaler|proxy", line, re.IGNORECASE
            ):
                proxy = True
            if line.startswith("#Fields:"):
                fields = line.removeprefix("#Fields:").split()
                proxy = proxy or "cs-uri" in fields or "r-ip" in fields or "rs(Content-Type)" in fields
                sort = sorter.of(_PROXY if proxy else _SERVER, WEB)
            continue
        values = line.split()
        if not values:
            continue
        if len(values) != len(fields):
            problems.add(f"has {len(values)} values for {len(fields)} fields; skipped", Origin(name, number))
            continue
        row = _w3c_row(dict(zip(fields, values, strict=True)))
        yield Record(sort, row, row, number, line)


def _w3c_row(values: dict[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {
        _OTHER_NAMES.get(name, name): _value(value.replace("+", " ") if name.startswith("cs(") else value)
        for name, value in values.items()
    }
    row["time"] = f"{values.get('date', '')} {values.get('time', '')}".strip()
    query = _value(values.get("cs-uri-query"))
    address = values.get("cs-uri") or values.get("cs-uri-stem", "") + (f"?{query}" if query else "")
    row.update(_address(values.get("cs-method", ""), address))
    return row


def _address(method: str, address: str) -> dict[str, Any]:
    """Method and address under all their Sigma names."""
    try:
        parts = urlsplit(address)
        path, query, host = parts.path, parts.query, parts.hostname
    except ValueError:
        path, query, host = address, "", None
    row: dict[str, Any] = {
        "cs-method": method,
        "c-uri": address,
        "cs-uri": address,
        "cs-uri-stem": path,
        "cs-uri-query": [query, address] if query else address,
        "c-uri-query": query or None,
        "c-uri-extension": path.rpartition(".")[2] if "." in path.rpartition("/")[2] else None,
    }
    if host:
        row |= {"cs-host": host, "r-dns": host}
    return row


def _value(text: str | None) -> str | None:
    return None if text in {None, "-", ""} else text
