"""What would change a verdict: how far the entity is from the line, and which stake decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.model.finding import Verdict
from holdfast.ownership.ruling import percent_text, points_text

if TYPE_CHECKING:
    from fractions import Fraction

    from holdfast.ownership.evaluation import Evaluation
    from holdfast.ownership.proof import Ground


def what_would_change(
    evaluation: Evaluation,
    entity: int,
    answer: Verdict,
    low: Fraction,
    high: Fraction,
    pairs: list[tuple[Ground, list[int]]],
) -> str:
    """A sentence for an analyst; empty where the line has nothing to do with the verdict."""
    listing = evaluation.listed.get(entity)
    if evaluation.period is None or (listing is not None and listing.certain):
        return ""
    if listing is not None and answer is Verdict.REVIEW:
        told = f"Decided by whether {evaluation.facts.label(evaluation.graph.names[entity])} is the listed party."
        threshold = evaluation.period.threshold
        reached = high > threshold or (high == threshold and evaluation.period.inclusive)
        beside = _by_stakes(evaluation, entity, Verdict.REVIEW if reached else Verdict.NO, low, high, pairs)
        return f"{told} If it is not: {beside[0].lower()}{beside[1:]}" if pairs and beside else told
    return _by_stakes(evaluation, entity, answer, low, high, pairs)


def _by_stakes(
    evaluation: Evaluation,
    entity: int,
    answer: Verdict,
    low: Fraction,
    high: Fraction,
    pairs: list[tuple[Ground, list[int]]],
) -> str:
    """What would change an answer that comes of stakes or of control."""
    assert evaluation.period is not None
    if evaluation.pack.aggregation == "none":
        return ""
    threshold = evaluation.period.threshold
    if any(ground.row is None for ground, _ in pairs):
        return "It stands on control, not on a share: it falls when the control record is rebutted."
    if answer is Verdict.YES:
        return _above(evaluation, low - threshold, pairs)
    if answer is Verdict.REVIEW:
        return _open(evaluation, entity, pairs)
    return _below(evaluation, entity, high, {member for _, path in pairs for member in path})


def _above(evaluation: Evaluation, margin: Fraction, pairs: list[tuple[Ground, list[int]]]) -> str:
    graph = evaluation.graph
    told = f"{points_text(margin)} above the line" if margin else "Exactly on the line"
    if not margin and any(ground.row is not None and graph.is_open(ground.row) for ground, _ in pairs):
        told = "Just above the line"
    deciding = [
        f"{evaluation.facts.label(graph.names[ground.owner])} ({percent_text(*graph.bounds(ground.row))})"
        for ground, _ in pairs
        if ground.row is not None and evaluation.decides(graph.bounds(ground.row)[0], margin)
    ]
    if not deciding:
        return f"{told}; no single stake decides."
    return f"{told}; it falls below without the stake of {' or that of '.join(deciding)}."


def _open(evaluation: Evaluation, entity: int, pairs: list[tuple[Ground, list[int]]]) -> str:
    graph = evaluation.graph
    unknown = [
        f"the exact stake of {evaluation.facts.label(graph.names[graph.owner_of(row)])}"
        for row in graph.register(entity, evaluation.day)
        if graph.bounds(row)[0] != graph.bounds(row)[1]
    ]
    unknown += [
        f"whether {evaluation.facts.label(graph.names[member])} is the listed party{_else_caught(evaluation, member)}"
        for member in sorted({member for _, path in pairs for member in path})
        if member in evaluation.listed and not evaluation.listed[member].certain
    ]
    unknown += [
        f"the verdict on {evaluation.facts.label(graph.names[ground.owner])}"
        for ground, _ in pairs
        if evaluation.answer(ground.owner) is Verdict.REVIEW and ground.owner not in evaluation.listed
    ]
    return (
        f"Decided by {' and '.join(dict.fromkeys(unknown))}."
        if unknown
        else "Decided by the facts that the flags name."
    )


def _else_caught(evaluation: Evaluation, member: int) -> str:
    """That a party with a doubtful link has owners who may catch it without that link."""
    graph = evaluation.graph
    owners = {graph.owner_of(row) for row in graph.register(member, evaluation.day)} - {member}
    caught = any(evaluation.answer(owner) is not Verdict.NO for owner in owners)
    return " or caught through its owners" if caught else ""


def _below(evaluation: Evaluation, entity: int, high: Fraction, caught: set[int]) -> str:
    assert evaluation.period is not None
    graph, inclusive = evaluation.graph, evaluation.period.inclusive
    gap = evaluation.period.threshold - high
    if gap < 0:
        return ""
    turn = "it would be reached"
    if gap:
        told = f"{points_text(gap)} below the line"
    elif high:
        told = "Exactly on the line, which has to be passed"
    else:  # a pack that asks for any stake
        told, turn = "No stake of a caught party is known", "that would change"
    tipping = [
        f"{evaluation.facts.label(graph.names[graph.owner_of(row)])} ({percent_text(*graph.bounds(row))})"
        for row in graph.register(entity, evaluation.day)
        if graph.owner_of(row) != entity
        and graph.owner_of(row) not in caught
        and (graph.bounds(row)[1] > gap or (inclusive and graph.bounds(row)[1] == gap))
        and evaluation.answer(graph.owner_of(row)) is Verdict.NO
    ]
    others = " or ".join(list(dict.fromkeys(tipping))[:3])
    return f"{told}; {turn} if {others} were caught." if tipping else f"{told}."
