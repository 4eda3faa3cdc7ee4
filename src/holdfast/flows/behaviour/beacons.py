"""Pairs that keep time: which of them nothing ordinary explains, and why.

A rhythm is evidence that a machine, not a person, opens the connections. The score says how much is left of that when
what keeps time on every network is taken away: time servers, updates, notifications, providers that many share, a
destination that everybody reaches. It does not say that the destination is an enemy's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from holdfast.flows.behaviour.everyone import is_popular
from holdfast.flows.behaviour.members import read_botnet
from holdfast.flows.behaviour.networks import NOBODY, Networks
from holdfast.flows.behaviour.rhythm import CLOCK, GROWING, LEAST, PACE, find_rhythms
from holdfast.flows.finding import TrafficFinding, Why
from holdfast.text.addresses import show_address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.flows.behaviour.everyone import Crowd
    from holdfast.flows.behaviour.ordinary import Ordinary, OrdinaryNames
    from holdfast.flows.behaviour.pairs import Pairs
    from holdfast.flows.policy import Policy


_NOBODY = Networks(NOBODY)


@dataclass(frozen=True, slots=True)
class Beat:
    """A pair that keeps time."""

    source: bytes
    destination: bytes
    log_p: float
    period: float
    spread: float
    covered: float
    beats: int
    test: int
    flows: int
    first: float
    last: float
    port: int
    proto: int
    told: int
    answered: int
    same_size: int
    size: float
    sent: float
    got: float
    within: bool
    """Whether both ends lie inside."""


class Packing:
    """Numbers of addresses to bytes."""

    def __init__(self, addresses: list[bytes] | None = None) -> None:
        self._addresses = addresses

    def __call__(self, number: int) -> bytes:
        """Four or sixteen bytes."""
        if self._addresses is None:
            return int(number).to_bytes(4, "big")
        return self._addresses[int(number)]

    def held_by(self, numbers: np.ndarray, networks: Networks) -> np.ndarray:
        """Which of the addresses lie in some networks."""
        if self._addresses is None:
            return networks.holds(numbers)
        return np.array([self(number) in networks for number in numbers], dtype=bool)


def worth_asking(pairs: Pairs, inside: Networks, packed: Packing, least: int = LEAST) -> np.ndarray:
    """Pairs that may hold a beacon: enough connections, mostly to one port, not from outside in, not to a group."""
    enough = np.flatnonzero((pairs.flows >= least) & (2 * pairs.on_port >= pairs.flows))
    sources, destinations = pairs.sources[enough], pairs.destinations[enough]
    inward = ~packed.held_by(sources, inside) & packed.held_by(destinations, inside)
    nobody = packed.held_by(destinations, _NOBODY)
    worthy: np.ndarray = enough[~inward & ~nobody & ~_answers(pairs, enough)]
    return worthy


def _answers(pairs: Pairs, enough: np.ndarray) -> np.ndarray:
    """Exports of one direction show the server's side as flows of their own: one low port to many high ones."""
    source, port = pairs.source_port[enough], pairs.port[enough]
    found: np.ndarray = (source > 0) & (source < 1024) & (port >= 1024)
    return found


def find_beats(pairs: Pairs, inside: Networks, packed: Packing, policy: Policy) -> Iterator[Beat]:
    """The pairs that keep time, whatever explains it."""
    wanted = worth_asking(pairs, inside, packed)
    if not len(wanted):
        return
    limit = math.log(policy.rhythm["chance"])
    found = find_rhythms(pairs.moments, pairs.starts, wanted, limit)
    # Sampling leaves few of the beats; what is heard through it fills the time evenly.
    filled = (found.covered >= policy.rhythm["least_covered"]) | np.isin(found.test, (CLOCK, PACE))
    sure = (found.log_p <= limit) & filled
    for row in np.flatnonzero(sure).tolist():
        pair = int(wanted[row])
        times = pairs.times_of(pair)
        source, destination = packed(pairs.sources[pair]), packed(pairs.destinations[pair])
        yield Beat(
            source=source,
            destination=destination,
            log_p=float(found.log_p[row]),
            period=float(found.period[row]),
            spread=float(found.spread[row]),
            covered=float(found.covered[row]),
            beats=int(found.beats[row]),
            test=int(found.test[row]),
            flows=int(pairs.flows[pair]),
            first=float(times[0]),
            last=float(times[-1]),
            port=int(pairs.port[pair]),
            proto=int(pairs.proto[pair]),
            told=int(pairs.told[pair]),
            answered=int(pairs.answered[pair]),
            same_size=int(pairs.same_size[pair]),
            size=float(pairs.size[pair]),
            sent=float(pairs.sent[pair]),
            got=float(pairs.got[pair]),
            within=source in inside and destination in inside,
        )


