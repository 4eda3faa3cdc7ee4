"""``holdfast retro``: a new advisory against traffic that was indexed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from holdfast.app.flows import COLUMNS
from holdfast.app.retro import RetroRequest, look_back
from holdfast.cli.options import (
    EditionOption,
    FromScoreOption,
    IndicatorsOption,
    ListsOption,
    WatchlistOption,
)
from holdfast.cli.output import FormatOption, OutputOption, QuietOption, show
from holdfast.cli.progress import progress


def retro(
    context: typer.Context,
    index: Annotated[
        Path, typer.Argument(metavar="INDEX", help="Folder that `holdfast flows --index` built.")
    ],
    indicators: IndicatorsOption = None,
    watchlist: WatchlistOption = True,
    since: Annotated[str, typer.Option(help="First day, such as 2024-06-01.", show_default=False)] = "",
    until: Annotated[str, typer.Option(help="Last day.", show_default=False)] = "9999",
    lists: ListsOption = None,
    edition: EditionOption = None,
    min_score: FromScoreOption = 0.0,
    shape: FormatOption = None,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> int:
    """Look for a new advisory's addresses and names in past traffic, without reading the traffic again.

    `holdfast flows LOGS --index INDEX` files, day by day, who reached which address and name. This asks all days of that
    index and answers as `flows` does, to the second and the day; ports and single flows are in the logs of that day.
    Pages, hashes and answers of name servers are not indexed.

    Examples:
    `holdfast flows /var/log/zeek/2024-08-31 --index /srv/holdfast-index`

    `holdfast retro /srv/holdfast-index --indicators advisory.stix.json`

    `holdfast retro /srv/holdfast-index --since 2024-06-01 --until 2024-09-30 --format csv`

    """
    request = RetroRequest(
        index=index,
        indicators=tuple(indicators or ()),
        since=since,
        until=until,
        min_score=min_score,
        lists=tuple(lists or ()),
        edition=edition,
        watchlist=watchlist,
    )
    with progress(quiet=quiet) as bar:
        return show(look_back(request, context.obj, bar), shape, output, columns=COLUMNS, quiet=quiet)
