"""Damaged and hostile logs: whatever is lost is named and counted, and everything else is read."""

import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.model.progress import Silent
from holdfast.model.status import RunStatus, State
from holdfast.records.logs import open as logs_open
from holdfast.records.logs.open import Logs

EVTX = "logs/evtx-attack-samples/Execution/exec_wmic_xsl_internet_sysmon_3_1_11.evtx"
FIXTURE = [HealthCheck.function_scoped_fixture]


def event(**fields: object) -> bytes:
    """A line of JSON."""
    return json.dumps({"Channel": "Security", "EventID": 4688, **fields}).encode()


def read(*paths: Path) -> tuple[int, list[RunStatus]]:
    """How many events there are, each looked at in every way, and how each file ended."""
    logs = Logs(tuple(map(str, paths)), Silent())
    count = 0
    for blocks in logs.blocks():
        for block in blocks:
            count += len(block)
            for place in range(len(block)):
                assert block.text(place) is not None
                assert block.time(place) + block.host(place) + str(dict(block.fields(place))) is not None
            for name in block.names():
                assert len(block.column(name).codes) == len(block)
    return count, logs.statuses


# Event logs ----------------------------------------------------------------------------------------------------------

PLACES = st.floats(0, 1, exclude_max=True)
DAMAGE = st.one_of(
    st.tuples(st.just("set"), st.lists(st.tuples(PLACES, st.integers(0, 255)), min_size=1, max_size=20)),
    st.tuples(st.just("chunk"), st.lists(st.tuples(st.integers(0, 511), st.integers(0, 255)), min_size=1)),
    st.tuples(st.just("cut"), PLACES),
    st.tuples(st.just("wipe"), st.tuples(PLACES, st.integers(1, 70_000))),
    st.tuples(st.just("insert"), st.tuples(PLACES, st.binary(min_size=1, max_size=50))),
)


def damaged(content: bytes, how: tuple[str, Any]) -> bytes:
    """The content with one kind of damage; the first eight bytes, by which it is known, stay."""
    data = bytearray(content)

    def at(share: float) -> int:
        return 8 + int(share * (len(content) - 8))

    match how:
        case "set", list(changes):
            for share, value in changes:
                data[at(share)] = value
        case "chunk", list(changes):
            for place, value in changes:
                data[4096 + place] = value
        case "cut", float(share):
            del data[at(share) :]
        case "wipe", (share, length):
            data[at(share) : at(share) + length] = bytes(len(data[at(share) : at(share) + length]))
        case "insert", (share, more):
            data[at(share) : at(share)] = more
    return bytes(data)


@settings(max_examples=80, suppress_health_check=FIXTURE)
@given(DAMAGE)
def test_a_damaged_event_log_loses_only_what_it_names(
    shared: Callable[[str], Path], tmp_path: Path, how: tuple[str, Any]
) -> None:
    """Fewer events than before is never called ok, and the file beside it is read whole."""
    whole = shared(EVTX)
    bad = tmp_path / "bad.evtx"
    bad.write_bytes(damaged(whole.read_bytes(), how))
    before, _ = read(whole)
    count, statuses = read(bad)
    assert count >= before or statuses[0].state is not State.OK
    assert read(bad, whole)[0] == count + before


def test_chunks_cut_off_or_wiped_are_counted(shared: Callable[[str], Path], tmp_path: Path) -> None:
    """The file header says how many there were."""
    content = shared(EVTX).read_bytes()
    cut, wiped = tmp_path / "cut.evtx", tmp_path / "wiped.evtx"
    cut.write_bytes(content[:4096])
    wiped.write_bytes(content[:4096] + bytes(65_536) + content[4096 + 65_536 :])
    for file, says in ((cut, "ends early: 1 of 1 chunks"), (wiped, "has holes: 1 chunks")):
        count, statuses = read(file)
        assert count == 0
        assert statuses[0].state is State.PARTIAL
        assert says in str(statuses[0].to_dict())


# JSON ----------------------------------------------------------------------------------------------------------------


