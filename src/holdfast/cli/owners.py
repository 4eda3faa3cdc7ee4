"""``holdfast owners``: the 50 Percent Rule and its relatives over a register of holdings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from holdfast.cli.options import (
    AsOfOption,
    DecisionsOption,
    EditionOption,
    ListsOption,
    MapOption,
    read_mapping,
)
from holdfast.cli.output import FormatOption, OutputOption, QuietOption, show
from holdfast.cli.progress import progress
from holdfast.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

COLUMNS = ("entity", "name", "pack", "verdict", "low", "high", "says", "flags", "change")
HYPOTHETICAL_COLUMNS = (*COLUMNS[:3], "was", *COLUMNS[3:])
CASE_COLUMNS = ("case", "entity", "pack", "as_of", "verdict", "expected", "ok", "flags")


def owners(
    context: typer.Context,
    holdings: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="HOLDINGS", help="Registers of holdings; - reads standard input.", show_default=False
        ),
    ] = None,
    blocked: Annotated[
        Path | None,
        typer.Option(
            help="CSV of who is blocked (entity[, valid_from, valid_to]); without it, the watchlist.",
            show_default=False,
        ),
    ] = None,
    control: Annotated[
        Path | None,
        typer.Option(help="CSV of who controls whom (controller, entity, kind).", show_default=False),
    ] = None,
    mapping: MapOption = None,
    packs: Annotated[
        str,
        typer.Option(
            "--pack",
            help="Rule packs, by commas: us-ofac, us-ssi, us-cmic, us-bis, eu, uk, ch, ca, au; or all.",
        ),
    ] = "us-ofac",
    as_of: AsOfOption = None,
    entity: Annotated[
        list[str] | None,
        typer.Option(help="Rule on this entity only; repeat it for several.", show_default=False),
    ] = None,
    touched: Annotated[
        bool, typer.Option("--touched", help="Only entities that a listed party reaches.")
    ] = False,
    designate: Annotated[
        list[str] | None,
        typer.Option(
            help="What if this party were listed: show only what that would change.", show_default=False
        ),
    ] = None,
    stake: Annotated[
        list[str] | None,
        typer.Option(
            help="What if OWNER,OWNED,PERCENT were held instead: show only what that would change.",
            show_default=False,
        ),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(help="Draw the chains into this HTML page too.", show_default=False),
    ] = None,
    cases: Annotated[
        Path | None,
        typer.Option(help="Check worked cases (JSON) instead of a register.", show_default=False),
    ] = None,
    links: Annotated[
        bool,
        typer.Option(
            "--links",
            help="Show who of the register is, or may be, on the watchlist instead: rows as of screen, to be decided.",
        ),
    ] = False,
    lists: ListsOption = None,
    edition: EditionOption = None,
    decisions: DecisionsOption = None,
    jobs: Annotated[
        int,
        typer.Option(help="Processes to screen a large register; 0 for as many as there are cores.", min=0),
    ] = 0,
    shape: FormatOption = None,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> int:
    """Say who is blocked because listed parties own it, with the chain and the sum as proof.

    Holdings are CSV, JSON Lines or Parquet with `owner, owned, percent` (a number, `25-50`, `>25`, a fraction, or empty
    for unknown) and, where known, `valid_from, valid_to, right`. What is unknown is never taken for zero: where
    the data allow both outcomes the verdict is review.

    Examples:
    `holdfast owners holdings.csv --pack us-ofac,eu,uk --as-of 2026-11-23`

    `holdfast owners register.xlsx --map owner=Shareholder --map owned=Company --map "percent=Ownership %"`

    `holdfast owners holdings.csv --blocked blocked.csv --control control.csv`

    `holdfast owners holdings.csv --designate "Yangtze Holding Ltd"`

    `holdfast owners holdings.csv --stake "Yangtze Holding Ltd,Delta GmbH,49"`

    `holdfast owners holdings.csv --links --format csv --output links.csv`

    `holdfast owners holdings.csv --decisions decided.csv`

    `holdfast owners bods.json --blocked blocked.csv --report chains.html`

    `holdfast owners --cases our-policy-cases.json`

    """
    day = as_of.date() if as_of else None
    if cases is not None:
        if holdings:
            raise UsageError("--cases takes its holdings from the cases", advice="Leave the register out")
        from holdfast.app.ownership.cases import check_cases

        return show(check_cases(cases, day), shape, output, columns=CASE_COLUMNS, quiet=quiet)
    from holdfast.app.owners import all_packs, find_owners
    from holdfast.app.ownership.register import OwnersRequest, Stake

    request = OwnersRequest(
        holdings=tuple(holdings or ()),
        mapping=read_mapping(mapping),
        packs=all_packs()
        if packs == "all"
        else tuple(part.strip() for part in packs.split(",") if part.strip()),
        as_of=day,
        blocked=blocked,
        control=control,
        entities=tuple(entity or ()),
        touched=touched,
        designate=tuple(designate or ()),
        stakes=tuple(map(Stake.parse, stake or ())),
        report=report,
        edition=edition,
        lists=tuple(lists or ()),
        decisions=tuple(decisions or ()),
        jobs=jobs,
    )
    with progress(quiet=quiet) as bar:
        if links:
            from holdfast.app.ownership.linked import LINK_COLUMNS, find_links

            return show(
                find_links(request, context.obj, bar), shape, output, columns=LINK_COLUMNS, quiet=quiet
            )
        outcome = find_owners(request, context.obj, bar)
        rank = None if request.entities or request.is_hypothetical else _rank
        columns = HYPOTHETICAL_COLUMNS if request.is_hypothetical else COLUMNS
        leaves = report is not None
        return show(outcome, shape, output, columns=columns, quiet=quiet, rank=rank, leaves=leaves)


def _rank(row: Mapping[str, object]) -> int | None:
    """Whom a pack catches, whom it may catch, whom it spares with a flag; whoever is clear is only counted."""
    return {"yes": 0, "review": 1}.get(str(row["answer"]), 2 if row["flags"] else None)
