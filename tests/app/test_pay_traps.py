"""Where a listed party may hide in a payment, tried systematically, and what only looks like one.

The listed parties are invented; every place of a message is tried with every way in which formats and people disfigure a
name. What passes and what is held is said by construction, not by looking at the outcome.
"""

import itertools
import unicodedata
from collections.abc import Callable, Iterator
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.app.pay import decide_bytes
from holdfast.app.payments.desk import make_desk
from holdfast.model.party import Address, Designation, Identifier, Name, NameKind, Party
from holdfast.screen.payment_decision import Outcome
from holdfast.screen.payments import Desk
from holdfast.store.memory import MemoryWatchlist
from payment_samples import mt103, pacs008


def listed(number: int, schema: str, *names: str, country: str = "RU", **identifiers: str) -> Party:
    kinds = itertools.chain([NameKind.PRIMARY], itertools.repeat(NameKind.ALIAS))
    return Party(
        f"us_ofac_sdn:{number}",
        schema,
        tuple(Name(text, kind) for text, kind in zip(names, kinds, strict=False)),
        identifiers=tuple(Identifier(kind, value) for kind, value in identifiers.items()),
        addresses=(Address(country=country),),
        designations=(Designation("us_ofac_sdn", "CYBER3"),),
    )


PARTIES = (
    listed(1, "Company", "QUOLDRENNE MARITIME LOGISTICS FZE", country="AE"),
    listed(2, "Company", "JOINT STOCK COMPANY VOSTRUMETAL RESEARCH AND PRODUCTION ASSOCIATION"),
    listed(3, "Person", "PETRUKHNOV, Arkadiy Valentinovich", "ПЕТРУХНОВ, Аркадий Валентинович"),
    listed(4, "Company", "OSTAVIRA BANK", "АО ОСТАВИРА БАНК", bic="OSVRKG22"),
    listed(
        5,
        "Organization",
        "SHANDUO ZHIYUAN NETWORK TECHNOLOGY CO., LTD.",
        "山多智远网络科技有限公司",
        country="CN",
    ),
    listed(6, "Person", "AL-QARHUMI, Ibrahim Muhammad Saleh", country="IQ"),
)
VESSEL = listed(7, "Vessel", "NOVA 8", imo="9074729")
TANKER = listed(11, "Vessel", "GRANDEUR", imo="9321483")
TOWN = listed(12, "Company", "WETHERAND")
AIRCRAFT = listed(8, "Airplane", "QX-RUV")
FIRM = listed(9, "Company", "TRAMIVO OOO", isin="RU000A0ZZZ17")
NUMBERED = listed(10, "Company", "HELVORIN TRADE LLC", uscc="91110108562135265P", country="CN")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("traps")
    return make_desk(
        MemoryWatchlist.of((*PARTIES, VESSEL, TANKER, TOWN, AIRCRAFT, FIRM, NUMBERED), folder=folder)
    )


def latin(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain.upper() if c.isascii() and not unicodedata.combining(c))


def lines(text: str, width: int = 35, before: str = "") -> str:
    return "\n".join(before + text[start : start + width] for start in range(0, len(text), width))


def fin(tag: str, value: str) -> str:
    return mt103().replace(":59:/001\nLANTERN KITES PTE LTD\nSINGAPORE", f":{tag}:{value}")