@settings(max_examples=60, suppress_health_check=FIXTURE)
@given(
    st.lists(
        st.one_of(st.binary(max_size=30).map(lambda some: some.replace(b"\n", b"")), st.just(event(A=1)))
    )
)
def test_every_good_line_is_read(tmp_path: Path, lines: list[bytes]) -> None:
    """Whatever stands between them."""
    file = tmp_path / "e.ndjson"
    file.write_bytes(b"\n".join([event(A=0), *lines, event(A=2)]))
    count, statuses = read(file)
    assert count >= 2 + lines.count(event(A=1))
    broken = [line for line in lines if line.strip() and line != event(A=1)]
    assert not broken or statuses[0].state is State.PARTIAL or count > 2 + lines.count(event(A=1))


def test_events_that_are_none(tmp_path: Path) -> None:
    """Too long, too deep, of odd types, without an id: named, or read as what they are; the others are all there."""
    file = tmp_path / "e.ndjson"
    odd = [
        event(A="y" * (64 << 20)),
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"Channel":"Security","EventID":1e400}',
        b'{"Channel":["a"],"EventID":{"x":1}}',
        b'{"Channel":"Security","EventID":[1],"A":' + b"9" * 5000 + b"}",
        b'{"Channel":"Security","EventID":4688,"A":"\xff\xfe\xe9"}',
        b'{"Channel":"\xff',
        b"null", b"5", b'"x"', b"[1,2]", b"{}",
    ]  # fmt: skip
    file.write_bytes(b"\n".join([event(A=0), *odd, event(A=2)]))
    count, statuses = read(file)
    assert count >= 2
    assert statuses[0].state is State.PARTIAL
    assert "longer" in str(statuses[0].to_dict())


# Archives ------------------------------------------------------------------------------------------------------------


