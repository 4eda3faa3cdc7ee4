"""Flow exports to flows: NetFlow v5 and v9 and IPFIX, with all that changes, comes late, twice or broken."""

import csv
import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exporting import (
    EXPORTED,
    UPTIME,
    ethernet,
    ip,
    ipfix,
    ipfix_options,
    pcap,
    pcapng,
    set_of,
    template,
    udp,
    v5,
    v5_record,
    v9,
    v9_options,
)
from holdfast.cli import main
from holdfast.model.errors import InputError
from holdfast.model.status import Problems
from holdfast.records.columns import Counts, Reading
from holdfast.records.traffic import open_traffic
from holdfast.text.addresses import show_address

FLOW = ((8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (1, 8), (2, 4), (152, 8), (153, 8))
"""Fields of a plain IPFIX flow."""


def record(src: str, dst: str, sport: int = 40000, dport: int = 443) -> bytes:
    ends = ip(src) + ip(dst) + struct.pack(">HHB", sport, dport, 6)
    return ends + struct.pack(">QIQQ", 4100, 9, EXPORTED * 1000 - 2500, EXPORTED * 1000)


def read(
    folder: Path, data: bytes, reading: Reading | None = None
) -> tuple[list[dict[str, Any]], Problems, Counts]:
    path = folder / "export.bin"
    path.write_bytes(data)
    problems = Problems()
    file = open_traffic(path, problems, reading or Reading("UTC", 1.8e9))
    rows = [row for batch in file.batches() for row in batch.rows.to_pylist()]
    for row in rows:
        for side in ("src", "dst"):
            four = row[side]
            row[side] = show_address(row[side + "6"] if four is None else four.to_bytes(4, "big"))
    return rows, problems, file.counts


def pairs(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(row["src"], row["dst"]) for row in rows]


def test_netflow_v5(tmp_path: Path) -> None:
    """Times count from the start of the exporter; the header's sampling is told."""
    data = v5(v5_record("203.0.113.9", "192.0.2.7", 51515, 443), sampling=0x4000 | 100)
    rows, problems, counts = read(tmp_path, data)
    row = rows[0]
    assert pairs(rows) == [("203.0.113.9", "192.0.2.7")]
    assert (row["sport"], row["dport"], row["proto"], row["orig_bytes"], row["orig_pkts"]) == (
        51515,
        443,
        6,
        4100,
        9,
    )
    assert (row["ts"], row["duration"]) == (EXPORTED - 2, 2)
    assert counts.notes == ("domain 3 samples one packet in 100: bytes and packets are those of the sample",)
    assert not problems.items


def test_clock_of_milliseconds_that_wrapped(tmp_path: Path) -> None:
    """A flow that began before the exporter's counter started again is dated before the export, not weeks after it."""
    old = (1 << 32) - 5000
    data = v5(v5_record("203.0.113.9", "192.0.2.7", 1, 2, first=old, last=old + 1000))
    rows, _, _ = read(tmp_path, data)
    assert rows[0]["ts"] == pytest.approx(EXPORTED - UPTIME / 1000 - 5, abs=0.01)


def test_netflow_v9_with_options(tmp_path: Path) -> None:
    """Templates before data in one datagram; options about sampling become a note, not a flow."""
    fields = ((8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (1, 4), (22, 4), (21, 4))
    flow = ip("203.0.113.9") + ip("192.0.2.7") + struct.pack(">HHBIII", 1, 53, 17, 80, UPTIME - 500, UPTIME)
    data = v9(
        set_of(0, template(256, fields)),
        set_of(1, v9_options(257, ((1, 4),), ((34, 4), (35, 1)))),
        set_of(257, struct.pack(">IIB", 0, 1000, 2)),
        set_of(256, flow),
    )
    rows, _, counts = read(tmp_path, data)
    assert [(row["dport"], row["ts"], row["duration"]) for row in rows] == [(53, EXPORTED - 0.5, 0.5)]
    assert counts.notes == (
        "domain 7 samples one packet in 1,000: bytes and packets are those of the sample",
    )
    assert (counts.more["templates"], counts.more["options"]) == (2, 1)


def test_ipfix_variable_enterprise_reverse_and_ipv6(tmp_path: Path) -> None:
    """A name of variable length and a vendor's field are skipped, the reverse direction is the answer, IPv6 is whole."""
    fields = ((27, 16), (96, 65535), (28, 16), (1, 8), (7, 4, 9), (1, 4, 29305), (4, 1), (150, 4))

    def flow(name: bytes) -> bytes:
        length = bytes([len(name)]) if len(name) < 255 else b"\xff" + struct.pack(">H", len(name))
        tail = struct.pack(">QIIBI", 100, 77, 900, 6, EXPORTED)
        return ip("2001:db8:20::9") + length + name + ip("2a10:1fc0:7::f19c:39b3") + tail

    data = ipfix(set_of(2, template(300, fields)), set_of(300, flow(b"ssl") + flow(b"x" * 300) + flow(b"")))
    rows, problems, _ = read(tmp_path, data)
    assert pairs(rows) == [("2001:db8:20::9", "2a10:1fc0:7::f19c:39b3")] * 3
    assert [(row["orig_bytes"], row["resp_bytes"], row["ts"]) for row in rows] == [(100, 900, EXPORTED)] * 3
    assert not problems.items


def test_reduced_size_and_mapped_addresses(tmp_path: Path) -> None:
    """Numbers may be sent in fewer bytes (RFC 7011, 6.2), and a template with both families uses the one that is set."""
    fields = ((8, 4), (12, 4), (27, 16), (28, 16), (1, 3), (150, 4))
    four = ip("203.0.113.9") + ip("192.0.2.7") + bytes(32)
    six = bytes(8) + ip("2001:db8::1") + ip("2001:db8::2")
    tail = b"\x01\x00\x00" + struct.pack(">I", EXPORTED)
    rows, _, _ = read(
        tmp_path, ipfix(set_of(2, template(256, fields)), set_of(256, four + tail + six + tail))
    )
    assert pairs(rows) == [("203.0.113.9", "192.0.2.7"), ("2001:db8::1", "2001:db8::2")]
    assert {row["orig_bytes"] for row in rows} == {65536}


def test_template_that_changes_in_mid_stream(tmp_path: Path) -> None:
    """Records before the change are cut by the old template, those after it by the new one."""
    other = (*FLOW[:2], (1, 2), (150, 4))
    late = ip("203.0.113.10") + ip("192.0.2.8") + struct.pack(">HI", 5, EXPORTED)
    data = (
        ipfix(set_of(2, template(256, FLOW)), set_of(256, record("203.0.113.9", "192.0.2.7")))
        + ipfix(set_of(2, template(256, other)), set_of(256, late), sequence=1)
        + ipfix(set_of(2, template(256, other)), set_of(256, late), sequence=2)
    )
    rows, problems, counts = read(tmp_path, data)
    assert sorted(row["orig_bytes"] for row in rows) == [5, 5, 4100]
    assert (counts.more["templates"], counts.more["templates_changed"]) == (1, 1)
    assert not problems.items


def test_template_that_is_taken_back(tmp_path: Path) -> None:
    """After a withdrawal (RFC 7011, 8.1) data of that id wait in vain, and that is said; the other id goes on."""
    both = set_of(2, template(256, FLOW) + template(257, FLOW))
    data = (
        ipfix(both, set_of(256, record("203.0.113.9", "192.0.2.7")))
        + ipfix(set_of(2, template(256, ())), set_of(256, record("203.0.113.9", "192.0.2.8")), sequence=1)
        + ipfix(set_of(257, record("203.0.113.9", "192.0.2.9")), sequence=2)
    )
    rows, problems, counts = read(tmp_path, data)
    assert {dst for _, dst in pairs(rows)} == {"192.0.2.7", "192.0.2.9"}
    assert counts.more["templates_withdrawn"] == 1
    assert [problem.says for problem in problems.items] == [
        "sets whose template 256 (domain 7) never came: 1; not read, add the capture or the file that has it"
    ]
    everything = ipfix(both) + ipfix(set_of(2, struct.pack(">HH", 2, 0)))
    assert read(tmp_path, everything)[2].more["templates_withdrawn"] == 2


def test_data_before_their_template_are_read_late(tmp_path: Path) -> None:
    """A capture that starts between two templates loses nothing, as long as one comes."""
    data = ipfix(set_of(256, record("203.0.113.9", "192.0.2.7"))) + ipfix(set_of(2, template(256, FLOW)))
    rows, problems, counts = read(tmp_path, data)
    assert (len(rows), counts.more["read_late"], problems.lost) == (1, 1, 0)


def test_domains_and_exporters_have_their_own_templates(tmp_path: Path) -> None:
    """The same id means something else in another observation domain, and for another sender."""
    other = (*FLOW[:2], (150, 4))
    short = ip("203.0.113.10") + ip("192.0.2.8") + struct.pack(">I", EXPORTED)
    one = ipfix(set_of(2, template(256, FLOW)), domain=1)
    two = ipfix(set_of(2, template(256, other)), domain=2)
    flows = ipfix(set_of(256, record("203.0.113.9", "192.0.2.7")), domain=1) + ipfix(
        set_of(256, short), domain=2
    )
    rows, _, _ = read(tmp_path, one + two + flows)
    assert sorted(pairs(rows)) == [("203.0.113.10", "192.0.2.8"), ("203.0.113.9", "192.0.2.7")]
    frames = [
        ethernet(udp(ipfix(set_of(2, template(256, FLOW))), "192.0.2.1")),
        ethernet(udp(ipfix(set_of(2, template(256, other))), "192.0.2.2")),
        ethernet(udp(ipfix(set_of(256, short)), "192.0.2.2")),
    ]
    assert pairs(read(tmp_path, pcap(frames))[0]) == [("203.0.113.10", "192.0.2.8")]


def test_lost_reordered_and_duplicate_datagrams_are_counted(tmp_path: Path) -> None:
    """A gap in the sequence is a loss unless the datagram comes late; the same bytes twice count once."""
    first, second, third, fifth = (
        v9(set_of(0, template(256, FLOW)), set_of(256, record("203.0.113.9", f"192.0.2.{n}")), sequence=n)
        for n in (1, 2, 3, 5)
    )
    rows, problems, counts = read(tmp_path, first + third + second + third + fifth)
    assert len(rows) == 4
    assert [(problem.says, problem.lost) for problem in problems.items] == [
        ("datagrams that are missing in the sequence, lost on the way to this file: 1", True),
        ("datagrams that came twice, counted once: 1", False),
        ("datagrams that came later than their number: 1", False),
    ]
    more = counts.more
    assert (more["duplicate_datagrams"], more["reordered_datagrams"], more["missing_datagrams"]) == (1, 1, 1)


def test_an_exporter_that_starts_anew_loses_nothing(tmp_path: Path) -> None:
    """A sequence that begins again is neither a loss nor disorder, with a clock in the header and without one."""

    def sent(start: int, count: int) -> bytes:
        flows = (record("203.0.113.9", f"192.0.2.{n % 250}", sport=start + n) for n in range(count))
        return b"".join(ipfix(set_of(256, flow), sequence=start + n) for n, flow in enumerate(flows))

    first = ipfix(set_of(2, template(256, FLOW)), sequence=5000)
    rows, _, counts = read(tmp_path, first + sent(5000, 20) + sent(0, 20))
    assert len(rows) == 40
    assert (counts.more["restarts"], counts.more["missing_records"]) == (1, 0)
    booted = v5(v5_record("203.0.113.9", "192.0.2.7", 1, 443), sequence=900)
    again = bytearray(v5(v5_record("203.0.113.9", "192.0.2.8", 1, 443), sequence=880))
    again[4:8] = struct.pack(">I", 90_000)
    rows, _, counts = read(tmp_path, booted + bytes(again))
    assert (len(rows), counts.more["restarts"], counts.more["reordered_datagrams"]) == (2, 1, 0)


def test_sampling_that_each_record_repeats(tmp_path: Path) -> None:
    """Some exporters put the rate into the flows themselves."""
    flow = record("203.0.113.9", "192.0.2.7") + struct.pack(">I", 64)
    _, _, counts = read(tmp_path, ipfix(set_of(2, template(256, (*FLOW, (34, 4)))), set_of(256, flow)))
    assert counts.notes == ("domain 7 samples one packet in 64: bytes and packets are those of the sample",)


@pytest.mark.parametrize(
    ("wrap", "link"),
    [
        (lambda data: pcap([ethernet(udp(data))]), 1),
        (lambda data: pcap([ethernet(udp(data), tag=True)], order=">"), 1),
        (lambda data: pcap([ethernet(udp(data, "2001:db8::1"))], nano=True), 1),
        (lambda data: pcap([udp(data)], link=101), 101),
        (lambda data: pcap([bytes(14) + b"\x08\x00" + udp(data)], link=113), 113),
        (lambda data: pcapng([ethernet(udp(data))]), 1),
        (lambda data: pcapng([ethernet(udp(data))], order=">"), 1),
    ],
)
def test_captures(wrap: Callable[[bytes], bytes], link: int, tmp_path: Path) -> None:
    """Both kinds of capture, both byte orders, with VLAN tags and without Ethernet; rows carry the packet's number."""
    rows, problems, _ = read(tmp_path, wrap(v5(v5_record("203.0.113.9", "192.0.2.7", 1, 443))))
    assert [(row["dst"], row["record"]) for row in rows] == [("192.0.2.7", 1)], link
    assert not problems.items


def test_other_traffic_in_a_capture_is_counted(tmp_path: Path) -> None:
    """Queries beside the exports are no trouble; a capture of nothing else is refused with advice."""
    noise = [ethernet(udp(b"\x12\x34\x01\x00\x00\x01" + bytes(20), port=53)), bytes(60)]
    good = ethernet(udp(v5(v5_record("203.0.113.9", "192.0.2.7", 1, 443))))
    rows, _, counts = read(tmp_path, pcap([*noise, good]))
    assert (len(rows), rows[0]["record"], counts.more["other_datagrams"]) == (1, 3, 1)
    with pytest.raises(InputError, match=r"without a flow export.*Zeek"):
        read(tmp_path, pcap(noise))


def test_captures_of_one_run_share_templates(tmp_path: Path) -> None:
    """A capture that is cut every hour is read on with the templates of the hour before; a raw file is not."""
    reading = Reading("UTC", 1.8e9)
    read(tmp_path, pcap([ethernet(udp(ipfix(set_of(2, template(256, FLOW)))))]), reading)
    data = ipfix(set_of(256, record("203.0.113.9", "192.0.2.7")), sequence=1)
    assert len(read(tmp_path, pcap([ethernet(udp(data))]), reading)[0]) == 1
    rows, problems, _ = read(tmp_path, data, reading)
    assert (rows, problems.lost) == ([], 1)


def test_truncated_files_keep_what_came_before(tmp_path: Path) -> None:
    """A capture or a raw file that breaks off is read to the break, and the break is named."""
    one = v5(v5_record("203.0.113.9", "192.0.2.7", 1, 443), v5_record("203.0.113.9", "192.0.2.8", 1, 443))
    rows, problems, _ = read(tmp_path, one[:-30])
    assert (len(rows), problems.items[0].says) == (
        1,
        "announces 2 flows and holds 1; the sets before were read",
    )
    whole = pcap([ethernet(udp(one)), ethernet(udp(v5(v5_record("203.0.113.1", "192.0.2.1", 1, 2))))])
    rows, problems, _ = read(tmp_path, whole[:-50])
    assert (len(rows), problems.items[-1].says) == (2, "breaks off in packet 2; the packets before were read")


def test_raw_file_is_found_again_after_garbage(tmp_path: Path) -> None:
    """Bytes that are no export are skipped to the next one, and counted; zeros between datagrams are filling."""
    good = v5(v5_record("203.0.113.9", "192.0.2.7", 1, 443))
    second = v5(v5_record("203.0.113.9", "192.0.2.8", 1, 443), sequence=1)
    rows, problems, _ = read(tmp_path, good + bytes(33) + second + b"garbage\0\x05?" + good[:4] + b"\xff" * 40 + v9(
        set_of(0, template(256, FLOW)), set_of(256, record("203.0.113.9", "192.0.2.9"))
    ))  # fmt: skip
    assert [dst for _, dst in pairs(rows)] == ["192.0.2.7", "192.0.2.8", "192.0.2.9"]
    assert len(problems.items) == 1
    assert "skipped" in problems.items[0].says


def test_broken_sets_and_templates_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    """A reserved id, a template without a byte, a record past its end, an unknown set: each a problem of its own."""
    flows = set_of(256, record("203.0.113.9", "192.0.2.7"))
    data = (
        ipfix(set_of(2, template(256, FLOW)), set_of(2, template(9, FLOW)), set_of(17, bytes(8)), flows)
        + ipfix(set_of(2, template(258, ((8, 0), (12, 0)))), set_of(258, bytes(8)))
        + ipfix(
            set_of(2, template(259, ((8, 4), (12, 4), (96, 65535)))), set_of(259, bytes(8) + b"\xff\xff\xff")
        )
    )
    rows, problems, counts = read(tmp_path, data)
    says = [problem.says for problem in problems.items]
    assert len(rows) == 1
    assert says == [
        "a template has the reserved id 9; the rest of the set is skipped",
        "set 17 is of no known kind; skipped",
        "template 258 describes records without a byte; the rest of the set is skipped",
        "a record of template 259 runs past the end of its set; the rest of the set is skipped",
    ]
    assert counts.more["undecoded"] == 4


def test_records_that_are_no_flows_are_counted_apart(tmp_path: Path) -> None:
    """Exporters also send records about radio clients or queues: they have no addresses, and nothing is lost."""
    data = v9(set_of(0, template(260, ((365, 6), (367, 6), (1, 8)))), set_of(260, bytes(40)))
    rows, problems, counts = read(tmp_path, data)
    assert (rows, counts.skipped, problems.lost) == ([], 2, 0)


def test_the_verb_finds_a_controller_in_exports_and_says_how_they_were(
    tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """From datagrams to a finding that names the packet; counts of the export stand in the status file."""
    flows = set_of(2, template(256, FLOW)), set_of(256, record("203.0.113.9", "195.234.62.188"))
    once = ethernet(udp(ipfix(*flows)))
    path, status = tmp_path / "e.pcap", tmp_path / "status.jsonl"
    path.write_bytes(pcap([bytes(60), once, once, ethernet(udp(ipfix(flows[1], sequence=9)))]))
    monkeypatch.setattr(
        "sys.argv", ["holdfast", "--home", str(home), "flows", str(path), "--status", str(status)]
    )
    assert main.run() == 1
    found = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (found["source"], found["indicator"], found["record"]) == ("203.0.113.9", "195.234.62.188", 2)
    statuses = [json.loads(line) for line in status.read_text().splitlines()]
    counts = next(item["counts"] for item in statuses if item["subject"] == str(path))
    assert (counts["datagrams"], counts["duplicate_datagrams"], counts["missing_records"]) == (2, 1, 8)


SAMPLE = (
    v5(v5_record("203.0.113.9", "192.0.2.7", 1, 443), sampling=5)
    + v9(set_of(0, template(256, FLOW)), set_of(256, record("203.0.113.9", "192.0.2.7")))
    + ipfix(
        set_of(2, template(256, (*FLOW, (96, 65535)))),
        set_of(3, ipfix_options(257, ((149, 4),), ((305, 4), (306, 4)))),
        set_of(256, record("203.0.113.9", "192.0.2.7") + b"\x03ssl"),
        set_of(257, struct.pack(">III", 7, 1, 99)),
    )
)


@given(
    wrapped=st.sampled_from(["raw", "pcap", "pcapng"]),
    changes=st.lists(st.tuples(st.integers(0, len(SAMPLE) + 200), st.integers(0, 255)), max_size=12),
    cut=st.integers(0, len(SAMPLE) + 200),
)
@settings(max_examples=150, deadline=None)
def test_hostile_exports_never_stop_the_run(
    wrapped: str, changes: list[tuple[int, int]], cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever bytes are changed and wherever the file ends: flows, problems, or one clear refusal."""
    parts = [SAMPLE[:72], SAMPLE[72:]]
    data = bytearray(
        {
            "raw": SAMPLE,
            "pcap": pcap(map(ethernet, map(udp, parts))),
            "pcapng": pcapng(map(ethernet, map(udp, parts))),
        }[wrapped]
    )
    for place, byte in changes:
        data[place % len(data)] = byte
    try:
        rows, _, _ = read(tmp_path_factory.mktemp("fuzz"), bytes(data[:cut]))
    except InputError:
        return
    assert all(row["ts"] is not None for row in rows)


HERE = Path(__file__).parent


def _expected() -> list[dict[str, str]]:
    with (HERE / "real_packets.csv").open() as stream:
        return list(csv.DictReader(line for line in stream if not line.startswith("#")))


@pytest.mark.parametrize("files", sorted({row["files"] for row in _expected()}))
def test_real_packets(files: str, shared: Callable[[str], Path], tmp_path: Path) -> None:
    """Real packets of twenty makers give as many flows, with the same ends and sizes, as another decoder reads."""
    folder = shared("flows/labelled/netflow-ipfix-packets")
    rows, _, _ = read(tmp_path, b"".join((folder / name).read_bytes() for name in files.split()))
    columns = ("src", "sport", "dst", "dport", "proto", "orig_bytes", "orig_pkts")
    found = {tuple("" if row[name] is None else str(row[name]) for name in columns) for row in rows}
    for expected in (row for row in _expected() if row["files"] == files):
        assert len(rows) == int(expected["flows"])
        assert not expected["src"] or tuple(expected[name] for name in columns) in found


def test_every_real_packet_alone(shared: Callable[[str], Path], tmp_path: Path) -> None:
    """Each of the 92 files by itself, also those with data and no template: read, or refused in a sentence."""
    outcomes: dict[str, int] = {}
    for path in sorted(shared("flows/labelled/netflow-ipfix-packets").glob("*.dat")):
        try:
            rows, problems, counts = read(tmp_path, path.read_bytes())
        except InputError:
            outcomes["refused"] = outcomes.get("refused", 0) + 1
            continue
        said = rows or problems.items or counts.more["templates"] or counts.more["options"] or counts.skipped
        assert said, path.name
        outcomes["read"] = outcomes.get("read", 0) + 1
    assert outcomes == {"read": 91, "refused": 1}  # one v5 file was made to announce 55,582 flows
