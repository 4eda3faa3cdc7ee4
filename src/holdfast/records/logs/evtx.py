"""Windows event logs (EVTX) by the ``evtx`` library, past whatever is corrupt in them.

Format: https://github.com/libyal/libevtx/blob/main/documentation/Windows%20XML%20Event%20Log%20(EVTX).asciidoc
"""

from __future__ import annotations

import io
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from holdfast.model.errors import InputError
from holdfast.model.origin import Origin
from holdfast.records.logs.block import Record
from holdfast.records.logs.layout import WINDOWS_SYSTEM

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    from holdfast.model.status import Problems
    from holdfast.records.logs.sorting import Sorter

MAGIC = b"ElfFile\x00"
CHUNK_MAGIC = b"ElfChnk\x00"
FIRST_CHUNK, CHUNK = 4096, 65_536
"""Where the chunks begin, and bytes of each."""
SMALLEST_RECORD = 28
"""Bytes of the header and trailer of a record."""


def read_evtx(source: str | IO[bytes], name: str, sorter: Sorter, problems: Problems) -> Iterator[Record]:
    """Every record that can be read; each that cannot is a problem, and reading goes on with the next.

    ``number`` is the record id of the log itself.
    """
    import evtx

    expected = _expected(source, name, problems)
    try:
        parser = evtx.PyEvtxParser(source)
        records: Iterator[Any] = iter(parser.records_json())
    except (RuntimeError, OSError, ValueError) as error:
        raise InputError("is not an EVTX file", origin=Origin(name), why=str(error)) from error
    known = sorter._known  # noqa: SLF001 - one call a record less, which is a good part of the time besides parsing
    loads = orjson.loads
    number = count = 0
    while True:
        try:
            for record in records:
                count += 1
                number = record["event_record_id"]
                data = record["data"]
                try:
                    event = loads(data)["Event"]
                    head, row = event["System"], event.get("EventData")
                    sort = known[head["Channel"], head["EventID"], WINDOWS_SYSTEM]
                    common = row is not None and "Data" not in row
                except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
                    common = False  # the first of its sort, or of another make
                if common:
                    yield Record(sort, row, head, number, data)
                else:
                    yield from _unusual(data, name, number, sorter, problems)
        except RuntimeError as error:
            problems.add(
                f"a record or chunk is corrupt ({_short(error)}); skipped",
                Origin(name, record=f"after {number}"),
            )
        else:
            break
    if count < expected:
        problems.add(f"holds {count} records where its chunks count {expected}", Origin(name))


def _expected(source: str | IO[bytes], name: str, problems: Problems) -> int:
    """How many records the chunks say they have.

    Chunks that the file header counts and that are cut off or wiped, which the library passes over in silence, are
    noted.
    """
    records = wiped = cut = 0
    with Path(source).open("rb") if isinstance(source, str) else nullcontext(source) as file:
        counted = int.from_bytes(file.read(FIRST_CHUNK)[42:44], "little")
        size = file.seek(0, io.SEEK_END)
        for number in range(max(counted, (size - FIRST_CHUNK) // CHUNK)):
            start = FIRST_CHUNK + number * CHUNK
            file.seek(start)
            head = file.read(24)
            if number < counted:
                cut += start + CHUNK > size
            if head[:8] == bytes(8):  # which is also what room for later events looks like
                wiped += number < counted or (rest := file.read(CHUNK - len(head))) != bytes(len(rest))
            first, last = int.from_bytes(head[8:16], "little"), int.from_bytes(head[16:24], "little")
            if head.startswith(CHUNK_MAGIC) and 0 <= last - first < CHUNK // SMALLEST_RECORD:
                records += last - first + 1
        file.seek(0)
    if not counted:
        problems.add("its header counts no chunks, which even an empty log has", Origin(name))
    if cut:
        problems.add(f"ends early: {cut} of {counted} chunks are missing or cut", Origin(name))
    if wiped:
        problems.add(f"has holes: {wiped} chunks are wiped", Origin(name))
    return records


def _unusual(data: str, name: str, number: int, sorter: Sorter, problems: Problems) -> Iterator[Record]:
    """A record that is not simply named data of a sort already met."""
    try:
        event = orjson.loads(data)["Event"]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        problems.add(f"holds no event ({error}); skipped", Origin(name, record=str(number)))
        return
    if not isinstance(event, dict) or not isinstance(event.get("System"), dict):
        problems.add("has no System block; skipped", Origin(name, record=str(number)))
        return
    yield Record(*sorter.of_system(event), number, data)


def _short(error: Exception) -> str:
    return str(error).split("\n", 1)[0][:200]
