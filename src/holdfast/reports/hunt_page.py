"""A hunt as one HTML page that needs nothing else: the verdict, the story of each host, what was not read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from holdfast.model.status import State
from holdfast.reports import story
from holdfast.reports.page import environment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from holdfast.model.status import RunStatus


def render(data: Mapping[str, Any], about: Mapping[str, str], statuses: Sequence[RunStatus]) -> str:
    """The page; ``data`` is what :func:`holdfast.app.hunt_story.describe` gives."""
    return (
        environment()
        .get_template("hunt.html")
        .render(
            verdict=sum_up(data),
            about=about,
            release=data["release"],
            tiles=_count(data),
            panel=story.draw(data),
            statuses=statuses,
            unchecked=[status for status in statuses if status.state is not State.OK],
            problems=[problem for status in statuses for problem in status.problems],
        )
    )


def sum_up(data: Mapping[str, Any]) -> str:
    """The result in a sentence or two."""
    stories, verdicts = data["stories"], data["verdicts"]
    if not stories:
        return "No rule and no listed trace matched anything that could be read."
    told = [one for one in stories if one["verdict"] == "consistent"]
    several, rest = verdicts.get("several", 0), verdicts.get("single", 0)
    text = " ".join(
        f"What was seen on {_list(hosts)} is consistent with the tradecraft of {actor}."
        for actor, hosts in _by_actor(told).items()
    )
    text += " " if text else ""
    if several:
        text += f"{several} more {'host shows' if several == 1 else 'hosts show'} several techniques of intruders. "
    if rest:
        text += f"{rest} {'host shows' if rest == 1 else 'hosts show'} single signs, which make no story."
    return text.strip()


def _by_actor(stories: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    hosts: dict[str, list[str]] = {}
    for one in stories:
        hosts.setdefault(one["actor"], []).append(one["host"])
    return hosts


def _list(names: Sequence[str], most: int = 5) -> str:
    shown = [*names[:most], *([f"{len(names) - most} more"] if len(names) > most else [])]
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def _count(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    stories = data["stories"]
    signs = [sign for one in stories for sign in one["signs"]]
    return [
        {"label": "hosts consistent with a watched actor", "count": data["verdicts"].get("consistent", 0)},
        {"label": "hosts with any sign", "count": len(stories) + data["more"]},
        {"label": "techniques", "count": len(data["techniques"])},
        {"label": "listed traces touched", "count": len({sign["indicator"]["value"] for sign in signs if sign["indicator"]})},
        {"label": "new remote-access tools", "count": sum(bool(tool["new"]) for tool in data["tools"])},
    ]  # fmt: skip
