import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from holdfast.app.assess import assess
from holdfast.app.outcome import Outcome as RunOutcome
from holdfast.app.pay import PaymentRun, PayOptions, decide_bytes, pay
from holdfast.app.payments.desk import DeskOptions, make_desk, open_desk
from holdfast.app.payments.owned import read_owned
from holdfast.app.settings import Settings
from holdfast.app.update import UpdateOptions, update
from holdfast.model.errors import InputError
from holdfast.model.party import Designation, Name, Party
from holdfast.model.progress import Silent
from holdfast.model.status import State
from holdfast.screen.payment_decision import Outcome
from holdfast.screen.payments import Desk
from holdfast.store.memory import MemoryWatchlist
from payment_samples import mt103, pacs008


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home without an edition: the dossier of the package is the watchlist."""
    return Settings(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def desk(home: Settings) -> Desk:
    return open_desk(home)


def read(outcome: RunOutcome) -> list[dict[str, Any]]:
    """The rows as their readers take them: JSON values."""
    return [dict(row) for row in outcome.rows]


@pytest.fixture(scope="module")
def composite(tmp_path_factory: pytest.TempPathFactory, shared: Callable[[str], Path]) -> Settings:
    """A home with OFAC's list beside the dossier."""
    settings = Settings(tmp_path_factory.mktemp("ofac"))
    places = {"us_ofac_sdn": str(shared("lists/ofac/composite"))}
    list(update(settings, UpdateOptions(places), Silent()).rows)
    return settings


def test_the_labelled_messages_are_decided_as_expected(
    composite: Settings, shared: Callable[[str], Path]
) -> None:
    """Every trap is held for its target, no near miss and no clean message is; nothing of the folder is unread."""
    folder = shared("payments")
    outcome = pay([folder], composite)
    rows = {Path(row["file"]).name: row for row in read(outcome)}
    for part in ("synthetic", "clean"):
        for expected in json.loads((folder / part / "expected.json").read_text()):
            row = rows[expected["file"]]
            wanted = "hold" if expected["expect"] == "hit" else "pass"
            assert row["decision"] == wanted, (expected, row["reasons"])
            for target in [
                part for part in (expected["target"] or "").split(" / ") if part.startswith("SDN")
            ]:
                assert f"us_ofac_sdn:{target.removeprefix('SDN ')}" in {
                    hit["party"] for hit in row["hits"]
                }, expected
    assert all(not row["not_read"] for row in rows.values())
    assert all(status.state is State.OK for status in outcome.statuses())


def test_the_real_list_beside_everyday_messages(composite: Settings) -> None:
    """Months, goods, streets and common names in payments are not the listed firms that are called so."""
    desk = open_desk(composite)
    clean = [
        pacs008(text="FLOUR, OCTOBER"),
        pacs008(text="RENTA VARIABLE SEPTIEMBRE"),
        pacs008(text="ADJUSTMENT FOR FREIGHT, GENERAL TRADING"),
        pacs008(text="FREEDOM TOUR TICKETS AND EXCELLENCE AWARD"),
        pacs008(creditor="<Nm>Maria Garcia Lopez</Nm><PstlAdr><Ctry>ES</Ctry></PstlAdr>"),
        mt103(beneficiary="/1\nHORIZON GARDEN CENTRE LTD\nLEEDS GB"),
    ]
    held = {
        text: [str(hit) for hit in made.hits]
        for text in clean
        for made in decide_bytes(text.encode(), desk)
        if made.hits
    }
    assert not held


@pytest.mark.parametrize(
    "name",
    [
        "Integrity Technology Group Inc",
        "INTEGRITY TECHNOLOGY GRP INC",
        "Integrity Tecnology Group, Incorporated",
        "M/S INTEGRITY TECHNOLOGY GROUP INCORPORATED",
        "BENEFICIARY: BEIJING INTEGRITY TECHNOLOGY CO LTD",
        "Integrity Technology Group Inc, Room 103 Building 6, 9 Fenghao East Road",
        "Kites Ltd c/o Integrity Technology Group Incorporated",
        "永信至诚科技集团股份有限公司",
        "SICHUAN JUXINHE NETWORK TECHNOLOG+",
        "Juxinhe Network Technology Sichuan",
    ],
)
def test_listed_names_as_payments_write_them(desk: Desk, name: str) -> None:
    """Spellings, labels, addresses beside the name, cuts and scripts do not hide a listed party."""
    (made,) = decide_bytes(
        pacs008(creditor=f"<Nm>{name}</Nm><PstlAdr><Ctry>CN</Ctry></PstlAdr>").encode(), desk
    )
    assert made.outcome is Outcome.HOLD


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("Integrity Group Technologies LLC", "US"),
        ("Integrity Plumbing Technologies LLC", "US"),
        ("Beijing Garden Restaurant Ltd", "GB"),
        ("Sichuan House Takeaway", "GB"),
        ("Zhou Shuai Photography Studio", "US"),
        ("Kecheng Yin Tang Foods GmbH", "DE"),
    ],
)
def test_near_misses_are_let_go(desk: Desk, name: str, country: str) -> None:
    """Firms elsewhere that share words with a listed party are not it."""
    (made,) = decide_bytes(
        pacs008(creditor=f"<Nm>{name}</Nm><PstlAdr><Ctry>{country}</Ctry></PstlAdr>").encode(), desk
    )
    assert made.outcome is Outcome.PASS, [str(hit) for hit in made.hits]


