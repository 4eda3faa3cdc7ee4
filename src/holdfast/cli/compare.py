"""``holdfast compare``: pairs of names, without a watchlist."""

from __future__ import annotations

from typing import Annotated

import typer

from holdfast.app.compare import COLUMNS, compare_pairs
from holdfast.cli.output import FormatOption, OutputOption, QuietOption, show


def compare(
    path: Annotated[str, typer.Argument(metavar="FILE", help="A file, or - for standard input.")],
    scoring: Annotated[str, typer.Option(help="holdfast, or ofac-search.")] = "holdfast",
    shape: FormatOption = None,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> int:
    """Score pairs of names, with reasons: the columns name1, name2 and, if known, type.

    Examples:
    `holdfast compare pairs.csv --format table`

    `echo '{"name1": "Jon Smith", "name2": "John Smith", "type": "Person"}' | holdfast compare -`

    """
    return show(compare_pairs(path, scoring), shape, output, columns=COLUMNS, quiet=quiet)
