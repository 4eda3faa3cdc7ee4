"""What a score means: how much likelier it is for a listed party written otherwise than for somebody else, by band and kind.

    python benchmarks/score_meaning.py LABELS LISTS [--each N]

LABELS is the folder with the labelled sets, LISTS one with OFAC's SDN files. Two questions, two tables:

1. Of labelled pairs with a score in a band, which share is one party? A rising curve (isotonic regression) is fitted on
   one half of the pairs, by the hash of the listed name, and checked on the other.
2. How often does somebody who is on no list reach a band, and how often a listed name with one slip, in another order,
   without its legal form, or in another alias? The quotient is what an alert adds to what was known before: multiplied
   with the odds that a customer is listed, it gives the odds that the alert is true.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from bisect import bisect_right
from pathlib import Path
from typing import TYPE_CHECKING

from screening import PAIR_SETS, screen_search, table

from holdfast.app.screen import open_screener
from holdfast.app.settings import Settings
from holdfast.app.update import UpdateOptions, update
from holdfast.app.watchlist import open_watchlist
from holdfast.model.party import Strength
from holdfast.model.progress import Silent
from holdfast.screen.policy import policy
from holdfast.screen.query import Query
from holdfast.screen.screener import Screener, compare
from holdfast.screen.validation import rewriting
from holdfast.store.memory import MemoryWatchlist

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from holdfast.model.watchlist import Watchlist

SETS = ("company_vessel_pairs", "name_bench", "cross_script", "ofac_alias", "un_alias", "un_mangled")
EDGES = (0.5, 0.72, 0.82, 0.85, 0.9, 0.95, 0.985)
LEAST = 0.5
REWRITINGS = (
    rewriting.swap_letters, rewriting.leave_letter_out, rewriting.double_letter, rewriting.change_vowel,
    rewriting.drop_accents, rewriting.turn_order, rewriting.drop_form,
)  # fmt: skip
SEED = 7


def band(score: float) -> int:
    return bisect_right(EDGES, score)


def label(place: int) -> str:
    low = f"{EDGES[place - 1]:.3g}" if place else "0"
    return f"{low} to {EDGES[place]:.3g}" if place < len(EDGES) else f"{low} and above"


def kind_of(schema: str, one: str, other: str) -> str:
    if one.isascii() is not other.isascii():
        return "another script"
    return "persons" if schema == "Person" else "ships" if schema == "Vessel" else "bodies"


def rising(points: list[tuple[float, bool]]) -> list[tuple[float, float]]:
    """Isotonic regression by pooling adjacent violators: from which score on which share."""
    blocks: list[list[float]] = []  # sum, count, lowest score
    for score, true in sorted(points):
        blocks.append([float(true), 1.0, score])
        while len(blocks) > 1 and blocks[-2][0] * blocks[-1][1] >= blocks[-1][0] * blocks[-2][1]:
            upper = blocks.pop()
            blocks[-1][0] += upper[0]
            blocks[-1][1] += upper[1]
    return [(low, total / count) for total, count, low in blocks]


def read(curve: list[tuple[float, float]], score: float) -> float:
    place = bisect_right([low for low, _ in curve], score) - 1
    return curve[max(0, place)][1]


def shares(labels: Path) -> Iterator[str]:
    """The first table."""
    rows: list[tuple[str, float, bool, bool]] = []
    for name in SETS:
        pairs = PAIR_SETS[name](labels)
        for (schema, one, other), true, held in zip(pairs.rows, pairs.truth, pairs.held, strict=True):
            rows.append((kind_of(schema, one, other), compare(one, other, schema)[0], true, held))
    yield "| pairs with a score of | " + " | ".join(KINDS) + " | all, fitted half | all, held half |"
    yield "|---" * (len(KINDS) + 3) + "|"
    for place in range(len(EDGES), 0, -1):
        cells = [
            share([true for own, score, true, _ in rows if own == kind and band(score) == place])
            for kind in KINDS
        ]
        cells += [
            share([true for _, score, true, held in rows if held is half and band(score) == place])
            for half in (False, True)
        ]
        yield f"| {label(place)} | " + " | ".join(cells) + " |"
    curve = rising([(score, true) for _, score, true, held in rows if not held])
    held_rows = [(score, true) for _, score, true, held in rows if held]
    error = 0.0
    for place in range(len(EDGES) + 1):
        inside = [(score, true) for score, true in held_rows if band(score) == place]
        if inside:
            error += abs(sum(read(curve, score) - true for score, true in inside))
    yield f"\nA curve fitted on one half is {100 * error / len(held_rows):.1f} points off on the other, on the average of the bands."


KINDS = ("persons", "bodies", "ships", "another script")


def share(truth: list[bool]) -> str:
    return f"{100 * sum(truth) / len(truth):.0f} % of {len(truth)}" if truth else ""


def best_scores(screener: Screener, queries: Iterable[Query], parties: Sequence[str] = ()) -> list[float]:
    """The highest score of each query; of its own party where one is told."""
    found = []
    for place, (_, hits) in enumerate(screener.screen_many(queries, top=1000, min_score=LEAST)):
        mine = [hit.score for hit in hits if not parties or hit.party == parties[place]]
        found.append(max(mine, default=0.0))
    return found


def slips(watchlist: Watchlist, schema: str, each: int) -> tuple[list[Query], list[str]]:
    dice = random.Random(SEED)
    kinds = {"Person"} if schema == "Person" else {"Company", "Organization"}
    names = [
        (party.id, name.text)
        for party in watchlist.parties()
        if party.type in kinds
        for name in party.names
        if name.strength is not Strength.WEAK
    ]
    queries, parties = [], []
    while len(queries) < each:
        party, text = dice.choice(names)
        family, comma, given = text.partition(",")
        plain = f"{given.strip()} {family}" if comma and schema == "Person" else text
        if written := dice.choice(REWRITINGS)(plain, dice):
            queries.append(Query(str(len(queries)), written, schema))
            parties.append(party)
    return queries, parties


def odds(labels: Path, lists: Path, each: int) -> Iterator[str]:
    """The second table."""
    people = [row["full_name"] for row in table(labels, "clean_persons.csv.gz")]
    firms = [row["company_name"] for row in table(labels / "dnb_name_matching", "test_names.csv")]
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(Path(home))
        list(update(settings, UpdateOptions({"us_ofac_sdn": str(lists)}), Silent()).rows)
        watchlist = open_watchlist(settings)
        screener = open_screener(watchlist, "default")
        columns = {
            f"clean persons ({len(people)})": best_scores(
                screener, (Query(name, name, "Person") for name in people)
            ),
            f"clean firms ({len(firms)})": best_scores(
                screener, (Query(name, name, "Company") for name in firms)
            ),
            f"persons rewritten ({each})": best_scores(screener, *slips(watchlist, "Person", each)),
            f"bodies rewritten ({each})": best_scores(screener, *slips(watchlist, "Organization", each)),
        }
    search = screen_search(labels)
    aliases = [
        (Query(number, name, schema), f"private:{party}")
        for (number, schema, name), party in zip(search.queries, search.expected, strict=True)
        if party
    ]
    with tempfile.TemporaryDirectory() as folder:
        screener = Screener.open(MemoryWatchlist.of(search.parties, folder=Path(folder)), policy("default"))
        columns[f"other aliases ({len(aliases)})"] = best_scores(
            screener, [query for query, _ in aliases], [party for _, party in aliases]
        )
    yield "| highest score | " + " | ".join(columns) + " |"
    yield "|---" * (len(columns) + 1) + "|"
    for place in range(len(EDGES), 0, -1):
        cells = [sum(band(score) == place for score in own) / len(own) for own in columns.values()]
        yield f"| {label(place)} | " + " | ".join(f"{100 * cell:.2f} %" for cell in cells) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("labels", type=Path)
    parser.add_argument("lists", type=Path)
    parser.add_argument(
        "--each", type=int, default=3000, help="listed names that are rewritten, of each kind"
    )
    options = parser.parse_args()
    for line in shares(options.labels):
        print(line)
    print()
    for line in odds(options.labels, options.lists, options.each):
        print(line, flush=True)


if __name__ == "__main__":
    main()
