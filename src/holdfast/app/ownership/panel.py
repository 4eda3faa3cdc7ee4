"""A ruling as plain data for the drawing of its chains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from holdfast.ownership.ruling import percent_text

if TYPE_CHECKING:
    from holdfast.ownership.evaluation import Evaluation
    from holdfast.ownership.ruling import Ruling


def panel_data(ruling: Ruling, evaluation: Evaluation) -> dict[str, Any]:
    """Nodes and edges of the proof, with what a reader wants to see at each; JSON values only."""
    label = evaluation.facts.label
    names = dict.fromkeys(name for edge in ruling.edges for name in (edge.owner, edge.owned))
    return {
        "entity": label(ruling.entity),
        "answer": ruling.answer.value,
        "word": ruling.word,
        "pack": ruling.pack.title,
        "as_of": ruling.as_of.isoformat(),
        "says": ruling.says,
        "change": ruling.change,
        "flags": [flag.replace("_", " ") for flag in ruling.flags],
        "nodes": [
            {"id": name, "label": label(name), "kind": _kind(name, ruling, evaluation)}
            for name in names or {ruling.entity: None}
        ],
        "edges": [
            {
                "from": edge.owner,
                "to": edge.owned,
                "label": "controls" if edge.right == "control" else _share(edge.low, edge.high, edge.right),
                "decides": edge.decides,
            }
            for edge in ruling.edges
        ],
    }


def _kind(name: str, ruling: Ruling, evaluation: Evaluation) -> str:
    place = evaluation.graph.number[name]
    if place in evaluation.listed:
        return "listed" if evaluation.listed[place].certain else "maybe"
    if name == ruling.entity:
        return "subject"
    return "caught" if place in evaluation.surely_caught else "perhaps"


def _share(low: Any, high: Any, right: str) -> str:
    text = (
        percent_text(low, high)
        .replace(" percent", " %")
        .replace("an unknown share", "? %")
        .replace(" to ", "–")
    )
    return f"{text} of votes" if right == "votes" else text
