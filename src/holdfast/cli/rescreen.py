"""``holdfast rescreen``: what a new edition changes for the parties on the books."""

from __future__ import annotations

from typing import Annotated

import typer

from holdfast.app.rescreen import COLUMNS, RescreenRequest
from holdfast.app.rescreen import rescreen as run_rescreen
from holdfast.cli.options import DecisionsOption, ListsOption, MapOption, PolicyOption, read_mapping
from holdfast.cli.output import FormatOption, OutputOption, QuietOption, show
from holdfast.cli.progress import progress


def rescreen(
    context: typer.Context,
    old: Annotated[str, typer.Argument(help="Edition before: an id or its beginning.")],
    new: Annotated[str, typer.Argument(help="Edition after.")],
    against: Annotated[
        list[str], typer.Option(metavar="FILE", help="Parties to screen, or -; may be repeated.")
    ],
    mapping: MapOption = None,
    policy: PolicyOption = "default",
    lists: ListsOption = None,
    decisions: DecisionsOption = None,
    shape: FormatOption = None,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> int:
    """Screen parties against what changed between two editions: hits that came, went, or whose list entry differs.

    Run it after every update. It gives what screening against both editions and comparing would give, but looks only
    at the entries that changed, so it takes little more than reading the file. Editions are listed by `holdfast editions`.

    Examples:
    `holdfast rescreen 8c1f0e 41d2aa --against customers.csv`

    `holdfast rescreen 8c1f0e 41d2aa --against customers.csv --decisions decided.csv --format csv --output changed.csv`

    """
    request = RescreenRequest(
        old=old,
        new=new,
        paths=tuple(against),
        mapping=read_mapping(mapping),
        policy=policy,
        lists=tuple(lists or ()),
        decisions=tuple(decisions or ()),
    )
    with progress(quiet=quiet) as bar:
        return show(run_rescreen(request, context.obj, bar), shape, output, columns=COLUMNS, quiet=quiet)
