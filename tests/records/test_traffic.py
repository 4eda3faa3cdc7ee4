"""Traffic logs of each format to columns: what is read, and what is said of what is not."""

import contextlib
import gzip
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.model.errors import InputError, UsageError
from holdfast.model.status import Problems
from holdfast.records.columns import Counts, Reading
from holdfast.records.traffic import open_traffic
from holdfast.text.addresses import show_address


def read(
    path: Path, zone: str = "UTC", now: float = float("inf")
) -> tuple[dict[str, pa.Table], Problems, Counts]:
    problems = Problems()
    file = open_traffic(path, problems, Reading(zone, now))
    kinds: dict[str, list[pa.RecordBatch]] = {}
    for batch in file.batches():
        kinds.setdefault(batch.kind, []).append(batch.rows)
    return {kind: pa.Table.from_batches(rows) for kind, rows in kinds.items()}, problems, file.counts


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


ZEEK = (
    "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n"
    "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tnew\n"
    "#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\n"
)


def test_zeek_tsv(tmp_path: Path) -> None:
    """Unset cells are unknown, columns that nobody knows are ignored, a second header in mid-file counts from there."""
    again = ZEEK.replace("\tuid", "").replace("string\taddr", "addr")
    path = write(
        tmp_path,
        "conn.log",
        ZEEK
        + "1725321600.25\tC1\t10.0.0.5\t51515\t195.234.62.188\t443\ttcp\tssl\t1.5\t500\t4000\tx\n"
        + "1725321601.25\tC2\tfe80::1\t-\tff02::fb\t5353\tudp\t-\t-\t-\t-\tx\n"
        + again
        + "1725321602.25\t10.0.0.6\t1\t192.0.2.1\t80\ttcp\thttp\t0.1\t1\t2\tx\n#close\t2024\n",
    )
    kinds, problems, counts = read(path)
    rows = kinds["flows"].to_pylist()
    assert [row["record"] for row in rows] == [8, 9, 17]
    assert show_address(rows[0]["dst"].to_bytes(4)) == "195.234.62.188"
    assert (rows[0]["proto"], rows[0]["service"], rows[0]["orig_bytes"]) == (6, "ssl", 500)
    assert rows[1]["src"] is None
    assert show_address(rows[1]["dst6"]) == "ff02::fb"
    assert rows[1]["duration"] is None
    assert rows[2]["ts"] == 1725321602.25
    assert (problems.lost, counts.rows) == (0, 3)


@pytest.mark.parametrize("printed", ["\\x1.", "\\x", "", "\\x00", "ab", "é", "\\x23"])
def test_zeek_with_a_separator_that_can_be_none(tmp_path: Path, printed: str) -> None:
    """A damaged separator line is taken as the usual tab."""
    row = "1725321600.25\tC1\t10.0.0.5\t51515\t195.234.62.188\t443\ttcp\tssl\t1.5\t500\t4000\tx\n"
    kinds, problems, _ = read(write(tmp_path, "conn.log", ZEEK.replace("\\x09", printed) + row))
    assert (problems.lost, kinds["flows"].num_rows) == (0, 1)


def test_rows_that_cannot_be_read_are_named_and_lose_nothing_else(tmp_path: Path) -> None:
    """No time, no address, too few cells, an odd number, an empty line: each at its line."""
    good = "1725321600\tC1\t10.0.0.5\t1\t192.0.2.1\t443\ttcp\t-\t1\t5\t6\tx\n"
    path = write(
        tmp_path,
        "conn.log",
        ZEEK
        + good
        + good.replace("1725321600", "never")
        + "\n"
        + good.replace("192.0.2.1", "192.0.2.x")
        + good.replace("\t5\t", "\tmany\t")
        + "1725321600\tC1\t10.0.0.5\t1\t192.0.2.1\t443\ttcp\n"
        + "1725321600\tC1\t10.0.0",
    )
    kinds, problems, _ = read(path)
    assert kinds["flows"].column("record").to_pylist() == [8, 12, 13]
    assert problems.lost == 3
    said = {problem.origin.line: problem.says for problem in problems.items}
    assert set(said) == {9, 11, 12, 13, 14}
    assert "no readable time" in said[9]
    assert "no pair of IP addresses" in said[11]
    assert "not a number ('many')" in said[12]
    assert "cut off" in said[14]


