import itertools
import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from holdfast.model.effect import Effect
from holdfast.model.party import Name, Party
from holdfast.model.payment import Transfer
from holdfast.records.payments import read_bytes
from holdfast.screen.payment_decision import Decision, FieldHit, HitKind, Outcome
from holdfast.screen.payments import Desk, Permit, decide
from payment_fakes import FROZEN, LISTED, ExactScreener, make_desk
from payment_samples import mt103, pacs008

NAME = LISTED.names[0].text


def decision(text: str | bytes, desk: Desk | None = None) -> Decision:
    data = text.encode() if isinstance(text, str) else text
    (message,) = read_bytes(data, "in")
    return decide(message, desk or make_desk())


def creditor(name: str, country: str = "SG", town: str = "Singapore", more: str = "") -> str:
    return f"<Nm>{name}</Nm><PstlAdr><TwnNm>{town}</TwnNm><Ctry>{country}</Ctry>{more}</PstlAdr>"


def test_a_clean_payment_passes_and_says_what_was_screened() -> None:
    """Nothing recognised, everything read: pass, with every field accounted for."""
    made = decision(pacs008())
    assert (made.outcome, made.hits, made.not_read, made.advice) == (Outcome.PASS, (), (), None)
    assert made.screened == len(made.message.fields)
    row = made.to_dict()
    assert {"file", "message_id", "decision", "hits", "not_read"} <= row.keys()
    json.dumps(row)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (pacs008(creditor=creditor(NAME)), "Cdtr/Nm"),
        (pacs008(creditor=creditor(f"BENEFICIARY: {NAME}")), "Cdtr/Nm"),
        (pacs008(more=f"<UltmtCdtr><Nm>{NAME}</Nm></UltmtCdtr>"), "UltmtCdtr/Nm"),
        (pacs008(text=f"FREIGHT FOR {NAME.upper()} OCTOBER"), "RmtInf/Ustrd"),
        (pacs008(text="FREIGHT GALLOWS REACH SHIP</Ustrd><Ustrd>PING COMPANY"), "RmtInf/Ustrd"),
        (pacs008(text="CONTRACT PARTY USCC 91110108562135265P"), "RmtInf/Ustrd"),
        (pacs008(text="USCC 911101085 62135265P"), "RmtInf/Ustrd"),
        (pacs008(text="MV HOPE IMO 9074729"), "RmtInf/Ustrd"),
        (pacs008(text="VIA ZZZZKG22"), "RmtInf/Ustrd"),
        (
            pacs008(agents="<IntrmyAgt1><FinInstnId><BICFI>ZZZZKG22</BICFI></FinInstnId></IntrmyAgt1>"),
            "IntrmyAgt1/BICFI",
        ),
        (
            pacs008(agents="<IntrmyAgt1><FinInstnId><BICFI>ZZZZKG22007</BICFI></FinInstnId></IntrmyAgt1>"),
            "IntrmyAgt1/BICFI",
        ),
        (
            pacs008(creditor=creditor("Kites", more=f"<AdrLine>C/O {NAME}</AdrLine>")),
            "Cdtr/PstlAdr/TwnNm",
        ),
        (
            pacs008(creditor="<Nm>X</Nm><Id><OrgId><Othr><Id>9111 0108 5621 35265P</Id></Othr></OrgId></Id>"),
            "Cdtr/Id/OrgId/Othr/Id",
        ),
        (mt103(beneficiary="/1\nBENEFICIARY: GALLOWS REACH SHIPPING \nCOMPANY"), "59"),
        (
            mt103(beneficiary="/1\n1/GALLOWS REACH SHIP\n1/PING COMPANY\n2/QUAY").replace(":59:", ":59F:"),
            "59F",
        ),
        (mt103(more=f":72:/INS/{NAME.upper()}\n"), "72 /INS/"),
        (mt103(more=":52A:ZZZZKG22XXX\n"), "52A"),
        (mt103(more=":70:PAYMENT FOR FREIGHT GALLOWS REACH S\nHIPPING COMPANY INVOICE 7\n"), "70"),
    ],
)
def test_a_listed_party_is_found_wherever_it_stands(text: str, field: str) -> None:
    """Each place of a message where a listed party may stand holds it, and the hit says where and what."""
    made = decision(text)
    assert made.outcome is Outcome.HOLD
    hit = next(hit for hit in made.hits if hit.party == LISTED.id)
    assert hit.field == field
    assert hit.text[hit.start : hit.end]
    assert hit.why[0].says


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (pacs008(creditor=creditor("Kites", "CU", "Varadero")), "CU"),
        (pacs008(text="TRAVEL TO HABANA IN MAY"), "CU"),
        (pacs008(text="LIEFERUNG NACH KUBA"), "CU"),
        (pacs008(text="Оплата за товар, Пхеньян"), "KP"),
        (pacs008(text="货款 朝鲜"), "KP"),
        (pacs008(text="Services au Soudan"), "SD"),
        (pacs008(creditor=creditor("Kites", "UA", "Simferopol")), "CRIMEA"),
        (pacs008(creditor=creditor("Kites", "RU", "Ялта")), "CRIMEA"),
        (pacs008(agents="<IntrmyAgt1><FinInstnId><BICFI>QQQQIRTH</BICFI></FinInstnId></IntrmyAgt1>"), "IR"),
        (pacs008().replace('Ccy="USD"', 'Ccy="IRR"'), "IR"),
        (pacs008().replace("GB00TEST00000000000009", "IR820540102680020817909002"), "IR"),
        (mt103(beneficiary="/1\nKITES\nCALLE 23\nLA HABANA CU"), "CU"),
        (mt103(more=":77B:/BENEFRES/IR//TEHERAN\n"), "IR"),
        (pacs008(creditor=creditor("Kites", "US", "Havana", "<AdrLine>Cuba</AdrLine>")), "CU"),
    ],
)
def test_embargoed_places_hold(text: str, key: str) -> None:
    """A code, a town or a name in any language of the table holds the payment."""
    made = decision(text)
    assert f"place:{key}" in {hit.party for hit in made.hits}