def judge(
    beat: Beat, crowd: Crowd, ordinary: Ordinary, names: OrdinaryNames, policy: Policy, certificate: str = ""
) -> tuple[float, tuple[Why, ...]]:
    """Score and reasons of a rhythm; ``certificate`` is a name of the botnet's kind that the destination showed."""
    worth = policy.beacon
    base = worth["rhythm"] + worth["filled"] * min(beat.covered, 1.0)
    whys = [Why("rhythm", base, describe(beat))]
    if found := explain(beat.destination, (beat.proto, beat.port, beat.within), ordinary, names):
        feature, says = found
        whys.append(
            Why(feature, worth["shared_network" if feature == "shared_network" else "ordinary"], says)
        )
    whys += _marks(beat, certificate, policy)
    if is_popular(crowd, policy):
        says = f"{crowd.sources:,} of {crowd.of:,} sources reach this destination: a service that many use"
        whys.append(Why("popular", worth["popular"], says))
    elif crowd.sources and crowd.of >= worth["popular_least"]:
        whys.append(Why("rare", 1.0, f"{crowd.sources:,} of {crowd.of:,} sources reach this destination"))
    if beat.within:
        whys.append(Why("within", worth["within"], "both ends lie within the own network"))
    if beat.beats < worth["few_beats"]:
        whys.append(Why("few", worth["few"], f"only {beat.beats} beats"))
    if beat.told and not beat.answered:
        says = "nothing ever came back: the destination may be gone, or refuse"
        whys.append(Why("unanswered", worth["unanswered"], says))
    elif beat.size > 0 and beat.same_size >= 0.8 * beat.flows:
        says = f"{beat.same_size} of {beat.flows} connections sent exactly {beat.size:,.0f} bytes"
        whys.append(Why("same_size", worth["same_size"], says))
    return min(math.prod(why.score for why in whys), 1.0), tuple(whys)


def explain(
    destination: bytes, service: tuple[int, int, bool], ordinary: Ordinary, names: OrdinaryNames
) -> tuple[str, str] | None:
    """The strongest ordinary explanation, as a feature and a sentence; ``service``: protocol, port, within."""
    proto, port, within = service
    if says := ordinary.service(proto, port, within=within):
        return "ordinary_service", f"port {port}: {says}"
    name, says = names.of(destination)
    if name:
        return "ordinary_name", f"reached as {name}: {says}"
    if provider := ordinary.provider(destination):
        return (
            "shared_network",
            f"lies in {provider}'s network, where both ordinary services and rented servers are",
        )
    return None


def _marks(beat: Beat, certificate: str, policy: Policy) -> list[Why]:
    """What of the botnet's structure a rhythm shows."""
    whys = []
    fetch = read_botnet()["fetch"]
    if beat.port in fetch["ports"] and abs(beat.period / fetch["period"] - 1) <= fetch["give"]:
        whys.append(
            Why(
                "hourly",
                policy.member["hourly"],
                "fetches over HTTP every hour, as Raptor Train's Canary did",
            )
        )
    if certificate:
        says = f"the destination showed a certificate for {certificate}, a name of the kind that Raptor Train throws away"
        whys.append(Why("certificate", policy.member["certificate"], says))
    return whys


def to_finding(beat: Beat, score: float, whys: tuple[Why, ...], policy: Policy) -> TrafficFinding:
    """A finding of the kind ``beacon``, or ``rhythm`` where something explains most of it."""
    return TrafficFinding(
        kind="beacon" if score >= policy.beacon["least"] else "rhythm",
        source=show_address(beat.source),
        destination=show_address(beat.destination),
        score=score,
        why=whys,
        first_seen=beat.first,
        last_seen=beat.last,
        flows=beat.flows,
        details={
            "period": round(beat.period, 3),
            "test": ("gaps", "clock", "growing", "pace")[beat.test],
            "log10_chance": round(beat.log_p / math.log(10), 1),
            "covered": round(min(beat.covered, 1.0), 3),
            "ports": [beat.port],
            "proto": beat.proto,
            "bytes": int(beat.sent + beat.got),
        },
    )


def describe(beat: Beat) -> str:
    """The rhythm in a sentence."""
    chance = f"one in 10^{-beat.log_p / math.log(10):.0f} by chance"
    span = show_seconds(beat.last - beat.first)
    if beat.test == GROWING:
        return (
            f"each pause is {beat.period:.2g} s longer than the last, in {beat.covered:.0%} of {beat.flows} connections "
            f"over {span} ({chance}): a program that backs off, as Meterpreter's HTTP polling does"
        )
    period = show_seconds(beat.period)
    if beat.test == CLOCK:
        return (
            f"{beat.beats} connections over {span} keep step with a clock of {period}, of whose beats "
            f"{min(beat.covered, 1.0):.0%} are here ({chance})"
        )
    if beat.test == PACE:
        return (
            f"{beat.beats} connections over {span} are a whole number of pauses apart, of {period} give or take "
            f"{beat.spread:.0%}, of whose beats {min(beat.covered, 1.0):.0%} are here ({chance})"
        )
    return (
        f"connects every {period}, give or take {beat.spread:.0%}, for {beat.covered:.0%} of {span} "
        f"({beat.beats} beats; {chance})"
    )


def show_seconds(seconds: float) -> str:
    """A length of time in the unit that suits it."""
    for unit, size in (("d", 86400.0), ("h", 3600.0), ("min", 60.0)):
        if seconds >= 2 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"
