"""Logs in an assessment: stories of hosts and touches of listed infrastructure, as findings.

A table of ``holdfast.toml``::

    [[logs]]
    file = "logs"              # a file or a folder
    rules = ["own", "sigma"]   # optional; folders are relative to the assessed one
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from holdfast.app.hunt import OWN, HuntOptions, prepare
from holdfast.app.hunt_story import capital, describe
from holdfast.app.sections.files import find_files
from holdfast.app.sections.interface import SectionRequest, SectionResult
from holdfast.hunt.prevalence import loud_rules
from holdfast.hunt.sighting import weight
from holdfast.hunt.spread import trace
from holdfast.hunt.story import CONSISTENT, SEVERAL, Sign, Story
from holdfast.model.finding import Basis, Evidence, Finding, Verdict
from holdfast.model.origin import Origin
from holdfast.model.panel import Panel

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from holdfast.app.hunt import Hunt
    from holdfast.hunt.arrivals import Arrival
    from holdfast.hunt.inventory import Use
    from holdfast.hunt.sighting import Sighting
    from holdfast.hunt.spread import Step

SCORES = {CONSISTENT: 0.8, SEVERAL: 0.5}
"""Of a story; single signs of level high or above have 0.3, or 0.5 where an account ties the host to a story."""
STORIES_DRAWN = 30
_NEXT = {
    CONSISTENT: "Preserve memory and disk of the host before anything else, take it off the network, and follow its "
    "accounts to other hosts; who did it the logs cannot say.",
    SEVERAL: "Have the host looked at; preserve its logs.",
}
_NEXT_SINGLE = "Ask the owner of the host whether this was meant; keep the log."


def assess(request: SectionRequest) -> SectionResult:
    """Hunt in the logs of every entry."""
    findings: list[Finding] = []
    statuses = []
    stories: list[Story] = []
    events = 0
    uses: list[Use] = []
    places: list[Arrival] = []
    for entry in request.entries:
        run = _prepare(request, entry)
        touches = [sighting for sighting in run.sightings() if "indicator" in sighting.details]
        basis = Basis(
            request.watchlist.edition, policy=f"rules {run.pack.digest}", as_of=request.as_of.isoformat()
        )
        told = run.teller.stories()
        ties = {step.host: step for step in trace(told) if step.source}
        findings += [
            finding
            for story in told
            if (finding := _of_story(story, ties.get(story.host), basis)) is not None
        ]
        findings += _of_touches(touches, basis)
        statuses += run.statuses()
        events += run.logs.events
        stories += told
        uses += run.inventory.uses()
        places += run.arrivals.arrivals()
    panel = Panel(
        "story",
        "What the logs tell, host by host",
        describe(stories, uses, places, most=STORIES_DRAWN, loud=loud_rules(stories, events)),
    )
    return SectionResult(tuple(findings), tuple(statuses), (panel,) if stories or uses else ())


def _prepare(request: SectionRequest, entry: Mapping[str, Any]) -> Hunt:
    paths = [str(path) for path in find_files(request.folder, entry)]
    rules: list[str] = []
    for name in entry.get("rules", [OWN]):
        rules += [OWN] if name == OWN else map(str, find_files(request.folder, {"file": name}))
    return prepare(
        paths, request.settings, HuntOptions(rules=tuple(rules)), request.progress, request.watchlist
    )


def _of_story(story: Story, tie: Step | None, basis: Basis) -> Finding | None:
    """The finding of a host; single signs only where one is of level high or above.

    ``tie`` is the step by which an account leads from a host with a story to this one.
    """
    loud = [sign for sign in story.signs if weight(sign.first.level) >= weight("high")]
    loud = [sign for sign in loud if not sign.first.rule.startswith("indicator-")]
    if story.verdict not in SCORES and not loud:
        return None
    signs = story.signs if story.verdict in SCORES else tuple(loud)
    techniques = dict.fromkeys(technique for sign in signs for technique in sign.first.techniques)
    title = capital(story.says()) if story.verdict in SCORES else f"{loud[0].first.title} on {story.host}"
    if tie is not None:
        title += f"; {', '.join(tie.accounts)} shows signs on {tie.source} before"
    return Finding(
        kind="log",
        subject=story.host or "unknown host",
        title=title,
        verdict=Verdict.REVIEW,
        score=SCORES.get(story.verdict, 0.3 if tie is None else 0.5),
        basis=basis,
        evidence=tuple(_evidence(sign) for sign in signs[:20]),
        next_step=_NEXT.get(story.verdict, _NEXT_SINGLE),
        techniques=tuple(techniques),
        details={
            "actors": [story.actor] if story.actor else [],
            "story": story.verdict,
            "accounts": list(story.accounts),
            "first_seen": story.first,
            "last_seen": story.last,
            "tied_to": tie.source if tie is not None else "",
        },
    )


def _evidence(sign: Sign) -> Evidence:
    seen = sign.first
    times = f", {sign.count} times until {sign.last.time}" if sign.count > 1 else ""
    return Evidence(
        f"{seen.time or 'at an unknown time'}: {seen.title} ({seen.level}{times})",
        Origin(seen.file, record=str(seen.record)),
        {"rule": seen.rule, **seen.matched},
    )


def _of_touches(touches: list[Sighting], basis: Basis) -> Iterator[Finding]:
    """One finding for each host and indicator."""
    groups: dict[tuple[str, str], list[Sighting]] = {}
    for sighting in touches:
        groups.setdefault((sighting.host, sighting.details["indicator"]["value"]), []).append(sighting)
    for (host, value), sightings in groups.items():
        best = max(sightings, key=lambda sighting: weight(sighting.level))
        strong = weight(best.level) >= weight("high")
        source = best.details["indicator"]["source"]
        times = f" ({len(sightings)} events)" if len(sightings) > 1 else ""
        yield Finding(
            kind="log",
            subject=host or "unknown host",
            title=f"{host or 'A host'} touched {value}, {best.title[0].lower()}{best.title[1:].partition(':')[0]}",
            verdict=Verdict.YES if strong else Verdict.REVIEW,
            score=0.9 if strong else 0.3,
            basis=basis,
            evidence=(
                Evidence(
                    f"{best.time or 'at an unknown time'}: {best.title}{times}; source: {source}",
                    Origin(best.file, record=str(best.record)),
                    dict(best.matched),
                ),
            ),
            next_step="Find out what on the host reached for it, and since when.",
            techniques=best.techniques,
            details={
                "actors": [best.actor] if best.actor else [],
                "indicator": dict(best.details["indicator"]),
            },
        )
