"""The other matchers, run in an environment of their own: JSON in on stdin, JSON out on stdout.

    pip install nomenklatura==4.17.4 rapidfuzz    (needs ICU headers and a compiler, or a wheel of PyICU)

Reads ``{"pairs": [[schema, one, other], ...], "searches": [{"index": [[id, schema, [names]], ...], "queries": [[id, schema,
name], ...]}]}`` and writes the scores of each matcher. A search goes through nomenklatura's own blocking index, as
its users do; rapidfuzz compares every listed name.
"""

from __future__ import annotations

import json
import sys
import tempfile
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import rapidfuzz
from followthemoney import Dataset, EntityProxy, StatementEntity
from nomenklatura.blocker.index import Index
from nomenklatura.matching import ScoringConfig, get_algorithm
from nomenklatura.resolver import Linker
from nomenklatura.store import MemoryStore
from rapidfuzz import fuzz, process, utils

if TYPE_CHECKING:
    from collections.abc import Iterator

ALGORITHMS = ("logic-v2", "logic-v1", "ofac")
CONFIG = ScoringConfig.defaults()
MOST = 200
"""Listed names that rapidfuzz shows for a query."""


@lru_cache(maxsize=1 << 16)
def entity(schema: str, name: str) -> EntityProxy:
    return EntityProxy.from_dict({"id": f"{schema} {name}", "schema": schema, "properties": {"name": [name]}})


def sorted_words(name: str) -> str:
    return " ".join(sorted(utils.default_process(name).split()))


def score_pairs(pairs: list[tuple[str, str, str]]) -> dict[str, list[float]]:
    scores = {}
    for name in ALGORITHMS:
        algorithm = get_algorithm(name)
        scores[name] = [
            algorithm.compare(entity(schema, one), entity(schema, other), CONFIG).score
            for schema, one, other in pairs
        ]
    scores["rapidfuzz"] = [
        fuzz.ratio(sorted_words(one), sorted_words(other)) / 100 for _, one, other in pairs
    ]
    return scores


def statement_entity(dataset: Dataset, number: str, schema: str, names: list[str]) -> StatementEntity:
    data = {"id": number, "schema": schema, "properties": {"name": names[:1], "alias": names[1:]}}
    return StatementEntity.from_data(dataset, data, cleaned=False)


def search(index: list, queries: list) -> dict[str, list[list[tuple[str, float]]]]:
    dataset = Dataset.make({"name": "listed", "title": "listed"})
    store = MemoryStore(dataset, Linker({}))
    with store.writer() as writer:
        for number, schema, names in index:
            writer.add_entity(statement_entity(dataset, number, schema, names))
    view = store.view(dataset)
    asked = [statement_entity(dataset, number, schema, [name]) for number, schema, name in queries]
    with tempfile.TemporaryDirectory() as folder:
        blocker = Index(view, Path(folder))
        blocker.build()
        found = {
            str(number): [str(match) for match, _ in matches]
            for number, matches in blocker.match_entities(asked)
        }
        blocker.close()
    results: dict[str, list[list[tuple[str, float]]]] = {
        "candidates": [[(match, 1.0) for match in found.get(query.id, [])] for query in asked]
    }
    for name in ALGORITHMS:
        algorithm = get_algorithm(name)
        results[name] = [
            sorted(
                (
                    (match, algorithm.compare(query, view.get_entity(match), CONFIG).score)
                    for match in found.get(query.id, [])
                ),
                key=lambda pair: -pair[1],
            )
            for query in asked
        ]
    results["rapidfuzz"] = list(brute_force(index, queries))
    return results


def brute_force(index: list, queries: list) -> Iterator[list[tuple[str, float]]]:
    owners = [number for number, _, names in index for _ in names]
    names = [sorted_words(name) for _, _, own in index for name in own]
    for _, _, name in queries:
        best: dict[str, float] = {}
        for _, score, place in process.extract(sorted_words(name), names, scorer=fuzz.ratio, limit=MOST):
            best.setdefault(owners[place], score / 100)
        yield sorted(best.items(), key=lambda pair: -pair[1])


def main() -> None:
    request = json.load(sys.stdin)
    answer = {
        "versions": {"nomenklatura": version("nomenklatura"), "rapidfuzz": rapidfuzz.__version__},
        "pairs": score_pairs(request["pairs"]),
        "searches": [search(task["index"], task["queries"]) for task in request["searches"]],
    }
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