@pytest.mark.parametrize(
    "text",
    [
        pacs008(
            creditor=creditor("Wellington Kites", "NZ", "Wellington", "<AdrLine>1 Cuba Street</AdrLine>")
        ),
        pacs008(creditor=creditor("Kites", "US", "Havana")),
        pacs008(creditor=creditor("Cuba Libre Bar LLC", "US", "Orlando")),
        pacs008(creditor=creditor("Kuba Nowak", "PL", "Lublin")),
        pacs008(text="RENT 22 CALLE CUBA MADRID"),
        pacs008(text="SUDAN RED DYE 5 KG"),
        pacs008(text="SOUTH SUDAN MEDICAL AID"),
        pacs008(text="DNR FISHING PERMIT"),
        pacs008(text="12 CASES SHIRAZ"),
        pacs008(text="INVOICE 9074729"),
        pacs008(text="INVOICE 11223344"),
        pacs008().replace("GB00TEST00000000000009", "112233445"),
        mt103(beneficiary="/1\nKITES\n1 CUBA AVE\nSTATEN ISLAND NY US"),
    ],
)
def test_words_that_mean_no_place_hold_nothing(text: str) -> None:
    """Streets, homonyms, first names, dyes and grapes are let go; what was seen is still shown."""
    made = decision(text)
    assert made.outcome is Outcome.PASS, [str(hit) for hit in made.hits]


def test_what_was_cleared_is_shown_with_the_reason() -> None:
    """A place that does not count stands among the cleared, with why."""
    made = decision(pacs008(creditor=creditor("Kites", "US", "Havana")))
    (seen,) = made.cleared
    assert "but the party is in US" in seen.why[0].says


def test_a_broken_message_is_held_and_still_screened() -> None:
    """Truncation holds, and a listed party before the break is a hit all the same."""
    whole = pacs008(creditor=creditor(NAME))
    made = decision(whole[: whole.index("<RmtInf>")])
    assert made.outcome is Outcome.HOLD
    assert made.not_read
    assert made.hits[0].party == LISTED.id
    assert decision(b"\x00\x01").outcome is Outcome.HOLD


def test_over_the_budget_is_held() -> None:
    """When the clock says that time is up, the rest is named as not screened, and the payment is held."""
    ticks = iter(range(1000))
    budget = make_desk().policy.budget
    desk = replace(make_desk(), clock=lambda: next(ticks) * 0.4 * budget / 1000)
    made = decision(pacs008(), desk)
    assert made.outcome is Outcome.HOLD
    assert f"time budget of {budget:g} ms" in made.not_read[0]
    assert made.screened < len(made.message.fields)


def test_late_is_held_though_everything_was_screened() -> None:
    """When the time runs out over the very last field, the payment is held all the same."""
    looks = itertools.count()
    decision(pacs008(), replace(make_desk(), clock=lambda: 0.0 * next(looks)))
    times = iter([0.0] * (next(looks) - 1) + [1e9])
    made = decision(pacs008(), replace(make_desk(), clock=lambda: next(times)))
    assert made.outcome is Outcome.HOLD
    assert made.screened == len(made.message.fields)
    assert "only after the time budget" in made.not_read[0]


def permit(*, clears: bool) -> Callable[[FieldHit, Transfer], Permit | None]:
    def find(hit: FieldHit, transfer: Transfer) -> Permit | None:
        covered = hit.party == LISTED.id and transfer.currency == "USD"
        return Permit("CYBER-2026-1", "licence CYBER-2026-1", clears) if covered else None

    return find


