"""The drawing of a case says what its table says, and escapes what it is given."""

from lxml import etree

from holdfast.model.attribution import Attribution
from holdfast.model.case import Case
from holdfast.model.party import Name, Party
from holdfast.reports.attribution import draw


def edge(subject: str, relation: str, target: str) -> Attribution:
    return Attribution(subject, relation, target, "2025-01-03", "official", "source", "says")


def test_ties_are_drawn_and_uses_are_counted() -> None:
    """Each tie is a line with its word, each kind of use a count, and the caption says both."""
    edges = (
        edge("party:us:1", "operated", "botnet:Raptor <Train>"),
        edge("botnet:Raptor <Train>", "exploits", "cve:CVE-1"),
        edge("botnet:Raptor <Train>", "exploits", "cve:CVE-2"),
    )
    case = Case((Party("us:1", "Company", (Name("A & B"),)),), (), (), edges)
    root = etree.fromstring(str(draw(case)))
    texts = [str(text) for text in root.itertext()]
    assert {"A & B", "Raptor <Train>", "operated", "2 vulnerabilities"} <= set(texts)
    assert texts[-1] == "A & B operated Raptor <Train>. Known of them: 2 vulnerabilities."


def test_a_case_without_ties_has_no_drawing() -> None:
    """Nothing is drawn when nothing ties the party to an actor."""
    assert not draw(Case((Party("us:1", "Company", (Name("A"),)),), (), (), ()))