def zipped(**inside: bytes) -> bytes:
    """An archive in memory; two underscores stand for a dot."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in inside.items():
            archive.writestr(name.replace("__", "."), data)
    return content.getvalue()


def test_archives_in_archives_end_somewhere(tmp_path: Path) -> None:
    """What lies deeper is named; what lies beside is read."""
    inner = zipped(a__ndjson=event())
    for _ in range(4):
        inner = zipped(z__zip=inner, beside__ndjson=event())
    (tmp_path / "nest.zip").write_bytes(inner)
    count, statuses = read(tmp_path / "nest.zip")
    assert count == 2
    assert [status.reason for status in statuses if status.state is State.FAILED] == [
        "is an archive nested too deeply to be opened"
    ]


@pytest.mark.parametrize("filler", [b"\0", b"A", b"A\n"])
def test_a_bomb_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, filler: bytes) -> None:
    """A member may unpack to so much and no more, as one line or as many; the next is read."""
    monkeypatch.setattr(logs_open, "LARGEST_MEMBER", 1 << 20)
    bomb = zipped(a__ndjson=event() + b"\n" + filler * (3 << 20), b__ndjson=event())
    (tmp_path / "bomb.zip").write_bytes(bomb)
    count, statuses = read(tmp_path / "bomb.zip")
    assert count == 2
    assert [status.state for status in statuses] == [State.PARTIAL, State.OK]
    assert filler == b"A\n" or "unpacks to more than" in str(statuses[0].to_dict())


def test_a_damaged_member_does_not_end_the_archive(tmp_path: Path) -> None:
    """Its neighbours are read."""
    content = bytearray(zipped(a__ndjson=event(A="x" * 50), b__ndjson=event()))
    place = content.find(b"a.ndjson") + len(b"a.ndjson")
    content[place + 5 : place + 12] = b"\xff" * 7
    (tmp_path / "bad.zip").write_bytes(content)
    count, statuses = read(tmp_path / "bad.zip")
    assert count == 1
    assert statuses[0].state is not State.OK


def test_a_cut_gzip_file_gives_what_came_before(tmp_path: Path) -> None:
    """And says that it is cut."""
    packed = gzip.compress(b"\n".join(event(A=number) for number in range(10_000)))
    (tmp_path / "e.ndjson.gz").write_bytes(packed[: len(packed) // 2])
    count, statuses = read(tmp_path / "e.ndjson.gz")
    assert 100 < count < 10_000
    assert statuses[0].state is State.PARTIAL


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_line_end_after_a_gzip_file_is_no_damage(tmp_path: Path, end: bytes) -> None:
    """Neither by itself nor around a tape archive; anything else after it is."""
    line = event(A="x" * 20_000) + b"\n"
    (tmp_path / "e.ndjson.gz").write_bytes(gzip.compress(line * 3) + end)
    tape = io.BytesIO()
    with tarfile.open(fileobj=tape, mode="w") as archive:
        for name in ("a.ndjson", "b.ndjson"):
            item = tarfile.TarInfo(name)
            item.size = len(line)
            archive.addfile(item, io.BytesIO(line))
    (tmp_path / "e.tar.gz").write_bytes(gzip.compress(tape.getvalue()) + end)
    (tmp_path / "odd.ndjson.gz").write_bytes(gzip.compress(line) + b"odd")
    count, statuses = read(tmp_path / "e.ndjson.gz", tmp_path / "e.tar.gz")
    assert count == 5
    assert {status.state for status in statuses} == {State.OK}
    count, statuses = read(tmp_path / "odd.ndjson.gz")
    assert count == 1
    assert statuses[0].state is State.PARTIAL


# Parquet -------------------------------------------------------------------------------------------------------------


def parquet(values: list[bytes]) -> bytes:
    """Events in columns, with a column of bytes that claims to be text."""
    table = pa.table({
        "Channel": ["Security"] * len(values),
        "EventID": [4688] * len(values),
        "CommandLine": pa.array(values, pa.binary()).view(pa.string()),
    })  # fmt: skip
    content = io.BytesIO()
    pq.write_table(table, content)
    return content.getvalue()


def test_parquet_with_bytes_that_are_no_text_packed_or_not(tmp_path: Path) -> None:
    """They are read with what is wrong replaced; in an archive and under gzip as well."""
    content = parquet([b"\xff\xfe", b"ok", b"x"])
    (tmp_path / "a.parquet").write_bytes(content)
    (tmp_path / "b.parquet.gz").write_bytes(gzip.compress(content))
    (tmp_path / "c.zip").write_bytes(zipped(a__parquet=content))
    count, statuses = read(*(tmp_path / name for name in ("a.parquet", "b.parquet.gz", "c.zip")))
    assert count == 9
    assert {status.state for status in statuses} == {State.OK}


@settings(max_examples=60, suppress_health_check=FIXTURE)
@given(st.lists(st.tuples(PLACES, st.integers(0, 255)), min_size=1, max_size=6))
def test_damaged_parquet_is_named(tmp_path: Path, changes: list[tuple[float, int]]) -> None:
    """Or the damage touched nothing that is read; the file beside it is read in any case."""
    content = parquet([b"a", b"b", b"a"])
    data = bytearray(content)
    for share, value in changes:
        data[4 + int(share * (len(data) - 4))] = value
    (tmp_path / "bad.parquet").write_bytes(data)
    (tmp_path / "good.ndjson").write_bytes(event())
    count, statuses = read(tmp_path / "bad.parquet", tmp_path / "good.ndjson")
    assert count >= 1
    assert len(statuses) == 2


@pytest.mark.parametrize("opening", ["[", '{"a":', '{"_source":', '{"_index":"x","fields":', '{"Channel":"x","EventID":', '{"winlog":'])  # fmt: skip
@pytest.mark.parametrize("depth", [3, 90, 300, 900])
def test_nesting_ends_no_hunt(opening: str, depth: int, tmp_path: Path) -> None:
    """One line that is nested as deep as its parser allows is told, and those after it are read."""
    deep = opening * depth + "1" + ("]" if opening == "[" else "}") * depth
    lines = [
        deep,
        f'{{"Channel":"Security","EventID":4688,"CommandLine":{deep}}}',
        f'{{"event_type":"dns","dns":{deep}}}',
    ]
    (tmp_path / "a.ndjson").write_text("\n".join([*lines, '{"Channel":"Security","EventID":1}']), "utf-8")
    events, statuses = read(tmp_path / "a.ndjson")
    assert events >= 1
    assert len(statuses) == 1
    assert (depth < 100) == (statuses[0].state == "ok") or opening == "["
