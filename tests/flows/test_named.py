"""Rhythm by name: heard where addresses rotate, explained where a cache or an ordinary service makes it."""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pytest

from holdfast.flows.behaviour.behaviour import Behaviour
from holdfast.flows.behaviour.named import registered_name
from holdfast.flows.behaviour.pairs import PairLog
from holdfast.flows.finding import TrafficFinding
from holdfast.flows.policy import read_policy
from holdfast.model.traffic import flow_schema, name_schema

START = 1_725_235_200.0
HOST = 0x0A000005


def beats(period: float, count: int = 60, jitter: float = 0.05) -> np.ndarray:
    random = np.random.default_rng(11)
    moments: np.ndarray = START + np.cumsum(period * (1 + random.uniform(-jitter, jitter, count)))
    return moments


def rotating(
    times: Iterable[float], name: str = "panel.example.net", source: int = HOST
) -> list[dict[str, object]]:
    """TLS to one name at another address each time."""
    return [
        {"record": n, "ts": ts, "src": source, "dst": 0xCB007100 + n % 40, "dport": 443, "what": "tls", "name": name}
        for n, ts in enumerate(times)
    ]  # fmt: skip


def asked(
    times: Iterable[float], ttl: str | None, name: str = "panel.example.net"
) -> list[dict[str, object]]:
    return [
        {
            "record": n, "ts": ts, "src": HOST, "dst": 0x0A000001, "dport": 53, "what": "dns", "name": name,
            "answers": ["cdn.example.org", "203.0.113.9"], "ttls": None if ttl is None else ["9000.0", ttl],
        }
        for n, ts in enumerate(times)
    ]  # fmt: skip


def look(
    names: list[dict[str, object]], flows: list[dict[str, object]] | None = None
) -> list[TrafficFinding]:
    log = PairLog()
    if flows:
        log.add(pa.RecordBatch.from_pylist(flows, schema=flow_schema()))
    behaviour = Behaviour(read_policy(), log)
    for start in range(0, len(names), 50):
        behaviour.add_names(pa.RecordBatch.from_pylist(names[start : start + 50], schema=name_schema()))
    return list(behaviour.findings())


def features(finding: TrafficFinding) -> set[str]:
    return {why.feature for why in finding.why}


def test_a_name_keeps_time_where_its_addresses_do_not() -> None:
    [found] = look(rotating(beats(300)))
    assert (found.kind, found.source, found.destination) == ("beacon", "10.0.0.5", "panel.example.net")
    assert abs(found.details["period"] - 300) < 6
    assert {"by_tls", "rotates"} <= features(found)
    assert len(found.details["addresses"]) == 40


def test_random_contacts_with_a_name_are_none() -> None:
    random = np.random.default_rng(13)
    assert not look(rotating(np.sort(START + random.uniform(0, 86400, 200))))


def test_a_rhythm_that_shows_by_address_is_told_once() -> None:
    times = beats(300)
    names = [{**row, "dst": 0xCB007105} for row in rotating(times)]
    flows = [
        {"record": n, "ts": ts, "src": HOST, "dst": 0xCB007105, "sport": 40000 + n, "dport": 443, "proto": 6}
        for n, ts in enumerate(times)
    ]
    assert [finding.destination for finding in look(names, flows)] == ["203.0.113.5"]


@pytest.mark.parametrize(
    ("period", "ttl", "feature", "kind"),
    [
        (300.0, "290.0", "cache", "rhythm"),
        (300.0, "60.0", "no_cache", "rhythm"),
        (300.0, "3600.0", "no_cache", "rhythm"),
        (300.0, None, "cache_unknown", "rhythm"),
    ],
)
def test_a_cache_explains_questions_as_often_as_answers_die(
    period: float, ttl: str | None, feature: str, kind: str
) -> None:
    """Of an answer and the alias before it the shorter life counts."""
    times = beats(period, jitter=0.02)
    [found] = look(asked(times, ttl))
    assert (found.kind, found.details["how"]) == (kind, "dns")
    assert feature in features(found)
    by_several = [{**row, "src": HOST + n} for n in range(3) for row in asked(times + 7 * n, ttl)]
    populations = [finding for finding in look(by_several) if finding.kind == "population"]
    assert len(populations) == (feature != "cache")


def test_a_list_of_names_in_one_rhythm_is_a_list_of_controllers() -> None:
    """As a bot that tries each of its generated domains in turn."""
    times = beats(78, jitter=0.1)
    names = [row for n, name in enumerate(("psv.su", "jep.su", "ysw.work")) for row in asked(times + n, None, name)]  # fmt: skip
    found = look(names)
    assert [finding.kind for finding in found] == ["beacon"] * 3
    assert all("list" in features(finding) for finding in found)


def test_names_that_are_new_each_time_keep_time_together() -> None:
    names = [{**row, "name": f"{n:04x}.t.example.net"} for n, row in enumerate(asked(beats(120), "60.0"))]
    [found] = look(names)
    assert found.destination == "example.net"
    assert "many_names" in features(found)


def test_ordinary_and_own_names_are_no_beacons() -> None:
    names = rotating(beats(300), "ctldl.windowsupdate.com")
    names += rotating(beats(240), "printer.local") + rotating(beats(200), "1.0.0.10.in-addr.arpa")
    names += rotating(beats(260), "203.0.113.7:8080")
    [found] = look(names)
    assert (found.kind, found.destination) == ("rhythm", "ctldl.windowsupdate.com")


def test_several_sources_with_one_name_are_a_population() -> None:
    names = [row for n in range(4) for row in rotating(beats(300) + 17 * n, source=HOST + n)]
    kinds = [finding.kind for finding in look(names)]
    assert kinds.count("beacon") == 4
    assert kinds.count("population") == 1


@pytest.mark.parametrize(
    ("name", "registered"),
    [("a.b.example.com", "example.com"), ("x.example.co.uk", "example.co.uk"), ("ab.de", "ab.de"), ("de", "de")],
)  # fmt: skip
def test_registered_names(name: str, registered: str) -> None:
    assert registered_name(name) == registered
