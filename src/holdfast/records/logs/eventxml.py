"""Windows events as XML: what the event viewer and ``wevtutil`` write, and what Splunk keeps of an event.

Each event is parsed by itself, so that a file of any size costs the memory of one, and a damaged event costs itself.
A document type, and with it every entity that could unfold, cannot stand within an event.
https://learn.microsoft.com/windows/win32/wes/eventschema-eventtype-complextype
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import orjson

from holdfast.inputs.lines import as_utf8
from holdfast.inputs.stream import chunks
from holdfast.model.origin import Origin
from holdfast.records.logs.block import Record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    from holdfast.model.status import Problems
    from holdfast.records.logs.sorting import Sorter

LARGEST = 64 << 20
"""Bytes that one event may have."""
_START = re.compile(rb"<Event[\s>]")
_END = b"</Event>"
_NO_CHARACTER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&#(?:0*(?:[0-8]|1[1-24-9]|2\d|3[01])|x0*(?:[0-8bcBC]|[eE]|1[0-9a-fA-F]));")  # fmt: skip
"""Control characters, which logs hold and XML does not allow, as they are or by their numbers."""


def knows(head: bytes) -> bool:
    """Whether it is XML that holds events."""
    return head.lstrip()[:1] == b"<" and _START.search(head) is not None


def read_event_xml(stream: IO[bytes], name: str, sorter: Sorter, problems: Problems) -> Iterator[Record]:
    """Every event in its order; ``number`` counts them from 1, with those that are lost."""
    for number, text in enumerate(_events(as_utf8(chunks(stream, name))), 1):
        event = parse_event(text.decode("utf-8", "replace"))
        if event is None:
            problems.add("is no event in XML; skipped", Origin(name, record=str(number)))
        else:
            yield Record(*sorter.of_system(event), number, orjson.dumps(event))


def _events(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Texts from the opening tag of an event to its closing one; one without an end is cut where the next begins."""
    held, looked = b"", 0
    for piece in pieces:
        held += piece
        place, end = 0, -1
        while (start := _START.search(held, place)) is not None:
            if end < start.end():  # else the end found for an event cut short is that of a later one
                end = held.find(_END, max(start.end(), looked))
            if end < 0:
                break
            following = _START.search(held, start.end(), end)
            if following is not None:
                yield held[start.start() : following.start()]
                place = following.start()
                continue
            place = end + len(_END)
            yield held[start.start() : place]
        held = held[start.start() if start is not None else max(place, len(held) - len(_END)) :]
        looked = max(0, len(held) - len(_END))
        if len(held) > LARGEST:
            yield held[:LARGEST]
            held = held[LARGEST:]
            looked = 0
    if _START.match(held):
        yield held


def parse_event(text: str) -> dict[str, Any] | None:
    """The event as the parser of event logs gives it, with ``System`` and its data; ``None`` where it is none."""
    if not text.startswith("<Event"):
        return None
    try:
        root = ET.fromstring(_NO_CHARACTER.sub("", text))  # noqa: S314 - one element, see above
    except ET.ParseError:
        return None
    event: dict[str, Any] = {}
    for part in root:
        name = _local(part)
        if name == "System":
            event["System"] = {_local(one): _system_value(one) for one in part}
        elif name == "EventData":
            event["EventData"] = _data(part)
        elif name == "UserData":
            event["UserData"] = {_local(one): {_local(two): two.text or "" for two in one} for one in part}
    return event if isinstance(event.get("System"), dict) else None


def _system_value(element: ET.Element) -> object:
    if (element.text or "").strip():
        return element.text
    # Blanks are how the document is laid out, not what an empty element says.
    return {"#attributes": dict(element.attrib)} if element.attrib else ""


def _data(part: ET.Element) -> dict[str, Any]:
    """Data by name; those without one together, as the parser of event logs has them."""
    named: dict[str, Any] = {}
    unnamed: list[str] = []
    for one in part:
        name = one.get("Name") or ("" if _local(one) == "Data" else _local(one))
        if name:
            named[name] = one.text or ""
        else:
            unnamed.append(one.text or "")
    if unnamed:
        named["Data"] = unnamed
    return named


def _local(element: ET.Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2]
