"""The assessment as one HTML page that needs nothing else: no script, no font, no picture from outside."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from holdfast.model.finding import Verdict
from holdfast.model.status import State
from holdfast.reports.attribution import draw
from holdfast.reports.page import environment
from holdfast.reports.panels import render_panel

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from jinja2 import Template

    from holdfast.model.attribution import Attribution
    from holdfast.model.case import Assessment, Case
    from holdfast.model.finding import Finding
    from holdfast.model.party import Name


@dataclass(frozen=True, slots=True)
class Kind:
    """How findings of one kind are called."""

    label: str
    singular: str


KINDS = {
    "party": Kind("Parties you deal with", "party"),
    "ownership": Kind("Owned by a listed party", "entity"),
    "payment": Kind("Payments", "payment"),
    "flow": Kind("Traffic", "address"),
    "log": Kind("Logs", "host"),
    "device": Kind("Devices", "device"),
}
"""Kinds of finding in the order in which a case tells them."""

WORDS = {Verdict.YES: "touch", Verdict.REVIEW: "review", Verdict.NO: "cleared"}


@dataclass(slots=True)
class Step:
    """One thing to do, for every finding that asks for it."""

    says: str
    due: str
    concerns: dict[str, list[Finding]] = field(default_factory=dict)
    """The findings by what they concern: the records' own name for a device, an address or a host, else the party's."""


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one kind in one case."""

    label: str
    singular: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Tile:
    """A count for the top of the page."""

    label: str
    count: int
    split: str


def render(assessment: Assessment) -> str:
    """The page."""
    problems = [problem for status in assessment.statuses for problem in status.problems]
    return _template().render(
        a=assessment,
        verdict=sum_up(assessment),
        tiles=_count(assessment),
        steps=_list_steps(assessment.findings),
        panels=[{"title": panel.title, "html": render_panel(panel)} for panel in assessment.panels],
        problems=problems,
        unchecked=[status for status in assessment.statuses if status.state is not State.OK],
        words={verdict.value: word for verdict, word in WORDS.items()},
    )


def sum_up(assessment: Assessment) -> str:
    """The result in a sentence."""
    findings = assessment.findings
    if not findings:
        return "No record that could be read touches a listed party or a watched actor."
    sure = sum(finding.verdict is Verdict.YES for finding in findings)
    review = sum(finding.verdict is Verdict.REVIEW for finding in findings)
    judge = f"{'needs' if review == 1 else 'need'} a person's judgement"
    if not sure:
        return f"No touch is certain; {_say(review, 'place', 'places')} {judge}, over {_say_whom(assessment.cases)}."
    touched = [case for case in assessment.cases if any(f.verdict is Verdict.YES for f in case.findings)]
    text = f"The records touch {_say_whom(touched)} in {_say(sure, 'place', 'places')}"
    return f"{text}; {review:,} more {judge}." if review else f"{text}."


def _say_whom(cases: Sequence[Case]) -> str:
    """How many listed parties, and how many actors behind whom nobody is listed."""
    listed = sum(bool(case.parties) for case in cases)
    counts = [
        (listed, "listed party", "listed parties"),
        (len(cases) - listed, "watched actor", "watched actors"),
    ]
    return " and ".join(_say(count, one, many) for count, one, many in counts if count)


def _say(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _list_steps(findings: Iterable[Finding]) -> list[Step]:
    steps: dict[tuple[str, str], Step] = {}
    for finding in findings:
        if finding.next_step and finding.verdict is not Verdict.NO:
            key = (finding.due, finding.next_step)
            concerns = steps.setdefault(key, Step(finding.next_step, finding.due)).concerns
            own = finding.kind in {"device", "flow", "log"} or not finding.subject_name
            concerns.setdefault(finding.subject if own else finding.subject_name, []).append(finding)
    return sorted(steps.values(), key=lambda step: (step.due == "", step.due, -len(step.concerns)))


def _count(assessment: Assessment) -> list[Tile]:
    tiles = []
    for key, kind in KINDS.items():
        findings = [finding for finding in assessment.findings if finding.kind == key]
        if findings:
            sure = sum(finding.verdict is Verdict.YES for finding in findings)
            tiles.append(
                Tile(kind.label, len(findings), f"{sure:,} sure, {len(findings) - sure:,} to review")
            )
    return tiles


def _group(case: Case) -> Iterator[Group]:
    kinds = dict.fromkeys([*KINDS, *(finding.kind for finding in case.findings)])
    for key in kinds:
        findings = tuple(finding for finding in case.findings if finding.kind == key)
        if findings:
            kind = KINDS.get(key, Kind(key, key))
            yield Group(kind.label, kind.singular, findings)


def _other_names(case: Case) -> list[Name]:
    names = {name.as_listed: name for party in case.parties for name in party.names}
    return [name for listed, name in names.items() if listed != case.name]


def _list_ties(case: Case) -> list[Attribution]:
    """Edges between parties, actors and botnets; what they use is counted in the drawing."""
    kinds = {"party", "actor", "botnet"}
    edges = (edge for edge in case.attributions if edge.relation != "same-as")
    return [edge for edge in edges if edge.object.partition(":")[0] in kinds]


def _show_day(value: str) -> str:
    try:
        day = date.fromisoformat(value[:10])
    except ValueError:
        return value
    return f"{day.day} {day:%B %Y}"


@cache
def _template() -> Template:
    made = environment()
    made.filters["day"] = _show_day
    made.filters["by_kind"] = lambda case: list(_group(case))
    made.filters["other_names"] = _other_names
    made.filters["drawing"] = draw
    made.filters["ties"] = _list_ties
    return made.get_template("assessment.html")
