"""The report says all that was found, escapes all that was read, and needs nothing from outside."""

import itertools
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from holdfast.model.case import Assessment, Case, InputFile
from holdfast.model.finding import Basis, Evidence, Finding, Verdict
from holdfast.model.origin import Origin
from holdfast.model.panel import Panel
from holdfast.model.party import Designation, Name, Party, Strength
from holdfast.model.status import Problem, RunStatus, State
from holdfast.reports import assessment as page
from holdfast.reports import lines, stix

if TYPE_CHECKING:
    from collections.abc import Mapping

PARTY = Party(
    "us_ofac_sdn:50543",
    "Company",
    (Name("INTEGRITY TECHNOLOGY GROUP, INCORPORATED"), Name("永信至诚", strength=Strength.WEAK)),
    designations=(Designation("us_ofac_sdn", "CYBER2", listed_on="2025-01-03"),),
)


def finding(**changes: object) -> Finding:
    fields: dict[str, object] = {
        "kind": "party",
        "subject": "C-1",
        "title": "Customer C-1 is a listed party",
        "verdict": Verdict.YES,
        "score": 0.98,
        "basis": Basis("e" * 64, "default", as_of="2026-11-23"),
        "evidence": (Evidence("the names are equal", Origin("customers.csv", 7)),),
        "party": PARTY.id,
        "subject_name": "Beijing Integrity",
        "effect": "Blocked.",
        "next_step": "Hold and decide.",
        "due": "2026-12-08",
    }
    return Finding(**{**fields, **changes})  # type: ignore[arg-type]  # the test builds fields by name


def assessment(
    *findings: Finding, panels: tuple[Panel, ...] = (), problems: tuple[Problem, ...] = ()
) -> Assessment:
    return Assessment(
        organisation="Northgate",
        as_of="2026-11-23",
        edition="e" * 64,
        published="2026-08-02",
        sources=("us_ofac_sdn",),
        cases=(Case((PARTY,), ("Flax Typhoon",), findings, ()),) if findings else (),
        statuses=(RunStatus("parties", "customers.csv", State.PARTIAL, {"rows": 3000}, "1 lost", problems),),
        panels=panels,
        inputs=(InputFile("customers.csv", "ab" * 32, 12),),
        version="1",
    )


def parse(page_html: str) -> Any:
    """The page as a tree; untyped, since an XPath result may be anything."""
    return html.fromstring(page_html)


def text_of(page_html: str) -> str:
    return re.sub(r"\s+", " ", str(parse(page_html).text_content()))


def test_report_says_what_touches_why_and_what_next() -> None:
    """Title, evidence with its place, effect, step, due date, edition and gaps stand on the page."""
    text = text_of(page.render(replace(assessment(finding()), absent=("flows",))))
    for words in (
        "Customer C-1 is a listed party",
        "the names are equal customers.csv, line 7",
        "Effect. Blocked.",
        "Hold and decide.",
        "8 December 2026",
        "CYBER2, listed 3 January 2025",
        "weak alias",
        "1 lost",
        "no such records in the folder",
        "e" * 64,
    ):
        assert words in text


def test_nothing_found_is_said_with_what_was_checked() -> None:
    """An empty assessment says that nothing that could be read touches anyone, and still lists the gaps."""
    text = text_of(page.render(assessment()))
    assert "No record that could be read touches a listed party" in text
    assert "1 lost" in text


def test_the_sentence_counts_what_is_certain_and_what_is_to_be_judged() -> None:
    """A party that only may be touched is not said to be touched; an actor behind whom nobody is listed is one."""
    unsure = finding(subject="C-2", verdict=Verdict.REVIEW)
    both = assessment(finding(), unsure)
    behaviour = Case((), ("Volt Typhoon",), (finding(kind="flow", party=""),), ())
    for given_, said in (
        (assessment(finding()), "The records touch 1 listed party in 1 place."),
        (both, "The records touch 1 listed party in 1 place; 1 more needs a person's judgement."),
        (
            replace(both, cases=(*both.cases, behaviour)),
            "The records touch 1 listed party and 1 watched actor in 2 places; 1 more needs a person's judgement.",
        ),
        (
            assessment(unsure, unsure),
            "No touch is certain; 2 places need a person's judgement, over 1 listed party.",
        ),
    ):
        assert page.sum_up(given_) == said


def test_page_loads_nothing_from_outside() -> None:
    """There is no script, and no element that would fetch anything."""
    root = parse(page.render(assessment(finding())))
    assert not root.xpath("//script | //link | //img[not(starts-with(@src, 'data:'))] | //iframe | //object")
    assert all(str(href).startswith("#") for href in root.xpath("//a/@href"))


def test_headings_and_landmarks_are_in_order() -> None:
    """One h1, no level skipped, a main landmark, every section named: what a screen reader steers by."""
    root = parse(page.render(assessment(finding())))
    levels = [int(heading.tag[1]) for heading in root.xpath("//h1 | //h2 | //h3 | //h4")]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    ids = set(root.xpath("//@id"))
    assert root.xpath("//main")
    assert all(label in ids for label in root.xpath("//section/@aria-labelledby"))


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=40))
@settings(max_examples=40, deadline=None)
def test_markup_in_records_stays_text(name: str) -> None:
    """Whatever stands in a record is shown as text and adds no element to the page."""
    hostile = f"<script>alert(1)</script><b>{name}</b>"
    plain = page.render(assessment(finding(evidence=(Evidence("plain"),))))
    spiked = page.render(
        assessment(finding(subject_name=hostile, title=hostile, evidence=(Evidence(hostile),)))
    )
    count = len(parse(plain).xpath("//*"))
    assert len(parse(spiked).xpath("//*")) == count


def test_no_name_turns_the_writing_of_the_page() -> None:
    """Marks of direction and controls are seen, and do nothing."""
    text = page.render(assessment(finding(subject_name="\u202eevil\u202c A\x1b[31m")))
    assert "\N{REPLACEMENT CHARACTER}evil\N{REPLACEMENT CHARACTER} A\N{REPLACEMENT CHARACTER}[31m" in text
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x1b]", text)


def test_an_unknown_panel_is_said() -> None:
    """A panel without a renderer leaves a sentence, not a gap."""
    assert "No renderer draws panels of kind" in page.render(
        assessment(finding(), panels=(Panel("none", "T", {}),))
    )


def test_lines_are_canonical() -> None:
    """Equal findings are equal bytes, whatever the order of their keys."""
    row: Mapping[str, object] = finding().to_dict()
    assert lines.render([row]) == lines.render([dict(reversed(list(row.items())))])


def test_bundle_is_stix_in_shape_and_stable() -> None:
    """The bundle has unique ids, resolves all its references, and is the same twice."""
    made = assessment(finding(), finding(kind="log", subject="host", party=""))
    first = orjson.loads(stix.render(made))
    ids = [item["id"] for item in first["objects"]]
    assert len(ids) == len(set(ids))
    references = [ref for item in first["objects"] for ref in item.get("object_refs", [])]
    references += [
        item[key] for item in first["objects"] for key in ("source_ref", "target_ref") if key in item
    ]
    assert references
    assert set(references) <= set(ids)
    assert all(item["id"].startswith(item["type"] + "--") for item in first["objects"])
    assert stix.render(made) == stix.render(assessment(*made.findings))
