"""A carrier's day of flows, for `flows.py`: bursty subscribers, popular and rare destinations, some beacons.

    python benchmarks/carrier_day.py FILE.parquet --rows 100000000

200,000 subscribers in 100.64.0.0/10 and 3 million destinations of a Zipf distribution; each pair has its own number of
flows (log-normal, 22 on average) in sessions between which minutes or hours pass; days and nights differ. Beacons are
planted among them with addresses in 203.0.113.0/24 and 198.51.100.0/24. Rows come in the order of time.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

DAY = 86_400
START = 1_725_235_200
"""2 September 2024, 00:00 UTC."""
SUBSCRIBERS = 200_000
DESTINATIONS = 3_000_000
PER_PAIR = 22.0


def destinations(random: np.random.Generator) -> np.ndarray:
    """Distinct public addresses, without the ranges that the other parts use."""
    found = np.unique(random.integers(1 << 24, 223 << 24, DESTINATIONS * 11 // 10, dtype=np.uint32))
    kept = found[(found >> 24 != 10) & (found >> 22 != 0x64 << 2 | 1) & (found >> 24 != 127)]
    return random.permutation(kept)[:DESTINATIONS]


def zipf(random: np.random.Generator, count: int, size: int) -> np.ndarray:
    """Ranks below ``count`` whose chance falls with the rank."""
    return np.minimum(np.exp(random.random(size) * np.log(count)).astype(np.int64), count - 1)


def pairs(random: np.random.Generator, rows: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Source, destination and number of flows of each pair."""
    count = int(rows / PER_PAIR)
    flows = np.maximum(random.lognormal(np.log(PER_PAIR) - 1.2, 1.55, count), 1).astype(np.int64)
    sources = (np.uint32(0x64400000) + random.integers(0, SUBSCRIBERS, count)).astype(np.uint32)
    return sources, destinations(random)[zipf(random, DESTINATIONS, count)], flows


def moments(random: np.random.Generator, flows: np.ndarray) -> np.ndarray:
    """Seconds of the day for the flows of all pairs, in sessions of eight flows on average."""
    sessions = np.maximum(flows // 8, 1)
    first = np.repeat(np.cumsum(sessions) - sessions, flows)
    which = first + (random.random(len(first)) * np.repeat(sessions, flows)).astype(np.int64)
    begin = random.random(int(sessions.sum())).astype(np.float32)
    # People wake: two thirds of the sessions fall between eight and midnight.
    begin = np.where(random.random(len(begin)) < 0.5, begin * 57_600 + 28_800, begin * DAY).astype(np.float32)
    return np.minimum(begin[which] + random.exponential(120, len(which)).astype(np.float32), DAY - 0.001)


def beacons(random: np.random.Generator, count: int) -> list[np.ndarray]:
    """Moments of hosts that call every five minutes, give or take a tenth."""
    beats = np.arange(0, DAY, 300.0)
    return [
        np.clip(beats + random.uniform(-30, 30, len(beats)) + random.uniform(0, 300), 0, DAY - 1)
        for _ in range(count)
    ]


def write(path: Path, rows: int, planted: int = 200, seed: int = 1) -> None:
    """Write the day, an hour at a time."""
    random = np.random.default_rng(seed)
    sources, targets, flows = pairs(random, rows)
    times = moments(random, flows)
    which = np.repeat(np.arange(len(flows), dtype=np.int32), flows)
    calls = beacons(random, planted)
    sources = np.concatenate((sources, np.uint32(0x64400000) + np.arange(planted, dtype=np.uint32)))
    targets = np.concatenate((targets, (np.uint32(0xCB007100) + np.arange(planted) % 200).astype(np.uint32)))
    which = np.concatenate(
        (which, np.repeat(np.arange(planted) + len(flows), [len(c) for c in calls]).astype(np.int32))
    )
    times = np.concatenate((times, *calls)).astype(np.float32)
    hours = (times // 3600).astype(np.int8)
    schema = pa.schema(
        [
            ("ts", pa.float64()), ("duration", pa.float32()), ("src", pa.uint32()), ("sport", pa.uint16()),
            ("dst", pa.uint32()), ("dport", pa.uint16()), ("proto", pa.uint8()), ("orig_bytes", pa.int64()),
            ("resp_bytes", pa.int64()), ("orig_pkts", pa.int64()), ("resp_pkts", pa.int64()),
        ]
    )  # fmt: skip
    with pq.ParquetWriter(path, schema, compression="zstd", compression_level=1) as writer:
        for hour in range(24):
            places = np.flatnonzero(hours == hour)
            places = places[np.argsort(times[places], kind="stable")]
            for begin in range(0, len(places), 1 << 20):
                part = places[begin : begin + (1 << 20)]
                writer.write_table(
                    pa.table(
                        _columns(random, times[part], sources[which[part]], targets[which[part]]), schema
                    )
                )


def _columns(
    random: np.random.Generator, times: np.ndarray, sources: np.ndarray, targets: np.ndarray
) -> dict[str, Any]:
    rows = len(times)
    packets = random.geometric(0.1, rows)
    ports = np.array([443, 443, 443, 443, 80, 53, 8080, 5228, 3478, 22], dtype=np.uint16)
    return {
        "ts": START + times.astype(np.float64),
        "duration": random.exponential(5, rows).astype(np.float32),
        "src": sources,
        "sport": random.integers(1024, 65535, rows).astype(np.uint16),
        "dst": targets,
        # The service belongs to the destination.
        "dport": ports[targets % 10],
        "proto": np.where(targets % 10 == 5, 17, 6).astype(np.uint8),
        "orig_bytes": packets * 90,
        "resp_bytes": packets * 700,
        "orig_pkts": packets,
        "resp_pkts": packets,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--rows", type=int, default=100_000_000)
    arguments = parser.parse_args()
    write(arguments.file, arguments.rows)
