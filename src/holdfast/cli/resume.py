"""Rows into a file that a stopped run can be continued in.

Beside the file lies ``FILE.progress`` while a run is under way: how many parties are screened, how long the file was
then, and a digest of all that the rows depend on. It is replaced, never rewritten, after each batch is on disk, and
removed at the end. What stands in the file beyond that length belongs to a batch that was not finished, and is cut.
"""

from __future__ import annotations

import csv
import io
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import orjson

from holdfast.cli.output import FOUND, NOTHING, UNCHECKED, Format, flat, tell
from holdfast.model.errors import UsageError
from holdfast.model.origin import Origin
from holdfast.model.status import State
from holdfast.text.cell import defuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from holdfast.app.screen_run import ScreenRun

    Rows = Iterable[Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a run came."""

    digest: str
    """Of everything that the rows depend on."""
    done: int = 0
    """Parties that are screened."""
    size: int = 0
    """Bytes of the output that belong to them."""
    found: bool = False
    """Whether there is a hit among them."""
    columns: tuple[str, ...] = ()
    """Of a CSV file."""


def write_resumable(
    run: ScreenRun, shape: Format, output: Path, *, columns: list[str], resume: bool, quiet: bool
) -> int:
    """Write the rows of a run, from where an earlier one stopped when ``resume``; return the exit code."""
    mark = Mark(f"{shape.value} {run.fingerprint()}")
    if resume:
        mark = _earlier(output, mark)
    output.parent.mkdir(parents=True, exist_ok=True)
    with output.open("r+b" if mark.done else "wb") as stream:
        stream.truncate(mark.size)
        stream.seek(mark.size)
        for batch in run.batches(mark.done):
            used = mark.columns or _columns(columns, batch.rows)
            stream.write(_lines(batch.rows, shape, used, header=not mark.columns))
            stream.flush()
            mark = Mark(mark.digest, batch.done, stream.tell(), mark.found or run.found, used)
            _note(output, mark)
        if shape is Format.CSV and not mark.columns:
            stream.write(_lines([], shape, tuple(columns), header=True))
    _beside(output).unlink(missing_ok=True)
    return _exit_code(run, mark, quiet=quiet)


def _exit_code(run: ScreenRun, mark: Mark, *, quiet: bool) -> int:
    statuses = run.statuses()
    if not quiet:
        tell(statuses)
    if run.found or mark.found:
        return FOUND
    return UNCHECKED if any(status.state is not State.OK for status in statuses) else NOTHING


def _beside(output: Path) -> Path:
    return output.with_name(output.name + ".progress")


def _note(output: Path, mark: Mark) -> None:
    """Replace the mark in one step, so that there is always a whole one."""
    fresh = output.with_name(output.name + ".progress.new")
    fresh.write_bytes(orjson.dumps(asdict(mark)))
    fresh.replace(_beside(output))


def _earlier(output: Path, mark: Mark) -> Mark:
    """The mark of the run that is to be continued; the given one when there was none."""
    if not output.exists():
        return mark
    try:
        content = orjson.loads(_beside(output).read_bytes())
        known = Mark(**{**content, "columns": tuple(content["columns"])})
    except FileNotFoundError as error:
        raise UsageError(
            "there is nothing to resume",
            origin=Origin(str(output)),
            why="no mark of a stopped run lies beside it",
            advice="Leave --resume out to begin anew; the file will be overwritten",
        ) from error
    except (orjson.JSONDecodeError, TypeError, KeyError) as error:
        raise UsageError(
            "is no mark of a stopped run",
            origin=Origin(str(_beside(output))),
            why=str(error),
            advice="Leave --resume out to begin anew",
        ) from error
    if known.digest != mark.digest or output.stat().st_size < known.size:
        raise UsageError(
            "cannot be continued",
            origin=Origin(str(output)),
            why="the input, the edition, the policy, the options or the file itself have changed since",
            advice="Leave --resume out to begin anew",
        )
    return known


def _columns(columns: list[str], rows: list[dict[str, object]]) -> tuple[str, ...]:
    """The columns of a CSV file: those that come first, and then whatever else its first row has."""
    if not rows:
        return ()
    return (*columns, *(key for key in rows[0] if key not in columns))


def _lines(rows: Rows, shape: Format, columns: tuple[str, ...], *, header: bool) -> bytes:
    if shape is Format.JSONL:
        return b"".join(orjson.dumps(row, default=str, option=orjson.OPT_APPEND_NEWLINE) for row in rows)
    stream = io.StringIO()
    if columns:
        writer = csv.DictWriter(stream, columns, extrasaction="ignore", lineterminator="\n")
        if header:
            writer.writeheader()
        for row in rows:
            writer.writerow({key: defuse(flat(value)) for key, value in row.items()})
    return stream.getvalue().encode()
