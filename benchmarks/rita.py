"""RITA's beacon score, as version 5 publishes it (analysis/beacons.go), written anew for comparison.

Sizes are left out, since the compared series have none: the mean is over time, duration and histogram.
"""

from __future__ import annotations

import numpy as np

BINS = 24


def rita_score(times: np.ndarray, window: float) -> float:
    """0 to 1; 0 for fewer than four moments."""
    if len(times) < 4:
        return 0.0
    counts, _ = np.histogram(times, BINS, (0.0, window))
    return float((_regular(times) + _histogram(counts) + _duration(times, counts, window)) / 3)


def _regular(times: np.ndarray) -> float:
    gaps = np.diff(times)
    gaps = gaps[gaps > 0]
    if len(gaps) < 3:
        return 0.0
    first, median, third = np.percentile(gaps, (25, 50, 75))
    flat = third - first < 10 or median in {first, third}
    skew = 0.0 if flat else (first + third - 2 * median) / (third - first)
    spread = 1.0 if median < 1 else max(0.0, (median - np.median(np.abs(gaps - median))) / median)
    return (1 - abs(skew) + spread) / 2


def _histogram(counts: np.ndarray) -> float:
    even = 1 - counts.std() / counts.mean()
    filled = counts[counts > 0]
    if len(filled) < 11:
        return max(0.0, float(even))
    size = max(1, int(np.ceil(0.05 * filled.max())))
    _, bars = np.unique(filled // size, return_counts=True)
    bars = np.sort(bars)[::-1]
    return max(0.0, float(even), min(1.0, float(bars[:2].sum()) / max(len(filled) - 1, 1)))


def _duration(times: np.ndarray, counts: np.ndarray, window: float) -> float:
    filled = counts > 0
    if filled.sum() < 6:
        return 0.0
    longest = run = 0
    for there in np.concatenate((filled, filled)):
        run = run + 1 if there else 0
        longest = max(longest, run)
    return min(1.0, max((times[-1] - times[0]) / window, min(longest, BINS) / 12))
