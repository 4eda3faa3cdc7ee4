"""The 50 Percent Rule in DuckDB's recursive SQL and over a networkx graph, for ``benchmarks/ownership.py``.

    python benchmarks/ownership_peers.py EDGES.npz duckdb|networkx

Runs in an environment of its own (``pip install duckdb networkx numpy``), prints one JSON object. Both are given the
stakes in force on the day, in hundredths of a percent, and who is listed; both answer who is certainly caught by shares.
Loading is not counted.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np

SQL = """
WITH RECURSIVE caught(party, rounds) USING KEY (party) AS (
    SELECT party, 0 FROM listed
    UNION
    SELECT holding.owned, 1
    FROM recurring.caught AS member JOIN holding ON holding.owner = member.party
    WHERE holding.owned NOT IN (SELECT party FROM recurring.caught)
    GROUP BY holding.owned
    HAVING sum(holding.low) >= 5000
)
SELECT count(*) FROM caught
"""


def by_duckdb(owner: np.ndarray, owned: np.ndarray, low: np.ndarray, listed: np.ndarray) -> dict[str, object]:
    import duckdb

    base = duckdb.connect(config={"threads": 1})
    columns = {"owner": owner, "owned": owned, "low": low}
    base.register("columns", columns)
    base.execute("CREATE TABLE holding AS SELECT * FROM columns")
    base.register("seeds", {"party": listed})
    base.execute("CREATE TABLE listed AS SELECT * FROM seeds")
    start, cpu = time.perf_counter(), time.process_time()
    found = base.execute(SQL).fetchone()
    return {
        "peer": f"DuckDB {duckdb.__version__}, recursive SQL, one thread",
        "seconds": time.perf_counter() - start,
        "cpu": time.process_time() - cpu,
        "caught": found[0] if found else None,
    }


def by_networkx(
    owner: np.ndarray, owned: np.ndarray, low: np.ndarray, listed: np.ndarray
) -> dict[str, object]:
    import networkx as nx

    graph = nx.DiGraph()
    graph.add_weighted_edges_from(zip(owner.tolist(), owned.tolist(), low.tolist(), strict=True))
    listed_set = listed.tolist()
    cpu = time.process_time()
    caught, sums, work = set(listed_set), {}, list(listed_set)
    while work:
        member = work.pop()
        if member not in graph:
            continue
        for party, stake in graph.adj[member].items():
            if party != member:
                sums[party] = sums.get(party, 0) + stake["weight"]
                if sums[party] >= 5000 and party not in caught:
                    caught.add(party)
                    work.append(party)
    worklist = time.process_time() - cpu
    cpu = time.process_time()
    again = set(listed_set)
    while True:
        new = set()
        for party in graph:
            if party not in again:
                held = sum(
                    stake["weight"]
                    for owner, stake in graph.pred[party].items()
                    if owner in again and owner != party
                )
                if held >= 5000:
                    new.add(party)
        if not new:
            break
        again |= new
    passes = time.process_time() - cpu
    assert again == caught
    return {
        "peer": f"networkx {nx.__version__}",
        "cpu": worklist,
        "cpu_passes": passes,
        "caught": len(caught),
    }


if __name__ == "__main__":
    edges = np.load(sys.argv[1])
    peer = {"duckdb": by_duckdb, "networkx": by_networkx}[sys.argv[2]]
    print(json.dumps(peer(edges["owner"], edges["owned"], edges["low"], edges["listed"])))
