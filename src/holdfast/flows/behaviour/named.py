"""Sources that ask for one name in time: where a controller's addresses rotate, its name stays.

Fed with DNS, TLS and HTTP logs. The tests are those for pairs of addresses, over source and complete name, and where
no complete name keeps time over source and registered name, for names whose first label is new each time.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.flows.behaviour.beacons import (
    details_of,
    show_seconds,
    sure_rhythms,
    weigh_beats,
    weigh_crowd,
    worth_of,
)
from holdfast.flows.behaviour.everyone import Crowd
from holdfast.flows.behaviour.gather import spread_seconds
from holdfast.flows.behaviour.pairs import count_distinct
from holdfast.flows.behaviour.rhythm import LEAST
from holdfast.flows.finding import TrafficFinding, Why
from holdfast.text.addresses import pack, show_address

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from holdfast.flows.behaviour.beacons import Rhythm
    from holdfast.flows.behaviour.networks import Networks
    from holdfast.flows.policy import Policy

WAYS = ("tls", "http", "dns")
"""Logs whose names are looked at, the surest first: a question to a name server may be a cache's."""
ADDRESSES = 64
"""Addresses of one name that are kept."""
_OWN = r"^[^.]*$|^[0-9.]+$|:|^_|\._(tcp|udp)\.|\.(arpa|local|localdomain|lan|home|internal|intranet|corp)$"
"""Names of one's own network or of services in it, and addresses that stand where a name should."""
_SECOND = frozenset({"ac", "co", "com", "edu", "go", "gob", "gov", "mil", "ne", "net", "or", "org"})
"""Labels under which countries register names."""
_ROW = np.dtype(
    [("ts", np.float64), ("source", np.uint32), ("name", np.uint32), ("to", np.uint32), ("port", np.uint16), ("way", np.uint8)]
)  # fmt: skip
"""One row of a log: ``source`` and ``name`` by their numbers, ``to`` the IPv4 address of the server, or zero."""


_NONE = np.empty(0, dtype=np.uint32)


@dataclass(frozen=True, slots=True)
class _Asking:
    """Rows of one source that ask for a name in time."""

    name: str
    rhythm: Rhythm
    rows: np.ndarray
    crowd: Crowd

    @property
    def way(self) -> str:
        """The log that tells."""
        return WAYS[self.rows["way"][0]]


