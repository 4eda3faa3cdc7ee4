"""Raw cells of a traffic log to typed columns: times, numbers, ports, protocols, addresses.

A cell that cannot be read becomes null and is reported with its line; a row without a time or without addresses is
left out and reported. Nothing else of the file is lost.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.model.errors import UsageError
from holdfast.model.origin import Origin
from holdfast.model.traffic import TrafficBatch, flow_schema, name_schema
from holdfast.records.times import read_times
from holdfast.text.addresses import parse_addresses

if TYPE_CHECKING:
    from collections.abc import Mapping

    from holdfast.model.status import Problems
    from holdfast.records.exports.session import Domain, Key

TOLD = 3
"""Cells of one kind of trouble that are named in one batch; the others are counted."""
NOT_IP = (
    "arp",
    "llc",
    "man",
    "rarp",
    "stp",
    "ipx/spx",
    "ipx",
    "lldp",
    "lacp",
    "cdp",
    "802.3",
    "eigrp-l2",
    "null",
)
"""What Argus writes into the protocol column of records that are no IP traffic."""

_PROTOCOLS = {
    b"icmp": 1, b"igmp": 2, b"ipip": 4, b"tcp": 6, b"egp": 8, b"udp": 17, b"rdp": 27, b"ipv6": 41, b"rsvp": 46,
    b"gre": 47, b"esp": 50, b"ah": 51, b"icmp6": 58, b"ipv6-icmp": 58, b"icmpv6": 58, b"ospf": 89, b"pim": 103,
    b"ipcomp": 108, b"vrrp": 112, b"l2tp": 115, b"sctp": 132, b"udt": 17, b"rtp": 17, b"rtcp": 17,
}  # fmt: skip
"""Protocol numbers (IANA) by the words that exporters print; Argus prints RTP and RTCP for UDP that it recognises."""


@dataclass(slots=True)
class Counts:
    """What a file was like; ends in its status."""

    file: str
    rows: int = 0
    skipped: int = 0
    """Rows that are no IP traffic, such as ARP."""
    reordered: int = 0
    """Rows that start earlier than the row before them."""
    zoneless: int = 0
    """Times without a zone, read in the zone of the settings."""
    early: int = 0
    """Times before 1990: a clock that was never set, or a capture that counts from its own start."""
    late: int = 0
    """Times in the future of this machine's clock."""
    negative: int = 0
    """Durations below zero, taken as unknown."""
    backward: float = 0.0
    """The longest step back in time, in seconds."""
    notes: tuple[str, ...] = ()
    """What else to know: columns that the file does not have, logs that hold no traffic."""
    more: Counter[str] = field(default_factory=Counter)
    """What only some formats count: datagrams, templates, gaps in a sequence."""
    last: float = field(default=float("-inf"))


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read what a log leaves open."""

    zone: str = "UTC"
    """Zone of times that carry none."""
    now: float = float("inf")
    """Seconds since 1970; later times are counted as late."""
    exporters: dict[Key, Domain] = field(default_factory=dict)
    """What captures of flow exports told of the exporters so far; grows while files are read."""

    def __post_init__(self) -> None:
        """Raises :class:`UsageError` when there is no such zone."""
        try:
            pc.assume_timezone(pa.scalar(0, pa.timestamp("s")), self.zone)
        except pa.ArrowInvalid as error:
            raise UsageError(
                f"there is no time zone {self.zone!r}",
                advice="Write for instance UTC, Europe/Berlin or +02:00",
            ) from error


@dataclass(frozen=True, slots=True)
class Context:
    """Where rows come from and where troubles go."""

    file: str
    problems: Problems
    counts: Counts
    reading: Reading


Cells = dict[str, pa.Array]
"""Raw columns, text or bytes or numbers, by the names of the contract; ``record`` holds lines."""


def to_flows(cells: Mapping[str, pa.Array], context: Context) -> TrafficBatch:
    """Raw columns to flows."""
    rows = len(cells["record"])
    built: dict[str, pa.Array] = {"record": cells["record"], "ts": read_times(cells["ts"], context)}
    built["duration"] = _durations(cells, built["ts"], context)
    built |= _addresses(cells)
    built["proto"] = _protocols(cells.get("proto"), rows)
    built["service"] = texts(cells.get("service"), rows)
    for name in ("orig_bytes", "resp_bytes", "orig_pkts", "resp_pkts"):
        built[name] = numbers(cells.get(name), rows, name, cells["record"], context)
    return _finish("flows", built, cells, flow_schema(), context)


def to_names(cells: Mapping[str, pa.Array], what: str, context: Context) -> TrafficBatch:
    """Raw columns to rows of names; ``hashes``, ``answers`` and ``ttls`` arrive as lists of text."""
    rows = len(cells["record"])
    built: dict[str, pa.Array] = {"record": cells["record"], "ts": read_times(cells["ts"], context)}
    built |= _addresses(cells)
    built["what"] = pa.array([what] * rows, pa.string())
    built["name"] = texts(cells.get("name"), rows)
    built["url"] = texts(cells.get("url"), rows)
    built["subject"] = texts(cells.get("subject"), rows)
    for name in ("hashes", "answers", "ttls"):
        built[name] = cells.get(name, pa.nulls(rows, pa.list_(pa.string())))
    return _finish("names", built, cells, name_schema(), context)


def _finish(
    kind: str, built: dict[str, pa.Array], cells: Mapping[str, pa.Array], schema: pa.Schema, context: Context
) -> TrafficBatch:
    batch = pa.RecordBatch.from_arrays([built[name] for name in schema.names], schema=schema)
    batch = _keep_sound(batch, kind, cells, context)
    _observe(batch, context)
    return TrafficBatch(context.file, kind, batch)


def _keep_sound(
    batch: pa.RecordBatch, kind: str, cells: Mapping[str, pa.Array], context: Context
) -> pa.RecordBatch:
    """Without rows that have no time, or (flows) no pair of addresses."""
    timed = pc.is_valid(batch.column("ts"))
    note(context, pc.invert(timed), batch.column("record"), "has no readable time; skipped", cells.get("ts"))
    keep = timed
    if kind == "flows":
        ends = [
            pc.or_(pc.is_valid(batch.column(side)), pc.is_valid(batch.column(side + "6")))
            for side in ("src", "dst")
        ]
        addressed = pc.and_(*ends)
        homeless = pc.and_(timed, pc.invert(addressed))
        other = _is_not_ip(cells, len(batch))
        context.counts.skipped += pc.sum(pc.and_(homeless, other)).as_py() or 0
        lost = pc.and_(homeless, pc.invert(other))
        note(context, lost, batch.column("record"), "has no pair of IP addresses; skipped", cells.get("src"))
        keep = pc.and_(timed, addressed)
    return batch if pc.all(keep).as_py() in {True, None} else batch.filter(keep)


def _is_not_ip(cells: Mapping[str, pa.Array], rows: int) -> pa.Array:
    proto = cells.get("proto")
    if proto is None or pa.types.is_integer(proto.type):
        return pa.array(np.zeros(rows, bool))
    folded = pc.utf8_lower(texts(proto, rows))
    return pc.fill_null(pc.is_in(folded, pa.array(NOT_IP)), False)


def _observe(batch: pa.RecordBatch, context: Context) -> None:
    """Count what is odd about the order and the range of times."""
    counts = context.counts
    counts.rows += len(batch)
    if not len(batch):
        return
    times = batch.column("ts").to_numpy(zero_copy_only=False)
    steps = np.diff(times, prepend=counts.last if np.isfinite(counts.last) else times[0])
    counts.reordered += int((steps < 0).sum())
    counts.backward = max(counts.backward, float(-steps.min()))
    counts.early += int((times < _YEAR_1990).sum())
    counts.late += int((times > context.reading.now + _DAY).sum())
    counts.last = float(times[-1])


_YEAR_1990 = 631152000.0
_DAY = 86400.0


def note(
    context: Context, rows: pa.Array, records: pa.Array, says: str, cells: pa.Array | None = None
) -> None:
    """Report rows by a mask: the first few with what stands there, the others by number."""
    places = np.flatnonzero(np.asarray(pc.fill_null(rows, False).to_numpy(zero_copy_only=False)))
    for place in places[:TOLD]:
        seen = f" ({_shown(cells[int(place)].as_py())})" if cells is not None else ""
        context.problems.add(says + seen, Origin(context.file, int(records[int(place)].as_py())))
    context.problems.lost += max(len(places) - TOLD, 0)


def _shown(value: object) -> str:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return repr(text[:40])


def texts(column: pa.Array | None, rows: int) -> pa.Array:
    """A column as text, empty and unset cells as null; bytes that are no UTF-8 are replaced."""
    if column is None:
        return pa.nulls(rows, pa.string())
    if pa.types.is_binary(column.type):
        try:
            column = column.cast(pa.string())
        except pa.ArrowInvalid:
            column = pa.array(
                [None if cell is None else cell.decode("utf-8", "replace") for cell in column.to_pylist()],
                pa.string(),
            )
    elif not pa.types.is_string(column.type):
        column = column.cast(pa.string())
    empty = pc.is_in(column, pa.array(["", "-", "(empty)"]))
    return pc.if_else(empty, pa.scalar(None, pa.string()), column)


def _durations(cells: Mapping[str, pa.Array], starts: pa.Array, context: Context) -> pa.Array:
    rows = len(cells["record"])
    if "duration" not in cells and "end" in cells:
        found = pc.subtract(read_times(cells["end"], context), starts)
    else:
        found = reals(cells.get("duration"), rows, "duration", cells["record"], context)
    negative = pc.fill_null(pc.less(found, 0.0), False)
    context.counts.negative += pc.sum(negative).as_py() or 0
    return pc.if_else(negative, pa.scalar(None, pa.float64()), found)


def _addresses(cells: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
    rows = len(cells["record"])
    built: dict[str, pa.Array] = {}
    for side, port in (("src", "sport"), ("dst", "dport")):
        column = cells.get(side)
        if column is None:
            four, six = pa.nulls(rows, pa.uint32()), pa.nulls(rows, pa.binary(16))
        else:
            four, six = parse_addresses(trimmed(column))
        built[side], built[side + "6"] = four, six
        built[port] = _ports(cells.get(port), rows)
    return built


def trimmed(column: pa.Array) -> pa.Array:
    """Without blanks around the text: SiLK and nfdump pad their cells."""
    if pa.types.is_binary(column.type):
        column = texts(column, len(column))
    return pc.utf8_trim_whitespace(column) if pa.types.is_string(column.type) else column


def numbers(column: pa.Array | None, rows: int, name: str, records: pa.Array, context: Context) -> pa.Array:
    """Whole numbers; what is none becomes null and is reported."""
    if column is not None and pa.types.is_integer(column.type):
        return column.cast(pa.int64(), safe=False)
    found = reals(column, rows, name, records, context)
    return pc.cast(pc.round(found), pa.int64(), safe=False)


def reals(column: pa.Array | None, rows: int, name: str, records: pa.Array, context: Context) -> pa.Array:
    """Numbers; what is none becomes null and is reported."""
    if column is None:
        return pa.nulls(rows, pa.float64())
    if not (pa.types.is_binary(column.type) or pa.types.is_string(column.type)):
        return column.cast(pa.float64(), safe=False)  # a count above 2**53 is an error, and no reason to stop
    text = pc.utf8_trim_whitespace(texts(column, rows))
    text = pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
    try:
        return text.cast(pa.float64())
    except pa.ArrowInvalid:
        sound = pc.match_substring_regex(text, r"^[+-]?[0-9]{1,18}(\.[0-9]{0,18})?([eE][+-]?[0-9]{1,2})?$")
        odd = pc.and_(pc.is_valid(text), pc.invert(sound))
        places = np.flatnonzero(pc.fill_null(odd, False).to_numpy(zero_copy_only=False))
        for place in places[:TOLD]:
            where = Origin(context.file, int(records[int(place)].as_py()), field=name)
            says = f"is not a number ({_shown(text[int(place)].as_py())}); taken as unknown"
            context.problems.add(says, where, lost=False)
        context.problems.repaired += max(len(places) - TOLD, 0)
        return pc.if_else(sound, text, pa.scalar(None, pa.string())).cast(pa.float64())


def _ports(column: pa.Array | None, rows: int) -> pa.Array:
    """Ports, also the hexadecimal ones of Argus and service words that are left unknown."""
    if column is None:
        return pa.nulls(rows, pa.uint16())
    if pa.types.is_integer(column.type):
        inside = pc.and_(pc.greater_equal(column, 0), pc.less_equal(column, 65535))
        return pc.if_else(inside, column, pa.scalar(None, column.type)).cast(pa.uint16())
    text = trimmed(column)
    try:
        return text.cast(pa.uint16())
    except pa.ArrowInvalid:
        coded = pc.dictionary_encode(text)
        values = pa.array([_port(value) for value in coded.dictionary.to_pylist()], pa.uint16())
        return values.take(coded.indices)


def _port(text: str | None) -> int | None:
    if not text:
        return None
    try:
        number = int(text, 16) if text.lower().startswith("0x") else int(float(text))
    except (ValueError, OverflowError):
        return None
    return number if 0 <= number <= 65535 else None


def _protocols(column: pa.Array | None, rows: int) -> pa.Array:
    if column is None:
        return pa.nulls(rows, pa.uint8())
    if pa.types.is_integer(column.type):
        inside = pc.and_(pc.greater_equal(column, 0), pc.less_equal(column, 255))
        return pc.if_else(inside, column, pa.scalar(None, column.type)).cast(pa.uint8())
    if pa.types.is_dictionary(column.type):
        column = column.cast(pa.string())
    coded = pc.dictionary_encode(texts(column, rows))
    values = pa.array([_protocol(value) for value in coded.dictionary.to_pylist()], pa.uint8())
    return values.take(coded.indices)


def _protocol(text: str | None) -> int | None:
    if text is None:
        return None
    word = text.strip().lower()
    if word.isascii() and word.isdigit():
        return int(word) if int(word) <= 255 else None
    return _PROTOCOLS.get(word.encode())