XML_PLACES: dict[str, Callable[[str], str]] = {
    "ultimate debtor": lambda name: pacs008(agents=f"<UltmtDbtr><Nm>{name}</Nm></UltmtDbtr>"),
    "ultimate creditor": lambda name: pacs008(more=f"<UltmtCdtr><Nm>{name}</Nm></UltmtCdtr>"),
    "initiating party": lambda name: pacs008(agents=f"<InitgPty><Nm>{name}</Nm></InitgPty>"),
    "creditor": lambda name: pacs008(
        creditor=f"<Nm>{name}</Nm><PstlAdr><TwnNm>Dubai</TwnNm><Ctry>AE</Ctry></PstlAdr>"
    ),
    "label": lambda name: pacs008(creditor=f"<Nm>BENEFICIARY: {name}</Nm>"),
    "agent by name": lambda name: pacs008(
        agents=f"<IntrmyAgt1><FinInstnId><Nm>{name}</Nm></FinInstnId></IntrmyAgt1>"
    ),
    "invoicer": lambda name: pacs008(text=f"X</Ustrd><Strd><Invcr><Nm>{name}</Nm></Invcr></Strd><Ustrd>Y"),
    "contact": lambda name: pacs008(creditor=f"<Nm>Kites</Nm><CtctDtls><Nm>{name}</Nm></CtctDtls>"),
    "remittance location": lambda name: pacs008(
        more=f"<RltdRmtInf><RmtLctnDtls><PstlAdr><Nm>{name}</Nm></PstlAdr></RmtLctnDtls></RltdRmtInf>"
    ),
    "care of": lambda name: pacs008(
        creditor=f"<Nm>Kites</Nm><PstlAdr><Ctry>AE</Ctry><AdrLine>C/O {name}</AdrLine></PstlAdr>"
    ),
    "remittance": lambda name: pacs008(text=f"INV 8841 PAYMENT FOR {name} CONTRACT 12"),
    "remittance, two elements": lambda name: pacs008(
        text=f"PAYMENT FOR {name[:9]}</Ustrd><Ustrd>{name[9:]} CONTRACT 12"
    ),
    "instruction": lambda name: pacs008(
        more=f"<InstrForCdtrAgt><InstrInf>ON BEHALF OF {name}</InstrInf></InstrForCdtrAgt>"
    ),
    "supplementary data": lambda name: pacs008().replace(
        "</FIToFICstmrCdtTrf>",
        f"<SplmtryData><Envlp><a:N xmlns:a='urn:x'>{name}</a:N></Envlp></SplmtryData></FIToFICstmrCdtTrf>",
    ),
}
FIN_PLACES: dict[str, Callable[[str], str]] = {
    "59": lambda name: fin("59", f"/001\n{lines(name)}\nDUBAI AE"),
    "59F": lambda name: fin("59F", "/001\n" + lines(name, 33, "1/") + "\n3/AE/DUBAI"),
    "59F, a number forgotten": lambda name: fin("59F", "/001\n" + lines(name, 33, "1/") + "\nDUBAI AE"),
    "50K": lambda name: mt103().replace("MARSH AND FEN ROPE WORKS LTD", lines(name)),
    "70": lambda name: mt103(more=":70:" + lines(f"PAYMENT FOR {name} CONTRACT 12") + "\n"),
    "72 INS": lambda name: mt103(more=":72:/INS/" + lines(name, 30).replace("\n", "\n//") + "\n"),
    "72 BNF": lambda name: mt103(more=":72:/BNF/" + lines(f"FFC {name}", 30).replace("\n", "\n//") + "\n"),
    "202 COV, sequence B": lambda name: (
        "{1:F01QQQQUS33AXXX0000000000}{2:I202VVVVSGSGXXXXN}{3:{119:COV}}{4:\n:20:R\n:21:E\n:32A:261124USD100,\n"
        f":58A:VVVVSGSG\n:50K:/9\nMARSH AND FEN\nHULL\n:59:/1\n{lines(name)}\nDUBAI\n-}}"
    ),
}


def ways(party: Party) -> Iterator[str]:
    """As listed, in lower case, and with the given name first."""
    for name in party.names:
        yield name.text
        yield name.text.lower()
        family, comma, given = name.text.partition(", ")
        if comma and party.type == "Person":
            yield f"{given} {family}"


CASES = [
    *(
        (place, make, party, way)
        for place, make in XML_PLACES.items()
        for party in PARTIES
        for way in ways(party)
    ),
    *(
        (place, make, party, latin(way))
        for place, make in FIN_PLACES.items()
        for party in PARTIES
        for way in dict.fromkeys(map(str.upper, ways(party)))
        if way.isascii()
    ),
]


@pytest.mark.parametrize("place", [*XML_PLACES, *FIN_PLACES])
def test_a_listed_party_is_seen_in_every_place(desk: Desk, place: str) -> None:
    """Wherever the name stands, in whatever case, order and script, broken over lines inside its words: held for that party."""
    missed = []
    for where, make, party, name in CASES:
        if where == place:
            (made,) = decide_bytes(make(escape(name) if where in XML_PLACES else name).encode(), desk)
            assert not made.not_read
            if party.id not in {hit.party for hit in made.hits}:
                missed.append((name, [str(hit) for hit in made.cleared]))
    assert missed == []


LONG = [name.text for party in PARTIES for name in party.names if len(name.text) > 40]


@pytest.mark.parametrize("name", LONG)
@pytest.mark.parametrize("length", [33, 35])
@pytest.mark.parametrize("mark", ["", "+"])
def test_a_cut_name_is_compared_as_a_beginning(desk: Desk, name: str, length: int, mark: str) -> None:
    """Cut by a format at 33 or 35 characters, with or without the mark, a long name still holds, in XML and in FIN."""
    cut = name[: length - len(mark)].rstrip() + mark
    for text in (pacs008(creditor=f"<Nm>{cut}</Nm>"), fin("59", f"/1\n{cut}\nDUBAI AE")):
        (made,) = decide_bytes(text.encode(), desk)
        assert made.outcome is Outcome.HOLD, cut


