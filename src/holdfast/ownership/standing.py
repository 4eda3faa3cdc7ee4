"""An evaluation that is kept open: one more designation, or a changed stake, costs only what it can reach.

:func:`evaluate` opens one, reads it and lets it go. Whatever was done to a standing one, in whatever order, it says what
one opened anew would say; where signs of a sham transfer are in play, whose reading depends on everybody who is caught,
every step is taken by opening it anew.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

from holdfast.model.finding import Verdict
from holdfast.ownership.adjust import Moves, Reading, Situation, join, lay, read_register, restate, watchers
from holdfast.ownership.control import control_edges, in_force
from holdfast.ownership.evaluation import Adjustment, Evaluation, Facts
from holdfast.ownership.family import Apart, Together, controllers_of
from holdfast.ownership.fixpoint import Line
from holdfast.ownership.neighbourhood import Control, Neighbourhood
from holdfast.ownership.points import OnePoint
from holdfast.ownership.suspects import Suspects
from holdfast.ownership.transfers import find_ended

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    import numpy.typing as npt

    from holdfast.model.holding import Holding
    from holdfast.ownership.family import Family
    from holdfast.ownership.graph import Graph
    from holdfast.ownership.listing import Listing
    from holdfast.ownership.pack import Period, RulePack


def evaluate(graph: Graph, facts: Facts, pack: RulePack, as_of: date) -> Evaluation:
    """Apply the pack as it stood on the day; pure, and independent of the order of anything."""
    return Standing(graph, facts, pack, as_of).evaluation()


@dataclass(frozen=True, slots=True)
class Change:
    """An entity whose verdict a step changed."""

    entity: int
    was: Verdict
    now: Verdict


class Standing:
    """The live fixed points of one pack on one day."""

    def __init__(
        self, graph: Graph, facts: Facts, pack: RulePack, as_of: date, *, suspicious: bool = True
    ) -> None:
        """``suspicious`` is whether joint arrangements and transfers are looked into; else stakes are as stated."""
        self.facts = facts
        self.pack = pack
        self.as_of = as_of
        self.period: Period | None = pack.period(as_of)
        self._given = graph if graph.over.parties else graph.overlaid()
        self._suspicious = suspicious
        self._open()

    def _open(self) -> None:
        self.listed: dict[int, Listing] = {}
        self._dated: dict[int, int] = {}
        """Day of being listed, of those listed on a day."""
        self._carries: dict[int, list[int]] = {}
        self._moves: Moves = {}
        self.stated = self._given
        if self.pack.joint == "attribute" and self._suspicious:
            self.stated, self._carries, self._moves = join(self._given, self.facts.joints, self.as_of)
        self.graph = self.stated.overlaid()
        self._directed = self._directors()
        self._suspects: Suspects | None = None
        """Kept from when something bears, or may bear, a sign; without any, nobody needs to be remembered."""
        self._readings: dict[int, Reading] = {}
        self._caught_on: dict[date, frozenset[int]] = {}
        flags = self.stated.flags if self._suspicious else {}
        self._flagged = {self.stated.owned_of(row) for row in flags}
        self._watched = watchers(self.stated, self._directed, self._moves, self._day) if flags else {}
        self._nexus = self.pack.nexus and any("us-nexus" in said for said in flags.values())
        for entity in self._moves.keys() | self.stated.over.entities():
            lay(self.graph, self.stated, entity, Reading(moved=self._moves.get(entity, {})))
        self._families = self._make_families()
        self._listings: dict[str, list[Listing]] = {}
        self._list(self._choose(self.facts.listings), flip=False)
        if self._may_bear_signs:
            self._suspects = Suspects(len(self.stated.names))
            self._settle(self._read_all(*self._all_suspects()))

    @property
    def _day(self) -> int:
        return self.as_of.toordinal()

    def answer(self, entity: int) -> Verdict:
        """Yes, no or review, as things stand."""
        return self._answer(entity, self.listed.get(entity), turned=False)

    def evaluation(self) -> Evaluation:
        """Everything that verdicts are read from, as things stand."""
        certain, possible, cautious, together = (
            self._families[name].points() if name in self._families else OnePoint()
            for name in ("certain", "possible", "cautious", "together")
        )
        signs = {entity: tuple(reading.signs) for entity, reading in self._readings.items() if reading.signs}
        unrecognised = (entity for entity, reading in self._readings.items() if reading.unrecognised)
        return Evaluation(
            graph=self.graph,
            stated=self.stated,
            facts=self.facts,
            pack=self.pack,
            period=self.period,
            as_of=self.as_of,
            listed=dict(self.listed),
            certain=certain,
            possible=possible,
            cautious=cautious[0] if len(cautious) else None,
            together=together[0] if len(together) else None,
            adjustment=Adjustment(
                carries=self._carries,
                signs=signs,
                unrecognised=frozenset(unrecognised),
            ),
        )

    def designate(self, *listings: Listing) -> list[Change]:
        """List these parties too; whose verdict that changes."""
        self.facts = replace(self.facts, listings=(*self.facts.listings, *listings))
        if self._nexus or self._readings:
            return self._anew()
        for listing in listings if self._listings else ():
            self._listings.setdefault(listing.party, []).append(listing)
        return self._relist({listing.party for listing in listings})

    def withdraw(self, party: str) -> list[Change]:
        """Take a party off every list; whose verdict that changes."""
        kept = tuple(listing for listing in self.facts.listings if listing.party != party)
        self.facts = replace(self.facts, listings=kept)
        if self._nexus or self._readings:
            return self._anew()
        self._listings.pop(party, None)
        return self._relist({party})

    def hold(self, holding: Holding) -> list[Change]:
        """Let an owner hold so much of an entity, in place of what it holds of that right; whose verdict that changes.

        Its dates do not matter: it is held on the day of the evaluation. The graph must name both parties.
        """
        owner, entity = (self.stated.number[name] for name in (holding.owner, holding.owned))
        wider = owner in self.listed and self.listed[owner].reaches_wider(self.pack)
        if self._suspects is not None:
            self._suspects.discard({owner})
        alone = self.stated is self._given and self.stated.fits(entity, holding)
        if not alone or wider or self._nexus or self._readings or self._flagged:
            before = self._answers()
            self._given = restate(self._given, holding, self._day)
            return self._anew(before)
        self._begin()
        owners = {owner, *(self.stated.owner_of(row) for row in self.stated.register(entity, self._day))}
        gone = {name: family.loosen([entity], owners) for name, family in self._families.items()}
        restate(self.stated, holding, self._day)
        self._lay({entity: Reading()}, owners)
        self._tighten([entity], gone)
        return self._finish({owner})

    def _anew(self, before: dict[int, Verdict] | None = None) -> list[Change]:
        """The step by opening everything again."""
        was = self._answers() if before is None else before
        self._open()
        now = self._answers()
        places = sorted(was.keys() | now.keys())
        no = Verdict.NO
        return [
            Change(place, was.get(place, no), now.get(place, no))
            for place in places
            if place < len(self._given.names) and was.get(place, no) is not now.get(place, no)
        ]

    def _answers(self) -> dict[int, Verdict]:
        places = set(self.listed)
        for name in self._flips.keys() & self._families.keys():
            places.update(self._families[name].members().tolist())
        return {place: self.answer(place) for place in places}

    def _begin(self) -> None:
        self._flips: dict[str, set[int]] = {"certain": set(), "possible": set()}
        self._old: dict[int, Listing | None] = {}

    def _relist(self, parties: set[str]) -> list[Change]:
        """Look again at who is listed among these, and follow what that changes."""
        self._begin()
        if not self._listings:
            for listing in self.facts.listings:
                self._listings.setdefault(listing.party, []).append(listing)
        new = {}
        for party in parties:
            place = self.stated.number.get(party)
            if place is None:
                continue
            old = self.listed.get(place)
            now = self._choose(self._listings.get(party, ())).get(place)
            if old == now:
                continue
            self._old[place] = old
            if old is not None:
                self._unlist(place, old)
            if now is not None:
                new[place] = now
        self._list(new)
        # Whoever was caught and is listed now is a suspect with a date.
        if self._suspects is not None:
            self._suspects.discard(self._old)
        return self._finish(set(self._old))

    def _finish(self, places: set[int]) -> list[Change]:
        places |= self._flips["certain"] | self._flips["possible"]
        self._settle(places)
        places |= self._flips["certain"] | self._flips["possible"]
        if self._readings:
            # How a register is read depends on every suspect, also on who was one on the way and is none in the end.
            return self._anew({place: self._was(place) for place in places | self._answers().keys()})
        found = []
        for place in sorted(places):
            was, now = self._was(place), self.answer(place)
            if was is not now and place < len(self._given.names):
                found.append(Change(place, was, now))
        return found

    def _was(self, entity: int) -> Verdict:
        """Yes, no or review, as things stood before the step."""
        return self._answer(entity, self._old.get(entity, self.listed.get(entity)), turned=True)

    def _answer(self, entity: int, listing: Listing | None, *, turned: bool) -> Verdict:
        if listing is not None and listing.certain:
            return Verdict.YES
        if self.period is not None and self.period.status != "suspended" and self._families:
            for name, verdict in (("certain", Verdict.YES), ("possible", Verdict.REVIEW)):
                turn = turned and entity in self._flips[name]
                if self._families[name].is_member(entity) is not turn:
                    return verdict
        return Verdict.NO if listing is None else Verdict.REVIEW

    def _choose(self, listings: Collection[Listing]) -> dict[int, Listing]:
        """What each party counts as on the day; a certain listing before an uncertain one."""
        day, pack = self.as_of, self.pack
        counting = [
            listing
            for listing in listings
            if (listing.start is None or listing.start <= day)
            and (listing.end is None or day <= listing.end)
            and (not pack.programmes or listing.counts_under(pack))
        ]
        # The last one of a party stays: its first certain listing, or its first.
        counting.reverse()
        counting.sort(key=attrgetter("certain"))
        places = self.stated.places([listing.party for listing in counting])
        found = dict(zip(places.tolist(), counting, strict=True))
        found.pop(-1, None)
        return found

    def _list(self, listings: dict[int, Listing], *, flip: bool = True) -> None:
        self.listed |= listings
        self._dated |= {
            place: listing.start.toordinal()
            for place, listing in listings.items()
            if listing.start is not None
        }
        wider = frozenset().union(*(each.programmes for each in self.pack.wider))
        ties = {
            place: self._reach(place)
            for place, item in listings.items()
            if item.programmes and not wider.isdisjoint(item.programmes)
        }
        places = np.fromiter(listings, np.int32, len(listings))
        certain = np.fromiter((item.certain for item in listings.values()), np.bool_, len(listings))
        every, sure = np.sort(places), np.sort(places[certain])
        for name, family in self._families.items():
            seeds = sure if name == "certain" else every
            reach = ties if name in {"possible", "together"} else {}
            caught = family.add(seeds, listings, reach)
            if flip:
                self._flip(name, set(caught.tolist()))

    def _unlist(self, place: int, listing: Listing) -> None:
        del self.listed[place]
        self._dated.pop(place, None)
        for name, family in self._families.items():
            self._flip(name, family.remove(place, listing))

    def _reach(self, place: int) -> list[int]:
        """What a party of a list that reaches further than ownership has any tie to."""
        graph = self.stated
        return [graph.owned_of(row) for row in graph.stakes(place, self._day) if graph.bounds(row)[1] > 0]

    def _flip(self, name: str, places: set[int]) -> None:
        if name in self._flips:
            self._flips[name] ^= places

    def _settle(self, places: set[int]) -> None:
        """Read the registers in which a new suspect has a hand, until there is no new suspect."""
        if not self._may_bear_signs:
            return
        if self._suspects is None:
            self._suspects = Suspects(len(self.stated.names))
            for known in self._all_suspects():
                self._suspects.add(known)
            self._suspects.discard(places)
        self._suspects.discard(place for place in places if not self._is_suspect(place))
        while places:
            new = [place for place in sorted(places) if self._is_suspect(place)]
            places = self._read_all(np.array(new, np.int32))

    def _read_all(self, *suspects: npt.NDArray[np.int32]) -> set[int]:
        """Read whatever those of these have a hand in who were no suspects yet; who is caught or is free in consequence."""
        assert self._suspects is not None
        new = np.concatenate([self._suspects.add(some) for some in suspects])
        return self._read(self._affected(new))

    @property
    def _may_bear_signs(self) -> bool:
        """Whether any stake bears a sign of a sham, or may bear one because of who directs an entity or of a listing's day."""
        return self._suspicious and bool(self._watched or self._flagged or self._directed or self._dated)

    def _all_suspects(self) -> list[npt.NDArray[np.int32]]:
        """Listed parties, and members of either kind of fixed point."""
        families = [self._families[name] for name in self._flips.keys() & self._families.keys()]
        return [np.fromiter(self.listed, np.int32, len(self.listed)), *(each.members() for each in families)]

    def _is_suspect(self, place: int) -> bool:
        return place in self.listed or any(
            self._families[name].is_member(place) for name in self._flips.keys() & self._families.keys()
        )

    def _affected(self, suspects: npt.NDArray[np.int32]) -> set[int]:
        """Entities whose register may be read otherwise because of these."""
        found: set[int] = set()
        if self._watched:
            found.update(*(self._watched[place] for place in suspects.tolist() if place in self._watched))
        if not (self._flagged or self._directed):
            # Then only what was given away near the day of being listed bears a sign.
            dated = [place for place in suspects.tolist() if place in self._dated] if self._dated else []
            suspects = np.array(dated, np.int32)
        seller, entity, end = find_ended(self.stated, suspects, self._day)
        for one, place, day in zip(seller.tolist(), entity.tolist(), end.tolist(), strict=True):
            listed_on = self._dated.get(one)
            if (
                (listed_on is not None and abs(day - listed_on) <= self.pack.near_days)
                or place in self._flagged
                or one in self._directed.get(place, ())
            ):
                found.add(place)
        return found

    def _read(self, entities: set[int]) -> set[int]:
        """Read these registers in the light of all suspects; who is caught or is free in consequence."""
        assert self._suspects is not None
        situation = Situation(
            self.pack, self.as_of, self.listed, self._directed, self._suspects, self._caught
        )
        readings: dict[int, Reading] = {}
        owners: set[int] = set()
        for entity in sorted(entities):
            moves = self._moves.get(entity, {})
            reading = read_register(self.stated, entity, moves, situation)
            if reading != self._readings.get(entity, Reading(moved=moves)):
                readings[entity] = reading
                owners |= self._owners(entity) | {owner for owner, *_ in reading.added}
        if not readings:
            return set()
        gone = {name: family.loosen(readings, owners) for name, family in self._families.items()}
        self._readings |= readings
        self._lay(readings, owners)
        return self._tighten(readings, gone)

    def _owners(self, entity: int) -> set[int]:
        return {self.graph.owner_of(row) for row in self.graph.register(entity, self._day)}

    def _lay(self, readings: Mapping[int, Reading], owners: set[int]) -> None:
        """Lay readings over the graph; ``owners`` are those of the registers as they were, others may be among them."""
        if self._home is not None:
            self._home.settle()
        for entity, reading in readings.items():
            lay(self.graph, self.stated, entity, reading)
        if self._home is not None:
            self._home.renew(owners.union(*map(self._owners, readings)), readings)

    def _tighten(self, entities: Collection[int], gone: dict[str, list[int]]) -> set[int]:
        changed: set[int] = set()
        for name, family in self._families.items():
            places = family.tighten(entities, gone[name])
            self._flip(name, places)
            changed |= places if name in self._flips else set()
        return changed

    def _caught(self, day: date) -> frozenset[int]:
        """Who was caught on an earlier day, taking stakes as they stand."""
        if day not in self._caught_on:
            then = Standing(self._given, self.facts, self.pack, day, suspicious=False)
            self._caught_on[day] = frozenset(then._answers())
        return self._caught_on[day]

    def _directors(self) -> dict[int, set[int]]:
        found: dict[int, set[int]] = defaultdict(set)
        number = self.stated.number
        for control in self.facts.controls:
            if in_force(control, self.as_of):
                found[number[control.controlled]].add(number[control.controller])
        return found

    def _make_families(self) -> dict[str, Family]:
        self._begin()
        self._home: Neighbourhood | None = None
        pack, period = self.pack, self.period
        if period is None or pack.aggregation == "none":
            return {}
        certain, possible = control_edges(self.facts.controls, pack, self.stated.number, self.as_of)
        for party, arrangements in self._carries.items():
            certain[party] = [*certain.get(party, []), *arrangements]
            possible[party] = [*possible.get(party, []), *arrangements]
        home = self._home = Neighbourhood(self.graph, self._day, Control(certain, possible))
        controllers = {"certain": controllers_of(certain), "possible": controllers_of(possible), "": {}}

        def line(votes: set[str], control: str, *, possible: bool) -> Line:
            counted = pack.votes in votes
            return Line(period.threshold, period.inclusive, possible=possible, votes=counted, control=control)

        def family(aggregation: str, line: Line) -> Family:
            if aggregation == "all":
                return Together(home, line, controllers[line.control])
            return Apart(home, line, controllers[line.control], by_person=aggregation == "person")

        found: dict[str, Family] = {}
        # The widest comes first: what it brings home serves the others.
        minority = pack.significant_minority
        if minority is not None:
            cautious = Line(minority, minority > 0, possible=True, votes=True)
            found["cautious"] = family("all", cautious)
        if pack.aggregate_flag:
            found["together"] = family("all", line({"counts"}, "possible", possible=True))
        found["possible"] = family(
            period.aggregation or pack.possible_aggregation,
            line({"counts", "doubt"}, "possible", possible=True),
        )
        found["certain"] = family(
            period.aggregation or pack.aggregation, line({"counts"}, "certain", possible=False)
        )
        return found
