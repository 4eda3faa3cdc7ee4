"""``holdfast flows``: who talks to listed infrastructure, and who behaves like a bot."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from holdfast.app.flows import COLUMNS, FlowsRequest, find_in_flows
from holdfast.cli.output import FormatOption, OutputOption, QuietOption, show
from holdfast.cli.progress import progress


def flows(
    context: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH…", help="Files, folders to walk, or - for standard input.")
    ],
    indicators: Annotated[
        list[Path] | None,
        typer.Option(
            "--indicators", "-i", help="A list of indicators: STIX, MISP, CSV or text. May be repeated."
        ),
    ] = None,
    watchlist: Annotated[
        bool, typer.Option(help="Also use the indicators of the watchlist.", show_default="use them")
    ] = True,
    lists: Annotated[
        list[str] | None, typer.Option("--list", help="Only indicators of this list of the watchlist.")
    ] = None,
    edition: Annotated[
        str | None, typer.Option(help="An older edition of the watchlist.", show_default=False)
    ] = None,
    min_score: Annotated[float, typer.Option(help="Show findings from this score on.")] = 0.0,
    zone: Annotated[str, typer.Option("--timezone", help="Zone of times that carry none.")] = "UTC",
    behaviour: Annotated[
        bool, typer.Option(help="Also look for rhythms and other behaviour.", show_default="look for it")
    ] = True,
    inside: Annotated[
        list[str] | None,
        typer.Option(
            "--inside",
            help="A network of your own or of your subscribers; may be repeated. Else private addresses.",
        ),
    ] = None,
    explained: Annotated[
        bool, typer.Option("--explained", help="Also show rhythms that something ordinary explains.")
    ] = False,
    shape: FormatOption = None,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> int:
    """Find traffic with listed infrastructure in flow, DNS, TLS and HTTP logs.

    Reads Zeek (TSV, JSON), Suricata EVE, nfdump and SiLK CSV, Argus binetflow, IPFIX JSON, Parquet and CSV in the
    columns ts, src, dst, …; folders are walked. Addresses count in both directions, domains with all below them, and a
    hit says whether it fell into the time in which the address was the actor's.

    Examples:
    `holdfast flows /var/log/zeek/2024-08-31`

    `holdfast flows edge.parquet --indicators advisory.stix.json --indicators mine.csv --format csv`

    `nfdump -r nfcapd.202408311200 -o csv | holdfast flows - --timezone America/Chicago`

    """
    request = FlowsRequest(
        paths=tuple(paths),
        indicators=tuple(indicators or ()),
        min_score=min_score,
        zone=zone,
        lists=tuple(lists or ()),
        edition=edition,
        watchlist=watchlist,
        behaviour=behaviour,
        inside=tuple(inside or ()),
        explained=explained,
    )
    with progress(quiet=quiet) as bar:
        return show(find_in_flows(request, context.obj, bar), shape, output, columns=COLUMNS, quiet=quiet)
