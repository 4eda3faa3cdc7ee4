"""Is there a rhythm? Four tests with a probability each.

*Gaps* asks whether too many gaps have one length, which shows when every connection was recorded, with jitter up to a
third, in as few as five connections. *Clock* asks whether the moments keep step with a clock, which shows when most
connections were lost, as in one packet of a hundred that a carrier samples: those that remain still keep step. *Growing*
asks whether each pause is longer than the last by the same step. *Pace* asks whether gaps are multiples of a period of
which each beat started from the last, so that it drifts and keeps step with no clock. All count every length and period that they tried. How
they are calibrated stands in ``docs/explanation/flows.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from holdfast.flows.behaviour.kernels import (
    BEATS_A_GAP,
    STRAY,
    even_onsets,
    growing_pairs,
    keep_step,
    least_hits,
    paced_pairs,
    regular_pairs,
    renewal,
)

WIDTHS = np.array([1.01, 1.04, 1.15, 1.4, 1.9])
"""Ratios of the longest to the shortest gap that count as one length: jitter of 0.5, 2, 7, 17 and 31 percent."""
DEAD = (0.05, 0.5, 4.0)
"""Connections that follow one another within this many mean gaps count as one; each is tried. A period below a twentieth
of the mean gap could not fill enough of the time."""
LEAST = 5
"""Connections below which no rhythm is looked for."""
JITTERS = (0.025, 0.05, 0.1, 0.2, 0.33)
"""Half the width of a pause, as a share of it: for each of them *pace* knows how a period of so much jitter drifts."""
FURTHEST = 48
"""Beats after which nothing is left of a drifting phase that would tell, and only the rate counts."""
CELLS = 64
"""Of a pause, into which gaps are sorted."""
SHARES = 34
"""Shares of the beats that may have been seen, from one of :data:`~.kernels.BEATS_A_GAP` to nine of ten, evenly by their logarithms."""
RARER = float(np.log(30.0))
"""Evidence of *pace* is so much rarer under chance than its inverse: ``docs/explanation/flows.md``."""
BEYOND = float(np.log(1e3))
"""So much more of it a pause needs than silence after each connection."""
PACED = 512
"""Moments of one pair at whose pace is looked, the first ones: three times what a timer of a minute leaves in a sampled day."""
SAMPLED_LEAST = 16
"""Moments below which coherence cannot reach one in ten million."""
BINS = 45
"""Bins of a spectrum for each moment, so that periods are found of which one in eighteen was seen."""
LARGEST = 1 << 14
"""Bins of the longest spectrum."""
MOST = 4096
"""Moments of one pair that are looked at, the first ones; more change nothing."""
GAPS, CLOCK, GROWING, PACE = 0, 1, 2, 3
"""Tests."""


@dataclass(frozen=True, slots=True)
class Rhythms:
    """One row for each pair that was asked about."""

    log_p: np.ndarray
    """Natural logarithm of the probability of so strong a rhythm in random traffic, all tries counted."""
    period: np.ndarray
    """Seconds, 0 where there is none."""
    spread: np.ndarray
    """Half the width of the regular gaps as a share of the period, or what the coherence amounts to."""
    covered: np.ndarray
    """Share of the time from first to last connection that the rhythm fills; of the beats that were seen, for
    :data:`CLOCK` and :data:`PACE`, which only look at pairs that fill the time evenly."""
    beats: np.ndarray
    """Connections, or groups of them, that were counted."""
    test: np.ndarray
    """:data:`GAPS`, :data:`CLOCK`, :data:`GROWING` or :data:`PACE`: by which it was found."""


def find_rhythms(times: np.ndarray, starts: np.ndarray, wanted: np.ndarray, limit: float) -> Rhythms:
    """Look for a rhythm in each wanted pair; ``limit`` is the log p from which on a rhythm counts.

    ``times`` are in order within a pair, which begins and ends in it where ``starts`` says.
    """
    found = np.zeros((len(wanted), 6))
    needed = least_hits(WIDTHS, MOST, len(DEAD), limit - _TESTS)
    regular_pairs(times, starts, wanted, MOST, np.array(DEAD), WIDTHS, needed, found)
    found[:, 0] += _TESTS
    weak = _weak(found, limit)
    values = np.zeros((len(weak), 5))
    growing_pairs(times, starts, wanted[weak], MOST, WIDTHS[2:], values)
    _take_better(found, weak, values, limit, GROWING)
    weak = _weak(found, limit)
    counts = np.empty(len(weak), dtype=np.int64)
    even_onsets(times, starts, wanted[weak], MOST, SAMPLED_LEAST, counts)
    weak, counts = weak[counts > 0], counts[counts > 0]
    _keep_step(times, starts, wanted, weak, counts, limit, found)
    weak = weak[found[weak, 0] > limit]
    if len(weak):
        values = np.zeros((len(weak), 5))
        paced_pairs(
            times, starts, wanted[weak], PACED, worths(), CELLS, np.array(JITTERS), RARER, BEYOND, values
        )
        _take_better(found, weak, values, limit, PACE)
    np.minimum(found[:, 0], 0.0, out=found[:, 0])
    log_p, period, spread, covered, beats, test = found.T
    return Rhythms(log_p, period, spread, covered, beats, test)


def _weak(found: np.ndarray, limit: float) -> np.ndarray:
    """Pairs without a rhythm so far, or with one that leaves room for another."""
    return np.flatnonzero((found[:, 0] > limit) | (found[:, 3] < FILLED))


FILLED = 0.5
"""Regular gaps that fill less of the time leave room for another rhythm."""
_TESTS = float(np.log(4.0))


def _take_better(found: np.ndarray, rows: np.ndarray, values: np.ndarray, limit: float, test: int) -> None:
    """Where ``values`` show a rhythm and ``found`` shows none, or one that fills less of the time."""
    values[:, 0] += _TESTS
    better = (values[:, 0] <= limit) & ((found[rows, 0] > limit) | (found[rows, 3] < values[:, 3]))
    found[rows[better], :5] = values[better]
    found[rows[better], 5] = test


def _keep_step(
    times: np.ndarray,
    starts: np.ndarray,
    wanted: np.ndarray,
    weak: np.ndarray,
    counts: np.ndarray,
    limit: float,
    found: np.ndarray,
) -> None:
    """Try the pairs at the places ``weak`` of ``wanted``, those of one size of spectrum together."""
    sizes = np.minimum(1 << np.ceil(np.log2(BINS * counts)).astype(np.int64), LARGEST)
    for size in np.unique(sizes).tolist():
        rows = weak[sizes == size]
        values = np.zeros((len(rows), 5))
        keep_step(times, starts, wanted[rows], MOST, _tables(size), limit - _TESTS, values)
        _take_better(found, rows, values, limit, CLOCK)


@cache
def _tables(size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cosines, sines and bit-reversed places of a transform."""
    turns = 2.0 * np.pi * np.arange(size // 2) / size
    places = np.arange(size)
    reverse = np.zeros(size, dtype=np.int64)
    for _ in range(size.bit_length() - 1):
        reverse = (reverse << 1) | (places & 1)
        places >>= 1
    return np.cos(turns).astype(np.float32), np.sin(turns).astype(np.float32), reverse


@cache
def worths() -> np.ndarray:
    """Logarithm of a likelihood ratio for a gap: by jitter, share of beats seen, and length, :data:`CELLS` to the pause.

    Of the gap between the beats that were seen, each with the same probability, over the exponential with the same
    mean. Of all exponentials that one is nearest, and the ratio averages to at most one under any other, and so under any
    mixture of them: (1 + s m) L(s), with m the mean of the gap and L its Laplace transform, is at most one for every s if
    the same holds for the pause, as it does where longer waiting makes an end more likely. Behind the lengths stand the
    level after the last of them, without the phase, and its change by cell.
    """
    found = np.empty((len(JITTERS), SHARES, FURTHEST * CELLS + 2), dtype=np.float32)
    edges = np.arange(FURTHEST * CELLS + 1) / CELLS
    density = np.empty(FURTHEST * CELLS)
    for row, share in enumerate(np.geomspace(1.0 / BEATS_A_GAP, 1.0, SHARES).clip(max=0.9).tolist()):
        chance = -np.diff(np.exp(-share * edges))
        for item, jitter in enumerate(JITTERS):
            renewal(share, jitter, CELLS, density)
            ratio = (1 - STRAY) * density / chance + STRAY
            before, after = np.log(ratio[-2 * CELLS :].reshape(2, CELLS).mean(axis=1))
            found[item, row, :-2] = np.log(ratio)
            found[item, row, -2:] = after, (after - before) / CELLS
    return found
