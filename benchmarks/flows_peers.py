"""What DuckDB and Polars need for the questions of `flows.py`; run by it with an interpreter that has both.

    PYTHON benchmarks/flows_peers.py TASK DATA LISTS

Prints one JSON line: CPU seconds, rows, and the answer, for each peer.
"""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable


def timed(name: str, work: Callable[[], Any]) -> dict[str, Any]:
    wall, cpu = time.perf_counter(), time.process_time()
    answer = work()
    return {
        "peer": name,
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - wall,
        "answer": answer,
    }


def match(data: str, lists: str) -> list[dict[str, Any]]:
    """Rows whose source or destination is listed: single addresses, and blocks cut into /28s."""
    db = duckdb.connect()
    db.execute("SET threads = 1")
    db.execute(f"CREATE TABLE a AS SELECT * FROM '{lists}/addresses.parquet'")
    db.execute(f"CREATE TABLE k AS SELECT * FROM '{lists}/blocks28.parquet'")
    sides = " OR ".join(
        f"{s} IN (SELECT a FROM a) OR ({s} >> 4) IN (SELECT k FROM k)" for s in ("src", "dst")
    )
    addresses = pl.read_parquet(f"{lists}/addresses.parquet")["a"].implode()
    keys = pl.read_parquet(f"{lists}/blocks28.parquet")["k"].implode()
    wanted = pl.any_horizontal(
        expression
        for side in ("src", "dst")
        for expression in (pl.col(side).is_in(addresses), (pl.col(side) // 16).is_in(keys))
    )
    scan = pl.scan_parquet(data).filter(wanted).select(pl.len())
    return [
        timed("duckdb", lambda: db.execute(f"SELECT count(*) FROM '{data}' WHERE {sides}").fetchall()[0][0]),
        timed("polars", lambda: scan.collect(engine="streaming").item()),
    ]


def names(data: str, lists: str) -> list[dict[str, Any]]:
    """Names that are or lie below a listed domain, to five labels."""
    db = duckdb.connect()
    db.execute("SET threads = 1")
    db.execute(f"CREATE TABLE d AS SELECT * FROM '{lists}/domains.parquet'")
    tails = " OR ".join(
        f"array_to_string(list_slice(string_split(n, '.'), -{depth}, -1), '.') IN (SELECT domain FROM d)"
        for depth in (2, 3, 4, 5)
    )
    ask = f"SELECT sum(c) FROM (SELECT name n, count(*) c FROM '{data}' GROUP BY 1) WHERE {tails}"
    domains = pl.read_parquet(f"{lists}/domains.parquet")["domain"].implode()
    parts = pl.col("name").str.split(".")
    wanted = pl.any_horizontal(parts.list.tail(depth).list.join(".").is_in(domains) for depth in (2, 3, 4, 5))
    scan = pl.scan_parquet(data).group_by("name").len().filter(wanted).select(pl.col("len").sum())
    return [
        timed("duckdb", lambda: int(db.execute(ask).fetchall()[0][0])),
        timed("polars", lambda: scan.collect(engine="streaming").item()),
    ]


def beacons(data: str, _lists: str) -> list[dict[str, Any]]:
    """RITA's two measures of time (Bowley skew and MAD of the gaps) for each pair of at least five flows."""
    db = duckdb.connect()
    db.execute("SET threads = 1")
    ask = f"""
        WITH g AS (SELECT src, dst, ts - lag(ts) OVER (PARTITION BY src, dst ORDER BY ts) gap FROM '{data}'),
        q AS (SELECT src, dst, count(*) n, quantile_cont(gap, [0.25, 0.5, 0.75]) v, mad(gap) m FROM g WHERE gap > 0
              GROUP BY ALL HAVING n >= 4)
        SELECT count(*) FROM q WHERE (1 - abs(coalesce((v[1] + v[3] - 2 * v[2]) / nullif(v[3] - v[1], 0), 0))
                                      + greatest(0, (v[2] - m) / nullif(v[2], 0))) / 2 >= 0.9"""
    median = pl.col("gap").median()
    skew = (pl.col("gap").quantile(0.25) + pl.col("gap").quantile(0.75) - 2 * median) / (
        pl.col("gap").quantile(0.75) - pl.col("gap").quantile(0.25)
    )
    spread = (median - (pl.col("gap") - median).abs().median()) / median
    scan = (
        pl.scan_parquet(data)
        .select("src", "dst", "ts")
        .sort("ts")
        .group_by("src", "dst")
        .agg(pl.col("ts").diff().drop_nulls().alias("gap"))
        .explode("gap")
        .filter(pl.col("gap") > 0)
        .group_by("src", "dst")
        .agg(
            pl.len().alias("n"), (1 - skew.abs().fill_nan(0)).alias("skew"), spread.clip(0, 1).alias("spread")
        )
        .filter((pl.col("n") >= 4) & ((pl.col("skew") + pl.col("spread")) / 2 >= 0.9))
        .select(pl.len())
    )
    return [
        timed("duckdb", lambda: db.execute(ask).fetchall()[0][0]),
        timed("polars", lambda: scan.collect(engine="streaming").item()),
    ]


if __name__ == "__main__":
    for result in {"match": match, "names": names, "beacons": beacons}[sys.argv[1]](*sys.argv[2:4]):
        print(json.dumps(result))