_COMMON = "Timber Corporation"
_LONG = "Main Directorate for Combating Fraud and Corruption of the Ministry of the Republic of Northland"


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (f"PAYMENT FOR {_COMMON} CONTRACT 12", Outcome.HOLD),
        (f"INV 8841 {_COMMON}", Outcome.HOLD),
        (f"PAYMENT FOR NORTHERN {_COMMON}", Outcome.PASS),
        ("PAYMENT FOR TIMBER", Outcome.PASS),
        (f"GRANT OF THE {_LONG}, 2026", Outcome.HOLD),
    ],
)
def test_whole_names_in_running_text(tmp_path: Path, text: str, outcome: Outcome) -> None:
    """A name of common words is found with its legal form, unless it ends another name; and a name of any length."""
    listed = [
        Party("xx_list:1", "Company", (Name(_COMMON),), designations=(Designation("xx_list", "X"),)),
        Party("xx_list:2", "PublicBody", (Name(_LONG),), designations=(Designation("xx_list", "X"),)),
    ]
    desk = make_desk(MemoryWatchlist.of(listed, folder=tmp_path))
    (made,) = decide_bytes(pacs008(text=text).encode(), desk)
    assert made.outcome is outcome, [str(hit) for hit in made.cleared]
    (made,) = decide_bytes(pacs008(creditor=f"<Nm>Old Northern {_COMMON} of Hull Ltd</Nm>").encode(), desk)
    assert made.outcome is Outcome.PASS, [str(hit) for hit in made.hits]


def test_a_block_has_its_deadline(home: Settings) -> None:
    """Ten business days from the day of the decision, Thanksgiving left out."""
    from datetime import date

    desk = open_desk(home, DeskOptions(as_of=date(2026, 11, 23)))
    (made,) = decide_bytes(
        pacs008(creditor="<Nm>Integrity Technology Group, Incorporated</Nm>").encode(), desk
    )
    assert made.advice is not None
    assert (made.advice.act, made.advice.due) == ("block", "2026-12-08")


def test_the_same_rows_over_processes(home: Settings, tmp_path: Path) -> None:
    """Spread over processes, the rows are the same, in the same order, with the same cases."""
    for part in range(3):
        texts = [
            pacs008(id=f"M{part}-{n}", uetr="", end_to_end=f"E{n}", text="HABANA" if n == 5 else "X")
            for n in range(40)
        ]
        (tmp_path / f"{part}.xml").write_text("\n".join(texts))
    (tmp_path / "big.rje").write_text(
        "$".join(mt103(reference=f"R{n}", more=f":70:{'X' * 30}\n") for n in range(5000))
    )
    (tmp_path / "broken.xml").write_text(pacs008()[:500])
    one = list(PaymentRun([tmp_path], home, PayOptions(processes=1), Silent()))
    two = list(PaymentRun([tmp_path], home, PayOptions(processes=2), Silent()))
    assert len(one) == 3 * 40 + 5000 + 1
    assert one == two


def test_owned_entities_and_licences_from_files(home: Settings, tmp_path: Path) -> None:
    """The output of the ownership engine holds, and a licence without conditions lets its payment pass."""
    owned = tmp_path / "owners.jsonl"
    owned.write_text(
        '{"entity": "Lantern Kites Pte Ltd", "pack": "us-ofac", "verdict": "blocked", "because": "60 percent"}\n'
        '{"entity": "Marsh and Fen Rope Works Ltd", "pack": "us-ofac", "verdict": "not_blocked"}\n'
    )
    (row,) = read(pay([_write(tmp_path / "a.xml", pacs008())], home, PayOptions(DeskOptions(owned=owned))))
    assert (row["decision"], row["hits"][0]["kind"], row["advice"]["act"]) == ("hold", "owned", "block")
    licences = tmp_path / "licences.csv"
    licences.write_text("id,issuer,parties\nL-1,OFAC,dossier:integrity-tech\n")
    text = pacs008(creditor="<Nm>Integrity Technology Group, Incorporated</Nm>")
    options = PayOptions(DeskOptions(licences=licences))
    (row,) = read(pay([_write(tmp_path / "b.xml", text)], home, options))
    assert row["decision"] == "pass"
    assert row["cleared"][0]["licence"] == "L-1"


