"""Events as JSON: one a line, or an array in a file."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Any

import orjson

from holdfast.inputs.lines import split_lines
from holdfast.model.origin import Origin
from holdfast.records.logs.block import Record
from holdfast.records.logs.layout import WINDOWS_FLAT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    from holdfast.model.status import Problems
    from holdfast.records.logs.sorting import Sorter


def read_ndjson(stream: IO[bytes], name: str, sorter: Sorter, problems: Problems) -> Iterator[Record]:
    """One event per line; a file that turns out to be one JSON array is read as that."""
    known = sorter._known  # noqa: SLF001 - one call a line less: a third of the time besides parsing
    loads = orjson.loads
    lines = split_lines(stream, name, problems)
    for number, line in lines:
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)  # noqa: PLW2901 - the same line without its mark
        try:
            event = loads(line)
        except orjson.JSONDecodeError as error:
            if not line.strip():
                continue
            if number == 1 and line.strip() in {b"[", b"{", b"[{"}:
                rest = (line for _, line in lines)
                yield from read_whole(b"\n".join((line, *rest)), name, sorter, problems)
                return
            event = _repair(line, Origin(name, number), problems, error)
            if event is None:
                continue
            line = orjson.dumps(event)  # noqa: PLW2901 - the same event as it can be read again
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


def _repair(line: bytes, origin: Origin, problems: Problems, error: orjson.JSONDecodeError) -> Any:
    """A line that is no UTF-8 read as Windows-1252; otherwise its loss is noted."""
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        try:
            event = orjson.loads(line.decode("cp1252", errors="replace"))
        except orjson.JSONDecodeError:
            pass
        else:
            problems.add("is not UTF-8; read as Windows-1252", origin, lost=False)
            return event
    problems.add(f"is not JSON ({error}); skipped", origin)
    return None


def read_whole(content: bytes, name: str, sorter: Sorter, problems: Problems) -> Iterator[Record]:
    """A file that is one JSON value, or several that span lines; ``number`` counts events from 1."""
    for number, item in enumerate(_values(content, name, problems), 1):
        if isinstance(item, dict):
            yield Record(*sorter.sort(item), number, orjson.dumps(item))
        else:
            problems.add("is not a JSON object; skipped", Origin(name, record=str(number)))


def _values(content: bytes, name: str, problems: Problems) -> Iterator[Any]:
    text = content.decode("utf-8", errors="replace")
    try:
        whole = orjson.loads(text)
    except orjson.JSONDecodeError:
        yield from _one_after_the_other(text, name, problems)
        return
    if isinstance(whole, dict):
        listed = next(
            (whole[key] for key in ("Records", "value", "events") if isinstance(whole.get(key), list)), None
        )
        whole = [whole] if listed is None else listed
    yield from whole if isinstance(whole, list) else [whole]


def _one_after_the_other(text: str, name: str, problems: Problems) -> Iterator[Any]:
    import json

    decoder = json.JSONDecoder()
    place, count = 0, 0
    while True:
        while place < len(text) and text[place] in " \t\r\n,[]":
            place += 1
        if place >= len(text):
            return
        count += 1
        try:
            value, place = decoder.raw_decode(text, place)
        except (json.JSONDecodeError, RecursionError) as error:
            problems.add(
                f"is not JSON ({error}); the rest of the file is skipped from here",
                Origin(name, record=str(count)),
            )
            return
        yield value
