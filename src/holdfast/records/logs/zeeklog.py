"""Zeek logs as tab-separated text; as JSON they are recognised event by event.

https://docs.zeek.org/en/master/log-formats.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from holdfast.inputs.lines import read_lines
from holdfast.model.event import Kind
from holdfast.model.origin import Origin
from holdfast.records.logs.block import Record
from holdfast.records.logs.layout import PLAIN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    from holdfast.model.status import Problems
    from holdfast.records.logs.sorting import Sorter


def knows(head: bytes) -> bool:
    """Whether the file begins as Zeek begins its logs."""
    return head.startswith(b"#separator")


def read_zeek(stream: IO[bytes], name: str, sorter: Sorter, problems: Problems) -> Iterator[Record]:
    """One event a line, its fields as the header names them; sets and vectors are lists."""
    separator, set_separator, empty, unset = "\t", ",", "(empty)", "-"
    fields: list[str] = []
    types: list[str] = []
    sort = sorter.of(Kind("zeek"), PLAIN)
    for number, line in read_lines(stream, name, problems):
        if line.startswith("#"):
            word, _, rest = line.partition(" " if line.startswith("#separator") else separator)
            if word == "#separator":
                separator = rest.encode().decode("unicode_escape")
            elif word == "#set_separator":
                set_separator = rest
            elif word == "#empty_field":
                empty = rest
            elif word == "#unset_field":
                unset = rest
            elif word == "#path":
                sort = sorter.of(Kind("zeek", service=rest), PLAIN)
            elif word == "#fields":
                fields = rest.split(separator)
            elif word == "#types":
                types = rest.split(separator)
            continue
        values = line.split(separator)
        if len(values) != len(fields):
            problems.add(f"has {len(values)} values for {len(fields)} fields; skipped", Origin(name, number))
            continue
        kinds = types if len(types) == len(fields) else [""] * len(fields)
        row: dict[str, Any] = {}
        for field, kind, value in zip(fields, kinds, values, strict=True):
            if value == unset:
                continue
            many = kind.startswith(("set[", "vector["))
            row[field] = (
                ([] if many else "") if value == empty else value.split(set_separator) if many else value
            )
        yield Record(sort, row, row, number, line)
