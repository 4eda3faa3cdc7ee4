"""Cautions beside a verdict. A flag adds caution; it never clears."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from holdfast.model.finding import Verdict
from holdfast.ownership.control import Kind, is_trust_name, read_kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.ownership.evaluation import Evaluation

FLAGS = {
    "caution_significant_minority": "Listed parties hold no less than the pack's level of a significant minority, and less than the line.",
    "check_control": "The same where control counts; or a record names a role or a trust, which is less than control.",
    "check_joint_arrangement": "Several listed parties together reach a line that none reaches alone; or a caught party is in a joint arrangement that the pack does not attribute.",
    "check_sham_divestment": "A listed or caught party gave a stake away, or a stake bears the sign of a sham.",
    "control_by_blocked_person": "A listed or caught party controls the entity, or has the votes to, where only ownership counts.",
    "data_quality_sum_over_100": "The register adds up to more than the whole.",
    "denominator_unclear": "The entity holds shares in itself: the whole may be issued or outstanding shares.",
    "programme_reaches_wider": "An owner is listed under a programme that blocks on other grounds than ownership.",
    "red_flag_listed_owner": "A listed party has, or may have, any share: to be resolved before export.",
    "review_mixed_lists": "Owners are on a list that blocks and on one that does not; they are not added.",
    "rule_unverified": "Whether the rule was in force on the day has not been verified.",
    "transfer_not_recognised": "An unlicensed transfer with a US nexus is not recognised; the seller counts as owner.",
    "trust": "A trust, foundation or the like stands in the chain, or is the entity.",
    "uncertain_link": "It is not certain that an owner is the listed party.",
}
"""Every flag besides the signs of ``packs/sham.toml``, which stand with ``_`` for ``-``."""


def flags_of(evaluation: Evaluation, entity: int, answer: Verdict, chain: set[int]) -> tuple[str, ...]:
    """Every caution for the entity, sorted; ``chain`` is who stands in its proof."""
    found = {
        *_minority(evaluation, entity, answer),
        *_register(evaluation, entity, answer),
        *_control(evaluation, entity, answer),
        *_transfers(evaluation, entity),
        *_trusts(evaluation, entity, chain),
        *_doubts(evaluation, entity, answer, chain),
    }
    return tuple(sorted(found - {""}))


def _minority(evaluation: Evaluation, entity: int, answer: Verdict) -> Iterator[str]:
    """Listed parties hold something, below the line."""
    pack = evaluation.pack
    cautious = evaluation.cautious
    if answer is Verdict.NO and cautious is not None and entity in cautious.rank:
        yield pack.minority_flag
    if answer is Verdict.REVIEW and pack.unknown_flag:
        yield pack.unknown_flag
    together = evaluation.together
    if answer is Verdict.NO and together is not None and entity in together.rank:
        yield pack.aggregate_flag


def _register(evaluation: Evaluation, entity: int, answer: Verdict) -> Iterator[str]:
    """The entity's register does not add up, or may be read two ways."""
    graph = evaluation.graph
    rows = graph.register(entity, evaluation.day)
    for right in (0, 1):
        if sum((graph.bounds(row)[0] for row in rows if graph.right_of(row) == right), Fraction(0)) > 1:
            yield "data_quality_sum_over_100"
    owners = {graph.owner_of(row) for row in rows if graph.bounds(row)[1] > 0}
    if entity in owners and entity in evaluation.reached:
        yield "denominator_unclear"
    caught = owners & (evaluation.perhaps_caught | evaluation.listed.keys()) if evaluation.restricted else ()
    if answer is not Verdict.YES and owners & evaluation.restricted and caught:
        yield "review_mixed_lists"


def _control(evaluation: Evaluation, entity: int, answer: Verdict) -> Iterator[str]:
    """A listed or caught party directs the entity by other means than shares."""
    graph, pack, caught = evaluation.graph, evaluation.pack, evaluation.perhaps_caught
    for control in evaluation.controls.get(entity, ()):
        if graph.number[control.controller] not in caught:
            continue
        if pack.control == "flag":
            yield "control_by_blocked_person"
        elif (
            pack.control == "counts"
            and read_kind(control.how) is not Kind.CONTROL
            and answer is not Verdict.YES
        ):
            yield "check_control"
    for joint in evaluation.joints.get(entity, ()):
        if pack.joint == "flag" and caught & {graph.number[party] for party in joint.parties}:
            yield "check_joint_arrangement"
    if pack.votes == "doubt" and evaluation.period is not None:
        line = evaluation.period.threshold
        if any(snapshot.held(entity)[3] >= line for snapshot in evaluation.touching(entity, possible=True)):
            yield "control_by_blocked_person"


def _transfers(evaluation: Evaluation, entity: int) -> Iterator[str]:
    """Listed or caught parties gave stakes away."""
    adjustment = evaluation.adjustment
    if entity in evaluation.sold or entity in adjustment.signs:
        yield "check_sham_divestment"
    for sign in adjustment.signs.get(entity, ()):
        yield sign.replace("-", "_")
    if entity in adjustment.unrecognised:
        yield "transfer_not_recognised"


def _trusts(evaluation: Evaluation, entity: int, chain: set[int]) -> Iterator[str]:
    """A trust or the like stands between a listed party and the entity."""
    facts = evaluation.facts
    if entity not in evaluation.reached:
        return
    for place in chain | {entity}:
        name = evaluation.graph.names[place]
        if place in evaluation.listed:
            continue
        if evaluation.is_arrangement(place) or name in facts.trusts or is_trust_name(facts.label(name)):
            yield "trust"
            yield "check_sham_divestment"


def _doubts(evaluation: Evaluation, entity: int, answer: Verdict, chain: set[int]) -> Iterator[str]:
    """Why a verdict is for review although the shares may be plain."""
    if answer is Verdict.NO:
        return
    if any(not evaluation.listed[place].certain for place in chain | {entity} if place in evaluation.listed):
        yield "uncertain_link"
    period = evaluation.period
    if period is not None and period.status == "unverified" and entity not in evaluation.listed:
        yield "rule_unverified"
    if answer is Verdict.REVIEW and any(
        evaluation.listed[place].reaches_wider(evaluation.pack) for place in chain & evaluation.listed.keys()
    ):
        yield "programme_reaches_wider"
