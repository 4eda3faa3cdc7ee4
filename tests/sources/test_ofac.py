"""OFAC's CSV set: every trap of the real files in a small set of our own, and the real files whole."""

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from holdfast.model.errors import SourceError
from holdfast.model.party import NameKind, Party, Strength
from holdfast.model.status import Problems
from holdfast.sources import us_ofac_cons, us_ofac_sdn
from holdfast.sources.interface import ListFormat, Reading
from holdfast.store.identity import plain

HERE = Path(__file__).parent
SAMPLE = HERE / "samples" / "ofac"


def read(folder: Path, plug: ListFormat = us_ofac_sdn.LIST) -> tuple[Reading, Problems]:
    problems = Problems()
    files: Mapping[str, Path] = {path.name.lower(): path for path in folder.iterdir()}
    return plug.read(files, problems), problems


@pytest.fixture(scope="module")
def sample() -> dict[str, Party]:
    return {party.id.partition(":")[2]: party for party in read(SAMPLE)[0].parties}


def test_golden(sample: dict[str, Party]) -> None:
    """The sample reads as the golden file says, field by field; a deliberate change is made there by hand."""
    golden = json.loads((HERE / "golden" / "ofac.json").read_text(encoding="utf-8"))
    assert [json.loads(json.dumps(plain(party))) for party in sample.values()] == golden


def test_persons_are_in_spoken_order_and_companies_keep_their_commas(sample: dict[str, Party]) -> None:
    """``LAST, First`` is turned round, with suffixes at either place; a company's comma divides nothing."""
    assert sample["102"].names[0].text == "Jane DOE"
    assert (sample["102"].names[0].family, sample["102"].names[0].given) == ("DOE", "Jane")
    assert [name.text for name in sample["103"].names] == ["Samuel KNOWLES Jr.", "Sam KNOWLES JR."]
    assert sample["101"].name == "EXAMPLE WIDGETS, INCORPORATED"


def test_weak_aliases_come_from_the_remarks(sample: dict[str, Party]) -> None:
    """Quoted aliases are weak, those of the alias file strong, with apostrophes and semicolons inside the quotes."""
    weak = [name.text for name in sample["101"].names if name.strength is Strength.WEAK]
    assert weak == ["XIAO 'JI' WIDGETS, LIMITED", "SEMI; COLON"]
    kinds = {name.as_listed: (name.kind, name.strength) for name in sample["102"].names}
    assert kinds["ABU-'UMAR"] == (NameKind.ALIAS, Strength.WEAK)
    assert kinds["JANEY"] == (NameKind.FORMER, Strength.WEAK)
    assert kinds["MAIDEN"] == (NameKind.FORMER, Strength.STRONG)
    assert kinds["ROE, Jane Q."] == (NameKind.ALIAS, Strength.STRONG)


def test_overflow_is_joined_in_the_middle_of_a_word(sample: dict[str, Party]) -> None:
    """Remarks of the full thousand characters go on in the comments file; shorter ones do not."""
    wallet = next(i for i in sample["107"].identifiers if i.type == "wallet")
    assert wallet.value.endswith("bc1qoverfl0wedaddress")
    assert sample["107"].relations[0].target == "us_ofac_sdn:104"
    assert "TWINLING" in [name.text for name in sample["109"].names]


def test_identifiers_have_type_country_and_note(sample: dict[str, Party]) -> None:
    """Each labelled number is typed, also where one label serves two kinds of number."""
    found = {(i.type, i.value, i.country) for i in sample["106"].identifiers}
    assert found >= {
        ("bic", "EXAMIRTH", ""),
        ("lei", "253400V1H6ART1UQ0N98", "IR"),
        ("registration", "17-B", "IR"),
        ("registration", "HRA 738077 (Stuttgart)", "DE"),
        ("imo", "5342883", ""),
        ("registration", "RS 150443", "RU"),
        ("email", "a@shipping.example", ""),
    }
    passport = next(i for i in sample["102"].identifiers if i.value == "A1234567")
    assert (passport.country, passport.note) == ("CN", "issued 01 Jan 2015 expires 17 Jul 2026")
    assert any(i.country == "Region: Crimea" for i in sample["102"].identifiers)


def test_dates_have_bounds(sample: dict[str, Party]) -> None:
    """Ranges and circa dates are bounded; a day that does not exist is left over, not invented."""
    births = [(d.low, d.high, d.circa) for d in sample["102"].dates]
    assert births == [("1979-01-01", "1982-12-31", True), ("1975-03-21", "1976-03-21", False)]
    assert sample["103"].dates == ()
    assert "DOB 31 Feb 1950" in sample["103"].leftovers


