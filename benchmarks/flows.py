"""Traffic against its goals: matching, names, beacons and retro-hunt, with DuckDB, Polars and nfdump beside it.

    python benchmarks/flows.py WORK [--rows 100000000] [--peers PYTHON] [--captures DIR] [--only match,names,…]

WORK is a folder for generated data (3 GB for 100 million rows; the year of the retro-hunt takes 5 GB more). PYTHON is an
interpreter with duckdb and polars, in an environment of its own (``python -m venv peers; peers/bin/pip install duckdb
polars``). nfdump is Debian's package; without it its line is missing. DIR is a folder with the labelled captures.

CPU seconds of one core, best of three where a run is short; peers are held to one thread.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from carrier_day import write
from rita import rita_score

from holdfast.flows.address_index import AddressIndex
from holdfast.flows.behaviour.behaviour import Behaviour
from holdfast.flows.behaviour.gather import spread_seconds
from holdfast.flows.behaviour.kernels import BEATS_A_GAP, STEP, STRAY, pace, pace_evidence
from holdfast.flows.behaviour.pairs import PairLog
from holdfast.flows.behaviour.rhythm import CELLS, JITTERS, PACE, SHARES, Rhythms, find_rhythms, worths
from holdfast.flows.daily import NameLog, daily_tables
from holdfast.flows.name_index import NameIndex
from holdfast.flows.policy import read_policy
from holdfast.flows.retro import Retro
from holdfast.flows.touches import Touches
from holdfast.model.indicator import Indicator
from holdfast.model.status import Problems
from holdfast.model.traffic import flow_schema
from holdfast.records.columns import Reading
from holdfast.records.traffic import open_traffic
from holdfast.store.traffic_index import TrafficIndex, announced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DAY = 86_400.0
LIMIT = float(np.log(1e-7))


def cpu(work: Callable[[], Any], times: int = 1) -> tuple[float, Any]:
    """CPU seconds of the best run, and the answer."""
    best = float("inf")
    answer = None
    for _ in range(times):
        start = time.process_time()
        answer = work()
        best = min(best, time.process_time() - start)
    return best, answer


def show(what: str, rows: float, seconds: float, answer: object) -> None:
    print(f"| {what} | {rows / seconds / 1e6:.1f} M/s | {seconds:.2f} s | {answer} |", flush=True)


def run_peers(python: str | None, task: str, data: Path, lists: Path, rows: int) -> None:
    if not python:
        return
    script = Path(__file__).with_name("flows_peers.py")
    done = subprocess.run(
        [python, str(script), task, str(data), str(lists)], capture_output=True, text=True, check=True
    )
    for line in done.stdout.splitlines():
        found = json.loads(line)
        show(found["peer"], rows, found["cpu"], found["answer"])


# --- matching


def make_list(data: Path, folder: Path) -> list[Indicator]:
    """10,000 addresses, half of them seen, and 1,000 blocks of /20 to /28, a third of which hold listed addresses."""
    random = np.random.default_rng(3)
    file = pq.ParquetFile(data)
    column = file.read_row_group(file.num_row_groups // 2, columns=["dst"]).column("dst").to_numpy()
    seen, counts = np.unique(column, return_counts=True)
    rare = random.choice(seen[np.argsort(counts, kind="stable")][:20_000], 5_000, replace=False)
    addresses = np.unique(np.concatenate((rare, random.integers(1 << 24, 223 << 24, 5_000))))
    bases = np.concatenate((random.choice(addresses, 333), random.integers(1 << 24, 223 << 24, 667)))
    lengths = random.integers(20, 29, 1_000)
    blocks = [(int(base) >> (32 - n) << (32 - n), int(n)) for base, n in zip(bases, lengths, strict=True)]
    quarters = np.unique(np.concatenate([np.arange(b >> 4, (b + (1 << (32 - n))) >> 4) for b, n in blocks]))
    pq.write_table(pa.table({"a": pa.array(addresses.astype(np.uint32))}), folder / "addresses.parquet")
    pq.write_table(pa.table({"k": pa.array(quarters.astype(np.uint32))}), folder / "blocks28.parquet")
    singles = [Indicator("ipv4", dotted(int(a))) for a in addresses]
    return singles + [Indicator("cidr", f"{dotted(base)}/{length}") for base, length in dict.fromkeys(blocks)]


def dotted(number: int) -> str:
    return socket.inet_ntoa(struct.pack("!I", number))


def ends(data: Path) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Sources and destinations on one thread, as many rows at a time as the second cache holds."""
    for batch in pq.ParquetFile(data).iter_batches(1 << 16, columns=["src", "dst"], use_threads=False):
        yield batch.column(0).to_numpy(), batch.column(1).to_numpy()


