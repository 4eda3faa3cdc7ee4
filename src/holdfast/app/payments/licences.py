"""Licences for payments: read from a register, and asked about each hit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.app.payments.owned import owners_of, refuse_losses
from holdfast.cases.licences import Licence, Subject, covering, licence_of
from holdfast.inputs.table import read_rows
from holdfast.model.status import Problems
from holdfast.screen.payments import Permit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from pathlib import Path

    from holdfast.app.payments.owned import OwnedEntity
    from holdfast.model.party import Party
    from holdfast.model.payment import Transfer
    from holdfast.screen.payment_decision import FieldHit


def read_licences(path: Path) -> tuple[Licence, ...]:
    """The licences of a table; one that cannot be read stops the run, since it may only be needed later."""
    problems = Problems()
    licences = tuple(licence_of(row) for row in read_rows(path, problems, required=("id", "parties")))
    refuse_losses(problems, path)
    return licences


def permits(
    licences: tuple[Licence, ...],
    day: date,
    party: Callable[[str], Party],
    entities: Mapping[str, OwnedEntity],
) -> Callable[[FieldHit, Transfer], Permit | None]:
    """Which licence speaks of a hit, on that day. A party is meant by any of its listings that its entry says are the same."""

    def permit(hit: FieldHit, transfer: Transfer) -> Permit | None:
        if hit.party.startswith("place:"):
            return None
        same = [relation.target for relation in party(hit.party).relations if relation.kind == "same-as"]
        subject = Subject((hit.party, *same), owners_of(hit.party, entities))
        licence = covering(licences, subject, transfer, day.isoformat())
        if licence is None:
            return None
        if licence.conditions:
            says = f"licence {licence.id} ({licence.issuer}) may authorise it, if its conditions are met: {licence.conditions}"
            return Permit(licence.id, says, clears=False)
        return Permit(licence.id, f"authorised by licence {licence.id} ({licence.issuer})", clears=True)

    return permit
