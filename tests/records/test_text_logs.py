"""Text logs of servers are recognised by their content, read to events, and accounted for."""

from pathlib import Path

import pytest

from holdfast.model.progress import Silent
from holdfast.model.status import State
from holdfast.records.logs.open import Logs

SAMPLES = {
    "audit": [
        'type=SYSCALL msg=audit(1764000000.123:42): arch=c000003e syscall=59 success=yes exe="/usr/bin/curl" comm="curl"',
        'type=EXECVE msg=audit(1764000000.123:42): argc=2 a0="curl" a1="http://203.0.113.9/x"',
        'type=USER_LOGIN msg=audit(1764000007.000:43): pid=1 uid=0 acct="root" exe="/usr/sbin/sshd" res=failed',
    ],
    "syslog": [
        "<38>Nov 20 03:12:07 edge1 sshd[811]: Failed password for root from 203.0.113.9 port 4711 ssh2",
        "Nov 20 03:12:09 edge1 sshd[811]: Accepted publickey for op from 198.51.100.7 port 4712 ssh2",
    ],
    "access": [
        '203.0.113.9 - - [20/Nov/2026:03:12:07 +0000] "GET /owa/auth.aspx?x=1 HTTP/1.1" 200 512 "-" "curl/8.0"',
        '198.51.100.7 - op [20/Nov/2026:03:12:08 +0000] "POST /a HTTP/1.1" 404 0 "-" "Mozilla/5.0"',
    ],
    "zeek": [
        "#separator \\x09",
        "#path\tdns",
        "#fields\tts\tuid\tid.orig_h\tquery",
        "#types\ttime\tstring\taddr\tstring",
        "1764000000.1\tC1\t10.0.0.4\tw8510.com",
    ],
    "bind": [
        "20-Nov-2026 03:12:07.123 queries: info: client @0x7f1 10.0.0.5#53412 (w8510.com): query: w8510.com IN A +E(0)K (10.0.0.1)",
        "2026-11-20T03:12:08.000Z client 2001:db8::5#53412 (w8510.com): query: w8510.com IN AAAA + (10.0.0.1)",
    ],
    "unbound": [
        "[1764000000] unbound[12:0] info: 10.0.0.5 w8510.com. A IN",
        "[1764000001] unbound[12:0] query: 10.0.0.5 w8510.com. TXT IN",
    ],
    "windows dns": [
        "11/20/2026 3:12:07 AM 0E9C PACKET  00000012 UDP Rcv 10.0.0.5        a1b2   Q [0001   D   NOERROR] A      (5)w8510(3)com(0)",
        "11/20/2026 3:12:07 AM 0E9C PACKET  00000012 UDP Snd 10.0.0.5        a1b2 R Q [8081   DR  NOERROR] A      (5)w8510(3)com(0)",
        "20.11.2026 03:12:08 0E9C PACKET  00000012 UDP Rcv 10.0.0.5        a1b2   Q [0001   D   NOERROR] AAAA   (5)w8510(3)com(0)",
    ],
    "rows.csv": ["EventID,Channel,Computer,Image", "1,Microsoft-Windows-Sysmon/Operational,PC1,C:\\a.exe"],
}
# Three audit records are an event each, and the first two together are also the start of a process.
EVENTS = {
    "audit": 4,
    "syslog": 2,
    "access": 2,
    "zeek": 1,
    "rows.csv": 1,
    "bind": 2,
    "unbound": 2,
    "windows dns": 2,
}


def read(path: Path) -> Logs:
    logs = Logs((str(path),), Silent())
    counted = 0
    for block in logs.blocks():
        counted += len(block)
    assert logs.events == 0 or counted
    return logs


@pytest.mark.parametrize("name", SAMPLES)
def test_format_is_recognised_and_read_whole(name: str, tmp_path: Path) -> None:
    """Each format gives its events, and a status without losses."""
    path = tmp_path / name
    path.write_text("\n".join(SAMPLES[name]) + "\n", "utf-8")
    logs = read(path)
    assert [status.state for status in logs.statuses] == [State.OK], logs.statuses
    assert logs.events == EVENTS[name]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_broken_line_costs_only_itself(name: str, tmp_path: Path) -> None:
    """Bytes that are no text among the lines lose none of the others."""
    path = tmp_path / name
    lines = [line.encode() for line in SAMPLES[name]]
    path.write_bytes(b"\n".join([*lines, b"\xff\xfe\x00broken"]) + b"\n")
    logs = read(path)
    assert logs.events >= EVENTS[name]


def test_fortigate_lines_are_read_by_name(tmp_path: Path) -> None:
    """Pairs of names and values of a FortiOS device become fields, with its own time and name, header or not."""
    line = 'date=2026-10-09 time=05:12:10 devname="FGT 1" logid="0100032001" type="event" tz="+0200" user="a b" srcip=192.0.2.7'
    (tmp_path / "fgt.log").write_text(f"<189>{line}\nOct  9 03:12:10 relay {line}\n", "utf-8")
    logs = Logs((str(tmp_path / "fgt.log"),), Silent())
    blocks = [block for blocks in logs.blocks() for block in blocks]
    assert [(block.kind.product, block.kind.service) for block in blocks] == [("fortigate", "event")]
    assert [blocks[0].time(event) for event in range(2)] == ["2026-10-09T03:12:10Z"] * 2
    assert blocks[0].host(0) == "FGT 1"
    assert (blocks[0].fields(1)["user"], blocks[0].fields(1)["srcip"]) == ("a b", "192.0.2.7")


def test_bytes_that_are_no_log_are_named(tmp_path: Path) -> None:
    """A file of no known format is a failed status, not silence."""
    (tmp_path / "x.bin").write_bytes(bytes(range(256)) * 8)
    logs = read(tmp_path / "x.bin")
    assert [status.state for status in logs.statuses] == [State.FAILED]


@pytest.mark.parametrize("name", ["bind", "unbound", "windows dns"])
def test_questions_to_name_servers_are_read_alike(name: str, tmp_path: Path) -> None:
    """The name without its dot or counts, who asked, and when."""
    (tmp_path / name).write_text("\n".join(SAMPLES[name]) + "\n", "utf-8")
    (blocks,) = Logs((str(tmp_path / name),), Silent()).blocks()
    (block,) = blocks
    assert block.kind.category == "dns"
    assert [block.column("query").value(place) for place in range(2)] == ["w8510.com"] * 2
    assert block.column("src_ip").value(0) == "10.0.0.5"
    assert block.time(0)[:10] in {"2026-11-20", "2025-11-24"}
