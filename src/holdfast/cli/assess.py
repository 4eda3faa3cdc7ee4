"""``holdfast assess``: one folder in, one report out."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from holdfast.app.settings import Settings
from holdfast.cli.options import EditionOption
from holdfast.cli.output import FOUND, NOTHING, UNCHECKED, Format, QuietOption, as_text, tell
from holdfast.cli.progress import progress


def assess(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Folder with a holdfast.toml.", metavar="DIR")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder to write the report into.")] = Path(
        "holdfast-report"
    ),
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Day the verdicts are for.",
            show_default="the folder's own, else today",
        ),
    ] = None,
    edition: EditionOption = None,
    quiet: QuietOption = False,
) -> int:
    """Assess a folder of your records: who and what in them touches a listed party or a watched actor.

    Writes `report.html` (for people), `findings.jsonl`, `status.jsonl` (what was checked and what was not) and
    `bundle.json` (STIX 2.1). The same inputs, edition and date give the same bytes.

    Examples:
    `holdfast assess examples/northgate`

    `holdfast assess ~/records --as-of 2026-06-30 --output reviews/june`

    """
    from holdfast.app.assess import AssessOptions
    from holdfast.app.assess import assess as run
    from holdfast.app.report import summarise, write_report

    settings: Settings = context.obj
    options = AssessOptions(as_of.date() if as_of else None, edition)
    with progress(quiet=quiet) as bar:
        assessment = run(folder, settings, options, bar)
    written = write_report(assessment, output)
    if not quiet:
        tell(assessment.statuses)
        columns = ("kind", "subject", "verdict", "score", "due", "title")
        rows = [finding.to_dict() for finding in assessment.findings]
        if sys.stdout.isatty():
            print(as_text(rows, Format.TABLE, columns))
        print(summarise(assessment))
        print(f"Report: {written['report.html']}")
    if assessment.findings:
        return FOUND
    return UNCHECKED if any(status.state != "ok" for status in assessment.statuses) else NOTHING
