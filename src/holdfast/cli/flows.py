"""``holdfast flows``: who talks to listed infrastructure, and who behaves like a bot."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from holdfast.app.flows import COLUMNS, FlowsRequest, find_in_flows
from holdfast.app.relapse import COLUMNS as RELAPSE_COLUMNS
from holdfast.app.relapse import find_relapses
from holdfast.app.traffic_outputs import TrafficOutputs
from holdfast.cli.options import (
    EditionOption,
    FromScoreOption,
    IndicatorsOption,
    ListsOption,
    StatusOption,
    WatchlistOption,
)
from holdfast.cli.output import FormatOption, OutputOption, QuietOption, show, write_status
from holdfast.cli.progress import progress


def flows(
    context: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH", help="Files, folders to walk, or - for standard input.")
    ],
    indicators: IndicatorsOption = None,
    watchlist: WatchlistOption = True,
    lists: ListsOption = None,
    edition: EditionOption = None,
    min_score: FromScoreOption = 0.0,
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
        bool,
        typer.Option(
            "--explained",
            help="Also show rhythms that something ordinary explains, or only questions to a name server show.",
        ),
    ] = False,
    shared: Annotated[
        list[str] | None,
        typer.Option("--shared", help="A public network of your carrier NAT; may be repeated."),
    ] = None,
    notify: Annotated[
        Path | None,
        typer.Option(
            help="Also write the subscribers to notify, in Shadowserver's columns.", show_default=False
        ),
    ] = None,
    xarf: Annotated[
        Path | None,
        typer.Option(help="Also write XARF 4 reports: a folder, or a .jsonl file.", show_default=False),
    ] = None,
    stix: Annotated[
        Path | None, typer.Option(help="Also write STIX 2.1 sightings.", show_default=False)
    ] = None,
    misp: Annotated[Path | None, typer.Option(help="Also write a MISP event.", show_default=False)] = None,
    zeek_intel: Annotated[
        Path | None, typer.Option(help="Also write the indicators for Zeek's sensors.", show_default=False)
    ] = None,
    page: Annotated[
        Path | None, typer.Option(help="Also write a page per controller here.", show_default=False)
    ] = None,
    cleaned: Annotated[
        Path | None,
        typer.Option(
            help="A list of cleaned subscribers (source, cleaned_at, case): tell only who relapsed, stayed clean or was "
            "not seen.",
            show_default=False,
        ),
    ] = None,
    status: StatusOption = None,
    reporter: Annotated[
        str,
        typer.Option(
            help="Who reports, and where to answer: 'Organisation abuse@example.net'.", show_default=False
        ),
    ] = "",
    index: Annotated[
        Path | None,
        typer.Option(help="Also file the traffic in this folder, for `holdfast retro`.", show_default=False),
    ] = None,
    shape: FormatOption = None,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> int:
    """Find traffic with listed infrastructure in flow, DNS, TLS and HTTP logs.

    Reads Zeek (TSV, JSON), Suricata EVE, nfdump and SiLK CSV, Argus binetflow, IPFIX JSON, NetFlow v5,
    NetFlow v9 and IPFIX exports (pcap, pcapng, raw), Parquet and CSV in the columns ts, src, dst, …; folders are walked. Addresses count in both directions, domains with all below them, and a
    hit says whether it fell into the time in which the address was the actor's.

    Examples:
    `holdfast flows /var/log/zeek/2024-08-31`

    `holdfast flows edge.parquet --indicators advisory.stix.json --indicators mine.csv --format csv`

    `holdfast flows exports.pcap --inside 203.0.113.0/24 --shared 198.51.100.16/28 --notify notify.csv --page pages`

    `holdfast flows /var/log/zeek --cleaned cleaned.csv`

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
        index=index,
        shared=tuple(shared or ()),
        outputs=TrafficOutputs(notify, xarf, stix, misp, zeek_intel, page, reporter),
    )
    with progress(quiet=quiet) as bar:
        if cleaned is not None:
            outcome, columns = find_relapses(request, cleaned, context.obj, bar), RELAPSE_COLUMNS
        else:
            outcome, columns = find_in_flows(request, context.obj, bar), COLUMNS
        leaves = request.outputs.wanted or index is not None or status is not None
        code = show(outcome, shape, output, columns=columns, quiet=quiet, leaves=leaves)
    write_status(outcome, status)
    return code
