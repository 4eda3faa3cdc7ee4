"""Rows to JSON Lines, CSV or a table, on standard output or into a file; messages to standard error."""

from __future__ import annotations

import csv
import io
import os
import sys
from collections import deque
from contextlib import contextmanager
from enum import StrEnum
from operator import itemgetter
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from holdfast.model.status import State
from holdfast.text.cell import defuse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from holdfast.app.outcome import Outcome
    from holdfast.model.status import RunStatus

NOTHING, FOUND, WRONG_USE, UNCHECKED, UNEXPECTED, INTERRUPTED = 0, 1, 2, 3, 4, 130
"""Exit codes of the contract."""


class Format(StrEnum):
    """Shapes of output."""

    JSONL = "jsonl"
    TABLE = "table"
    CSV = "csv"


FormatOption = Annotated[
    Format | None,
    typer.Option(
        "--format",
        "-f",
        help="Shape of the output; a table on a terminal, else JSON Lines.",
        show_default=False,
    ),
]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="Write here instead of to standard output.", show_default=False),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no messages but errors.")]


def show(
    outcome: Outcome,
    shape: Format | None,
    output: Path | None,
    *,
    columns: Iterable[str],
    quiet: bool,
    rank: Callable[[Mapping[str, object]], int | None] | None = None,
    leaves: bool = False,
) -> int:
    """Write all rows, then the statuses that are not ok; return the exit code.

    ``columns`` are those of the table; CSV takes them first and then whatever else the first row has. ``rank`` is for those who look
    at a table: rows of a lower rank come first, and rows of none, which ask for nothing, are only counted. Whoever reads the rows
    may go away (head, less), and then the work ends, unless it ``leaves`` files that are made of all rows.
    """
    try:
        with _target(output) as stream:
            chosen = shape or (Format.TABLE if output is None and stream.isatty() else Format.JSONL)
            if chosen is Format.TABLE and rank is not None:
                _write_ranked(outcome.rows, stream, list(columns), rank)
            else:
                _WRITERS[chosen](outcome.rows, stream, list(columns))
            stream.flush()
    except BrokenPipeError:
        abandon_output()
        if not leaves:
            raise typer.Exit(NOTHING) from None
        deque(outcome.rows, maxlen=0)
    statuses = list(outcome.statuses())
    if not quiet:
        tell(statuses)
        for line in outcome.says():
            print(f"holdfast: {line}", file=sys.stderr)
    if outcome.found():
        return FOUND
    return UNCHECKED if any(status.state is not State.OK for status in statuses) else NOTHING


def abandon_output() -> None:
    """Write no more to standard output, whose reader went away: Python would flush into it at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write_status(outcome: Outcome, place: Path | None) -> None:
    """How each input ended, as JSON Lines, where a place was given for it."""
    if place is not None:
        rows = (status.to_dict() for status in outcome.statuses())
        place.write_text(as_text(rows, Format.JSONL, ()), encoding="utf-8")


def tell(statuses: Iterable[RunStatus]) -> None:
    """Say on standard error what could not be read or checked, and what was repaired."""
    for status in statuses:
        for problem in status.problems:
            print(_visible(f"holdfast: {problem}"), file=sys.stderr)
        if status.state is not State.OK:
            says = f"holdfast: {status.subject}: {status.state.value}: {status.reason}"
            print(_visible(says), file=sys.stderr)


@contextmanager
def _target(output: Path | None) -> Iterator[IO[str]]:
    if output is None:
        yield sys.stdout
        return
    output.parent.mkdir(parents=True, exist_ok=True)
    with output.open("w", encoding="utf-8", errors="backslashreplace", newline="") as stream:
        yield stream


def _write_jsonl(rows: Iterable[Mapping[str, object]], stream: IO[str], _columns: list[str]) -> None:
    import orjson

    for row in rows:
        try:
            line = orjson.dumps(row, default=str)
        except TypeError:  # the name of a file is no UTF-8
            line = orjson.dumps(_encodable(row), default=str)
        stream.write(line.decode() + "\n")


def _encodable(value: object) -> object:
    r"""With ``\xe9`` in the place of each byte of a file's name that is no UTF-8."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    if isinstance(value, dict):
        return {key: _encodable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_encodable(item) for item in value]
    return value


