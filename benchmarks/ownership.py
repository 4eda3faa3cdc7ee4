"""The 50 Percent Rule at scale, beside a plain scan of the same edges, recursive SQL, and networkx.

    python benchmarks/ownership.py [--holdings 10_000_000] [--listed 15_000] [--peers PYTHON [--peer NAME]] [--keep | --reading]

Graphs are made in the shape of real ones (``ownership_shapes.py`` says from which samples, and what is assumed). The bound is
a plain scan: numpy sums and compares every edge column once. ``--peers`` is the interpreter of an environment with ``duckdb``
and ``networkx``, which answer the same question on the same holdings (networkx needs about a kilobyte a holding).
``--keep`` writes register and graph as a second run finds them, and evaluates them in a process that maps them. ``--reading`` writes the same holdings to CSV and Parquet and times what reading them costs, which the
figures of the rule do not count. Everything is CPU time of one process on one core, medians of five.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from ownership_shapes import FIRST_DAY, LAST_DAY, make, open_shape, save_shape
from pyarrow import csv

from holdfast.model.stakes import OPEN_END, OPEN_START
from holdfast.model.status import Problems
from holdfast.ownership.build import build_graph
from holdfast.ownership.evaluation import Facts
from holdfast.ownership.kernels import compiled
from holdfast.ownership.layout import open_graph, save_graph
from holdfast.ownership.listing import Listing
from holdfast.ownership.pack import load_pack
from holdfast.ownership.standing import Standing, evaluate
from holdfast.records.ownership import Ownership
from holdfast.records.ownership_layout import open_ownership, save_ownership
from holdfast.records.registers import read_ownership

if TYPE_CHECKING:
    from collections.abc import Callable

    from ownership_shapes import Shape

    from holdfast.ownership.graph import Graph
    from holdfast.ownership.pack import RulePack

DAY = date(2026, 11, 23)
RUNS = 5
DESIGNATIONS = 300


def cpu(work: Callable[[], object], runs: int = RUNS) -> float:
    """Median CPU seconds."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--holdings", type=lambda text: int(text.replace("_", "")), default=10_000_000)
    parser.add_argument("--listed", type=lambda text: int(text.replace("_", "")), default=15_000)
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--peer", action="append", choices=("duckdb", "networkx"))
    parser.add_argument("--reading", action="store_true")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--make", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--mapped", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.mapped:
        answer_mapped(options.make)
        return
    if options.make:
        save_shape(make(options.holdings, options.seed), options.make)
        return
    print(f"Python {platform.python_version()}, numpy {np.__version__}, seed {options.seed}")
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--make", folder, "--holdings", str(options.holdings)]
        subprocess.run([*command, "--seed", str(options.seed)], check=True)
        shape = open_shape(Path(folder))
        if options.reading:
            read_back(shape)
            return
        graph = measure(shape, options.listed, options.seed)
        if options.keep:
            keep(graph, shape, options)
        for peer in (options.peer or ("duckdb", "networkx")) if options.peers else ():
            compare(graph, shape, options, peer)


def answer(graph: Graph, facts: Facts, pack: RulePack) -> tuple[np.ndarray, np.ndarray]:
    """Who is surely caught and who perhaps: the verdict on every party."""
    result = evaluate(graph, facts, pack, DAY)
    return result.certain.members(), result.possible.members()


def measure(shape: Shape, listed: int, seed: int) -> Graph:
    start = time.process_time()
    graph = build_graph(shape.stakes)
    print(
        f"{graph.rows.size:,} holdings, {len(graph.names):,} parties; laid out in {time.process_time() - start:.1f} s; "
        f"memory at most {most_memory():.2f} GB"
    )
    start = time.process_time()
    index = graph.names.index[0]
    print(f"{index.size:,} names hashed and sorted in {time.process_time() - start:.1f} s")
    bound = cpu(scan_of(graph))
    print(f"plain scan of the edges: {bound * 1e3:.1f} ms")
    seeds = choose(shape, listed, seed)
    days = np.random.default_rng(seed + 3).integers(FIRST_DAY, LAST_DAY, seeds.size)
    undated = Facts(tuple(Listing(f"P{place}") for place in seeds))
    dated = Facts(
        tuple(
            Listing(f"P{place}", date.fromordinal(int(day)), programmes=("SDGT",))
            for place, day in zip(seeds, days, strict=True)
        )
    )
    answer(graph, dated, load_pack("us-ofac"))  # compiles
    for says, facts in (("", undated), (", listed on a day, transfers near it looked into", dated)):
        for name in ("us-ofac", "eu", "uk"):
            pack = load_pack(name)
            seconds = cpu(lambda pack=pack, facts=facts: answer(graph, facts, pack))
            result = evaluate(graph, facts, pack, DAY)
            print(
                f"{name}{says}: {seconds * 1e3:.0f} ms, {seconds / bound:.1f} x the scan; {len(result.listed):,} listed, "
                f"{len(result.surely_caught):,} caught, {len(result.perhaps_caught - result.surely_caught):,} perhaps, "
                f"{len(result.reached):,} touched"
            )
    designate(graph, undated, np.setdiff1d(shape.owners, seeds), seed)
    print(f"memory at most {most_memory():.2f} GB")
    return graph


