"""Cleaned devices: seen with the actor again, clean, or not seen at all."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.cli import main
from holdfast.flows.finding import TrafficFinding
from holdfast.flows.inside import Inside
from holdfast.flows.relapse import State, Watch
from holdfast.model.cleaned import Cleaned
from holdfast.model.errors import InputError
from holdfast.model.origin import Origin
from holdfast.model.status import Problems
from holdfast.records.cleaned import read_cleaned
from holdfast.records.columns import Reading
from holdfast.records.traffic import open_traffic

LIST = "value,type,first_seen,last_seen,category\n192.0.2.7,IP,2024-09-01,2024-09-20,Tier 2\n192.0.2.99,IP,2023-01-01,2023-02-01,Tier 2\n"
DAY = 86400
CLEANED_AT = 1_725_408_000  # 4 September 2024, the end of the third
FLOWS = "ts,src,sport,dst,dport,proto,orig_bytes,resp_bytes\n" + "".join(
    f"{CLEANED_AT + after},{src},40000,{dst},443,tcp,500,900\n"
    for after, src, dst in (
        (-3600, "203.0.113.1", "192.0.2.7"),  # before the cleaning
        (7200, "203.0.113.1", "192.0.2.7"),  # and after it
        (-3600, "203.0.113.2", "192.0.2.7"),  # only before it
        (7200, "203.0.113.2", "192.0.2.50"),
        (-3600, "203.0.113.3", "192.0.2.7"),  # never seen again
        (7200, "203.0.113.4", "192.0.2.99"),  # an address that had been the actor's long ago
        (9 * DAY, "203.0.113.5", "192.0.2.7"),  # the next subscriber of the address
        (7200, "192.0.2.7", "203.0.113.6"),  # it came back to the device
        (7200, "2001:db8:20::7", "192.0.2.7"),
    )
)
CLEANED = (
    "source,cleaned_at,case,until\n"
    + "".join(f"203.0.113.{number},2024-09-03,T-{number},\n" for number in (1, 2, 3, 4, 6))
    + "203.0.113.5,2024-09-03,T-5,2024-09-05\n2001:DB8:20:0::7,2024-09-04T01:00:00Z,T-7,\nnone,2024-09-03,,\n"
)


pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("list.csv", LIST), ("flows.csv", FLOWS), ("cleaned.csv", CLEANED)):
        (tmp_path / name).write_text(text)
    return tmp_path


def run(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *more: str
) -> tuple[int, dict[str, dict[str, Any]], str]:
    words = ["flows", str(folder / "flows.csv"), "-i", str(folder / "list.csv"), "--no-watchlist"]
    monkeypatch.setattr("sys.argv", ["holdfast", *words, "--cleaned", str(folder / "cleaned.csv"), *more])
    code = main.run()
    out, err = capsys.readouterr()
    return code, {row["case"]: row for row in map(json.loads, out.splitlines())}, err


def test_three_different_things(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only contact after the cleaning is a relapse, in either direction; silence is not cleanliness."""
    code, rows, err = run(folder, capsys, monkeypatch)
    assert code == 1
    assert {case: row["state"] for case, row in rows.items()} == {
        "T-1": "relapsed", "T-6": "relapsed", "T-7": "relapsed", "T-2": "clean", "T-4": "clean", "T-3": "not_seen",
        "T-5": "not_seen",
    }  # fmt: skip
    assert rows["T-1"]["flows"] == 1
    assert rows["T-1"]["first_seen"] == "2024-09-04T02:00:00.000Z"
    assert "only at another time" in json.dumps(rows["T-4"]["why"])
    assert rows["T-3"]["rows_seen"] == 0
    assert "'none' is no address or network of a line; not watched" in err


def test_no_relapse_is_exit_code_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clean device is a result and nothing found; a list with a broken row leaves something unchecked."""
    (folder / "cleaned.csv").write_text("source,cleaned_at,case\n203.0.113.2,2024-09-03,T-2\n")
    assert run(folder, capsys, monkeypatch)[0] == 0
    (folder / "cleaned.csv").write_text("source,cleaned_at,case\n203.0.113.2,2024-09-03,T-2\nx,y,z\n")
    assert run(folder, capsys, monkeypatch)[0] == 3


def test_relapses_can_be_notified(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The outputs hold those that relapsed and no one else; behind a NAT the row says that it may be another line."""
    words = ("--notify", str(folder / "again.csv"), "--shared", "203.0.113.0/28")
    _, rows, _ = run(folder, capsys, monkeypatch, *words)
    text = (folder / "again.csv").read_text()
    assert [f"203.0.113.{number}" in text for number in (1, 2, 5, 6)] == [True, False, False, True]
    assert "whether it was this line" in json.dumps(rows["T-1"]["why"])


