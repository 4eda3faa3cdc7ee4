"""Flows gathered by pair: what dictionaries of lists say, in compiled loops."""

from collections import Counter, defaultdict
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.flows.behaviour.kernels import least_hits, log_binomial_tail
from holdfast.flows.behaviour.networks import Networks
from holdfast.flows.behaviour.pairs import PairLog
from holdfast.flows.behaviour.rhythm import WIDTHS
from holdfast.model.traffic import flow_schema

ROW = st.fixed_dictionaries(
    {
        "ts": st.integers(0, 50).map(float),
        "src": st.integers(1, 3),
        "dst": st.integers(7, 9),
        "sport": st.sampled_from([5, 6, None]),
        "dport": st.sampled_from([80, 443, None]),
        "proto": st.sampled_from([6, 17, None]),
        "orig_bytes": st.sampled_from([None, 0, 100, 200]),
        "resp_bytes": st.sampled_from([None, 0, 300]),
        "duration": st.sampled_from([None, 0.0, 2.5]),
    }
)


def batch(rows: list[dict[str, Any]]) -> pa.RecordBatch:
    whole = [{"record": number} | row for number, row in enumerate(rows)]
    return pa.RecordBatch.from_pylist(whole, schema=flow_schema())


def leader(values: list[Any]) -> Any:
    """The value of a majority, where there is one."""
    value, count = Counter(values).most_common(1)[0]
    return value if 2 * count > len(values) else None


@settings(deadline=None)
@given(st.lists(st.lists(ROW, max_size=30), max_size=4))
def test_pairs_are_those_of_a_dictionary(batches: list[list[dict[str, Any]]]) -> None:
    """Every flow is in its pair, once and in order of time, whatever batches it came in; sums and counts agree."""
    log, expected = PairLog(), defaultdict(list)
    for rows in batches:
        log.add(batch(rows))
        for row in rows:
            expected[row["src"], row["dst"]].append(row)
    assert log.flows == sum(map(len, batches))
    seen = 0
    for wide, pairs in log.pairs():
        assert not wide
        for pair in range(len(pairs)):
            rows = expected[int(pairs.sources[pair]), int(pairs.destinations[pair])]
            seen += 1
            assert pairs.times_of(pair).tolist() == sorted(row["ts"] for row in rows)
            assert pairs.flows[pair] == len(rows)
            assert pairs.sent[pair] == sum(row["orig_bytes"] or 0 for row in rows)
            assert pairs.got[pair] == sum(row["resp_bytes"] or 0 for row in rows)
            assert pairs.told[pair] == sum(row["resp_bytes"] is not None for row in rows)
            assert pairs.answered[pair] == sum(bool(row["resp_bytes"]) for row in rows)
            assert pairs.lasted[pair] == sum(row["duration"] or 0 for row in rows)
            assert pairs.ports[pair] == len({row["dport"] or 0 for row in rows})
            if (port := leader([row["dport"] or 0 for row in rows])) is not None:
                assert pairs.port[pair] == port
            assert pairs.on_port[pair] == sum((row["dport"] or 0) == pairs.port[pair] for row in rows)
    assert seen == len(expected)


@given(st.lists(st.integers(0, 2**32 - 1), max_size=50))
def test_networks_hold_what_lies_between_their_ends(numbers: list[int]) -> None:
    """Merged or apart, at the first and the last address too."""
    texts = ("10.0.0.0/8", "10.255.0.0/16", "192.168.0.0/16", "224.0.0.0/3")
    edges = [10 << 24, (11 << 24) - 1, 11 << 24, (10 << 24) - 1, 224 << 24, 2**32 - 1, 0]
    every = np.array(numbers + edges, dtype=np.uint64)
    expected = [(n >> 24 == 10) or (n >> 16 == 192 << 8 | 168) or (n >> 29 == 7) for n in every.tolist()]
    assert Networks(texts).holds(every).tolist() == expected


def test_fewer_hits_than_are_needed_never_suffice() -> None:
    """The table that spares most windows their logarithms rules out nothing that could count."""
    limit = float(np.log(1e-7))
    needed = least_hits(WIDTHS, 200, 3, limit)
    for width, row in zip(WIDTHS, needed, strict=True):
        power = width ** (-1.0 / (width - 1.0))
        chance = power - power**width
        for gaps in range(4, 200):
            hits = int(row[gaps]) - 1
            assert (
                hits > gaps
                or hits < 3
                or log_binomial_tail(gaps - 1, hits - 1, chance) + np.log(3 * 5 * gaps) > limit
            )
            if row[gaps] <= gaps:
                assert log_binomial_tail(gaps - 1, row[gaps] - 1, chance) + np.log(3 * 5 * gaps) <= limit
