"""Windows event logs (EVTX) by the ``evtx`` library, past whatever is corrupt in them.

Format: https://github.com/libyal/libevtx/blob/main/documentation/Windows%20XML%20Event%20Log%20(EVTX).asciidoc
"""

from __future__ import annotations

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


def read_evtx(source: str | IO[bytes], name: str, sorter: Sorter, problems: Problems) -> Iterator[Record]:
    """Every record that can be read; each that cannot is a problem, and reading goes on with the next.

    ``number`` is the record id of the log itself.
    """
    import evtx

    try:
        parser = evtx.PyEvtxParser(source)
        records: Iterator[Any] = iter(parser.records_json())
    except (RuntimeError, OSError, ValueError) as error:
        raise InputError("is not an EVTX file", origin=Origin(name), why=str(error)) from error
    known = sorter._known  # noqa: SLF001 - one call a record less, which is a good part of the time besides parsing
    loads = orjson.loads
    number = 0
    while True:
        try:
            for record in records:
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
            return


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
