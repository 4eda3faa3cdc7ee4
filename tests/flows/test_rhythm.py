"""Rhythm: silent on random traffic of any temper, and heard through jitter and sampling."""

import itertools
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from holdfast.flows.behaviour.gather import spread_seconds
from holdfast.flows.behaviour.kernels import BEATS_A_GAP, dead_evidence, pace, renewal
from holdfast.flows.behaviour.rhythm import CELLS, CLOCK, GROWING, JITTERS, PACE, SHARES, find_rhythms, worths

DAY = 86400.0
Series = Callable[[np.random.Generator, int], np.ndarray]


def poisson(random: np.random.Generator, events: int) -> np.ndarray:
    return random.uniform(0, DAY, events)


def diurnal(random: np.random.Generator, events: int) -> np.ndarray:
    times = random.uniform(0, DAY, 2 * events)
    return times[random.random(2 * events) < 0.5 + 0.5 * np.sin(2 * np.pi * times / DAY)]


def office(random: np.random.Generator, events: int) -> np.ndarray:
    return random.uniform(8 * 3600, 17 * 3600, events)


def bursty(random: np.random.Generator, events: int) -> np.ndarray:
    """Sessions of very different lengths, sizes and densities."""
    sessions: list[np.ndarray] = []
    while sum(map(len, sessions)) < events:
        size, length = min(int(random.pareto(1.2) + 1), 200), random.choice([1, 10, 60, 600, 1800])
        sessions.append(random.uniform(0, DAY - length) + random.uniform(0, length, size))
    return np.concatenate(sessions)


def heavy(random: np.random.Generator, events: int) -> np.ndarray:
    """Gaps of a Weibull distribution, many short and a few very long ones."""
    times = np.cumsum(random.weibull(0.5, events))
    scaled: np.ndarray = times / times[-1] * DAY
    return scaled


