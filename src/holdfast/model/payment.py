"""A payment message as every format gives it: fields that are screened, fields that are not and why, what is broken.

The same noun serves ISO 20022 and SWIFT FIN, so that a decision never asks which of the two it looks at.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FieldKind(StrEnum):
    """What a field holds, and so how it is screened."""

    NAME = "name"
    ADDRESS = "address"
    TOWN = "town"
    COUNTRY = "country"
    BIC = "bic"
    ACCOUNT = "account"
    LEI = "lei"
    IDENTIFIER = "identifier"
    BIRTH_DATE = "birth-date"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class PaymentField:
    """One field of a message that is screened."""

    path: str
    """Where: an element path below the transaction (``Cdtr/Nm``), or a tag (``59F``, ``sequence B 59F``)."""
    role: str
    """Whose, in the words of the trade: ``creditor``, ``ordering customer``, ``intermediary agent``."""
    kind: FieldKind
    text: str
    """As written; lines of one field are joined by a line feed."""
    party: int = 0
    """Fields of one party share a number from 1; 0 belongs to no party."""
    transaction: int = 0
    """Which transaction of the message, from 1; 0 for what stands above the transactions."""
    readings: tuple[str, ...] = ()
    """The ways to read a text that was broken over lines: without its breaks, and with blanks in their place."""
    cut: bool = False
    """Whether the sender marked the text as cut off (``+`` at its end)."""

    @property
    def where(self) -> str:
        """The path, with the transaction where there are several."""
        return f"transaction {self.transaction}: {self.path}" if self.transaction > 1 else self.path


@dataclass(frozen=True, slots=True)
class Unscreened:
    """One field of a message that is not screened, and why not."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """What tells one payment from another; empty where the message is silent."""

    uetr: str = ""
    """Unique end-to-end transaction reference (RFC 4122), lower case."""
    end_to_end: str = ""
    """End-to-end identification, or the sender's reference of a FIN message."""
    amount: str = ""
    """Decimal with a point, as precise as written, without trailing zeros."""
    currency: str = ""
    """ISO 4217."""
    date: str = ""
    """ISO date of settlement or execution."""


@dataclass(frozen=True, slots=True)
class PaymentMessage:
    """One message of a file.

    Every leaf of the message stands either in :attr:`fields` or in :attr:`unscreened`; what could not be read at all
    stands in :attr:`broken`, and a message with anything there is never passed.
    """

    file: str
    number: int
    """Which message of the file, from 1."""
    id: str
    """Message id (``MsgId``, field 20); empty when it could not be read."""
    type: str
    """``pacs.008.001.08``, ``MT103``, ``MT202 COV``; empty when it could not be read."""
    transfers: tuple[Transfer, ...] = ()
    fields: tuple[PaymentField, ...] = ()
    unscreened: tuple[Unscreened, ...] = ()
    broken: tuple[str, ...] = ()
    """What could not be read, a sentence each."""
    notes: tuple[str, ...] = ()
    """What was read but is odd: a stray brace, an address without structure. Nothing was lost."""
    digest: str = ""
    """SHA-256 of the message's bytes: the same bytes seen twice are the same message."""

    @property
    def transfer(self) -> Transfer:
        """The first transaction, or an empty one."""
        return self.transfers[0] if self.transfers else Transfer()


def plain_amount(text: str) -> str:
    """An amount with a point and without needless zeros: ``125000`` for ``125000,00`` and for ``125000.``.

    What is no amount comes back as it is.
    """
    amount = text.strip().replace(",", ".")
    whole, point, fraction = amount.partition(".")
    if not whole.isdecimal() or (fraction and not fraction.isdecimal()):
        return text.strip()
    fraction = fraction.rstrip("0") if point else ""
    whole = whole.lstrip("0") or "0"
    return f"{whole}.{fraction}" if fraction else whole
