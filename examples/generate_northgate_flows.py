"""Writes traffic records of Northgate Communications, a fictitious regional carrier.

An archive of 3 September 2024, when the botnet was awake, and a day of November 2026. Subscribers and the rest of the
internet are invented (RFC 5737, RFC 3849); the listed addresses are those of the dossier that ships. Planted: members
that call their controllers, also from behind the carrier's NAT, seen on both sides of it, a visit of the management tier, a seized domain. Near
misses: addresses that changed hands, a neighbour in the same network, a look-alike name, a public resolver, traffic
between two others. The same seed gives the same files:

    python examples/generate_northgate_flows.py
"""

from __future__ import annotations

import base64
import ipaddress
import json
import random
import struct
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

FOLDER = Path(__file__).parent / "northgate" / "flows"
SEED = 20240903
ARCHIVE = datetime(2024, 9, 3, tzinfo=UTC)
TODAY = datetime(2026, 11, 18, tzinfo=UTC)
SUBSCRIBERS = [f"203.0.113.{number}" for number in range(20, 250)]
NAT_POOL = [f"198.51.100.{number}" for number in range(16, 32)]
NAT_LINES = [f"100.64.{net}.{host}" for net in range(4, 12) for host in range(2, 250, 9)]
OFFICE = [f"10.20.{net}.{host}" for net in range(4) for host in range(10, 40)]
ELSEWHERE = [f"192.0.2.{number}" for number in range(1, 255)]
NAMES = [
    "www.northgate.example", "mail.northgate.example", "cdn.pictures.example", "api.weather.example",
    "time.pool.example", "login.bank.example", "static.news.example", "update.os.example", "video.stream.example",
]  # fmt: skip
NFDUMP = (
    "ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt,in,out,sas,das,smk,dmk,dtos,dir,nh,nhb,svln,dvln,ismc,"
    "odmc,idmc,osmc,mpls1,mpls2,mpls3,mpls4,mpls5,mpls6,mpls7,mpls8,mpls9,mpls10,cl,sl,al,ra,eng,exid,tr"
)

Row = tuple[datetime, float, str, str, int, int, int, int, int]
"""Start, seconds, source, destination, their ports, packets, bytes there, bytes back."""


def call(start: datetime, source: str, target: str, port: int, rng: random.Random, back: int = 4100) -> Row:
    sent = rng.randint(400, 900)
    return start, rng.uniform(0.2, 3), source, target, rng.randint(1024, 65000), port, 9, sent, back


def archive_noise(rng: random.Random) -> list[Row]:
    rows = []
    for _ in range(1300):
        start = ARCHIVE + timedelta(seconds=rng.random() * 86400)
        port = rng.choices((443, 80, 53, 123, 993, 22), (60, 14, 16, 4, 4, 2))[0]
        target = rng.choice(("8.8.8.8", "1.1.1.1", "9.9.9.9")) if port == 53 else rng.choice(ELSEWHERE)
        source = rng.choice(NAT_POOL if rng.random() < 0.2 else SUBSCRIBERS)
        rows.append(call(start, source, target, port, rng, rng.randint(80, 90000)))
    return rows


def archive_planted(rng: random.Random) -> list[Row]:
    rows = []
    for hour in range(24):  # the third stage of a campaign is fetched every hour
        start = ARCHIVE + timedelta(hours=hour, minutes=11, seconds=rng.uniform(-20, 20))
        rows.append(call(start, "203.0.113.41", "195.234.62.188", 443, rng))
    for minute in (77, 391, 902):
        rows.append(call(ARCHIVE + timedelta(minutes=minute), "203.0.113.88", "195.234.62.188", 443, rng))
        rows.append(call(ARCHIVE + timedelta(minutes=minute + 2), "203.0.113.88", "85.90.216.69", 443, rng))
    for minute, pool in ((200, 18), (201, 18), (655, 23), (1100, 18)):  # several lines behind one address
        rows.append(
            call(ARCHIVE + timedelta(minutes=minute), f"198.51.100.{pool}", "89.44.198.200", 443, rng)
        )
    rows += [  # nothing answers any more
        call(ARCHIVE + timedelta(minutes=minute), "203.0.113.120", "45.13.199.140", 443, rng, 0)
        for minute in (300, 840)
    ]
    rows.append(call(ARCHIVE + timedelta(minutes=510), "202.182.109.151", "203.0.113.200", 34125, rng))
    return rows


