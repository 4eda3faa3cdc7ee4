"""Windows event logs (EVTX) by the ``evtx`` library, past whatever is corrupt in them.

Format: https://github.com/libyal/libevtx/blob/main/documentation/Windows%20XML%20Event%20Log%20(EVTX).asciidoc
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from holdfast.model.errors import InputError
from holdfast.model.origin import Origin
from holdfast.records.logs.block import Record

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
        records = iter(parser.records_json())
    except (RuntimeError, OSError, ValueError) as error:
        raise InputError("is not an EVTX file", origin=Origin(name), why=str(error)) from error
    number = 0
    while True:
        try:
            record = next(records)
        except StopIteration:
            return
        except RuntimeError as error:
            problems.add(
                f"a record or chunk is corrupt ({_short(error)}); skipped",
                Origin(name, record=f"after {number}"),
            )
            continue
        if record is None:  # pragma: no cover - the library says so, and never does it
            continue
        number = record["event_record_id"]
        data = record["data"]
        event = _parse(data, name, number, problems)
        if event is not None:
            yield Record(*sorter.of_system(event), number, data)


def _parse(data: str, name: str, number: int, problems: Problems) -> dict[str, Any] | None:
    try:
        event = orjson.loads(data)["Event"]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        problems.add(f"holds no event ({error}); skipped", Origin(name, record=str(number)))
        return None
    if not isinstance(event, dict) or not isinstance(event.get("System"), dict):
        problems.add("has no System block; skipped", Origin(name, record=str(number)))
        return None
    return event


def _short(error: Exception) -> str:
    return str(error).split("\n", 1)[0][:200]
