"""Screen payments: messages in, a decision each, before they leave.

::

    desk = open_desk(Settings.from_environment())
    for decision in decide_bytes(message, desk):
        if decision.outcome is Outcome.HOLD: ...

:func:`decide_bytes` is the function to call from a payment system; :func:`pay` is the use case of ``holdfast pay``.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from holdfast.app.outcome import Outcome
from holdfast.app.payments.case import finish, place_of
from holdfast.app.payments.desk import DeskOptions, open_desk, settle
from holdfast.cases.repeats import CaseBook
from holdfast.model.errors import InputError
from holdfast.model.origin import Origin
from holdfast.model.progress import Silent
from holdfast.model.status import Problems, RunStatus
from holdfast.records.payments import find_payments, read_bytes, read_payments
from holdfast.screen.payments import decide, decide_many

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from holdfast.app.settings import Settings
    from holdfast.model.progress import Progress
    from holdfast.screen.payment_decision import Decision
    from holdfast.screen.payments import Desk

_ENOUGH_FOR_PROCESSES = 4 << 20
"""Bytes of input from which on the work is spread over processes; below, starting them costs more than they bring."""


@dataclass(frozen=True, slots=True)
class PayOptions:
    """What the caller may choose."""

    desk: DeskOptions = field(default_factory=DeskOptions)
    processes: int | None = None
    """How many to spread the work over; None for as many as there are cores, when there is enough to do."""


def decide_bytes(data: bytes, desk: Desk, name: str = "-", book: CaseBook | None = None) -> list[Decision]:
    """The decisions on the messages in some bytes, whole or broken; never raises for what is in them.

    With a ``book``, a payment seen before in it keeps its case.
    """
    known = book or CaseBook()
    return [finish(decide(message, desk), known) for message in read_bytes(data, name)]


def pay(
    paths: Iterable[str | Path],
    settings: Settings,
    options: PayOptions | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """One row a message, in the order of the files; read lazily."""
    run = PaymentRun(paths, settings, options or PayOptions(), progress or Silent())
    return Outcome(run, lambda: run.held > 0, lambda: run.statuses)


class PaymentRun:
    """Decisions on all messages of some files as rows, and the account of them."""

    def __init__(
        self, paths: Iterable[str | Path], settings: Settings, options: PayOptions, progress: Progress
    ) -> None:
        self._paths = list(paths)
        self._settings = settings
        self._options = options
        self._progress = progress
        self._book = CaseBook()
        self.held = 0
        """Messages held so far."""
        self.statuses: list[RunStatus] = []
        """How each file ended; complete after the last row."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Decide, file by file."""
        files = self._find()
        self._progress.start("Screening payments", len(files))
        for file, rows in groupby(self._decide(files), key=lambda row: row["file"]):
            problems = Problems()
            counts = {"messages": 0, "held": 0}
            for row in rows:
                counts["messages"] += 1
                counts["held"] += row["decision"] == "hold"
                self.held += row["decision"] == "hold"
                place = Origin(file, record=row["message_id"] or str(row["number"]))
                if row["not_read"]:
                    problems.add(f"held: {'; '.join(row['not_read'])}", place)
                for says in row["notes"]:
                    problems.add(says, place, lost=False)
                yield row
            self.statuses.append(RunStatus.of("pay", file, problems, counts))
            self._progress.advance()

    def _find(self) -> list[Path]:
        files: list[Path] = []
        if not any(str(path) == "-" or Path(path).exists() for path in self._paths):
            raise InputError(
                "no such file or folder",
                origin=Origin(", ".join(map(str, self._paths))),
                advice="Check the path",
            )
        left_out = Problems()
        for found in find_payments(self._paths):
            if found.left_out:
                left_out.add(f"left out: {found.left_out}", Origin(str(found.path)), lost=False)
            else:
                files.append(found.path)
        if left_out.repaired:
            self.statuses.append(RunStatus.of("pay", "folders", left_out, {"left out": left_out.repaired}))
        elif not files:
            for path in self._paths:
                left_out.add("holds no message", Origin(str(path)), lost=False)
            self.statuses.append(RunStatus.of("pay", "folders", left_out, {"messages": 0}))
        return files

    def _decide(self, files: list[Path]) -> Iterator[dict[str, Any]]:
        processes = self._options.processes or _processes_for(files)
        if processes > 1:
            from holdfast.app.payments.pool import decide_in_processes

            rows = decide_in_processes(files, self._settings, self._options.desk, processes)
            return (self._entered(row, keys) for row, keys in rows)
        desk = open_desk(self._settings, self._options.desk)
        settle()
        made = (decision for file in files for decision in _decide_file(file, desk))
        return (finish(decision, self._book).to_dict() for decision in made)

    def _entered(self, row: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
        """A row of another process with its case, since only this one sees all payments."""
        case, row["repeats"] = self._book.enter(keys, place_of(row["file"], row["number"], row["message_id"]))
        row["case"] = case if row["decision"] == "hold" else ""
        return row


def _decide_file(file: Path, desk: Desk) -> Iterator[Decision]:
    """Decisions on a file; on a pipe each at once, since the next message may be long in coming."""
    messages = read_payments(file)
    if str(file) == "-":
        return (decide(message, desk) for message in messages)
    return decide_many(messages, desk)


def _processes_for(files: list[Path]) -> int:
    size = sum(file.stat().st_size for file in files if str(file) != "-" and file.is_file())
    if size < _ENOUGH_FOR_PROCESSES:
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
