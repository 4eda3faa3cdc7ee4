"""Entities that listed persons own, for payments: from the output of ``holdfast owners``, or from an assessment's findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast.inputs.table import read_rows
from holdfast.model.effect import Effect, effect_on, gravest
from holdfast.model.errors import InputError
from holdfast.model.origin import Origin
from holdfast.model.party import Designation, Name, NameKind, Party
from holdfast.model.status import Problems

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from holdfast.model.watchlist import Watchlist

_ANSWERS = {
    "blocked": "yes",
    "caught": "yes",
    "caught_presumed": "yes",
    "deemed_owned": "yes",
    "review": "review",
}
"""What a verdict says, for tables that have no column ``answer``."""


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
    number: str = ""
    """What the register calls it, where that is not its name."""


def read_owned(path: Path) -> tuple[OwnedEntity, ...]:
    """The blocked and doubtful entities of a table; those that are neither are left out.

    Columns are those of ``holdfast owners``: ``entity``, and where there are such, ``name``, ``answer`` or ``verdict``, ``pack``,
    ``says``. Without a verdict, every row is blocked. Raises :class:`InputError` when a row is lost, since a decision must
    not rest on half a table.
    """
    problems = Problems()
    found: dict[str, OwnedEntity] = {}
    for row in read_rows(path, problems, required=("entity",)):
        cells = {key: value.strip() for key, value in row.cells.items()}
        verdict = cells.get("verdict", "blocked").lower()
        answer = cells.get("answer", "").lower() or _ANSWERS.get(verdict, verdict)
        if not cells["entity"] or answer not in {"yes", "review"}:
            continue
        entity = OwnedEntity(
            name=cells.get("name") or cells["entity"],
            because=cells.get("says") or cells.get("because") or "as the ownership file says",
            pack=cells.get("pack") or "us-ofac",
            sure=answer == "yes",
            number=cells["entity"],
        )
        known = found.get(entity.number)
        if known is None or (entity.sure and not known.sure):
            found[entity.number] = entity
    refuse_losses(problems, path)
    return tuple(found.values())


def refuse_losses(problems: Problems, path: Path) -> None:
    """Raise :class:`InputError` when a row of the file could not be read."""
    if problems.lost:
        raise InputError(
            f"{problems.lost} rows cannot be read",
            origin=Origin(str(path)),
            why=str(problems.items[0]),
            advice="Repair the file: a decision must not rest on half of it",
        )


def owned_party(party_id: str, entity: OwnedEntity) -> Party:
    """The entity as a party that can be screened for, by its name and by what the register calls it."""
    names = [Name(entity.name)]
    if entity.number and entity.number != entity.name:
        names.append(Name(entity.number, NameKind.ALIAS))
    designation = Designation("owned", entity.pack, authority=entity.because)
    return Party(party_id, "LegalEntity", tuple(names), designations=(designation,))


def owned_effect(entity: OwnedEntity, watchlist: Watchlist, day: date) -> Effect:
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


def owners_of(party_id: str, entities: Mapping[str, OwnedEntity]) -> tuple[str, ...]:
    """Party ids of the listed owners of an owned entity; nothing for any other party."""
    entity = entities.get(party_id)
    return entity.owners if entity else ()
