"""Findings about the same party meet in one case, whatever list or actor they name."""

from collections.abc import Iterator
from pathlib import Path

from holdfast.cases.join import join
from holdfast.model.attribution import Attribution
from holdfast.model.finding import Basis, Evidence, Finding, Verdict
from holdfast.model.indicator import Indicator
from holdfast.model.party import Identifier, Name, Party
from holdfast.model.vulnerability import VulnerabilityData


class Lists:
    """A watchlist of given parties and edges."""

    edition = "e1"
    published = "2026-01-01"
    sources = ("a",)

    def __init__(self, parties: list[Party], edges: list[Attribution]) -> None:
        self._parties = {party.id: party for party in parties}
        self._edges = edges

    def parties(self) -> Iterator[Party]:
        return iter(self._parties.values())

    def party(self, party_id: str) -> Party:
        return self._parties[party_id]

    def indicators(self) -> Iterator[Indicator]:
        return iter(())

    def attributions(self) -> Iterator[Attribution]:
        return iter(self._edges)

    def vulnerabilities(self, wanted: object = None) -> VulnerabilityData:
        raise AssertionError(wanted)

    def derived(self, name: str) -> Path:
        raise AssertionError(name)


def party(party_id: str, name: str, *identifiers: tuple[str, str]) -> Party:
    return Party(
        party_id, "Company", (Name(name),), tuple(Identifier(kind, value) for kind, value in identifiers)
    )


def finding(kind: str, subject: str, party_id: str = "", actors: tuple[str, ...] = ()) -> Finding:
    details = {"actors": list(actors)} if actors else {}
    evidence = (Evidence("because"),)
    return Finding(kind, subject, subject, Verdict.YES, 1.0, Basis("e1"), evidence, party_id, details=details)


def edge(subject: str, relation: str, target: str) -> Attribution:
    return Attribution(subject, relation, target, "2025-01-03", "official", "source", "says")


OFAC = party("us:1", "ITG", ("uscc", "91110108562135265P"))
DOSSIER = party("dossier:itg", "Integrity", ("uscc", "9111 0108 5621 35265P"))
OTHER = party("us:2", "Other", ("website", "shared.example"))
THIRD = party("us:3", "Third", ("website", "shared.example"))


def test_listings_with_one_identifier_are_one_case() -> None:
    """Two listings with the same USCC are one case; a shared website joins nobody."""
    findings = [finding("party", "c1", "us:1"), finding("payment", "p1", "dossier:itg")]
    findings += [finding("party", "c2", "us:2"), finding("party", "c3", "us:3")]
    cases = join(findings, Lists([OFAC, DOSSIER, OTHER, THIRD], []))
    assert [[f.subject for f in case.findings] for case in cases] == [["c1", "p1"], ["c2"], ["c3"]]


def test_money_and_network_meet_through_the_attribution_graph() -> None:
    """A botnet hit and a group's technique join the case of the one company behind them, with the edges as reason."""
    edges = [
        edge("party:dossier:itg", "supports", "actor:Flax Typhoon"),
        edge("actor:Flax Typhoon", "uses", "botnet:Raptor Train"),
        edge("actor:Flax Typhoon", "exploits", "cve:CVE-2023-3519"),
    ]
    findings = [
        finding("party", "c1", "us:1"),
        finding("flow", "10.0.0.1", actors=("raptor train",)),
        finding("log", "host", actors=("Flax Typhoon",)),
    ]
    (case,) = join(findings, Lists([OFAC, DOSSIER], edges))
    assert [f.kind for f in case.findings] == ["party", "flow", "log"]
    assert case.actors == ("Flax Typhoon", "Raptor Train")
    assert len(case.attributions) == 3


def test_an_actor_behind_whom_two_parties_stand_is_a_case_of_its_own() -> None:
    """Behaviour of a group that several parties serve is laid at nobody's door."""
    edges = [
        edge("party:us:2", "supports", "actor:Salt Typhoon"),
        edge("party:us:3", "supports", "actor:Salt Typhoon"),
    ]
    findings = [finding("party", "c2", "us:2"), finding("log", "host", actors=("Salt Typhoon",))]
    cases = join(findings, Lists([OTHER, THIRD], edges))
    assert sorted((case.name, len(case.findings)) for case in cases) == [("Other", 1), ("Salt Typhoon", 1)]


def test_a_finding_that_names_nobody_is_kept() -> None:
    """A finding without party or actor stands in a case without a name; none is lost."""
    (case,) = join([finding("log", "host")], Lists([], []))
    assert (case.name, len(case.findings)) == ("No actor named", 1)


def test_cases_do_not_depend_on_order() -> None:
    """The same findings in another order give the same cases."""
    findings = [finding("party", f"c{n}", f"us:{n % 3 + 1}") for n in range(9)]
    lists = Lists([OFAC, OTHER, THIRD], [])
    assert join(findings, lists) == join(findings[::-1], lists)
