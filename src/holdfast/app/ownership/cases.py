"""Worked ownership cases against the rule packs: the firm's own policy cases, or a published set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.app.outcome import Outcome
from holdfast.app.owners import today
from holdfast.model.errors import UsageError
from holdfast.model.origin import Origin
from holdfast.model.status import Problems, RunStatus
from holdfast.ownership.acts import parse_act, rule_act
from holdfast.ownership.build import build_graph
from holdfast.ownership.evaluation import Facts
from holdfast.ownership.listing import Listing
from holdfast.ownership.pack import load_pack
from holdfast.ownership.standing import evaluate
from holdfast.ownership.verdicts import rule
from holdfast.records.ownership_cases import read_cases

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from holdfast.model.finding import Verdict
    from holdfast.ownership.graph import Graph
    from holdfast.ownership.pack import RulePack
    from holdfast.records.ownership_cases import Ask, OwnershipCase


def check_cases(path: Path, as_of: date | None = None) -> Outcome:
    """A row an ask; something is found when a verdict is not the expected one."""
    problems = Problems()
    asked = wrong = 0

    def rows() -> Iterator[dict[str, object]]:
        nonlocal asked, wrong
        for case in read_cases(path, problems):
            for ask in case.asks:
                try:
                    row = _check(case, ask, as_of or today())
                except UsageError as error:
                    problems.add(str(error), Origin(str(path), record=case.id))
                    continue
                asked += 1
                wrong += not row["ok"]
                yield row

    def statuses() -> list[RunStatus]:
        return [RunStatus.of("owners.cases", str(path), problems, {"asks": asked, "wrong": wrong})]

    return Outcome(rows(), lambda: wrong > 0, statuses)


def _check(case: OwnershipCase, ask: Ask, default: date) -> dict[str, object]:
    pack = load_pack(ask.pack)
    day = ask.as_of or default
    facts = _facts(case, pack)
    graph = build_graph(case.holdings, facts.names())
    word, answer, flags, says = _answer(ask.entity, graph, facts, pack, day)
    return {
        "case": case.id,
        "entity": ask.entity,
        "pack": pack.name,
        "as_of": day.isoformat(),
        "verdict": word,
        "answer": answer.value,
        "flags": list(flags),
        "expected": ask.verdict,
        "expected_flags": list(ask.flags),
        "ok": word == ask.verdict and set(ask.flags) <= set(flags),
        "says": says,
    }


def _answer(
    entity: str, graph: Graph, facts: Facts, pack: RulePack, day: date
) -> tuple[str, Verdict, tuple[str, ...], str]:
    act = parse_act(entity)
    if act is not None:
        decided = rule_act(act, graph, facts, pack, day)
        return decided.word, decided.answer, (), decided.says
    ruling = next(rule(evaluate(graph, facts, pack, day), [entity]))
    return ruling.word, ruling.answer, ruling.flags, f"{ruling.says} {ruling.change}".strip()


def _facts(case: OwnershipCase, pack: RulePack) -> Facts:
    """Who is listed for the pack: under a sectoral one the parties of its directives, else the blocked."""
    sectoral = pack.aggregation == "group"
    restricted = [listed for listed in case.listed if listed.restricted]
    counted = restricted if sectoral and restricted else [item for item in case.listed if not item.restricted]
    listings = tuple(
        Listing(item.party, item.start, item.end, programmes=item.programmes, group=item.group)
        for item in counted
    )
    beside = tuple(Listing(item.party, group=item.group) for item in restricted if item not in counted)
    return Facts(listings=listings, restricted=beside, controls=case.controls, joints=case.joints)
