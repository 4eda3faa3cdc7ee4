"""A register of holdings, read and tied to who is listed: what rulings are made from."""

from __future__ import annotations

from csv import reader
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING

from holdfast.app.decisions import load_decisions
from holdfast.app.ownership.kept import Kept, Shelf
from holdfast.app.ownership.kin import Kin
from holdfast.app.ownership.links import FIRM_LIST, POLICY, listings_of, name_key, settle
from holdfast.app.ownership.screening import screen_holders
from holdfast.app.screen import choose_policy
from holdfast.app.watchlist import open_watchlist
from holdfast.model.errors import UsageError
from holdfast.model.holding import Holding, Joint
from holdfast.model.origin import Origin
from holdfast.model.status import Problems, RunStatus, State
from holdfast.ownership.build import build_graph
from holdfast.ownership.evaluation import Facts
from holdfast.ownership.listing import Listing
from holdfast.records.control import read_blocked, read_control
from holdfast.records.holders import Holders
from holdfast.records.ownership import Ownership
from holdfast.records.registers import read_ownership
from holdfast.records.share import parse_share
from holdfast.sources.dossier import SOURCE as DOSSIER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from holdfast.app.ownership.links import Link
    from holdfast.app.settings import Settings
    from holdfast.model.holding import Holder
    from holdfast.model.progress import Progress
    from holdfast.model.watchlist import Watchlist
    from holdfast.ownership.graph import Graph
    from holdfast.ownership.pack import RulePack
    from holdfast.records.share import Share
    from holdfast.screen.decided import Decisions

DEFAULT_PACKS = ("us-ofac",)


@dataclass(frozen=True, slots=True)
class OwnersRequest:
    """What is asked."""

    holdings: tuple[Path, ...]
    """Registers; their holdings are put together."""
    mapping: Mapping[str, str] = field(default_factory=dict)
    """Column of the registers by field, where they are tables."""
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
    stakes: tuple[Stake, ...] = ()
    """What if these stakes were so: only what that would change."""
    report: Path | None = None
    """Page with the chains drawn."""
    edition: str | None = None
    lists: tuple[str, ...] = ()
    decisions: tuple[str | Path, ...] = ()
    """Files of decisions on earlier links (:mod:`holdfast.records.decisions`)."""
    jobs: int = 0
    """Processes to screen a large register; 0 for as many as there are cores."""

    @property
    def is_hypothetical(self) -> bool:
        """Whether it asks what if."""
        return bool(self.designate or self.stakes)

    def named(self) -> list[str]:
        """Parties that the question itself names."""
        return [*self.designate, *(name for stake in self.stakes for name in (stake.owner, stake.owned))]


@dataclass(frozen=True, slots=True)
class Stake:
    """That an owner holds a share of an entity, in a question."""

    owner: str
    owned: str
    share: Share

    @classmethod
    def parse(cls, text: str) -> Stake:
        """``OWNER,OWNED,PERCENT``, quoted like a row of CSV; :class:`UsageError` when it is none."""
        cells = next(reader([text], skipinitialspace=True), [])
        if len(cells) != len(fields(cls)) or not cells[0].strip() or not cells[1].strip():
            raise UsageError(
                f"{text!r} is no stake",
                advice="Write OWNER,OWNED,PERCENT, with quotes around a name with a comma",
            )
        try:
            return cls(cells[0].strip(), cells[1].strip(), parse_share(cells[2]))
        except ValueError as error:
            raise UsageError(f"the share {cells[2].strip()!r} of {text!r} {error}") from error


class Called:
    """Parties of a register by id or by name, as a user calls them."""

    def __init__(self, ownership: Ownership) -> None:
        self._ownership = ownership
        self._by_name: dict[str, list[str]] = {}
        """Ids by the key of the name; of every name that was asked for, also when there is none."""

    def every(self, text: str) -> list[str]:
        """Ids of all parties so called; the text itself when the register has none."""
        if self._is_id(text):
            return [text]
        self.look_up([text])
        return self._by_name[name_key(text)] or [text]

    def knows(self, text: str) -> bool:
        """Whether the register has somebody so called."""
        self.look_up([text])
        return self._is_id(text) or bool(self._by_name[name_key(text)])

    def look_up(self, texts: Iterable[str]) -> None:
        """Find all of these in one pass over the parties."""
        keys = {name_key(text) for text in texts if not self._is_id(text)} - self._by_name.keys()
        self._by_name |= {key: [] for key in keys}
        parties = self._ownership.parties
        likely = parties.likely(keys) if isinstance(parties, Holders) else parties.values()
        for party in likely if keys else ():
            if (key := name_key(party.name)) in keys:
                self._by_name[key].append(party.id)

    def _is_id(self, text: str) -> bool:
        return text in self._ownership.holdings.number or text in self._ownership.parties

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
    cleared: tuple[Link, ...] = ()
    """Those that a person has decided to be none."""
    decisions: Decisions | None = None
    """What was decided; none where the register is not tied to the watchlist."""
    statuses: list[RunStatus] = field(default_factory=list)
    edition: str = ""
    sources: tuple[str, ...] = ()

    def stake(self, stake: Stake) -> Holding:
        """A stake of the question, in the names of the register."""
        share = stake.share
        return Holding(
            self.called.one(stake.owner),
            self.called.one(stake.owned),
            share.low,
            share.high,
            low_open=share.low_open,
            high_open=share.high_open,
        )


