"""Spreads many payment files over processes; the decisions come back in the order of the files.

Each process opens the edition once and reads its files itself. A single file of many messages is cut into its messages
first, so that one large batch is spread like many small files.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import orjson

from holdfast.app.payments.case import with_deadline
from holdfast.app.payments.desk import DeskOptions, open_desk, settle
from holdfast.app.processes import in_processes
from holdfast.cases.repeats import keys_of
from holdfast.records.payments import read_bytes, read_payments, split_payments
from holdfast.screen.payments import decide_many

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from holdfast.app.settings import Settings
    from holdfast.model.payment import PaymentMessage
    from holdfast.screen.payments import Desk

_BATCH = 256 << 10
"""Bytes that a process gets at a time."""
_SPLIT_FROM = 1 << 20
"""Bytes from which on a file is cut into its messages."""

Item = tuple[str, "bytes | PaymentMessage | None"]
"""A file, and a piece of it; without a piece, all of it."""


Made = tuple[bytes, tuple[str, ...]]
"""A row as JSON, which travels between processes at less cost than objects do, and the keys of its payment."""


def decide_in_processes(
    files: list[Path], settings: Settings, options: DeskOptions, processes: int
) -> Iterator[tuple[dict[str, Any], tuple[str, ...]]]:
    """The rows for all messages of the files, in order, numbered by file, each with the keys of its payment."""
    advice = "Run it again with fewer --processes; what was printed until now stands"
    answers = in_processes(_batches(files), _decide, (_open, (settings, options)), processes, advice)
    yield from _numbered(chain.from_iterable(made for _, made in answers))


def _batches(files: list[Path]) -> Iterator[list[Item]]:
    batch: list[Item] = []
    size = 0
    for item, weight in _items(files):
        batch.append(item)
        size += weight
        if size >= _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _items(files: list[Path]) -> Iterator[tuple[Item, int]]:
    for file in files:
        size = file.stat().st_size if file.is_file() else _SPLIT_FROM
        if size < _SPLIT_FROM:
            yield (str(file), None), size
            continue
        for piece in split_payments(file):
            yield (str(file), piece), len(piece) if isinstance(piece, bytes) else 0


def _numbered(made: Iterator[Made]) -> Iterator[tuple[dict[str, Any], tuple[str, ...]]]:
    """Messages counted by file, whatever pieces they came in."""
    current, number = "", 0
    for line, keys in made:
        row = orjson.loads(line)
        number = number + 1 if row["file"] == current else 1
        current = row["file"]
        row["number"] = number
        yield row, keys


_desk: list[Desk] = []
"""The desk of this process: set once when it starts, since a pool hands its functions nothing else."""


def _open(settings: Settings, options: DeskOptions) -> None:
    _desk[:] = [open_desk(settings, options)]
    settle()


def _decide(work: list[Item]) -> list[Made]:
    messages = (message for item in work for message in _read(*item))
    return [
        (orjson.dumps(with_deadline(made).to_dict()), keys_of(made.message))
        for made in decide_many(messages, _desk[0])
    ]


def _read(file: str, piece: bytes | PaymentMessage | None) -> Iterator[PaymentMessage]:
    if piece is None:
        return read_payments(file)
    return read_bytes(piece, file) if isinstance(piece, bytes) else iter((piece,))
