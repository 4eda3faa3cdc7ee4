"""``holdfast validate``: whether screening finds what it must, and how much it alerts that it should not."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from holdfast.app.validate import COLUMNS, ValidateRequest
from holdfast.app.validate import validate as run_validate
from holdfast.cli.options import EditionOption, ListsOption, PolicyOption
from holdfast.cli.output import FormatOption, OutputOption, QuietOption, show
from holdfast.cli.progress import progress


def validate(
    context: typer.Context,
    policy: PolicyOption = "default",
    edition: EditionOption = None,
    lists: ListsOption = None,
    clean: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            help="Parties known not to be listed (cleared customers); without any, names are made.",
            show_default=False,
        ),
    ] = None,
    cases: Annotated[int, typer.Option(help="Most manipulated names a category.", min=1)] = 500,
    clean_cases: Annotated[int, typer.Option(help="Clean names that are made.", min=0)] = 5000,
    seed: Annotated[int, typer.Option(help="The same seed draws the same cases.")] = 1,
    sweep: Annotated[bool, typer.Option("--sweep", help="Rows for every threshold from 0.60 to 1.")] = False,
    before_policy: Annotated[
        str | None, typer.Option(help="Compare with this policy.", show_default=False)
    ] = None,
    before_edition: Annotated[
        str | None, typer.Option(help="Compare with this edition.", show_default=False)
    ] = None,
    page: Annotated[
        Path | None, typer.Option(help="Write a report with plots (HTML).", show_default=False)
    ] = None,
    details: Annotated[
        Path | None, typer.Option(help="Write every case with its answer (JSON Lines).", show_default=False)
    ] = None,
    shape: FormatOption = None,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> int:
    """Validate screening: control names as listed, names written otherwise by category, and clean names.

    Control names must all be found; exit code 1 says that one was not. The report has the rates at every threshold.
    Run it before and after a change of list, threshold or release, and keep both reports.

    Examples:
    `holdfast validate --page validation.html`

    `holdfast validate --policy strict --before-policy default --clean cleared_customers.csv`

    `holdfast validate --before-edition 8c1f0e --details cases.jsonl --format csv --output rates.csv`

    """
    request = ValidateRequest(
        policy=policy,
        edition=edition,
        lists=tuple(lists or ()),
        clean=tuple(clean or ()),
        cases=cases,
        clean_cases=clean_cases,
        seed=seed,
        sweep=sweep,
        before_policy=before_policy,
        before_edition=before_edition,
        page=page,
        details=details,
    )
    with progress(quiet=quiet) as bar:
        outcome = run_validate(request, context.obj, bar)
        return show(outcome, shape, output, columns=COLUMNS, quiet=quiet, leaves=page is not None)
