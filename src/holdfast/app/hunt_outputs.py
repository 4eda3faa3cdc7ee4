"""What a hunt leaves besides its lines: a timeline, a Navigator layer, a STIX bundle, a page with the story."""

from __future__ import annotations

import heapq
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

from holdfast import __version__
from holdfast.app.hunt_story import describe
from holdfast.hunt.prevalence import loud_rules
from holdfast.model.status import RunStatus, State
from holdfast.reports import hunt_page, navigator, sightings, timeline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.app.hunt import Hunt
    from holdfast.hunt.sighting import Sighting

STORIES_DRAWN = 200
"""Hosts on the page; the other outputs have all."""
IN_MEMORY = 200_000
"""Lines of a timeline that are sorted at a time; the rest waits on disk, so that memory has a bound."""


@dataclass(frozen=True, slots=True)
class HuntOutputs:
    """Files to write; none where absent."""

    timeline: Path | None = None
    navigator: Path | None = None
    stix: Path | None = None
    page: Path | None = None

    @property
    def wanted(self) -> bool:
        """Whether there is anything to write."""
        return any((self.timeline, self.navigator, self.stix, self.page))


@dataclass(slots=True)
class _Timeline:
    """Sorts lines by time, whatever their number."""

    stack: ExitStack
    """Closes the files that wait."""
    undated: int = 0
    """Matches that no line can be written for."""
    _lines: list[str] = field(default_factory=list)
    _sorted: list[IO[str]] = field(default_factory=list)

    def add(self, sighting: Sighting) -> None:
        """One more match."""
        if not sighting.time:
            self.undated += 1
            return
        line = timeline.line(sighting.to_dict())
        self._lines.append(f"{timeline.microseconds(sighting.time):020}\t{line}")
        if len(self._lines) >= IN_MEMORY:
            self._spill()

    def _spill(self) -> None:
        file = self.stack.enter_context(_draft())
        file.writelines(sorted(self._lines))
        file.seek(0)
        self._sorted.append(file)
        self._lines = []

    def write(self, path: Path) -> None:
        """All lines in order of time."""
        with path.open("w", encoding="utf-8", newline="") as stream:
            stream.write(timeline.head())
            for line in heapq.merge(*self._sorted, sorted(self._lines)):
                stream.write(line.partition("\t")[2])


def _draft() -> IO[str]:
    return tempfile.TemporaryFile("w+", encoding="utf-8", newline="")


def record(run: Hunt, outputs: HuntOutputs) -> Iterator[Sighting]:
    """The sightings of the run as they come; the files are written after the last."""
    with ExitStack() as stack:
        lines = _Timeline(stack) if outputs.timeline else None
        for sighting in run.sightings():
            if lines is not None:
                lines.add(sighting)
            yield sighting
        if lines is not None and outputs.timeline is not None:
            _make_room(outputs.timeline)
            lines.write(outputs.timeline)
            run.extra.append(_status(lines.undated))
    _write_whole(run, outputs)


def _write_whole(run: Hunt, outputs: HuntOutputs) -> None:
    """What can be written only when the stories are known."""
    if not (outputs.navigator or outputs.stix or outputs.page):
        return
    data = describe(run.teller.stories(), run.inventory.uses(), run.arrivals.arrivals())
    if outputs.navigator is not None:
        _make_room(outputs.navigator).write_bytes(navigator.render(data, about(run)))
    if outputs.stix is not None:
        _make_room(outputs.stix).write_bytes(sightings.render(data, rule_texts(run)))
    if outputs.page is not None:
        stories = run.teller.stories()
        drawn = describe(
            stories,
            run.inventory.uses(),
            run.arrivals.arrivals(),
            most=STORIES_DRAWN,
            loud=loud_rules(stories, run.logs.events),
        )
        page = hunt_page.render(drawn, about(run), run.statuses())
        _make_room(outputs.page).write_text(page, encoding="utf-8")


def about(run: Hunt) -> dict[str, str]:
    """What the results rest on."""
    return {
        "rules": f"{len(run.pack.rules):,} rules and {len(run.pack.correlations):,} correlations, {run.pack.digest}",
        "events": f"{run.logs.events:,}",
        "matches": f"{run.found:,}",
        "logs": ", ".join(run.logs.paths),
        "written by": f"Holdfast {__version__}",
    }


def _make_room(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _status(undated: int) -> RunStatus:
    if not undated:
        return RunStatus("hunt.timeline", "timeline", State.OK)
    reason = f"{undated} {'match does' if undated == 1 else 'matches do'} not say when; not in the timeline"
    return RunStatus("hunt.timeline", "timeline", State.PARTIAL, {"undated": undated}, reason)


def rule_texts(run: Hunt) -> dict[str, str]:
    """The text of each rule that matched, by its id, with its author and licence as it stands."""
    import yaml

    seen = {sign.first.rule for story in run.teller.stories() for sign in story.signs}
    files = {rule.file for rule in run.pack.rules if rule.id in seen}
    files |= {rule.file for rule in run.pack.correlations if rule.id in seen}
    texts: dict[str, str] = {}
    for file in sorted(files - {""}):
        for document in yaml.safe_load_all(Path(file).read_text("utf-8")):
            if isinstance(document, dict) and str(document.get("id")) in seen:
                texts[str(document["id"])] = yaml.safe_dump(document, sort_keys=False, allow_unicode=True)
    return texts