def test_relations_lead_to_one_entry_or_to_none(sample: dict[str, Party]) -> None:
    """A printed name leads to an id only when exactly one party is named so."""
    assert sample["101"].relations[0].target == "us_ofac_sdn:102"
    assert sample["104"].relations[0].target == "us_ofac_sdn:106"
    assert sample["104"].relations[-1].kind == "owned-by"
    assert sample["109"].relations[0].target == ""
    assert sample["110"].relations[0].target == ""


def test_nothing_is_dropped(sample: dict[str, Party]) -> None:
    """What no parser took stands in the leftovers, as printed."""
    assert sample["102"].leftovers == ("Kurdish",)


def test_other_encodings_are_read_and_noted() -> None:
    """Windows-1252 letters arrive whole, and the repair is noted without counting as a loss."""
    reading, problems = read(SAMPLE)
    assert reading.parties[7].name == 'CAFÉ "ÑANDÚ" S.A.'
    assert (problems.lost, problems.repaired) == (0, 1)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLE, tmp_path / "set"))


@pytest.mark.parametrize("name", ["SDN.CSV", "ALT.CSV", "ADD.CSV", "SDN_COMMENTS.CSV"])
def test_a_cut_file_is_refused(copy: Path, name: str) -> None:
    """A file that ends within a row is refused, wherever the cut falls."""
    content = (copy / name).read_bytes()
    last = content.rstrip(b"\r\n\x1a").rfind(b"\n") + 1
    for cut in range(last + 1, len(content) - 9, 7):
        (copy / name).write_bytes(content[:cut])
        with pytest.raises(SourceError, match=r"ends in the middle|holds no rows|lacks the rows"):
            read(copy)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("SDN.CSV", b"", "holds no rows"),
        ("SDN.CSV", b"\x1a", "holds no rows"),
        ("ALT.CSV", b"<!DOCTYPE html><html><body>403</body></html>\n", "page of HTML"),
        ("ADD.CSV", b'101,1,"Room 103","Beijing","China",-0- \r\n\x1a', "lacks the rows of 9 of 10"),
        ("SDN.CSV", None, "rows of parties that the main file does not have"),
    ],
)
def test_what_is_not_the_list_is_refused(copy: Path, name: str, content: bytes | None, reason: str) -> None:
    """Empty files, error pages and files cut between two rows are told apart and refused."""
    if content is None:
        content = (copy / name).read_bytes().split(b"\r\n")[0] + b"\r\n\x1a"
    (copy / name).write_bytes(content)
    with pytest.raises(SourceError, match=reason):
        read(copy)


def test_a_broken_row_in_the_middle_loses_only_itself(copy: Path) -> None:
    """A row with too few columns is counted as unread, and all others are read."""
    lines = (copy / "SDN.CSV").read_bytes().split(b"\r\n")
    lines.insert(3, b'199,"BROKEN"')
    (copy / "SDN.CSV").write_bytes(b"\r\n".join(lines))
    reading, problems = read(copy)
    assert (len(reading.parties), reading.records, reading.unread, problems.lost) == (10, 11, 1, 1)
    assert problems.items[0].origin.line == 4


def test_the_whole_composite_set(shared: Callable[[str], Path]) -> None:
    """All 14,996 parties of the real set, the designated company as the list has it, and hardly a remark left over."""
    reading, problems = read(shared("lists/ofac/composite"))
    assert (len(reading.parties), reading.unread, problems.lost) == (14_996, 0, 0)
    party = next(p for p in reading.parties if p.id == "us_ofac_sdn:50543")
    assert party.type == "Company"
    assert {i.type: i.value for i in party.identifiers} == {
        "website": "www.integritytech.com.cn",
        "ticker": "688244 CH",
        "uscc": "91110108562135265P",
    }
    assert party.names[-1].strength is Strength.WEAK
    assert party.addresses[0].country == "CN"
    left = sum(len(p.leftovers) for p in reading.parties)
    assert left < reading.remarks / 1000
    ties = [relation for p in reading.parties for relation in p.relations if relation.kind == "linked-to"]
    assert sum(bool(tie.target) for tie in ties) > 0.98 * len(ties)


@pytest.mark.parametrize(
    ("plug", "folder", "parties", "aliases"),
    [
        (us_ofac_sdn.LIST, "lists/ofac/2021-07", 8_976, 13_837),
        (us_ofac_cons.LIST, "lists/ofac/cons-2025-12-19", 442, 1_073),
    ],
)
def test_other_real_sets(
    shared: Callable[[str], Path], plug: ListFormat, folder: str, parties: int, aliases: int
) -> None:
    """The older set and the consolidated list read whole, each row of the alias file as a name."""
    reading, problems = read(shared(folder), plug)
    assert (len(reading.parties), problems.lost) == (parties, 0)
    strong = sum(n.strength is Strength.STRONG for p in reading.parties for n in p.names[1:])
    assert aliases * 0.85 < strong <= aliases
