"""Licences: what an authority has authorised, and whether a payment falls under it.

A licence names parties, and may limit currency, amount and time; its conditions are part of the authorisation, and
failing them can void it (31 CFR 501.801). So a licence without conditions authorises by itself, and one with conditions
is named beside the hit for a person to decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from holdfast.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from holdfast.inputs.table import Row
    from holdfast.model.payment import Transfer


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a dealing is with."""

    ids: tuple[str, ...]
    """Party ids under which it is listed."""
    owners: tuple[str, ...] = ()
    """Of an entity that is blocked for its owners: their party ids."""


@dataclass(frozen=True, slots=True)
class Licence:
    """One licence."""

    id: str
    issuer: str
    parties: tuple[str, ...]
    """Party ids (``us_ofac_sdn:50543``) that it speaks of; it covers no other."""
    currencies: tuple[str, ...] = ()
    """ISO 4217; empty for any."""
    most: Decimal | None = None
    """Largest amount of one payment, in its own currency; None for any."""
    valid_from: str = ""
    """ISO date, inclusive."""
    valid_to: str = ""
    """ISO date, inclusive."""
    conditions: str = ""
    with_owned: bool = False
    """Whether it also speaks of entities that its parties own by half or more."""

    def covers(self, subject: Subject, transfer: Transfer, day: str) -> bool:
        """Whether the dealing falls under it, conditions aside. What is not known is not covered."""
        if not self._speaks_of(subject) or (self.valid_from and day < self.valid_from):
            return False
        if self.valid_to and day > self.valid_to:
            return False
        if self.currencies and transfer.currency not in self.currencies:
            return False
        if self.most is None:
            return True
        amount = _amount(transfer.amount)
        return amount is not None and amount <= self.most

    def _speaks_of(self, subject: Subject) -> bool:
        if not set(subject.ids).isdisjoint(self.parties):
            return True
        return self.with_owned and bool(subject.owners) and set(subject.owners) <= set(self.parties)


def licence_of(row: Row) -> Licence:
    """A licence from a row of a register.

    Columns are ``id, issuer, parties, currencies, max_amount, valid_from, valid_to, conditions, with_owned``. Several parties
    or currencies are separated by ``;``; ``with_owned`` is ``yes`` or empty.
    """
    cells = row.cells
    if not cells.get("id", "").strip() or not cells.get("parties", "").strip():
        raise InputError("a licence needs an id and parties", origin=row.origin, advice="Fill both columns")
    limit = cells.get("max_amount", "").strip()
    most = _amount(limit)
    if limit and most is None:
        raise InputError(f"max_amount {limit!r} is no amount", origin=row.origin)
    return Licence(
        id=cells["id"].strip(),
        issuer=cells.get("issuer", "").strip(),
        parties=_several(cells["parties"]),
        currencies=_several(cells.get("currencies", "")),
        most=most,
        valid_from=_day(row, "valid_from"),
        valid_to=_day(row, "valid_to"),
        conditions=cells.get("conditions", "").strip(),
        with_owned=cells.get("with_owned", "").strip().lower() in {"yes", "true", "1"},
    )


def covering(licences: Iterable[Licence], subject: Subject, transfer: Transfer, day: str) -> Licence | None:
    """The licence that covers a dealing, one without conditions before one with."""
    found = [licence for licence in licences if licence.covers(subject, transfer, day)]
    return min(found, key=lambda licence: (bool(licence.conditions), licence.id), default=None)


def _day(row: Row, column: str) -> str:
    text = row.cells.get(column, "").strip()
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError as error:
        raise InputError(
            f"{column} {text!r} is no date", origin=row.origin, advice="Write it as 2026-12-31"
        ) from error


def _several(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text.strip())
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None