def test_a_whole_name_is_no_beginning(desk: Desk) -> None:
    """A name that ends of its own accord is not held because a longer one begins so."""
    text = pacs008(creditor="<Nm>Joint Stock Company Vostru</Nm><PstlAdr><Ctry>DE</Ctry></PstlAdr>")
    (made,) = decide_bytes(text.encode(), desk)
    assert made.outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("text", "party"),
    [
        (pacs008(text="DEMURRAGE MV NOVA 8 AT FUJAIRAH"), VESSEL),
        (pacs008(text="BUNKERS M/V NOVA 8"), VESSEL),
        (pacs008(text="BUNKERS NOVA 8, 9074729"), VESSEL),
        (pacs008(text="SPARE PARTS AIRCRAFT QX-RUV"), AIRCRAFT),
        (pacs008(text="SPARE PARTS QX-RUV"), AIRCRAFT),
        (pacs008(text="CONTRACT 7 TRAMIVO, OOO DD 1.2.26"), FIRM),
        (pacs008(text="TRAMIVO O.O.O. CONTRACT 7"), FIRM),
        (pacs008(text="COUPON BOND RU000A0ZZZ17 NOVEMBER"), FIRM),
        (pacs008(text="BUYER USCC 9111 0108 5621 35265P"), NUMBERED),
        (mt103(more=":70:/INV/PAYMENT BUYER USCC 911101085621\n35265P\n"), NUMBERED),
        (mt103(more=":56A:OSVRKG22\n"), PARTIES[3]),
        (mt103(more=":56A:OSVRKG22007\n"), PARTIES[3]),
        (mt103(more=":72:/ACC/OSVRKG22XXX\n"), PARTIES[3]),
        (mt103(more=":57D:/1\nOSTAVIRA BANK\nBISHKEK\n"), PARTIES[3]),
    ],
)
def test_short_names_with_what_makes_them_names(desk: Desk, text: str, party: Party) -> None:
    """A word for a ship, a form, a number or a code beside a short name makes it that party."""
    (made,) = decide_bytes(text.encode(), desk)
    assert party.id in {hit.party for hit in made.hits}


@pytest.mark.parametrize(
    "text",
    [
        pacs008(text="NOVA 8 PRINTER CARTRIDGE"),
        pacs008(text="INVOICE 9074729"),
        pacs008(text="ORDER QX-RU"),
        pacs008(text="TRAMIVO"[:6] + " 42"),
        pacs008(text="NETWORK TECHNOLOGY CO LTD"),
        pacs008(text="RESEARCH AND PRODUCTION ASSOCIATION FEES"),
        pacs008(creditor="<Nm>Ibrahim Saleh</Nm><PstlAdr><Ctry>GB</Ctry></PstlAdr>"),
        pacs008(creditor="<Nm>Arkadiy Ivanov</Nm><PstlAdr><Ctry>BG</Ctry></PstlAdr>"),
        pacs008(creditor="<Nm>Shanduo Garden Restaurant</Nm><PstlAdr><Ctry>GB</Ctry></PstlAdr>"),
        pacs008(creditor="<Nm>Maritime Logistics FZE</Nm><PstlAdr><Ctry>AE</Ctry></PstlAdr>"),
        pacs008(creditor="<Nm>Валентин Аркадьев</Nm>"),
        mt103(beneficiary="/1\nOSTRAVA BAKERY\nPRAHA CZ"),
        mt103(more=":56A:OSVAKG22\n"),
    ],
)
def test_what_shares_words_with_a_listed_party(desk: Desk, text: str) -> None:
    """Ordinary words, other persons of one of the names and other codes pass."""
    (made,) = decide_bytes(text.encode(), desk)
    assert made.outcome is Outcome.PASS, [str(hit) for hit in made.hits]


PLACES = ["Tehran", "Bandar Abbas", "Simferopol", "Pyongyang", "La Habana", "Luhansk"]


@pytest.mark.parametrize("town", PLACES)
@pytest.mark.parametrize(
    "make",
    [
        lambda town: mt103(beneficiary=f"/1\nKITE TRADING\nPO BOX 4\n{town.upper()}"),
        lambda town: mt103(beneficiary=f"/1\nKITE TRADING\nZAND BLVD\n{town.upper()} 15875"),
        lambda town: pacs008(
            creditor=f"<Nm>Kite</Nm><PstlAdr><AdrLine>12 Zand St, {town}</AdrLine></PstlAdr>"
        ),
        lambda town: pacs008(
            creditor=f"<Nm>Kite</Nm><PstlAdr><TwnNm>{town}</TwnNm><AdrLine>12 Zand</AdrLine></PstlAdr>"
        ),
        lambda town: mt103(more=f":70:SHIPPED VIA {town.upper()} AND PAID FOR\n"),
        lambda town: mt103(more=f":70:{'DELIVER ' * 4}{town[:3].upper()}\n{town[3:].upper()} INV 4\n"),
        lambda town: mt103(
            beneficiary=f"/1\nKITE TRADING\n{'X' * 31} {town[:3].upper()}\n{town[3:].upper()} 9"
        ),
    ],
)
def test_a_town_under_embargo_is_seen(desk: Desk, town: str, make: Callable[[str], str]) -> None:
    """In address lines and texts, whole or broken in the middle, behind a street or a word like "via"."""
    (made,) = decide_bytes(make(town).encode(), desk)
    assert any(hit.party.startswith("place:") for hit in made.hits), [str(hit) for hit in made.cleared]


