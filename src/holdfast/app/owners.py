"""Who is blocked by ownership: a register of holdings, under rule packs, on a day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from holdfast.app.outcome import Outcome
from holdfast.app.ownership_links import FIRM_LIST, find_links, listings_of, name_key
from holdfast.app.watchlist import open_watchlist
from holdfast.model.errors import UsageError
from holdfast.model.finding import Verdict
from holdfast.model.holding import Joint
from holdfast.model.origin import Origin
from holdfast.model.progress import Silent
from holdfast.model.status import Problems, RunStatus
from holdfast.ownership.build import build_graph
from holdfast.ownership.evaluation import Facts
from holdfast.ownership.listing import Listing
from holdfast.ownership.pack import PACKS, load_pack
from holdfast.ownership.standing import evaluate
from holdfast.ownership.verdicts import rule
from holdfast.records.control import read_blocked, read_control
from holdfast.records.ownership import Ownership
from holdfast.records.registers import read_ownership

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from holdfast.app.ownership_links import Link
    from holdfast.app.settings import Settings
    from holdfast.model.progress import Progress
    from holdfast.model.watchlist import Watchlist
    from holdfast.ownership.evaluation import Evaluation
    from holdfast.ownership.graph import Graph
    from holdfast.ownership.pack import RulePack
    from holdfast.ownership.ruling import Ruling

DEFAULT_PACKS = ("us-ofac",)


@dataclass(frozen=True, slots=True)
class OwnersRequest:
    """What is asked."""

    holdings: tuple[Path, ...]
    """Registers; their holdings are put together."""
    packs: tuple[str, ...] = DEFAULT_PACKS
    as_of: date | None = None
    """Day the verdicts are for; today when absent."""
    blocked: Path | None = None
    """Who is blocked; without it, whoever of the register is on the watchlist."""
    control: Path | None = None
    entities: tuple[str, ...] = ()
    """Only these; every owned party when empty."""
    touched: bool = False
    """Only entities that a listed party reaches."""
    designate: tuple[str, ...] = ()
    """What if these were listed too: only what that would change."""
    edition: str | None = None
    lists: tuple[str, ...] = ()


class Called:
    """Parties of a register by id or by name, as a user calls them."""

    def __init__(self, ownership: Ownership) -> None:
        self._ownership = ownership

    def every(self, text: str) -> list[str]:
        """Ids of all parties so called; the text itself when the register has none."""
        if text in self._ownership.holdings.number or text in self._ownership.parties:
            return [text]
        return self._by_name.get(name_key(text)) or [text]

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for party in self._ownership.parties.values():
            found[name_key(party.name)].append(party.id)
        return found

    def one(self, text: str) -> str:
        """The id of the party so called; :class:`UsageError` when several are."""
        found = self.every(text)
        if len(found) > 1:
            raise UsageError(
                f"{text!r} is the name of {len(found)} parties", advice=f"Give an id: {', '.join(found[:5])}"
            )
        return found[0]


@dataclass(slots=True)
class Register:
    """Everything read, ready to be evaluated."""

    ownership: Ownership
    graph: Graph
    facts: Facts
    """With the listings of a file of blocked parties, which count under every pack."""
    called: Called
    links: tuple[Link, ...] = ()
    """Ties to the watchlist, which count under the packs of their lists."""
    statuses: list[RunStatus] = field(default_factory=list)
    edition: str = ""
    sources: tuple[str, ...] = ()


def find_owners(request: OwnersRequest, settings: Settings, progress: Progress | None = None) -> Outcome:
    """A row an entity and pack, as in the contract."""
    progress = progress or Silent()
    register = read_register(request, settings, progress)
    found = False

    def rows() -> Iterator[dict[str, object]]:
        nonlocal found
        for ruling in rulings(register, request, progress):
            found = found or ruling.answer is not Verdict.NO
            yield {
                **ruling.to_dict(),
                "name": register.facts.label(ruling.entity),
                "edition": register.edition,
            }

    if request.designate:
        return Outcome(_what_if(register, request, progress), lambda: True, lambda: register.statuses)
    return Outcome(rows(), lambda: found, lambda: register.statuses)


def read_register(
    request: OwnersRequest, settings: Settings, progress: Progress, watchlist: Watchlist | None = None
) -> Register:
    """Read holdings, blocked parties and control records, and tie the parties to the watchlist.

    ``watchlist`` is used in place of the one that the request names.
    """
    statuses: list[RunStatus] = []
    ownership = _read_holdings(request.holdings, statuses, progress)
    called = Called(ownership)
    listings = _read_blocked(request.blocked, called, statuses) if request.blocked else []
    if request.control:
        _read_control(request.control, called, ownership, statuses)
    facts = Facts(
        listings=(*listings, *_anyone(ownership)),
        controls=tuple(ownership.controls),
        joints=tuple(ownership.joints),
        trusts=ownership.trusts(),
        labels=ownership.labels(),
    )
    graph = build_graph(ownership.holdings, [*facts.names(), *map(called.one, request.designate)])
    register = Register(ownership, graph, facts, called, statuses=statuses)
    if request.blocked is None:
        watchlist = watchlist or open_watchlist(settings, request.edition, request.lists or None)
        _link(register, watchlist, progress)
    return register


def rulings(register: Register, request: OwnersRequest, progress: Progress | None = None) -> Iterator[Ruling]:
    """Every ruling, pack by pack."""
    progress = progress or Silent()
    for pack in map(load_pack, request.packs):
        evaluation = evaluate_register(register, pack, request.as_of or today())
        names = _asked(register, request, evaluation)
        progress.start(f"Ruling under {pack.name}", len(names))
        for ruling in rule(evaluation, names):
            progress.advance()
            yield ruling


def all_packs() -> tuple[str, ...]:
    """Names of every pack."""
    return PACKS


def today() -> date:
    """The day, in UTC."""
    return datetime.now(UTC).date()


def evaluate_register(
    register: Register, pack: RulePack, as_of: date, more: Iterable[Listing] = ()
) -> Evaluation:
    """The pack over the register on a day, with some more listings in question."""
    known = set(pack.lists) | {FIRM_LIST, "dossier"}
    if register.edition and not known & set(register.sources):
        says = f"the watchlist has none of the lists of this pack ({', '.join(pack.lists)}); nobody counts as listed"
        register.statuses.append(RunStatus.failure("owners", pack.name, says))
    listings = (*register.facts.listings, *listings_of(register.links, pack), *more)
    return evaluate(register.graph, replace(register.facts, listings=listings), pack, as_of)


def _asked(register: Register, request: OwnersRequest, evaluation: Evaluation) -> list[str]:
    if request.entities:
        return [name for entity in request.entities for name in register.called.every(entity)]
    owned = register.ownership.owned()
    if not request.touched:
        return owned
    reached = evaluation.reached
    return [name for name in owned if register.graph.number[name] in reached]


def _what_if(register: Register, request: OwnersRequest, progress: Progress) -> Iterator[dict[str, object]]:
    """What listing some parties more would change."""
    as_of = request.as_of or today()
    more = [
        Listing(register.called.one(name), why=f"{name} is listed in this question only")
        for name in request.designate
    ]
    for pack in map(load_pack, request.packs):
        before = evaluate_register(register, pack, as_of)
        after = evaluate_register(register, pack, as_of, more)
        changed = [
            register.graph.names[place]
            for place in sorted(after.reached)
            if place < len(register.graph.names) and before.answer(place) is not after.answer(place)
        ]
        progress.start(f"Ruling under {pack.name}", len(changed))
        for was, now in zip(rule(before, changed), rule(after, changed), strict=True):
            progress.advance()
            label = register.facts.label(now.entity)
            yield {**now.to_dict(), "was": was.word, "name": label, "edition": register.edition}


def _read_holdings(paths: Iterable[Path], statuses: list[RunStatus], progress: Progress) -> Ownership:
    whole = Ownership()
    for path in paths:
        progress.start(f"Reading {path}")
        problems = Problems()
        part = read_ownership(path, problems)
        whole.add(part)
        counts = {"holdings": len(part.holdings), "control": len(part.controls), "parties": len(part.parties)}
        statuses.append(RunStatus.of("records.holdings", str(path), problems, counts))
    if not paths:
        raise UsageError("no register of holdings to read", advice="Name one, or give --cases FILE")
    return whole


def _read_blocked(path: Path, called: Called, statuses: list[RunStatus]) -> list[Listing]:
    problems = Problems()
    listings = [
        Listing(
            party=party,
            start=blocked.valid_from,
            end=blocked.valid_to,
            programmes=blocked.programmes,
            group=blocked.group,
            why=f"{blocked.entity} is blocked by {blocked.origin}",
        )
        for blocked in read_blocked(path, problems)
        for party in called.every(blocked.entity)
    ]
    if not listings:
        problems.add("names nobody", Origin(str(path)))
    statuses.append(RunStatus.of("records.control", str(path), problems, {"blocked": len(listings)}))
    return listings


def _read_control(path: Path, called: Called, ownership: Ownership, statuses: list[RunStatus]) -> None:
    problems = Problems()
    count = 0
    for item in read_control(path, problems):
        count += 1
        controlled = called.one(item.controlled)
        if isinstance(item, Joint):
            parties = tuple(map(called.one, item.parties))
            ownership.joints.append(replace(item, parties=parties, controlled=controlled))
        else:
            ownership.controls.append(
                replace(item, controller=called.one(item.controller), controlled=controlled)
            )
    statuses.append(RunStatus.of("records.control", str(path), problems, {"control": count}))


def _anyone(ownership: Ownership) -> Iterator[Listing]:
    """Holders without a name may be anyone, so they may be listed."""
    for name in sorted(ownership.unnamed):
        yield Listing(name, certain=False, why=f"{name} is not named and may be anyone")


def _link(register: Register, watchlist: Watchlist, progress: Progress) -> None:
    parties = register.ownership.parties.values()
    progress.start("Matching owners to the watchlist", len(parties))
    register.links = tuple(find_links(parties, watchlist, progress))
    register.edition = watchlist.edition
    register.sources = watchlist.sources
    counts = {
        "parties": len(register.ownership.parties),
        "listed": sum(link.certain for link in register.links),
        "possibly listed": sum(not link.certain for link in register.links),
    }
    register.statuses.append(RunStatus.of("owners.links", watchlist.edition, Problems(), counts))
