"""Lists: an edition from the full OFAC set, and loading it, against a plain CSV parse of the same files.

python benchmarks/lists.py DIR     # a folder with sdn.csv, alt.csv, add.csv, sdn_comments.csv in any case
"""

import csv
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

RUNS = 5
LOAD = """
import time; from pathlib import Path; from holdfast.app.settings import Settings
start = time.perf_counter()
from holdfast.app.watchlist import open_watchlist
watchlist = open_watchlist(Settings(Path({home!r})))
party = watchlist.party("us_ofac_sdn:50543")
print(time.perf_counter() - start)
start = time.perf_counter()
count = sum(1 for _ in watchlist.parties())
print(time.perf_counter() - start)
"""


def plain_parse(folder: Path) -> int:
    rows = 0
    for path in sorted(folder.iterdir()):
        with path.open(encoding="utf-8", errors="replace", newline="") as stream:
            rows += sum(1 for _ in csv.reader(stream))
    return rows


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main(folder: Path) -> None:
    plain, whole, opened, objects = [], [], [], []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as home:
            command = [sys.executable, "-c", "from holdfast.cli.main import main; main()", "--home", home]
            plain.append(timed(lambda: plain_parse(folder)))
            update = [*command, "update", "--quiet", "--from", f"us_ofac_sdn={folder}"]
            whole.append(timed(partial(subprocess.run, update, check=True, stdout=subprocess.DEVNULL)))
            load = subprocess.run(
                [sys.executable, "-c", LOAD.format(home=home)], check=True, capture_output=True, text=True
            )
            first, second = map(float, load.stdout.split())
            opened.append(first)
            objects.append(second)
    base = statistics.median(plain)
    for name, times in (
        ("plain csv parse of the same files", plain),
        ("holdfast update, whole process", whole),
        ("open the edition and one party, imports included", opened),
        ("every party as an object", objects),
    ):
        median = statistics.median(times)
        print(f"{name:52} {median:6.2f} s  {median / base:6.1f} x")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
