"""A large register is read once and then mapped, and says the same either way."""

import os
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.app import ownership
from holdfast.app.owners import evaluate_register, find_owners
from holdfast.app.ownership.kept import Shelf
from holdfast.app.ownership.register import Called, OwnersRequest, read_register
from holdfast.app.ownership.screening import Log, screen_holders
from holdfast.app.settings import Settings
from holdfast.model.holding import Control, Holder, Holding, Joint
from holdfast.model.origin import Origin
from holdfast.model.party import Designation, Identifier, Name, Party
from holdfast.model.progress import Silent
from holdfast.ownership.build import build_graph
from holdfast.ownership.layout import open_graph, save_graph
from holdfast.ownership.pack import load_pack
from holdfast.ownership.verdicts import rule
from holdfast.records.holders import Holders
from holdfast.records.ownership import Ownership
from holdfast.records.ownership_layout import open_ownership, save_ownership
from holdfast.store.memory import MemoryWatchlist

HOLDINGS = "owner,owned,percent\nX,Alpha,50\nAlpha,Beta,25-50\nPeter,Beta,50\nX,Gamma,150\n,Delta,60\n"

DAY = date(2026, 11, 23)
names = st.text(min_size=1, max_size=4)
shares = st.fractions(0, 1)
days = st.none() | st.dates(date(1990, 1, 1), date(2030, 1, 1))
origins = st.none() | st.builds(
    Origin,
    st.sampled_from(["a.csv", "b.json"]),
    st.none() | st.integers(1, 99),
    st.none() | st.text(max_size=3),
)


@st.composite
def holdings(draw: st.DrawFn) -> Holding:
    low, high = sorted((draw(shares), draw(shares)))
    if draw(st.integers(0, 9)) == 0:
        low = Fraction(1, 10**20)
        high = max(low, high)
    return Holding(
        draw(names),
        draw(names),
        low,
        high,
        draw(st.sampled_from(["shares", "votes"])),
        draw(days),
        draw(days),
        draw(origins),
        tuple(draw(st.lists(st.text(max_size=3), max_size=2))),
        low_open=low < high and draw(st.booleans()),
    )


holders = st.builds(
    Holder,
    names,
    names,
    st.sampled_from(["", "Company", "Person"]),
    st.lists(st.builds(Identifier, names, names, names, names), max_size=2).map(tuple),
    st.sampled_from(["", "GB"]),
    st.sampled_from(["", "1970"]),
    st.booleans(),
    origins,
)


@st.composite
def registers(draw: st.DrawFn) -> Ownership:
    found = Ownership()
    for holding in draw(st.lists(holdings(), max_size=6)):
        found.holdings.append(holding)
    found.parties = {holder.id: holder for holder in draw(st.lists(holders, max_size=4))}
    found.controls = draw(st.lists(st.builds(Control, names, names, names, days, days, origins), max_size=2))
    found.joints = draw(
        st.lists(st.builds(Joint, st.tuples(names, names), names, names, days, days, origins), max_size=2)
    )
    found.unnamed = draw(st.sets(names, max_size=2))
    return found


@given(registers())
@settings(max_examples=60, deadline=None)
def test_what_is_kept_is_what_was_read(tmp_path_factory: pytest.TempPathFactory, found: Ownership) -> None:
    """Register and graph come back from their folder as they were put there."""
    folder = tmp_path_factory.mktemp("kept")
    graph = build_graph(found.holdings)
    save_ownership(found, folder)
    save_graph(graph, folder)
    back = open_ownership(folder)
    again = open_graph(folder, back.holdings)
    assert list(back.holdings) == list(found.holdings)
    assert [_told(item) for item in back.parties.values()] == [_told(item) for item in found.parties.values()]
    assert (back.controls, back.joints, back.unnamed) == (found.controls, found.joints, found.unnamed)
    assert back.owned() == found.owned()
    assert (back.trusts(), dict(back.labels())) == (found.trusts(), found.labels())
    for column in ("rows", "in_row"):
        assert np.array_equal(getattr(again, column), getattr(graph, column))
    assert np.array_equal(again.parties[: graph.parties.size], graph.parties)
    assert again.parties.size > len(again.names)
    assert (again.wide, again.flags, again.has_ends) == (graph.wide, graph.flags, graph.has_ends)
    assert [again.origin(row) for row in range(again.rows.size)] == [
        graph.origin(row) for row in range(graph.rows.size)
    ]


def _told(holder: Holder) -> tuple[object, ...]:
    origin = holder.origin
    return (*(getattr(holder, name) for name in Holder.__slots__ if name != "origin"), str(origin))


def ask(folder: Path, home: str = "home") -> tuple[list[dict[str, object]], list[str]]:
    """Rows and problems of a run over the register of a folder."""
    request = OwnersRequest((folder / "h.csv",), blocked=folder / "b.csv", as_of=date(2026, 11, 23))
    outcome = find_owners(request, Settings(folder / home))
    rows = [dict(row) for row in outcome.rows]
    return rows, [str(problem) for status in outcome.statuses() for problem in status.problems]


@pytest.fixture
def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a register that is large enough to be kept, and has rested."""
    monkeypatch.setattr(ownership.kept, "LARGE", 1)
    monkeypatch.setattr("holdfast.records.holdings_columns.LARGE", 1)
    (tmp_path / "h.csv").write_text(HOLDINGS, "utf-8")
    (tmp_path / "b.csv").write_text("entity\nX\n", "utf-8")
    os.utime(tmp_path / "h.csv", (1e9, 1e9))
    return tmp_path


def test_a_second_run_reads_nothing_and_says_the_same(
    register: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Verdicts, origins and problems are those of the first run, and the file is not read."""
    first = ask(register)
    monkeypatch.setattr(ownership.register, "read_ownership", lambda *_: pytest.fail("was read again"))
    assert ask(register) == first
    assert len(first[1]) == 2


