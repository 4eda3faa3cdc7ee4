"""From the raw fields of a layout to a batch: chooses fields, derives one direction from a total, splits lists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from holdfast.records.columns import reals, texts, to_flows, to_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from holdfast.model.traffic import TrafficBatch
    from holdfast.records.columns import Cells, Context
    from holdfast.records.layouts import Layout


def to_batch(
    layout: Layout, fields: Mapping[str, pa.Array], records: pa.Array, context: Context, separator: str = ","
) -> TrafficBatch:
    """One batch; ``fields`` are raw columns by the log's own names, lists as text joined by ``separator``."""
    cells: Cells = {"record": records}
    for column, names in layout.columns.items():
        present = [fields[name] for name in names if name in fields]
        if not present:
            continue
        if column in {"hashes", "answers", "ttls"}:
            cells[column] = _lists([texts(cell, len(records)) for cell in present], separator, column)
        else:
            cells[column] = _first(present, len(records)) if len(present) > 1 else present[0]
    if "ts" not in cells:
        cells["ts"] = pa.nulls(len(records), pa.string())
    if layout.kind != "flows":
        _first_host(cells, separator)
        return to_names(cells, layout.kind, context)
    for total, orig, resp in (
        ("total_bytes", "orig_bytes", "resp_bytes"),
        ("total_pkts", "orig_pkts", "resp_pkts"),
    ):
        if total in cells and resp not in cells:
            cells[resp] = _rest(cells, total, orig, context)
    return to_flows(cells, context)


def _first(columns: list[pa.Array], rows: int) -> pa.Array:
    """The first cell of each row that is not empty."""
    return pc.coalesce(*(texts(column, rows) for column in columns))


def _first_host(cells: Cells, separator: str) -> None:
    """Zeek's file log has sets of hosts; the first stands for the set."""
    for side in ("src", "dst"):
        if side in cells:
            column = texts(cells[side], len(cells["record"]))
            cells[side] = pc.list_element(pc.split_pattern(pc.fill_null(column, ""), separator), 0)


def _lists(columns: list[pa.Array], separator: str, column: str) -> pa.Array:
    """All values of the columns in one list a row, hashes without colons and in lower case."""
    # Arrow's null_handling="skip" drops rows that are null in every column (seen in pyarrow 26), so empty texts stand in.
    joined = pc.binary_join_element_wise(*(pc.fill_null(cell, "") for cell in columns), separator)
    if len(columns) > 1:
        mark = re.escape(separator)
        joined = pc.replace_substring_regex(joined, f"^({mark})+|({mark})+$", "")
        joined = pc.replace_substring_regex(joined, f"({mark})+", separator)
    if column == "hashes":
        joined = pc.utf8_lower(pc.replace_substring(joined, ":", ""))
    empty = pc.equal(joined, "")
    return pc.split_pattern(pc.if_else(empty, pa.scalar(None, pa.string()), joined), separator)


def _rest(cells: Cells, total: str, orig: str, context: Context) -> pa.Array:
    rows = len(cells["record"])
    whole = reals(cells[total], rows, total, cells["record"], context)
    if orig not in cells:
        cells[orig] = whole
        return pa.nulls(rows, pa.float64())
    return pc.subtract(whole, reals(cells[orig], rows, orig, cells["record"], context))
