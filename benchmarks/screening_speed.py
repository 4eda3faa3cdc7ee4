"""How fast names are screened, in one process on one core: single queries, bulk, memory, and running text.

    python benchmarks/screening_speed.py LISTS NAMES [NAMES ...] [--peer VENV] [--most N]

LISTS is a folder with OFAC's SDN files; NAMES are CSV files (also .gz) with a column name or full_name, and schema. VENV is
an environment with nomenklatura (benchmarks/screening.py --peers makes one): its logic-v2 compares pairs that the
candidates of this program give, so that only the comparison is timed. The plain bound is one rapidfuzz ``cdist`` of
sorted words against every listed name. CPU time throughout; "cold" means that no word was looked up before.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rapidfuzz import fuzz, process

from holdfast.app.screen import open_screener
from holdfast.app.settings import Settings
from holdfast.app.update import UpdateOptions, update
from holdfast.app.watchlist import open_watchlist
from holdfast.model.progress import Silent
from holdfast.screen.query import Query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from holdfast.screen.screener import Screener

SINGLE = 2_000
"""Names asked one by one."""
BRUTE = 200
"""Names compared with every listed one."""
RECOMBINED = 200_000
"""Names of a file as long as those of customers are, in which most words have stood before."""
PEER = """
import json, sys, time
from followthemoney import model
from nomenklatura.matching.logic_v2.model import LogicV2
from nomenklatura.matching.types import ScoringConfig
def entity(name):
    return model.get_proxy({"id": name or "x", "schema": "LegalEntity", "properties": {"name": [name]}})
pairs = [(entity(a), entity(b)) for a, b in json.load(sys.stdin)]
config = ScoringConfig.defaults()
for one, other in pairs:
    LogicV2.compare(one, other, config)
start = time.process_time()
for one, other in pairs:
    LogicV2.compare(one, other, config)
print((time.process_time() - start) / len(pairs))
"""


WORKER = """
import json, re, sys
from pathlib import Path
from holdfast.app.screen import open_screener
from holdfast.app.settings import Settings
from holdfast.app.watchlist import open_watchlist
from holdfast.screen.query import Query
def now():
    told = dict(re.findall(r"^(\\w+): +(\\d+) kB$", Path("/proc/self/smaps_rollup").read_text(), re.MULTILINE))
    own = int(told["Private_Clean"]) + int(told["Private_Dirty"])
    return f"{int(told['Rss']) // 1024} ({own // 1024} its own)"
names = json.loads(sys.stdin.readline())
screener = open_screener(open_watchlist(Settings(Path(sys.argv[1]))))
opened = now()
for _ in screener.screen_many(Query("q", name, "Person") for name in names):
    pass
