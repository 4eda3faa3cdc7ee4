"""``holdfast editions`` and ``holdfast delta``: which watchlists there are, and what changed."""

from __future__ import annotations

from typing import Annotated

import typer

from holdfast.app.settings import Settings
from holdfast.cli.output import FormatOption, OutputOption, QuietOption, show


def editions(
    context: typer.Context,
    shape: FormatOption = None,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> int:
    """List the editions of the watchlist, the oldest first.

    Every edition stays and can be named by the beginning of its id, so that a decision can be repeated years later.

    Example:
    `holdfast editions --format table`

    """
    from holdfast.app.editions import list_editions

    settings: Settings = context.obj
    columns = ("edition", "current", "published", "parties", "sources")
    return show(list_editions(settings), shape, output, columns=columns, quiet=quiet)


def delta(
    context: typer.Context,
    old: Annotated[str, typer.Argument(help="Edition, or the beginning of its id.")],
    new: Annotated[str, typer.Argument(help="Edition, or the beginning of its id.")],
    shape: FormatOption = None,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> int:
    """Show which parties were added, removed or changed between two editions.

    Exit code 0 when the editions say the same, 1 when something changed.

    Examples:
    `holdfast delta 8c1f0e 9d2b71`

    `holdfast delta 8c1f0e@us_ofac_sdn 9d2b71@us_ofac_sdn --format csv --output changes.csv`

    """
    from holdfast.app.editions import delta as run

    settings: Settings = context.obj
    columns = ("change", "party", "name", "programmes", "fields")
    return show(run(settings, old, new), shape, output, columns=columns, quiet=quiet)
