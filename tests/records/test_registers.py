"""Every format of register says the same of who owns whom, and what it cannot say is unknown."""

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.model.errors import InputError, UsageError
from holdfast.model.holding import Holding
from holdfast.model.status import Problems
from holdfast.records.ownership import Ownership
from holdfast.records.registers import read_ownership
from holdfast.records.share import parse_share


def read(tmp_path: Path, name: str, content: str) -> tuple[Ownership, list[str]]:
    path = tmp_path / name
    path.write_text(content, "utf-8")
    problems = Problems()
    return read_ownership(path, problems), [problem.says for problem in problems.items]


def terms(holding: Holding) -> tuple[str, str, str, str, str]:
    low, high = (f"{bound * 100}" for bound in (holding.low, holding.high))
    band = f"{'(' if holding.low_open else '['}{low},{high}{')' if holding.high_open else ']'}"
    return (
        holding.owner,
        holding.owned,
        band,
        holding.right,
        f"{holding.valid_from or ''}/{holding.valid_to or ''}",
    )


@pytest.mark.parametrize(
    ("text", "unit", "low", "high", "opened"),
    [
        ("50", "", "1/2", "1/2", (False, False)),
        ("49.99 %", "", "4999/10000", "4999/10000", (False, False)),
        ("33,5", "", "67/200", "67/200", (False, False)),
        ("1/6", "", "1/6", "1/6", (False, False)),
        ("1/6", "fraction", "1/6", "1/6", (False, False)),
        ("0.5", "fraction", "1/2", "1/2", (False, False)),
        ("25-50", "", "1/4", "1/2", (False, False)),
        (">25", "", "1/4", "1", (True, False)),
        ("at least 75%", "", "3/4", "1", (False, False)),
        ("less than 10", "", "0", "1/10", (False, True)),
        ("at most 50", "", "0", "1/2", (False, False)),
        ("75% or more", "", "3/4", "1", (False, False)),
        ("50+", "", "1/2", "1", (False, False)),
        ("51 per cent", "", "51/100", "51/100", (False, False)),
        ("More than 25% but not more than 50%", "", "1/4", "1/2", (True, False)),
        ("over 50 up to 75", "", "1/2", "3/4", (True, False)),
        ("n.a.", "", "0", "1", (False, False)),
        ("", "", "0", "1", (False, False)),
    ],
)
def test_shares_as_people_write_them(
    text: str, unit: str, low: str, high: str, opened: tuple[bool, bool]
) -> None:
    """A share is an exact interval, whatever way it is written."""
    share = parse_share(text, unit)
    assert (share.low, share.high) == (Fraction(low), Fraction(high))
    assert (share.low_open, share.high_open) == opened


@pytest.mark.parametrize(
    "text",
    [
        "101",
        "-1",
        "half",
        "50-25",
        "1/0",
        "5e3",
        ">100",
        "50 %%",
        "nan",
        "less than 5 and more than 2",
        "more than 5 and",
        "ca. 60",
    ],
)
def test_what_is_no_share_is_refused(text: str) -> None:
    """Nothing that is not a share of a whole passes for one."""
    with pytest.raises(ValueError, match=r"\w"):
        parse_share(text)


@given(st.text(max_size=40))
def test_any_text_is_a_share_or_refused(text: str) -> None:
    """No text makes the parser fail otherwise, or leave the whole."""
    try:
        share = parse_share(text)
    except ValueError:
        return
    assert 0 <= share.low <= share.high <= 1


