"""Members of a botnet by its structure: paths that decode to a controller, its ports, company of a beacon.

Raptor Train's droppers ask for a path that is the domain of their controller in disguise (``data/botnet.toml``), which
names controllers that no list has. Hosts that reach for the same rare destination as a host that beacons to it are
likely of the same kind.
"""

from __future__ import annotations

import base64
import re
import tomllib
from collections import Counter
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.flows.finding import Sample, TrafficFinding, Why
from holdfast.text.addresses import show_address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from holdfast.flows.behaviour.everyone import Everyone
    from holdfast.flows.policy import Policy

_DOMAIN = re.compile(rb"[a-z0-9](?:[a-z0-9-]{0,62}\.)+[a-z]{2,24}", re.IGNORECASE)
_STANDARD = str.maketrans("-_", "+/")
_SAMPLES = 20


@cache
def read_botnet() -> Mapping[str, Any]:
    """The published structure."""
    return tomllib.loads(files("holdfast.flows").joinpath("data/botnet.toml").read_text("utf-8"))


def hidden_domain(path: str) -> str:
    """The controller's domain that some part of a path stands for, or nothing.

    The slash is a letter of base64 too, so that every place may be where the disguise begins.
    """
    botnet = read_botnet()["path"]
    for found in re.finditer(rf"(?=([A-Za-z0-9+/_-]{{{_letters()}}}))", path[:4096]):
        text = found.group(1).translate(_STANDARD)
        raw = base64.b64decode(text + "=" * (-len(text) % 4))
        name = bytes(byte ^ botnet["key"] for byte in raw).rstrip(b"\0")
        if len(name) < botnet["bytes"] and _DOMAIN.fullmatch(name):
            return name.decode("ascii").lower()
    return ""


