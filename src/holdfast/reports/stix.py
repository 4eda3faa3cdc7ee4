"""The assessment as a STIX 2.1 bundle (OASIS Standard, 10 June 2021), for those who exchange such things.

Listed parties become identities, actors intrusion sets, findings notes about them. Ids are UUID version 5 over our own
ids, and times are the assessment's own date, so that a rerun gives the same bundle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.reports.stix_object import bundle, head

if TYPE_CHECKING:
    from holdfast.model.case import Assessment, Case
    from holdfast.model.finding import Finding
    from holdfast.model.party import Party


def render(assessment: Assessment) -> bytes:
    """The bundle as indented JSON."""
    moment = f"{assessment.as_of}T00:00:00.000Z"
    objects: dict[str, dict[str, object]] = {}
    for case in assessment.cases:
        for item in _describe_case(case, moment):
            objects[str(item["id"])] = item
    return bundle(objects, assessment.organisation, assessment.as_of, assessment.edition)


def _describe_case(case: Case, moment: str) -> list[dict[str, object]]:
    parties = [_describe_party(party, moment) for party in case.parties]
    actors = [_describe_actor(actor, moment) for actor in case.actors]
    about = [str(item["id"]) for item in (*parties, *actors)]
    if not about:
        unknown = _describe_actor("unknown actor", moment)
        actors, about = [unknown], [str(unknown["id"])]
    edges = [_relate(str(actor["id"]), str(parties[0]["id"]), moment) for actor in actors if parties]
    notes = [_describe_finding(finding, about, moment) for finding in case.findings]
    return [*parties, *actors, *edges, *notes]


def _describe_party(party: Party, moment: str) -> dict[str, object]:
    identity = "individual" if party.type == "Person" else "organization"
    references = [{"source_name": party.source, "external_id": party.id.partition(":")[2]}]
    listed = "; ".join(f"{designation.list} {designation.programme}" for designation in party.designations)
    return {
        **head("identity", moment, party.id),
        "name": party.names[0].as_listed,
        "description": f"Listed: {listed}" if listed else "Listed",
        "identity_class": identity,
        "external_references": references,
    }


def _describe_actor(actor: str, moment: str) -> dict[str, object]:
    return {**head("intrusion-set", moment, actor), "name": actor}


def _relate(actor: str, party: str, moment: str) -> dict[str, object]:
    return {
        **head("relationship", moment, actor, party),
        "relationship_type": "attributed-to",
        "source_ref": actor,
        "target_ref": party,
    }


def _describe_finding(finding: Finding, about: list[str], moment: str) -> dict[str, object]:
    says = "\n".join(
        [finding.title, *(evidence.says for evidence in finding.evidence), finding.effect]
    ).strip()
    return {
        **head("note", moment, finding.id),
        "abstract": finding.title,
        "content": says,
        "object_refs": about,
        "labels": [finding.kind, f"verdict-{finding.verdict.value}"],
        "external_references": [{"source_name": "holdfast", "external_id": finding.id}],
    }