def test_a_band_of_the_register_of_control(tmp_path: Path) -> None:
    """UK bands keep which of their bounds is outside, end when the person ceases, and rights other than shares are control."""
    line = {
        "company_number": "01234567",
        "data": {
            "kind": "corporate-entity-person-with-significant-control",
            "name": "Holdco Ltd",
            "natures_of_control": [
                "ownership-of-shares-25-to-50-percent",
                "voting-rights-50-to-75-percent",
                "right-to-appoint-and-remove-directors",
            ],
            "identification": {"registration_number": "7654321", "place_registered": "Companies House"},
            "notified_on": "2020-01-01",
            "ceased_on": "2024-05-31",
        },
    }
    secret = {"company_number": "01234567", "data": {"kind": "super-secure-person-with-significant-control"}}
    nobody = {"company_number": "9", "data": {"kind": "persons-with-significant-control-statement"}}
    found, problems = read(tmp_path, "psc.jsonl", "\n".join(map(json.dumps, (line, secret, nobody))))
    assert [terms(holding) for holding in found.holdings] == [
        ("GB-COH-07654321", "GB-COH-01234567", "(25,50]", "shares", "2020-01-01/2024-05-31"),
        ("GB-COH-07654321", "GB-COH-01234567", "(50,75)", "votes", "2020-01-01/2024-05-31"),
        ("unnamed holder (psc.jsonl, line 2)", "GB-COH-01234567", "[0,100]", "shares", "/"),
    ]
    assert [control.how for control in found.controls] == [
        "right to appoint or remove the majority of the board"
    ]
    assert found.parties["GB-COH-07654321"].name == "Holdco Ltd"
    assert problems == ["states no nature of control; taken as a stake of unknown size"]


GLEIF_XML = """<?xml version="1.0"?><rr:RelationshipData xmlns:rr="http://www.gleif.org/data/schema/rr/2016">
<rr:RelationshipRecords><rr:RelationshipRecord><rr:Relationship>
<rr:StartNode><rr:NodeID>CHILD</rr:NodeID></rr:StartNode><rr:EndNode><rr:NodeID>PARENT</rr:NodeID></rr:EndNode>
<rr:RelationshipType>IS_DIRECTLY_CONSOLIDATED_BY</rr:RelationshipType>
<rr:RelationshipPeriods><rr:RelationshipPeriod><rr:StartDate>2020-03-01T00:00:00Z</rr:StartDate>
<rr:PeriodType>RELATIONSHIP_PERIOD</rr:PeriodType></rr:RelationshipPeriod></rr:RelationshipPeriods>
<rr:RelationshipStatus>ACTIVE</rr:RelationshipStatus></rr:Relationship></rr:RelationshipRecord>
</rr:RelationshipRecords></rr:RelationshipData>"""
GLEIF_CSV = """Relationship.StartNode.NodeID,Relationship.EndNode.NodeID,Relationship.RelationshipType,Relationship.RelationshipStatus,Relationship.Period.1.startDate,Relationship.Period.1.endDate,Relationship.Period.1.periodType
CHILD,PARENT,IS_DIRECTLY_CONSOLIDATED_BY,ACTIVE,2020-03-01T00:00:00Z,,RELATIONSHIP_PERIOD
"""
GLEIF_JSON = json.dumps(
    {
        "type": "relationship-records",
        "attributes": {
            "relationship": {
                "startNode": {"id": "CHILD"},
                "endNode": {"id": "PARENT"},
                "type": "IS_DIRECTLY_CONSOLIDATED_BY",
                "status": "ACTIVE",
                "periods": [{"startDate": "2020-03-01T00:00:00Z", "type": "RELATIONSHIP_PERIOD"}],
            }
        },
    }
)


@pytest.mark.parametrize(
    ("name", "content"),
    [("rr.xml", GLEIF_XML), ("rr.csv", GLEIF_CSV), ("rr.jsonl", GLEIF_JSON)],
    ids=["xml", "csv", "json"],
)
def test_consolidation_is_a_stake_of_unknown_size(tmp_path: Path, name: str, content: str) -> None:
    """GLEIF's three shapes of one record give the same holding, whose size nobody knows."""
    found, problems = read(tmp_path, name, content)
    assert [terms(holding) for holding in found.holdings] == [
        ("PARENT", "CHILD", "[0,100]", "shares", "2020-03-01/")
    ]
    assert problems == []


