"""The graph in a folder, laid out once and mapped into memory ever after.

============== =======================================================================================
``rows``       a record a holding (:data:`~holdfast.ownership.rowtypes.ROW`), by owner and owned party
``parties``    a record a party (:data:`~holdfast.ownership.rowtypes.PARTY`): its rows, its register
``in_row``     rows by owned party
``shares``     a record a share (:data:`~holdfast.ownership.rowtypes.SHARE`)
``order``      for each row, the holding of the register that it is
``graph.json`` exact bounds of wide registers, flags of rows, and whether any stake has a last day
============== =======================================================================================
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import orjson

from holdfast.model.mapped import load, save
from holdfast.ownership.build import Origins
from holdfast.ownership.graph import Graph
from holdfast.ownership.rowtypes import PARTY, ROW, SHARE

if TYPE_CHECKING:
    from pathlib import Path

    from holdfast.model.stakes import Stakes


def save_graph(graph: Graph, folder: Path) -> None:
    """Write a graph that was built from a register and has not been changed."""
    assert isinstance(graph.origins, Origins)
    save(folder, rows=graph.rows, parties=graph.parties, in_row=graph.in_row, shares=graph.shares)
    save(folder, order=graph.origins.order)
    about = {
        "wide": {row: [str(bound) for bound in bounds] for row, bounds in graph.wide.items()},
        "flags": graph.flags,
        "has_ends": graph.has_ends,
    }
    (folder / "graph.json").write_bytes(orjson.dumps(about, option=orjson.OPT_NON_STR_KEYS))


def open_graph(folder: Path, stakes: Stakes) -> Graph:
    """The graph of these holdings, mapped."""
    about = orjson.loads((folder / "graph.json").read_bytes())
    graph = Graph(
        names=stakes.names,
        rows=load(folder, "rows", ROW),
        parties=load(folder, "parties", PARTY),
        in_row=load(folder, "in_row"),
        shares=load(folder, "shares", SHARE),
        wide={int(row): (Fraction(low), Fraction(high)) for row, (low, high) in about["wide"].items()},
        origins=Origins(stakes, load(folder, "order")),
        flags={int(row): tuple(said) for row, said in about["flags"].items()},
        has_ends=about["has_ends"],
    )
    # A register may name parties that have no stake in anything.
    return graph.with_book(stakes.names)
