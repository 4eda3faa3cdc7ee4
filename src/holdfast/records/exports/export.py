"""Reads a file of flow exports: a capture (pcap, pcapng) of what routers sent, or the datagrams one after the other.

Each capture is read as the exports in it; traffic that is none is counted. Rows carry the number of their datagram, so
that a finding can be looked up in the capture.
"""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING

from holdfast.model.errors import InputError
from holdfast.model.origin import Origin
from holdfast.records.exports.capture import PCAP, PCAPNG, CutError, Feed, read_packets, read_udp
from holdfast.records.exports.datagram import Datagram, length_of, plausible
from holdfast.records.exports.rows import ROWS, Gathered
from holdfast.records.exports.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.model.traffic import TrafficBatch
    from holdfast.records.columns import Context

_USUAL, _LONGEST = 2048, 1 << 16
"""Bytes that a datagram has as a rule, and at most."""
_START = re.compile(rb"\0[\x05\x09\x0a]")


def recognises(head: bytes) -> bool:
    """By the magic number of a capture, or a believable header of an export."""
    return _is_capture(head) or plausible(head)


def read(stream: IO[bytes], context: Context) -> Iterator[TrafficBatch]:
    """Flows of the whole file; raises :class:`InputError` for a capture in which nothing is an export."""
    feed = Feed(stream, context.file)
    captured = _is_capture(feed.peek(4))
    # A raw file does not say who sent it, so the templates of another one must not be applied to it.
    session = Session(context.reading.exporters if captured else {})
    yield from _decode(_captured(feed, context) if captured else _raw(feed, context), session, context)
    more = context.counts.more
    if captured and not more["datagrams"]:
        raise InputError(
            "is a capture without a flow export in it",
            origin=Origin(context.file),
            why=f"{more['other_datagrams'] + more['not_udp']:,} packets are other traffic",
            advice="Turn it into flow records with Zeek or Suricata first",
        )


def _is_capture(head: bytes) -> bool:
    return head[:4] in PCAP or head[:4] == PCAPNG


def _decode(datagrams: Iterator[Datagram], session: Session, context: Context) -> Iterator[TrafficBatch]:
    waiting: dict[int, Gathered] = {}  # by the identity of the template, which the session keeps
    held = 0
    for datagram in datagrams:
        for piece in session.read(datagram):
            if isinstance(piece, str):
                context.problems.add(piece, Origin(context.file, record=str(datagram.number)))
                continue
            if not piece.template.addressed:
                context.counts.skipped += piece.total
                continue
            waiting.setdefault(id(piece.template), Gathered(piece.template)).add(piece)
            held += piece.total
        if held >= ROWS:
            yield from (gathered.batch(context) for gathered in waiting.values())
            waiting.clear()
            held = 0
    yield from (gathered.batch(context) for gathered in waiting.values())
    for says in session.finish():
        context.problems.add(says, Origin(context.file))
    for says in session.repairs():
        context.problems.add(says, Origin(context.file), lost=False)
    context.counts.more.update(session.counts)
    context.counts.notes += tuple(session.notes())


def _captured(feed: Feed, context: Context) -> Iterator[Datagram]:
    counts = context.counts.more
    try:
        for packet in read_packets(feed):
            udp = read_udp(packet, counts)
            if udp is None:
                continue
            if not plausible(udp.payload):
                counts["other_datagrams"] += 1
                continue
            if not udp.whole:
                counts["cut_datagrams"] += 1
            yield Datagram(packet.number, udp.source, udp.payload)
    except CutError as error:
        context.problems.add(f"{error}; the packets before were read", Origin(context.file))
    if counts["fragments"]:
        context.problems.add(
            f"fragments of larger packets, not put together: {counts['fragments']:,}", Origin(context.file)
        )


def _raw(feed: Feed, context: Context) -> Iterator[Datagram]:
    """Datagrams one after the other; v9 does not say how long they are, so each ends where no set follows."""
    number = 0
    while head := feed.peek(_USUAL):
        if not plausible(head):
            zeros = len(head) - len(head.lstrip(b"\0"))
            if zeros > 1 or zeros == len(head):  # a datagram was filled up; every header starts with one zero
                feed.take(zeros if zeros == len(head) else zeros - 1)
                continue
            start = feed.position
            _seek(feed)
            says = f"no export from byte {start:,} to {feed.position:,}; skipped"
            context.problems.add(says, Origin(context.file, record=str(number + 1)))
            continue
        number += 1
        yield Datagram(number, "", feed.take(_length(feed, head)))


def _length(feed: Feed, head: bytes) -> int:
    """Bytes of the next datagram, as far as the file has them."""
    for window in (_USUAL, _LONGEST):
        head = head if window == _USUAL else feed.peek(window)
        final = len(head) < window
        if length := length_of(head, final=final):
            return length
        if final:
            break
    return len(head)


def _seek(feed: Feed) -> None:
    """Skip to the next header that can be believed, at least one byte further on."""
    feed.take(1)
    while head := feed.peek(_LONGEST):
        for match in _START.finditer(head):
            if plausible(head[match.start() : match.start() + 24]):
                feed.take(match.start())
                return
        feed.take(len(head) if len(head) < _LONGEST else len(head) - 24)