def test_a_branch_is_its_head_office(tmp_path: Path) -> None:
    """A branch is the same legal person, so its head office holds the whole of it."""
    found, _ = read(
        tmp_path, "rr.csv", GLEIF_CSV.replace("IS_DIRECTLY_CONSOLIDATED_BY", "IS_INTERNATIONAL_BRANCH_OF")
    )
    assert found.holdings[0].low == 1


def test_an_xml_bomb_is_refused(tmp_path: Path) -> None:
    """Entities of a hostile file are not expanded, and files beside it are not read."""
    bomb = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><r><RelationshipRecord>&a;</RelationshipRecord></r>'
    found, problems = read(tmp_path, "rr.xml", bomb)
    assert list(found.holdings) == []
    assert problems == ["names no start or no end node; skipped"]


def test_entities_of_followthemoney(tmp_path: Path) -> None:
    """Ownership, roles and parties are read from FollowTheMoney; other schemata are passed over."""
    lines = [
        {
            "id": "c1",
            "schema": "Company",
            "properties": {"name": ["Alpha"], "leiCode": ["LEI1"], "jurisdiction": ["gb"]},
        },
        {"id": "p1", "schema": "Person", "properties": {"name": ["X"], "birthDate": ["1970"]}},
        {
            "id": "o1",
            "schema": "Ownership",
            "properties": {"owner": ["p1"], "asset": ["c1"], "percentage": ["25-50%"]},
        },
        {
            "id": "o2",
            "schema": "Ownership",
            "properties": {"owner": ["p1"], "asset": ["c1"], "startDate": ["2021-05-01"]},
        },
        {"id": "d1", "schema": "Directorship", "properties": {"director": ["p1"], "organization": ["c1"]}},
        {"id": "a1", "schema": "Address", "properties": {"full": ["1 Road"]}},
    ]
    found, problems = read(tmp_path, "e.ftm.json", "\n".join(map(json.dumps, lines)))
    assert [terms(holding) for holding in found.holdings] == [
        ("p1", "c1", "[25,50]", "shares", "/"),
        ("p1", "c1", "[0,100]", "shares", "2021-05-01/"),
    ]
    assert [(control.controller, control.how) for control in found.controls] == [("p1", "director")]
    assert found.parties["c1"].identifiers[0].value == "LEI1"
    assert problems == []


def statement(record: str, kind: str, stated: str, details: dict[str, object], status: str = "new") -> str:
    head = {
        "statementId": f"{record}-{stated}",
        "recordId": record,
        "recordType": kind,
        "statementDate": stated,
    }
    return json.dumps({**head, "recordStatus": status, "recordDetails": details})


def interest(kind: str, share: dict[str, object] | None = None, **more: object) -> dict[str, object]:
    return {"type": kind, "directOrIndirect": "direct", **({"share": share} if share else {}), **more}


def test_versions_of_a_statement_follow_each_other(tmp_path: Path) -> None:
    """A changed record holds from its statement on, and the one before until then; a closed one ends."""
    tie = {"subject": "c", "interestedParty": "p"}
    lines = [
        statement("c", "entity", "2020-01-01", {"name": "Alpha"}),
        statement("p", "person", "2020-01-01", {"names": [{"fullName": "X"}]}),
        statement(
            "r", "relationship", "2020-01-01", {**tie, "interests": [interest("shareholding", {"exact": 60})]}
        ),
        statement(
            "r",
            "relationship",
            "2022-03-01",
            {**tie, "interests": [interest("shareholding", {"exact": 30})]},
            "updated",
        ),
        statement(
            "r",
            "relationship",
            "2024-06-30",
            {**tie, "interests": [interest("shareholding", {"exact": 30})]},
            "closed",
        ),
    ]
    found, problems = read(tmp_path, "bods.jsonl", "\n".join(lines))
    assert [terms(holding) for holding in found.holdings] == [
        ("p", "c", "[60,60]", "shares", "/2022-02-28"),
        ("p", "c", "[30,30]", "shares", "2022-03-01/2024-06-29"),
    ]
    assert problems == []