def test_a_register_that_changed_is_read_anew(register: Path) -> None:
    """Another content is another register, even of the same size and at the same time of change."""
    ask(register)
    (register / "h.csv").write_text(HOLDINGS.replace("X,Alpha,50", "X,Alpha,49"), "utf-8")
    assert ask(register) == ask(register, "another home")


def test_a_file_that_was_written_again_is_told_by_its_content(
    register: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later time of change alone does not make it another register."""
    first = ask(register)
    os.utime(register / "h.csv", (1.1e9, 1.1e9))
    monkeypatch.setattr(ownership.register, "read_ownership", lambda *_: pytest.fail("was read again"))
    assert ask(register) == first


@pytest.mark.parametrize("damaged", ["rows.npy", "register.json", "holders.arrow", "inputs.json"])
def test_what_is_damaged_is_made_again(register: Path, damaged: str) -> None:
    """A kept register that cannot be opened is read anew."""
    first = ask(register)
    (found,) = (register / "home").rglob(damaged)
    found.write_bytes(found.read_bytes()[:9])
    assert ask(register) == first


def test_a_home_that_cannot_be_written_to_costs_nothing(register: Path) -> None:
    """Where nothing can be kept, every run reads the register."""
    (register / "home").write_text("in the way", "utf-8")
    assert ask(register) == ask(register, "another home")


def test_a_small_register_is_not_kept(register: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written for what is read at once."""
    monkeypatch.setattr(ownership.kept, "LARGE", 1 << 20)
    ask(register)
    assert not Shelf(register / "home", [register / "h.csv"]).wanted
    assert not (register / "home" / "derived" / "registers").exists()


def listed(name: str, folder: Path) -> MemoryWatchlist:
    """A watchlist with one company on it."""
    designation = Designation("us_ofac_sdn", "SDGT")
    return MemoryWatchlist.of(
        [Party("us_ofac_sdn:1", "Company", (Name(name),), designations=(designation,))], folder=folder
    )


def test_who_is_listed_is_found_once_for_an_edition(register: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second run takes the links of the first; another edition is screened against."""
    (register / "h.csv").write_text(HOLDINGS.replace("X,", "Yangtze Holding Ltd,"), "utf-8")
    os.utime(register / "h.csv", (1e9, 1e9))
    request = OwnersRequest((register / "h.csv",))

    def links(watchlist: MemoryWatchlist) -> list[tuple[str, str, bool, str]]:
        found = read_register(request, Settings(register / "home"), Silent(), watchlist).links
        return [(link.holder, link.party.id, link.certain, link.why) for link in found]

    first = links(listed("Yangtze Holding Limited", register))
    other = links(listed("Peter", register))
    assert [holder for holder, *_ in first] == ["Yangtze Holding Ltd"]
    assert [holder for holder, *_ in other] == ["Peter"]
    monkeypatch.setattr(ownership.register, "screen_holders", lambda *_: pytest.fail("was screened again"))
    assert links(listed("Peter", register)) == other


@given(registers(), st.lists(names, max_size=4))
@settings(max_examples=60, deadline=None)
def test_parties_of_a_large_register_are_called_as_of_a_small_one(found: Ownership, more: list[str]) -> None:
    """A name finds the same parties among columns as among objects, however it is written."""
    small, large = Called(found), Called(replace(found))
    large._ownership.parties = Holders.of(found.parties.values(), found.holdings.names.with_more(()), [])
    asked = [holder.name for holder in found.parties.values()] + more
    asked += [f" {name.upper()}. " for name in asked]
    assert [sorted(large.every(text)) for text in asked] == [sorted(small.every(text)) for text in asked]


def test_an_entity_is_screened_with_whoever_is_above_it_only(register: Path) -> None:
    """To rule on one entity, only who bears on it is screened, and the ruling is that of a run over everybody."""
    watchlist = listed("Yangtze Holding Ltd", register)
    (register / "h.csv").write_text(
        "owner,owned,percent\nYangtze Holding Ltd,Alpha,30\nBeta,Alpha,25\nYangtze Holding Ltd,Beta,60\nBeta,Gamma,50\n",
        "utf-8",
    )
    every = OwnersRequest((register / "h.csv",))
    asked = OwnersRequest((register / "h.csv",), entities=("Alpha",))
    both = [read_register(each, Settings(register / "home"), Silent(), watchlist) for each in (asked, every)]
    pack = load_pack("us-ofac")
    told = [next(rule(evaluate_register(each, pack, DAY), ["Alpha"])).to_dict() for each in both]
    assert told[0] == told[1]
    assert told[0]["answer"] == "yes"
    assert [each.statuses[-1].counts["parties"] for each in both] == [3, 4]


def test_screening_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    """What is noted is not screened again, and a line that was cut is."""
    log = Log(tmp_path / "links.part")
    holders = [Holder(name, name) for name in ("Yangtze Holding Limited", "Peter", "Paul")]
    watchlist = listed("Yangtze Holding Limited", tmp_path)
    whole = screen_holders(holders, watchlist, Settings(tmp_path), Silent())
    log.add(1, ([(link.holder, link.party.id, link.certain, link.why) for link in whole.links], []))
    with (tmp_path / "links.part").open("ab") as file:
        file.write(b'[1,[["Pet')
    assert (
        screen_holders(iter([Holder("", ""), *holders[1:]]), watchlist, Settings(tmp_path), Silent(), log=log)
        == whole
    )
    assert log.read()[0] == len(holders)
