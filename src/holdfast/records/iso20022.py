"""ISO 20022 payment messages (pacs, pain, camt): XML to :class:`~holdfast.model.payment.PaymentMessage`.

Any version by namespace, with or without a business application header (head.001), bare, wrapped in whatever a
network wraps it in (Fedwire, CBPR+, a message queue), one or many in a file. The element table stands in
``data/iso20022.toml``; specification: https://www.iso20022.org/iso-20022-message-definitions
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING

from holdfast.model.payment import (
    FieldKind,
    PaymentField,
    PaymentMessage,
    Transfer,
    Unscreened,
    plain_amount,
)
from holdfast.records.elements import Element, element_table, root_element
from holdfast.records.markup import Piece, read_pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

_VERSION = re.compile(r"([a-z]{4}\.\d{3})\.\d{3}\.(\d{2})(?!\d)")
_MOST_LINES = 50
"""Lines of repeated free text that are also read as one."""
_PLACEHOLDER = "CUTOVER2026"
"""Town that some systems fill in where they have only an unstructured address."""


def read_iso20022(source: Iterator[bytes], name: str) -> Iterator[PaymentMessage]:
    """The messages of one XML input, broken ones included."""
    number = 0
    for piece in read_pieces(source):
        for message in _messages(piece, name, number):
            number += 1
            yield message


def _messages(piece: Piece, name: str, already: int) -> Iterator[PaymentMessage]:
    digest = hashlib.sha256(piece.data).hexdigest()
    broken = (piece.broken,) if piece.broken else ()
    if piece.tree is None:
        yield PaymentMessage(name, already + 1, "", "", broken=broken, digest=digest)
        return
    envelopes = list(_envelopes(piece.tree))
    if not envelopes:
        says = f"is XML, but its root {_local(piece.tree)!r} holds no ISO 20022 message"
        yield PaymentMessage(name, already + 1, "", "", broken=(*broken, says), digest=digest)
        return
    for number, envelope in enumerate(envelopes, already + 1):
        own = digest if len(envelopes) == 1 else hashlib.sha256(f"{digest}/{number}".encode()).hexdigest()
        yield _Reading(name, number, own, list(broken)).read(envelope)


@dataclass(slots=True)
class _Envelope:
    """A document with the header that goes before it and the wrapping that neither of them is."""

    header: _Element | None = None
    document: _Element | None = None
    wrapping: list[str] = field(default_factory=list)


def _envelopes(root: _Element) -> Iterator[_Envelope]:
    """Headers and documents below a root, in order, each document with the header before it."""
    current = _Envelope()
    last: _Envelope | None = None
    stack: list[tuple[_Element, str]] = [(root, "")]
    while stack:
        element, path = stack.pop()
        name = _local(element)
        if name == "AppHdr":
            if current.header is not None:
                yield current
                current = _Envelope()
            current.header = element
        elif name == "Document" or name in element_table().messages:
            current.document = element
            yield current
            last, current = current, _Envelope()
        else:
            path = f"{path}/{name}" if path else name
            if element.text and element.text.strip():
                current.wrapping.append(path)
            stack.extend((child, path) for child in reversed(element))
    if current.header is not None:
        yield current
    elif current.wrapping and last is not None:
        last.wrapping.extend(current.wrapping)


def _local(element: _Element) -> str:
    return str(element.tag).rpartition("}")[2]


@dataclass(slots=True)
class _Reading:
    """The state of reading one message."""

    file: str
    number: int
    digest: str
    broken: list[str]
    notes: list[str] = field(default_factory=list)
    fields: list[PaymentField] = field(default_factory=list)
    unscreened: list[Unscreened] = field(default_factory=list)
    slots: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Parts of the present transfer that are known, with their preference."""
    common: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Those that stand above the transactions."""
    message_id: tuple[int, str] = (99, "")
    transfers: list[Transfer] = field(default_factory=list)
    transaction: int = 0
    parties: int = 0
    batches: int = 0
    prefix: str = ""

    def read(self, envelope: _Envelope) -> PaymentMessage:
        table = root_element()
        if envelope.header is not None:
            self._walk(envelope.header, table.child("AppHdr"), 0)
        kind = self._read_document(envelope)
        if not self.transfers and (self.slots or self.common):
            self._close_transfer()
        self.unscreened.extend(
            Unscreened(path, "belongs to the transport, not to the message") for path in envelope.wrapping
        )
        self._join_lines()
        self._note_addresses()
        return PaymentMessage(
            self.file,
            self.number,
            self.message_id[1],
            kind,
            tuple(self.transfers),
            tuple(self.fields),
            tuple(self.unscreened),
            tuple(self.broken),
            tuple(self.notes),
            self.digest,
        )

    def _read_document(self, envelope: _Envelope) -> str:
        if envelope.document is None:
            self.broken.append("has a header (AppHdr) but no Document")
            return ""
        document = envelope.document
        if _local(document) != "Document":
            bodies = [document]
        else:
            bodies = list(document)
            for text in (document.text, *(body.tail for body in bodies)):
                if text and not text.isspace():
                    self._stray(text, "Document")
        if not bodies:
            self.broken.append("its Document is empty")
            return ""
        for body in bodies:
            self._walk(body, root_element().child(_local(body)), 0)
        return self._identify(document, bodies, envelope.header)

    def _identify(self, document: _Element, bodies: list[_Element], header: _Element | None) -> str:
        """The type with its version, and what is wrong with it."""
        table = element_table()
        root = _local(bodies[0])
        family = table.messages.get(root)
        declared = _VERSION.search(str(bodies[0].tag)) or _VERSION.search(str(document.tag))
        if declared is None and header is not None:
            named = [child.text or "" for child in header if _local(child) == "MsgDefIdr"]
            declared = _VERSION.search(named[0]) if named else None
        if len(bodies) > 1:
            self.broken.append(f"its Document holds {len(bodies)} messages where one is allowed")
        if family is None:
            self.broken.append(f"is of a kind that is not read here: {root}")
        if declared is None:
            self.broken.append("does not say its version: its namespace is none of ISO 20022")
            return family or ""
        if family is not None and declared.group(1) != family:
            self.broken.append(
                f"its namespace says {declared.group(1)}, its root element is that of {family}"
            )
        if not 1 <= int(declared.group(2)) <= table.newest_version:
            self.broken.append(f"is of the unknown version {declared.group(0)}")
        return declared.group(0)

    def _walk(self, element: _Element, node: Element, party: int) -> None:
        """Every leaf below an element, into fields or unscreened."""
        if len(element) == 0:
            self._leaf(element, node, party)
            return
        if element.text and not element.text.isspace():
            self._stray(element.text, node.shown)
        known = node.children
        for child in element:
            tag = child.tag
            below = known.get(tag) or node.child(tag)
            if below.is_container:
                self._walk_container(child, below)
            else:
                owner = party
                if below.begins_party:
                    self.parties += 1
                    owner = self.parties
                if len(child):
                    self._walk(child, below, owner)
                else:
                    self._leaf(child, below, owner)
            tail = child.tail
            if tail and not tail.isspace():
                self._stray(tail, node.shown)

    def _walk_container(self, element: _Element, node: Element) -> None:
        if node.is_batch:
            self.batches += 1
            known, prefix = dict(self.common), self.prefix
            self.prefix = f"[{self.batches}]" if self.batches > 1 else ""
            self._walk(element, node, 0)
            self.prefix, self.common = prefix, known
            return
        outer = self.transaction
        self.transaction = len(self.transfers) + 1
        self.slots = {}
        self._walk(element, node, 0)
        self._close_transfer()
        self.transaction = outer

    def _leaf(self, element: _Element, node: Element, party: int) -> None:
        text = element.text
        if text is None or not (value := text.strip()):
            return
        if node.slot is not None:
            self._fill(node.slot, f"{value} {element.get('Ccy', '')}" if node.slot[0] == "amount" else value)
        where = node.shown
        if self.prefix and not self.transaction:
            where = where.replace("/", f"{self.prefix}/", 1)
        if (left_out := node.left_out) is not None:
            self.unscreened.append(left_out if where == left_out.path else replace(left_out, path=where))
            return
        kind = node.kind
        if "\n" in value:
            value = " ".join(value.split())
        cut = kind is FieldKind.NAME and value.endswith("+")
        self.fields.append(PaymentField(where, node.role, kind, value, party, self.transaction, (), cut))

    def _fill(self, slot: tuple[str, int], value: str) -> None:
        name, preference = slot
        if name == "message_id":
            if preference < self.message_id[0]:
                self.message_id = (preference, value)
            return
        target = self.slots if self.transaction else self.common
        known = target.get(name)
        if known is None or preference <= known[0]:
            target[name] = (preference, value)

    def _close_transfer(self) -> None:
        known = {**self.common, **self.slots}
        parts = {name: value for name, (_, value) in known.items()}
        amount, _, currency = parts.get("amount", "").rpartition(" ")
        self.transfers.append(
            Transfer(
                parts.get("uetr", "").lower(),
                parts.get("end_to_end", ""),
                plain_amount(amount),
                currency,
                parts.get("date", "")[:10],
            )
        )
        self.slots = {}

    def _stray(self, text: str, shown: str) -> None:
        """Text between elements, where the format allows none: screened like any text."""
        self.fields.append(PaymentField(shown, "text between elements", FieldKind.TEXT, text.strip()))

    def _join_lines(self) -> None:
        """Free text that is repeated (``Ustrd`` line after line) is also read as one: a name may run over."""
        texts = [index for index, f in enumerate(self.fields) if f.kind is FieldKind.TEXT]
        if len(texts) < 2:
            return
        for same, run in groupby(
            texts, key=lambda index: (self.fields[index].path, self.fields[index].transaction)
        ):
            lines = list(run)
            if len(lines) < 2 or not same[0]:
                continue
            parts = [self.fields[index].text for index in lines[:_MOST_LINES]]
            first = self.fields[lines[0]]
            self.fields[lines[0]] = replace(first, readings=(first.text, " ".join(parts), "".join(parts)))

    def _note_addresses(self) -> None:
        """Addresses of lines only, which CBPR+, Fedwire, CHIPS and SEPA refuse from 14 November 2026 on."""
        lined: dict[int, PaymentField] = {}
        placed: set[int] = set()
        towns: list[PaymentField] = []
        for own in self.fields:
            if own.kind is FieldKind.ADDRESS:
                if own.party and own.path.endswith("/AdrLine"):
                    lined[own.party] = own
            elif own.kind is FieldKind.TOWN:
                placed.add(own.party)
                towns.append(own)
            elif own.kind is FieldKind.COUNTRY:
                placed.add(own.party)
        for party, address in lined.items():
            if party not in placed:
                self.notes.append(f"{address.where}: lines without town and country")
        for town in towns:
            if town.text.upper() == _PLACEHOLDER:
                self.notes.append(f"{town.where}: a placeholder stands for the town")
