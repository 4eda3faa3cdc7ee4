"""Who of a register is, or may be, listed: rows as those of ``screen``, to be looked at and decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.app.outcome import Outcome
from holdfast.app.ownership.links import LinkFinder
from holdfast.app.ownership.register import read_register
from holdfast.app.screen import COLUMNS, as_row
from holdfast.app.watchlist import open_watchlist
from holdfast.model.errors import UsageError
from holdfast.model.progress import Silent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.app.ownership.register import OwnersRequest
    from holdfast.app.settings import Settings
    from holdfast.model.progress import Progress

LINK_COLUMNS = (*COLUMNS[:6], "certain", *COLUMNS[6:])
"""Of the table on a terminal."""


def find_links(request: OwnersRequest, settings: Settings, progress: Progress | None = None) -> Outcome:
    """A row for each party of the register and list entry that it is, or may be, in the order of the register.

    Beside what ``screen`` says, ``certain`` says whether verdicts take them for the same.
    """
    if request.blocked:
        raise UsageError(
            "--blocked takes the place of the watchlist, so there are no links to it",
            advice="Leave out --blocked or --links",
        )
    if request.report or request.is_hypothetical:
        raise UsageError(
            "--links makes no verdicts", advice="Leave out --links, or --report, --designate and --stake"
        )
    watchlist = open_watchlist(settings, request.edition, request.lists or None)
    register = read_register(request, settings, progress or Silent(), watchlist)
    decisions = register.decisions
    assert decisions is not None
    certain = {(link.holder, link.party.id): link.certain for link in register.links}
    linked = dict.fromkeys(link.holder for link in (*register.links, *register.cleared))
    parties = register.ownership.parties
    finder = LinkFinder(watchlist)
    found = False

    def rows() -> Iterator[dict[str, object]]:
        nonlocal found
        for holder, hit in finder.hits(parties[name] for name in linked):
            party = watchlist.party(hit.party)
            settled = decisions.settle(hit, party)
            found = found or settled.hit
            row = as_row(settled, party, watchlist.edition)
            row["certain"] = certain.get((holder.id, hit.party), False)
            if holder.origin is not None:
                row["origin"] = holder.origin.to_dict()
            yield row

    return Outcome(rows(), lambda: found, lambda: register.statuses)
