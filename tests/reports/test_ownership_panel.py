"""A drawing of ownership shows every party and stake, for eyes and for readers of text, and nothing that was injected."""

import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.model.panel import Panel
from holdfast.reports.ownership import BOX_HEIGHT, BOX_WIDTH, draw_chain
from holdfast.reports.panels import render_panel


def drawing(edges: list[tuple[str, str, str]], **changes: Any) -> dict[str, Any]:
    names = dict.fromkeys(name for edge in edges for name in edge[:2])
    return {
        "entity": "C",
        "answer": "yes",
        "word": "blocked",
        "pack": "OFAC 50 Percent Rule",
        "as_of": "2026-11-23",
        "says": "X holds it.",
        "change": "Exactly on the line.",
        "flags": ["trust"],
        "nodes": [
            {"id": name, "label": name, "kind": "listed" if name == "X" else "caught"} for name in names
        ],
        "edges": [{"from": a, "to": b, "label": label, "decides": b == "C"} for a, b, label in edges],
        **changes,
    }


def boxes(html: str) -> dict[str, tuple[float, float]]:
    found = re.findall(r"<title>(.*?)</title><rect x=\"(\d+)\" y=\"(\d+)\"", html)
    return {label: (float(x), float(y)) for label, x, y in found}


def test_owners_stand_above_what_they_own() -> None:
    """Each owner is a layer above what it owns, the listed party on top, and stakes stand on their lines."""
    html = str(draw_chain(drawing([("X", "A", "60 %"), ("A", "C", "40 %"), ("X", "C", "10 %")])))
    places = boxes(html)
    assert places["X"][1] < places["A"][1] < places["C"][1]
    assert ">60 %<" in html
    assert html.count("stake decides") == 2
    assert 'aria-label="Ownership of C: X holds 60 % of A; A holds 40 % of C; X holds 10 % of C"' in html


def test_markup_in_a_name_stays_text() -> None:
    """A name with markup in it is shown as it is written."""
    evil = "<script>alert(1)</script>"
    html = str(
        render_panel(
            Panel("ownership", "Who", {"drawings": [drawing([(evil, "C", "50 %")], entity=evil)], "more": 3})
        )
    )
    assert "<script" not in html
    assert "And 3 more" in html


@given(
    st.lists(
        st.tuples(st.sampled_from("XABCDEFG"), st.sampled_from("ABCDEFG"), st.just("50 %")).filter(
            lambda edge: edge[0] != edge[1]
        ),
        min_size=1,
        max_size=14,
        unique=True,
    )
)
@settings(max_examples=100, deadline=None)
def test_boxes_never_overlap(edges: list[tuple[str, str, str]]) -> None:
    """Whatever the graph, loops included, every party has a box of its own inside the drawing."""
    html = str(draw_chain(drawing(edges)))
    places = list(boxes(html).values())
    assert len(places) == len({name for edge in edges for name in edge[:2]})
    for number, (x, y) in enumerate(places):
        for other_x, other_y in places[number + 1 :]:
            assert abs(x - other_x) >= BOX_WIDTH or abs(y - other_y) >= BOX_HEIGHT
