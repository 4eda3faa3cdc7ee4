"""``holdfast pay``: payment messages in, pass or hold out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from holdfast.cli.options import AsOfOption, EditionOption, ListsOption
from holdfast.cli.output import FOUND, NOTHING, FormatOption, OutputOption, QuietOption, show
from holdfast.cli.progress import progress

if TYPE_CHECKING:
    from collections.abc import Mapping

    from holdfast.app.payments.desk import DeskOptions
    from holdfast.app.settings import Settings

COLUMNS = ("decision", "message_id", "type", "amount", "currency", "reasons", "file")


def pay(
    context: typer.Context,
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH",
            help="Message files or folders of them; - reads standard input.",
            show_default=False,
        ),
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option(
            help="A payment policy of your own: budget, labels, geography.", show_default="the package's"
        ),
    ] = None,
    owned: Annotated[
        Path | None,
        typer.Option(
            help="Entities owned by blocked persons: the output of `holdfast owners`.", show_default=False
        ),
    ] = None,
    licences: Annotated[
        Path | None,
        typer.Option(help="Licences: a table with id, issuer, parties, …", show_default=False),
    ] = None,
    lists: ListsOption = None,
    edition: EditionOption = None,
    as_of: AsOfOption = None,
    processes: Annotated[
        int | None,
        typer.Option(
            min=1, help="Spread the work over so many processes.", show_default="by the amount of input"
        ),
    ] = None,
    watch: Annotated[
        Path | None,
        typer.Option(help="Watch this folder and decide each new message once.", show_default=False),
    ] = None,
    journal: Annotated[
        Path | None,
        typer.Option(
            help="Where --watch keeps its record.", show_default="payments.jsonl in the home folder"
        ),
    ] = None,
    once: Annotated[
        bool, typer.Option("--once", help="With --watch: decide what is there, and end.")
    ] = False,
    shape: FormatOption = None,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> int:
    """Screen payment messages before they leave: pass or hold, with the hits field by field.

    Reads ISO 20022 (pacs, pain, camt) and SWIFT FIN (MT101, MT103, MT202 COV and their kin), one or many in a file,
    `.gz` and `.zst` too. A message that cannot be read is held with the reason, and the others go on. A held message
    says whether its funds are to be blocked or rejected, on what ground, and by when it is to be reported.

    Examples:
    `holdfast pay outgoing/`

    `holdfast pay batch.xml --owned owners.jsonl --licences licences.csv --format table`

    `holdfast pay --watch /queue/out --journal /var/lib/holdfast/payments.jsonl`

    """
    from holdfast.app.pay import PayOptions
    from holdfast.app.pay import pay as use_case
    from holdfast.app.payments.desk import DeskOptions

    settings: Settings = context.obj
    day = as_of.date() if as_of else None
    desk = DeskOptions(edition, tuple(lists or ()), policy, owned, licences, day)
    if watch is not None:
        return _watch(settings, desk, watch, journal, once=once)
    if not paths:
        raise typer.BadParameter("name message files or folders, or a folder with --watch")
    with progress(quiet=quiet) as bar:
        outcome = use_case(paths, settings, PayOptions(desk, processes), bar)
        return show(outcome, shape, output, columns=COLUMNS, quiet=quiet, rank=_rank)


def _rank(row: Mapping[str, object]) -> int | None:
    """What is held; what passes is only counted."""
    return 0 if row["decision"] == "hold" else None


def _watch(settings: Settings, desk: DeskOptions, folder: Path, journal: Path | None, *, once: bool) -> int:
    """Print each decision as soon as it stands in the journal, until interrupted or told to end."""
    import signal
    import sys

    import orjson

    from holdfast.app.payments.desk import open_desk, settle
    from holdfast.app.payments.watch import WatchOptions, watch

    told: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: told.append(number))
    options = WatchOptions(folder, journal or settings.home / "payments.jsonl", once=once)
    held = False
    opened = open_desk(settings, desk)
    settle()
    for row in watch(options, opened, stop=lambda: bool(told)):
        held = held or row["decision"] == "hold"
        sys.stdout.write(orjson.dumps(row, default=str).decode() + "\n")
        sys.stdout.flush()
    return FOUND if held else NOTHING
