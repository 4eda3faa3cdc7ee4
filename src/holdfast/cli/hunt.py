"""``holdfast hunt``: logs through Sigma rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from holdfast.cli.options import EditionOption
from holdfast.cli.output import FormatOption, OutputOption, QuietOption, show
from holdfast.cli.progress import progress
from holdfast.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

COLUMNS = ("level", "title", "time", "host", "file", "record", "techniques", "matched")


def hunt(
    context: typer.Context,
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH", help="Log files or folders; - reads standard input.")
    ],
    rules: Annotated[
        list[str] | None,
        typer.Option(
            help="Sigma rules: a file, a folder, or `own` for the rules that ship with Holdfast (the default). "
            "Repeat it to use several.",
            show_default=False,
        ),
    ] = None,
    placeholder: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="A value of a placeholder in rules (%NAME%, modifier expand); repeat it for several.",
            show_default=False,
        ),
    ] = None,
    edition: EditionOption = None,
    timeline: Annotated[
        Path | None,
        typer.Option(
            help="Also write every match as a timeline (CSV, as Timesketch takes it).", show_default=False
        ),
    ] = None,
    navigator: Annotated[
        Path | None,
        typer.Option(
            help="Also write the techniques as a layer of the ATT&CK Navigator.", show_default=False
        ),
    ] = None,
    stix: Annotated[
        Path | None, typer.Option(help="Also write the sightings as a STIX 2.1 bundle.", show_default=False)
    ] = None,
    page: Annotated[
        Path | None, typer.Option(help="Also write a page with the story of each host.", show_default=False)
    ] = None,
    shape: FormatOption = None,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> int:
    """Hunt for the tradecraft of the watched actors in logs, with Sigma rules.

    Reads EVTX, Windows events as JSON (Winlogbeat, Elastic, Splunk, NXLog) and as XML, audit logs, syslog with lines of
    Cisco and FortiOS devices, web, proxy, name server, Zeek and Suricata logs, CSV and Parquet; folders are walked,
    .gz, .zst, .zip and .tar are opened. One line for each rule and event that match; the verdict on each host follows.

    Examples:
    `holdfast hunt /evidence/host1/*.evtx`

    `holdfast hunt /evidence --rules own --rules sigma/rules --format table`

    `holdfast hunt /evidence --page story.html --timeline timeline.csv --navigator layer.json --stix bundle.json`

    """
    from holdfast.app.hunt import OWN, HuntOptions
    from holdfast.app.hunt import hunt as use_case
    from holdfast.app.hunt_outputs import HuntOutputs

    options = HuntOptions(
        rules=tuple(rules or (OWN,)),
        placeholders=_placeholders(placeholder or ()),
        edition=edition,
        outputs=HuntOutputs(timeline=timeline, navigator=navigator, stix=stix, page=page),
    )
    with progress(quiet=quiet) as bar:
        outcome = use_case(paths, context.obj, options, bar)
        return show(outcome, shape, output, columns=COLUMNS, quiet=quiet, leaves=options.outputs.wanted)


def _placeholders(pairs: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """All values of each name."""
    found: dict[str, tuple[str, ...]] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip("% "):
            raise UsageError(
                f"--placeholder {pair!r} is no NAME=VALUE",
                advice="Write for instance --placeholder admins=CORP\\root",
            )
        found[name.strip("% ")] = (*found.get(name.strip("% "), ()), value)
    return found
