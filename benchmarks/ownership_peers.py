"""The 50 Percent Rule in DuckDB's recursive SQL and over a networkx graph, for ``benchmarks/ownership.py``.

    python benchmarks/ownership_peers.py HOLDINGS.npz duckdb|networkx

Runs in an environment of its own (``pip install duckdb networkx numpy``), prints one JSON object. Both are given every stake
with its right, its bounds in hundredths of a percent and its dates, and who is listed, and answer what the engine answers
under us-ofac: who is certainly caught, who is possibly caught (an unknown stake is limited by what others certainly hold;
treasury shares may be left out of the whole; votes are in doubt), and who would be caught at a fifth. The listed are given by
name, and who is caught comes back as numbers, as it does from the engine. Each holds the data in the form that suits it
best; loading is told apart.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

WHOLE = 10_000
LEVELS = {"certain": (1, 2, False), "possible": (1, 2, True), "cautious": (1, 5, True)}
"""Numerator and denominator of the line, and whether bounds are read in favour of reaching it."""

SETUP = """
CREATE TABLE holding AS SELECT * FROM columns ORDER BY owner;
CREATE TABLE party AS SELECT range::INTEGER AS number, 'P' || range AS name FROM range({parties});
CREATE MACRO reached(held, own) AS held > 0 AND held * {den} >= {num} * (10000 - own);
CREATE MACRO limited(most, others, own, over) AS CASE WHEN over THEN most ELSE least(most, 10000 - others - own) END;
CREATE MACRO possible(low, most, total, own_low, own_high) AS
    reached(limited(most, total - low, own_high, total + own_low > 10000), own_high)
    OR reached(limited(most, total - low, own_low, total + own_low > 10000), own_low)
    OR reached(
        limited(most, total - low, least(greatest(10000 - (total - low) - most, own_low), own_high),
            total + own_low > 10000),
        least(greatest(10000 - (total - low) - most, own_low), own_high));
"""
LISTED = "CREATE OR REPLACE TABLE listed AS SELECT number AS party FROM party JOIN seeds USING (name)"
CERTAIN = """
WITH RECURSIVE caught(party) USING KEY (party) AS (
    SELECT party FROM listed
    UNION
    SELECT stake.owned
    FROM recurring.caught AS member JOIN holding AS stake ON stake.owner = member.party
    WHERE stake.first <= {day} AND stake.last >= {day} AND stake.is_votes = 0 AND stake.owned <> stake.owner
        AND stake.owned NOT IN (SELECT party FROM recurring.caught)
    GROUP BY stake.owned
    HAVING sum(stake.low) * {den} >= {num} * 10000
)
SELECT party FROM caught
"""
POSSIBLE = """
WITH RECURSIVE caught(party) USING KEY (party) AS (
    SELECT party FROM listed
    UNION
    SELECT DISTINCT owned FROM (
        SELECT stake.owned, stake.is_votes,
            coalesce(sum(stake.low) FILTER (member.party IS NOT NULL AND stake.owner <> stake.owned), 0) AS low,
            coalesce(sum(stake.high) FILTER (member.party IS NOT NULL AND stake.owner <> stake.owned), 0) AS most,
            coalesce(sum(stake.low) FILTER (stake.owner <> stake.owned), 0) AS total,
            coalesce(sum(stake.low) FILTER (stake.owner = stake.owned), 0) AS own_low,
            coalesce(sum(stake.high) FILTER (stake.owner = stake.owned), 0) AS own_high
        FROM (
            SELECT DISTINCT own.owned AS party
            FROM caught AS new JOIN holding AS own ON own.owner = new.party
            WHERE own.first <= {day} AND own.last >= {day}
                AND own.owned NOT IN (SELECT party FROM recurring.caught)
        ) AS asked
        JOIN holding AS stake ON stake.owned = asked.party
        LEFT JOIN recurring.caught AS member ON member.party = stake.owner
        WHERE stake.first <= {day} AND stake.last >= {day}
        GROUP BY stake.owned, stake.is_votes
    )
    WHERE possible(low, most, total, own_low, own_high)
)
SELECT party FROM caught
"""


def timed(work: Callable[[], int]) -> tuple[int, float]:
    """The answer, and the least CPU seconds of two runs."""
    found, best = 0, float("inf")
    for _ in range(2):
        start = time.process_time()
        found = work()
        best = min(best, time.process_time() - start)
    return found, best


def by_duckdb(columns: dict[str, np.ndarray], listed: np.ndarray, day: int) -> dict[str, object]:
    import duckdb

    start = time.process_time()
    base = duckdb.connect(config={"threads": 1})
    base.register("columns", columns)
    base.register("seeds", {"name": np.array([f"P{number}" for number in listed.tolist()], object)})
    parties = int(max(columns["owner"].max(), columns["owned"].max())) + 1
    told: dict[str, object] = {"peer": f"DuckDB {duckdb.__version__}, recursive SQL, one thread"}
    caught, cpu = {}, {}
    for name, (num, den, possible) in LEVELS.items():
        setup = SETUP.format(num=num, den=den, parties=parties)
        if caught:
            setup = "".join(part + ";" for part in setup.split(";") if "MACRO" in part)
            setup = setup.replace("CREATE MACRO", "CREATE OR REPLACE MACRO")
        base.execute(setup)
        if not caught:
            told["loading"] = time.process_time() - start
            found, cpu["names"] = timed(lambda: base.execute(LISTED).fetchone()[0])  # type: ignore[index]
            assert found == listed.size
        query = (POSSIBLE if possible else CERTAIN).format(num=num, den=den, day=day)
        caught[name], cpu[name] = timed(lambda query=query: base.execute(query).fetchnumpy()["party"].size)  # type: ignore[misc]
    return told | {"caught": caught, "cpu": cpu}


def by_networkx(columns: dict[str, np.ndarray], listed: np.ndarray, day: int) -> dict[str, object]:
    import networkx as nx

    start = time.process_time()
    graph = nx.DiGraph()
    names = ("owner", "owned", "is_votes", "low", "high", "first", "last")
    for owner, owned, *stake in zip(*(columns[name].tolist() for name in names), strict=True):
        if graph.has_edge(owner, owned):
            graph[owner][owned]["stakes"].append(stake)
        else:
            graph.add_edge(owner, owned, stakes=[stake])
    told: dict[str, object] = {
        "peer": f"networkx {nx.__version__}, a worklist by hand",
        "loading": time.process_time() - start,
    }
    number = {f"P{party}": party for party in graph}
    asked = [f"P{party}" for party in listed.tolist()]
    caught, cpu = {}, {}
    _, cpu["names"] = timed(lambda: len([number[name] for name in asked]))
    for name, level in LEVELS.items():
        caught[name], cpu[name] = timed(lambda level=level: len(spread(graph, listed.tolist(), day, *level)))  # type: ignore[misc]
    begun = time.process_time()
    found = passes(graph, listed.tolist(), day)
    told["passes"] = time.process_time() - begun
    assert found == caught["certain"]
    return told | {"caught": caught, "cpu": cpu}


def spread(graph: object, listed: list[int], day: int, num: int, den: int, possible: bool) -> set[int]:
    """Whoever is caught, each member's stakes counted once."""
    caught, work = set(listed), list(listed)
    held: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    registers: dict[int, list[list[int]]] = {}
    while work:
        member = work.pop()
        if member not in graph:  # type: ignore[operator]
            continue
        for party, edge in graph.adj[member].items():  # type: ignore[attr-defined]
            if party == member:
                continue
            for votes, low, high, first, last in edge["stakes"]:
                if not first <= day <= last:
                    continue
                sums = held[party, votes]
                sums[0] += low
                sums[1] += high
                if party in caught or (votes and not possible):
                    continue
                if possible:
                    if party not in registers:
                        registers[party] = register(graph, party, day)
                    reached = may_reach(sums, registers[party][votes], num, den)
                else:
                    reached = sums[0] * den >= num * WHOLE
                if reached:
                    caught.add(party)
                    work.append(party)
    return caught


