"""Traffic: who talks to listed infrastructure, and who behaves like a bot."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from holdfast.app.outcome import Outcome
from holdfast.app.traffic_outputs import TrafficOutputs, check_outputs, write_outputs
from holdfast.app.watchlist import open_watchlist
from holdfast.inputs.folder import shown_below
from holdfast.model.errors import InputError, UsageError
from holdfast.model.origin import Origin
from holdfast.model.progress import Silent
from holdfast.model.status import Problems, RunStatus, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from holdfast.app.settings import Settings
    from holdfast.flows.behaviour.behaviour import Behaviour
    from holdfast.flows.finding import TrafficFinding
    from holdfast.model.indicator import Indicator
    from holdfast.model.progress import Progress
    from holdfast.model.traffic import TrafficBatch
    from holdfast.model.watchlist import Watchlist
    from holdfast.records.columns import Reading
    from holdfast.records.traffic import TrafficFile

CLOCK_JUMP = 3600.0
"""Seconds that a log may step back without a word: logs are written when flows end, so some always do."""
COLUMNS = ("kind", "source", "destination", "score", "first_seen", "last_seen", "flows", "indicator", "why")
"""Of the table on a terminal."""


@dataclass(frozen=True, slots=True)
class FlowsRequest:
    """What is to be looked through, and for what."""

    paths: tuple[Path, ...]
    """Files, ``-`` for standard input, or folders, which are walked."""
    indicators: tuple[Path, ...] = ()
    """Lists of indicators besides those of the watchlist."""
    min_score: float = 0.0
    """Findings below it are not shown."""
    zone: str = "UTC"
    """Zone of times that carry none."""
    lists: tuple[str, ...] = ()
    edition: str | None = None
    watchlist: bool = True
    """Whether the indicators of the watchlist count besides those of :attr:`indicators`."""
    behaviour: bool = True
    """Whether to look for rhythms and other behaviour besides indicators."""
    inside: tuple[str, ...] = ()
    """Own networks; without any, private addresses."""
    explained: bool = False
    """Whether to show rhythms that something ordinary explains."""
    index: Path | None = None
    """Folder of an index to which the traffic is added, for :mod:`holdfast.app.retro`."""
    shared: tuple[str, ...] = ()
    """Public addresses of a carrier NAT, each of many subscribers; inside as well."""
    outputs: TrafficOutputs = field(default_factory=TrafficOutputs)


@dataclass(slots=True)
class Traffic:
    """One run: findings as they come, statuses after the last."""

    statuses: list[RunStatus] = field(default_factory=list)
    found: bool = False
    indicators: list[Indicator] = field(default_factory=list)
    """Those looked for; complete before the first finding."""
    narrow: Callable[[TrafficBatch], TrafficBatch] | None = None
    """Leaves of each batch the rows that count; all without it."""


def find_in_flows(request: FlowsRequest, settings: Settings, progress: Progress | None = None) -> Outcome:
    """Findings as rows of the contract. Raises :class:`UsageError` when there is nothing to read."""
    from holdfast.flows.inside import Inside

    run = Traffic()
    check_outputs(request.outputs)
    inside = Inside(request.inside, request.shared)

    def rows() -> Iterator[dict[str, object]]:
        shown: list[TrafficFinding] = []
        for finding in traffic_findings(request, settings, run, progress or Silent()):
            if finding.score >= request.min_score and (request.explained or finding.kind != "rhythm"):
                run.found = True
                if request.outputs.wanted:
                    shown.append(finding)
                yield finding.to_dict()
        if request.outputs.wanted:
            run.statuses += write_outputs(request.outputs, shown, inside, run.indicators)

    return Outcome(rows(), lambda: run.found, lambda: run.statuses)


def traffic_findings(
    request: FlowsRequest, settings: Settings, run: Traffic, progress: Progress
) -> Iterator[TrafficFinding]:
    """Findings as objects."""
    import time

    from holdfast.app.traffic_index import Indexing
    from holdfast.flows.behaviour.behaviour import Behaviour
    from holdfast.flows.behaviour.pairs import PairLog
    from holdfast.flows.inside import Inside
    from holdfast.flows.policy import read_policy
    from holdfast.flows.touches import Touches
    from holdfast.records.columns import Reading

    run.indicators += gather_indicators(request, settings, run)
    touches = Touches(run.indicators, read_policy(), Inside((), request.shared))
    reading = Reading(request.zone, time.time())
    log = PairLog()
    own = _networks((*request.inside, *request.shared))
    behaviour = Behaviour(read_policy(), log, own) if request.behaviour else None
    read = 0
    refused: list[InputError] = []
    files = traffic_files(request)
    index = Indexing(request.index, [path for path, _ in files], log) if request.index else None
    progress.start("reading traffic", len(files))
    for path, named in files:
        try:
            for batch in _batches(path, reading, run, named=named):
                counted = batch if run.narrow is None else run.narrow(batch)
                touches.add(counted)
                if counted.kind == "flows" and (behaviour or index):
                    log.add(counted.rows)
                elif counted.kind == "names" and behaviour:
                    behaviour.add_names(counted.rows)
                if index is not None:
                    index.add(path, counted)
            read += 1
        except InputError as error:
            _refuse(path, error, run, named=named)
            refused.append(error)
        progress.advance()
    if not read and refused:
        raise refused[0]
    counts = {"indicators": len(run.indicators), "duplicates": touches.duplicates}
    doubled = Problems()
    if touches.duplicates:
        says = f"hits that came twice in every respect, as from two exports of one flow, counted once: {touches.duplicates:,}"
        doubled.add(says, Origin("indicators"), lost=False)
    run.statuses.append(RunStatus.of("flows", "indicators", doubled, counts))
    findings = list(touches.findings())
    if behaviour is not None:
        # Who touched a listed address is named for that; to be in a beacon's company says no more.
        listed = {(finding.source, finding.destination) for finding in findings}
        findings += (
            finding
            for finding in behaviour.findings()
            if finding.kind != "member" or (finding.source, finding.destination) not in listed
        )
        run.statuses.append(_status_of_behaviour(behaviour))
    if index is not None:
        run.statuses.append(index.finish())
    yield from sorted(findings, key=lambda finding: -finding.score)


def _networks(texts: Iterable[str]) -> tuple[str, ...]:
    """Own networks as given; :class:`UsageError` when one is none."""
    from holdfast.text.addresses import network

    for text in texts:
        if network(text) is None:
            raise UsageError(f"{text!r} is no network", advice="Write 203.0.113.0/24 or 2001:db8::/32")
    return tuple(texts)


def _status_of_behaviour(behaviour: Behaviour) -> RunStatus:
    """How many pairs kept time, and what was taken for granted about inside and outside."""
    problems = Problems()
    if behaviour.taken_inside:
        says = f"taken as inside, because most flows without a private address touch it: {', '.join(behaviour.taken_inside)} (see --inside)"
        problems.add(says, Origin("behaviour"), lost=False)
    if explained := behaviour.counts["rhythm"]:
        says = f"rhythms that something ordinary explains, or only questions to a name server show, shown with --explained: {explained:,}"
        problems.add(says, Origin("behaviour"), lost=False)
    return RunStatus.of("flows", "behaviour", problems, dict(behaviour.counts))


def gather_indicators(request: FlowsRequest, settings: Settings, run: Traffic) -> Iterator[Indicator]:
    """Those of the watchlist, unless told otherwise, and those of the lists named."""
    from holdfast.sources.indicators import read_indicators

    if request.watchlist:
        yield from _watched(request, settings).indicators()
    for path in request.indicators:
        problems = Problems()
        count = 0
        for indicator in read_indicators(path, problems):
            count += 1
            yield indicator
        if not count:
            problems.add("holds no indicator", Origin(str(path)))
        run.statuses.append(RunStatus.of("sources.indicators", str(path), problems, {"indicators": count}))


def _watched(request: FlowsRequest, settings: Settings) -> Watchlist:
    return open_watchlist(settings, request.edition, request.lists or None)


def traffic_files(request: FlowsRequest) -> list[tuple[Path, bool]]:
    """Files to read, and whether the user named them; those that a folder holds may be no traffic."""
    files = list(chain.from_iterable(_walk(path) for path in request.paths))
    if not files:
        raise UsageError(
            "no file to read", advice="Name a file, a folder that holds some, or - for standard input"
        )
    return files


def _walk(path: Path) -> Iterable[tuple[Path, bool]]:
    if not path.is_dir():
        return [(path, True)]
    return [(item, False) for item in shown_below(path)]


def _batches(path: Path, reading: Reading, run: Traffic, *, named: bool) -> Iterator[TrafficBatch]:
    """The batches of one file, and its status when it is read."""
    from holdfast.records.traffic import open_traffic

    problems = Problems()
    file = open_traffic(path, problems, reading)
    yield from file.batches()
    run.statuses.append(status_of(file, named=named))


def _refuse(path: Path, error: InputError, run: Traffic, *, named: bool) -> None:
    """A file that is no traffic: a failure when the user named it, a remark when a folder held it."""
    says = f"{error.what}{f' ({error.why})' if error.why else ''}"
    if named:
        run.statuses.append(RunStatus.failure("records.traffic", str(path), says))
    else:
        run.statuses.append(
            RunStatus("records.traffic", str(path), State.OK, {"rows": 0}, f"passed over: {says}")
        )


def status_of(file: TrafficFile, *, named: bool = True) -> RunStatus:
    """How a file was: rows, and what was odd about its clock, its order and its columns."""
    counts = file.counts
    odd = (
        (counts.zoneless, f"times without a zone, read as {file.reading.zone}"),
        (counts.early, "times before 1990: a clock that was not set, or a count from the start of a capture"),
        (counts.late, "times in the future"),
        (counts.negative, "negative durations, taken as unknown"),
        (
            counts.reordered if counts.backward > CLOCK_JUMP else 0,
            "rows earlier than the one above, by more than an hour in places: a clock that jumped, or a joined file",
        ),
    )
    for number, says in odd:
        if number:
            file.problems.add(f"{says}: {number:,}", Origin(file.name), lost=False)
    if named:
        for note in counts.notes:
            file.problems.add(note, Origin(file.name), lost=False)
    numbers = {
        "rows": counts.rows,
        "not_ip": counts.skipped,
        "reordered": counts.reordered,
        "zoneless": counts.zoneless,
        "early": counts.early,
        "late": counts.late,
        "negative_durations": counts.negative,
        **{name: number for name, number in counts.more.items() if number},
    }
    return RunStatus.of("records.traffic", file.name, file.problems, numbers)
