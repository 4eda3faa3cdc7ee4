"""The records that the kernel walks: one a holding, one a party.

A walk through the graph jumps from row to row; with each row's cells side by side a jump costs one miss of the cache
instead of one a column. Columns are views of the records.
"""

from __future__ import annotations

import numpy as np

ROW = np.dtype(
    [
        ("low", np.int64),
        ("high", np.int64),
        ("owner", np.int32),
        ("owned", np.int32),
        ("start", np.int32),
        ("end", np.int32),
        ("right", np.int8),
    ],
    align=True,
)
"""A holding: bounds in units of the register, parties by number, first and last day as proleptic ordinals."""
PARTY = np.dtype(
    [("out", np.int64), ("held", np.int64), ("unit", np.int64), ("grain", np.int32), ("treasury", np.int32)],
    align=True,
)
"""A party: where its own rows begin, where its register begins, the unit and grain of that register, and whether it ever
stood in it itself."""
