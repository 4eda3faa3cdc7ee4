"""Sets up what payments are decided by: the watchlist's screener and codes, the policy, blocked owners, licences."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from holdfast.app.payment_kept import kept_beginnings, kept_codes
from holdfast.app.payment_memory import RememberingScreener
from holdfast.app.watchlist import open_watchlist
from holdfast.cases.licences import Licence, covering, licence_of
from holdfast.inputs.table import read_rows
from holdfast.model.effect import Effect, effect_on, gravest
from holdfast.model.errors import InputError
from holdfast.model.origin import Origin
from holdfast.model.party import Designation, Name, Party
from holdfast.model.status import Problems
from holdfast.screen.beginnings import Beginnings, beginnings_of
from holdfast.screen.codes import CodeIndex
from holdfast.screen.payment_policy import default_policy, read_policy
from holdfast.screen.payments import Desk, Permit
from holdfast.screen.policy import policy as policy_named
from holdfast.screen.query import Query
from holdfast.screen.screener import Screener
from holdfast.store.memory import MemoryWatchlist

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from holdfast.app.settings import Settings
    from holdfast.model.payment import Transfer
    from holdfast.model.watchlist import Watchlist
    from holdfast.screen.payment_decision import FieldHit

_BLOCKED_VERDICTS = frozenset({"blocked", "caught", "caught_presumed", "deemed_owned", "yes"})
"""Verdicts of ``holdfast owners`` that make an entity as blocked as its owners."""
_KEPT_PARTIES = 4096
_UNSURE = frozenset({"review"})


@dataclass(frozen=True, slots=True)
class OwnedEntity:
    """An entity that listed persons own by half or more, or may own."""

    name: str
    because: str
    """The chain and the sum, in a sentence."""
    owners: tuple[str, ...] = ()
    """Party ids of the listed owners, where known."""
    pack: str = "us-ofac"
    sure: bool = True
    """False where the data allow both answers; it is held all the same."""


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
        (_as_party(key, entity) for key, entity in entities.items()), folder=watchlist.derived("owned")
    )
    effects: dict[str, Effect] = {}

    @lru_cache(maxsize=_KEPT_PARTIES)
    def party(party_id: str) -> Party:
        return owned_list.party(party_id) if party_id in entities else watchlist.party(party_id)

    def effect_of(party_id: str) -> Effect:
        if party_id not in effects:
            entity = entities.get(party_id)
            effects[party_id] = (
                _owned_effect(entity, watchlist, day) if entity else effect_on(party(party_id), day)
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
        permits=_permits(licences, day) if licences else None,
    )


def settle() -> None:
    """Take everything that was loaded out of the garbage collector's way, for a process that goes on to decide payments.

    Without it the collector walks the edition now and then, in the middle of a payment, for a tenth of a second and more.
    Call it once, when the desk is open.
    """
    gc.collect()
    gc.freeze()


def _warm(screener: RememberingScreener, watchlist: Watchlist) -> None:
    """Touch what is loaded at first use, so that no payment is held for it: the index, word lists, the first party."""
    for party in watchlist.parties():
        watchlist.party(party.id)
        break
    for name, kind in (
        ("Warm Harbour Trading Company Limited", ""),
        ("Ivan Petrovich Warm", "Person"),
        ("暖港贸易有限公司", ""),
    ):
        screener.screen(Query("", name, type=kind, country="GB", birth_date="1970-01-01"))
        screener.find(f"payment for {name}, invoice 4711")


def read_owned(path: Path) -> tuple[OwnedEntity, ...]:
    """The blocked and doubtful entities of a table; those that are neither are left out."""
    problems = Problems()
    found: dict[str, OwnedEntity] = {}
    for row in read_rows(path, problems, required=("entity",)):
        name, verdict = row.cells["entity"].strip(), row.cells.get("verdict", "blocked").strip().lower()
        if name and verdict in _BLOCKED_VERDICTS | _UNSURE:
            because = row.cells.get("because", "") or "as the ownership file says"
            pack = row.cells.get("pack", "us-ofac")
            entity = OwnedEntity(name, because, pack=pack, sure=verdict not in _UNSURE)
            if name not in found or (entity.sure and not found[name].sure):
                found[name] = entity
    _refuse_losses(problems, path)
    return tuple(found.values())


def read_licences(path: Path) -> tuple[Licence, ...]:
    """The licences of a table; one that cannot be read stops the run, since it may only be needed later."""
    problems = Problems()
    licences = tuple(licence_of(row) for row in read_rows(path, problems, required=("id", "parties")))
    _refuse_losses(problems, path)
    return licences


def _refuse_losses(problems: Problems, path: Path) -> None:
    if problems.lost:
        raise InputError(
            f"{problems.lost} rows cannot be read",
            origin=Origin(str(path)),
            why=str(problems.items[0]),
            advice="Repair the file: a decision must not rest on half of it",
        )


def _as_party(party_id: str, entity: OwnedEntity) -> Party:
    designation = Designation("owned", entity.pack, authority=entity.because)
    return Party(party_id, "LegalEntity", (Name(entity.name),), designations=(designation,))


def _owned_effect(entity: OwnedEntity, watchlist: Watchlist, day: date) -> Effect:
    """As blocked as the owners are; without known owners, as the rule pack says."""
    owners = [effect_on(watchlist.party(owner), day) for owner in entity.owners]
    if owners and entity.sure:
        return gravest(owners)
    us = entity.pack.startswith("us")
    basis = (
        "31 CFR 578.406 and its sister sections; OFAC FAQs 398 to 402"
        if us
        else f"ownership rule pack {entity.pack}"
    )
    if not entity.sure:
        says = "May be owned by half or more by blocked persons: the records allow both answers. Hold until it is known."
        return Effect("review", says, "hold", basis)
    says = "Owned by half or more by blocked persons, and so blocked as they are."
    if us:
        return Effect("blocked", says, "block", basis, "us-blocking-report")
    return Effect("frozen", says, "freeze", basis)


def _permits(licences: tuple[Licence, ...], day: date) -> Callable[[FieldHit, Transfer], Permit | None]:
    def permit(hit: FieldHit, transfer: Transfer) -> Permit | None:
        licence = covering(licences, hit.party, transfer, day.isoformat())
        if licence is None:
            return None
        if licence.conditions:
            says = f"licence {licence.id} ({licence.issuer}) may authorise it, if its conditions are met: {licence.conditions}"
            return Permit(licence.id, says, clears=False)
        return Permit(licence.id, f"authorised by licence {licence.id} ({licence.issuer})", clears=True)

    return permit