def read_register(
    request: OwnersRequest, settings: Settings, progress: Progress, watchlist: Watchlist | None = None
) -> Register:
    """Read holdings, blocked parties and control records, and tie the parties to the watchlist.

    ``watchlist`` is used in place of the one that the request names.
    """
    if request.blocked and request.decisions:
        raise UsageError(
            "--blocked takes the place of the watchlist, of which --decisions speaks",
            advice="Give one of them; whoever is not blocked is left out of the file of --blocked",
        )
    shelf = Shelf(settings.home, request.holdings, request.mapping)
    kept = _keep(request, shelf, progress)
    ownership, statuses = kept.ownership, list(kept.statuses)
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
    graph = kept.graph.with_names([*facts.names(), *map(called.one, request.named())])
    register = Register(ownership, graph, facts, called, statuses=statuses)
    _check_names(request, register)
    if request.blocked is None:
        watchlist = watchlist or open_watchlist(settings, request.edition, request.lists or None)
        _link(register, watchlist, shelf, request, settings, progress)
    return register


def _check_names(request: OwnersRequest, register: Register) -> None:
    """Say whom of the question the registers do not name: of an entity that nobody knows nothing is cleared."""
    beside = register.facts.names()
    for names, lost, says in (
        (request.entities, True, "is not in the register, so nothing is known of who owns it"),
        (request.named(), False, "is not in the register; it counts as given"),
    ):
        problems = Problems()
        for name in dict.fromkeys(names):
            if not register.called.knows(name) and name not in beside:
                problems.add(f"{name!r} {says}", Origin("the question"), lost=lost)
        if problems.items:
            register.statuses.append(RunStatus.of("owners", "the question", problems, {}))


def facts_under(register: Register, pack: RulePack) -> Facts:
    """The facts with the listings that count under the pack.

    A pack without any of its lists is said. Before the first update the dossier is the whole watchlist, and known to be.
    """
    present = set(register.sources)
    if register.edition and present != {DOSSIER} and not {*pack.lists, FIRM_LIST} & present:
        who = "only parties of the dossier count" if DOSSIER in present else "nobody counts"
        says = f"the watchlist has none of the lists of this pack ({', '.join(pack.lists)}); {who} as listed"
        register.statuses.append(RunStatus("owners", pack.name, State.PARTIAL, reason=says))
    return replace(register.facts, listings=(*register.facts.listings, *listings_of(register.links, pack)))


def _keep(request: OwnersRequest, shelf: Shelf, progress: Progress) -> Kept:
    """The registers and their graph: as they were kept, or read now and kept from now on."""
    wanted = shelf.wanted
    if wanted and (kept := shelf.take()) is not None:
        return kept
    stamps = shelf.stamps() if wanted else []
    statuses: list[RunStatus] = []
    ownership = _read_holdings(request, statuses, progress)
    graph = build_graph(ownership.holdings)
    if wanted:
        progress.start("Keeping the register for the next run")
        shelf.put(ownership, graph, statuses, stamps)
    return Kept(ownership, graph, statuses)


def _read_holdings(request: OwnersRequest, statuses: list[RunStatus], progress: Progress) -> Ownership:
    whole = Ownership()
    for path in request.holdings:
        progress.start(f"Reading {path}")
        problems = Problems()
        part = read_ownership(path, problems, request.mapping)
        whole.add(part)
        counts = {"holdings": len(part.holdings), "control": len(part.controls), "parties": len(part.parties)}
        statuses.append(RunStatus.of("records.holdings", str(path), problems, counts))
    if not request.holdings:
        raise UsageError("no register of holdings to read", advice="Name one, or give --cases FILE")
    return whole


