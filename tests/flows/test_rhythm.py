"""Rhythm: silent on random traffic of any temper, and heard through jitter and sampling."""

from collections.abc import Callable

import numpy as np
import pytest

from holdfast.flows.behaviour.rhythm import CLOCK, GROWING, PACE, find_rhythms

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


def test_a_sleeper_is_found_through_sampling() -> None:
    """Where every pause begins at the last beat no clock holds, yet the gaps remain multiples for a while."""
    random = np.random.default_rng(13)
    series = [
        sampled(random, np.cumsum(60 * (1 + random.uniform(-0.1, 0.1, 1400))), 0.01) for _ in range(200)
    ]
    found = find_rhythms(*pack(series), float(np.log(1e-7)))
    assert (found.log_p <= np.log(1e-7)).mean() >= 0.95
    assert set(found.test[found.log_p <= np.log(1e-7)].tolist()) <= {CLOCK, PACE}
    assert abs(np.median(found.period) - 60) < 1


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
