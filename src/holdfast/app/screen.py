"""Screen the user's own parties against the watchlist."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.app.outcome import Outcome
from holdfast.model.errors import UsageError
from holdfast.model.party import Identifier
from holdfast.model.progress import Silent
from holdfast.records.parties import identifier_type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from holdfast.app.settings import Settings
    from holdfast.model.party import Party
    from holdfast.model.progress import Progress
    from holdfast.model.watchlist import Watchlist
    from holdfast.records.parties import PartyRecord
    from holdfast.screen.policy import Policy
    from holdfast.screen.query import Hit, Query
    from holdfast.screen.screener import Screener

COMPILING = "compiling, once per installation"
"""Said while it is done."""
COLUMNS = ("query", "query_name", "party", "listed_name", "score", "hit", "programmes", "why")
"""Of the table on a terminal."""


@dataclass(frozen=True, slots=True)
class ScreenRequest:
    """Who is to be screened, and how."""

    paths: tuple[str, ...] = ()
    """Files, or ``-`` for standard input."""
    parties: tuple[NamedParty, ...] = ()
    """Parties given directly."""
    mapping: Mapping[str, str] = field(default_factory=dict)
    """Column of the files by field."""
    policy: str = "default"
    """Name of a policy of the package, or path of a policy file."""
    min_score: float | None = None
    """Also show what stays below the policy's threshold, from here on."""
    top: int = 10
    """Most listed parties a query."""
    lists: tuple[str, ...] = ()
    edition: str | None = None
    decisions: tuple[str, ...] = ()
    """Files of decisions on earlier hits (:mod:`holdfast.records.decisions`)."""
    jobs: int = 0
    """Processes for large inputs; 0 for as many as there are cores."""


def screen(request: ScreenRequest, settings: Settings, progress: Progress | None = None) -> Outcome:
    """Hits as rows of the contract, in the order of the input."""
    from holdfast.app.screen_run import ScreenRun

    run = ScreenRun(request, settings, progress or Silent())
    return Outcome(run.rows(), lambda: run.found, run.statuses)


def choose_policy(name: str) -> Policy:
    """A policy of the package by name, or the user's own by path."""
    from holdfast.screen.policy import policies, policy, read_policy

    if name not in policies() and (name.endswith(".toml") or Path(name).is_file()):
        return read_policy(Path(name))
    return policy(name)


def open_screener(watchlist: Watchlist, policy: str = "default") -> Screener:
    """A screener over a watchlist under a policy."""
    from holdfast.screen.screener import Screener

    return Screener.open(watchlist, choose_policy(policy))


def prepare(settings: Settings, progress: Progress) -> None:
    """Lay the current edition out for screening and compile what that needs, so that the first question need not wait."""
    from holdfast.app.watchlist import open_watchlist

    progress.start("laying the lists out for screening")
    screener = open_screener(open_watchlist(settings))
    screener.warm_up(lambda: progress.start(COMPILING))


def as_query(record: PartyRecord) -> Query:
    """What is asked of the screener for one recorded party."""
    from holdfast.screen.query import Query

    return Query(
        id=record.id,
        name=record.name,
        type=record.type,
        birth_date=record.birth_date,
        country=record.country,
        address=record.address,
        identifiers=record.identifiers,
        aliases=record.aliases,
        extra=record.extra,
    )


def as_row(hit: Hit, party: Party, edition: str) -> dict[str, object]:
    """One line of the contract; ``party`` is the listed party as the edition has it."""
    from holdfast.screen.decided import customer_digest, entry_digest

    query = hit.query
    row: dict[str, object] = {
        "query": query.id or query.name,
        "query_name": query.name,
        "party": hit.party,
        "listed_name": hit.listed_name,
        "strength": hit.strength,
        "score": hit.score,
        "hit": hit.hit,
        "why": [{"feature": why.feature, "score": why.score, "says": why.says} for why in hit.why],
        "lists": list(hit.lists),
        "programmes": list(hit.programmes),
        "effect": hit.effect,
        "edition": edition,
        "customer_digest": customer_digest(query),
        "entry_digest": entry_digest(party),
    }
    if query.extra:
        row["extra"] = dict(query.extra)
    return row


@dataclass(frozen=True, slots=True)
class NamedParty:
    """A party given on the command line."""

    name: str
    type: str = ""
    birth_date: str = ""
    country: str = ""
    address: str = ""
    identifiers: tuple[str, ...] = ()
    """Each as ``TYPE:VALUE``."""

    def as_query(self) -> Query:
        """What is asked of the screener; :class:`UsageError` for an identifier of unknown type."""
        from holdfast.screen.query import Query

        return Query(
            "",
            self.name,
            self.type,
            self.birth_date,
            self.country,
            self.address,
            parse_identifiers(self.identifiers),
        )


def parse_identifiers(texts: tuple[str, ...]) -> tuple[Identifier, ...]:
    """Identifiers from ``TYPE:VALUE``; :class:`UsageError` for an unknown type."""
    found = []
    for text in texts:
        kind, colon, value = text.partition(":")
        known = identifier_type(kind)
        if not colon or not known or not value:
            raise UsageError(
                f"{text!r} is no identifier", advice="Write TYPE:VALUE, for instance imo:9074729"
            )
        found.append(Identifier(known, value))
    return tuple(found)
