"""Sets up what payments are decided by: the watchlist's screener and codes, the policy, blocked owners, licences."""

from __future__ import annotations

import gc
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from holdfast.app.payments.kept import kept_beginnings, kept_codes
from holdfast.app.payments.licences import permits, read_licences
from holdfast.app.payments.memory import RememberingScreener
from holdfast.app.payments.owned import OwnedEntity, owned_effect, owned_party, read_owned
from holdfast.app.watchlist import open_watchlist
from holdfast.cases.deadlines import due_date
from holdfast.model.effect import Effect, effect_on
from holdfast.screen.beginnings import Beginnings, beginnings_of
from holdfast.screen.codes import CodeIndex
from holdfast.screen.payment_policy import default_policy, read_policy
from holdfast.screen.payments import Desk
from holdfast.screen.policy import policy as policy_named
from holdfast.screen.query import Query
from holdfast.screen.screener import Screener
from holdfast.store.memory import MemoryWatchlist

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from holdfast.app.settings import Settings
    from holdfast.cases.licences import Licence
    from holdfast.model.party import Party
    from holdfast.model.watchlist import Watchlist

_KEPT_PARTIES = 4096
_YOUNG, _YOUNG_ROUNDS, _NEVER = 10_000, 10, 1 << 30
"""After how many new objects the collector looks at them, after how many such rounds at their survivors, and never at all
the others: it would take a tenth of a second in the middle of a payment."""


@dataclass(frozen=True, slots=True)
class DeskOptions:
    """What the caller may choose."""

    edition: str | None = None
    lists: tuple[str, ...] = ()
    policy: Path | None = None
    """A policy file; the package's own without one."""
    owned: Path | None = None
    """Output of ``holdfast owners``, or any table with the columns ``entity`` and ``verdict``."""
    licences: Path | None = None
    as_of: date | None = None
    """Day of the decisions; today in UTC without one."""


def open_desk(settings: Settings, options: DeskOptions | None = None) -> Desk:
    """Everything that a decision needs, read once."""
    options = options or DeskOptions()
    watchlist = open_watchlist(settings, edition=options.edition, lists=options.lists or None)
    owned = read_owned(options.owned) if options.owned else ()
    licences = read_licences(options.licences) if options.licences else ()
    return make_desk(watchlist, options, owned, licences)


def make_desk(
    watchlist: Watchlist,
    options: DeskOptions | None = None,
    owned: Iterable[OwnedEntity] = (),
    licences: tuple[Licence, ...] = (),
) -> Desk:
    """The desk over a watchlist that is open already."""
    options = options or DeskOptions()
    policy = read_policy(options.policy) if options.policy else default_policy()
    day = options.as_of or datetime.now(UTC).date()
    entities = {f"owned:{entity.name}": entity for entity in owned}
    owned_list = MemoryWatchlist.of(
        (owned_party(key, entity) for key, entity in entities.items()), folder=watchlist.derived("owned")
    )
    effects: dict[str, Effect] = {}

    @lru_cache(maxsize=_KEPT_PARTIES)
    def party(party_id: str) -> Party:
        return owned_list.party(party_id) if party_id in entities else watchlist.party(party_id)

    def effect_of(party_id: str) -> Effect:
        if party_id not in effects:
            entity = entities.get(party_id)
            effects[party_id] = (
                owned_effect(entity, watchlist, day) if entity else effect_on(party(party_id), day)
            )
        return effects[party_id]

    screener = RememberingScreener(Screener(watchlist, policy_named("payments")))
    _warm(screener, watchlist)
    return Desk(
        screener=screener,
        codes=CodeIndex(code for code in kept_codes(watchlist) if code.type in policy.pointing),
        beginnings=Beginnings([*kept_beginnings(watchlist), *beginnings_of(owned_list.parties())]),
        party=party,
        effect_of=effect_of,
        policy=policy,
        edition=watchlist.edition,
        as_of=day.isoformat(),
        owned=RememberingScreener(Screener(owned_list, policy_named("payments"))) if entities else None,
        permits=permits(licences, day, party, entities) if licences else None,
    )


def settle() -> None:
    """Take everything that was loaded out of the garbage collector's way, for a process that goes on to decide payments.

    Without it the collector walks the edition, and all that is remembered, now and then in the middle of a payment, for a
    tenth of a second and more. Afterwards it looks at young objects only. Call it once, when the desk is open; a process
    that makes cyclic garbage of its own may call it again whenever no payment waits.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _YOUNG_ROUNDS, _NEVER)


def _warm(screener: RememberingScreener, watchlist: Watchlist) -> None:
    """Touch what is loaded at first use, so that no payment waits for it: tables of parties, index, word lists, calendar."""
    due_date("us-blocking-report", datetime.now(UTC).date())
    for source in watchlist.sources:
        with suppress(KeyError):  # nobody has that id, but now the table is there
            watchlist.party(f"{source}:")
    for name, kind in (
        ("Warm Harbour Trading Company Limited", ""),
        ("Ivan Petrovich Warm", "Person"),
        ("暖港贸易有限公司", ""),
    ):
        screener.screen(Query("", name, type=kind, country="GB", birth_date="1970-01-01"))
        screener.find(f"payment for {name}, invoice 4711")