def test_argus_binetflow(tmp_path: Path) -> None:
    """Hexadecimal ports, slashes in dates, bytes of one side from a total, records that are no IP traffic."""
    path = write(
        tmp_path,
        "a.binetflow",
        "StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes,Label\n"
        "2011/08/10 09:46:53.047277,3550.182373,udp,212.50.71.179,39678,  <->,147.32.84.229,13363,CON,0,0,12,875,413,x\n"
        "2011/08/10 09:46:54.000000,0.5,icmp,10.8.0.69,0x0008,   ->,110.128.128.146,0x7208,ECO,0,,2,144,144,\n"
        "2011/08/10 09:46:55.000000,0.0,arp,10.0.0.1,,  who,10.0.0.x,,CON,,,22,924,462,\n"
        "2011/08/10 09:46:55.000000,0.0,man,0,,  ,0,,STA,,,22,924,462,\n",
    )
    kinds, problems, counts = read(path)
    rows = kinds["flows"].to_pylist()
    assert rows[0]["ts"] == pytest.approx(1312969613.047277)
    assert (rows[0]["orig_bytes"], rows[0]["resp_bytes"]) == (413, 462)
    assert (rows[1]["sport"], rows[1]["dport"], rows[1]["proto"]) == (8, 0x7208, 1)
    assert (len(rows), counts.skipped, counts.zoneless, problems.lost) == (2, 2, 4, 0)


def test_nfdump_and_silk(tmp_path: Path) -> None:
    """Padded cells, a summary after the rows, pipes between the columns, end times for durations."""
    nfdump = write(
        tmp_path,
        "nf.csv",
        "ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt\n"
        "2024-08-31 10:00:00,2024-08-31 10:00:05,5.000,  10.0.0.1,192.0.2.4,1,443,TCP,.A,0,0,10,840,0,0\n"
        "Summary\nflows,bytes,packets\n1,840,10\n",
    )
    silk = write(
        tmp_path,
        "silk.txt",
        "            sIP|            dIP|sPort|dPort|pro|packets|bytes|  sTime|  eTime|\n"
        "       10.0.0.1|    2001:db8::4|  123|  443|  6|     10|  840|2024/08/31T10:00:00.500|2024/08/31T10:00:05.500|\n",
    )
    first, problems, _ = read(nfdump, zone="America/Chicago")
    assert first["flows"].to_pylist()[0]["ts"] == 1725116400.0
    assert not problems.lost
    second, problems, _ = read(silk)
    row = second["flows"].to_pylist()[0]
    assert (row["ts"], row["duration"], row["proto"], row["orig_bytes"]) == (1725098400.5, 5.0, 6, 840)
    assert row["dst"] is None
    assert not problems.lost


def test_suricata_eve(tmp_path: Path) -> None:
    """Flows from their start, names with their answers, zones honoured, alerts passed over, a cut line reported."""
    path = write(
        tmp_path,
        "eve.json",
        '{"timestamp":"2021-06-06T16:40:00.000000+0200","event_type":"flow","src_ip":"192.168.1.132","src_port":1900,'
        '"dest_ip":"198.51.100.1","dest_port":443,"proto":"TCP","flow":{"pkts_toserver":12,"pkts_toclient":3,'
        '"bytes_toserver":4056,"bytes_toclient":70,"start":"2021-06-06T16:38:55.855844+0200","end":"2021-06-06T16:38:56.855844+0200"}}\n'
        '{"timestamp":"2021-06-06T15:59:46.457984+0200","event_type":"alert","src_ip":"78.36.196.213","dest_ip":"1.1.1.1"}\n'
        '{"timestamp":"2021-06-06T15:59:46.457984+0200","event_type":"dns","src_ip":"192.168.1.5","dest_ip":"8.8.8.8",'
        '"dns":{"type":"answer","rrname":"A.W8510.com","answers":[{"rdata":"198.51.100.7"},{"rdata":"x"}]}}\n'
        '{"timestamp":"2021-06-06T15:59:46.457984+0200","event_type":"tls","src_ip":"192.168.1.5","dest_ip":"198.51.100.7",'
        '"tls":{"sni":"x.example","subject":"CN=x.example","fingerprint":"2A:a1:2e"}}\n'
        '{"timestamp": "2021-',
    )
    kinds, problems, counts = read(path)
    flow = kinds["flows"].to_pylist()[0]
    assert (flow["ts"], flow["duration"]) == (pytest.approx(1622990335.855844), pytest.approx(1.0))
    names = kinds["names"].to_pylist()
    assert (names[0]["name"], names[0]["answers"]) == ("A.W8510.com", ["198.51.100.7", "x"])
    assert (names[1]["what"], names[1]["hashes"]) == ("tls", ["2aa12e"])
    assert (problems.lost, counts.skipped) == (1, 1)


