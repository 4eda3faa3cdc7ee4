"""Compiled loops over the moments of pairs: gaps, and spectra of many pairs at once.

What the statistics mean stands in ``docs/explanation/flows.md``; the functions here only count.
"""

from __future__ import annotations

import numpy as np
from numba import njit

LANES = 16
"""Spectra computed side by side, so that the innermost loop fills a vector register."""
BEATS_A_GAP = 24.0
"""Of the shortest period that is asked about, beats in the mean gap: more are lost to sampling than can be made up for."""
STEP, GLANCE, GLIMPSE = 1.005, 1.02, 4.0
"""Ratio of neighbouring periods, that of a quick look, and what it has to show."""
STRAY = 0.02
"""Share of gaps that may end anywhere."""
LEAST_WORTH = float(np.log(STRAY))
"""What a gap that fits nowhere takes away."""


@njit(cache=True, nogil=True)
def collapse(times, dead, onsets):
    """The first of each run of events that follow one another within ``dead`` seconds; returns how many."""
    count = 0
    last = -np.inf
    for place in range(times.size):
        if times[place] - last > dead:
            onsets[count] = times[place]
            count += 1
            last = times[place]
    return count


@njit(cache=True, nogil=True)
def log_binomial_tail(trials, hits, chance):
    """Natural logarithm of a bound on the probability of ``hits`` or more of ``trials``.

    The bound is Chernoff's: exp(-trials * divergence), at least the true probability.
    """
    share = hits / trials
    if share <= chance:
        return 0.0
    if hits == trials:
        return trials * np.log(chance)
    return -trials * (share * np.log(share / chance) + (1.0 - share) * np.log((1.0 - share) / (1.0 - chance)))


@njit(cache=True, nogil=True)
def least_hits(widths, most, tries, limit):
    """How many of so many gaps must fall between two lengths before log p can be below ``limit``, for each width.

    Without a dead time the chance depends on the ratio alone, and with one it is larger, so fewer hits never suffice.
    More than there are gaps stands for never.
    """
    needed = np.empty((widths.size, most + 1), dtype=np.int32)
    for item in range(widths.size):
        power = widths[item] ** (-1.0 / (widths[item] - 1.0))
        chance = power - power ** widths[item]
        hits = 3
        for gaps in range(most + 1):
            choices = np.log(tries * widths.size * max(gaps, 1))
            while hits <= gaps and log_binomial_tail(gaps - 1, hits - 1, chance) + choices > limit:
                hits += 1
            needed[item, gaps] = hits
    return needed


@njit(cache=True, nogil=True)
def regular_gaps(times, dead, widths, tries, needed, work, out):
    """Look for many gaps of one length; ``out`` gets log p, shortest, longest, hits, gaps, covered share, mean.

    Under any Poisson process, whose rate may itself be random and change (bursts, days and nights), a gap beyond the
    dead time is a mixture of exponentials, and the chance that it falls between two lengths is at most that of the
    exponential that suits them best. ``widths`` are ratios of the two lengths; ``tries`` is how often the caller asks
    about the same events; ``needed`` are :func:`least_hits`, and what they rule out is not looked at.
    """
    out[:] = 0.0
    onsets = work[: times.size]
    count = collapse(times, dead, onsets)
    gaps = count - 1
    if gaps < 4:
        return
    lengths = work[times.size : times.size + gaps]
    for place in range(gaps):
        lengths[place] = onsets[place + 1] - onsets[place]
    _sort(lengths)
    out[4] = gaps
    choices = np.log(tries * widths.size * gaps)
    for item in range(widths.size):
        width = widths[item]
        high, most = 0, needed[item, gaps] - 1
        for low in range(gaps):
            if low + most >= gaps:
                break
            edge = lengths[low] * width
            if lengths[low + most] > edge:
                continue
            high = max(high, low + most)
            while high < gaps and lengths[high] <= edge:
                high += 1
            inside = high - low
            most = inside
            near, far = lengths[low] - dead, edge - dead
            rate = np.log(far / near) / (far - near)
            chance = np.exp(-rate * near) - np.exp(-rate * far)
            # The gap that the window begins with proves nothing; the others fell into it.
            value = log_binomial_tail(gaps - 1, inside - 1, chance) + choices
            if value < out[0]:
                out[0], out[1], out[2], out[3] = value, lengths[low], lengths[high - 1], inside
    if out[0] < 0.0:
        first = int(np.searchsorted(lengths, out[1]))
        out[6] = np.mean(lengths[first : first + int(out[3])])
        out[5] = _covered(onsets[:count], out[6], 0.5 * (out[2] - out[1]))


