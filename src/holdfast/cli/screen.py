"""``holdfast screen``: parties against the watchlist."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from holdfast.app.screen import COLUMNS, NamedParty, ScreenRequest
from holdfast.app.screen import screen as run_screen
from holdfast.app.screen_run import ScreenRun
from holdfast.cli.options import (
    DecisionsOption,
    EditionOption,
    ListsOption,
    MapOption,
    PolicyOption,
    read_mapping,
)
from holdfast.cli.output import Format, FormatOption, OutputOption, QuietOption, show
from holdfast.cli.progress import progress
from holdfast.cli.resume import write_resumable
from holdfast.model.errors import UsageError


def screen(
    context: typer.Context,
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="FILE", help="Files, or - for standard input.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Screen one name instead of a file.", show_default=False)
    ] = None,
    schema: Annotated[
        str, typer.Option("--type", help="Person, Company, Organization, LegalEntity, Vessel, Airplane.")
    ] = "",
    birth_date: Annotated[str, typer.Option(help="Of --name: 1986-12-01 or 1986.")] = "",
    country: Annotated[str, typer.Option(help="Of --name.")] = "",
    identifier: Annotated[
        list[str] | None, typer.Option(metavar="TYPE:VALUE", help="Of --name; may be repeated.")
    ] = None,
    mapping: MapOption = None,
    policy: PolicyOption = "default",
    min_score: Annotated[
        float | None,
        typer.Option(
            help="Also show matches from this score on that are no hit.", min=0, max=1, show_default=False
        ),
    ] = None,
    top: Annotated[int, typer.Option(help="Most listed parties shown for one query.", min=1)] = 10,
    lists: ListsOption = None,
    edition: EditionOption = None,
    decisions: DecisionsOption = None,
    jobs: Annotated[
        int, typer.Option(help="Processes for large files; 0 for as many as there are cores.", min=0)
    ] = 0,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with --output FILE where a run that was stopped left it.")
    ] = False,
    shape: FormatOption = None,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> int:
    """Screen customers, suppliers or a name against the watchlist.

    Files are CSV, JSON Lines, Parquet, XLSX or FollowTheMoney JSON with the columns id, name, type, birth_date, country,
    address, identifiers. A name may also be a number that points at a party: an LEI, an IMO number, a ticker, a website.

    Examples:
    `holdfast screen --name "Integrity Technology Group" --type Company`

    `holdfast screen customers.csv --map name="Full Name" --map id=No --format csv --output hits.csv`

    `holdfast screen --name "688244 CH"`

    `holdfast screen customers.csv --decisions decided.csv`

    `holdfast screen millions.csv --output hits.jsonl --resume`

    """
    for path in paths or ():
        if not Path(path).suffix and path != "-" and not Path(path).exists():
            raise UsageError(
                f"{path!r} is no file", advice=f'To screen a name, write `holdfast screen --name "{path}"`'
            )
    if name is not None and not name.strip() and not identifier:
        raise UsageError("--name is empty", advice="Give a name, or --identifier TYPE:VALUE")
    request = ScreenRequest(
        paths=tuple(paths or ()),
        parties=(
            (NamedParty(name or "", schema, birth_date, country, "", tuple(identifier or ())),)
            if name is not None or identifier
            else ()
        ),
        mapping=read_mapping(mapping),
        policy=policy,
        min_score=min_score,
        top=top,
        lists=tuple(lists or ()),
        edition=edition,
        decisions=tuple(decisions or ()),
        jobs=jobs,
    )
    chosen = shape or Format.JSONL
    # A pipe or a device, such as /dev/null, cannot be cut where a run stopped.
    again = output is not None and (output.is_file() or not output.exists())
    if output is None or not again or chosen is Format.TABLE or "-" in request.paths:
        if resume:
            raise UsageError(
                "--resume needs --output FILE, as jsonl or csv, and an input that can be read again"
            )
        with progress(quiet=quiet) as bar:
            return show(run_screen(request, context.obj, bar), shape, output, columns=COLUMNS, quiet=quiet)
    with progress(quiet=quiet) as bar:
        run = ScreenRun(request, context.obj, bar)
        return write_resumable(run, chosen, output, columns=list(COLUMNS), resume=resume, quiet=quiet)
