"""What an index keeps of a run: for each day who reached which address and which name, when first, last, how often.

Both ends of a flow are filed, since a listed address may be the one that called; private and reserved ones are not,
for they can be nobody's indicator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.flows.behaviour.networks import NOBODY, Networks
from holdfast.flows.inside import CARRIER_NAT, PRIVATE
from holdfast.text.addresses import show_address

if TYPE_CHECKING:
    from holdfast.flows.behaviour.pairs import PairLog, Pairs

_NEVER = Networks((*PRIVATE, *CARRIER_NAT, *NOBODY))
DAY = 86400


class NameLog:
    """Who asked for which name, by day: fed with batches of ``name_schema``."""

    def __init__(self) -> None:
        self._parts: list[pa.Table] = []

    def add(self, rows: pa.RecordBatch) -> None:
        """Take one batch."""
        names = pc.utf8_rtrim(
            pc.utf8_lower(pc.replace_substring_regex(rows.column("name"), r":\d+$", "")), "."
        )
        named = pc.and_(
            pc.is_valid(names), pc.or_(pc.is_valid(rows.column("src")), pc.is_valid(rows.column("src6")))
        )
        seconds = pc.cast(pc.floor(rows.column("ts")), pa.int64())
        table = pa.table(
            {
                "name": names,
                "src": rows.column("src"),
                "src6": rows.column("src6"),
                "day": pc.divide(seconds, DAY),
                "first": seconds,
                "last": seconds,
                "flows": pa.array(np.ones(len(rows), dtype=np.int64)),
            }
        ).filter(named)
        self._parts.append(_together(table))

    def tables(self) -> dict[int, pa.Table]:
        """Askers by day since 1970."""
        if not self._parts:
            return {}
        table = _together(pa.concat_tables(self._parts))
        coded = table.column("name").combine_chunks().dictionary_encode()
        turned = pa.array([turn_name(name) for name in coded.dictionary.to_pylist()], pa.string())
        peers = pa.array(
            [
                show_address(four.to_bytes(4, "big") if four is not None else six)
                for four, six in zip(
                    table.column("src").to_pylist(), table.column("src6").to_pylist(), strict=True
                )
            ],
            pa.string(),
        )
        talkers = pa.table(
            {
                "key": turned.take(coded.indices),
                "peer": peers,
                "turned": pa.array(np.zeros(len(table), dtype=bool)),
                "first": table.column("first"),
                "last": table.column("last"),
                "flows": table.column("flows"),
            }
        )
        days = table.column("day").to_numpy()
        return {int(day): talkers.filter(pa.array(days == day)) for day in np.unique(days)}


def _together(table: pa.Table) -> pa.Table:
    keys = ["name", "src", "src6", "day"]
    found = table.group_by(keys).aggregate([("first", "min"), ("last", "max"), ("flows", "sum")])
    return found.select([*keys, "first_min", "last_max", "flows_sum"]).rename_columns(
        [*keys, "first", "last", "flows"]
    )


def turn_name(name: str) -> str:
    """A name with its labels from the right, so that all below a domain stand together.

    >>> turn_name("www.example.com")
    'com.example.www'
    """
    return ".".join(reversed(name.split(".")))


def daily_tables(log: PairLog, names: NameLog) -> dict[int, dict[str, pa.Table]]:
    """Talkers by day since 1970 and kind (``4``, ``6``, ``names``), as ``store.traffic_index`` keeps them."""
    days: dict[int, dict[str, list[pa.Table]]] = {}
    for wide, pairs in log.pairs():
        kind = "6" if wide else "4"
        for day, table in _talkers(pairs, log.addresses if wide else None):
            days.setdefault(day, {}).setdefault(kind, []).append(table)
    for day, table in names.tables().items():
        days.setdefault(day, {})["names"] = [table]
    return {
        day: {kind: pa.concat_tables(parts) for kind, parts in kinds.items()} for day, kinds in days.items()
    }


def _talkers(pairs: Pairs, addresses: list[bytes] | None) -> list[tuple[int, pa.Table]]:
    """The talkers of some pairs, by day."""
    pair = np.repeat(np.arange(len(pairs)), np.diff(pairs.starts))
    day = np.floor_divide(pairs.times, DAY).astype(np.int64)
    begin = np.flatnonzero(np.concatenate(([True], (pair[1:] != pair[:-1]) | (day[1:] != day[:-1]))))
    end = np.append(begin[1:], len(pair))
    which, days = pair[begin], day[begin]
    facts = (
        np.floor(pairs.times[begin]).astype(np.int64),
        np.floor(pairs.times[end - 1]).astype(np.int64),
        end - begin,
    )
    found = []
    for keys, peers, turned in (
        (pairs.destinations[which], pairs.sources[which], False),
        (pairs.sources[which], pairs.destinations[which], True),
    ):
        kept = ~_never(keys, addresses)
        for number in np.unique(days[kept]).tolist():
            here = kept & (days == number)
            columns = [
                _ends(keys[here], addresses),
                _ends(peers[here], addresses),
                np.full(int(here.sum()), turned),
            ]
            names = ("key", "peer", "turned", "first", "last", "flows")
            arrays = [pa.array(column) for column in (*columns, *(fact[here] for fact in facts))]
            found.append((number, pa.Table.from_arrays(arrays, names=list(names))))
    return found


def _never(numbers: np.ndarray, addresses: list[bytes] | None) -> np.ndarray:
    if addresses is None:
        return _NEVER.holds(numbers)
    return np.array([addresses[int(number)] in _NEVER for number in numbers], dtype=bool)


def _ends(numbers: np.ndarray, addresses: list[bytes] | None) -> np.ndarray | pa.Array:
    if addresses is None:
        return numbers.astype(np.uint32)
    return pa.array([addresses[int(number)] for number in numbers], pa.binary(16))
