"""Traffic as a JSON object a line (or an array of them): Suricata EVE, Zeek JSON, IPFIX collectors, nfdump, our own."""

from __future__ import annotations

import itertools
from typing import IO, TYPE_CHECKING, Any

import orjson
import pyarrow as pa

from holdfast.inputs.lines import read_lines
from holdfast.model.origin import Origin
from holdfast.records.layouts import layouts
from holdfast.records.traffic_rows import to_batch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from holdfast.model.traffic import TrafficBatch
    from holdfast.records.columns import Context
    from holdfast.records.layouts import Layout

ROWS = 50_000
"""Rows of one batch, at most."""
_SEPARATOR = "\x1f"
"""Joins the elements of a list while they travel as text; no address, name or hash holds it."""


def recognises(head: bytes) -> bool:
    """By its first character, and for an array the second."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return start[:1] == b"{" or (start[:1] == b"[" and start[1:].lstrip()[:1] in {b"{", b"]"})


def read(stream: IO[bytes], context: Context) -> Iterator[TrafficBatch]:
    """Batches of the whole file, a kind of row each."""
    waiting: dict[str, tuple[Layout, list[int], list[dict[str, Any]]]] = {}
    for record, item in _objects(stream, context):
        layout = choose(item)
        if layout is None:
            context.counts.skipped += 1
            continue
        _, records, items = waiting.setdefault(layout.name, (layout, [], []))
        records.append(record)
        items.append(item)
        if len(items) >= ROWS:
            yield _batch(*waiting.pop(layout.name), context)
    for layout, records, items in waiting.values():
        yield _batch(layout, records, items, context)


def choose(item: Mapping[str, Any]) -> Layout | None:
    """The layout of one object; nothing when it is no traffic (an alert, a statistic)."""
    path = item.get("_path") or item.get("path")
    for layout in layouts("zeek"):
        if path == layout.path or path == "open_" + layout.path:
            return layout
    for layout in layouts("object"):
        if all(_find(item, field) is not None for field in layout.needs) and all(
            str(_find(item, field)) in values for field, values in layout.when
        ):
            return layout
    return _unnamed_zeek(item)


def _unnamed_zeek(item: Mapping[str, Any]) -> Layout | None:
    """Zeek writes a log's name into its file name, not into its rows: tell by fields that only one log has."""
    if "ts" not in item:
        return None
    for field, path in _TELLING:
        if field in item:
            return next(layout for layout in layouts("zeek") if layout.path == path)
    return None


_TELLING = (
    ("conn_state", "conn"),
    ("orig_pkts", "conn"),
    ("qclass", "dns"),
    ("trans_id", "dns"),
    ("trans_depth", "http"),
    ("certificate.subject", "x509"),
    ("tx_hosts", "files"),
    ("fuid", "files"),
    ("cipher", "ssl"),
    ("established", "ssl"),
)


def _objects(stream: IO[bytes], context: Context) -> Iterator[tuple[int, dict[str, Any]]]:
    lines = read_lines(stream, context.file, context.problems)
    lines = ((number, text) for number, text in lines if text.strip())
    first = next(lines, None)
    if first is None:
        return
    if first[1].lstrip().startswith("["):
        yield from _array("\n".join(text for _, text in itertools.chain((first,), lines)), context)
        return
    for number, text in itertools.chain((first,), lines):
        try:
            item = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            context.problems.add(f"is not JSON ({error}); skipped", Origin(context.file, number))
            continue
        if isinstance(item, dict):
            yield number, item
        else:
            context.problems.add("is not a JSON object; skipped", Origin(context.file, number))


def _array(text: str, context: Context) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        items = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        context.problems.add(f"is not JSON ({error}); nothing of it was read", Origin(context.file))
        return
    for number, item in enumerate(items, 1):
        if isinstance(item, dict):
            yield number, item
        else:
            where = Origin(context.file, record=str(number))
            context.problems.add("is not a JSON object; skipped", where)


def _batch(layout: Layout, records: list[int], items: list[dict[str, Any]], context: Context) -> TrafficBatch:
    names = {name for column in layout.columns.values() for name in column}
    fields = {name: _column(items, name) for name in names}
    present = {name: column for name, column in fields.items() if column.null_count < len(column)}
    return to_batch(layout, present, pa.array(records, pa.int64()), context, _SEPARATOR)


def _column(items: Iterable[Mapping[str, Any]], name: str) -> pa.Array:
    return pa.array([_text(_find(item, name)) for item in items], pa.string())


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return _SEPARATOR.join(_text(item) or "" for item in value)
    if isinstance(value, dict):
        return orjson.dumps(value).decode()
    return str(value)


def _find(item: Mapping[str, Any], field: str) -> Any:
    """A value by its name, or by a path of names, positions and ``*``."""
    if field in item:
        return item[field]
    if "." not in field:
        return None
    return _walk(item, field.split("."))


def _walk(value: Any, path: list[str]) -> Any:
    for place, step in enumerate(path):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step == "*":
            found = [_walk(element, path[place + 1 :]) for element in value]
            return [element for element in found if element is not None]
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value