class Named:
    """Fed with batches of names, asked for findings at the end."""

    def __init__(self) -> None:
        self._names: dict[str, int] = {}
        self._sources: dict[bytes, int] = {}
        self._rows: list[np.ndarray] = []
        self._servers: list[pa.Table] = []
        self._answers: list[pa.Table] = []
        self._lives: list[pa.Table] = []

    def add(self, rows: pa.RecordBatch) -> None:
        """Take a batch with the columns of ``name_schema``."""
        names = pc.utf8_rtrim(
            pc.utf8_lower(pc.replace_substring_regex(rows.column("name"), r":\d+$", "")), "."
        )
        wanted = pc.and_(pc.is_in(rows.column("what"), pa.array(WAYS)), pc.is_valid(names))
        wanted = pc.and_(wanted, pc.or_(pc.is_valid(rows.column("src")), pc.is_valid(rows.column("src6"))))
        wanted = pc.and_(wanted, pc.invert(pc.match_substring_regex(pc.fill_null(names, ""), _OWN)))
        rows, names = rows.filter(wanted), names.filter(wanted)
        if not len(rows):
            return
        found = np.empty(len(rows), dtype=_ROW)
        found["ts"] = rows.column("ts").to_numpy(zero_copy_only=False)
        found["source"] = self._number(_packed(rows, "src"), self._sources)
        found["name"] = self._number(names, self._names)
        found["way"] = pc.index_in(rows.column("what"), pa.array(WAYS)).to_numpy()
        found["to"] = pc.fill_null(rows.column("dst"), 0).to_numpy(zero_copy_only=False)
        found["port"] = pc.fill_null(rows.column("dport"), 0).to_numpy(zero_copy_only=False)
        self._rows.append(found)
        self._add_servers(rows, found)
        self._add_answers(rows, found["name"])

    def findings(
        self,
        inside: Networks,
        alone: Collection[tuple[bytes, bytes]],
        explains: Callable[[str], str],
        policy: Policy,
    ) -> Iterator[TrafficFinding]:
        """Rhythms by name, those left out that show by address already (``alone``: sources and destinations).

        ``explains`` says what an ordinary name is for, or nothing.
        """
        if not self._rows:
            return
        sources = list(self._sources)
        askings = list(self._askings(policy))
        listed = _lists(askings, policy)
        numbers = [np.unique(asking.rows["name"]) for asking in askings]
        known = _Known(np.concatenate([*numbers, _NONE]), self._servers, self._answers, self._lives)
        for asking in askings:
            first = asking.rows[0]
            source, server = sources[first["source"]], int(first["to"]).to_bytes(4, "big")
            addresses = known.addresses(asking.rows)
            inward = source not in inside and first["to"] and server in inside
            if not inward and not any((source, address) in alone for address in addresses):
                whys = _whys(asking, known, explains(asking.name), policy)
                whys += listed.get((int(first["source"]), registered_name(asking.name)), [])
                yield _finding(source, asking, addresses, whys, policy)

    def _askings(self, policy: Policy) -> Iterator[_Asking]:
        """Who asks in time, each source and name once."""
        every = np.concatenate(self._rows)
        self._rows = [every]
        names = list(self._names)
        registered: dict[str, int] = {}
        above = np.array(
            [registered.setdefault(registered_name(name), len(registered)) for name in names], np.uint32
        )
        told: set[tuple[int, int]] = set()
        for way in range(len(WAYS)):
            rows = every[every["way"] == way]
            for asking in _keep_time(rows, rows["name"], names, policy):
                key = (int(asking.rows["source"][0]), int(asking.rows["name"][0]))
                if key not in told:
                    told.add(key)
                    yield asking
            whole = {(source, int(above[name])) for source, name in told}
            for asking in _keep_time(rows, above[rows["name"]], list(registered), policy):
                source, parent = int(asking.rows["source"][0]), int(above[asking.rows["name"][0]])
                several = asking.rows["name"].min() != asking.rows["name"].max()
                if several and (source, parent) not in whole:
                    told.update((source, int(name)) for name in asking.rows["name"])
                    yield asking

    def _number(self, column: pa.Array, known: dict[str, int] | dict[bytes, int]) -> np.ndarray:
        """A number for each value, the same in all batches."""
        coded = column.dictionary_encode()
        numbers = [known.setdefault(value, len(known)) for value in coded.dictionary.to_pylist()]
        found: np.ndarray = np.array(numbers, dtype=np.uint32)[coded.indices.to_numpy()]
        return found

    def _add_servers(self, rows: pa.RecordBatch, found: np.ndarray) -> None:
        reached = pa.table({"name": found["name"], "address": _packed(rows, "dst")})
        reached = reached.filter(pa.array(found["way"] != WAYS.index("dns")))
        self._servers.append(reached.group_by(["name", "address"]).aggregate([]))

    def _add_answers(self, rows: pa.RecordBatch, names: np.ndarray) -> None:
        answers, ttls = rows.column("answers"), rows.column("ttls")
        if answers.null_count < len(answers):
            asked = names[pc.list_parent_indices(answers).to_numpy()]
            resolved = pa.table({"name": asked, "address": pc.list_flatten(answers)})
            self._answers.append(resolved.group_by(["name", "address"]).aggregate([]))
        if ttls.null_count < len(ttls):
            parents = pc.list_parent_indices(ttls).to_numpy()
            texts = pc.list_flatten(ttls)
            sound = pc.fill_null(pc.match_substring_regex(texts, r"^\d{1,9}(\.\d+)?$"), False)
            seconds = pc.cast(texts.filter(sound), pa.float64()).to_numpy()
            least = np.full(len(rows), np.inf)
            np.minimum.at(least, parents[sound.to_numpy(zero_copy_only=False)], seconds)
            told = np.isfinite(least)
            lives = pa.table({"name": names[told], "life": least[told]})
            self._lives.append(lives.group_by("name").aggregate([("life", "max")]))