def _write_csv(rows: Iterable[Mapping[str, object]], stream: IO[str], columns: list[str]) -> None:
    writer = None
    for row in rows:
        if writer is None:
            columns = columns + [key for key in row if key not in columns]
            writer = csv.DictWriter(stream, columns, extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
        writer.writerow({key: defuse(flat(value)) for key, value in row.items()})
    if writer is None:
        csv.DictWriter(stream, columns, lineterminator="\n").writeheader()


def _write_ranked(
    rows: Iterable[Mapping[str, object]],
    stream: IO[str],
    columns: list[str],
    rank: Callable[[Mapping[str, object]], int | None],
) -> None:
    ranked: list[tuple[int, Mapping[str, object]]] = []
    quiet = 0
    for row in rows:
        place = rank(row)
        if place is None:
            quiet += 1
        else:
            ranked.append((place, row))
    ranked.sort(key=itemgetter(0))
    _write_table((row for _, row in ranked), stream, columns)
    if quiet:
        stream.write(f"{quiet:,} more that ask for nothing; --format jsonl or csv shows them\n")


def _write_table(rows: Iterable[Mapping[str, object]], stream: IO[str], columns: list[str]) -> None:
    """A table, or a block of lines a row where a table would break its words to fit."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=stream, soft_wrap=False)
    cells = [[_visible(flat(row.get(column, ""))) for column in columns] for row in rows]
    kept = [number for number in range(len(columns)) if not _repeats(cells, number)]
    titles = [columns[number].replace("_", " ") for number in kept]
    texts = [[row[number] for number in kept] for row in cells]
    if _least_width(titles, texts) <= console.width:
        table = Table(*titles, header_style="bold")
        for row in texts:
            table.add_row(*map(Text, row))
        if texts:
            console.print(table)
    else:
        for row in texts:
            block = Table.grid(padding=(0, 2))
            block.add_column(style="bold")
            for title, text in zip(titles, row, strict=True):
                if text:
                    block.add_row(title, Text(text))
            console.print(block, "")
    console.print(f"{len(cells):,} {'row' if len(cells) == 1 else 'rows'}")


def _least_width(titles: list[str], texts: list[list[str]]) -> int:
    """Characters below which a table would have to break words, or squeeze a sentence into a ribbon."""
    width = 1
    for number, title in enumerate(titles):
        cells = [title, *(row[number] for row in texts)]
        word = max((len(word) for cell in cells for word in cell.split()), default=0)
        sentence = min(_READABLE, max(map(len, cells)))
        width += max(word, sentence) + 3
    return width


_READABLE = 32
"""Characters a line of a sentence should have at least."""


def _repeats(cells: list[list[str]], number: int) -> bool:
    """Whether a column says nothing that the one before it does not say."""
    return bool(cells) and number > 0 and all(row[number] in {"", row[number - 1]} for row in cells)


_WRITERS = {Format.JSONL: _write_jsonl, Format.TABLE: _write_table, Format.CSV: _write_csv}


def flat(value: object) -> str:
    """A value in one cell: lists joined by ``; ``, objects by the sentence they carry or as JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list | tuple):
        return "; ".join(flat(item) for item in value)
    if isinstance(value, dict):
        if "says" in value:
            return str(value["says"])
        import orjson

        return orjson.dumps(value, default=str).decode()
    return str(value)


def _visible(text: str) -> str:
    """Without control characters, which could rewrite what a terminal shows."""
    return "".join(
        char if char.isprintable() or char == "\n" else "\N{REPLACEMENT CHARACTER}" for char in text
    )


def as_text(rows: Iterable[Mapping[str, object]], shape: Format, columns: Iterable[str]) -> str:
    """The rows as one string, for callers that have no stream."""
    stream = io.StringIO()
    _WRITERS[shape](rows, stream, list(columns))
    return stream.getvalue()
