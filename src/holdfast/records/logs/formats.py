"""The table of log formats: how each is recognised by its first bytes, and what reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

import orjson

from holdfast.inputs.lines import as_utf8
from holdfast.inputs.stream import spooled
from holdfast.records.logs import auditd, dnslog, eventxml, syslog, tables, weblog, zeeklog
from holdfast.records.logs.elements import wraps
from holdfast.records.logs.evtx import MAGIC, read_evtx
from holdfast.records.logs.ndjson import read_ndjson, read_objects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from holdfast.model.status import Problems
    from holdfast.records.logs.block import Record
    from holdfast.records.logs.sorting import Sorter

    Reader = Callable[[IO[bytes], str, Sorter, Problems], Iterator[Record]]

LARGEST_MEMBER = 4 << 30
"""Bytes that a member of an archive or a packed file may unpack to, where its reader has to jump about."""


@dataclass(frozen=True, slots=True)
class Format:
    """One format of logs."""

    name: str
    knows: Callable[[bytes, str], bool]
    """Whether the first bytes, and if need be the name, are of this format."""
    read: Reader


def _evtx(stream: IO[bytes], name: str, sorter: Sorter, problems: Problems) -> Iterator[Record]:
    """From the file itself where it lies on disk; its parser has to jump about."""
    from pathlib import Path

    if Path(name).is_file() and not name.lower().endswith((".gz", ".zst")):
        yield from read_evtx(name, name, sorter, problems)
        return
    with spooled(stream, name, LARGEST_MEMBER) as kept:
        yield from read_evtx(kept, name, sorter, problems)


def _first(head: bytes) -> bytes:
    return head.lstrip()[:1]


def _is_array(head: bytes) -> bool:
    """A bracket and an object, not the time in brackets that some text logs begin with."""
    return _first(head) == b"[" and head.lstrip()[1:].lstrip()[:1] in b"{[]"


def _spans_lines(head: bytes) -> bool:
    """Objects that are no lines of their own, or an export that holds its events in one object."""
    if _first(head) != b"{":
        return False
    lines = [line for line in head.splitlines() if line.strip()]
    if len(lines) > 1 and _first(lines[1]) == b"{":
        whole = lines[1] if len(lines) > 2 else lines[0]  # the last may be cut
        if _is_json(whole):
            return False
    return wraps(head) or (len(lines) > 1 and not _is_json(lines[0]))


def _is_json(line: bytes) -> bool:
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return True


FORMATS: tuple[Format, ...] = (
    Format("EVTX", lambda head, _: head.startswith(MAGIC), _evtx),
    Format("JSON", lambda head, _: _is_array(head) or _spans_lines(head), read_objects),
    Format("JSON Lines", lambda head, _: _first(head) == b"{", read_ndjson),
    Format("XML of Windows events", lambda head, _: eventxml.knows(head), eventxml.read_event_xml),
    Format("Zeek", lambda head, _: zeeklog.knows(head), zeeklog.read_zeek),
    Format("W3C extended", lambda head, _: weblog.is_w3c(head), weblog.read_w3c),
    Format("audit log", lambda head, _: auditd.knows(head), auditd.read_auditd),
    Format("combined access log", lambda head, _: weblog.is_combined(head), weblog.read_combined),
    Format("Squid", lambda head, _: weblog.is_squid(head), weblog.read_squid),
    Format("query log of a name server", lambda head, _: dnslog.knows(head), dnslog.read_dns_log),
    Format("syslog", lambda head, _: syslog.knows(head), syslog.read_syslog),
    Format("CSV", tables.knows, tables.read_csv),
)
"""In the order in which they are tried."""


def recognise(head: bytes, name: str) -> Reader | None:
    """What reads a file that starts like that, or ``None``."""
    head = b"".join(as_utf8(iter([head])))
    return next((form.read for form in FORMATS if form.knows(head, name)), None)