_NAMED = 5
"""Names that one message has at most."""


def _read_blocked(path: Path, called: Called, statuses: list[RunStatus]) -> list[Listing]:
    problems = Problems()
    rows = list(read_blocked(path, problems))
    called.look_up(blocked.entity for blocked in rows)
    listings = [
        Listing(
            party=party,
            start=blocked.valid_from,
            end=blocked.valid_to,
            programmes=blocked.programmes,
            group=blocked.group,
            why=f"{blocked.entity} is blocked by {blocked.origin}",
        )
        for blocked in rows
        for party in called.every(blocked.entity)
    ]
    strangers = [blocked.entity for blocked in rows if not called.knows(blocked.entity)]
    if not listings:
        problems.add("names nobody", Origin(str(path)))
    elif strangers:
        names = ", ".join(strangers[:_NAMED]) + (" …" if len(strangers) > _NAMED else "")
        says = f"{len(strangers):,} of {len(rows):,} blocked parties are not in the register: {names}"
        problems.add(says, Origin(str(path)), lost=False)
    statuses.append(RunStatus.of("records.control", str(path), problems, {"blocked": len(listings)}))
    return listings


def _read_control(path: Path, called: Called, ownership: Ownership, statuses: list[RunStatus]) -> None:
    problems = Problems()
    items = list(read_control(path, problems))
    called.look_up(
        name
        for item in items
        for name in (item.controlled, *(item.parties if isinstance(item, Joint) else (item.controller,)))
    )
    for item in items:
        controlled = called.one(item.controlled)
        if isinstance(item, Joint):
            parties = tuple(map(called.one, item.parties))
            ownership.joints.append(replace(item, parties=parties, controlled=controlled))
        else:
            ownership.controls.append(
                replace(item, controller=called.one(item.controller), controlled=controlled)
            )
    statuses.append(RunStatus.of("records.control", str(path), problems, {"control": len(items)}))


def _anyone(ownership: Ownership) -> Iterator[Listing]:
    """Holders without a name may be anyone, so they may be listed."""
    for name in sorted(ownership.unnamed):
        yield Listing(name, certain=False, why=f"{name} is not named and may be anyone")


def _link(
    register: Register,
    watchlist: Watchlist,
    shelf: Shelf,
    request: OwnersRequest,
    settings: Settings,
    progress: Progress,
) -> None:
    """Tie the parties to the watchlist: all of them, or those that what is asked can depend on."""
    decisions, read = load_decisions(request.decisions, choose_policy(POLICY), request.as_of)
    register.decisions = decisions
    register.statuses += read
    problems = Problems()
    parties = register.ownership.parties
    count = len(parties)
    links = shelf.take_links(watchlist)
    if links is None:
        asked = _above(register, request) if request.entities and not request.is_hypothetical else None
        count = len(parties) if asked is None else len(asked)
        progress.start("Screening the parties against the watchlist", count)
        screened = screen_holders(
            parties.values() if asked is None else asked,
            watchlist,
            settings,
            progress,
            request.jobs,
            shelf.log(watchlist) if asked is None else None,
        )
        links = screened.links
        for holder, why in screened.failures:
            says = f"could not be screened, so may be listed: {why}"
            problems.add(says, register.ownership.parties[holder].origin or Origin(holder))
        unknown = [
            Listing(
                holder,
                certain=False,
                why=f"{register.facts.label(holder)} could not be screened and may be listed",
            )
            for holder, _ in screened.failures
        ]
        register.facts = replace(register.facts, listings=(*register.facts.listings, *unknown))
        if asked is None and not screened.failures:
            shelf.put_links(watchlist, links)
    register.links, register.cleared = settle(links, parties, watchlist, decisions)
    register.edition = watchlist.edition
    register.sources = watchlist.sources
    counts = {
        "parties": count,
        "listed": sum(link.certain for link in register.links),
        "possibly listed": sum(not link.certain for link in register.links),
        "decided": len(register.cleared),
    }
    register.statuses.append(RunStatus.of("owners.links", watchlist.edition, problems, counts))


def _above(register: Register, request: OwnersRequest) -> list[Holder]:
    """The entities asked about, and whoever holds, held or directs them, directly or not: nobody else bears on them."""
    asked = (name for entity in request.entities for name in register.called.every(entity))
    parties = register.ownership.parties
    return [parties[name] for name in Kin(register.graph, register.facts).above(asked) if name in parties]
