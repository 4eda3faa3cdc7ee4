"""Options that several verbs take, each declared once: what it means is the same everywhere."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from holdfast.model.errors import UsageError

EditionOption = Annotated[
    str | None,
    typer.Option(
        "--edition", help="Watchlist edition, or the beginning of its id.", show_default="the newest"
    ),
]
ListsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--list", help="Only this list of the watchlist; may be repeated.", show_default="all of them"
    ),
]
AsOfOption = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="Day the verdicts are for.", show_default="today"),
]
StatusOption = Annotated[
    Path | None,
    typer.Option(
        "--status",
        help="Also write here how each file ended, with its counts, a JSON line each.",
        show_default=False,
    ),
]
MapOption = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="FIELD=COLUMN", help="Column that holds a field; may be repeated."),
]
PolicyOption = Annotated[
    str,
    typer.Option("--policy", help="default, strict, exact, payments, ofac-search, or a policy file."),
]
DecisionsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--decisions",
        metavar="FILE",
        help="Hits that were decided before: rows of an earlier run with decision, by, at and reason; may be repeated.",
        show_default=False,
    ),
]
IndicatorsOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--indicators", "-i", help="A list of indicators: STIX, MISP, CSV or text; may be repeated."
    ),
]
WatchlistOption = Annotated[
    bool,
    typer.Option(
        "--watchlist/--no-watchlist",
        help="Also use the indicators of the watchlist.",
        show_default="use them",
    ),
]
FromScoreOption = Annotated[
    float, typer.Option("--min-score", help="Show findings from this score on.", min=0, max=1)
]


def read_mapping(pairs: list[str] | None) -> dict[str, str]:
    """``FIELD=COLUMN`` pairs, several in one option separated by commas."""
    found: dict[str, str] = {}
    for pair in pairs or ():
        for part in pair.split(",") if pair.count("=") > 1 else [pair]:
            field, equals, column = part.partition("=")
            if not equals or not field.strip() or not column.strip():
                raise UsageError(
                    f"--map {pair!r} is no FIELD=COLUMN", advice="Write for instance --map name=Customer"
                )
            found[field.strip()] = column.strip()
    return found
