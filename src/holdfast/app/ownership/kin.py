"""Who bears on whom in a register: holders and directors above a party, holdings and whom it directs below it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from holdfast.ownership.evaluation import Facts
    from holdfast.ownership.graph import Graph


class Kin:
    """The parties of a graph, of whatever day their stakes are, and the control between them."""

    def __init__(self, graph: Graph, facts: Facts) -> None:
        self._graph = graph
        self._directors: dict[str, set[str]] = defaultdict(set)
        self._directed: dict[str, set[str]] = defaultdict(set)
        for control in facts.controls:
            self._note(control.controller, control.controlled)
        for joint in facts.joints:
            for party in joint.parties:
                self._note(party, joint.controlled)

    def above(self, names: Iterable[str]) -> list[str]:
        """These, and whoever holds, held or directs them, directly or not."""
        return _reach(names, self._next_above)

    def below(self, names: Iterable[str]) -> list[str]:
        """These, and whatever they hold, held or direct, directly or not."""
        return _reach(names, self._next_below)

    def _note(self, director: str, directed: str) -> None:
        self._directors[directed].add(director)
        self._directed[director].add(directed)

    def _next_above(self, name: str) -> set[str]:
        graph, place = self._graph, self._graph.number.get(name)
        rows = graph.register(place) if place is not None else ()
        return {graph.names[graph.owner_of(row)] for row in rows} | self._directors.get(name, set())

    def _next_below(self, name: str) -> set[str]:
        graph, place = self._graph, self._graph.number.get(name)
        rows = graph.stakes(place) if place is not None else ()
        return {graph.names[graph.owned_of(row)] for row in rows} | self._directed.get(name, set())


def _reach(names: Iterable[str], next_of: Callable[[str], set[str]]) -> list[str]:
    found = dict.fromkeys(names)
    waiting = list(found)
    while waiting:
        new = sorted(next_of(waiting.pop()) - found.keys())
        waiting += new
        found |= dict.fromkeys(new)
    return list(found)
