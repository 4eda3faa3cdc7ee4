"""How well names are matched: every quality row of the screening goals, beside other matchers in the same run.

    python benchmarks/screening.py LABELS [--peers VENV] [--lists LISTS] [--only SET ...] [--json FILE]

LABELS is a folder with the labelled sets (name_bench.csv, screen_queries.csv, ...; a set that is not there is left out and
said to be). LISTS is a folder with OFAC's SDN files, for the false alerts on clean persons. VENV is a virtual environment
for the peers: made and filled with nomenklatura and rapidfuzz when it is not there (ICU headers and a compiler must be).

Each set is cut in two by the hash of the listed name. Rules and weights of the matcher were chosen on the half "tune"; the
column "held" gives the other half, with the threshold that is best on "tune". F1 is the best over thresholds, as
published for other matchers. A search is measured at the lowest threshold that alerts at most 0.8 % of the clean names.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import platform
import random
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from holdfast.app.screen import open_screener
from holdfast.app.settings import Settings
from holdfast.app.update import UpdateOptions, update
from holdfast.app.watchlist import open_watchlist
from holdfast.model.party import Name, NameKind, Party, Strength
from holdfast.model.progress import Silent
from holdfast.screen.ofac_search import score as ofac_score
from holdfast.screen.policy import policy
from holdfast.screen.query import Query
from holdfast.screen.screener import Screener, compare
from holdfast.store.memory import MemoryWatchlist

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

PEERS = ("logic-v2", "logic-v1", "ofac", "rapidfuzz")
PACKAGES = ("nomenklatura==4.17.4", "rapidfuzz==3.14.6")
CLEAN_SHARE = 0.008
"""Of the clean names that may be alerted when recall is measured."""
CLEAN_SAMPLE = 1_000
"""Clean persons that the peers are asked for; they take milliseconds a name."""
SEED = 11


def is_held(text: str) -> bool:
    """Which half of a set a row is in."""
    return bool(blake2b(text.casefold().encode(), digest_size=1).digest()[0] & 1)


@dataclass
class Pairs:
    """Labelled pairs of names."""

    name: str
    rows: list[tuple[str, str, str]]
    truth: list[bool]
    held: list[bool]
    goals: dict[str, float] = field(default_factory=dict)


@dataclass
class Search:
    """Queries against an index; a clean query expects nothing."""

    name: str
    index: list[tuple[str, str, list[str]]]
    queries: list[tuple[str, str, str]]
    expected: list[str]
    held: list[bool]
    parties: list[Party]
    goals: dict[str, float] = field(default_factory=dict)


Row = tuple[str, str, str, str, dict[str, str]]
"""Set, measure, goal, held-out figure, figure of each matcher."""


def table(folder: Path, name: str) -> list[dict[str, str]]:
    path = folder / name
    opener: Callable[..., Any] = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


# The sets


GOALS = {
    "company_vessel_pairs": {"AUC": 0.90, "F1": 0.85},
    "name_bench": {"F1": 0.90},
    "cross_script": {"F1": 0.96, "AUC": 0.98},
    "ofac_alias": {"F1": 0.80},
}


def labelled(folder: Path, name: str) -> Pairs:
    rows = table(folder, f"{name}.csv")
    pairs = [(row["schema"], row["name1"], row["name2"]) for row in rows]
    truth = [row["is_match"] == "true" for row in rows]
    held = [is_held(row.get("entity_id") or row["name2"]) for row in rows]
    return Pairs(name, pairs, truth, held, GOALS.get(name, {}))


def with_strangers(name: str, pairs: Iterable[tuple[str, str, str]]) -> Pairs:
    """Pairs that match, and as many of a first with a second of another pair (seeded)."""
    true = list(dict.fromkeys(pairs))
    dice = random.Random(SEED)
    seconds = [pair[2] for pair in true]
    dice.shuffle(seconds)
    false = [
        (schema, one, other)
        for (schema, one, second), other in zip(true, seconds, strict=True)
        if other != second
    ]
    rows = true + false
    return Pairs(name, rows, [True] * len(true) + [False] * len(false), [is_held(row[1]) for row in rows])


def un_alias(folder: Path) -> Pairs:
    return with_strangers(
        "un_alias", ((row["schema"], row["name1"], row["name2"]) for row in table(folder, "un_alias.csv"))
    )


def un_mangled(folder: Path) -> Pairs:
    rows = table(folder, "un_mangled.csv")
    return with_strangers("un_mangled", (("Person", row["true_name"], row["mangled_name"]) for row in rows))


def dnb(folder: Path) -> Pairs:
    names = [row["company_name"] for row in table(folder / "dnb_name_matching", "test_names.csv")]
    changed = [row["company_name"] for row in table(folder / "dnb_name_matching", "adjusted_test_names.csv")]
    return with_strangers(
        "dnb_name_matching", (("Company", one, two) for one, two in zip(names, changed, strict=True))
    )


def transliteration(folder: Path, script: str) -> Pairs:
    """Pairs seen at least twice in Wikidata: single ones are often another name of the person."""
    with gzip.open(folder / "transliteration" / f"wd_{script}.txt.gz", "rt", encoding="utf-8") as stream:
        rows = [line.rstrip("\n").split("\t") for line in stream]
    kept = [(row[0], row[1].replace(" ", "")) for row in rows if int(row[2]) >= 2]
    dice = random.Random(SEED)
    dice.shuffle(kept)
    return with_strangers(f"transliteration {script}", (("Person", one, two) for one, two in kept[:1500]))


SCRIPTS = ("arabic", "chinese", "hebrew", "japanese", "katakana", "korean", "russian")
PAIR_SETS: dict[str, Callable[[Path], Pairs]] = {
    **{name: (lambda folder, name=name: labelled(folder, name)) for name in GOALS},  # type: ignore[misc]
    "un_alias": un_alias,
    "un_mangled": un_mangled,
    "dnb_name_matching": dnb,
    **{
        f"transliteration {script}": (lambda folder, script=script: transliteration(folder, script))
        for script in SCRIPTS
    },  # type: ignore[misc]
}


def screen_search(folder: Path) -> Search:
    index, parties = [], []
    for row in table(folder, "screen_index.csv"):
        strong = [row["name"], *filter(None, row["aliases"].split("|"))]
        weak = list(filter(None, row["weak_aliases"].split("|")))
        index.append((row["id"], row["schema"], strong + weak))
        names = [
            Name(text, NameKind.ALIAS if place else NameKind.PRIMARY) for place, text in enumerate(strong)
        ]
        names += [Name(text, NameKind.ALIAS, Strength.WEAK) for text in weak]
        parties.append(Party(f"private:{row['id']}", row["schema"], tuple(names)))
    asked = table(folder, "screen_queries.csv")
    queries = [(row["qid"], row["schema"], row["name"]) for row in asked]
    expected = [row["expected_id"] if row["is_match"] == "true" else "" for row in asked]
    goals = {"recall": 0.80, "top-1": 0.80, "candidates": 0.95}
    return Search(
        "screen_queries", index, queries, expected, [is_held(row["qid"]) for row in asked], parties, goals
    )


# What they come to


def best_f1(scores: Sequence[float], truth: Sequence[bool]) -> tuple[float, float]:
    """The best F1 and its threshold."""
    order = sorted(range(len(scores)), key=lambda place: -scores[place])
    positives, true, best, threshold = sum(truth), 0, 0.0, 1.0
    for count, place in enumerate(order, 1):
        true += truth[place]
        following = scores[order[count]] if count < len(order) else -1.0
        if following < scores[place]:
            value = 2 * true / (count + positives)
            if value > best:
                best, threshold = value, scores[place]
    return best, threshold


def f1_at(scores: Sequence[float], truth: Sequence[bool], threshold: float) -> float:
    alerted = [score >= threshold for score in scores]
    true = sum(a and t for a, t in zip(alerted, truth, strict=True))
    return 2 * true / (sum(alerted) + sum(truth)) if sum(truth) else 0.0


def auc(scores: Sequence[float], truth: Sequence[bool]) -> float:
    """The chance that a match scores above a non-match; ties count half."""
    order = sorted(range(len(scores)), key=lambda place: scores[place])
    ranks = [0.0] * len(scores)
    start = 0
    while start < len(order):
        stop = start
        while stop < len(order) and scores[order[stop]] == scores[order[start]]:
            stop += 1
        for place in order[start:stop]:
            ranks[place] = (start + stop + 1) / 2
        start = stop
    positives = sum(truth)
    negatives = len(truth) - positives
    total = sum(rank for rank, match in zip(ranks, truth, strict=True) if match)
    return (total - positives * (positives + 1) / 2) / (positives * negatives)


def only(values: Sequence[Any], chosen: Sequence[bool]) -> list[Any]:
    return [value for value, take in zip(values, chosen, strict=True) if take]


def pair_rows(pairs: Pairs, scores: dict[str, list[float]]) -> Iterator[Row]:
    ours = scores["holdfast"]
    tune = [not held for held in pairs.held]
    _, threshold = best_f1(only(ours, tune), only(pairs.truth, tune))
    held_f1 = f1_at(only(ours, pairs.held), only(pairs.truth, pairs.held), threshold)
    held_auc = auc(only(ours, pairs.held), only(pairs.truth, pairs.held))
    values = {name: best_f1(own, pairs.truth) for name, own in scores.items()}
    goal = pairs.goals
    size = f"{pairs.name} ({len(pairs.rows)})"
    yield (
        size,
        "best F1 (at)",
        f"{goal['F1']:.2f}" if "F1" in goal else "",
        f"{held_f1:.3f}",
        {name: f"{value:.3f} ({at:.2f})" for name, (value, at) in values.items()},
    )
    yield (
        size,
        "AUC",
        f"{goal['AUC']:.2f}" if "AUC" in goal else "",
        f"{held_auc:.3f}",
        {name: f"{auc(own, pairs.truth):.3f}" for name, own in scores.items()},
    )
    if goal:
        yield size, "share tied with another pair", "", "", {name: tied(own) for name, own in scores.items()}
        below = {name: tied([score for score in own if score < 1.0]) for name, own in scores.items()}
        yield size, "the same of those below 1.0", "", "", below


def tied(scores: Sequence[float]) -> str:
    """The share of scores that another pair has, too."""
    return f"{1 - len(set(scores)) / len(scores):.2f}" if scores else ""


def recall_at(found: list[list[tuple[str, float]]], expected: list[str], share: float) -> tuple[float, float]:
    """Recall at the lowest threshold that alerts no more than that share of the clean queries, and the threshold."""
    clean = sorted(
        (
            max((score for _, score in hits), default=0.0)
            for hits, party in zip(found, expected, strict=True)
            if not party
        ),
        reverse=True,
    )
    allowed = int(share * len(clean))
    bar = clean[allowed] if allowed < len(clean) else 0.0
    wanted = [(dict(reversed(hits)), party) for hits, party in zip(found, expected, strict=True) if party]
    return sum(scores.get(party, 0.0) > bar for scores, party in wanted) / len(wanted), bar


def search_rows(search: Search, found: dict[str, list[list[tuple[str, float]]]]) -> Iterator[Row]:
    size = f"{search.name} ({len(search.queries)})"
    matchers = [name for name in found if name != "candidates"]
    recalls = {name: recall_at(found[name], search.expected, CLEAN_SHARE) for name in matchers}
    held_found, held_expected = only(found["holdfast"], search.held), only(search.expected, search.held)
    yield (
        size,
        "recall at 0.8 % clean (bar)",
        f"{search.goals['recall']:.2f}",
        f"{recall_at(held_found, held_expected, CLEAN_SHARE)[0]:.3f}",
        {name: f"{value:.3f} ({bar:.2f})" for name, (value, bar) in recalls.items()},
    )

    def top(hits: list[list[tuple[str, float]]], expected: list[str], most: int = 1) -> str:
        wanted = [(own, party) for own, party in zip(hits, expected, strict=True) if party]
        return f"{sum(party in [name for name, _ in own[:most]] for own, party in wanted) / len(wanted):.3f}"

    yield (
        size,
        "top-1",
        f"{search.goals['top-1']:.2f}",
        top(held_found, held_expected),
        {name: top(found[name], search.expected) for name in matchers},
    )
    reach = {"holdfast": top(found["holdfast"], search.expected, 10_000)}
    if "candidates" in found:
        reach["logic-v2"] = top(found["candidates"], search.expected, 10_000)
    yield (
        size,
        "among the candidates",
        f"{search.goals['candidates']:.2f}",
        top(held_found, held_expected, 10_000),
        reach,
    )


# Ours


def score_ours(pairs: Pairs) -> list[float]:
    return [compare(one, other, schema)[0] for schema, one, other in pairs.rows]


def search_ours(search: Search, folder: Path) -> list[list[tuple[str, float]]]:
    screener = Screener.open(MemoryWatchlist.of(search.parties, folder=folder), policy("default"))
    found = []
    for number, schema, name in search.queries:
        hits = screener.screen(Query(number, name, schema), top=10_000, min_score=0.01)
        found.append([(hit.party.removeprefix("private:"), hit.score) for hit in hits])
    return found


def ofac_rows(folder: Path) -> Iterator[Row]:
    rows = table(folder, "ofac_search_scores.csv")
    made = [ofac_score(row["query_name"], row["result_name"]) for row in rows]
    shown = [int(row["ofac_score"]) for row in rows]
    near = [abs(a - b) <= 3 if b >= 0 else a < 80 for a, b in zip(made, shown, strict=True)]
    yield (
        f"ofac_search_scores ({len(rows)})",
        "within 3 points",
        "0.95",
        "",
        {"holdfast": f"{sum(near) / len(near):.3f}"},
    )


def clean_rows(folder: Path, lists: Path) -> Iterator[Row]:
    people = table(folder, "clean_persons.csv.gz")
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(Path(home))
        list(update(settings, UpdateOptions({"us_ofac_sdn": str(lists)}), Silent()).rows)
        screener = open_screener(open_watchlist(settings), "default")
        named = alerted = born = 0
        for number, row in enumerate(people):
            named += any(hit.hit for hit in screener.screen(Query(str(number), row["full_name"], "Person")))
            query = Query(str(number), row["full_name"], "Person", row["date_of_birth"])
            hits = [hit.hit for hit in screener.screen(query)]
            born += any(hits)
            alerted += bool(hits)
    size = f"clean_persons ({len(people)})"
    yield size, "alerted, by name alone", "0.3 %", "", {"holdfast": f"{100 * named / len(people):.2f} %"}
    yield size, "alerted, with birth date", "", "", {"holdfast": f"{100 * born / len(people):.2f} %"}
    yield (
        size,
        "shown (hit or review), with birth date",
        "",
        "",
        {"holdfast": f"{100 * alerted / len(people):.2f} %"},
    )


# Peers


def peer_python(folder: Path) -> Path:
    """The interpreter of the peers' environment, made and filled when it is not there."""
    python = folder / "bin" / "python"
    if not python.exists():
        print(f"making {folder} with {', '.join(PACKAGES)}", file=sys.stderr)
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
    return python