def register(graph: object, party: int, day: int) -> list[list[int]]:
    """For shares and for votes what others hold at least, and what the party holds in itself."""
    found = [[0, 0, 0], [0, 0, 0]]
    for owner, edge in graph.pred[party].items():  # type: ignore[attr-defined]
        for votes, low, high, first, last in edge["stakes"]:
            if first <= day <= last:
                if owner == party:
                    found[votes][1] += low
                    found[votes][2] += high
                else:
                    found[votes][0] += low
    return found


def may_reach(sums: list[int], others: list[int], num: int, den: int) -> bool:
    """Whether some division of the whole within all bounds reaches the line."""
    low, most = sums
    total, own_low, own_high = others
    over = total + own_low > WHOLE
    middle = min(max(WHOLE - (total - low) - most, own_low), own_high)
    for own in (own_high, own_low, middle):
        part = most if over else min(most, WHOLE - (total - low) - own)
        if part > 0 and part * den >= num * (WHOLE - own):
            return True
    return False


def passes(graph: object, listed: list[int], day: int) -> int:
    """How many are certainly caught, by looking at every party again until nothing changes."""
    caught = set(listed)
    while True:
        new = set()
        for party in graph:  # type: ignore[attr-defined]
            if party not in caught:
                held = sum(
                    low
                    for owner, edge in graph.pred[party].items()  # type: ignore[attr-defined]
                    if owner in caught and owner != party
                    for votes, low, _, first, last in edge["stakes"]
                    if not votes and first <= day <= last
                )
                if held * 2 >= WHOLE:
                    new.add(party)
        if not new:
            return len(caught)
        caught |= new


if __name__ == "__main__":
    given = dict(np.load(sys.argv[1]))
    seeds, today = given.pop("listed"), int(given.pop("day"))
    peer = {"duckdb": by_duckdb, "networkx": by_networkx}[sys.argv[2]]
    print(json.dumps(peer(given, seeds, today)))
