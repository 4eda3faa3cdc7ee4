"""Events as JSON: one a line, or objects in an array, in an export or one after another."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import orjson

from holdfast.inputs.lines import as_utf8, split_lines
from holdfast.inputs.stream import chunks
from holdfast.model.origin import Origin
from holdfast.records.logs.block import Record
from holdfast.records.logs.depth import TOO_DEEP, is_deep, may_be_deep
from holdfast.records.logs.elements import UNREAD, Elements
from holdfast.records.logs.layout import WINDOWS_FLAT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    from holdfast.model.status import Problems
    from holdfast.records.logs.sorting import Sorter


def read_ndjson(stream: IO[bytes], name: str, sorter: Sorter, problems: Problems) -> Iterator[Record]:
    """One event per line."""
    known = sorter._known  # noqa: SLF001 - one call a line less: a third of the time besides parsing
    loads = orjson.loads
    for number, line in split_lines(stream, name, problems):
        try:
            event = loads(line)
        except orjson.JSONDecodeError:
            repaired = _repair(line, Origin(name, number), problems) if line.strip() else None
            if repaired is None:
                continue
            line, event = repaired, loads(repaired)  # noqa: PLW2901 - the same event as it can be read again
        if may_be_deep(line) and is_deep(event):
            problems.add(TOO_DEEP, Origin(name, number))
            continue
        try:
            sort = known[event["Channel"], event["EventID"], WINDOWS_FLAT]
        except (KeyError, TypeError):
            for item in event if isinstance(event, list) else (event,):
                if isinstance(item, dict):
                    yield Record(*sorter.sort(item), number, line if item is event else orjson.dumps(item))
                else:
                    problems.add("is not a JSON object; skipped", Origin(name, number))
        else:
            yield Record(sort, event, event, number, line)


def read_objects(stream: IO[bytes], name: str, sorter: Sorter, problems: Problems) -> Iterator[Record]:
    """Events that are no lines of their own; ``number`` counts them from 1, with those that are lost."""
    elements = Elements(as_utf8(chunks(stream, name)))
    for number, element in enumerate(elements, 1):
        if element.lost:
            origin = Origin(name, record=str(number))
            problems.add(f"is no JSON object: it {element.lost}; skipped", origin)
            continue
        raw, event = element.raw, element.event
        if event is UNREAD:
            repaired = _repair(raw, Origin(name, record=str(number)), problems)
            if repaired is None:
                elements.refuse(element)
                continue
            raw, event = repaired, orjson.loads(repaired)
        if may_be_deep(raw) and is_deep(event):
            problems.add(TOO_DEEP, Origin(name, record=str(number)))
            continue
        if isinstance(event, dict):
            yield Record(*sorter.sort(event), number, raw)
        else:
            problems.add("is not a JSON object; skipped", Origin(name, record=str(number)))


def _repair(raw: bytes, origin: Origin, problems: Problems) -> bytes | None:
    """JSON that strict readers refuse, as they take it; ``None``, and its loss noted, where it is none.

    Bytes that are no UTF-8 are read as Windows-1252, half of a surrogate pair becomes a question mark, and what is not a
    number becomes null.
    """
    try:
        text, says = raw.decode("utf-8"), ""
    except UnicodeDecodeError:
        text, says = raw.decode("cp1252", errors="replace"), "is not UTF-8; read as Windows-1252"
    try:
        event = json.loads(text, parse_constant=lambda _: None)
        repaired = json.dumps(event, ensure_ascii=False).encode("utf-8", "replace")
        orjson.loads(repaired)
    except (ValueError, RecursionError) as error:
        problems.add(f"is not JSON ({error}); skipped", origin)
        return None
    if says:
        problems.add(says, origin, lost=False)
    return repaired
