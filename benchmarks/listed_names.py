"""Control names: whether every name of a list finds its own party, as listed and rewritten, and how long a query takes.

    python benchmarks/listed_names.py FOLDER_WITH_OFAC_FILES

Every listed name is asked as it stands; every tenth also in a shuffled order, in lower case, and without accents and
punctuation (seeded). A name that is found but is no hit of the default policy counts as missed unless it is a weak alias.
"""

from __future__ import annotations

import platform
import random
import statistics
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.app.screen import open_screener
from holdfast.app.settings import Settings
from holdfast.app.update import UpdateOptions, update
from holdfast.app.watchlist import open_watchlist
from holdfast.model.party import Name, Strength
from holdfast.model.progress import Silent
from holdfast.screen.query import Query

if TYPE_CHECKING:
    from collections.abc import Iterator


def bare(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    return "".join(char if char.isalnum() else " " for char in plain if not unicodedata.combining(char))


def rewrite(name: Name, number: int, dice: random.Random) -> Iterator[tuple[str, str]]:
    yield "as listed", name.as_listed
    if number % 10 == 0:
        words = name.text.split()
        dice.shuffle(words)
        yield "shuffled", " ".join(words)
        yield "lower case", name.as_listed.lower()
        yield "bare", bare(name.text)


def main() -> None:
    dice = random.Random(1)
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(Path(home))
        list(update(settings, UpdateOptions({"us_ofac_sdn": sys.argv[1]}), Silent()).rows)
        start = time.perf_counter()
        open_screener(open_watchlist(settings), "default")
        first = time.perf_counter() - start
        start = time.perf_counter()
        watchlist = open_watchlist(settings)
        screener = open_screener(watchlist, "default")
        again = time.perf_counter() - start
        asked: Counter[str] = Counter()
        missed: Counter[str] = Counter()
        seconds = []
        # An entry of the dossier gives way to the entry of a list that it says it is.
        names = [
            ({party.id, *(tie.target for tie in party.relations if tie.kind == "same-as")}, name)
            for party in watchlist.parties()
            for name in party.names
        ]
        for number, (parties, name) in enumerate(names):
            for kind, text in rewrite(name, number, dice):
                begin = time.perf_counter()
                hits = screener.screen(Query("q", text), top=2000, min_score=0.5)
                seconds.append(time.perf_counter() - begin)
                asked[kind] += 1
                own = next((hit for hit in hits if hit.party in parties), None)
                if own is None or not (own.hit or name.strength is Strength.WEAK):
                    missed[kind] += 1
    print(f"Python {platform.python_version()} on {platform.machine()}; policy {screener.policy.stamp}")
    print(f"first open, index laid out: {first:.2f} s; later opens: {again:.3f} s")
    for kind, count in asked.items():
        print(f"{kind:<12}{count:>8,} asked {missed[kind]:>6,} missed")
    centiles = statistics.quantiles(seconds, n=100)
    print(f"a query: median {1000 * centiles[49]:.2f} ms, p99 {1000 * centiles[98]:.2f} ms")


if __name__ == "__main__":
    main()