def ask_peers(folder: Path, sets: list[Pairs], searches: list[Search]) -> dict[str, Any]:
    request = {
        "pairs": [row for pairs in sets for row in pairs.rows],
        "searches": [{"index": search.index, "queries": search.queries} for search in searches],
    }
    script = Path(__file__).with_name("screening_peers.py")
    done = subprocess.run(
        [peer_python(folder), script], input=json.dumps(request), capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"the peers failed: {done.stderr[-2000:]}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def measure(arguments: argparse.Namespace) -> Iterator[Row]:
    labels: Path = arguments.labels
    wanted = set(arguments.only)
    sets, searches = [], []
    for name, read in PAIR_SETS.items():
        if not wanted or wanted & {name, name.split()[0]}:
            try:
                sets.append(read(labels))
            except FileNotFoundError as error:
                print(f"left out: {name}: {error}", file=sys.stderr)
    if not wanted or "screen_queries" in wanted:
        searches.append(screen_search(labels))
    peers = ask_peers(arguments.peers, sets, searches) if arguments.peers else {}
    if peers:
        print(f"peers: {peers['versions']}", file=sys.stderr)
    start = 0
    for pairs in sets:
        scores = {"holdfast": score_ours(pairs)}
        scores |= {
            name: values[start : start + len(pairs.rows)] for name, values in peers.get("pairs", {}).items()
        }
        start += len(pairs.rows)
        yield from pair_rows(pairs, scores)
    for number, search in enumerate(searches):
        with tempfile.TemporaryDirectory() as folder:
            found = {"holdfast": search_ours(search, Path(folder))}
        yield from search_rows(search, found | (peers["searches"][number] if peers else {}))
    if not wanted or "ofac_search_scores" in wanted:
        yield from ofac_rows(labels)
    if arguments.lists and (not wanted or "clean_persons" in wanted):
        yield from clean_rows(labels, arguments.lists)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("labels", type=Path)
    parser.add_argument(
        "--peers", type=Path, help="environment of the other matchers; made when it is not there"
    )
    parser.add_argument("--lists", type=Path, help="folder with OFAC's SDN files")
    parser.add_argument("--only", nargs="*", default=[], help="sets to measure")
    parser.add_argument("--json", type=Path, help="also write the rows there")
    arguments = parser.parse_args()
    print(f"Python {platform.python_version()} on {platform.machine()}; policy {policy('default').stamp}\n")
    columns = ["holdfast", "held", "goal", *(PEERS if arguments.peers else ())]
    print("| set | measure | " + " | ".join(columns) + " |\n|" + "---|" * (len(columns) + 2))
    rows = []
    for row in measure(arguments):
        name, what, goal, held, values = row
        rows.append(row)
        cells = [values["holdfast"], held, goal, *(values.get(peer, "") for peer in columns[3:])]
        print(f"| {name} | {what} | " + " | ".join(cells) + " |", flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
