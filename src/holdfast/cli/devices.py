"""``holdfast devices``: which devices are exposed to what the actor exploits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from holdfast.app.devices import COLUMNS, DevicesRequest, assess_devices
from holdfast.app.settings import Settings
from holdfast.cli.options import EditionOption, StatusOption
from holdfast.cli.output import FormatOption, OutputOption, QuietOption, show, write_status
from holdfast.cli.progress import progress

if TYPE_CHECKING:
    from collections.abc import Mapping


def devices(
    context: typer.Context,
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH", help="Inventories, saved show outputs, or folders of them."),
    ],
    every: Annotated[bool, typer.Option("--all", help="Also show CVEs that do not affect a device.")] = False,
    data: Annotated[
        list[Path] | None,
        typer.Option(
            help="Vulnerability records besides those of the edition: CVE, NVD, CSAF, CVRF, openVuln, KEV, EPSS."
        ),
    ] = None,
    edition: EditionOption = None,
    allow: Annotated[
        Path | None,
        typer.Option(
            help="What is your own (TOML): users, aaa_servers, tunnel_peers, networks.", show_default=False
        ),
    ] = None,
    before: Annotated[
        list[Path] | None,
        typer.Option(help="Earlier configurations of the same devices; what changed since is judged too."),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            help="Also write a work list, a page per device and a VEX document here.", show_default=False
        ),
    ] = None,
    status: StatusOption = None,
    shape: FormatOption = None,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> int:
    """Tell which devices run releases that the actor exploits, offline, with the record that decides.

    Reads inventories (CSV, JSON, XLSX, NetBox and Nautobot exports) and saved output of show version and its kin.
    Configurations and logs among the files are checked for signs of compromise and for services that exploits need;
    passwords, keys and communities never reach the output. A verdict is affected, not_affected or review; what the records
    leave open is review, never clean. Records come from the edition (`holdfast update --from cve=… --from kev=…`); before any
    update, they are those of the watched actors that ship.

    Examples:
    `holdfast devices inventory.csv`

    `holdfast devices outputs/ --data cve-records/ --format csv`

    `holdfast devices inventory.csv configs/ --report fleet-report`

    `holdfast devices configs/today --before configs/last-month --allow own.toml`

    """
    settings: Settings = context.obj
    request = DevicesRequest(
        tuple(paths), tuple(data or ()), edition, every, allow, tuple(before or ()), report
    )
    with progress(quiet=quiet) as bar:
        outcome = assess_devices(request, settings, bar)
        leaves = report is not None or status is not None
        code = show(outcome, shape, output, columns=COLUMNS, quiet=quiet, rank=_rank, leaves=leaves)
    write_status(outcome, status)
    return code


_ORDER = {"affected": 0, "sign": 1, "risk": 2, "review": 3}


def _rank(row: Mapping[str, object]) -> int:
    """What the actor can walk into, signs that it has, what helps it, what is to be looked into, the rest."""
    return _ORDER.get(str(row.get("verdict") or row.get("kind")), len(_ORDER))