@njit(cache=True, nogil=True)
def _sort(values):
    """In place; by insertion where there are few, which is faster than the general way."""
    if values.size > 32:
        values.sort()
        return
    for place in range(1, values.size):
        value, before = values[place], place - 1
        while before >= 0 and values[before] > value:
            values[before + 1] = values[before]
            before -= 1
        values[before + 1] = value


@njit(cache=True, nogil=True)
def _covered(onsets, period, half):
    """Share of the time between first and last that gaps of one to four periods fill."""
    half = max(half, 0.02 * period)
    total = 0.0
    for place in range(1, onsets.size):
        length = onsets[place] - onsets[place - 1]
        beats = np.round(length / period)
        if 1.0 <= beats <= 4.0 and abs(length - beats * period) <= 1.5 * half * np.sqrt(beats):
            total += length
    return total / (onsets[-1] - onsets[0])


@njit(cache=True, nogil=True, fastmath=True)
def transform(re, im, cosines, sines):
    """Fourier transform of :data:`LANES` complex series side by side, in place, its rows in bit-reversed order."""
    size = re.shape[0]
    half, step = size // 2, 1
    while half >= 1:
        for start in range(0, size, 2 * half):
            for k in range(half):
                c, s = cosines[k * step], sines[k * step]
                a = start + k
                b = a + half
                for lane in range(LANES):
                    x = re[a, lane] - re[b, lane]
                    y = im[a, lane] - im[b, lane]
                    re[a, lane] += re[b, lane]
                    im[a, lane] += im[b, lane]
                    re[b, lane] = x * c + y * s
                    im[b, lane] = y * c - x * s
        half //= 2
        step *= 2


@njit(cache=True, nogil=True)
def powers(re, im, reverse, lowest, highest, out):
    """Rayleigh's statistic, without its division by the number of events, of twice :data:`LANES` series.

    ``re`` and ``im`` are a transform whose real and imaginary inputs were one series each. ``out`` gets for each series
    the power at each frequency from ``lowest`` to ``highest`` and, at odd places, half-way to the next (interbinning).
    """
    size = re.shape[0]
    above = np.empty((LANES, 4), dtype=np.float32)
    for k in range(lowest, highest + 2):
        a, b = reverse[k], reverse[size - k]
        for lane in range(LANES):
            x1 = 0.5 * (re[a, lane] + re[b, lane])
            y1 = 0.5 * (im[a, lane] - im[b, lane])
            x2 = 0.5 * (im[a, lane] + im[b, lane])
            y2 = 0.5 * (re[b, lane] - re[a, lane])
            if k > lowest:
                place = 2 * (k - lowest) - 1
                # (pi / 4) squared: what a line half-way between two frequencies leaves in their difference.
                p, q = above[lane, 0] - x1, above[lane, 1] - y1
                out[lane, place] = 0.6168503 * (p * p + q * q)
                p, q = above[lane, 2] - x2, above[lane, 3] - y2
                out[LANES + lane, place] = 0.6168503 * (p * p + q * q)
            if k <= highest:
                place = 2 * (k - lowest)
                out[lane, place] = x1 * x1 + y1 * y1
                out[LANES + lane, place] = x2 * x2 + y2 * y2
            above[lane, 0], above[lane, 1], above[lane, 2], above[lane, 3] = x1, y1, x2, y2