class _Known:
    """What the logs tell of some names."""

    def __init__(
        self, numbers: np.ndarray, servers: list[pa.Table], answers: list[pa.Table], lives: list[pa.Table]
    ) -> None:
        wanted = pa.array(numbers)
        self._addresses: dict[int, set[bytes]] = {}
        for name, address in _rows_of(servers, wanted):
            self._add(name, address)
        for name, answer in _rows_of(answers, wanted):
            self._add(name, pack(answer) if answer else None)
        self._lives: dict[int, float] = {}
        for name, life in _rows_of(lives, wanted):
            # A cache on the way counts down, so the longest life is the nearest to the true one.
            self._lives[name] = max(self._lives.get(name, 0.0), life)

    def addresses(self, rows: np.ndarray) -> set[bytes]:
        """Where the names of some rows were reached, or what they resolved to."""
        return set().union(*(self._addresses.get(int(n), ()) for n in np.unique(rows["name"])))

    def life(self, rows: np.ndarray) -> float:
        """Seconds that answers live, 0 where no log says so."""
        return max(self._lives.get(int(n), 0.0) for n in np.unique(rows["name"]))

    def _add(self, name: int, packed: bytes | None) -> None:
        known = self._addresses.setdefault(name, set())
        if packed and len(known) < ADDRESSES:
            known.add(packed)


def _rows_of(tables: list[pa.Table], names: pa.Array) -> Iterator[tuple[Any, ...]]:
    for table in tables:
        chosen = table.filter(pc.is_in(table.column("name"), names))
        yield from zip(*(column.to_pylist() for column in chosen.columns), strict=True)


def _whys(asking: _Asking, known: _Known, ordinary: str, policy: Policy) -> list[Why]:
    worth, rhythm, way = policy.beacon, asking.rhythm, asking.way
    factor = worth["question"] if way == "dns" else 1.0
    whys = [worth_of(rhythm, policy), Why(f"by_{way}", factor, _SAYS[way].format(asking.name))]
    if (distinct := count_distinct(asking.rows["name"])) > 1:
        says = f"under {distinct:,} different names of {asking.name}, none of which keeps time alone"
        whys.append(Why("many_names", 1.0, says))
    addresses = known.addresses(asking.rows)
    if len(addresses) > 1:
        many = "or more " if len(addresses) >= ADDRESSES else ""
        says = f"at {len(addresses)} {many}addresses, of which none shows the rhythm: they rotate, the name stays"
        whys.append(Why("rotates", 1.0, says))
    if way == "dns":
        whys.append(_weigh_cache(asking.rhythm.period, known.life(asking.rows), policy))
    if ordinary:
        whys.append(Why("ordinary_name", worth["ordinary"], f"{asking.name}: {ordinary}"))
    return [*whys, *weigh_crowd(asking.crowd, policy), *weigh_beats(rhythm, policy)]


def _weigh_cache(period: float, lives: float, policy: Policy) -> Why:
    """Whether a cache could make the rhythm: it asks again when an answer has died and is wanted."""
    if not lives:
        says = (
            "the log does not say how long answers live: a cache that is asked all the time asks again when one "
            "has died, and then this is the life of the answer"
        )
        return Why("cache_unknown", 1.0, says)
    if lives <= period <= policy.beacon["cache_give"] * lives:
        says = f"answers live {show_seconds(lives)}, so a cache that is asked all the time asks as often"
        return Why("cache", policy.beacon["cache"], says)
    if period < lives:
        return Why("no_cache", 1.0, f"asks again while answers live, {show_seconds(lives)}: past any cache")
    return Why("no_cache", 1.0, f"answers live only {show_seconds(lives)}: no cache makes this rhythm")