def oracle(data: Path, indicators: list[Indicator]) -> int:
    """How often any indicator covers any end, counted for each indicator in the sorted addresses of each batch."""
    from holdfast.text.addresses import network

    ranges = np.array([network(indicator.value)[1:] for indicator in indicators], dtype=np.uint64)
    total = 0
    for pair in ends(data):
        for column in pair:
            ordered = np.sort(column)
            first = np.searchsorted(ordered, ranges[:, 0].astype(np.uint32))
            total += int(
                (np.searchsorted(ordered, ranges[:, 1].astype(np.uint32), side="right") - first).sum()
            )
    return total


def match(data: Path, work: Path, python: str | None) -> None:
    rows = pq.ParquetFile(data).metadata.num_rows
    indicators = make_list(data, work)
    index = AddressIndex(indicators)
    print(
        f"\n## {rows:,} flows from Parquet (zstd), source and destination, {len(indicators):,} indicators\n"
    )
    print("| what | rows/s | CPU | answer |\n|---|---|---|---|")
    reading, _ = cpu(lambda: sum(len(a) for a, _ in ends(data)), 3)
    show("reading the two columns (bound)", rows, reading, "")
    index.find(np.zeros(1, dtype=np.uint32))

    def find() -> tuple[int, int]:
        start, touched, found = 0, [], []
        for pair in ends(data):
            for column in pair:
                places = index.find(column)
                touched.append(places + start)
                found.append(column[places])
            start += len(pair[0])
        values, counts = np.unique(np.concatenate(found), return_counts=True)
        covering = [len(index.covering(value.to_bytes(4, "big"))) for value in values.tolist()]
        lines = np.sort(np.concatenate(touched))
        return 1 + int((lines[1:] != lines[:-1]).sum()), int(counts @ covering)

    seconds, (touched, hits) = cpu(find, 3)
    show("holdfast", rows, seconds, f"{touched:,} rows, {hits:,} hits; {seconds / reading:.2f} x the bound")
    print(f"| oracle | | | {oracle(data, indicators):,} hits |")
    run_peers(python, "match", data, work, rows)
    nfdump(data, indicators, work)