def test_licences() -> None:
    """A licence without conditions lets a payment pass and is shown; one with conditions is only named."""
    text = pacs008(creditor=creditor(NAME))
    passed = decision(text, replace(make_desk(), permits=permit(clears=True)))
    assert passed.outcome is Outcome.PASS
    assert {hit.licence for hit in passed.cleared} == {"CYBER-2026-1"}
    held = decision(text, replace(make_desk(), permits=permit(clears=False)))
    assert held.outcome is Outcome.HOLD
    assert held.hits[0].licence == "CYBER-2026-1"
    other = decision(
        text.replace('Ccy="USD"', 'Ccy="EUR"'), replace(make_desk(), permits=permit(clears=True))
    )
    assert other.outcome is Outcome.HOLD


def test_owned_entities_hold_like_their_owners() -> None:
    """An entity that the ownership engine found blocked is held, and the advice says why."""
    entity = Party("owned:Kite Holdings", "LegalEntity", (Name("Kite Holdings"),))
    known = {LISTED.id: LISTED, entity.id: entity}
    effect = Effect(
        "blocked",
        "Owned by half or more by blocked persons.",
        "block",
        "31 CFR 578.406",
        "us-blocking-report",
    )
    desk = replace(
        make_desk(), owned=ExactScreener([entity]), party=known.__getitem__, effect_of=lambda _: effect
    )
    made = decision(pacs008(creditor=creditor("KITE HOLDINGS")), desk)
    assert made.hits[0].kind is HitKind.OWNED
    assert made.advice is not None
    assert made.advice.act == "block"
    assert "owned by half or more" in made.advice.says


@pytest.mark.parametrize(
    ("text", "act", "report"),
    [
        (pacs008(creditor=creditor(NAME)), "block", "us-blocking-report"),
        (mt103(more=":52A:ZZZZKG22\n"), "block", "us-blocking-report"),
        (pacs008(creditor=creditor(FROZEN.names[0].text)), "freeze", None),
        (pacs008(text=f"FOR {NAME}"), "hold", "us-blocking-report"),
        (pacs008(creditor=creditor("Kites", "KP", "Nampo")), "reject", "us-reject-report"),
        (pacs008(creditor=creditor("Kites", "CU", "Mariel")), "block", "us-blocking-report"),
        (pacs008(creditor=creditor(NAME, "KP", "Nampo")), "block", "us-blocking-report"),
        (
            pacs008(creditor=creditor("Kites", "KP", "Nampo"), text=f"FOR {NAME}"),
            "hold",
            "us-blocking-report",
        ),
        (pacs008(text="TRIP TO KHARTOUM"), "hold", None),
    ],
)
def test_advice_follows_programme_and_interest(text: str, act: str, report: str | None) -> None:
    """Listed parties block or freeze, mentions hold, embargoed places reject; the gravest decides; the law is named."""
    advice = decision(text).advice
    assert advice is not None
    assert (advice.act, advice.report or None) == (act, report)
    assert advice.basis


@pytest.mark.parametrize("name", [NAME, FROZEN.names[0].text])
@pytest.mark.parametrize("place", ["Singapore", "Nampo"])
def test_blocked_property_is_never_sent_back(name: str, place: str) -> None:
    """Wherever a blocked or frozen party has an interest, the advice forbids the return and never says reject."""
    advice = decision(pacs008(creditor=creditor(name, "KP" if place == "Nampo" else "SG", place))).advice
    assert advice is not None
    assert advice.act in {"block", "freeze"}
    assert "Do not return, set off or cancel" in advice.says
    assert "reject" not in advice.says.lower()


def test_a_recall_of_blocked_money_is_not_carried_out() -> None:
    """A camt.056 or pacs.004 about a listed party says so."""
    text = (
        "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.056.001.08'><FIToFIPmtCxlReq><Assgnmt><Id>C</Id></Assgnmt>"
        f"<Undrlyg><TxInf><OrgnlTxRef><Cdtr><Pty><Nm>{NAME}</Nm></Pty></Cdtr></OrgnlTxRef></TxInf></Undrlyg>"
        "</FIToFIPmtCxlReq></Document>"
    )
    advice = decision(text).advice
    assert advice is not None
    assert "do not carry it out" in advice.says


def test_the_transaction_of_a_batch_is_named() -> None:
    """A hit in the second transaction of a batch says which."""
    text = (
        "{1:F01QQQQUS33AXXX0000000000}{2:I101VVVVSGSGXXXXN}{4:\n:20:L1\n:28D:1/1\n:50H:/9\nMARSH AND FEN\n:30:261125\n"
        f":21:T1\n:32B:USD1,\n:59:/1\nKITE ONE\n:71A:SHA\n:21:T2\n:32B:USD2,\n:59:/2\n{NAME.upper()}\n:71A:SHA\n-}}"
    )
    made = decision(text)
    assert {(hit.field, hit.transaction) for hit in made.hits} == {("transaction 2: 59", 2)}
