"""The same payment seen twice is one case: by its UETR, by its end-to-end reference, or by parties, amount and date.

A payment travels as several messages (an initiation, a transfer, its cover, a recall) and is sent again when somebody
is unsure. Each message gives the keys under which its payment may be known; the first key that is known already decides
the case. Two payments never share a key by chance alone: a weak key carries amount, currency, date and both parties.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from holdfast.model.payment import FieldKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.model.payment import PaymentMessage, Transfer

_SIGNS = re.compile(r"[\W_]+")
_NO_REFERENCE = frozenset({"", "NOTPROVIDED", "NONREF", "NONE", "NA", "N/A"})
_PAYERS = frozenset({"debtor", "ordering customer"})
_PAYEES = frozenset({"creditor", "beneficiary customer"})


def keys_of(message: PaymentMessage) -> tuple[str, ...]:
    """What the payment of a message is known by, strongest first; the bytes themselves at the end.

    A batch is known by all its transactions together, so that a batch sent again is the same and another batch with one
    payment in common is not.
    """
    keys = [tuple(_keys_of_transfer(message, number)) for number in range(1, len(message.transfers) + 1)]
    own = f"bytes:{message.digest}"
    if len(keys) == 1:
        return (*keys[0], own)
    if keys and all(keys):
        strongest = "\n".join(key[0] for key in keys)
        return (f"batch:{_digest(strongest)}", own)
    return (own,)


def _keys_of_transfer(message: PaymentMessage, number: int) -> Iterator[str]:
    transfer = message.transfers[number - 1]
    if transfer.uetr:
        yield f"uetr:{transfer.uetr}"
    money = _money(transfer)
    if not money:
        return
    payer, payee = _name(message, number, _PAYERS), _name(message, number, _PAYEES)
    if transfer.end_to_end.upper() not in _NO_REFERENCE and (payer or payee):
        yield f"reference:{_digest(transfer.end_to_end, money, payer or payee)}"
    if payer and payee and transfer.date:
        yield f"parties:{_digest(payer, payee, money, transfer.date)}"


def _money(transfer: Transfer) -> str:
    return f"{transfer.amount} {transfer.currency}" if transfer.amount and transfer.currency else ""


def _name(message: PaymentMessage, number: int, roles: frozenset[str]) -> str:
    """The first name in one of the roles, letters and digits only, whatever breaks its lines."""
    for field in message.fields:
        if field.kind is FieldKind.NAME and field.role in roles and field.transaction in {0, number}:
            text = field.readings[-1] if field.readings and "\n" in field.text else field.text
            return _SIGNS.sub("", text.casefold())
    return ""


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


class CaseBook:
    """Which payments were seen, and the case of each."""

    def __init__(self) -> None:
        self._cases: dict[str, tuple[str, str]] = {}
        self._uetrs: dict[str, str] = {}

    def enter(self, keys: tuple[str, ...], seen: str) -> tuple[str, str]:
        """The case of a payment, and where it was seen before (empty the first time).

        ``seen`` says where it is seen now. The id of a new case is a hash of its strongest key, so that it is the same
        in another run. Two payments with different UETRs are different, whatever else they share.
        """
        known = next(
            (self._cases[key] for key in keys if key in self._cases and self._agrees(keys, key)), None
        )
        case, before = known or (_digest(keys[0])[:12], "")
        self.restore(keys, case, seen)
        return case, before

    def restore(self, keys: tuple[str, ...], case: str, seen: str) -> None:
        """Enter what an earlier run decided."""
        for key in keys:
            self._cases.setdefault(key, (case, seen))
        if keys[0].startswith("uetr:"):
            self._uetrs.setdefault(case, keys[0])

    def _agrees(self, keys: tuple[str, ...], key: str) -> bool:
        """Whether a key may decide: a weak one may not when the case is known by another UETR."""
        own = keys[0] if keys[0].startswith("uetr:") else ""
        known = self._uetrs.get(self._cases[key][0], "")
        return key == own or not (own and known and own != known)
