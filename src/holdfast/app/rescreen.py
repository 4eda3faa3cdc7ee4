"""What a change of the watchlist changes for the user's own parties: hits that came, went, or stand otherwise.

Only the list entries that differ between the two editions can change a hit, because the score of a pair of names
depends on no third party. So only they are screened against, however long the lists are, and a customer file is
answered in about the time that it takes to read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from holdfast.app.decisions import load_decisions
from holdfast.app.outcome import Outcome
from holdfast.app.screen import as_query, as_row, choose_policy, open_screener
from holdfast.app.watchlist import open_watchlist
from holdfast.model.errors import InputError, UsageError
from holdfast.model.progress import Silent
from holdfast.model.status import Problems, RunStatus
from holdfast.records.parties import read_parties
from holdfast.store.delta import compare_editions
from holdfast.store.memory import MemoryWatchlist

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from holdfast.app.settings import Settings
    from holdfast.model.party import Party
    from holdfast.model.progress import Progress
    from holdfast.model.watchlist import Watchlist
    from holdfast.screen.query import Hit, Query
    from holdfast.screen.screener import Screener
    from holdfast.store.delta import Change

COLUMNS = ("change", "query", "query_name", "party", "listed_name", "score", "hit", "fields", "why")
"""Of the table on a terminal."""


@dataclass(frozen=True, slots=True)
class RescreenRequest:
    """Two editions, and who is to be screened against what changed between them."""

    old: str
    new: str
    paths: tuple[str, ...]
    """Files of parties, or ``-`` for standard input."""
    mapping: Mapping[str, str] = field(default_factory=dict)
    """Column of the files by field."""
    policy: str = "default"
    lists: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    """Files of decisions on earlier hits (:mod:`holdfast.records.decisions`)."""


def rescreen(request: RescreenRequest, settings: Settings, progress: Progress | None = None) -> Outcome:
    """Changed hits as rows of the contract, in the order of the input.

    ``change`` is ``added``, ``removed``, or ``changed`` for a hit that both editions have and whose list entry differs;
    ``fields`` says in what, and ``before`` how the hit stood. A removed hit is shown as the old edition has it.
    """
    run = _Run(request, settings, progress or Silent())
    return Outcome(run.rows(), lambda: run.found, lambda: run.statuses)


class _Run:
    """One run over all inputs."""

    def __init__(self, request: RescreenRequest, settings: Settings, progress: Progress) -> None:
        if not request.paths:
            raise UsageError("there is nobody to screen", advice="Name a file with --against")
        self._request = request
        self._settings = settings
        self._progress = progress
        self._policy = choose_policy(request.policy)
        self._old = open_watchlist(settings, request.old, request.lists or None)
        self._new = open_watchlist(settings, request.new, request.lists or None)
        self.found = False
        self._decisions, self.statuses = load_decisions(request.decisions, self._policy)

    def rows(self) -> Iterator[dict[str, object]]:
        self._progress.start("comparing the editions")
        changes = list(compare_editions(self._old, self._new))
        gone = {change.party.id for change in changes if change.change == "removed"}
        came = {change.party.id for change in changes if change.change == "added"}
        fields = {change.party.id: _fields(change) for change in changes}
        before = self._only(party for party in self._old.parties() if party.id in fields.keys() - came)
        after = self._only(party for party in self._new.parties() if party.id in fields.keys() - gone)
        refused: list[InputError] = []
        for path in self._request.paths:
            problems = Problems()
            counts = {"parties": 0}
            self._progress.start(f"screening {path} against {len(changes):,} changed entries")
            try:
                for query in self._read(path, problems, counts):
                    yield from self._compare(query, before, after, fields)
            except InputError as error:
                refused.append(error)
                self.statuses.append(RunStatus.failure("records.parties", path, str(error)))
                continue
            self.statuses.append(RunStatus.of("rescreen", path, problems, counts))
        if len(refused) == len(self._request.paths):
            raise refused[0]

    def _only(self, parties: Iterable[Party]) -> Screener:
        """A screener over some parties of an edition."""
        part = MemoryWatchlist.of(parties, folder=self._settings.home / "derived")
        return open_screener(part, self._request.policy)

    def _read(self, path: str, problems: Problems, counts: dict[str, int]) -> Iterator[Query]:
        for record in read_parties(path, problems, self._request.mapping):
            counts["parties"] += 1
            self._progress.advance()
            yield as_query(record)

    def _compare(
        self, query: Query, before: Screener, after: Screener, fields: Mapping[str, list[str]]
    ) -> Iterator[dict[str, object]]:
        old = {hit.party: hit for hit in before.screen(query, top=len(fields))}
        new = {hit.party: hit for hit in after.screen(query, top=len(fields))}
        for party, hit in new.items():
            row = self._row(hit, self._new)
            self.found = self.found or bool(row["hit"])
            if party in old:
                earlier = old[party]
                stood = {"listed_name": earlier.listed_name, "score": earlier.score, "hit": earlier.hit}
                yield {"change": "changed", **row, "fields": fields[party], "before": stood}
            else:
                yield {"change": "added", **row, "fields": fields[party]}
        for party, hit in old.items():
            if party not in new:
                self.found = self.found or hit.hit
                yield {"change": "removed", **self._row(hit, self._old), "fields": fields[party]}

    def _row(self, hit: Hit, watchlist: Watchlist) -> dict[str, object]:
        party = watchlist.party(hit.party)
        return as_row(self._decisions.settle(hit, party), party, watchlist.edition)


def _fields(change: Change) -> list[str]:
    return [difference.field for difference in change.differences]
