"""Query logs that name servers write themselves: BIND, Unbound, and the debug log of Windows.

Only questions become events; the answers that Windows logs beside them are passed over. Times are taken as UTC, as
none of the three names a zone.
https://bind9.readthedocs.io/en/stable/reference.html https://nlnetlabs.nl/documentation/unbound/unbound.conf/
https://learn.microsoft.com/windows-server/networking/dns/dns-logging-and-diagnostics
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

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

LAYOUT = Flat({}, ("time",), ())
LINES = 60
"""Lines among which one must be a question; Windows begins its log with thirty of explanation."""
_BIND = re.compile(
    r"(?P<time>\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z? (?:[\w-]+: )*"
    r"client (?:@\S+ )?(?P<client>[0-9a-fA-F.:]+)#\d+ .*?query: (?P<query>\S+) IN (?P<type>\w+)"
)
_UNBOUND = re.compile(
    r"\[(?P<time>\d{9,11})\] unbound\[[\d:]+\] (?:info|query): (?P<client>[0-9a-fA-F.:]+) (?P<query>\S+) (?P<type>[A-Z]\w*) IN\b"
)
_WINDOWS = re.compile(
    r"(?P<time>\d[\d./-]+ \d[\d:]+(?: [AP]M)?) [0-9A-F]+ PACKET  ?[0-9A-Fa-f]+ (?:UDP|TCP) (?P<way>Rcv|Snd) "
    r"(?P<client>\S+)\s+[0-9a-f]{4} (?P<answer>[R ]) \w \[[^\]]*\] (?P<type>\w+)\s+(?P<query>\(\d+\)\S+)"
)
_PATTERNS = (
    (_BIND, Kind("linux", "dns", "named")),
    (_UNBOUND, Kind("linux", "dns", "unbound")),
    (_WINDOWS, Kind("windows", "dns", "dns-server")),
)
_LABEL = re.compile(r"\(\d+\)")
_WINDOWS_TIMES = ("%m/%d/%Y %I:%M:%S %p", "%d.%m.%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%Y/%m/%d %H:%M:%S")  # fmt: skip
"""By region. Where the clock has twelve hours the month comes first, else the day."""


def knows(head: bytes) -> bool:
    """Whether one of the first lines is a question to a name server."""
    lines = head.decode("utf-8", "replace").split("\n")[:LINES]
    return any(_question(line) is not None for line in lines)


def _question(line: str) -> tuple[re.Match[str], Kind] | None:
    for pattern, kind in _PATTERNS:
        match = pattern.match(line)
        if match is not None:
            return match, kind
    return None


def read_dns_log(stream: IO[bytes], name: str, sorter: Sorter, problems: Problems) -> Iterator[Record]:
    """A question an event; whatever else the log says is passed over, and counted where it is no part of its format."""
    strange = 0
    for number, line in read_lines(stream, name, problems):
        found = _question(line)
        if found is None:
            strange += bool(line.strip()) and " PACKET " not in line
            continue
        match, kind = found
        if kind.product == "windows" and (match["way"] == "Snd" or match["answer"] == "R"):
            continue
        row = _row(match, line)
        yield Record(sorter.of(kind, LAYOUT), row, row, number, line)
    if strange:
        problems.add(f"{strange} lines are no questions; they were passed over", Origin(name), lost=False)


def _row(match: re.Match[str], line: str) -> dict[str, Any]:
    """The fields as Sigma names them."""
    return {
        "time": _time(match["time"]),
        "query": _LABEL.sub(".", match["query"]).strip("."),
        "record_type": match["type"],
        "src_ip": match["client"],
        "line": line,
    }


def _time(text: str) -> str | float:
    """What the layout reads as a time."""
    if text.isdigit():
        return float(text)
    if "T" in text:
        return text
    if text[2:3] == "-":
        return of_apache(f"{text[:11].replace('-', '/')}:{text[12:]} +0000")
    for form in _WINDOWS_TIMES:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC).isoformat()
        except ValueError:
            continue
    return ""