print(f"{opened} when opened, {now()} after {len(names)} names", flush=True)
sys.stdin.read()
"""


def memory(settings: Settings, queries: list[Query]) -> str:
    """What a worker takes beside another one, imports included: all its pages, and those that no other process has."""
    command = [sys.executable, "-c", WORKER, str(settings.home)]
    workers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    told = []
    for worker in workers:
        assert worker.stdin is not None
        assert worker.stdout is not None
        worker.stdin.write(json.dumps([query.name for query in queries]) + "\n")
        worker.stdin.flush()
        told.append(worker.stdout.readline().strip())
    for worker in workers:
        worker.communicate()
    return told[-1]


def read(paths: Iterable[Path]) -> list[Query]:
    found: list[Query] = []
    for path in paths:
        opener: Callable[..., Any] = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                name = row.get("name") or row.get("full_name") or ""
                found.append(Query(str(len(found)), name, row.get("schema") or "Person"))
    return found


def one_by_one(screener: Screener, queries: list[Query]) -> tuple[float, float]:
    """Milliseconds of CPU: median and 99th centile."""
    taken = []
    for query in queries:
        start = time.process_time()
        screener.screen(query)
        taken.append(1000 * (time.process_time() - start))
    centiles = statistics.quantiles(taken, n=100)
    return centiles[49], centiles[98]


def in_bulk(screener: Screener, queries: list[Query]) -> float:
    """Names a second of CPU."""
    start = time.process_time()
    for _ in screener.screen_many(queries):
        pass
    return len(queries) / (time.process_time() - start)


def recombine(queries: list[Query], count: int) -> list[Query]:
    """Other names, each once: all but the last word of one and the last word of another that is as Latin."""
    named = [query.name.split() for query in queries if query.type == "Person" and " " in query.name.strip()]
    alike = {latin: [words for words in named if words[0].isascii() == latin] for latin in (True, False)}
    draw, made = random.Random(7), dict[str, None]()
    while len(made) < count:
        words = draw.choice(named)
        made[" ".join([*words[:-1], draw.choice(alike[words[0].isascii()])[-1]])] = None
    return [Query(str(number), name, "Person") for number, name in enumerate(made)]


def brute(listed: list[str], queries: list[Query]) -> float:
    start = time.process_time()
    asked = [" ".join(sorted(query.name.casefold().split())) for query in queries[:BRUTE]]
    process.cdist(asked, listed, scorer=fuzz.ratio, score_cutoff=80)
    return len(asked) / (time.process_time() - start)


def peer(python: Path, pairs: list[tuple[str, str]]) -> str:
    done = subprocess.run(
        [python, "-c", PEER], input=json.dumps(pairs), capture_output=True, text=True, check=False
    )
    if done.returncode:
        return f"failed: {done.stderr.strip().splitlines()[-1]}"
    return f"{1 / float(done.stdout.split()[-1]):,.0f} pairs/s"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("lists", type=Path)
    parser.add_argument("names", type=Path, nargs="+")
    parser.add_argument("--peer", type=Path)
    parser.add_argument("--most", type=int, default=30_000)
    arguments = parser.parse_args()
    queries = read(arguments.names)[: arguments.most]
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(Path(home))
        list(update(settings, UpdateOptions({"us_ofac_sdn": str(arguments.lists)}), Silent()).rows)
        start = time.process_time()
        open_screener(open_watchlist(settings))
        print(f"Python {platform.python_version()}, {len(queries):,} names", file=sys.stderr)
        print(f"index laid out: {time.process_time() - start:.2f} s")
        if arguments.peer is None:
            measure(settings, queries, None)
        else:
            measure(settings, queries, arguments.peer / "bin" / "python")


def measure(settings: Settings, queries: list[Query], python: Path | None) -> None:
    watchlist = open_watchlist(settings)
    latin = [query for query in queries if query.name.isascii()]
    for name, chosen in (("all names", queries), ("Latin names", latin)):
        screener = open_screener(watchlist)
        screener.screen(Query("", "Warm Up", "Person"))
        print(
            f"{name}: one by one, cold: median {{:.2f}} ms, p99 {{:.2f}} ms".format(
                *one_by_one(screener, chosen[:SINGLE])
            )
        )
        print(
            f"{name}: the same again: median {{:.2f}} ms, p99 {{:.2f}} ms".format(
                *one_by_one(screener, chosen[:SINGLE])
            )
        )
        screener = open_screener(watchlist)
        print(f"{name}: bulk, cold: {in_bulk(screener, chosen):,.0f} names/s")
        print(f"{name}: bulk, all of them again: {in_bulk(screener, chosen):,.0f} names/s")
        made = recombine(chosen, RECOMBINED)
        screener = open_screener(watchlist)
        print(
            f"{name}: bulk, cold, {RECOMBINED:,} put together from them: {in_bulk(screener, made):,.0f} names/s"
        )
    print(f"memory of a fresh process, in MB: {memory(settings, latin[:SINGLE])}")
    names = [name.text for party in watchlist.parties() for name in party.names]
    listed = [" ".join(sorted(name.casefold().split())) for name in names]
    print(f"rapidfuzz against all {len(listed):,} listed names: {brute(listed, queries):,.0f} names/s")
    if python is not None:
        print(
            f"nomenklatura logic-v2: {peer(python, list(zip((q.name for q in latin), names, strict=False))[:500])}"
        )


if __name__ == "__main__":
    main()
