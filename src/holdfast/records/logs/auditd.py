"""Linux audit logs: a line a record, several records an event.

Each record is an event as rules for ``auditd`` ask for it. The ``SYSCALL`` and ``EXECVE`` records of one event together
are also a process creation, so that rules for those see hosts that have no Sysmon.
https://github.com/linux-audit/audit-documentation/wiki/SPEC-Audit-Event-Stream-Format
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.inputs.lines import read_lines
from holdfast.model.event import Kind
from holdfast.model.origin import Origin
from holdfast.records.logs.block import Record, Sort
from holdfast.records.logs.layout import Flat

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    from holdfast.model.status import Problems
    from holdfast.records.logs.sorting import Sorter

LAYOUT = Flat({}, ("time",), ("node",))
_RECORD = re.compile(
    r"(?:node=(?P<node>\S+) )?type=(?P<type>\S+) msg=audit\((?P<time>[\d.]+):(?P<serial>\d+)\): ?(?P<rest>.*)"
)
_PAIR = re.compile(r"([A-Za-z_][\w-]*)=(\"[^\"]*\"|'[^']*'|[^\s'\"]\S*|)")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")
_ENCODED = re.compile(r"(?:proctitle|exe|comm|name|cwd|cmd|data|a\d+)$")
"""Fields whose value the kernel writes in hexadecimal when it holds blanks or quotes."""
AUDITD = Kind("linux", service="auditd")
PROCESS = Kind("linux", "process_creation")


def knows(head: bytes) -> bool:
    """Whether the first line is of an audit log."""
    return _RECORD.match(head.split(b"\n", 1)[0].decode("utf-8", "replace")) is not None


def read_auditd(stream: IO[bytes], name: str, sorter: Sorter, problems: Problems) -> Iterator[Record]:
    """Every record, and after the records of an event the process that they created."""
    single, process = sorter.of(AUDITD, LAYOUT), sorter.of(PROCESS, LAYOUT)
    parts: dict[str, dict[str, object]] = {}
    serial, start = "", 0
    for number, line in read_lines(stream, name, problems):
        found = _RECORD.match(line)
        if found is None:
            if line.strip() and not line.startswith("----"):
                problems.add("is not an audit record; skipped", Origin(name, number))
            continue
        if found["serial"] != serial:
            yield from _created(process, parts, start)
            serial, parts, start = found["serial"], {}, number
        row = {"type": found["type"], "time": float(found["time"]), **_fields(found["type"], found["rest"])}
        if found["node"]:
            row["node"] = found["node"]
        parts[found["type"]] = row
        yield Record(single, row, row, number, line)
    yield from _created(process, parts, start)


def _fields(kind: str, text: str) -> dict[str, str]:
    """Pairs of the record, of its inner ``msg='…'`` and of the enriched part after the group separator."""
    fields = {}
    for part in text.split("\x1d"):
        for name, value in _PAIR.findall(part):
            if name == "msg" and value[:1] in "'\"":
                fields.update(_fields(kind, value[1:-1]))
            else:
                fields[name] = _plain(kind, name, value)
    return fields


def _plain(kind: str, name: str, value: str) -> str:
    if value[:1] in {'"', "'"}:
        return value[1:-1]
    numbers = kind == "SYSCALL" and name[:1] == "a"
    if _ENCODED.fullmatch(name) and not numbers and len(value) > 2 and _HEX.fullmatch(value):
        return bytes.fromhex(value).replace(b"\0", b" ").decode("utf-8", "replace")
    return value


def _created(sort: Sort, parts: dict[str, dict[str, object]], number: int) -> Iterator[Record]:
    call, run = parts.get("SYSCALL"), parts.get("EXECVE")
    if call is None or run is None:
        return
    arguments: list[str] = []
    while (word := run.get(f"a{len(arguments)}")) is not None:
        arguments.append(str(word))
    row = {
        "time": call["time"],
        "Image": call.get("exe"),
        "CommandLine": " ".join(arguments),
        "User": call.get("AUID") or call.get("UID") or call.get("auid"),
        "ProcessId": call.get("pid"),
        "ParentProcessId": call.get("ppid"),
        "LogonId": call.get("ses"),
        "CurrentDirectory": parts.get("CWD", {}).get("cwd"),
        "node": call.get("node"),
    }
    row = {key: value for key, value in row.items() if value is not None}
    yield Record(sort, row, row, number, None)
