"""Network devices: verdicts and speed against a straightforward matcher, on public records and outputs.

    python benchmarks/devices.py SHARED_DATA/devices

The straightforward matcher is what most tools do: natural order of version segments, any range that holds or any equal
version is a hit, everything else is clean. A second one uses ``packaging.version`` (``pip install packaging``; it is
skipped where absent). Both get the product matched for them, so that only versions are compared.
"""

from __future__ import annotations

import csv
import gc
import importlib.util
import platform
import random
import re
import statistics
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.devices.allow import AllowList
from holdfast.devices.exposure import Exposures
from holdfast.devices.families import families, family_of_product
from holdfast.devices.inspection import inspect, settle
from holdfast.model.device import Device, DeviceText
from holdfast.model.status import Problems
from holdfast.model.vulnerability import Shape, Statement, VulnerabilityData
from holdfast.records.device_files import read_device_file
from holdfast.sources.shipped_vulnerabilities import read_shipped
from holdfast.sources.vulnerabilities import read_paths

if TYPE_CHECKING:
    from collections.abc import Callable

SEGMENT = re.compile(r"\d+|[a-z]+")


def natural(text: str) -> object:
    return [(1, int(part), "") if part.isdigit() else (0, 0, part) for part in SEGMENT.findall(text.lower())]


def by_packaging(text: str) -> object:
    from packaging.version import Version

    return Version(text)


def naive(statements: list[Statement], version: str, order: Callable[[str], object]) -> str:
    """``affected`` when any claim of any statement holds, else ``not_affected``; an error is ``error``."""
    try:
        ours = order(version)
        for statement in statements:
            for claim in statement.claims:
                if claim.shape is Shape.RELEASE and claim.affected and order(claim.low) == ours:
                    return "affected"
                if claim.shape is Shape.RANGE and claim.affected and claim.highs:
                    high = order(claim.highs[-1])
                    above = not claim.low or order(claim.low) <= ours  # type: ignore[operator]
                    if above and (ours <= high if claim.inclusive else ours < high):  # type: ignore[operator]
                        return "affected"
    except Exception:  # noqa: BLE001 - the peer raises what it likes; that is what is counted
        return "error"
    return "not_affected"


def compare_cases(data: VulnerabilityData, folder: Path) -> None:
    exposures = Exposures(data.statements)
    orders: dict[str, Callable[[str], object]] = {"natural order, any range": natural}
    if importlib.util.find_spec("packaging"):
        orders["packaging, any range"] = by_packaging
    right: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    total = 0
    with (folder / "version_cases.csv").open(newline="") as stream:
        for case in csv.DictReader(stream):
            total += 1
            want = case["expected_combined"].replace("unknown", "review")
            device = Device(
                "d", family=case["family"], product=case["product"], version=case["version_as_shown"]
            )
            found = {item.cve: item.exposure.value for item in exposures.of(device)}.get(case["cve"], "none")
            right["holdfast"] += found == want
            missed["holdfast"] += want == "affected" and found == "not_affected"
            own = [
                item
                for item in data.statements
                if item.cve == case["cve"] and case["family"] in family_of_product(item.vendor, item.product)
            ]
            for name, order in orders.items():
                said = naive(own, case["version_as_shown"], order)
                right[name] += said == want
                missed[name] += want == "affected" and said == "not_affected"
    for name in ("holdfast", *orders):
        print(f"{name:<28}{right[name]:4} of {total} right, {missed[name]:3} affected called clean")


def measure_matching(data: VulnerabilityData) -> None:
    """100,000 devices against 100 CVEs of the same families, after loading."""
    by_cve: Counter[str] = Counter()
    versions: dict[str, set[str]] = {}
    wanted = ("cisco_ios_xe", "cisco_ios", "cisco_asa", "cisco_nxos", "fortios", "junos")
    for statement in data.statements:
        for name in family_of_product(statement.vendor, statement.product):
            if name in wanted:
                by_cve[statement.cve] += len(statement.claims)
                versions.setdefault(name, set()).update(claim.low for claim in statement.claims if claim.low)
    chosen = {cve for cve, _ in by_cve.most_common(100)}
    statements = [item for item in data.statements if item.cve in chosen]
    rng = random.Random(7)
    pools = {
        name: sorted(text for text in pool if families()[name].parse(text)) for name, pool in versions.items()
    }
    devices = []
    for number in range(100_000):
        name = rng.choice(wanted)
        devices.append(Device(f"d{number}", family=name, version=rng.choice(pools[name])))
    distinct = len({(device.family, device.version) for device in devices})
    claims = sum(len(item.claims) for item in statements)
    ours = []
    for _ in range(3):
        exposures = Exposures(statements)
        exposures.prepare()
        gc.freeze()  # as the verb does after loading
        start = time.process_time()
        hits = sum(len(exposures.of(device)) for device in devices)
        ours.append(time.process_time() - start)
    sample = rng.sample(devices, 20)
    grouped: dict[str, list[list[Statement]]] = {}
    for name in wanted:
        per: dict[str, list[Statement]] = {}
        for item in statements:
            if name in family_of_product(item.vendor, item.product):
                per.setdefault(item.cve, []).append(item)
        grouped[name] = list(per.values())
    start = time.process_time()
    for device in sample:
        for group in grouped[device.family]:
            naive(group, device.version, natural)
    peer = (time.process_time() - start) * len(devices) / len(sample)
    print(
        f"matching 100,000 devices ({distinct:,} distinct) x {len(chosen)} CVEs ({claims:,} version entries): "
        f"{statistics.median(ours):.2f} s, {hits:,} verdicts; straightforward, from {len(sample)} devices: {peer:,.0f} s"
    )


def measure_checks(folder: Path) -> None:
    texts: list[DeviceText] = []
    configs = 0
    with (folder / "outputs" / "MANIFEST.csv").open(newline="") as stream:
        for row in csv.DictReader(stream):
            if row["kind"] == "config" and row["file"] != "batfish/cisco/ios-unicode":
                configs += 1
                texts.extend(read_device_file(folder / "outputs" / row["file"], Problems()).texts)
    lines = sum(len(text.lines) for text in texts)
    seconds = []
    for _ in range(3):
        start = time.process_time()
        observations = settle(inspect(texts, AllowList()))
        seconds.append(time.process_time() - start)
    signs = len({item.file for item in observations if item.hit.kind == "sign"})
    rate = lines / statistics.median(seconds)
    print(f"checks over {configs:,} public configurations, {lines:,} lines: {rate:,.0f} lines/s on one core")
    print(f"configurations with a sign: {signs} of {configs:,} ({signs / configs:.2%})")


def main() -> None:
    folder = Path(sys.argv[1])
    print(f"Python {platform.python_version()} on {platform.machine()}")
    data = read_shipped()
    start = time.process_time()
    added, _ = read_paths(
        [folder / name for name in ("cve5", "cve5_network.jsonl.gz", "cve5_transcribed", "nvd_transcribed")]
    )
    data.add(added)
    data.statements = list(dict.fromkeys(data.statements))
    print(f"loading {len(data.statements):,} statements: {time.process_time() - start:.1f} s")
    compare_cases(data, folder)
    measure_matching(data)
    measure_checks(folder)


if __name__ == "__main__":
    main()
