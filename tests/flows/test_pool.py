"""Sources that are each too weak: heard together, and only when they keep one rhythm."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest

from holdfast.flows.behaviour.behaviour import Behaviour
from holdfast.flows.behaviour.pairs import PairLog
from holdfast.flows.finding import TrafficFinding
from holdfast.flows.policy import read_policy
from holdfast.model.traffic import flow_schema

DAY = 86400.0
START = 1_725_235_200.0
CONTROLLER = 0xCB007105
"""203.0.113.5, in nobody's shared network."""
Series = Callable[[np.random.Generator], np.ndarray]


def hourly(random: np.random.Generator) -> np.ndarray:
    """An hourly fetch of twelve packets, jitter 5 % from beat to beat, through one packet in a hundred."""
    beats = random.uniform(0, 3600) + np.cumsum(3600 * (1 + random.uniform(-0.05, 0.05, 24)))
    return sampled(random, beats)


def sampled(random: np.random.Generator, beats: np.ndarray) -> np.ndarray:
    return beats[random.random(len(beats)) < 1 - 0.99**12]


def steady(random: np.random.Generator) -> np.ndarray:
    return random.uniform(0, DAY, random.integers(2, 9))


def waking(random: np.random.Generator) -> np.ndarray:
    times = random.uniform(0, DAY, 14)
    return times[random.random(14) < 0.5 + 0.5 * np.sin(2 * np.pi * times / DAY)]


def sessions(random: np.random.Generator) -> np.ndarray:
    begins = np.repeat(random.uniform(0, DAY, 3), random.integers(1, 4, 3))
    return begins + random.exponential(90, len(begins))


def look(series: list[np.ndarray], others: int = 0, port: int = 8443) -> list[TrafficFinding]:
    """What comes of sources 10.0.0.1 and following, one for each series, to one destination, among other pairs."""
    rows = [
        {
            "record": 1, "ts": START + float(ts), "src": 0x0A000001 + number, "dst": CONTROLLER, "sport": 40000,
            "dport": port, "proto": 6,
        }
        for number, times in enumerate(series)
        for ts in times
    ]  # fmt: skip
    rows += [
        {
            "record": 1,
            "ts": START,
            "src": 0x0A010001 + n,
            "dst": 0xCB007206,
            "sport": 1,
            "dport": 443,
            "proto": 6,
        }
        for n in range(others)
    ]
    rows.sort(key=lambda row: row["ts"])
    log = PairLog()
    log.add(pa.RecordBatch.from_pylist(rows, schema=flow_schema()))
    return list(Behaviour(read_policy(), log).findings())


def test_an_hourly_fetch_of_many_is_heard_where_none_of_them_shows_it() -> None:
    """Sixty subscribers with two or three connections each make one finding, with period, sources and the reason."""
    random = np.random.default_rng(1)
    found = [f for f in look([hourly(random) for _ in range(60)], others=2000) if f.kind == "population"]
    assert len(found) == 1
    assert abs(found[0].details["period"] / 3600 - 1) < 0.03
    assert found[0].destination == "203.0.113.5"
    assert len(found[0].details["sources"]) >= 20
    assert "none of which shows it alone" in found[0].why[0].says
    assert found[0].details["log10_chance"] <= -7


@pytest.mark.parametrize("temper", [steady, waking, sessions])
def test_random_traffic_of_many_is_no_rhythm(temper: Series) -> None:
    """However many random sources meet at one destination."""
    random = np.random.default_rng(2)
    for sources in (6, 20, 60):
        for _ in range(40):
            assert not [
                f for f in look([temper(random) for _ in range(sources)], others=2000) if f.kind != "long"
            ]


def test_a_popular_destination_is_passed_over_and_an_ordinary_service_explained() -> None:
    """The same rhythm of a twentieth of all sources, or to a time server, is nobody's controller."""
    random = np.random.default_rng(3)
    series = [hourly(random) for _ in range(60)]
    assert not look(series, others=500)
    assert {f.kind for f in look(series, others=2000, port=5228)} <= {"rhythm"}


def test_one_strong_source_is_no_choir() -> None:
    """Its company of random sources does not become a population by it."""
    random = np.random.default_rng(4)
    beats = np.cumsum(300 * (1 + random.uniform(-0.03, 0.03, 288)))
    series = [sampled(random, beats), *(steady(random) for _ in range(30))]
    assert not [f for f in look(series, others=2000) if f.kind == "population"]