@njit(cache=True, nogil=True)
def background(power, events):
    """How far the spectrum stands above that of a Poisson process around each frequency.

    Of the means of five neighbouring blocks the middle one, so that a line or two in a block do not raise it.
    """
    bins = (power.size + 1) // 2
    width = 32 if bins >= 512 else 16
    blocks = max(bins // width, 1)
    means = np.zeros(blocks)
    for block in range(blocks):
        end = bins if block == blocks - 1 else (block + 1) * width
        for k in range(block * width, end):
            means[block] += power[2 * k]
        means[block] /= (end - block * width) * events
    level = np.empty(blocks)
    for block in range(blocks):
        low = max(0, min(block - 2, blocks - 5))
        near = means[low : min(low + 5, blocks)].copy()
        _sort(near)
        level[block] = max(1.0, 0.5 * (near[(near.size - 1) // 2] + near[near.size // 2]))
    return level, width


@njit(cache=True, nogil=True)
def log_rayleigh(events, coherence):
    """Natural logarithm of the probability of a mean vector so long among so many random phases.

    J. H. Zar, Biostatistical Analysis, 5th edition, equation 27.4; ``coherence`` is the square of the length.
    """
    inside = 1.0 + 4.0 * events + 4.0 * events * events * (1.0 - coherence)
    return np.sqrt(inside) - (1.0 + 2.0 * events)


@njit(cache=True, nogil=True)
def coherence(times, frequency):
    """Square of the mean vector of the phases of some moments, 0 to 1."""
    x, y = 0.0, 0.0
    for place in range(times.size):
        angle = 2.0 * np.pi * frequency * (times[place] - times[0])
        x += np.cos(angle)
        y += np.sin(angle)
    return (x * x + y * y) / (times.size * times.size)


@njit(cache=True, nogil=True)
def strongest(times, power, lowest, span, limit, out):
    """The line that a spectrum shows, if its log p is below ``limit``; ``out`` gets log p, frequency, coherence.

    Tested as if every independent frequency had been asked (R. V. Baluev, MNRAS 385, 1279, 2008, equation 6).
    """
    events = times.size
    level, width = background(power, events)
    asked = np.log((power.size + 1) / 2)
    work = np.empty(events)
    out[0] = 0.0
    for _ in range(3):
        best, where = 0.0, -1
        for place in range(power.size):
            block = min(place // 2 // width, level.size - 1)
            value = power[place] / level[block]
            if value > best:
                best, where = value, place
        if where < 0:
            return
        raised = level[min(where // 2 // width, level.size - 1)]
        # Between the frequencies that were tried, up to four tenths of the power is missing.
        most = min(1.0, power[where] / 0.6 / (events * events))
        if log_rayleigh(events / raised, most) + asked > limit:
            return
        near = (lowest + 0.5 * where) / span
        for step in range(-8, 9):
            frequency = near + step / (16.0 * span)
            # A dead time of one period leaves the phases of a Poisson process as random as they were.
            kept = work[: collapse(times, 1.0 / frequency, work)]
            found = coherence(kept, frequency)
            value = log_rayleigh(kept.size, found) + asked + 0.5 * np.log(max(kept.size * found, 1.0))
            if value < out[0]:
                out[0], out[1], out[2] = value, frequency, found
        if out[0] < limit:
            return
        power[where] = 0.0


@njit(cache=True, nogil=True)
def renewal(share, jitter, cells, out):
    """Probability of each cell of a gap between the beats that were seen, ``cells`` of them to the mean pause.

    A beat is seen with the probability ``share``, a pause is uniform within ``jitter`` of the mean. The next beat ends
    the gap, or else begins another: the renewal equation, solved forwards, for no pause is shorter than half the mean.
    """
    low, high = (1.0 - jitter) * cells, (1.0 + jitter) * cells
    before = np.zeros(out.size + 1)
    for cell in range(out.size):
        first = max(0.0, min(cell + 1.0, high) - max(cell + 0.0, low)) / (high - low)
        near, far = cell + 0.5 - low, cell + 0.5 - high
        later = 0.0
        if near > 0.0:
            later += before[int(near)] + (near - int(near)) * out[int(near)]
        if far > 0.0:
            later -= before[int(far)] + (far - int(far)) * out[int(far)]
        out[cell] = share * first + (1.0 - share) * later / (high - low)
        before[cell + 1] = before[cell] + out[cell]


@njit(cache=True, nogil=True)
def pace(gaps, mean, worth, cells, low, step, out):
    """Logarithm of the evidence that gaps are whole numbers of pauses, for mean pauses from ``low`` on.

    ``worth`` are the rows of one jitter of :func:`holdfast.flows.behaviour.rhythm.worths`, of which the share of the
    beats that were seen, the pause over the ``mean`` gap, chooses one; ``cells`` how many of its cells are a pause.
    """
    period = low
    rows = worth.shape[0]
    for item in range(out.size):
        # Rows are as far apart in the logarithm of the share as the least is from one.
        row = int((rows - 1) * (1.0 + np.log(min(period / mean, 1.0)) / np.log(BEATS_A_GAP)) + 0.5)
        here = worth[max(row, 0)]
        known, level, slope = here.size - 2, here[-2], here[-1]
        total = 0.0
        scale = cells / period
        for place in range(gaps.size):
            cell = gaps[place] * scale
            if cell < known:
                total += here[int(cell)]
            else:
                total += max(level + slope * (cell - known), LEAST_WORTH)
        out[item] = total
        period *= step


@njit(cache=True, nogil=True)
def dead_evidence(gaps, mean):
    """Logarithm of the evidence for random traffic that is silent for a while after each connection.

    As a kept connection or a cache makes it. Up to a twentieth of the gaps may be shorter, each at the price of a stray.
    """
    ordered = np.sort(gaps)
    best = 0.0
    for shorter in range(gaps.size // 20 + 1):
        if ordered[shorter] >= mean:
            break
        value = (gaps.size - shorter) * np.log((1.0 - STRAY) * mean / (mean - ordered[shorter]))
        value += shorter * LEAST_WORTH
        best = max(best, value)
    return best


@njit(cache=True, nogil=True)
def pace_evidence(gaps, worth, cells, out):
    """Evidence of all pauses and jitters together against random traffic.

    ``out`` gets its logarithm, the best pause, its jitter's number, and the logarithm of :func:`dead_evidence`.

    The mean over many hypotheses, laid out by the mean gap alone, of likelihood ratios that are at most one on average under chance is
    such a ratio itself, so that chance exceeds it with a probability of at most its inverse (Ville). A quick look
    with one jitter and few periods spares most pairs the rest.
    """
    out[:] = 0.0
    mean = np.mean(gaps)
    if not mean > 0.0:
        return
    low = mean / BEATS_A_GAP
    few = np.empty(int(np.log(BEATS_A_GAP) / np.log(GLANCE)))
    pace(gaps, mean, worth[worth.shape[0] - 2], cells, low, GLANCE, few)
    most = 0.0
    for item in range(few.size):
        most = max(most, few[item])
    if most < GLIMPSE:
        return
    every = np.empty((worth.shape[0], int(np.log(BEATS_A_GAP) / np.log(STEP))))
    for item in range(worth.shape[0]):
        pace(gaps, mean, worth[item], cells, low, STEP, every[item])
    best = -np.inf
    for item in range(worth.shape[0]):
        for place in range(every.shape[1]):
            if every[item, place] > best:
                best = every[item, place]
                out[1], out[2] = low * STEP**place, item
    total = 0.0
    for item in range(worth.shape[0]):
        for place in range(every.shape[1]):
            total += np.exp(every[item, place] - best)
    out[0] = best + np.log(total / every.size)
    out[3] = dead_evidence(gaps, mean)


@njit(cache=True, nogil=True)
def paced_pairs(times, starts, wanted, most, worth, cells, jitters, rarer, beyond, found):
    """:func:`pace_evidence` for many pairs; ``found`` as in :func:`keep_step`.

    ``rarer`` is the logarithm of how much rarer evidence is under chance than its inverse, ``beyond`` how much more of
    it a pause must have than silence after each connection has.
    """
    out = np.empty(4)
    gaps = np.empty(most)
    for row in range(wanted.size):
        low = starts[wanted[row]]
        high = min(starts[wanted[row] + 1], low + most)
        for place in range(low + 1, high):
            gaps[place - low - 1] = times[place] - times[place - 1]
        pace_evidence(gaps[: high - low - 1], worth, cells, out)
        if out[0] > 0.0 and out[0] - out[3] >= beyond:
            span = times[high - 1] - times[low]
            found[row, 0] = -out[0] - rarer
            found[row, 1] = out[1]
            found[row, 2] = jitters[int(out[2])]
            found[row, 3] = min(1.0, (high - low) * out[1] / span)
            found[row, 4] = high - low


@njit(cache=True, nogil=True)
def regular_pairs(times, starts, wanted, most, dead, widths, needed, found):
    """:func:`regular_gaps` for many pairs; ``found`` gets log p, period, spread, covered share and beats."""
    work = np.empty(2 * most)
    out, best = np.empty(7), np.empty(7)
    for row in range(wanted.size):
        low = starts[wanted[row]]
        high = min(starts[wanted[row] + 1], low + most)
        moments = times[low:high]
        gaps = moments.size - 1
        # What all gaps together cannot show, fewer cannot.
        enough = False
        for item in range(widths.size):
            enough = enough or needed[item, gaps] <= gaps
        if not enough:
            continue
        span = moments[-1] - moments[0]
        best[:] = 0.0
        for share in dead:
            regular_gaps(moments, share * span / (high - low), widths, dead.size, needed, work, out)
            # A rhythm that fills the time is worth more than a stronger one that only fills its bursts.
            if out[0] * out[5] < best[0] * best[5]:
                for item in range(best.size):
                    best[item] = out[item]
        if best[0] < 0.0:
            found[row, 0] = best[0]
            found[row, 1] = best[6]
            found[row, 2] = (best[2] - best[1]) / (best[2] + best[1])
            found[row, 3] = best[5]
            found[row, 4] = best[4] + 1


@njit(cache=True, nogil=True)
def growing_pairs(times, starts, wanted, most, widths, found):
    """Pairs whose pauses grow by the same step each time; ``found`` as in :func:`regular_pairs`, the step as period.

    The difference of two neighbouring exponentials follows Laplace's distribution, of which a window above zero holds
    at most half of what it holds of one exponential. Neighbouring differences share a gap, which halves the exponent
    of the bound (by the Cauchy-Schwarz inequality over odd and even ones).
    """
    steps = np.empty(most)
    for row in range(wanted.size):
        low = starts[wanted[row]]
        high = min(starts[wanted[row] + 1], low + most)
        count = high - low - 2
        if count < 12:
            continue
        positive = 0
        for place in range(count):
            steps[place] = times[low + place + 2] - 2.0 * times[low + place + 1] + times[low + place]
            positive += 1 if steps[place] > 0.0 else 0
        # Random pauses grow as often as they shrink.
        if positive < 0.6 * count:
            continue
        ordered = np.sort(steps[:count])
        first = int(np.searchsorted(ordered, 0.01))
        choices = np.log(2.0 * widths.size * count)
        for width in widths:
            end, most_inside = first, 3
            for begin in range(first, count):
                while end < count and ordered[end] <= ordered[begin] * width:
                    end += 1
                inside = end - begin
                if inside <= most_inside:
                    continue
                most_inside = inside
                rate = np.log(width) / (ordered[begin] * (width - 1.0))
                chance = 0.5 * (np.exp(-rate * ordered[begin]) - np.exp(-rate * ordered[begin] * width))
                value = 0.5 * log_binomial_tail(count - 1, inside - 1, chance) + choices
                if value < found[row, 0]:
                    found[row, 0] = value
                    found[row, 1] = 0.5 * (ordered[begin] + ordered[end - 1])
                    found[row, 2] = 0.5 * (ordered[end - 1] - ordered[begin]) / found[row, 1]
                    found[row, 3] = inside / count
                    found[row, 4] = high - low


@njit(cache=True, nogil=True)
def even_gaps(times, starts, wanted, most, gaps, counts):
    """The gaps of each pair, one pair after the other, or none where they come in bursts, as in :func:`even_onsets`."""
    total = 0
    for row in range(wanted.size):
        low = starts[wanted[row]]
        high = min(starts[wanted[row] + 1], low + most)
        least = 0.2 * (times[high - 1] - times[low]) / (high - low - 1)
        long = 0
        for place in range(low + 1, high):
            gaps[total + place - low - 1] = times[place] - times[place - 1]
            long += times[place] - times[place - 1] >= least
        counts[row] = high - low - 1 if 2 * long >= high - low - 1 and least > 0.0 else 0
        total += counts[row]
    return total


@njit(cache=True, nogil=True)
def pooled_pace(gaps, bounds, most, worth, cells, found):
    """:func:`pace_evidence` for groups of gaps, of which one begins where the one before ends."""
    for group in range(bounds.size - 1):
        pace_evidence(
            gaps[bounds[group] : min(bounds[group + 1], bounds[group] + most)], worth, cells, found[group]
        )


@njit(cache=True, nogil=True)
def even_onsets(times, starts, wanted, most, least, counts):
    """Events of each pair after those that fall into one bin, or nothing where they come in bursts.

    A timer that was sampled leaves gaps whose median is seven tenths of their mean; below a fifth it is no timer.
    """
    for row in range(wanted.size):
        low = starts[wanted[row]]
        high = min(starts[wanted[row] + 1], low + most)
        span = times[high - 1] - times[low]
        counts[row] = 0
        dead = span / (16.0 * (high - low))
        count, last = 1, times[low]
        for place in range(low + 1, high):
            if times[place] - last > dead:
                count += 1
                last = times[place]
        if count < least:
            continue
        long, last = 0, times[low]
        for place in range(low + 1, high):
            if times[place] - last > dead:
                long += 1 if times[place] - last >= 0.2 * span / (count - 1) else 0
                last = times[place]
        if 2 * long >= count - 1:
            counts[row] = count


@njit(cache=True, nogil=True)
def keep_step(times, starts, wanted, most, tables, limit, found):
    """Look for one clock that the events of each pair keep step with, :data:`LANES` times two pairs at once.

    ``tables`` are cosines, sines and bit-reversed places for one size of spectrum; ``found`` gets log p, period, what
    is left of a full mean vector, share of the periods that were seen, and events.
    """
    cosines, sines, reverse = tables
    size = reverse.size
    re, im = np.empty((size, LANES), dtype=np.float32), np.empty((size, LANES), dtype=np.float32)
    onsets = np.empty((2 * LANES, most))
    counts = np.empty(2 * LANES, dtype=np.int64)
    spectrum = np.empty((2 * LANES, size), dtype=np.float32)
    out = np.empty(3)
    for begin in range(0, wanted.size, 2 * LANES):
        here = min(2 * LANES, wanted.size - begin)
        re[:], im[:] = 0.0, 0.0
        for item in range(here):
            low = starts[wanted[begin + item]]
            high = min(starts[wanted[begin + item] + 1], low + most)
            series = re if item < LANES else im
            counts[item] = _occupy(times[low:high], size, series, item % LANES, onsets[item])
        transform(re, im, cosines, sines)
        lowest = 16
        highest = int(0.4 * size)
        powers(re, im, reverse, lowest, highest, spectrum)
        for item in range(here):
            moments = onsets[item, : counts[item]]
            span = (moments[-1] - moments[0]) * size / (size - 1.0)
            bottom = max(lowest, counts[item] // 4)
            top = min(highest, max(24 * counts[item], bottom + 160))
            power = spectrum[item, 2 * (bottom - lowest) : 2 * (top - lowest) + 1]
            strongest(moments, power, bottom, span, limit, out)
            if out[0] < limit:
                frequency = _fundamental(moments, out[1], out[2], bottom / span)
                row = begin + item
                found[row, 0] = out[0]
                found[row, 1] = 1.0 / frequency
                found[row, 2] = 1.0 - out[2]
                found[row, 3] = min(1.0, counts[item] / (frequency * span))
                found[row, 4] = counts[item]


@njit(cache=True, nogil=True)
def _occupy(times, size, series, lane, onsets):
    """Set one in each bin that holds an event; keep its first event; returns how many bins."""
    span = times[-1] - times[0]
    scale = (size - 1.0) / span
    count, last = 0, -1
    for place in range(times.size):
        bin_ = int((times[place] - times[0]) * scale)
        if bin_ != last:
            series[bin_, lane] = 1.0
            onsets[count] = times[place]
            count += 1
            last = bin_
    return count


@njit(cache=True, nogil=True)
def _fundamental(moments, frequency, strength, least):
    """The lowest of the frequencies of which this is a multiple and with which the events keep step as well."""
    for part in range(8, 1, -1):
        if frequency / part >= least and coherence(moments, frequency / part) >= 0.8 * strength:
            return frequency / part
    return frequency
