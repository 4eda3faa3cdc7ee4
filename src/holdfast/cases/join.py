"""Joins findings into cases: one per listed party, under all its listings, money and network together.

Two things tie a finding to a party: the party id it names, or an actor that it names (``details["actors"]``) and that
the attribution graph connects to a party. Listings of the same party on several lists are one case when they share an
identifier that points at one party only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from holdfast.model.case import Case
from holdfast.model.finding import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from holdfast.model.attribution import Attribution
    from holdfast.model.finding import Finding
    from holdfast.model.party import Party
    from holdfast.model.watchlist import Watchlist

POINTING = frozenset(
    {"uscc", "lei", "imo", "passport", "national-id", "tax-id", "registration", "wallet", "bic"}
)
"""Identifier types that two parties never share; a website or a telephone may serve a whole group."""

CARRYING = frozenset({"party", "actor", "botnet"})
"""Kinds of node through which a tie passes; a shared technique or vulnerability ties nobody."""

ORDER = ("party", "ownership", "payment", "flow", "log", "device")
"""Kinds of finding in the order of a report: what the law acts on first."""


def join(findings: Iterable[Finding], watchlist: Watchlist) -> tuple[Case, ...]:
    """Cases with the most urgent first; every finding stands in exactly one."""
    edges = list(watchlist.attributions())
    ties = [edge for edge in edges if {_kind(edge.subject), _kind(edge.object)} <= CARRYING]
    known = {node.lower(): node for edge in ties for node in (edge.subject, edge.object)}
    groups = _Groups()
    parties: dict[str, Party] = {}
    placed: list[tuple[str, Finding]] = []
    for finding in findings:
        placed.append((_place(finding, known), finding))
        if finding.party and finding.party not in parties:
            parties[finding.party] = watchlist.party(finding.party)
    for edge in ties:
        for node in (edge.subject, edge.object):
            if _kind(node) == "party" and (party := _find_party(watchlist, _name(node))) is not None:
                parties.setdefault(party.id, party)
    _join_listings(parties.values(), groups)
    for edge in ties:
        if edge.relation == "same-as":
            groups.union(edge.subject, edge.object)
    _join_actors(ties, groups)
    found: dict[str, list[Finding]] = defaultdict(list)
    for key, finding in placed:
        found[groups.root(key)].append(finding)
    cases = [_make_case(root, group, parties, edges, groups) for root, group in found.items()]
    return tuple(sorted(cases, key=_urgency))


def _place(finding: Finding, known: Mapping[str, str]) -> str:
    """The node that a finding hangs on; ``known`` has the nodes of the attribution graph by their lower case."""
    if finding.party:
        return f"party:{finding.party}"
    for actor in actors_of(finding):
        for kind in ("actor", "botnet"):
            if node := known.get(f"{kind}:{actor}".lower()):
                return node
    return f"actor:{next(iter(actors_of(finding)), '')}"


def actors_of(finding: Finding) -> tuple[str, ...]:
    """Actors that a finding names, the most specific first."""
    actors = finding.details.get("actors", ())
    return tuple(str(actor) for actor in actors)


def _join_listings(parties: Iterable[Party], groups: _Groups) -> None:
    holders: dict[tuple[str, str], str] = {}
    for party in parties:
        for identifier in party.identifiers:
            if identifier.type in POINTING:
                key = (identifier.type, "".join(identifier.value.split()).upper())
                first = holders.setdefault(key, party.id)
                groups.union(f"party:{first}", f"party:{party.id}")


def _join_actors(ties: list[Attribution], groups: _Groups) -> None:
    """An actor belongs to a party's case only when a single party stands behind it."""
    nodes = {node for edge in ties for node in (edge.subject, edge.object)}
    for actor in sorted(node for node in nodes if _kind(node) != "party"):
        behind = {
            groups.root(other)
            for edge in ties
            for node, other in ((edge.subject, edge.object), (edge.object, edge.subject))
            if node == actor and _kind(other) == "party"
        }
        if len(behind) == 1:
            groups.union(behind.pop(), actor)
    for edge in ties:
        ends = (edge.subject, edge.object)
        if {_kind(end) for end in ends} <= {"actor", "botnet"} and not all(
            groups.has_party(end) for end in ends
        ):
            groups.union(*ends)


def _make_case(
    root: str, findings: list[Finding], parties: dict[str, Party], edges: list[Attribution], groups: _Groups
) -> Case:
    named = Counter(finding.party for finding in findings)
    members = groups.members(root)
    listed = [parties[_name(node)] for node in members if _kind(node) == "party" and _name(node) in parties]
    listed.sort(key=lambda party: (-named[party.id], party.source == "dossier", party.id))
    actors = {_name(node) for node in members if _kind(node) != "party" and _name(node)}
    about = [edge for edge in edges if edge.subject in members]
    return Case(
        parties=tuple(listed),
        actors=tuple(sorted(actors)),
        findings=tuple(sorted(findings, key=_weight)),
        attributions=tuple(sorted(about, key=lambda edge: (edge.date, edge.subject, edge.object))),
    )


def _weight(finding: Finding) -> tuple[int, int, float, str, str]:
    kind = ORDER.index(finding.kind) if finding.kind in ORDER else len(ORDER)
    return kind, _VERDICTS[finding.verdict], -finding.score, finding.subject, finding.id


_VERDICTS = {Verdict.YES: 0, Verdict.REVIEW: 1, Verdict.NO: 2}


def _urgency(case: Case) -> tuple[int, int, str]:
    """What the law acts on comes first; a fleet open to some actor touches nobody's property."""
    lawful = sum(finding.kind in {"party", "ownership", "payment"} for finding in case.findings)
    return -lawful, -len(case.findings), case.name


def _find_party(watchlist: Watchlist, party_id: str) -> Party | None:
    try:
        return watchlist.party(party_id)
    except KeyError:
        return None


def _kind(node: str) -> str:
    return node.partition(":")[0]


def _name(node: str) -> str:
    return node.partition(":")[2]


class _Groups:
    """Disjoint sets of nodes such as ``party:dossier:x`` and ``actor:y``; each is known by its first node in order."""

    def __init__(self) -> None:
        self._group: dict[str, list[str]] = {}

    def root(self, node: str) -> str:
        return min(self._nodes(node))

    def union(self, left: str, right: str) -> None:
        smaller, larger = sorted((self._nodes(left), self._nodes(right)), key=len)
        if smaller is not larger:
            larger += smaller
            self._group.update(dict.fromkeys(smaller, larger))

    def members(self, root: str) -> list[str]:
        return sorted(self._nodes(root))

    def has_party(self, node: str) -> bool:
        return any(_kind(member) == "party" for member in self._nodes(node))

    def _nodes(self, node: str) -> list[str]:
        """The list that all nodes of a group share."""
        return self._group.setdefault(node, [node])
