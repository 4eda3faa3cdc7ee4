"""Syslog as files hold it: RFC 5424, the older form of RFC 3164, with ISO times, and network devices' own lines.

The service is that of the program (``sshd``, ``sudo``, ``cron``); lines with a Cisco mnemonic such as
``%SYS-5-CONFIG_I`` are of product ``cisco``, those of FortiOS devices of ``fortigate``. Name servers' query lines become DNS events.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from holdfast.inputs.lines import read_lines
from holdfast.model.event import Kind
from holdfast.model.origin import Origin
from holdfast.records.logs import fortios
from holdfast.records.logs.block import Record
from holdfast.records.logs.layout import Flat
from holdfast.records.logs.stamp import of_syslog

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    from holdfast.model.status import Problems
    from holdfast.records.logs.sorting import Sorter

LAYOUT = Flat({}, ("time",), ("host",))
_RFC5424 = re.compile(
    r"<(?P<priority>\d{1,3})>1 (?P<iso>\S+) (?P<host>\S+) (?P<program>\S+) (?P<pid>\S+) (?P<id>\S+) "
    r"(?:-|(?:\[(?:[^\]\\]|\\.)*\])+) ?(?P<message>.*)"
)
_RFC3164 = re.compile(
    r"(?:<(?P<priority>\d{1,3})>)?(?:\d+: )?(?:(?P<origin>[A-Za-z][\w.-]*): )?(?:[*.])?"
    r"(?:(?P<old>[A-Z][a-z]{2} [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d)(?:\.\d+)?|(?P<iso>\d{4}-\d\d-\d\dT\S+))(?: [A-Z]{3,4})?:? "
    r"(?:(?P<host>[^\s:%]+)[: ] ?)?(?P<rest>.*)"
)
_TAG = re.compile(
    r"(?P<program>[\w./@-]{1,64}?)(?:\((?P<module>[^)]*)\))?(?:\[(?P<pid>\d+)\])?: ?(?P<message>.*)",
    re.DOTALL,
)
_CISCO = re.compile(r"%[A-Z][A-Z0-9_]*(?:-[A-Z0-9_]+)*-[0-7]-[A-Z0-9_]+:")
_BIND = re.compile(
    r"client (?:@\S+ )?(?P<client>[0-9a-fA-F.:]+)#\d+ .*?query: (?P<query>\S+) IN (?P<type>\w+)"
)
_DNSMASQ = re.compile(r"query\[(?P<type>\w+)\] (?P<query>\S+) from (?P<client>\S+)")
_NAMED = {"named": _BIND, "dnsmasq": _DNSMASQ}


def knows(head: bytes) -> bool:
    """Whether one of the first lines is of syslog."""
    lines = head.decode("utf-8", "replace").split("\n")[:20]
    whole = [line for line in lines if line.strip()]
    return bool(whole) and sum(_is_line(line) for line in whole) * 2 >= len(whole)


def _is_line(line: str) -> bool:
    return bool(_RFC5424.match(line) or _RFC3164.match(line) or _CISCO.search(line) or fortios.is_line(line))


def read_syslog(stream: IO[bytes], name: str, sorter: Sorter, problems: Problems) -> Iterator[Record]:
    """One event a line; a line without a header continues the one before, and is kept as an event of its own."""
    year = _year_of(name)
    unread = 0
    for number, line in read_lines(stream, name, problems):
        if not line.strip():
            continue
        if fortios.is_line(line):
            pairs = {**fortios.fields(line), "line": line}
            yield Record(sorter.of(fortios.kind(pairs), LAYOUT), pairs, pairs, number, line)
            continue
        row = _row(line, year)
        if row is None:
            unread += 1
            row = {"message": line, "line": line}
        yield Record(sorter.of(_kind(row), LAYOUT), row, row, number, line)
    if unread:
        problems.add(
            f"{unread} lines have no syslog header; they were searched as text", Origin(name), lost=False
        )


def _year_of(name: str) -> int:
    """The year of the file's last change, for a format that names none."""
    path = Path(name)
    if path.is_file():
        return datetime.fromtimestamp(path.stat().st_mtime, UTC).year
    return datetime.now(UTC).year


def _row(line: str, year: int) -> dict[str, Any] | None:
    found = _RFC5424.match(line)
    if found is not None:
        return {
            "time": found["iso"],
            "host": found["host"],
            "program": found["program"],
            "pid": found["pid"],
            "message": found["message"],
            "line": line,
        }
    found = _RFC3164.match(line)
    if found is None:
        return None
    host, rest = found["host"] or found["origin"], found["rest"]
    tag = _TAG.match(rest)
    return {
        "time": found["iso"] or _old_time(found["old"], year),
        "host": host,
        "program": tag["program"] if tag else None,
        "pid": tag["pid"] if tag else None,
        "message": tag["message"] if tag else rest,
        "line": line,
    }


def _old_time(text: str, year: int) -> str:
    parts = text.split()
    if len(parts) == 4:
        return of_syslog(f"{parts[0]} {parts[1]} {parts[3]}", int(parts[2]))
    return of_syslog(text, year)


def _kind(row: dict[str, Any]) -> Kind:
    line = row["line"]
    if _CISCO.search(line):
        return Kind("cisco", service="syslog")
    program = str(row.get("program") or "").rpartition("/")[2].lower()
    query = _NAMED.get(program)
    found = query.search(row["message"]) if query is not None else None
    if found is not None:
        row.update(query=found["query"].rstrip("."), record_type=found["type"], src_ip=found["client"])
        return Kind("linux", "dns", program)
    return Kind("linux", service="cron" if program in {"crond", "anacron"} else program or "syslog")
