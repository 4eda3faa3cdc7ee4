"""``holdfast update``: official lists in, one edition out."""

from __future__ import annotations

from typing import Annotated

import typer

from holdfast.app.settings import Settings
from holdfast.cli.output import UNCHECKED, WRONG_USE, FormatOption, OutputOption, QuietOption, show
from holdfast.cli.progress import progress
from holdfast.model.errors import UsageError

_COLUMNS = ("source", "status", "published", "records", "edition", "reason")


def update(
    context: typer.Context,
    places: Annotated[
        list[str] | None,
        typer.Option(
            "--from",
            metavar="SOURCE=PATH_OR_URL",
            help="A source and where it is: a folder, a file, `-`, or an https address. Repeatable.",
            show_default="all that have one address, from their publishers",
        ),
    ] = None,
    published: Annotated[
        str,
        typer.Option(
            metavar="DATE", help="Day of publication, where the files carry none.", show_default=False
        ),
    ] = "",
    force: Annotated[
        bool,
        typer.Option(
            help="Accept a set without its companion files, or a source that shrank by a fifth or more."
        ),
    ] = False,
    shape: FormatOption = None,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> int:
    """Read official and private lists, and vulnerability data, into a new edition of the watchlist.

    The same files give the same edition. A file that is cut, empty or not the list is refused, and the edition in use
    stays; so it does when an update is interrupted. Sources that are not named keep their last state. At the end the
    lists are laid out for screening.

    Lists: us_ofac_sdn, us_ofac_cons, us_bis_entity, gb_uksl, eu_fsf, un_sc, au_dfat, ca_sema, ch_seco, private. Vulnerability data, for `holdfast devices`: cve, nvd, csaf,
    cvrf, openvuln, kev, epss; each is a file, a folder or a ZIP archive.

    Examples:
    `holdfast update`

    `holdfast update --from us_ofac_sdn=~/lists/ofac --published 2026-08-02`

    `holdfast update --from private=watch.csv --from un_sc=consolidated.xml`

    `holdfast update --from cve=cvelist.zip --from nvd=nvdcve-2.0-2024.json.gz --from kev=known_exploited_vulnerabilities.json`

    """
    from holdfast.app.screen import prepare
    from holdfast.app.update import UpdateOptions
    from holdfast.app.update import update as run

    settings: Settings = context.obj
    options = UpdateOptions(dict(_split(place) for place in places or ()), published, force)
    with progress(quiet=quiet) as bar:
        outcome = run(settings, options, bar)
        code = show(outcome, shape, output, columns=_COLUMNS, quiet=quiet)
        nothing = all(status.state == "failed" for status in outcome.statuses())
        if not nothing:
            prepare(settings, bar)
    return WRONG_USE if code == UNCHECKED and nothing else code


def _split(place: str) -> tuple[str, str]:
    source, equals, path = place.partition("=")
    if not equals or not path:
        raise UsageError(f"--from {place} names no path", advice="Write it as --from us_ofac_sdn=DIR")
    return source, path