def nfdump(data: Path, indicators: list[Indicator], work: Path, rows: int = 3_000_000) -> None:
    """The first rows of the day sent to nfcapd as NetFlow v5 over the loopback, then filtered by nfdump."""
    if not shutil.which("nfdump"):
        return
    batch = next(pq.ParquetFile(data).iter_batches(rows, columns=["src", "dst"]))
    source, destination = batch.column(0).to_numpy(), batch.column(1).to_numpy()
    folder = Path(tempfile.mkdtemp(dir=work))
    collector = subprocess.Popen(["nfcapd", "-l", str(folder), "-b", "127.0.0.1", "-p", "9995", "-B", "50000000", "-t", "3600"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    time.sleep(1)
    send(source, destination)
    time.sleep(2)
    collector.terminate()
    collector.wait()
    listed = work / "filter.txt"
    listed.write_text(f"ip in [{' '.join(indicator.value for indicator in indicators)}]")
    files = sorted(folder.glob("nfcapd.2*"))
    before = os.times()
    done = subprocess.run(["nfdump", "-q", "-R", str(folder), "-f", str(listed), "-o", "fmt:%sa %da"], capture_output=True, text=True, check=True)  # fmt: skip
    seconds = (
        os.times().children_user + os.times().children_system - before.children_user - before.children_system
    )
    index = AddressIndex(indicators)
    expected = len(np.union1d(index.find(source), index.find(destination)))
    show(
        f"nfdump, {len(source):,} flows",
        len(source),
        seconds,
        f"{len(done.stdout.splitlines()):,} of {expected:,} rows",
    )
    assert files


def send(source: np.ndarray, destination: np.ndarray) -> None:
    """NetFlow v5 (Cisco): a header of 24 bytes and thirty records of 48."""
    records = np.zeros((len(source), 12), dtype=">u4")
    records[:, 0], records[:, 1] = source, destination
    records[:, 4], records[:, 5] = 1, 100
    records[:, 8], records[:, 9] = (40000 << 16) | 443, 6 << 8
    link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    now = int(time.time())
    for start in range(0, len(source), 30):
        part = records[start : start + 30]
        head = struct.pack("!HHIIIIBBH", 5, len(part), 1000, now, 0, start, 0, 0, 0)
        link.sendto(head + part.tobytes(), ("127.0.0.1", 9995))
        if start % 3000 == 0:
            time.sleep(0.01)


# --- names


def make_names(work: Path, rows: int = 10_000_000) -> tuple[Path, list[str]]:
    """Names of a Zipf distribution over 3 million, 100,000 listed domains of which some are asked for."""
    random = np.random.default_rng(5)
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz0123456789-"))
    words = ["".join(word) for word in letters[random.integers(0, 36, (200_000, 8))]]
    tops = ["com", "net", "org", "de", "co.uk", "io", "example", "ru", "cn", "info"]
    sites = [
        f"{words[n % 200_000][: 4 + n % 5]}{n % 997}.{tops[n % 10]}" for n in random.permutation(1_200_000)
    ]
    prefixes = ["", "www.", "api.", "cdn.edge.", "mail.", "a.b.c.", "img1."]
    distinct = np.array(
        [prefixes[n % 7] + sites[n % len(sites)] for n in random.integers(0, 10_000_000, 3_000_000)]
    )
    ranks = np.minimum(
        np.exp(random.random(rows) * np.log(len(distinct))).astype(np.int64), len(distinct) - 1
    )
    domains = sites[:200] + [f"x{words[n]}.{tops[n % 10]}" for n in range(99_800)]
    path = work / "names.parquet"
    table = pa.table({"name": pa.array(distinct).take(pa.array(ranks)).cast(pa.string())})
    pq.write_table(table, path, compression="zstd", row_group_size=1 << 20)
    pq.write_table(pa.table({"domain": domains}), work / "domains.parquet")
    return path, domains


def names(work: Path, python: str | None) -> None:
    path, domains = make_names(work)
    index = NameIndex(Indicator("domain", domain) for domain in domains)
    batches = list(pq.ParquetFile(path).iter_batches(1 << 20, use_threads=False))
    rows = sum(map(len, batches))
    print(f"\n## {rows:,} names by suffix against {len(domains):,} domains\n")
    print("| what | names/s | CPU | answer |\n|---|---|---|---|")
    index.find_domains(batches[0].column(0).slice(0, 10))
    seconds, hits = cpu(lambda: sum(len(index.find_domains(batch.column(0))) for batch in batches), 3)
    show("holdfast, Arrow column", rows, seconds, f"{hits:,} hits")
    listed = set(domains)

    def walk() -> int:
        return sum(
            ".".join(parts[start:]) in listed
            for name in batches[0].column(0).to_pylist()
            for parts in [name.split(".")]
            for start in range(len(parts))
        )

    expected = sum(count for batch in batches for count in [_walk(batch, listed)])
    seconds, _ = cpu(walk)
    show("Python set, one million of them", len(batches[0]), seconds, f"{expected:,} hits in all")
    run_peers(python, "names", path, work, rows)


def _walk(batch: pa.RecordBatch, listed: set[str]) -> int:
    counted = batch.column(0).value_counts()
    return sum(
        item["counts"].as_py()
        for item in counted
        for parts in [item["values"].as_py().split(".")]
        for start in range(len(parts))
        if ".".join(parts[start:]) in listed
    )


# --- beacons


def beacons(data: Path, work: Path, python: str | None) -> None:
    rows = pq.ParquetFile(data).metadata.num_rows
    print(f"\n## Beacons in {rows:,} flows\n\n| what | flows/s | CPU | answer |\n|---|---|---|---|")
    reading, grouping = 0.0, 0.0
    log = PairLog()
    batches = open_traffic(data, Problems(), Reading()).batches()
    while True:
        seconds, batch = cpu(lambda: next(batches, None))
        reading += seconds
        if batch is None:
            break
        seconds, _ = cpu(lambda rows=batch.rows: log.add(rows))
        grouping += seconds
    behaviour = Behaviour(read_policy(), log)
    scoring, found = cpu(lambda: list(behaviour.findings()))
    planted = sum(f.source.startswith("100.64.0.") and f.destination.startswith("203.0.113.") for f in found)
    told = f"{planted} of 200 planted, {len(found) - planted} others, in {behaviour.counts['pairs']:,} pairs"
    show("holdfast, grouping and scoring", rows, grouping + scoring, told)
    show("holdfast, with reading all columns", rows, reading + grouping + scoring, "")
    run_peers(python, "beacons", data, work, rows)


def timer(random: np.random.Generator, period: float, jitter: float, share: float) -> np.ndarray:
    """A timer of twelve packets a beat for a day, of whose packets a share was sampled; jitter around the clock."""
    beats = np.arange(int(DAY / period)) * period + random.uniform(0, period)
    return kept(random, beats + random.uniform(-jitter, jitter, len(beats)) * period, share)


def sleeper(
    random: np.random.Generator, period: float, jitter: float, share: float, days: int = 1
) -> np.ndarray:
    """The same, where each beat starts from the last."""
    pauses = period * (1 + random.uniform(-jitter, jitter, int(days * DAY / period)))
    return kept(random, random.uniform(0, period) + np.cumsum(pauses), share)


def sleeper_two_days(random: np.random.Generator, period: float, jitter: float, share: float) -> np.ndarray:
    return sleeper(random, period, jitter, share, 2)


def best_possible(period: float, jitter: float, asked: float, days: int = 1, each: int = 4_000) -> float:
    """Power of the most powerful test of a sleeper through 1:100 at one in ten million, period and jitter being known.

    A renewal process that is thinned is one again, so the gaps tell everything. ``asked`` is for how many periods
    the chance has to suffice. The threshold comes from the same runs, each weighted by the inverse of its likelihood ratio.
    """
    random = np.random.default_rng(17)
    seen = 1 - 0.99**12
    step, furthest = 0.005, 80
    pause = np.zeros(int(furthest / step))
    middle, half = round(1 / step), round(jitter / step)
    pause[middle - half : middle + half + 1] = 1 / (2 * half + 1)
    one = np.fft.rfft(pause, 2 * len(pause))
    density = np.fft.irfft(seen * one / (1 - (1 - seen) * one))[: len(pause)] / step
    ratios = np.empty(each)
    for run in range(each):
        gaps = np.diff(sleeper(random, period, jitter, 0.01, days)) / period
        here = density[np.minimum((gaps / step + 0.5).astype(int), len(pause) - 1)]
        ratios[run] = np.log(np.maximum(here, 1e-9)).sum() - (np.log(seen) - seen * gaps).sum()
    ratios.sort()
    chance = np.cumsum(np.exp(-ratios[::-1]))[::-1] / each
    return float((chance <= 1e-7 / asked).mean())


def kept(random: np.random.Generator, beats: np.ndarray, share: float) -> np.ndarray:
    return np.sort(beats[random.random(len(beats)) < 1 - (1 - share) ** 12])


def poisson(random: np.random.Generator, events: int) -> np.ndarray:
    return np.sort(random.uniform(0, DAY, events))


def bursty(random: np.random.Generator, events: int) -> np.ndarray:
    sessions: list[np.ndarray] = []
    while sum(map(len, sessions)) < events:
        size, length = min(int(random.pareto(1.2) + 1), 200), random.choice([1, 10, 60, 600, 1800])
        sessions.append(random.uniform(0, DAY - length) + random.uniform(0, length, size))
    return np.sort(np.concatenate(sessions))


def diurnal(random: np.random.Generator, events: int) -> np.ndarray:
    times = random.uniform(0, DAY, 2 * events)
    return np.sort(times[random.random(2 * events) < 0.5 + 0.5 * np.sin(2 * np.pi * times / DAY)])


def look(series: list[np.ndarray], limit: float) -> Rhythms:
    starts = np.concatenate(([0], np.cumsum([len(item) for item in series])))
    return find_rhythms(np.concatenate(series) + 1.7e9, starts, np.arange(len(series)), limit)


def ask(series: list[np.ndarray], limit: float = LIMIT) -> np.ndarray:
    return look([item for item in series if len(item) >= 5], limit).log_p


LOOSE = float(np.log(1e-3))


def quality(null: int = 200_000, each: int = 1_000) -> None:
    random = np.random.default_rng(9)
    print("\n## A day through sampling: found at one false pair in ten million\n")
    print("| timer | sampled | found | RITA above its own null |\n|---|---|---|---|")
    ceiling = max(rita_score(poisson(random, int(n)), DAY) for n in random.integers(15, 170, 20_000))
    for shape, period, jitter in (
        (timer, 60, 0.0), (timer, 60, 0.2), (timer, 300, 0.0), (timer, 300, 0.1),
        (sleeper, 60, 0.1), (sleeper, 60, 0.15), (sleeper, 60, 0.2), (sleeper, 90, 0.07), (sleeper, 300, 0.03),
        (sleeper, 47, 0.25), (sleeper, 300, 0.1), (sleeper_two_days, 60, 0.2), (sleeper_two_days, 300, 0.1),
    ):  # fmt: skip
        for share in (1.0, 0.1, 0.01):
            series = [shape(random, period, jitter, share) for _ in range(each)]
            found = float((ask(series) <= LIMIT).sum()) / each
            above = sum(rita_score(item, DAY) > ceiling for item in series) / each
            print(
                f"| {shape.__name__} {period} s ±{jitter:.0%} | 1:{1 / share:.0f} | {found:.1%} | {above:.1%} |"
            )
    for period, jitter, days in ((60, 0.2, 1), (47, 0.25, 1), (300, 0.1, 1), (300, 0.1, 2)):
        known, unknown = (best_possible(period, jitter, asked, days) for asked in (1, 600))
        print(
            f"\nBest possible, {period} s ±{jitter:.0%}, {days} days: {known:.1%}; for 600 periods {unknown:.1%}"
        )
    print(f"\nRITA's highest of 20,000 random pairs: {ceiling:.3f}\n\n## Random pairs that pass\n")
    print("| traffic | pairs | 1e-3 (expected) | 1e-4 | 1e-5 | 1e-6 | 1e-7 |\n|---|---|---|---|---|---|---|")
    for shape in (poisson, diurnal, bursty):
        sizes = np.exp(random.uniform(np.log(8), np.log(250), null)).astype(int)
        found = np.concatenate(
            [ask([shape(random, int(n)) for n in part], LOOSE) for part in np.array_split(sizes, 20)]
        )
        passed = " | ".join(str(int((found <= np.log(10.0**-power)).sum())) for power in (4, 5, 6, 7))
        print(
            f"| {shape.__name__} | {len(found):,} | {int((found <= LOOSE).sum())} ({len(found) / 1000:.0f}) | {passed} |",
            flush=True,
        )


def silent(share: float) -> Callable[[np.random.Generator, int], np.ndarray]:
    """Random, yet never within so large a share of the mean gap: a kept connection, or a cache."""
    return lambda random, events: np.cumsum(share + random.exponential(1 - share, events)) * DAY / events


def shared(servers: int) -> Callable[[np.random.Generator, int], np.ndarray]:
    """Random, of which each of several servers gets its turn."""
    return lambda random, events: np.cumsum(random.gamma(servers, 1, events)) * DAY / events / servers


def rounded(mean: float) -> Callable[[np.random.Generator, int], np.ndarray]:
    """Random, with so many seconds between, recorded in whole ones and spread again."""

    def draw(random: np.random.Generator, events: int) -> np.ndarray:
        times = np.floor(np.cumsum(random.exponential(mean, events)))
        moments = np.empty(events)
        spread_seconds(times, np.array([0, events]), moments)
        return moments

    return draw


def chance(each: int = 3_000, null: int = 20_000) -> None:
    """How often evidence of pace exceeds what one pair in ten million needs, and other kinds of random traffic.

    Importance sampling: gaps are drawn from the very hypotheses that the evidence is a mean over. The same mean with
    the true mean gap is the ratio of the two probabilities, and its inverse the weight of a draw under steady random traffic.
    """
    random = np.random.default_rng(33)
    print("\n## Evidence of pace in steady random traffic: its chance, times itself\n")
    print("| connections | at 10^3 | 10^5 | 10^7 | 10^9 |\n|---|---|---|---|---|")
    out = np.empty(4)
    for events in (17, 25, 50, 100, 165, 250, 500):
        found, ratio = np.empty(each), np.empty(each)
        for run in range(each):
            gaps = _hypothesis(random, events)
            pace_evidence(gaps, worths(), CELLS, out)
            found[run], ratio[run] = out[0], _ratio(gaps)
        cells = [
            f"{np.exp(level - ratio[found >= level]).sum() / each:.3f}"
            for level in np.log(10) * np.array([3, 5, 7, 9])
        ]
        print(f"| {events} | {' | '.join(cells)} |", flush=True)
    print("\n| other random traffic | pairs | pace | any test |\n|---|---|---|---|")
    for label, shape in (
        *((f"silent for {share:.0%} of the mean gap", silent(share)) for share in (0.05, 0.1, 0.2, 0.4)),
        *((f"in turn to {servers} servers", shared(servers)) for servers in (2, 3, 5)),
        *((f"every {mean} s, whole seconds", rounded(mean)) for mean in (2, 5, 20, 60)),
    ):
        sizes = np.exp(random.uniform(np.log(16), np.log(250), null)).astype(int)
        found = look([shape(random, int(n)) for n in sizes], LIMIT)
        heard = found.log_p <= LIMIT
        print(f"| {label} | {null:,} | {(heard & (found.test == PACE)).sum()} | {heard.sum()} |", flush=True)


PERIODS = int(np.log(BEATS_A_GAP) / np.log(STEP))


def _hypothesis(random: np.random.Generator, events: int) -> np.ndarray:
    """Gaps of mean one between beats whose share and jitter are drawn as the evidence weighs them."""
    period = STEP ** random.integers(PERIODS) / BEATS_A_GAP
    shares = np.geomspace(1 / BEATS_A_GAP, 1, SHARES)
    share = min(shares[np.abs(np.log(shares / period)).argmin()], 0.9)
    jitter = random.choice(JITTERS)
    beats = random.geometric(share, events - 1)
    ends = np.concatenate(([0.0], np.cumsum(random.uniform(1 - jitter, 1 + jitter, beats.sum()))))
    gaps = np.diff(ends[np.concatenate(([0], np.cumsum(beats)))])
    stray = random.random(events - 1) < STRAY
    return period * np.where(stray, random.exponential(1 / share, events - 1), gaps)


def _ratio(gaps: np.ndarray) -> float:
    """Logarithm of the evidence, the mean gap being known as one."""
    every = np.empty((len(JITTERS), PERIODS))
    for worth, row in zip(worths(), every, strict=True):
        pace(gaps, 1.0, worth, CELLS, 1 / BEATS_A_GAP, STEP, row)
    return float(every.max() + np.log(np.exp(every - every.max()).mean()))


def pooled(groups: int = 200) -> None:
    """Hourly fetches of several subscribers each, two or three of which are seen, and random traffic of as many."""
    random = np.random.default_rng(21)
    print("\n## Sources that are each too weak, together\n")
    print(
        "| traffic of each source in a day, through 1:100 | 5 | 10 | 20 | 40 | 80 sources |\n|---|---|---|---|---|---|"
    )
    for label, shape in (
        ("every hour ±5 % from beat to beat", lambda: sleeper(random, 3600, 0.05, 0.01)),
        ("every hour ±20 % from beat to beat", lambda: sleeper(random, 3600, 0.2, 0.01)),
        ("every 20 minutes ±10 % from beat to beat", lambda: sleeper(random, 1200, 0.1, 0.01)),
        ("steady, 3 to 12", lambda: poisson(random, int(random.integers(3, 13)))),
        ("day and night", lambda: diurnal(random, int(random.integers(3, 13)))),
        ("bursty", lambda: bursty(random, int(random.integers(3, 13)))),
    ):
        cells = [f"{_pooled_share(shape, sources, groups):.1%}" for sources in (5, 10, 20, 40, 80)]
        print(f"| {label} | {' | '.join(cells)} |", flush=True)


def _pooled_share(shape: Callable[[], np.ndarray], sources: int, groups: int) -> float:
    """Of how many destinations, each with its own sources, a population is told."""
    times, ends = [], []
    for group in range(groups):
        for member in range(sources):
            moments = shape()
            times.append(moments)
            ends.append(np.full(len(moments), group * sources + member))
    member = np.concatenate([*ends, np.arange(groups * sources, groups * sources + 40_000)])
    ts = np.concatenate([*times, np.zeros(40_000)])
    order = np.argsort(ts, kind="stable")
    member = member[order]
    # The others reach one destination once, so that none of the groups is popular.
    destination = np.where(member < groups * sources, 0x05000000 + member // sources, 0x06000000)
    columns = {
        "record": member, "ts": 1.7e9 + ts[order], "src": (0x64400000 + member).astype(np.uint32),
        "dst": destination.astype(np.uint32), "sport": np.full(len(member), 40_000, np.uint16),
        "dport": np.full(len(member), 8443, np.uint16), "proto": np.full(len(member), 6, np.uint8),
    }  # fmt: skip
    rows = pa.RecordBatch.from_arrays(
        [
            pa.array(columns[f.name], f.type) if f.name in columns else pa.nulls(len(member), f.type)
            for f in flow_schema()
        ],
        schema=flow_schema(),
    )
    log = PairLog()
    log.add(rows)
    found = Behaviour(read_policy(), log).findings()
    return sum(finding.kind == "population" for finding in found) / groups


# --- retro-hunt


def retro(data: Path, work: Path) -> None:
    index = work / "index"
    shutil.rmtree(index, ignore_errors=True)
    rows = pq.ParquetFile(data).metadata.num_rows
    log = PairLog()
    for batch in open_traffic(data, Problems(), Reading()).batches():
        log.add(batch.rows)
    seconds, _ = cpu(lambda: TrafficIndex(index).add(daily_tables(log, NameLog()), []))
    log = PairLog()
    day = next(path for path in index.iterdir() if path.is_dir())
    size = sum(path.stat().st_size for path in day.iterdir())
    print(
        f"\n## Retro-hunt: a day of {rows:,} flows is {size / 1e6:.0f} MB, indexed in {seconds:.1f} CPU seconds after reading\n"
    )
    indicators = make_list(data, work)
    print("| what | time | found |\n|---|---|---|")

    def look(days: list[Any]) -> tuple[float, int, float, int]:
        touches = Touches(indicators, read_policy())
        hunt = Retro(touches)
        start = time.perf_counter()
        places = [list(hunt.places(day)) for day in announced(days)]
        found = time.perf_counter() - start
        start = time.perf_counter()
        addresses = sum(hunt.look_up(day) for day in days)
        return found, sum(map(len, places)), time.perf_counter() - start, addresses

    look(list(TrafficIndex(index).days()))
    for label, state in (("a day, in memory", False), ("a day, from disk", True)):
        runs = []
        for _ in range(3):
            if state:
                forget(index)
            runs.append(look(list(TrafficIndex(index).days())))
        found, places, whole, addresses = min(runs)
        print(f"| {label}: which listed addresses | {found * 1e3:.1f} ms | {places:,} ranges |")
        print(
            f"| … and who, with counts and times | {whole * 1e3:.0f} ms | {addresses:,} addresses |",
            flush=True,
        )
    for number in range(1, 365):
        copy = index / f"2023-{1 + number // 31:02d}-{1 + number % 31:02d}"
        copy.mkdir(exist_ok=True)
        for path in day.iterdir():
            if path.suffix == ".arrow":
                shutil.copyfile(path, copy / path.name)
            elif not (copy / path.name).exists():
                os.link(path, copy / path.name)
    days = list(TrafficIndex(index).days())
    forget(index)
    hunt = Retro(Touches(indicators, read_policy()))
    for label in ("from disk", "in memory"):
        start = time.perf_counter()
        places = sum(len(list(hunt.places(day))) for day in announced(list(TrafficIndex(index).days())))
        print(
            f"| {len(days)} days, {label}: which | {time.perf_counter() - start:.2f} s | {places:,} ranges |",
            flush=True,
        )
    shutil.rmtree(index)


def forget(folder: Path) -> None:
    """Drop the files from the page cache."""
    os.sync()
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as stream:
                os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


# --- captures


CAPTURES = (
    "otrf-apt29/day1", "otrf-apt29/day2", "slips/dataset/test18-malicious-ctu-sme-11-win",
    "stratosphere-testing/002-zeek-scenario-port-scanning", "stratosphere-testing/010-zeek-mixed",
    "stratosphere-testing/011-zeek-mixed", "rita/test_data/missing_host", "rita/test_data/proxy",
)  # fmt: skip


def captures(folder: Path) -> None:
    print("\n## Labelled captures\n\n| capture | beacons and members |\n|---|---|")
    for name in CAPTURES:
        words = [
            str(Path(sys.executable).with_name("holdfast")),
            "flows",
            str(folder / name),
            "--no-watchlist",
            "--quiet",
        ]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        found = [json.loads(line) for line in done.stdout.splitlines()]
        told = "; ".join(f"{f['kind']} {f['source']} → {f['destination']} ({f['score']})" for f in found if f["kind"] in {"beacon", "member"})  # fmt: skip
        print(f"| {name} | {told or 'none'} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("work", type=Path)
    parser.add_argument("--rows", type=int, default=100_000_000)
    parser.add_argument("--peers")
    parser.add_argument("--captures", type=Path)
    parser.add_argument("--only", default="match,names,beacons,quality,chance,retro,captures")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    data = arguments.work / f"day{arguments.rows // 1_000_000}.parquet"
    wanted = set(arguments.only.split(","))
    if not data.exists() and wanted & {"match", "beacons", "retro"}:
        write(data, arguments.rows)
    if "match" in wanted:
        match(data, arguments.work, arguments.peers)
    if "names" in wanted:
        names(arguments.work, arguments.peers)
    if "beacons" in wanted:
        beacons(data, arguments.work, arguments.peers)
    if "quality" in wanted:
        quality()
        pooled()
    if "chance" in wanted:
        chance()
    if "retro" in wanted:
        retro(data, arguments.work)
    if "captures" in wanted and arguments.captures:
        captures(arguments.captures)


if __name__ == "__main__":
    main()
