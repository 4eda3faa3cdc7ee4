"""The dossier of the package: complete, consistent, and effective."""

import ipaddress

from holdfast.model.effect import effect_of
from holdfast.model.party import Strength
from holdfast.sources.dossier import read_dossier


def test_the_designated_company_stands_whole() -> None:
    """Names (weak and Chinese too), identifiers and the three designations of the company are there."""
    party = next(p for p in read_dossier().parties if p.id == "dossier:integrity-tech")
    strengths = {name.text: name.strength for name in party.names}
    assert strengths["YONGXIN ZHICHENG TECHNOLOGY GROUP COMPANY, LIMITED"] is Strength.WEAK
    assert strengths["永信至诚科技集团股份有限公司"] is Strength.STRONG
    assert {i.type: i.value for i in party.identifiers} == {
        "uscc": "91110108562135265P",
        "ticker": "688244 CH",
        "website": "www.integritytech.com.cn",
    }
    assert [effect_of(d).kind for d in party.designations] == ["blocked", "frozen", "frozen"]
    assert [d.listed_on for d in party.designations] == ["2025-01-03", "2025-12-09", "2026-03-16"]


def test_every_designation_has_a_known_effect_and_a_source() -> None:
    """No party of the dossier falls to the unknown effect, and each designation says where it is from."""
    parties = read_dossier().parties
    assert len({party.id for party in parties}) == len(parties)
    for party in parties:
        for designation in party.designations:
            assert effect_of(designation).blocks, party.id
            assert designation.source


def test_edges_lead_somewhere() -> None:
    """Every edge is graded and sourced, and a party that an edge or a relation names is in the dossier."""
    dossier = read_dossier()
    ids = {f"party:{party.id}" for party in dossier.parties}
    for edge in dossier.attributions:
        assert edge.strength in {"official", "vendor", "reported"}
        assert edge.source
        assert edge.date
        assert edge.says
        assert {end for end in (edge.subject, edge.object) if end.startswith("party:")} <= ids
    targets = {r.target for p in dossier.parties for r in p.relations if r.kind == "linked-to"}
    assert {f"party:{target}" for target in targets} <= ids


def test_the_path_from_designation_to_vulnerability_is_unbroken() -> None:
    """From the company one walks to the group, its botnet, and what that exploits."""
    reached = {"party:dossier:integrity-tech"}
    edges = read_dossier().attributions
    for _ in range(4):
        reached |= {edge.object for edge in edges if edge.subject in reached}
    assert {"actor:Flax Typhoon", "botnet:Raptor Train", "domain:w8510.com"} <= reached
    assert {"cve:CVE-2023-3519", "technique:T1190"} <= reached
    assert sum(node.startswith("cve:") for node in reached) == 66 + 8


def test_indicators_are_normalised() -> None:
    """Addresses parse, domains are lower case, and a window does not end before it starts."""
    indicators = read_dossier().indicators
    assert len(indicators) > 300
    for indicator in indicators:
        if indicator.type in {"ipv4", "ipv6"}:
            assert str(ipaddress.ip_address(indicator.value)) == indicator.value
        assert indicator.value == indicator.value.lower().strip()
        assert not (indicator.first_seen and indicator.last_seen) or (
            indicator.first_seen <= indicator.last_seen
        )