def test_parquet_with_numbers_or_text_for_addresses(tmp_path: Path) -> None:
    """Unsigned, signed and textual addresses give the same rows."""
    address = 0xC3EA3EBC
    columns = {"ts": [1.7e9], "dst": pa.array([0x0A000001], pa.uint32())}
    variants = {
        "unsigned": pa.array([address], pa.uint32()),
        "signed": pa.array([address - 2**32], pa.int32()),
        "text": pa.array(["195.234.62.188"]),
    }
    for name, column in variants.items():
        path = tmp_path / f"{name}.parquet"
        pq.write_table(pa.table({**columns, "src": column}), path)
        kinds, problems, _ = read(path)
        assert kinds["flows"].column("src").to_pylist() == [address], name
        assert not problems.lost


def test_times_of_any_zone(tmp_path: Path) -> None:
    """A zone that a time carries counts; one without is read in the zone that was given, and counted; no zone is wrong use."""
    same = [
        "2024-09-03 05:00:00",
        "2024-09-03T05:00:00+02:00",
        "2024-09-03T03:00:00Z",
        "1725332400",
        "1725332400000",
    ]
    path = write(tmp_path, "f.csv", "ts,src,dst\n" + "".join(f"{time},10.0.0.1,192.0.2.1\n" for time in same))
    kinds, problems, counts = read(path, zone="Europe/Berlin")
    assert set(kinds["flows"].column("ts").to_pylist()) == {1725332400.0}
    assert (counts.zoneless, problems.lost) == (1, 0)
    with pytest.raises(UsageError, match="Mars/X"):
        read(path, zone="Mars/X")


def test_odd_clocks_are_counted(tmp_path: Path) -> None:
    """Negative durations, steps back, times before any network and after today."""
    path = write(
        tmp_path,
        "f.csv",
        "ts,duration,src,dst\n1700000000,-5,10.0.0.1,192.0.2.1\n1600000000,1,10.0.0.1,192.0.2.1\n12,1,10.0.0.1,192.0.2.1\n"
        "1900000000,1,10.0.0.1,192.0.2.1\n",
    )
    kinds, _, counts = read(path, now=1.75e9)
    assert kinds["flows"].column("duration").to_pylist() == [None, 1.0, 1.0, 1.0]
    assert (counts.negative, counts.reordered, counts.early, counts.late) == (1, 2, 1, 1)
    assert "has no column for dport" in counts.notes


def test_a_cut_archive_gives_what_was_before_the_cut(tmp_path: Path) -> None:
    """A damaged gzip is reported, and the rows before the damage are there."""
    import random

    draw = random.Random(1)
    rows = "".join(f"{draw.random() * 1e9},10.0.0.{draw.randrange(255)},192.0.2.1\n" for _ in range(20000))
    path = tmp_path / "f.csv.gz"
    path.write_bytes(gzip.compress(("ts,src,dst\n" + rows).encode())[:100_000])
    kinds, problems, _ = read(path)
    assert 5_000 < len(kinds["flows"]) < 20_000
    assert problems.lost >= 1


def test_a_file_that_is_no_traffic_is_refused_with_advice(tmp_path: Path) -> None:
    """Prose is no log."""
    with pytest.raises(InputError, match="no traffic log"):
        read(write(tmp_path, "README.md", "# Hello\n"))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["zeek", "csv", "json", "parquet"]))
def test_no_bytes_break_a_reader(tmp_path_factory: pytest.TempPathFactory, noise: bytes, kind: str) -> None:
    """Whatever follows a good start, the reader ends with rows, problems or an InputError."""
    starts = {
        "zeek": ZEEK.encode(), "csv": b"ts,src,dst,sport,duration\n", "json": b'{"ts":1,"src":"10.0.0.1","dst":"10.0.0.2"}\n',
        "parquet": b"PAR1",
    }  # fmt: skip
    path = tmp_path_factory.mktemp("fuzz") / "file"
    path.write_bytes(starts[kind] + noise)
    with contextlib.suppress(InputError):
        read(path)


def test_every_labelled_capture_is_read(shared: Callable[[str], Path]) -> None:
    """All flows of the canonical table and of the original logs, none lost."""
    kinds, problems, counts = read(shared("flows/canonical_flows.parquet"))
    assert (len(kinds["flows"]), counts.skipped, problems.lost) == (140_949, 2, 0)  # two are ARP and LLC
    for name, rows in {
        "slips/dataset/test3-mixed.binetflow": 23,
        "stratosphere-testing/010-zeek-mixed/data/conn.log.labeled.gz": 5347,
        "otrf-apt29/day1/zeek/individual_zeek_logs/SCRANTON_conn.log": None,
        "zat/data/json/conn.log": None,
    }.items():
        kinds, problems, _ = read(shared(f"flows/labelled/{name}"))
        assert not problems.lost, name
        assert rows is None or len(kinds["flows"]) > rows * 0.9, name
