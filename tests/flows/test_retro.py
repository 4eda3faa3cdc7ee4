"""Retro-hunt: an index answers as the traffic itself would."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.cli import main
from holdfast.flows.kernels import lower_bounds, range_places
from holdfast.flows.name_index import text_buffers

pytestmark = pytest.mark.usefixtures("home")
LIST = (
    "value,type,first_seen,last_seen\n"
    "198.51.100.7,IP,2024-09-01,2024-09-06\n"
    "198.51.100.0/24,CIDR,,\n"
    "2001:db8:ffff::/48,CIDR,,\n"
    "w8510.example,Domain,2024-01-01,2024-09-04\n"
)
DAY = 86400
START = 1_725_321_600
"""3 September 2024, 00:00 UTC."""
FLOWS = "ts,src,sport,dst,dport,proto\n" + "".join(
    f"{START + day * DAY + 60 * number},{source},40000,{destination},443,tcp\n"
    for day in range(3)
    for number, (source, destination) in enumerate(
        [
            ("10.0.0.5", "198.51.100.7"),
            ("10.0.0.5", "198.51.100.7"),
            ("10.0.0.6", "198.51.100.9"),
            ("198.51.100.7", "192.0.2.8"),
            ("192.0.2.9", "203.0.113.1"),
            ("2001:db8::5", "2001:db8:ffff::1"),
        ]
    )
)
NAMES = "".join(
    json.dumps({"ts": START + number, "src": "10.0.0.5", "query": name}) + "\n"
    for number, name in enumerate(
        [
            "a.b.W8510.example.",
            "w8510.example",
            "notw8510.example",
            "w8510-x.example",
            "x.w8510.example.net",
            "example",
        ]
    )
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "flows.csv").write_text(FLOWS)
    (logs / "dns.jsonl").write_text(NAMES)
    (tmp_path / "list.csv").write_text(LIST)
    return tmp_path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    def call(*words: object) -> tuple[int, list[dict[str, Any]], str]:
        monkeypatch.setattr("sys.argv", ["holdfast", *map(str, words)])
        code = main.run()
        out, err = capsys.readouterr()
        return code, [json.loads(line) for line in out.splitlines()], err

    return call


def facts(rows: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    return {
        (
            row["source"],
            row["destination"],
            row["indicator"],
            row["flows"],
            row["listed"],
            row["timing"],
            row["score"],
        )
        for row in rows
        if row["kind"] == "indicator"
    }


def test_an_index_answers_as_the_traffic_does(folder: Path, run: Any) -> None:
    """Addresses of both families and directions, blocks, names by suffix, counts and timing over three days."""
    options = ("--indicators", folder / "list.csv", "--no-watchlist")
    _, direct, _ = run("flows", folder / "logs", *options, "--index", folder / "index")
    code, looked, err = run("retro", folder / "index", *options)
    assert code == 1
    assert err == ""
    assert len(facts(direct)) == 8
    assert facts(looked) == facts(direct)
    assert {row["first_seen"][:16] for row in looked} == {row["first_seen"][:16] for row in direct}
    assert sorted(path.name for path in (folder / "index").iterdir() if path.is_dir()) == [
        "2024-09-03", "2024-09-04", "2024-09-05",
    ]  # fmt: skip


def test_a_file_is_indexed_once_and_days_grow(folder: Path, run: Any) -> None:
    """The same file adds nothing, another one of the same day adds to it."""
    words = ("flows", folder / "logs", "--no-watchlist", "--index", folder / "index")
    run(*words)
    options = ("--indicators", folder / "list.csv", "--no-watchlist")
    _, before, _ = run("retro", folder / "index", *options)
    _, _, err = run(*words)
    assert "is in the index already" in err
    assert facts(run("retro", folder / "index", *options)[1]) == facts(before)
    (folder / "logs" / "late.csv").write_text(
        f"ts,src,sport,dst,dport,proto\n{START + 9},10.0.0.77,1,198.51.100.7,443,6\n"
    )
    run(*words)
    late = facts(run("retro", folder / "index", *options)[1]) - facts(before)
    assert {(item[0], item[2]) for item in late} == {
        ("10.0.0.77", "198.51.100.7"),
        ("10.0.0.77", "198.51.100.0/24"),
    }


def test_days_can_be_chosen_and_a_damaged_one_is_named(folder: Path, run: Any) -> None:
    """The others are still asked; nothing found and something unread is exit code 3."""
    run("flows", folder / "logs", "--no-watchlist", "--index", folder / "index")
    options = ("--indicators", folder / "list.csv", "--no-watchlist")
    _, rows, _ = run("retro", folder / "index", *options, "--since", "2024-09-04", "--until", "2024-09-04")
    assert {row["first_seen"][:10] for row in rows} == {"2024-09-04"}
    (folder / "index" / "2024-09-04" / "addresses4.arrow").write_bytes(b"ARROW1 and then nothing")
    code, rows, err = run(
        "retro", folder / "index", *options, "--since", "2024-09-04", "--until", "2024-09-04"
    )
    assert (code, rows) == (3, [])
    assert "the index is damaged" in err
    code, rows, _ = run("retro", folder / "index", *options)
    assert (code, {row["first_seen"][:10] for row in rows}) == (1, {"2024-09-03"})


def test_a_day_of_an_older_version_is_named(folder: Path, run: Any) -> None:
    """Whose addresses were whole numbers; it has to be indexed again."""
    run("flows", folder / "logs", "--no-watchlist", "--index", folder / "index")
    table = pa.table({"key": pa.array([1, 2], pa.uint32()), "start": pa.array([0, 1])})
    path = folder / "index" / "2024-09-04" / "addresses4.arrow"
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    code, _, err = run("retro", folder / "index", "--no-watchlist", "--indicators", folder / "list.csv")
    assert code == 1
    assert "written by an older version" in err
    assert "index that day again" in err


def test_a_folder_that_is_no_index_is_refused(folder: Path, run: Any) -> None:
    """With the command that builds one."""
    code, rows, err = run("retro", folder / "logs", "--no-watchlist", "--indicators", folder / "list.csv")
    assert (code, rows) == (2, [])
    assert "is no index of traffic" in err
    assert "--index" in err


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text("ab.-z0", max_size=6), min_size=1, max_size=30),
    st.lists(st.text("ab.-z0", max_size=6), max_size=9),
)
def test_lower_bounds_are_those_of_bytes(texts: list[str], keys: list[str]) -> None:
    """As bisect gives them for the encoded texts."""
    ordered = sorted(texts, key=str.encode)
    found = lower_bounds(
        *text_buffers(pa.array(ordered, pa.string())), *text_buffers(pa.array(keys, pa.string()))
    )
    expected = [sum(text.encode() < key.encode() for text in ordered) for key in keys]
    assert found.tolist() == np.array(expected, dtype=np.int64).tolist()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.integers(0, 2**32 - 1) | st.integers(65530, 65545) | st.integers(2**32 - 3, 2**32 - 1), max_size=30
    ),
    st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 2**20)), max_size=9),
)
def test_ranges_are_found_in_split_addresses(addresses: list[int], ranges: list[tuple[int, int]]) -> None:
    """As numpy finds them in whole ones, at the borders of blocks and the end of the space too."""
    ordered = np.unique(np.array(addresses, dtype=np.uint32))
    starts = np.array([start for start, _ in ranges] + addresses, dtype=np.uint32)
    ends = np.array([min(start + size, 2**32 - 1) for start, size in ranges] + addresses, dtype=np.uint32)
    begins = np.searchsorted(ordered, np.arange(65537, dtype=np.uint64) << 16).astype(np.int32)
    first, last = np.empty((2, len(starts)), dtype=np.int64)
    range_places(begins, (ordered & 0xFFFF).astype(np.uint16), starts, ends, first, last)
    wanted = ordered.astype(np.uint64)
    found = [ordered[a:b].tolist() for a, b in zip(first, last, strict=True)]
    assert found == [
        wanted[(wanted >= s) & (wanted <= e)].tolist() for s, e in zip(starts, ends, strict=True)
    ]
