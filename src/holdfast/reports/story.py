"""Draws what the logs tell: hosts over time, how it spread, each host's signs in order, techniques, tools in use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from holdfast.reports import story_timeline
from holdfast.reports.page import environment

if TYPE_CHECKING:
    from collections.abc import Mapping

VERDICTS = {
    "consistent": ("yes", "consistent with the tradecraft"),
    "several": ("review", "several techniques"),
    "single": ("", "single signs"),
}
"""Class of the style sheet, and the word, by verdict."""
SIGNS_DRAWN = 60
"""Signs of a host that are drawn."""
PLACES_DRAWN = 60
LONGEST = 300
"""Characters of a value that are shown."""


def draw(data: Mapping[str, Any]) -> Markup:
    """The whole panel; ``data`` is what :func:`holdfast.app.hunt_story.describe` gives."""
    loud = data.get("loud", ())
    stories = [_fold(story, {rule["rule"] for rule in loud}) for story in data["stories"]]
    common = story_timeline.common_end([story["host"] for story in stories])
    drawn = (
        environment()
        .get_template("story.html")
        .render(
            timeline=story_timeline.draw(stories, data["spread"]),
            spread=data["spread"],
            stories=stories,
            verdicts=VERDICTS,
            more=data.get("more", 0),
            loud=loud,
            techniques=[
                {**row, "hosts": [host.removesuffix(common) for host in row["hosts"]]}
                for row in data["techniques"]
            ],
            tools=data["tools"],
            places=data["places"],
            places_drawn=PLACES_DRAWN,
            longest=LONGEST,
        )
    )
    return Markup(drawn)  # noqa: S704 - the template escapes what it is given


def _fold(story: Mapping[str, Any], loud: set[str]) -> dict[str, Any]:
    """The story with the signs that are drawn, and those of loud rules counted."""
    kept = [sign for sign in story["signs"] if sign["rule"] not in loud]
    folded = [sign for sign in story["signs"] if sign["rule"] in loud]
    return {
        **story,
        "signs": kept[:SIGNS_DRAWN],
        "undrawn": len(kept[SIGNS_DRAWN:]),
        "loud": len(folded),
        "loud_matches": sum(sign["count"] for sign in folded),
    }