def pack(series: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    starts = np.concatenate(([0], np.cumsum([len(item) for item in series])))
    return np.concatenate([np.sort(item) for item in series]) + 1.7e9, starts, np.arange(len(series))


@pytest.mark.parametrize("temper", [poisson, diurnal, office, bursty, heavy])
def test_random_traffic_keeps_within_the_chance_it_is_given(temper: Series) -> None:
    """Of 3,000 random pairs no more than chance allows pass 1 in 1,000, and none passes 1 in 10 million."""
    random = np.random.default_rng(7)
    sizes = np.exp(random.uniform(np.log(8), np.log(250), 3000)).astype(int)
    found = find_rhythms(*pack([temper(random, int(size)) for size in sizes]), float(np.log(1e-3)))
    assert (
        int((found.log_p <= np.log(1e-3)).sum()) <= 9
    )  # 3 are expected, more than 9 have a chance of 1 in 900
    assert found.log_p.min() > np.log(1e-7)


def sampled(random: np.random.Generator, beats: np.ndarray, share: float) -> np.ndarray:
    """What remains of beats of twelve packets each."""
    return beats[random.random(len(beats)) < 1 - (1 - share) ** 12]


@pytest.mark.parametrize(("period", "jitter"), [(60, 0.0), (60, 0.2), (300, 0.0), (300, 0.1)])
@pytest.mark.parametrize("share", [1.0, 0.1, 0.01])
def test_a_timer_is_found_through_sampling(period: float, jitter: float, share: float) -> None:
    """At one false pair in ten million, 95 % of timers with jitter are found in one packet of a hundred."""
    random = np.random.default_rng(11)
    beats = np.arange(int(DAY / period)) * period
    series = [
        sampled(random, beats + random.uniform(-jitter, jitter, len(beats)) * period, share)
        for _ in range(200)
    ]
    found = find_rhythms(*pack(series), float(np.log(1e-7)))
    heard = found.log_p <= np.log(1e-7)
    assert heard.mean() >= 0.95
    multiples = found.period[heard] / period
    assert np.median(np.abs(multiples - np.round(multiples))) < 0.05


@pytest.mark.parametrize("jitter", [0.1, 0.2])
def test_a_sleeper_is_found_through_sampling(jitter: float) -> None:
    """Where every pause begins at the last beat no clock holds, yet the gaps remain multiples for a while."""
    random = np.random.default_rng(13)
    series = [
        sampled(random, np.cumsum(60 * (1 + random.uniform(-jitter, jitter, 1400))), 0.01) for _ in range(200)
    ]
    found = find_rhythms(*pack(series), float(np.log(1e-7)))
    assert (found.log_p <= np.log(1e-7)).mean() >= 0.95
    assert set(found.test[found.log_p <= np.log(1e-7)].tolist()) <= {CLOCK, PACE}
    assert abs(np.median(found.period) - 60) < 1


def silent(share: float) -> Series:
    """Random, yet never within so large a share of the mean gap: a kept connection, or a cache."""
    return lambda random, events: np.cumsum(share + random.exponential(1 - share, events)) * DAY / events


def shared(servers: int) -> Series:
    """Random, of which each of several servers gets its turn."""
    return lambda random, events: np.cumsum(random.gamma(servers, 1, events)) * DAY / events / servers


@pytest.mark.parametrize("temper", [silent(0.05), silent(0.1), silent(0.2), shared(2), shared(3)])
def test_silence_after_a_connection_is_no_pace(temper: Series) -> None:
    """What never falls short of a pause need not be a multiple of it."""
    random = np.random.default_rng(23)
    sizes = np.exp(random.uniform(np.log(16), np.log(250), 1000)).astype(int)
    found = find_rhythms(*pack([temper(random, int(size)) for size in sizes]), float(np.log(1e-7)))
    assert not ((found.log_p <= np.log(1e-7)) & (found.test == PACE)).any()


@pytest.mark.parametrize("mean", [2.0, 10.0, 20.0, 60.0])
def test_whole_seconds_are_no_rhythm(mean: float) -> None:
    """Random traffic that was recorded in whole seconds."""
    random = np.random.default_rng(29)
    sizes = np.exp(random.uniform(np.log(8), np.log(250), 500)).astype(int)
    times, starts, wanted = pack([np.floor(np.cumsum(random.exponential(mean, size))) for size in sizes])
    moments = np.empty(len(times))
    assert spread_seconds(times, starts, moments) == len(sizes)
    assert np.array_equal(np.floor(moments), times)
    assert all((np.diff(moments[low:high]) >= 0).all() for low, high in itertools.pairwise(starts))
    assert find_rhythms(moments, starts, wanted, float(np.log(1e-3))).log_p.min() > np.log(1e-5)


def exponentials() -> Iterator[np.ndarray]:
    random = np.random.default_rng(5)
    for mean in (0.05, 0.3, 1.0, 3.0, 20.0):
        yield random.exponential(mean, 20_000)
    yield random.exponential(1.0, 20_000) * random.choice([0.1, 1.0, 30.0], 20_000)


@pytest.mark.parametrize("seen", [1 / BEATS_A_GAP, 0.11, 0.4, 0.9])
def test_a_gap_of_a_poisson_process_is_worth_no_more_than_one(seen: float) -> None:
    """The average likelihood ratio, on which the probabilities rest, for exponentials of any rate and mixed."""
    one = np.empty(1)
    for gaps in exponentials():
        for jitter in range(len(JITTERS)):
            values = []
            for gap in gaps:
                pace(gap.reshape(1), 1 / seen, worths()[jitter], CELLS, 1.0, 1.0, one)
                values.append(np.exp(one[0]))
            assert np.mean(values) <= 1 + 4 * np.std(values) / np.sqrt(len(values))


@pytest.mark.parametrize("jitter", JITTERS)
@pytest.mark.parametrize("share", [0.05, 0.3, 0.9])
def test_the_density_of_a_gap_is_that_of_thinned_beats(share: float, jitter: float) -> None:
    """Against beats that are drawn and thinned."""
    random = np.random.default_rng(31)
    beats = np.cumsum(1 + random.uniform(-jitter, jitter, 2_000_000))
    gaps = np.diff(beats[random.random(len(beats)) < share])
    density = np.empty(8 * CELLS)
    renewal(share, jitter, CELLS, density)
    counts = np.histogram(gaps, 32, (0, 8))[0] / len(gaps)
    assert np.allclose(counts, density.reshape(32, -1).sum(axis=1), atol=4e-3)


def test_silence_is_worth_what_it_is_likelier() -> None:
    """The likelihood ratio of shifted exponentials over unshifted ones, with a stray for each gap that is shorter."""
    gaps = np.random.default_rng(37).exponential(0.7, 400) + 0.3
    ratio = 400 * np.log(0.98 * gaps.mean() / (gaps.mean() - gaps.min()))
    assert dead_evidence(gaps, gaps.mean()) >= ratio
    one_short = np.append(gaps, 1e-3)
    assert abs(dead_evidence(one_short, one_short.mean()) - dead_evidence(gaps, gaps.mean())) < 6
    assert worths().shape == (len(JITTERS), SHARES, worths().shape[2])


def test_connections_of_one_moment_break_nothing() -> None:
    """More of them than are looked at, before traffic that is even."""
    times = np.concatenate((np.zeros(600), np.sort(np.random.default_rng(3).uniform(1, DAY, 3000))))
    assert find_rhythms(*pack([times, np.zeros(40)]), float(np.log(1e-7))).log_p.min() > np.log(1e-7)


def test_five_equal_gaps_are_enough_and_five_unequal_ones_are_not() -> None:
    """A short record convicts only when it is very regular."""
    regular = np.arange(6) * 600.0 + np.array([0, 1, -1, 2, 0, 1])
    loose = np.cumsum([0, 400, 800, 500, 700, 600.0])
    found = find_rhythms(*pack([regular, loose]), float(np.log(1e-7)))
    assert found.log_p[0] < np.log(1e-4)
    assert found.log_p[1] > np.log(1e-2)
    assert abs(found.period[0] - 600) < 5


def test_a_growing_pause_is_found() -> None:
    """A poll that waits 0.1 s longer after each empty answer, and begins anew after each task."""
    random = np.random.default_rng(17)
    pauses = np.concatenate([np.arange(1, 5 + random.integers(15)) * 0.1 for _ in range(20)])
    times = np.cumsum(pauses + random.uniform(0, 0.01, len(pauses)))
    found = find_rhythms(*pack([times]), float(np.log(1e-7)))
    assert found.log_p[0] < np.log(1e-7)
    assert found.test[0] == GROWING
    assert abs(found.period[0] - 0.1) < 0.01


def test_several_connections_a_beat_count_as_one() -> None:
    """Four connections within a second, every five minutes."""
    random = np.random.default_rng(19)
    times = (np.arange(100)[:, None] * 300.0 + random.uniform(0, 1, (100, 4))).ravel()
    found = find_rhythms(*pack([times]), float(np.log(1e-7)))
    assert found.log_p[0] < np.log(1e-7)
    assert abs(found.period[0] - 300) < 3
    assert found.covered[0] > 0.9


@pytest.mark.parametrize(
    "times", [np.zeros(50), np.array([0.0, 0, 0, 0, 0, 9]), np.arange(5.0), np.linspace(0, 1e-6, 40)]
)
def test_odd_series_do_no_harm(times: np.ndarray) -> None:
    """All at once, nearly so, or as few as can be asked about."""
    found = find_rhythms(*pack([times]), float(np.log(1e-7)))
    assert np.isfinite(found.log_p).all()
    assert found.log_p[0] <= 0
