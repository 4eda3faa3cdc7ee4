"""The table of log formats: how each is recognised by its first bytes, and what reads it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from holdfast.inputs.stream import chunks, spooled
from holdfast.model.errors import InputError
from holdfast.model.origin import Origin
from holdfast.records.logs import auditd, syslog, tables, weblog, zeeklog
from holdfast.records.logs.evtx import MAGIC, read_evtx
from holdfast.records.logs.ndjson import read_ndjson, read_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from holdfast.model.status import Problems
    from holdfast.records.logs.block import Record
    from holdfast.records.logs.sorting import Sorter

    Reader = Callable[[IO[bytes], str, Sorter, Problems], Iterator[Record]]

LARGEST_ARRAY = 512 << 20
"""Bytes of a JSON array, which has to be held whole; JSON Lines have no bound."""
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


def _array(stream: IO[bytes], name: str, sorter: Sorter, problems: Problems) -> Iterator[Record]:
    held = io.BytesIO()
    for chunk in chunks(stream, name):
        if held.tell() + len(chunk) > LARGEST_ARRAY:
            raise InputError(
                f"is one JSON array of more than {LARGEST_ARRAY:,} bytes",
                origin=Origin(name),
                advice="Write it as JSON Lines",
            )
        held.write(chunk)
    yield from read_whole(held.getvalue(), name, sorter, problems)


def _first(head: bytes) -> bytes:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]


def _second(head: bytes) -> bytes:
    """What follows the opening bracket: an object, not the time in brackets that some text logs begin with."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[1:].lstrip()[:1]


FORMATS: tuple[Format, ...] = (
    Format("EVTX", lambda head, _: head.startswith(MAGIC), _evtx),
    Format("JSON array", lambda head, _: _first(head) == b"[" and _second(head) in b"{[]", _array),
    Format("JSON Lines", lambda head, _: _first(head) == b"{", read_ndjson),
    Format("Zeek", lambda head, _: zeeklog.knows(head), zeeklog.read_zeek),
    Format("W3C extended", lambda head, _: weblog.is_w3c(head), weblog.read_w3c),
    Format("audit log", lambda head, _: auditd.knows(head), auditd.read_auditd),
    Format("combined access log", lambda head, _: weblog.is_combined(head), weblog.read_combined),
    Format("Squid", lambda head, _: weblog.is_squid(head), weblog.read_squid),
    Format("syslog", lambda head, _: syslog.knows(head), syslog.read_syslog),
    Format("CSV", tables.knows, tables.read_csv),
)
"""In the order in which they are tried."""


def recognise(head: bytes, name: str) -> Reader | None:
    """What reads a file that starts like that, or ``None``."""
    return next((form.read for form in FORMATS if form.knows(head, name)), None)