def test_a_line_is_its_whole_network(tmp_path: Path) -> None:
    """An IPv6 device changes its address within the prefix of the line; pieces of a /64 and overlaps are problems."""
    lists, flows = tmp_path / "c.csv", tmp_path / "f.csv"
    lists.write_text(
        "source,cleaned_at,case\n2001:db8:20:9::/64,1970-01-01,six\n203.0.113.8/29,1970-01-01,four\n"
        "2001:db8:20:9::1,1970-01-01,within\n2001:db8:21::/80,1970-01-01,piece\n"
    )
    times = (2 * DAY, 3 * DAY)
    flows.write_text(
        "ts,src,dst\n"
        f"{times[0]},2001:db8:20:9:aaaa::1,192.0.2.7\n{times[1]},192.0.2.7,2001:db8:20:9:bbbb::2\n"
        f"{times[0]},203.0.113.15,192.0.2.50\n{times[0]},203.0.113.16,192.0.2.7\n{times[0]},2001:db8:20:a::1,192.0.2.7\n"
    )
    problems = Problems()
    watch = Watch(list(read_cleaned(lists, problems)))
    left = [watch.narrow(batch) for batch in open_traffic(flows, Problems(), Reading()).batches()]
    assert [len(batch.rows) for batch in left] == [3]
    found = TrafficFinding(
        "indicator", "2001:db8:20:9:aaaa::1", "192.0.2.7", 0.9, (), times[0], times[0], 1, "192.0.2.7"
    )
    assert [item.source for item in watch.cleaned] == ["2001:db8:20:9::/64", "203.0.113.8/29"]
    fates = {fate.cleaned.case: fate.state for fate in watch.fates([found], Inside())}
    assert fates == {"six": State.RELAPSED, "four": State.CLEAN}
    assert sorted(problem.origin.line or 0 for problem in problems.items) == [4, 5]


def test_cleaned_and_index_do_not_go_together(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index of a few subscribers must not be taken for one of all."""
    code, _, err = run(folder, capsys, monkeypatch, "--index", str(folder / "index"))
    assert code == 2
    assert "Run once with --index" in err


@pytest.mark.parametrize("column", ["source", "src_ip", "address", "ip"])
def test_the_address_may_be_named_as_in_notifications(tmp_path: Path, column: str) -> None:
    path = tmp_path / "c.csv"
    path.write_text(f"{column},cleaned_at\n203.0.113.1,2024-09-09\n")
    assert [item.source for item in read_cleaned(path, Problems())] == ["203.0.113.1"]
    path.write_text("line,cleaned_at\n203.0.113.1,2024-09-09\n")
    with pytest.raises(InputError, match="has no column 'source'"):
        list(read_cleaned(path, Problems()))


def test_a_second_cleaning_replaces_the_first(tmp_path: Path) -> None:
    """What lies between two cleanings is the old case, not a relapse of the new one."""
    path = tmp_path / "c.csv"
    path.write_text("source,cleaned_at,case\n203.0.113.1,2024-09-09,B\n203.0.113.1,2024-09-03,A\n")
    problems = Problems()
    assert [item.case for item in read_cleaned(path, problems)] == ["B"]
    assert problems.lost == 0
    assert "more than once" in problems.items[0].says


@given(
    flows=st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 20)), min_size=1, max_size=30
    )
)
@settings(max_examples=40, deadline=None)
def test_exactly_the_rows_of_the_cleaned_after_their_day_remain(
    flows: list[tuple[int, int, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """For any traffic: a row stays if and only if one of its ends was cleaned before it and not handed on since."""
    cleaned = [
        Cleaned("10.0.0.0", 5.0, float("inf"), "", Origin("c")),
        Cleaned("10.0.0.1", 8.0, 12.0, "", Origin("c")),
    ]
    path = tmp_path_factory.mktemp("w") / "f.csv"
    rows = "".join(f"{ts},10.0.0.{src},10.0.0.{dst}\n" for src, dst, ts in flows)
    path.write_text("ts,src,dst\n" + rows)
    watch = Watch(cleaned)
    left = [watch.narrow(batch) for batch in open_traffic(path, Problems(), Reading()).batches()]
    kept = [record for batch in left for record in batch.rows.column("record").to_pylist()]
    spans = {0: (5, 99), 1: (8, 12)}

    def counts(end: int, ts: int) -> bool:
        first, until = spans.get(end, (99, 99))
        return first <= ts < until

    assert kept == [n for n, (src, dst, ts) in enumerate(flows, 2) if counts(src, ts) or counts(dst, ts)]
    assert watch.last == max(ts for _, _, ts in flows)


def test_a_rhythm_is_a_remark_and_no_relapse(tmp_path: Path) -> None:
    """A cleaned device that keeps time with something unlisted stays clean, with a word about it."""
    path = tmp_path / "f.csv"
    path.write_text("ts,src,dst\n10,10.0.0.1,192.0.2.5\n")
    watch = Watch([Cleaned("10.0.0.1", 5.0, float("inf"), "", Origin("c"))])
    for batch in open_traffic(path, Problems(), Reading()).batches():
        watch.narrow(batch)
    beacon = TrafficFinding("beacon", "10.0.0.1", "192.0.2.5", 0.9, (), 10.0, 20.0, 9)
    fate = next(iter(watch.fates([beacon], Inside())))
    assert fate.state is State.CLEAN
    assert "keeps a rhythm with 192.0.2.5" in fate.says[-1]
