from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape

from holdfast.model.panel import Panel
from holdfast.reports.panels import render_panel
from holdfast.reports.payment import mark


def message(**changes: Any) -> dict[str, Any]:
    field = {
        "path": "Cdtr/Nm",
        "role": "creditor",
        "text": "<b>Gallows</b> Reach",
        "marks": [{"start": 3, "end": 10, "says": "Gallows (x:1): same <word>"}],
    }
    other = {"path": "Dbtr/Nm", "role": "debtor", "text": "Marsh & Fen", "marks": []}
    return {
        "id": "M<1>",
        "type": "pacs.008.001.08",
        "file": "a.xml#1",
        "amount": "5",
        "currency": "USD",
        "case": "abc",
        "repeats": "",
        "act": "block",
        "advice": "Block it.",
        "due": "2026-12-08",
        "fields": [field, other],
        **changes,
    }


def test_the_hit_is_marked_in_place_and_everything_is_escaped() -> None:
    """The message is shown with the hit inside <mark>, and no markup of the message's own survives."""
    html = str(render_panel(Panel("payment", "Held payments", {"messages": [message()], "more": 2})))
    assert "&lt;b&gt;<mark>Gallows</mark>&lt;/b&gt; Reach" in html
    assert "<b>" not in html
    assert "M&lt;1&gt;" in html
    assert "same &lt;word&gt;" in html
    assert "Marsh &amp; Fen" in html
    assert "report by 2026-12-08" in html
    assert "And 2 more held payments" in html


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40), st.lists(st.tuples(st.integers(-3, 45), st.integers(-3, 45)), max_size=5))
def test_marking_changes_no_letter(text: str, spans: list[tuple[int, int]]) -> None:
    """Whatever is marked, overlapping or out of range, the text without the marks is the text, escaped."""
    html = mark(text, [{"start": start, "end": end} for start, end in spans])
    assert str(html).replace("<mark>", "").replace("</mark>", "") == str(escape(text))
