"""One run of ``screen`` over all its inputs: read once, screened in blocks by one process or many, rows in order.

A block that is done says how many parties are screened with it, so that who writes the rows down can note how far the
run came, and a run that was stopped can go on from there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.app.decisions import load_decisions
from holdfast.app.screen import COMPILING, as_query, as_row, choose_policy
from holdfast.app.screen_parts import apart, in_parts
from holdfast.app.watchlist import open_watchlist
from holdfast.inputs.stream import CHUNK
from holdfast.model.errors import InputError, UsageError
from holdfast.model.origin import Origin
from holdfast.model.status import Problems, RunStatus
from holdfast.records.parties import read_parties

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from holdfast.app.screen import ScreenRequest
    from holdfast.app.settings import Settings
    from holdfast.model.progress import Progress
    from holdfast.screen.query import Query


@dataclass(frozen=True, slots=True)
class Asked:
    """A party to be screened, and where it stands."""

    query: Query
    origin: Origin


@dataclass(frozen=True, slots=True)
class Screened:
    """What came of some parties."""

    rows: list[dict[str, object]]
    failures: list[tuple[int, str]] = field(default_factory=list)
    """Places of parties that could not be screened, and why."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of the next parties."""

    rows: list[dict[str, object]]
    done: int
    """Parties that are screened with these, over all inputs."""


class Screening:
    """What screens parties to rows of the contract: a watchlist, a policy and the decisions taken before."""

    def __init__(self, request: ScreenRequest, settings: Settings) -> None:
        from holdfast.screen.screener import Screener

        self._request = request
        self._watchlist = open_watchlist(settings, request.edition, request.lists or None)
        policy = choose_policy(request.policy)
        self._decisions, self.statuses = load_decisions(request.decisions, policy)
        self._screener = Screener.open(self._watchlist, policy)
        self.stamp = (self._watchlist.edition, policy.stamp)
        """Edition and policy."""

    def warm_up(self, compiling: Callable[[], None]) -> None:
        """Do what the first question would wait for, and say if loops are compiled."""
        self._screener.warm_up(compiling)

    def screen(self, asked: list[Asked]) -> Screened:
        """The rows of some parties, in their order."""
        return Screened(*apart(self._together, [one.query for one in asked]))

    def _together(self, queries: list[Query]) -> list[dict[str, object]]:
        request, edition = self._request, self._screener.edition
        rows = []
        for _, hits in self._screener.screen_many(queries, top=request.top, min_score=request.min_score):
            for hit in hits:
                party = self._watchlist.party(hit.party)
                settled = self._decisions.settle(hit, party)
                rows.append(as_row(settled, party, edition))
        return rows


@dataclass(slots=True)
class _Input:
    """How far one input is read."""

    path: str
    problems: Problems = field(default_factory=Problems)
    parties: int = 0
    refused: InputError | None = None

    def status(self) -> RunStatus:
        if self.refused is not None:
            return RunStatus.failure("records.parties", self.path, str(self.refused))
        return RunStatus.of("screen", self.path, self.problems, {"parties": self.parties})


class ScreenRun:
    """One run over all inputs."""

    def __init__(self, request: ScreenRequest, settings: Settings, progress: Progress) -> None:
        if not request.paths and not request.parties:
            raise UsageError("there is nobody to screen", advice="Name a file, or give --name")
        self._request = request
        self._settings = settings
        self._progress = progress
        progress.start("laying out the watchlist")
        self._screening = Screening(request, settings)
        self._screening.warm_up(lambda: progress.start(COMPILING))
        self._inputs = [_Input(path) for path in request.paths]
        self.found = False

    def statuses(self) -> list[RunStatus]:
        """How each input ended."""
        return [*self._screening.statuses, *(one.status() for one in self._inputs)]

    def rows(self) -> Iterator[dict[str, object]]:
        """All rows, in the order of the input."""
        for batch in self.batches():
            yield from batch.rows

    def batches(self, skip: int = 0) -> Iterator[Batch]:
        """The rows of all parties but the first ``skip``, in the order of the input."""
        paths = self._request.paths
        totals = [_lines(path) for path in paths]
        total = None if None in totals else sum(filter(None, totals))
        self._progress.start(f"screening {paths[0] if len(paths) == 1 else f'{len(paths)} files'}", total)
        self._progress.advance(skip)
        asked = islice(self._asked(), skip, None)
        opening = (_open, (self._request, self._settings))
        done = skip
        for part, screened in in_parts(
            asked, self._screening.screen, _screen, opening, self._request.jobs, _ADVICE
        ):
            self.found = self.found or any(row["hit"] for row in screened.rows)
            for place, why in screened.failures:
                self._note_failure(part[place], why)
            done += len(part)
            self._progress.advance(len(part))
            yield Batch(screened.rows, done)
        self._check_refused()

    def _asked(self) -> Iterator[Asked]:
        for party in self._request.parties:
            yield Asked(party.as_query(), Origin("--name"))
        for one in self._inputs:
            try:
                for record in read_parties(one.path, one.problems, self._request.mapping):
                    one.parties += 1
                    yield Asked(as_query(record), record.origin)
            except InputError as error:
                one.refused = error

    def _note_failure(self, asked: Asked, why: str) -> None:
        for one in self._inputs:
            if one.path == asked.origin.file:
                one.problems.add(f"could not be screened: {why}", asked.origin)

    def _check_refused(self) -> None:
        refused = [one.refused for one in self._inputs if one.refused is not None]
        if refused and len(refused) == len(self._inputs) and not self._request.parties:
            raise refused[0]

    def fingerprint(self) -> str:
        """A digest of everything that the rows depend on: the bytes of the inputs, the edition, policy and options.

        Raises :class:`~holdfast.model.errors.UsageError` for standard input, which cannot be read again.
        """
        request = self._request
        digest = blake2b(digest_size=16)
        options = (
            request.parties, sorted(request.mapping.items()), request.min_score, request.top, request.lists,
            self._screening.stamp, request.paths,
        )  # fmt: skip
        digest.update(repr(options).encode())
        for path in (*request.paths, *request.decisions):
            if path == "-":
                raise UsageError("standard input cannot be read again", advice="Name a file to use --resume")
            _add_file(digest, path)
        return digest.hexdigest()


def _add_file(digest: blake2b, path: str) -> None:
    try:
        with Path(path).open("rb") as stream:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise InputError("cannot be opened", origin=Origin(path), why=error.strerror or str(error)) from error


def _lines(path: str) -> int | None:
    """About how many rows a plain text file has, for the time left; ``None`` where only reading it all would tell."""
    try:
        if Path(path).suffix not in {".csv", ".tsv", ".jsonl", ".ndjson"}:
            return None
        with Path(path).open("rb") as stream:
            return sum(chunk.count(b"\n") for chunk in iter(lambda: stream.read(CHUNK), b""))
    except OSError:
        return None


_ADVICE = "Run it again with fewer --jobs; with --resume it goes on where it stopped"
_screening: list[Screening] = []
"""Of this process: set once when it starts, since a pool hands its functions nothing else."""


def _open(request: ScreenRequest, settings: Settings) -> None:
    _screening[:] = [Screening(request, settings)]


def _screen(part: list[Asked]) -> Screened:
    return _screening[0].screen(part)
