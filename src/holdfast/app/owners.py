"""Who is blocked by ownership: a register of holdings, under rule packs, on a day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from holdfast.app.outcome import Outcome
from holdfast.app.ownership.decided import Decided
from holdfast.app.ownership.page import OwnersPage
from holdfast.app.ownership.register import facts_under, read_register
from holdfast.model.finding import Verdict
from holdfast.model.progress import Silent
from holdfast.ownership.listing import Listing
from holdfast.ownership.pack import PACKS, load_pack
from holdfast.ownership.standing import Standing, evaluate
from holdfast.ownership.verdicts import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.app.ownership.register import OwnersRequest, Register
    from holdfast.app.settings import Settings
    from holdfast.model.progress import Progress
    from holdfast.ownership.evaluation import Evaluation
    from holdfast.ownership.pack import RulePack
    from holdfast.ownership.ruling import Ruling


def find_owners(request: OwnersRequest, settings: Settings, progress: Progress | None = None) -> Outcome:
    """A row an entity and pack, as in the contract; with ``request.report`` the chains are drawn into that file too."""
    progress = progress or Silent()
    register = read_register(request, settings, progress)
    page = OwnersPage(register) if request.report else None
    decided = Decided(register)
    found = False

    def rows() -> Iterator[dict[str, object]]:
        nonlocal found
        for evaluation, made, was in _rulings(register, request, progress):
            ruling = decided.say(made)
            found = found or was is not None or ruling.answer is not Verdict.NO
            if page is not None:
                page.add(ruling, evaluation, was)
            yield {
                **ruling.to_dict(),
                **({"was": was.word} if was else {}),
                **({"decided": decided.on(ruling)} if request.decisions else {}),
                "name": register.facts.label(ruling.entity),
                "edition": register.edition,
            }
        if page is not None and request.report is not None:
            page.write(request.report)

    return Outcome(rows(), lambda: found, lambda: register.statuses)


def _rulings(
    register: Register, request: OwnersRequest, progress: Progress
) -> Iterator[tuple[Evaluation, Ruling, Ruling | None]]:
    """Every ruling, pack by pack; where the request asks what if, those that change, with what they were."""
    for pack in map(load_pack, request.packs):
        if request.is_hypothetical:
            yield from _what_if(register, request, pack, progress)
            continue
        evaluation = evaluate_register(register, pack, request.as_of or today())
        names = _asked(register, request, evaluation)
        progress.start(f"Ruling under {pack.name}", len(names))
        for ruling in rule(evaluation, names):
            progress.advance()
            yield evaluation, ruling, None


def all_packs() -> tuple[str, ...]:
    """Names of every pack."""
    return PACKS


def today() -> date:
    """The day, in UTC."""
    return datetime.now(UTC).date()


def evaluate_register(register: Register, pack: RulePack, as_of: date) -> Evaluation:
    """The pack over the register on a day."""
    return evaluate(register.graph, facts_under(register, pack), pack, as_of)


def _asked(register: Register, request: OwnersRequest, evaluation: Evaluation) -> list[str]:
    if request.entities:
        return [name for entity in request.entities for name in register.called.every(entity)]
    return register.ownership.owned(evaluation.reached if request.touched else None)


def _what_if(
    register: Register, request: OwnersRequest, pack: RulePack, progress: Progress
) -> Iterator[tuple[Evaluation, Ruling, Ruling]]:
    """What listing some parties more, or other stakes, would change."""
    standing = Standing(register.graph, facts_under(register, pack), pack, request.as_of or today())
    before = standing.evaluation()
    places: set[int] = set()
    for name in request.designate:
        listing = Listing(register.called.one(name), why=f"{name} is listed in this question only")
        places |= {change.entity for change in standing.designate(listing)}
    for stake in request.stakes:
        places |= {change.entity for change in standing.hold(register.stake(stake))}
    after = standing.evaluation()
    changed = [
        register.graph.names[place]
        for place in sorted(places)
        if before.answer(place) is not after.answer(place)
    ]
    progress.start(f"Ruling under {pack.name}", len(changed))
    for was, now in zip(rule(before, changed), rule(after, changed), strict=True):
        progress.advance()
        yield after, now, was
