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
class Rhythm:
    """How something keeps time."""

    log_p: float
    period: float
    spread: float
    covered: float
    beats: int
    test: int
    flows: int
    first: float
    last: float


@dataclass(frozen=True, slots=True)
class Beat:
    """A pair that keeps time."""

    source: bytes
    destination: bytes
    rhythm: Rhythm
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
    for pair, rhythm in sure_rhythms(pairs.times, pairs.moments, pairs.starts, wanted, policy):
        source, destination = packed(pairs.sources[pair]), packed(pairs.destinations[pair])
        yield Beat(
            source=source,
            destination=destination,
            rhythm=rhythm,
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


def sure_rhythms(
    times: np.ndarray, moments: np.ndarray, starts: np.ndarray, wanted: np.ndarray, policy: Policy
) -> Iterator[tuple[int, Rhythm]]:
    """The wanted series that keep time surely, and for long enough.

    ``times`` and ``moments`` (as in ``Pairs``) of a series begin and end where ``starts`` says.
    """
    limit = math.log(policy.rhythm["chance"])
    found = find_rhythms(moments, starts, wanted, limit)
    # Sampling leaves few of the beats; what is heard through it fills the time evenly.
    filled = (found.covered >= policy.rhythm["least_covered"]) | np.isin(found.test, (CLOCK, PACE))
    for row in np.flatnonzero((found.log_p <= limit) & filled).tolist():
        series = int(wanted[row])
        low, high = int(starts[series]), int(starts[series + 1])
        yield (
            series,
            Rhythm(
                log_p=float(found.log_p[row]),
                period=float(found.period[row]),
                spread=float(found.spread[row]),
                covered=float(found.covered[row]),
                beats=int(found.beats[row]),
                test=int(found.test[row]),
                flows=high - low,
                first=float(times[low]),
                last=float(times[high - 1]),
            ),
        )


def judge(
    beat: Beat, crowd: Crowd, ordinary: Ordinary, names: OrdinaryNames, policy: Policy, certificate: str = ""
) -> tuple[float, tuple[Why, ...]]:
    """Score and reasons of a rhythm; ``certificate`` is a name of the botnet's kind that the destination showed."""
    worth = policy.beacon
    rhythm = beat.rhythm
    whys = [worth_of(rhythm, policy)]
    if found := explain(beat.destination, (beat.proto, beat.port, beat.within), ordinary, names):
        feature, says = found
        whys.append(
            Why(feature, worth["shared_network" if feature == "shared_network" else "ordinary"], says)
        )
    whys += _marks(beat, certificate, policy)
    whys += weigh_crowd(crowd, policy)
    if beat.within:
        whys.append(Why("within", worth["within"], "both ends lie within the own network"))
    whys += weigh_beats(rhythm, policy)
    if beat.told and not beat.answered:
        says = "nothing ever came back: the destination may be gone, or refuse"
        whys.append(Why("unanswered", worth["unanswered"], says))
    elif beat.size > 0 and beat.same_size >= 0.8 * rhythm.flows:
        says = f"{beat.same_size} of {rhythm.flows} connections sent exactly {beat.size:,.0f} bytes"
        whys.append(Why("same_size", worth["same_size"], says))
    return min(math.prod(why.score for why in whys), 1.0), tuple(whys)


def worth_of(rhythm: Rhythm, policy: Policy) -> Why:
    """What a rhythm is worth before anything explains it."""
    base = policy.beacon["rhythm"] + policy.beacon["filled"] * min(rhythm.covered, 1.0)
    return Why("rhythm", base, describe(rhythm))


def weigh_crowd(crowd: Crowd, policy: Policy) -> list[Why]:
    """What it says that so many reach the same destination; nothing where few are asked, or nobody who is inside."""
    says = f"{crowd.sources:,} of {crowd.of:,} sources reach this destination"
    if is_popular(crowd, policy):
        return [Why("popular", policy.beacon["popular"], f"{says}: a service that many use")]
    return [Why("rare", 1.0, says)] if crowd.sources and crowd.of >= policy.beacon["popular_least"] else []


def weigh_beats(rhythm: Rhythm, policy: Policy) -> list[Why]:
    """A reserve where there are few."""
    few = rhythm.beats < policy.beacon["few_beats"]
    return [Why("few", policy.beacon["few"], f"only {rhythm.beats} beats")] if few else []


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
    if beat.port in fetch["ports"] and abs(beat.rhythm.period / fetch["period"] - 1) <= fetch["give"]:
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
        first_seen=beat.rhythm.first,
        last_seen=beat.rhythm.last,
        flows=beat.rhythm.flows,
        details={
            **details_of(beat.rhythm),
            "ports": [beat.port],
            "proto": beat.proto,
            "bytes": int(beat.sent + beat.got),
        },
    )


def details_of(rhythm: Rhythm) -> dict[str, object]:
    """Columns of a finding."""
    return {
        "period": round(rhythm.period, 3),
        "test": ("gaps", "clock", "growing", "pace")[rhythm.test],
        "log10_chance": round(rhythm.log_p / math.log(10), 1),
        "covered": round(min(rhythm.covered, 1.0), 3),
    }


def describe(rhythm: Rhythm) -> str:
    """The rhythm in a sentence."""
    chance = f"one in 10^{-rhythm.log_p / math.log(10):.0f} by chance"
    span = show_seconds(rhythm.last - rhythm.first)
    if rhythm.test == GROWING:
        return (
            f"each pause is {rhythm.period:.2g} s longer than the last, in {rhythm.covered:.0%} of {rhythm.flows} connections "
            f"over {span} ({chance}): a program that backs off, as Meterpreter's HTTP polling does"
        )
    period = show_seconds(rhythm.period)
    if rhythm.test == CLOCK:
        return (
            f"{rhythm.beats} connections over {span} keep step with a clock of {period}, of whose beats "
            f"{min(rhythm.covered, 1.0):.0%} are here ({chance})"
        )
    if rhythm.test == PACE:
        return (
            f"{rhythm.beats} connections over {span} are a whole number of pauses apart, of {period} give or take "
            f"{rhythm.spread:.0%}, of whose beats {min(rhythm.covered, 1.0):.0%} are here ({chance})"
        )
    return (
        f"connects every {period}, give or take {rhythm.spread:.0%}, for {rhythm.covered:.0%} of {span} "
        f"({rhythm.beats} beats; {chance})"
    )


def show_seconds(seconds: float) -> str:
    """A length of time in the unit that suits it."""
    for unit, size in (("d", 86400.0), ("h", 3600.0), ("min", 60.0)):
        if seconds >= 2 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"