def _finding(
    source: bytes, asking: _Asking, addresses: set[bytes], whys: list[Why], policy: Policy
) -> TrafficFinding:
    score = min(math.prod(why.score for why in whys), 1.0)
    return TrafficFinding(
        kind="beacon" if score >= policy.beacon["least"] else "rhythm",
        source=show_address(source),
        destination=asking.name,
        score=score,
        why=tuple(whys),
        first_seen=asking.rhythm.first,
        last_seen=asking.rhythm.last,
        flows=asking.rhythm.flows,
        details={
            **details_of(asking.rhythm),
            "ports": sorted({int(port) for port in asking.rows["port"] if port}),
            "how": asking.way,
            "addresses": sorted(map(show_address, addresses)),
        },
    )


def _lists(askings: list[_Asking], policy: Policy) -> dict[tuple[int, str], list[Why]]:
    """By source and registered name: that the source keeps the same rhythm with several."""
    worth, found = policy.beacon, {}
    by_source: dict[int, list[_Asking]] = {}
    for asking in sorted(askings, key=lambda asking: asking.rhythm.period):
        by_source.setdefault(int(asking.rows["source"][0]), []).append(asking)
    for source, own in by_source.items():
        periods = [asking.rhythm.period for asking in own]
        for asking in own:
            give = policy.population["give"] * asking.rhythm.period
            begin = bisect_left(periods, asking.rhythm.period - give)
            end = bisect_right(
                periods, asking.rhythm.period + give, lo=begin, hi=min(len(own), begin + _SHOWN)
            )
            alike = sorted({registered_name(other.name) for other in own[begin:end]})
            if len(alike) >= worth["list_least"]:
                says = f"the same rhythm with {len(alike)} registered names, as a list of controllers has: {', '.join(alike[:5])}"
                found[source, registered_name(asking.name)] = [Why("list", worth["list"], says)]
    return found


_SHOWN = 100
"""Names of one rhythm that are counted; more change nothing."""
_SAYS = {
    "tls": "by the name {} in TLS",
    "http": "by the name {} in HTTP",
    "dns": "by questions for {} to a name server, which are no contact: flows or TLS would show that",
}


def explained(finding: TrafficFinding) -> bool:
    """Whether something ordinary makes a rhythm by name."""
    return any(why.feature in {"ordinary_name", "popular", "cache"} for why in finding.why)


def registered_name(name: str) -> str:
    """The last two labels, or three where countries register under one more (``co.uk``).

    >>> registered_name("a7.cdn.example.co.uk")
    'example.co.uk'
    """
    labels = name.split(".")
    deep = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND
    return ".".join(labels[-3 if deep else -2 :])


def _packed(rows: pa.RecordBatch, side: str) -> pa.Array:
    """Four or sixteen bytes of an address, or null."""
    coded = rows.column(side).dictionary_encode()
    narrow = pa.array([number.to_bytes(4, "big") for number in coded.dictionary.to_pylist()], pa.binary())
    return pc.coalesce(narrow.take(coded.indices), rows.column(side + "6").cast(pa.binary()))


def _keep_time(rows: np.ndarray, numbers: np.ndarray, names: list[str], policy: Policy) -> Iterator[_Asking]:
    """Series of one source and one number of a name that keep time."""
    keys = rows["source"].astype(np.uint64) << np.uint64(32) | numbers
    order = np.lexsort((rows["ts"], keys))
    rows, keys = rows[order], keys[order]
    starts = np.concatenate(([0], np.flatnonzero(np.diff(keys)) + 1, [len(keys)])).astype(np.int64)
    if not len(keys):
        return
    times = np.ascontiguousarray(rows["ts"])
    moments = np.empty_like(times)
    moments = moments if spread_seconds(times, starts, moments) else times
    wanted = np.flatnonzero(np.diff(starts) >= LEAST)
    if not len(wanted):
        return
    askers = np.sort(keys[starts[:-1]] & np.uint64(0xFFFFFFFF))
    everyone = count_distinct(rows["source"])
    for series, rhythm in sure_rhythms(times, moments, starts, wanted, policy):
        here = rows[starts[series] : starts[series + 1]]
        number = keys[starts[series]] & np.uint64(0xFFFFFFFF)
        crowd = Crowd(
            int(np.searchsorted(askers, number, "right") - np.searchsorted(askers, number)), everyone
        )
        yield _Asking(names[int(number)], rhythm, here, crowd)