def test_an_indirect_interest_is_not_added_to_its_components(tmp_path: Path) -> None:
    """An indirect interest with its components adds nothing; without them its size by the rule is unknown."""
    lines = [
        statement(
            "a",
            "relationship",
            "2020-01-01",
            {"subject": "c", "interestedParty": "b", "interests": [interest("shareholding", {"exact": 60})]},
        ),
        statement(
            "i",
            "relationship",
            "2020-01-01",
            {
                "subject": "c",
                "interestedParty": "p",
                "componentRecords": ["a"],
                "interests": [interest("shareholding", {"exact": 30}, directOrIndirect="indirect")],
            },
        ),
        statement(
            "j",
            "relationship",
            "2020-01-01",
            {
                "subject": "d",
                "interestedParty": "p",
                "interests": [interest("shareholding", {"exact": 30}, directOrIndirect="indirect")],
            },
        ),
        statement(
            "k",
            "relationship",
            "2020-01-01",
            {
                "subject": "d",
                "interestedParty": "q",
                "interests": [
                    interest("shareholding", {"minimum": 75, "exclusiveMaximum": 100}),
                    interest("boardMember"),
                ],
            },
        ),
    ]
    found, _ = read(tmp_path, "bods.jsonl", "\n".join(lines))
    assert [terms(holding)[:4] for holding in found.holdings] == [
        ("b", "c", "[60,60]", "shares"),
        ("p", "d", "[0,100]", "shares"),
        ("q", "d", "[75,100)", "shares"),
    ]
    assert [(control.controller, control.how) for control in found.controls] == [("q", "board member")]


def test_real_statements(shared: Callable[[str], Path]) -> None:
    """The statements of nine real groups are read whole: bands, consolidation, boards, ended ties."""
    problems = Problems()
    found = read_ownership(shared("ownership/opencheck_bods/demo/all_demo.jsonl"), problems)
    assert problems.lost == 0
    bands = {(holding.low, holding.high) for holding in found.holdings}
    assert bands == {
        (Fraction(1, 4), Fraction(1, 2)),
        (Fraction(1, 2), Fraction(3, 4)),
        (Fraction(3, 4), Fraction(1)),
        (Fraction(0), Fraction(1)),
    }
    assert len(found.parties) > 500
    assert any(holding.valid_to for holding in found.holdings)


def test_an_unknown_shape_is_refused_with_advice(tmp_path: Path) -> None:
    """A file that is no register says what it has and what it would need."""
    with pytest.raises(InputError, match="is no ownership register that Holdfast knows"):
        read(tmp_path, "a.csv", "who,whom\nX,A\n")
    with pytest.raises(InputError, match="holds no row"):
        read(tmp_path, "b.csv", "owner,owned,percent\n")


def test_headers_as_people_write_them(tmp_path: Path) -> None:
    """Titles above, words in common use, decimal commas and days of other countries are read, and what was taken for what is said."""
    text = "Share register;;;;\nAs of 30.11.2026;;;;\nGesellschafter;Firma;Anteil in %;Bis;Notar\nX;A;33,5;31.12.2024;Y\nX;B;50;01/02/2024;\n"
    found, says = read(tmp_path, "h.csv", text)
    assert [terms(holding) for holding in found.holdings] == [
        ("X", "A", "[67/2,67/2]", "shares", "/2024-12-31"),
        ("X", "B", "[0,50]", "shares", "/"),
    ]
    assert says == [
        "takes owner from 'Gesellschafter', owned from 'Firma', percent from 'Anteil in %', valid_to from 'Bis'; --map FIELD=COLUMN says otherwise",
        "does not read the columns Notar",
        "valid_to '01/02/2024' is no date that is read (may be day first or month first); write YYYY-MM-DD. May be in force on any day",
    ]