def most_memory() -> float:
    """The most that this process had, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def keep(graph: Graph, shape: Shape, options: argparse.Namespace) -> None:
    """What keeping the register and its graph costs, and a first evaluation in a process that maps them."""
    with tempfile.TemporaryDirectory() as folder:
        start, wall = time.process_time(), time.perf_counter()
        save_ownership(Ownership(shape.stakes, plain=True), Path(folder))
        save_graph(graph, Path(folder))
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
        print(
            f"kept: {size / 1e9:.2f} GB, written in {time.process_time() - start:.1f} s "
            f"({time.perf_counter() - wall:.1f} s by the clock)"
        )
        seeds = Path(folder) / "seeds.npy"
        np.save(seeds, choose(shape, options.listed, options.seed))
        subprocess.run([sys.executable, __file__, "--make", folder, "--mapped"], check=True)


def answer_mapped(folder: Path) -> None:
    """Open what was kept, and evaluate once, and once more."""
    facts = Facts(tuple(Listing(f"P{place}") for place in np.load(folder / "seeds.npy")))
    pack = load_pack("us-ofac")
    compiled()
    start = time.process_time()
    graph = open_graph(folder, open_ownership(folder).holdings)
    opened = time.process_time() - start
    first, again = (cpu(lambda: answer(graph, facts, pack), runs) for runs in (1, RUNS))
    print(
        f"a process of its own: mapped in {opened * 1e3:.0f} ms, first evaluation {first * 1e3:.0f} ms, "
        f"then {again * 1e3:.0f} ms; memory at most {most_memory():.2f} GB, mapped pages among it"
    )


def read_back(shape: Shape) -> None:
    """From a file to an indexed graph, by format."""
    with tempfile.TemporaryDirectory() as folder:
        for kind in (".parquet", ".csv"):
            path = Path(folder) / f"holdings{kind}"
            write(shape, path)
            start, wall = time.process_time(), time.perf_counter()
            problems = Problems()
            found = read_ownership(path, problems)
            read = time.process_time() - start
            graph = build_graph(found.holdings)
            laid = time.process_time() - start - read
            print(
                f"{kind}, {path.stat().st_size / 1e6:.0f} MB, {graph.rows.size:,} holdings: read in {read:.1f} s, laid out in "
                f"{laid:.1f} s ({time.perf_counter() - wall:.1f} s by the clock), {problems.lost:,} odd rows, "
                f"memory at most {most_memory():.2f} GB"
            )


def write(shape: Shape, path: Path) -> None:
    """The holdings as a user would keep them."""
    stakes = shape.stakes
    texts = [
        f"{float(share.low * 100):g}" if share.low == share.high else f"{share.low * 100}-{share.high * 100}"
        for share in stakes.shares
    ]
    dates = pa.array([date.fromordinal(day).isoformat() for day in range(1, LAST_DAY + 1)])

    def days(name: str, without: int) -> pa.Array:
        column = stakes.column(name)
        return dates.take(pa.array(column - 1, mask=column == without))

    columns = {
        name: pc.binary_join_element_wise(
            "Company", pa.array(stakes.column(name)).cast(pa.string()), "Ltd", " "
        )
        for name in ("owner", "owned")
    }
    columns["percent"] = pa.array(texts).take(pa.array(stakes.column("share")))
    columns["valid_from"] = days("start", OPEN_START)
    columns["valid_to"] = days("end", OPEN_END)
    columns["right"] = pa.array(["shares", "votes"]).take(pa.array(stakes.column("right")))
    table = pa.table(columns)
    if path.suffix == ".csv":
        csv.write_csv(table, path, csv.WriteOptions(quoting_style="needed"))
    else:
        pq.write_table(table, path)


def scan_of(graph: Graph) -> Callable[[], object]:
    """Every edge column read once, from contiguous copies."""
    columns = {name: np.ascontiguousarray(graph.rows[name]) for name in graph.rows.dtype.names or ()}
    day = DAY.toordinal()

    def scan() -> tuple[int, ...]:
        return (
            int(columns["share"].sum()),
            int((columns["owner"] < columns["owned"]).sum()),
            int(((columns["start"] <= day) & (columns["end"] >= day)).sum()),
            int(columns["right"].sum(dtype=np.int64)),
            int(columns["traits"].sum(dtype=np.int64)),
        )

    return scan


def choose(shape: Shape, listed: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed + 1).choice(
        shape.owners, min(listed, shape.owners.size // 2), replace=False
    )


def designate(graph: Graph, facts: Facts, others: np.ndarray, seed: int) -> None:
    """One more designation at a time on an evaluation that is kept open, each taken back before the next."""
    standing = Standing(graph, facts, load_pack("us-ofac"), DAY)
    more, less, changed = [], [], []
    for place in np.random.default_rng(seed + 2).choice(others, DESIGNATIONS, replace=False):
        start = time.process_time()
        changes = standing.designate(Listing(f"P{place}"))
        more.append(time.process_time() - start)
        changed.append(len(changes))
        start = time.process_time()
        standing.withdraw(f"P{place}")
        less.append(time.process_time() - start)
    print(
        f"one new designation: median {statistics.median(more) * 1e3:.2f} ms, 99 % {np.quantile(more, 0.99) * 1e3:.2f} ms "
        f"({np.mean(changed):.1f} verdicts changed, at most {max(changed)}); taken back: {statistics.median(less) * 1e3:.2f} ms"
    )


def compare(graph: Graph, shape: Shape, options: argparse.Namespace, peer: str) -> None:
    """The peer on the same stakes, each of which is a whole number of hundredths of a percent."""
    seeds = choose(shape, options.listed, options.seed)
    facts = Facts(tuple(Listing(f"P{place}") for place in seeds))
    pack = load_pack("us-ofac")
    result = evaluate(graph, facts, pack, DAY)
    seconds = cpu(lambda: answer(graph, facts, pack))
    shares = graph.shares[graph.rows["share"]]
    columns = {
        "owner": graph.owner,
        "owned": graph.owned,
        "is_votes": graph.rows["right"],
        "low": shares["low"] * 10000 // shares["whole"],
        "high": shares["high"] * 10000 // shares["whole"],
        "first": graph.rows["start"],
        "last": graph.rows["end"],
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "holdings.npz"
        np.savez(path, listed=seeds.astype(np.int32), day=DAY.toordinal(), **columns)
        script = Path(__file__).with_name("ownership_peers.py")
        done = subprocess.run(
            [options.peers, script, path, peer], capture_output=True, text=True, check=False
        )
    if done.returncode:
        print(f"{peer} failed: {done.stderr[-2000:]}")
        return
    told = json.loads(done.stdout)
    assert result.cautious is not None
    ours = {
        "certain": result.certain.members().size,
        "possible": result.possible.members().size,
        "cautious": result.cautious.members.size,
    }
    same = (
        "the same caught" if told["caught"] == ours else f"NOT the same caught: {told['caught']}, ours {ours}"
    )
    total = sum(told["cpu"].values())
    parts = ", ".join(f"{name} {each:.2f} s" for name, each in told["cpu"].items())
    print(
        f"{told['peer']}, {graph.rows.size:,} holdings (loaded in {told['loading']:.1f} s): {total:.2f} s, "
        f"{total / seconds:.0f} x our {seconds:.3f} s ({parts}); {same}"
    )
    if "passes" in told:
        print(
            f"  certain alone by passes over the graph until nothing changes: {told['passes']:.2f} s, "
            f"{told['passes'] / seconds:.0f} x our three"
        )


if __name__ == "__main__":
    main()
