"""Draws held payments: each message as it was read, field by field, with what was recognised marked in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TABLE = Markup(
    '<table><caption class="visually-hidden">Fields of {caption}</caption><thead><tr><th scope="col">Field</th>'
    '<th scope="col">Whose</th><th scope="col">As it was read</th></tr></thead><tbody>{rows}</tbody></table>'
)
_ROW = Markup("<tr><td><code>{path}</code></td><td>{role}</td><td><bdi>{text}</bdi>{says}</td></tr>")
_MESSAGE = Markup(
    '<details class="payment" id="payment-{case}"{open}><summary><strong>{heading}</strong> · {act}{due}</summary>'
    '<p class="who">{file} · case <code>{case}</code>{repeats}</p>{advice}{table}{rest}</details>'
)


def draw(data: Mapping[str, Any]) -> Markup:
    """The messages of ``data["messages"]``; ``data["more"]`` counts those left out."""
    messages = data["messages"]
    parts = [_draw_message(message, is_open=number < 3) for number, message in enumerate(messages)]
    if more := data.get("more"):
        parts.append(
            Markup('<p class="note">And {} more held payments; see findings.jsonl.</p>').format(more)
        )
    return Markup("").join(parts)


def _draw_message(message: Mapping[str, Any], *, is_open: bool) -> Markup:
    heading = f"{message['type'] or 'Message'} {message['id'] or '(no id)'}: {message['amount']} {message['currency']}"
    marked = [field for field in message["fields"] if field["marks"]]
    plain = [field for field in message["fields"] if not field["marks"]]
    rest = Markup("")
    if plain:
        rest = Markup(
            "<details><summary>{} other fields, in which nothing was recognised</summary>{}</details>"
        ).format(len(plain), _draw_fields(plain, f"{heading}, nothing recognised"))
    return _MESSAGE.format(
        case=message["case"],
        open=Markup(" open") if is_open else "",
        heading=heading,
        act=message["act"],
        due=f" · report by {message['due']}" if message["due"] else "",
        file=message["file"],
        repeats=f" · seen before: {message['repeats']}" if message["repeats"] else "",
        advice=Markup('<p class="step">{}</p>').format(message["advice"]) if message["advice"] else "",
        table=_draw_fields(marked, heading),
        rest=rest,
    )


def _draw_fields(fields: Sequence[Mapping[str, Any]], caption: str) -> Markup:
    rows = Markup("").join(
        _ROW.format(
            path=field["path"],
            role=field["role"],
            text=mark(field["text"], field["marks"]),
            says=Markup("").join(
                Markup('<br><span class="origin">{}</span>').format(found["says"]) for found in field["marks"]
            ),
        )
        for field in fields
    )
    return _TABLE.format(caption=caption, rows=rows)


def mark(text: str, marks: Sequence[Mapping[str, Any]]) -> Markup:
    """The text, escaped, with the given spans inside ``<mark>``; overlapping ones become one."""
    spans: list[tuple[int, int]] = []
    for start, end in sorted((int(found["start"]), int(found["end"])) for found in marks):
        if not 0 <= start < end <= len(text):
            continue
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    parts: list[Markup] = []
    position = 0
    for start, end in spans:
        parts += [escape(text[position:start]), Markup("<mark>{}</mark>").format(text[start:end])]
        position = end
    parts.append(escape(text[position:]))
    return Markup("").join(parts)
