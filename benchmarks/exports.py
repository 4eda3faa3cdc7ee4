"""How fast flow exports are decoded, beside nfdump's collector on the same datagrams.

    python benchmarks/exports.py

The peer is ``nfcapd`` of Debian's package nfdump, which gets the datagrams over the loopback interface; its CPU time
includes the kernel's share of receiving them and writing its own format. Ours reads them from a file. Without nfcapd
only ours is measured. Both must come to the same flows.
"""

from __future__ import annotations

import ipaddress
import random
import resource
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path
from statistics import median

from holdfast.model.status import Problems
from holdfast.records.columns import Reading
from holdfast.records.traffic import open_traffic

EXPORTED = 1_725_321_600
FIELDS = ((8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (1, 8), (2, 4), (152, 8), (153, 8))
DATAGRAMS, FLOWS = 20_000, 30
RUNS = 5
PORT = 29_995


def addresses(rng: random.Random) -> bytes:
    return struct.pack(">II", 0xCB007100 + rng.randrange(256), 0xC0000200 + rng.randrange(256))


def v5(rng: random.Random) -> list[bytes]:
    made = []
    for number in range(DATAGRAMS):
        head = struct.pack(">HHIIIIHH", 5, FLOWS, 86_400_000, EXPORTED, 0, number * FLOWS, 0, 0)
        records = []
        for _ in range(FLOWS):
            counts = struct.pack(">IIII", 9, rng.randrange(40, 90_000), 86_390_000, 86_399_000)
            ports = struct.pack(">HH", rng.randrange(1024, 65_000), 443)
            rest = bytes((0, 0x1B, 6, 0)) + bytes(8)
            records.append(addresses(rng) + bytes(8) + counts + ports + rest)
        made.append(head + b"".join(records))
    return made


def ipfix(rng: random.Random) -> list[bytes]:
    made = []
    template = struct.pack(">HH", 256, len(FIELDS)) + b"".join(struct.pack(">HH", *field) for field in FIELDS)
    sets = struct.pack(">HH", 2, 4 + len(template)) + template
    for number in range(DATAGRAMS):
        rows = []
        for _ in range(FLOWS):
            ends = addresses(rng) + struct.pack(">HHB", rng.randrange(1024, 65_000), 443, 6)
            counts = struct.pack(">QI", rng.randrange(40, 90_000), 9)
            rows.append(ends + counts + struct.pack(">QQ", EXPORTED * 1000 - 2500, EXPORTED * 1000))
        body = b"".join(rows)
        body = (sets if number % 500 == 0 else b"") + struct.pack(">HH", 256, 4 + len(body)) + body
        made.append(struct.pack(">HHIII", 10, 16 + len(body), EXPORTED, number * FLOWS, 1) + body)
    return made


def ours(path: Path) -> tuple[float, Counter[tuple[str, int, int]]]:
    """Median CPU seconds, and what was read: source, source port, bytes."""
    spent = []
    for _ in range(RUNS):
        start = time.process_time()
        batches = [batch.rows for batch in open_traffic(path, Problems(), Reading()).batches()]
        spent.append(time.process_time() - start)
    found: Counter[tuple[str, int, int]] = Counter()
    for rows in batches:
        columns = (rows.column(name).to_pylist() for name in ("src", "sport", "orig_bytes"))
        found.update(
            (str(ipaddress.IPv4Address(src)), sport, size) for src, sport, size in zip(*columns, strict=True)
        )
    return median(spent), found


def peer(datagrams: list[bytes]) -> tuple[float, Counter[tuple[str, int, int]]] | None:
    """CPU seconds of nfcapd over the same datagrams, and what it wrote."""
    if shutil.which("nfcapd") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        words = ["nfcapd", "-b", "127.0.0.1", "-p", str(PORT), "-w", folder, "-t", "3600", "-B", "8000000"]
        with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as collector:
            time.sleep(1.0)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
                for number, datagram in enumerate(datagrams):
                    out.sendto(datagram, ("127.0.0.1", PORT))
                    if number % 20 == 0:
                        time.sleep(0.002)  # a collector that is overrun drops, and would look fast
            time.sleep(1.0)
            collector.send_signal(signal.SIGTERM)
            collector.wait(30)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        files = sorted(path for path in Path(folder).rglob("nfcapd.*"))
        text = "".join(
            subprocess.run(
                ["nfdump", "-q", "-r", str(path), "-o", "fmt:%sa,%sp,%byt", "-6", "-N"],
                capture_output=True, text=True, check=True,
            ).stdout
            for path in files
        )  # fmt: skip
    rows = (line.split(",") for line in text.splitlines() if line.count(",") == 2)
    return spent, Counter((row[0].strip(), int(row[1]), int(row[2])) for row in rows)


def main() -> None:
    for name, make in (("NetFlow v5", v5), ("IPFIX", ipfix)):
        datagrams = make(random.Random(20240903))
        with tempfile.NamedTemporaryFile(suffix=".raw") as file:
            file.write(b"".join(datagrams))
            file.flush()
            spent, found = ours(Path(file.name))
        flows = DATAGRAMS * FLOWS
        print(
            f"{name}: {flows:,} flows, {sum(found.values()):,} read, {flows / spent / 1e6:.2f} M flows per CPU second"
        )
        beside = peer(datagrams)
        if beside is None:
            print("  nfcapd is not installed")
            continue
        theirs, written = beside
        same = sum((found & written).values())
        print(
            f"  nfcapd: {sum(written.values()):,} written, {flows / theirs / 1e6:.2f} M per CPU second; {same:,} equal"
        )


if __name__ == "__main__":
    main()