@pytest.mark.parametrize(
    "text",
    [
        mt103(beneficiary="/1\nKITE SHOP\n120 CUBA STREET\nWELLINGTON"),
        mt103(beneficiary="/1\nCERFS VOLANTS\n12 BD DE SEBASTOPOL\n75003 PARIS"),
        mt103(beneficiary="/1\nCERFS VOLANTS\n12 RUE DE CRIMEE\n75019 PARIS"),
        mt103(beneficiary="/1\nCOMETAS SL\nPASEO DE LA HABANA 12\nMADRID"),
        mt103(beneficiary="/1\nAQUILONI SRL\nVIA TEHERAN 4\nROMA"),
        mt103(beneficiary="/1\nKITE KOREA\n152 TEHERAN-RO\nSEOUL KR"),
        pacs008(text="RENT 3 SUDAN ROAD LONDON"),
        pacs008(text="DAMASCUS STEEL KNIFE SET"),
        pacs008(text="HAVANA BROWN CAT FOOD"),
        pacs008(text="PERSIAN RUG CLEANING"),
        pacs008(creditor="<Nm>Ira Levin</Nm><PstlAdr><Ctry>US</Ctry></PstlAdr>"),
        pacs008(more="<UltmtCdtr><Nm>Ira Sem</Nm></UltmtCdtr>"),
        pacs008(text="INVOICE IRANA SMITH"),
        pacs008(creditor="<Nm>Kites LLC</Nm><PstlAdr><TwnNm>Sebastopol</TwnNm><Ctry>US</Ctry></PstlAdr>"),
    ],
)
def test_what_is_called_after_a_place(desk: Desk, text: str) -> None:
    """Streets, steel, cats, rugs and people that bear the name of a place under embargo pass."""
    (made,) = decide_bytes(text.encode(), desk)
    assert made.outcome is Outcome.PASS, [str(hit) for hit in made.hits]


def in_address(inner: str) -> str:
    return pacs008(creditor=f"<Nm>Kite Shop</Nm><PstlAdr>{inner}<Ctry>US</Ctry></PstlAdr>")


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (in_address("<StrtNm>12 Grandeur Ave</StrtNm>"), Outcome.PASS),
        (in_address("<TwnNm>Grandeur</TwnNm>"), Outcome.PASS),
        (in_address("<TwnNm>Wetherand</TwnNm>"), Outcome.PASS),
        (in_address("<AdrLine>C/O MASTER MV GRANDEUR</AdrLine>"), Outcome.HOLD),
        (in_address("<AdrLine>C/O WETHERAND</AdrLine>"), Outcome.HOLD),
        (pacs008(creditor="<Nm>Wetherand</Nm>"), Outcome.HOLD),
    ],
)
def test_a_place_that_is_called_like_a_listed_party(desk: Desk, text: str, outcome: Outcome) -> None:
    """A town or a street is no ship of its name, nor a firm; a ship that is announced in an address is one."""
    (made,) = decide_bytes(text.encode(), desk)
    assert made.outcome is outcome, [str(hit) for hit in (*made.hits, *made.cleared)]


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(
        [pacs008(creditor="<Nm>QUOLDRENNE MARITIME LOGISTICS FZE</Nm>"), mt103(more=":72:/INS/OSVRKG22\n")]
    ),
    st.lists(st.tuples(st.integers(0, 1200), st.binary(max_size=3)), max_size=6),
)
def test_damaged_messages_are_decided_and_never_passed_unread(
    desk: Desk, text: str, changes: list[tuple[int, bytes]]
) -> None:
    """Whatever happens to the bytes of a message, there is a decision; what could not be read is held, all fields are told."""
    data = text.encode()
    for place, other in changes:
        data = data[:place] + other + data[place + 1 :]
    decisions = decide_bytes(data, desk)
    assert decisions
    for made in decisions:
        assert made.outcome is Outcome.HOLD or not (made.message.broken or made.not_read or made.hits)
        assert made.screened == len(made.message.fields) or made.not_read
        assert all(left.why for left in made.not_screened)
