"""The records that the kernel walks: one a holding, one a party, one a share.

A walk through the graph jumps from row to row; with each row's cells side by side a jump costs one miss of the cache
instead of one a column, and the fewer bytes a row has, the fewer misses a run of rows costs. So bounds, of which few
differ, stand in a table that stays in the cache, and a row says what must be known of the owned party before it is
itself looked at. Columns are views of the records.
"""

from __future__ import annotations

import numpy as np

OWNS, TREASURY, SOLE = 1, 2, 4
"""Traits of the owned party of a row: it has rows of its own; it ever stood in its own register; all of its register is
of one owner, who is another."""

_STAKE = [("owner", np.int32), ("owned", np.int32), ("start", np.int32), ("end", np.int32)]
ROW = np.dtype([*_STAKE, ("share", np.int32), ("right", np.int8), ("traits", np.int8)], align=True)
"""A holding: parties by number, first and last day as proleptic ordinals, the place of its bounds."""
SHARE = np.dtype([("low", np.int64), ("high", np.int64), ("whole", np.int64)], align=True)
"""Bounds in units of a register, and how many of these make the whole; all 0 for a register that is decided by exact fractions."""
EXTRA = np.dtype([("low", np.int64), ("high", np.int64), *_STAKE, ("right", np.int8)], align=True)
"""A holding that is laid over the graph, with bounds of its own."""
PARTY = np.dtype(
    [("unit", np.int64), ("out", np.int32), ("held", np.int32), ("grain", np.int32), ("treasury", np.int32)],
    align=True,
)
"""A party: the unit of its register, where its own rows begin, where its register begins, the grain of that register, and
whether it ever stood in it itself."""