def archive_near_misses(rng: random.Random) -> list[Row]:
    rows = []
    for _ in range(16):
        start = ARCHIVE + timedelta(seconds=rng.random() * 86400)
        rows.append(call(start, "203.0.113.60", "195.234.62.190", 443, rng))  # next door to a controller
        rows.append(call(start, "203.0.113.61", "8.8.8.8", 53, rng))
    rows.append(
        call(ARCHIVE + timedelta(minutes=77), "203.0.113.62", "185.207.154.253", 443, rng)
    )  # half a year late
    rows.append(
        call(ARCHIVE + timedelta(minutes=99), "192.0.2.9", "45.92.70.111", 443, rng)
    )  # passes through only
    return rows


def write_nfdump(rows: list[Row], rng: random.Random) -> None:
    rows.sort(key=lambda row: row[0] + timedelta(seconds=row[1]))
    rows.insert(700, rows[699])  # the same flow from a second router
    lines = [NFDUMP]
    for start, seconds, source, target, sport, dport, packets, sent, back in rows:
        end = start + timedelta(seconds=seconds)
        proto = "UDP" if dport in {53, 123} else "TCP"
        cells = [
            f"{start:%Y-%m-%d %H:%M:%S}", f"{end:%Y-%m-%d %H:%M:%S}", f"{seconds:.3f}", source, target, sport, dport,
            proto, "...AP.SF" if back else "......S.", 0, 0, packets, sent, packets if back else 0, back,
            rng.choice((12, 14)), 3,
        ]  # fmt: skip
        lines.append(",".join(map(str, [*cells, *["0"] * (NFDUMP.count(",") + 1 - len(cells))])))
    lines += ["Summary", "flows,bytes,packets,avg_bps,avg_pps,avg_bpp", f"{len(rows)},0,0,0,0,0"]
    (FOLDER / "edge-2024-09-03.nfdump.csv").write_text("\n".join(lines) + "\n", "utf-8")


def write_export(rng: random.Random) -> None:
    """What the broadband gateway sent: IPFIX of lines behind the NAT, sampled, and with a template that changes."""
    fields = [(8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (1, 4), (2, 4), (152, 8), (153, 8)]
    new = [*fields, (10, 4)]
    sampling = struct.pack(">HHHHHHH", 257, 2, 1, 149, 4, 34, 4)
    rows = [
        (rng.random() * 86400, rng.choice(NAT_LINES), rng.choice(ELSEWHERE), rng.choice((443, 443, 80, 993)))
        for _ in range(240)
    ]
    rows += [(minute * 60.0, "100.64.7.21", "45.80.215.149", 443) for minute in (222, 223, 1021)]
    rows += [
        (minute * 60.0, "100.64.9.140", "45.80.215.12", 443) for minute in (222, 640)
    ]  # next door to a controller
    rows.sort()
    messages, sent = [], 0
    for start in range(0, len(rows), 20):
        part = rows[start : start + 20]
        layout = fields if start < 120 else new
        sets = _set(256, b"".join(_export_record(row, rng, extra=layout is new) for row in part))
        records = len(part)
        if start in {0, 120}:
            named = b"".join(struct.pack(">HH", *field) for field in layout)
            sets = _set(2, struct.pack(">HH", 256, len(layout)) + named) + sets
        if not start:
            sets = _set(3, sampling) + _set(257, struct.pack(">II", 4021, 2)) + sets
            records += 1
        moment = int(ARCHIVE.timestamp() + part[-1][0]) + 5
        messages.append((moment, struct.pack(">HHIII", 10, 16 + len(sets), moment, sent, 4021) + sets))
        sent += records
    messages.insert(5, messages[4])  # one datagram came twice, and another one never
    del messages[9]
    frames = b"".join(_frame(moment, payload) for moment, payload in messages)
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    (FOLDER / "gateway-2024-09-03.pcap").write_bytes(head + frames)


def _set(number: int, body: bytes) -> bytes:
    return struct.pack(">HH", number, 4 + len(body)) + body


def _export_record(row: tuple[float, str, str, int], rng: random.Random, *, extra: bool) -> bytes:
    second, source, target, port = row
    start = int((ARCHIVE.timestamp() + second) * 1000)
    ends = ipaddress.ip_address(source).packed + ipaddress.ip_address(target).packed
    counts = struct.pack(
        ">HHBII", rng.randint(1024, 65000), port, 6, rng.randint(400, 90000), rng.randint(4, 80)
    )
    return (
        ends
        + counts
        + struct.pack(">QQ", start, start + rng.randint(200, 4000))
        + (bytes(4) if extra else b"")
    )


def _frame(moment: int, payload: bytes) -> bytes:
    udp = struct.pack(">HHHH", 50021, 4739, 8 + len(payload), 0) + payload
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0)
    packet = bytes(12) + b"\x08\x00" + head + bytes((10, 20, 0, 5)) + bytes((10, 20, 0, 6)) + udp
    return struct.pack("<IIII", moment, 0, len(packet), len(packet)) + packet


