"""SWIFT FIN payment messages (MT101, MT103, MT202 COV and their family): text to payment messages.

A file may hold one message or many, separated by ``$`` (``.rje``) or by nothing, with acknowledgement blocks between
them, padded as DOS-PCC does, and with the stray braces that real exports have. How each tag is read is data
(``data/fin.toml``). The text block is read whatever is missing around it, so that a broken message is still screened;
but it is held.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from holdfast.model.payment import FieldKind, PaymentField, PaymentMessage, Unscreened
from holdfast.records.tags import FinTable, fin_table
from holdfast.records.textblock import TagReading, split_tags

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_MESSAGE = 1 << 20
"""Bytes of one message; FIN itself allows 10,000 characters."""

_BEGIN = re.compile(rb"\{1:")
_BLOCK = re.compile(r"\{([1235S]):((?:[^{}]|\{[^{}]*\})*)\}")
_TEXT_BEGIN = re.compile(r"\{4:[ \t]*\n?")
_TEXT_END = re.compile(r"(?:^|\n)-\}")
_SERVICE = re.compile(r"\{4:((?:\{[^{}]*\})+)\}")
_SUB = re.compile(r"\{(\w+):([^{}]*)\}")
_ADDRESS = re.compile(r"[A-Z]\d\d([A-Z0-9]{8})[A-Z0-9]([A-Z0-9]{3})")
_INPUT = re.compile(r"I(\d{3})(?:([A-Z0-9]{8})[A-Z0-9]([A-Z0-9]{3}))?")
_OUTPUT = re.compile(r"O(\d{3})(?:\d{10}([A-Z0-9]{8})[A-Z0-9]([A-Z0-9]{3}))?")
_PADDING = " \t\n$\x01\x03\x1a"


def read_fin(source: Iterator[bytes], name: str) -> Iterator[PaymentMessage]:
    """The messages of one input, broken ones included."""
    for number, (raw, problem) in enumerate(split_fin(source), 1):
        digest = hashlib.sha256(raw).hexdigest()
        if problem:
            yield PaymentMessage(name, number, "", "", broken=(problem,), digest=digest)
            continue
        text, odd = _decode(raw)
        service, text = _acknowledgements(text)
        yield _Message(name, number, digest, odd, service).read(text)


def split_fin(source: Iterator[bytes]) -> Iterator[tuple[bytes, str]]:
    """Raw messages, each with the acknowledgements before it; one that is not to be read has a reason."""
    service = b""
    for raw, too_large in _split(source):
        if too_large:
            yield raw, f"is larger than {LARGEST_MESSAGE:,} bytes; not read"
        elif raw.startswith(b"{1:F21") and b"\n:" not in raw:
            service += raw
        else:
            yield service + raw, ""
            service = b""
    if service:
        yield service, ""


def _split(source: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """From one ``{1:`` to the next; what stands before the first is a piece of its own."""
    buffer = b""
    skipping = False
    for chunk in source:
        buffer += chunk
        while True:
            found = _BEGIN.search(buffer, 3)
            if found is None:
                break
            piece, buffer = buffer[: found.start()], buffer[found.start() :]
            if not skipping and piece.strip(_PADDING.encode() + b"\r"):
                yield piece, len(piece) > LARGEST_MESSAGE
            skipping = False
        if len(buffer) > LARGEST_MESSAGE:
            if not skipping:
                yield buffer[:200], True
            skipping = True
            buffer = buffer[-3:]
    if not skipping and buffer.strip(_PADDING.encode() + b"\r"):
        yield buffer, len(buffer) > LARGEST_MESSAGE


def _decode(raw: bytes) -> tuple[str, list[str]]:
    """Text with line feeds, and what was odd about its bytes."""
    try:
        text, odd = raw.decode("utf-8"), []
    except UnicodeDecodeError:
        text, odd = raw.decode("cp1252", errors="replace"), ["is not UTF-8 and was read as Windows-1252"]
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"), odd


def _acknowledgements(text: str) -> tuple[list[str], str]:
    """Service messages (``{1:F21…}{4:{177:…}{451:0}}``) before a message, and the message; alone, they are it."""
    begins = [match.start() for match in re.finditer(r"\{1:", text)]
    if len(begins) < 2 or begins[0] != 0:
        return [], text
    return [text[start:stop] for start, stop in pairwise(begins)], text[begins[-1] :]


@dataclass(slots=True)
class _Message:
    """The state of reading one message."""

    file: str
    number: int
    digest: str
    broken: list[str]
    service: list[str]
    """Acknowledgements that stand before it."""
    notes: list[str] = field(default_factory=list)
    fields: list[PaymentField] = field(default_factory=list)
    unscreened: list[Unscreened] = field(default_factory=list)
    type: str = ""
    uetr: str = ""
    cover: bool = False

    def read(self, text: str) -> PaymentMessage:
        for block in self.service:
            self._service(block)
        text = text.strip(_PADDING)
        rest = self._blocks(text)
        body, rest = self._body(rest)
        self._leftover(rest)
        tags, odd = split_tags(body) if body is not None else ([], [])
        self.broken.extend(odd)
        reading = TagReading(self.type[2:5], self.cover, self.uetr)
        for tag, value in tags:
            reading.read(tag, value)
        if body is not None and not tags:
            self.broken.append("its text block has no field")
        self.fields.extend(reading.fields)
        self.unscreened.extend(reading.unscreened)
        self.broken.extend(reading.broken)
        return PaymentMessage(
            self.file,
            self.number,
            reading.reference,
            self._named(reading.has_sequence_b),
            tuple(reading.transfers()),
            tuple(self.fields),
            tuple(self.unscreened),
            tuple(self.broken),
            tuple(self.notes),
            self.digest,
        )

    def _named(self, has_sequence_b: bool) -> str:
        return f"{self.type} COV" if self.type in {"MT202", "MT205"} and has_sequence_b else self.type

    def _blocks(self, text: str) -> str:
        """Read the header and trailer blocks; what is left holds the text block and whatever is astray."""
        readers = {"1": self._block1, "2": self._block2, "3": self._block3}
        seen: set[str] = set()
        rest: list[str] = []
        position = 0
        begin = _TEXT_BEGIN.search(text)
        end = _TEXT_END.search(text, begin.end() - 1) if begin else None
        spared = (begin.start(), end.end() if end else len(text)) if begin else (len(text), len(text))
        for match in _BLOCK.finditer(text):
            if spared[0] <= match.start() < spared[1]:
                continue
            rest.append(text[position : match.start()])
            position = match.end()
            number = match.group(1)
            seen.add(number)
            if number in readers:
                readers[number](match.group(2))
            else:
                self._trailer(number, match.group(2))
        rest.append(text[position:])
        if "1" not in seen:
            self.broken.append("has no basic header (block 1)")
        if "2" not in seen and not _SERVICE.search(text):
            self.broken.append("has no application header (block 2), so its type is unknown")
        return "".join(rest)

    def _body(self, text: str) -> tuple[str | None, str]:
        """The text block, and what stands around it."""
        if self.type == "" and (service := _SERVICE.search(text)):
            self._service(service.group(0))
            self.type = "acknowledgement"
            return None, text[: service.start()] + text[service.end() :]
        begin = _TEXT_BEGIN.search(text)
        if begin is None:
            if re.search(r"(?m)^:\d\d[A-Z]?:", text):
                self.broken.append("its text stands in no block 4")
                return text, ""
            self.broken.append("has no text block (block 4)")
            return None, text
        end = _TEXT_END.search(text, begin.end() - 1)
        if end is None:
            self.broken.append("breaks off before the end of its text block")
            return text[begin.end() :], text[: begin.start()]
        return text[begin.end() : end.start()], text[: begin.start()] + text[end.end() :]

    def _leftover(self, rest: str) -> None:
        rest = rest.strip(_PADDING)
        if not rest:
            return
        if set(rest) <= set("{}$ \n"):
            self.notes.append(f"a stray {rest!r} stands outside the blocks")
            return
        self.fields.append(PaymentField("outside the blocks", "text astray", FieldKind.TEXT, rest))
        self.broken.append(f"has text outside its blocks: {rest[:60]!r}")

    def _block1(self, text: str) -> None:
        match = _ADDRESS.match(text)
        if match is None:
            self.broken.append(f"its basic header makes no sense: {text[:40]!r}")
            return
        self._bic("block 1", "logical terminal", match.group(1) + match.group(2))

    def _block2(self, text: str) -> None:
        match = _INPUT.match(text) or _OUTPUT.match(text)
        if match is None:
            self.broken.append(f"its application header makes no sense: {text[:40]!r}")
            return
        self.type = f"MT{match.group(1)}"
        if match.group(2):
            role = "receiver" if text.startswith("I") else "sender"
            self._bic("block 2", role, match.group(2) + match.group(3))

    def _block3(self, text: str) -> None:
        table = fin_table()
        for tag, value in _SUB.findall(text):
            if tag == "121":
                self.uetr = value.strip().lower()
            if tag == "119" and value.strip() == "COV":
                self.cover = True
            self._header_tag("block 3", table, tag, value)

    def _header_tag(self, block: str, table: FinTable, tag: str, value: str) -> None:
        why = table.header.get(tag)
        if why is not None:
            self.unscreened.append(Unscreened(f"{block} {tag}", why))
        elif value.strip():
            self.fields.append(PaymentField(f"{block} {tag}", "user header", FieldKind.TEXT, value.strip()))

    def _trailer(self, number: str, text: str) -> None:
        for tag, _ in _SUB.findall(text) or [("", "")]:
            self.unscreened.append(Unscreened(f"block {number} {tag}".strip(), "belongs to the trailer"))

    def _service(self, text: str) -> None:
        for number, value in _BLOCK.findall(text):
            if number == "1" and (match := _ADDRESS.match(value)):
                self._bic("acknowledgement", "logical terminal", match.group(1) + match.group(2))
        if found := _SERVICE.search(text):
            for tag, value in _SUB.findall(found.group(1)):
                self._header_tag("acknowledgement", fin_table(), tag, value)

    def _bic(self, path: str, role: str, bic: str) -> None:
        self.fields.append(PaymentField(path, role, FieldKind.BIC, bic))
