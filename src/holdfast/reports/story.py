"""Draws what the logs tell: hosts over time, how it spread, each host's signs in order, techniques, tools in use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from holdfast.reports import story_timeline

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

VERDICTS = {
    "consistent": ("yes", "consistent with the tradecraft"),
    "several": ("review", "several techniques"),
    "single": ("", "single signs"),
}
"""Class of the style sheet, and the word, by verdict."""
SIGNS_DRAWN = 60
"""Signs of a host that are drawn."""
_NOTHING, _BREAK = Markup(""), Markup("<br>")
PLACES_DRAWN = 60
LONGEST = 300
"""Characters of a value that are shown."""


def draw(data: Mapping[str, Any]) -> Markup:
    """The whole panel."""
    loud = {rule["rule"] for rule in data.get("loud", ())}
    stories = [_folded(story, loud) for story in data["stories"]]
    parts = [story_timeline.draw(stories, data["spread"]), _draw_spread(data["spread"])]
    parts += [
        _draw_story(story, is_open=story["verdict"] != "single" or number == 0)
        for number, story in enumerate(stories)
    ]
    if data.get("more"):
        parts.append(
            Markup('<p class="note">And {} more hosts; the lines of output have them all.</p>').format(
                data["more"]
            )
        )
    common = story_timeline.common_end([story["host"] for story in stories])
    parts += [
        _draw_loud(data.get("loud", ())),
        _draw_techniques(data["techniques"], common),
        _draw_tools(data["tools"]),
        _draw_places(data["places"]),
    ]
    return Markup("").join(parts)


def _folded(story: Mapping[str, Any], loud: set[str]) -> dict[str, Any]:
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


def _draw_loud(rules: Sequence[Mapping[str, Any]]) -> Markup:
    if not rules:
        return _NOTHING
    rows = _join(
        Markup(
            '<tr><td>{}</td><td>{}</td><td class="number">{:,}</td><td class="number">{:,}</td><td class="number">{:,.0f}</td></tr>'
        ).format(rule["title"], rule["level"], rule["matches"], rule["hosts"], rule["per_million"])
        for rule in rules
    )
    return Markup(
        '<h3 id="loud">Loud rules</h3><p class="note">Rules that match so often in these logs that a match says little. '
        "Their signs are left out of the stories above, and stand in the lines of output. Look at one match of each that "
        "is high: either it is ordinary here, and a Sigma filter for it is in order, or it is everywhere.</p>"
        '<table><thead><tr><th scope="col">Rule</th><th scope="col">Level</th><th scope="col">Matches</th>'
        '<th scope="col">Hosts</th><th scope="col">In a million events</th></tr></thead><tbody>{}</tbody></table>'
    ).format(rows)


def _draw_spread(steps: Sequence[Mapping[str, Any]]) -> Markup:
    if not steps:
        return Markup("")
    rows = _join(
        Markup("<li>{} <strong>{}</strong>: {}{}</li>").format(
            _time(step["when"]),
            step["host"],
            step["says"],
            f", by {', '.join(step['accounts'])}, who shows signs on {step['source']} before"
            if step["source"]
            else "",
        )
        for step in steps
    )
    return Markup(
        '<h3>How it spread</h3><p class="note">First sign on each host. That an account shows signs on two hosts ties '
        "them together; it does not say which way anyone came.</p><ol>{}</ol>"
    ).format(rows)


def _draw_story(story: Mapping[str, Any], *, is_open: bool) -> Markup:
    style, word = VERDICTS[story["verdict"]]
    accounts = f" · accounts: {', '.join(story['accounts'])}" if story["accounts"] else ""
    rows = _join(_draw_sign(number, sign) for number, sign in enumerate(story["signs"], 1))
    return Markup(
        '<details{open}><summary><strong>{host}</strong> · <span class="verdict {style}">{word}</span> · {says}</summary>'
        '<p class="who">First sign {first}, last {last}{accounts}</p>'
        '<table class="signs"><caption class="visually-hidden">Signs on {host}</caption><thead><tr><th scope="col">No.</th>'
        '<th scope="col">Time (UTC)</th><th scope="col">Sign</th><th scope="col">Level</th>'
        '<th scope="col">Techniques</th><th scope="col">Where it stands</th></tr></thead><tbody>{rows}</tbody></table>'
        "{rest}</details>"
    ).format(
        rest=_draw_rest(story),
        open=Markup(" open") if is_open else "",
        host=story["host"],
        style=style,
        word=word,
        says=story["says"],
        first=_time(story["first"]),
        last=_time(story["last"]),
        accounts=accounts,
        rows=rows,
    )


def _draw_rest(story: Mapping[str, Any]) -> Markup:
    """What of the signs is not in the table."""
    parts = []
    if story["undrawn"]:
        parts.append(Markup("{:,} more signs").format(story["undrawn"]))
    if story["loud"]:
        parts.append(
            Markup('{:,} matches of {:,} <a href="#loud">loud {}</a>').format(
                story["loud_matches"], story["loud"], "rule" if story["loud"] == 1 else "rules"
            )
        )
    if not parts:
        return _NOTHING
    return Markup('<p class="note">Not drawn: {}; the lines of output have them all.</p>').format(
        _join(parts, Markup(" and "))
    )


def _draw_sign(number: int, sign: Mapping[str, Any]) -> Markup:
    matched = _join(
        Markup('<br><span class="origin">{}:</span> <code><bdi>{}</bdi></code>').format(name, _clip(value))
        for name, value in list(sign["matched"].items())[:6]
    )
    again: Markup | str = ""
    if sign["count"] > 1:
        last = Markup(", last<br>{}").format(_time(sign["last"])) if sign["last"] else ""
        again = Markup('<br><span class="origin">{} times{}</span>').format(sign["count"], last)
    return Markup(
        '<tr><td class="number">{number}</td><td>{time}{again}</td><td>{title}{telling}{matched}</td><td>{level}</td>'
        '<td>{techniques}</td><td class="source">{places}</td></tr>'
    ).format(
        number=number,
        time=_time(sign["time"]),
        again=again,
        title=sign["title"],
        telling=Markup(' <strong title="a telling sign">◆</strong>') if sign["telling"] else "",
        matched=matched,
        level=sign["level"],
        techniques=_join((Markup("{}").format(one) for one in sign["techniques"]), _BREAK),
        places=_join((Markup("{}").format(one["origin"]) for one in sign["examples"]), _BREAK),
    )


def _draw_techniques(rows: Sequence[Mapping[str, Any]], common: str) -> Markup:
    if not rows:
        return Markup("")
    lines = _join(
        Markup(
            '<tr><th scope="row">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>'
        ).format(
            row["technique"],
            row["name"],
            _some(row["signs"]),
            _some([host.removesuffix(common) for host in row["hosts"]]),
            _time(row["first"]),
        )
        for row in rows
    )  # fmt: skip
    return Markup(
        '<h3>Techniques</h3><table class="techniques"><caption class="visually-hidden">ATT&amp;CK techniques that were seen</caption><thead>'
        '<tr><th scope="col">ATT&amp;CK</th><th scope="col">Technique</th><th scope="col">Signs</th>'
        '<th scope="col">Hosts</th><th scope="col">First (UTC)</th></tr></thead><tbody>{}</tbody></table>'
    ).format(lines)


def _draw_tools(tools: Sequence[Mapping[str, Any]]) -> Markup:
    if not tools:
        return Markup('<p class="note">No remote-access tool of the inventory was seen.</p>')
    rows = _join(
        Markup(
            '<tr><td>{}{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td class="number">{}</td><td>{}</td></tr>'
        ).format(
            tool["tool"],
            Markup(" <strong>new</strong>") if tool["new"] else "",
            tool["host"],
            _join((Markup("{}").format(account) for account in tool["accounts"]), _BREAK),
            tool["first_seen"][:10],
            tool["last_seen"][:10],
            tool["count"],
            _join((Markup("{}").format(place) for place in tool["places"]), _BREAK),
        )
        for tool in tools
    )
    return Markup(
        '<h3>Remote-access tools in use</h3><p class="note">Inventory, not an accusation: whoever runs them should be '
        "able to say why. “New” means first seen in the last 30 days of logs that reach further back.</p>"
        '<table><thead><tr><th scope="col">Tool</th><th scope="col">Host</th><th scope="col">Run by</th>'
        '<th scope="col">Since</th><th scope="col">Last</th><th scope="col">Times</th><th scope="col">Where</th></tr>'
        "</thead><tbody>{}</tbody></table>"
    ).format(rows)


def _draw_places(places: Sequence[Mapping[str, Any]]) -> Markup:
    if not places:
        return Markup("")
    rows = _join(
        Markup(
            '<tr><td>{}{}</td><td>{}</td><td>{}{}</td><td>{}</td><td>{}</td><td>{}</td><td class="number">{}</td></tr>'
        ).format(
            place["way"],
            Markup(" <strong>new</strong>") if place["new"] else "",
            place["host"],
            place["address"],
            " (outside)" if place["outside"] else "",
            _some(place["accounts"]),
            place["first_seen"][:10],
            place["last_seen"][:10],
            place["count"],
        )
        for place in places[:PLACES_DRAWN]
    )
    more = len(places) - PLACES_DRAWN
    return Markup(
        '<h3>Remote sessions from new places and from outside</h3><p class="note">“New” means first seen in the last 30 days '
        "on a host whose sessions have been watched for longer.{}</p>"
        '<table><thead><tr><th scope="col">By</th><th scope="col">To</th><th scope="col">From</th><th scope="col">Accounts'
        '</th><th scope="col">Since</th><th scope="col">Last</th><th scope="col">Times</th></tr></thead><tbody>{}</tbody></table>'
    ).format(f" The first {PLACES_DRAWN} of {len(places)}." if more > 0 else "", rows)


def _join(parts: Iterable[Markup], between: Markup = _NOTHING) -> Markup:
    return between.join(parts)


def _some(names: Sequence[str], most: int = 6) -> Markup:
    more = Markup("<br>and {} more").format(len(names) - most) if len(names) > most else Markup("")
    return _join((Markup("{}").format(name) for name in names[:most]), _BREAK) + more


def _time(stamp: str) -> Markup:
    if not stamp:
        return Markup("unknown time")
    return Markup('<time datetime="{}">{}</time>').format(stamp, stamp[:19].replace("T", " "))


def _clip(value: str) -> str:
    return value if len(value) <= LONGEST else value[:LONGEST] + "…"