def _letters() -> int:
    """Letters of base64 that the hidden bytes take, without those that only fill."""
    return int(-(-read_botnet()["path"]["bytes"] * 4 // 3))


def _filling() -> str:
    """What the NUL bytes behind every domain look like: three bytes are four letters."""
    return base64.b64encode(bytes([read_botnet()["path"]["key"]] * 3)).decode()


class Marks:
    """Looks for the marks of the botnet in HTTP and TLS logs."""

    def __init__(self) -> None:
        self._fetches: dict[tuple[bytes, str], list[Sample]] = {}
        self._hours: dict[tuple[bytes, str], Counter[int]] = {}
        self._last: dict[tuple[bytes, str], float] = {}
        self._certified: dict[bytes, str] = {}

    def add(self, rows: pa.RecordBatch) -> None:
        """Take a batch with the columns of ``name_schema``."""
        self._add_paths(rows)
        self._add_certificates(rows)

    def certificate(self, packed: bytes) -> str:
        """The name of the botnet's kind on a certificate that an address showed, or nothing."""
        return self._certified.get(packed, "")

    def findings(self, policy: Policy) -> Iterator[TrafficFinding]:
        """A member for each source and controller that a path named."""
        for (source, domain), samples in sorted(self._fetches.items()):
            score = float(policy.member["path"])
            says = (
                f"asked for a path that is {domain} in disguise (base64, XOR 0x{read_botnet()['path']['key']:02x}, "
                f"{read_botnet()['path']['bytes']} bytes): so Raptor Train's droppers name their controller"
            )
            yield TrafficFinding(
                kind="member",
                source=show_address(source),
                destination=domain,
                score=score,
                why=(Why("path", score, says),),
                first_seen=min(sample.ts for sample in samples),
                last_seen=self._last[source, domain],
                flows=self._hours[source, domain].total(),
                details={"actor": "Raptor Train", "controller": domain, "record": samples[0].record},
                samples=tuple(samples),
                hours=tuple(sorted(self._hours[source, domain].items())),
            )

    def _add_paths(self, rows: pa.RecordBatch) -> None:
        urls = rows.column("url")
        if urls.null_count == len(urls):
            return
        likely = pc.fill_null(pc.match_substring(urls, _filling()), False)
        for place in np.flatnonzero(likely.to_numpy(zero_copy_only=False)).tolist():
            domain = hidden_domain(urls[place].as_py())
            row = rows.slice(place, 1).to_pylist()[0]
            source = row["src"].to_bytes(4, "big") if row["src"] is not None else row["src6"]
            if not domain or source is None:
                continue
            key = (source, domain)
            self._hours.setdefault(key, Counter())[int(row["ts"] // 3600)] += 1
            self._last[key] = max(self._last.get(key, row["ts"]), row["ts"])
            kept = self._fetches.setdefault(key, [])
            if len(kept) < _SAMPLES:
                kept.append(Sample(row["ts"], row["sport"], row["dport"], 6, row["record"]))

    def _add_certificates(self, rows: pa.RecordBatch) -> None:
        subjects = rows.column("subject")
        if subjects.null_count == len(subjects):
            return
        coded = pc.dictionary_encode(subjects)
        odd = {
            place: name
            for place, text in enumerate(coded.dictionary.to_pylist())
            if (name := _thrown_away(text))
        }
        if not odd:
            return
        places = np.flatnonzero(
            pc.is_in(coded.indices, pa.array(list(odd), coded.indices.type)).to_numpy(zero_copy_only=False)
        )
        for place in places.tolist():
            four, six = rows.column("dst")[place].as_py(), rows.column("dst6")[place].as_py()
            packed = four.to_bytes(4, "big") if four is not None else six
            if packed is not None:
                self._certified[packed] = odd[coded.indices[place].as_py()]


def _thrown_away(subject: str) -> str:
    """The common name of a certificate, if it is of the botnet's kind: short, .com, and unspeakable."""
    rule = read_botnet()["certificate"]
    found = re.search(r"(?i)(?:^|[,/ ])CN=([^,/]+)", subject or "")
    name = found.group(1).strip().lower() if found else ""
    if not re.fullmatch(rule["pattern"], name):
        return ""
    letters = name.partition(".")[0]
    return name if sum(letter in "aeiou" for letter in letters) <= rule["vowels"] * len(letters) else ""


def find_company(
    everyone: Everyone,
    beacons: Sequence[tuple[int, TrafficFinding]],
    pack: Callable[[int], bytes],
    policy: Policy,
) -> Iterator[TrafficFinding]:
    """Sources that reach for a beacon's destination without a rhythm of their own; popular ones are no beacons' ."""
    known = {(finding.source, finding.destination) for _, finding in beacons}
    best: dict[int, TrafficFinding] = {}
    for destination, finding in beacons:
        if destination not in best or finding.score > best[destination].score:
            best[destination] = finding
    reached = everyone.to(best)
    for destination, beacon in best.items():
        for row in reached[destination].tolist():
            source = show_address(pack(int(everyone["sources"][row])))
            flows = int(everyone["flows"][row])
            if (source, beacon.destination) in known or flows < policy.member["least_flows"]:
                continue
            score = beacon.score * policy.member["same_destination"]
            says = f"connected {flows} times to the destination to which {beacon.source} beacons"
            yield TrafficFinding(
                kind="member",
                source=source,
                destination=beacon.destination,
                score=score,
                why=(Why("same_destination", score, says),),
                first_seen=float(everyone["first"][row]),
                last_seen=float(everyone["last"][row]),
                flows=flows,
                details={"ports": [int(everyone["port"][row])], "proto": int(everyone["proto"][row])},
            )


def find_managed(everyone: Everyone, show: Callable[[int], str], policy: Policy) -> Iterator[TrafficFinding]:
    """Pairs on the port between the botnet's controllers and its management, with an answer where that is told."""
    if not len(everyone):
        return
    port = read_botnet()["ports"]["management"]
    wanted = (
        (everyone["port"] == port)
        & (everyone["flows"] >= policy.member["least_flows"])
        & (everyone["proto"] == 6)
    )
    wanted &= (everyone["answered"] > 0) | (everyone["told"] == 0)
    score = float(policy.member["management_port"])
    for row in everyone.where(wanted).tolist():
        says = f"speaks over TCP port {port}, as Raptor Train's controllers do with their management"
        yield TrafficFinding(
            kind="member",
            source=show(int(everyone["sources"][row])),
            destination=show(int(everyone["destinations"][row])),
            score=score,
            why=(Why("management_port", score, says),),
            first_seen=float(everyone["first"][row]),
            last_seen=float(everyone["last"][row]),
            flows=int(everyone["flows"][row]),
            details={"ports": [port], "proto": 6},
        )