def test_a_mapping_names_columns(tmp_path: Path) -> None:
    """What a column is called is the user's business; a column that is not there, or a field that is none, is refused."""
    path = tmp_path / "h.csv"
    path.write_text("Parent No,Child No,owner\nX,A,25\n", "utf-8")
    mapping = {"owner": "parent no", "owned": "Child No", "percent": "owner"}
    found = read_ownership(path, Problems(), mapping)
    assert [terms(holding) for holding in found.holdings] == [("X", "A", "[25,25]", "shares", "/")]
    with pytest.raises(InputError, match="has no column 'Nobody', which the mapping gives for 'owner'"):
        read_ownership(path, Problems(), {**mapping, "owner": "Nobody"})
    with pytest.raises(UsageError, match="no field 'holder'"):
        read_ownership(path, Problems(), {"holder": "Parent No"})
    with pytest.raises(InputError, match="--map owner=COLUMN"):
        read_ownership(path, Problems())


def test_shares_that_a_table_does_not_have_are_said(tmp_path: Path) -> None:
    """Without a column of shares nothing is known of any stake, and which columns were left is told."""
    found, says = read(tmp_path, "h.csv", "owner,owned,class\nX,A,B\n")
    assert [terms(holding) for holding in found.holdings] == [("X", "A", "[0,100]", "shares", "/")]
    assert says == [
        "does not read the columns class",
        "has no column of shares, so every stake counts as of unknown size; --map percent=COLUMN names it",
    ]
    lines = '{"owner": "X", "owned": "A"}\n{"owner": "X", "owned": "B", "percent": 60}\n'
    assert read(tmp_path, "h.jsonl", lines)[1] == [], "each object has keys of its own"


def test_records_inside_an_answer_are_found(tmp_path: Path) -> None:
    """An interface that wraps its records in one object gives the same register as the records alone."""
    entity = {"id": "a", "schema": "Company", "properties": {"name": ["A"]}}
    stake = {
        "id": "o",
        "schema": "Ownership",
        "properties": {"owner": ["x"], "asset": ["a"], "percentage": ["60"]},
    }
    alone, _ = read(tmp_path, "a.json", json.dumps([entity, stake]))
    wrapped, says = read(tmp_path, "b.json", json.dumps({"total": 2, "more": [], "results": [entity, stake]}))
    assert [terms(one) for one in wrapped.holdings] == [terms(one) for one in alone.holdings]
    assert len(wrapped.holdings) == 1
    assert says == []
    table, _ = read(tmp_path, "c.json", json.dumps({"rows": [{"owner": "x", "owned": "a", "percent": 60}]}))
    assert [terms(one) for one in table.holdings] == [("x", "a", "[60,60]", "shares", "/")]
    with pytest.raises(InputError, match="no ownership register"):
        read(tmp_path, "d.csv", "a,b\n[{1,2\n")


def test_bands_in_two_columns(tmp_path: Path) -> None:
    """A least and a greatest share are one band; either may be missing, and what is upside down is unknown."""
    text = "owner,owned,interest_type,min,max\nX,A,shareholding,25,50\nX,B,votingRights,75,\nX,C,shareholding,,10\nX,D,,,\nX,E,,50,25\n"
    found, says = read(tmp_path, "h.csv", text)
    assert [terms(holding)[1:4] for holding in found.holdings] == [
        ("A", "[25,50]", "shares"),
        ("B", "[75,100]", "votes"),
        ("C", "[0,10]", "shares"),
        ("D", "[0,100]", "shares"),
        ("E", "[0,100]", "shares"),
    ]
    assert says == [
        "takes percent_least from 'min', percent_most from 'max', right from 'interest_type'; --map FIELD=COLUMN says otherwise",
        "share '50 to 25' is a band upside down; taken as unknown",
    ]