def write_dns(rng: random.Random) -> None:
    queries = [
        (rng.random() * 86400, rng.choice(OFFICE), rng.choice(NAMES), "192.0.2.80") for _ in range(900)
    ]
    queries += [(second, "10.20.3.14", "login.linkedinns.net", "-") for second in (31244.2, 31251.9, 63010.4)]
    queries += [
        (40100.0, "10.20.1.22", "www.notw8510.com", "192.0.2.44"),  # a look-alike
        (40200.0, "10.20.1.22", "w8510.com.northgate.example", "-"),  # a name below our own
        (40300.0, "10.20.1.23", "w8510.com", "192.0.2.45"),  # two years after the botnet was taken down
    ]
    lines = [
        "#separator \\x09", "#set_separator\t,", "#empty_field\t(empty)", "#unset_field\t-", "#path\tdns",
        "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tquery\tqtype_name\tanswers",
    ]  # fmt: skip
    numbers = count(1)
    for second, source, name, answer in sorted(queries):
        ts = TODAY.timestamp() + second
        uid = f"C{next(numbers):06d}"
        port = rng.randint(1024, 65000)
        lines.append(f"{ts:.6f}\t{uid}\t{source}\t{port}\t10.20.0.53\t53\tudp\t{name}\tA\t{answer}")
    (FOLDER / "dns.log").write_text("\n".join(lines) + "\n", "utf-8")


def write_eve(rng: random.Random) -> None:
    events: list[tuple[float, dict[str, object]]] = []

    def flow(second: float, source: str, target: str, port: int) -> None:
        start = TODAY + timedelta(seconds=second)
        sent, back = rng.randint(400, 4000), rng.randint(900, 70000)
        event: dict[str, object] = {
            "timestamp": f"{start:%Y-%m-%dT%H:%M:%S.%f}+0000", "event_type": "flow", "src_ip": source,
            "src_port": rng.randint(1024, 65000), "dest_ip": target, "dest_port": port, "proto": "TCP",
            "flow": {
                "pkts_toserver": 9, "pkts_toclient": 11, "bytes_toserver": sent, "bytes_toclient": back,
                "start": f"{start:%Y-%m-%dT%H:%M:%S.%f}+0000",
                "end": f"{start + timedelta(seconds=2):%Y-%m-%dT%H:%M:%S.%f}+0000",
            },
        }  # fmt: skip
        events.append((second, event))

    for _ in range(260):
        flow(rng.random() * 86400, rng.choice(SUBSCRIBERS), rng.choice(ELSEWHERE), 443)
    for _ in range(40):  # a controller's old address, rented to a shop today
        flow(rng.random() * 86400, rng.choice(SUBSCRIBERS), "207.148.68.131", 443)
    flow(51000, "10.20.0.9", "91.231.186.227", 443)
    flow(51900, "2001:db8:20::9", "2a10:1fc0:7::f19c:39b3", 443)
    # The dropper's path: the controller's domain, padded to 80 bytes, under XOR with 0x44, in base64.
    path = base64.b64encode(bytes(byte ^ 0x44 for byte in b"zq.hy4471.example".ljust(80, b"\0"))).decode()
    start = TODAY + timedelta(seconds=20000)
    request: dict[str, object] = {
        "timestamp": f"{start:%Y-%m-%dT%H:%M:%S.%f}+0000", "event_type": "http", "src_ip": "203.0.113.150",
        "src_port": 40112, "dest_ip": "192.0.2.77", "dest_port": 80, "proto": "TCP",
        "http": {"hostname": "192.0.2.77", "url": f"/{path}", "http_method": "GET", "status": 200},
    }  # fmt: skip
    events.append((20000, request))
    text = "".join(json.dumps(event) + "\n" for _, event in sorted(events, key=lambda pair: pair[0]))
    cut = '{"timestamp": "2026-11-18T23:59:59.1000'  # the disk was full
    (FOLDER / "eve-2026-11-18.json").write_text(text + cut + "\n", "utf-8")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    rng = random.Random(SEED)
    write_nfdump([*archive_noise(rng), *archive_planted(rng), *archive_near_misses(rng)], rng)
    write_dns(rng)
    write_eve(rng)
    write_export(rng)


if __name__ == "__main__":
    main()
