"""``holdfast devices``: which devices are exposed to what the actor exploits."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from holdfast.app.devices import COLUMNS, DevicesRequest, assess_devices
from holdfast.cli.output import FormatOption, OutputOption, QuietOption, show
from holdfast.cli.progress import progress


def devices(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH…", help="Inventories, saved show outputs, or folders of them."),
    ],
    every: Annotated[bool, typer.Option("--all", help="Also show CVEs that do not affect a device.")] = False,
    data: Annotated[
        list[Path] | None,
        typer.Option(
            help="Vulnerability records besides those that ship: CVE, NVD, CSAF, CVRF, openVuln, KEV, EPSS."
        ),
    ] = None,
    shape: FormatOption = None,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> int:
    """Tell which devices run releases that the actor exploits, offline, with the record that decides.

    Reads inventories (CSV, JSON, XLSX, NetBox and Nautobot exports) and saved output of show version and its kin.
    A verdict is affected, not_affected or review; what the records leave open is review, never clean.

    Examples:
    `holdfast devices inventory.csv`

    `holdfast devices outputs/ --data cve-records/ --format csv`

    """
    request = DevicesRequest(tuple(paths), tuple(data or ()), every)
    with progress(quiet=quiet) as bar:
        return show(assess_devices(request, bar), shape, output, columns=COLUMNS, quiet=quiet)