def _write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_the_output_of_owners_is_screened_for(home: Settings, tmp_path: Path) -> None:
    """What `owners` writes about a register of holdings, `pay` takes: blocked and doubtful entities are held, free ones pass."""
    from holdfast.app.owners import find_owners
    from holdfast.app.ownership.register import OwnersRequest
    from holdfast.cli.output import Format, as_text

    holdings = _write(
        tmp_path / "holdings.csv",
        "owner,owned,percent\n"
        '"Integrity Technology Group, Incorporated",Lantern Kites Pte Ltd,60\n'
        '"Integrity Technology Group, Incorporated",Fenland Rope Pte Ltd,40-60\n'
        '"Integrity Technology Group, Incorporated",Harbour Twine Pte Ltd,10\n',
    )
    rows = list(find_owners(OwnersRequest((holdings,), packs=("us-ofac",)), home).rows)
    owned = _write(tmp_path / "owners.jsonl", as_text(rows, Format.JSONL, ()))
    acts = {}
    for name in ("Lantern Kites Pte Ltd", "Fenland Rope Pte Ltd", "Harbour Twine Pte Ltd"):
        text = pacs008(creditor=f"<Nm>{name}</Nm><PstlAdr><Ctry>SG</Ctry></PstlAdr>")
        path = _write(tmp_path / "one.xml", text)
        (row,) = read(pay([path], home, PayOptions(DeskOptions(owned=owned))))
        acts[name] = (row["decision"], (row["advice"] or {}).get("act"))
    assert acts == {
        "Lantern Kites Pte Ltd": ("hold", "block"),
        "Fenland Rope Pte Ltd": ("hold", "hold"),
        "Harbour Twine Pte Ltd": ("pass", None),
    }


def test_an_entity_is_known_by_its_name_in_the_register(home: Settings, tmp_path: Path) -> None:
    """Registers call firms by numbers: the name beside the number is screened for."""
    owned = _write(
        tmp_path / "owners.jsonl",
        '{"entity": "GB-COH-04711", "name": "Fenland Rope Ltd", "pack": "eu", "verdict": "deemed_owned", "answer": "yes"}\n',
    )
    path = _write(tmp_path / "one.xml", pacs008(creditor="<Nm>FENLAND ROPE LIMITED</Nm>"))
    (row,) = read(pay([path], home, PayOptions(DeskOptions(owned=owned))))
    assert (row["decision"], row["advice"]["act"]) == ("hold", "freeze")


def test_an_assessment_joins_owners_licences_and_payments(home: Settings, tmp_path: Path) -> None:
    """Payments to what a listed firm owns are held through the holdings; a licence with its owned entities lets them go."""
    folder = tmp_path / "firm"
    (folder / "payments").mkdir(parents=True)
    _write(
        folder / "holdings.csv",
        'owner,owned,percent\n"Integrity Technology Group, Incorporated",Lantern Kites Pte Ltd,60\n',
    )
    _write(folder / "payments/a.xml", pacs008())
    _write(folder / "payments/again.xml", pacs008(id="PAC2"))
    config = (
        '[assessment]\nas_of = 2026-11-25\n[[holdings]]\nfile = "holdings.csv"\npacks = ["us-ofac"]\n'
        '[[payments]]\npath = "payments"\n'
    )
    _write(folder / "holdfast.toml", config)
    found = [item for item in assess(folder, home).findings if item.kind == "payment"]
    assert len(found) == 1, "the same payment sent twice is one finding"
    assert found[0].details["act"] == "block"
    assert found[0].details["messages"] == ["payments/a.xml#1", "payments/again.xml#1"]
    assert "Lantern Kites Pte Ltd, owned by blocked persons" in found[0].title
    _write(folder / "licences.csv", "id,issuer,parties,with_owned\nL-1,OFAC,dossier:integrity-tech,yes\n")
    _write(folder / "holdfast.toml", config + 'licences = "licences.csv"\n')
    assert not [item for item in assess(folder, home).findings if item.kind == "payment"]


def test_half_an_ownership_file_is_refused(tmp_path: Path) -> None:
    """A decision does not rest on a table of which rows were lost."""
    broken = _write(tmp_path / "owners.jsonl", '{"entity": "A", "verdict": "blocked"}\n{"entity": \n')
    with pytest.raises(InputError, match="cannot be read"):
        read_owned(broken)


def test_what_cannot_be_read_is_an_unchecked_input(home: Settings, tmp_path: Path) -> None:
    """A broken message is held, the rest go on, and the status says so."""
    _write(tmp_path / "a.xml", pacs008())
    _write(tmp_path / "b.xml", pacs008()[:300])
    outcome = pay([tmp_path], home)
    assert [row["decision"] for row in outcome.rows] == ["pass", "hold"]
    assert outcome.found()
    assert [status.state for status in outcome.statuses()] == [State.OK, State.PARTIAL]
