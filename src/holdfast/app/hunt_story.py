"""What a hunt found, as plain values that the rooms which draw and write can take."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from holdfast.hunt.arrivals import is_outside
from holdfast.hunt.spread import trace
from holdfast.hunt.story import CONSISTENT
from holdfast.hunt.techniques import RELEASE, current, name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from holdfast.hunt.arrivals import Arrival
    from holdfast.hunt.inventory import Use
    from holdfast.hunt.prevalence import Loud
    from holdfast.hunt.sighting import Sighting
    from holdfast.hunt.spread import Step
    from holdfast.hunt.story import Sign, Story


def describe(
    stories: Sequence[Story],
    uses: Iterable[Use],
    arrivals: Iterable[Arrival],
    *,
    most: int | None = None,
    loud: Iterable[Loud] = (),
) -> dict[str, Any]:
    """Stories, how they spread, techniques, tools in use, new places; only the first ``most`` stories when given.

    ``loud`` are the rules whose signs are to be told once.

    The values are those of ``reports.story`` and of the outputs of ``holdfast hunt``.
    """
    drawn = [story for story in stories if story.signs][:most]
    steps = trace(stories)
    ties = {step.host: step for step in steps if step.source}
    return {
        "release": RELEASE,
        "stories": [_story(story, ties.get(story.host)) for story in drawn],
        "more": len(stories) - len(drawn),
        "verdicts": dict(Counter(story.verdict for story in stories)),
        "spread": [
            {
                "source": step.source,
                "host": step.host,
                "when": step.when,
                "accounts": list(step.accounts),
                "says": step.says,
            }
            for step in steps
        ],
        "techniques": _techniques(drawn),
        "tools": [use.to_dict() for use in uses],
        "loud": [asdict(rule) for rule in loud],
        "places": [arrival.to_dict() for arrival in arrivals if arrival.new or is_outside(arrival.address)],
    }  # fmt: skip


def _story(story: Story, tie: Step | None) -> dict[str, Any]:
    tied = f"; tied to {tie.source} by the account {', '.join(tie.accounts)}" if tie is not None else ""
    return {
        "host": story.host or "unknown host",
        "verdict": story.verdict,
        "actor": story.actor,
        "says": capital(story.says()) + tied,
        "first": story.first,
        "last": story.last,
        "accounts": list(story.accounts),
        "techniques": list(story.techniques),
        "signs": [_sign(sign) for sign in story.signs],
    }


def _sign(sign: Sign) -> dict[str, Any]:
    first = sign.first
    return {
        "rule": first.rule,
        "time": first.time,
        "last": sign.last.time,
        "count": sign.count,
        "title": first.title,
        "level": first.level,
        "telling": first.telling,
        "techniques": [current(technique) for technique in first.techniques],
        "indicator": dict(first.details.get("indicator", {})),
        "matched": dict(first.matched),
        "examples": [_example(sighting) for sighting in sign.examples],
        "origin": place(first),
    }


def _example(sighting: Sighting) -> dict[str, Any]:
    return {"time": sighting.time, "origin": place(sighting), "matched": dict(sighting.matched)}


def place(sighting: Sighting) -> str:
    """Where a sighting stands in the input."""
    return f"{sighting.file}:{sighting.record}"


def _techniques(stories: Iterable[Story]) -> list[dict[str, Any]]:
    """Each technique with its signs and hosts, those of told stories first, then by number."""
    found: dict[str, dict[str, Any]] = {}
    for story in stories:
        for sign in story.signs:
            for technique in map(current, sign.first.techniques):
                entry = found.setdefault(
                    technique,
                    {"technique": technique, "name": name_of(technique), "signs": {}, "hosts": {}, "first": "", "told": False},
                )  # fmt: skip
                entry["signs"][sign.first.title] = None
                entry["hosts"][story.host or "unknown host"] = None
                entry["told"] = entry["told"] or story.verdict == CONSISTENT
                if sign.first.time:
                    entry["first"] = min(entry["first"] or sign.first.time, sign.first.time)
    rows = sorted(found.values(), key=lambda entry: (not entry["told"], entry["technique"]))
    return [{**row, "signs": list(row["signs"]), "hosts": list(row["hosts"])} for row in rows]


def capital(text: str) -> str:
    """With a capital at its start."""
    return text[:1].upper() + text[1:]
