"""Compiled loops over columns: what :mod:`holdfast.ownership` does a million times, in modules named as those that use them.

Written over plain numpy arrays in the small common language of Python and numba: small graphs run it as Python and
pay for no compiler, large ones run the same source compiled (:func:`compiled`, cached on disk). Indices in the longest
loops are made unsigned, so that numba does not look whether each counts from the end: that was half of their work.

``graph`` is :attr:`Graph.columns`, ``patch`` is :attr:`Overlay.columns`: as large as the register, and jumped about in.
Each jump is a miss of the cache, so ``expand`` and ``total_up`` make it once for all fixed points of a day. What they bring
home is small:

========== ==========================================================================================
``near``    parties reached, in the order of being reached, which is their slot; 0 is nobody's
``table``   slots in the order of their parties' hashes: see ``seat``
``party``   the party of a slot
``first``   where its edges begin; -1 until it is expanded
``last``    where they end
``whole``   units that make the whole of its register; 0 when it is decided by exact fractions
``known``   what is known of its register: ``OTHERS``, ``OWN``, ``SOLE``, ``SUMMED`` or ``ASKED``
``total``   what all others than the party itself hold at least, once it is summed; two a slot (shares, votes)
``self_lo`` what it holds in itself at least (treasury shares); two a slot
``self_hi`` ... and at most
---------- ------------------------------------------------------------------------------------------
``edges``   stakes in force of those who were expanded, and whom they carry along by control
``target``  the slot of whom it is in
``kind``    0 shares, 1 votes, 2 control, 3 what may be control
``low``     units at least; 0 for control
``high``    units at most
---------- ------------------------------------------------------------------------------------------
``state``   one fixed point over them
``member``  1 for whoever is caught, 2 for whoever is listed
``seen``    number of stakes that members hold in the party of a slot
``held_lo`` sum of what members hold at least; two a slot
``held_hi`` sum of what members hold at most; two a slot
========== ==========================================================================================

All shares in one register are integers in that register's own unit, so sums and comparisons are exact. ``rule`` is
:attr:`holdfast.ownership.fixpoint.Line.rule`; bit ``kind`` of its last number says whether that kind can catch.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from holdfast.model.compilation import compile_loops
from holdfast.ownership.kernels import build, fixpoint, neighbourhood, transfers

if TYPE_CHECKING:
    from collections.abc import Callable

_FUNCTIONS = (
    neighbourhood.seat,
    neighbourhood.find,
    neighbourhood.enter,
    neighbourhood.refill,
    neighbourhood.arrive,
    neighbourhood.place,
    neighbourhood.measure,
    neighbourhood.copy_runs,
    neighbourhood.expand,
    neighbourhood.total_up,
    fixpoint.reaches,
    fixpoint.weigh,
    fixpoint.recount,
    fixpoint.enlist,
    fixpoint.spread,
    fixpoint.spread_apart,
    fixpoint.retract,
    transfers.find_ended,
    build.index,
    build.fill_units,
    build.note_traits,
    build.pair_up,
)
"""Every function, each after those that it calls."""
PLAIN: dict[str, Callable[..., Any]] = {function.__name__: function for function in _FUNCTIONS}
"""The loops as Python, for graphs too small to be worth a compiler."""


@cache
def compiled() -> dict[str, Callable[..., Any]]:
    """The loops compiled by numba, with the machine code cached on disk."""
    return compile_loops(PLAIN)
