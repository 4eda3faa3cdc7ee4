from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from holdfast.model.payment import FieldKind, PaymentMessage
from holdfast.records.iso20022 import read_iso20022
from holdfast.records.markup import LARGEST_MESSAGE
from payment_samples import pacs008


def read(text: str | bytes) -> list[PaymentMessage]:
    data = text.encode() if isinstance(text, str) else text
    return list(read_iso20022(iter((data,)), "in.xml"))


def texts(message: PaymentMessage) -> dict[str, str]:
    return {field.path: field.text for field in message.fields}


def test_identity_and_parties() -> None:
    """A pacs.008 gives its id, its transfer, and each party's fields under one number."""
    (message,) = read(pacs008(more="<UltmtCdtr><Nm>Kite Fund</Nm></UltmtCdtr>"))
    assert (message.id, message.type, message.broken) == ("PAC1", "pacs.008.001.08", ())
    transfer = message.transfer
    assert (transfer.amount, transfer.currency, transfer.date) == ("100.5", "USD", "2026-11-24")
    assert transfer.uetr == "0f3ee4ee-6a56-4ab6-a2b9-6a2c1f0f5c11"
    creditor = [field for field in message.fields if field.role == "creditor"]
    assert {field.kind for field in creditor} == {FieldKind.NAME, FieldKind.TOWN, FieldKind.COUNTRY}
    assert len({field.party for field in creditor}) == 1
    assert texts(message)["UltmtCdtr/Nm"] == "Kite Fund"
    assert texts(message)["RmtInf/Ustrd"] == "KITES"


@pytest.mark.parametrize("version", ["02", "08", "13"])
def test_versions_by_namespace(version: str) -> None:
    """The same table reads every version of a message."""
    (message,) = read(pacs008(version=version))
    assert message.broken == ()
    assert "Cdtr/Nm" in texts(message)


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (pacs008(version="99"), "unknown version"),
        (pacs008().replace("pacs.008", "pacs.009"), "its namespace says pacs.009"),
        (
            pacs008().replace(' xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"', ""),
            "does not say its version",
        ),
        (pacs008().replace("FIToFICstmrCdtTrf", "NewThing"), "of a kind that is not read here: NewThing"),
        (pacs008()[:-40], "not well-formed"),
        (
            pacs008().encode().replace(b"Lantern", b"Lant\xffern").decode("latin-1").encode("latin-1"),
            "not well-formed",
        ),
        ("<books><book>1</book></books>", "holds no ISO 20022 message"),
        ("<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08'/>", "Document is empty"),
        ("<m><AppHdr><BizMsgIdr>1</BizMsgIdr></AppHdr></m>", "no Document"),
    ],
)
def test_what_cannot_be_read_says_why(broken: str | bytes, says: str) -> None:
    """A message that is not whole or not known is broken, with the reason."""
    (message,) = read(broken)
    assert any(says in reason for reason in message.broken), message.broken


def test_rescued_fields_of_a_truncated_message() -> None:
    """What stands before the break is still there to be screened."""
    (message,) = read(pacs008()[: pacs008().index("<RmtInf>")])
    assert message.broken
    assert texts(message)["Cdtr/Nm"] == "Lantern Kites Pte Ltd"


BOMB = """<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY e "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]><Document>&e;</Document>"""
OUTSIDE = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><Document><Nm>&x;</Nm></Document>'


@pytest.mark.parametrize(
    "hostile", [BOMB, OUTSIDE, BOMB.encode("utf-16"), BOMB.replace('1.0"', '1.0" encoding="UTF-7"')]
)
def test_entities_are_refused(hostile: str | bytes) -> None:
    """A document type declaration is never expanded, whatever the encoding hides it in."""
    messages = read(hostile)
    assert messages
    assert all(message.broken for message in messages)
    assert "root:" not in str(messages)


def test_deep_nesting_is_refused() -> None:
    """Depth is bounded."""
    (message,) = read("<Document>" + "<a>" * 5000 + "</a>" * 5000 + "</Document>")
    assert message.broken


def test_wrappers_and_headers() -> None:
    """A message inside a wrapper keeps its header's banks, and the wrapper's own text is accounted for."""
    header = (
        '<AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02"><Fr><FIId><FinInstnId><BICFI>QQQQUS33</BICFI>'
        "</FinInstnId></FIId></Fr><BizMsgIdr>B1</BizMsgIdr><MsgDefIdr>pacs.008.001.08</MsgDefIdr></AppHdr>"
    )
    body = pacs008().split("?>", 1)[1]
    (message,) = read(f"<Env><Route>Q.OUT</Route><Body>{header}{body}</Body></Env>")
    assert message.broken == ()
    assert texts(message)["AppHdr/Fr/FIId/BICFI"] == "QQQQUS33"
    assert ("Env/Route", "belongs to the transport, not to the message") in {
        (left.path, left.why) for left in message.unscreened
    }


def test_many_documents_in_a_row() -> None:
    """Documents one after another, wrapped or not, are as many messages; a broken one takes no other with it."""
    good = [pacs008(id=f"M{number}") for number in range(4)]
    bad = pacs008(id="BAD").replace("</Cdtr>", "")
    (wrapped,) = [read("<all>" + "".join(text.split("?>", 1)[1] for text in good) + "</all>")]
    assert [message.id for message in wrapped] == ["M0", "M1", "M2", "M3"]
    messages = read("\n".join([good[0], bad, good[1]]))
    assert [(message.id, bool(message.broken)) for message in messages] == [
        ("M0", False),
        ("BAD", True),
        ("M1", False),
    ]
    (alone,) = read(f"\n{good[1]}\n")
    assert alone.digest == messages[2].digest, "the same message is known again among others"
    cut = good[2][:400]
    messages = read("\n".join([good[0], cut, good[1]]))
    assert [bool(message.broken) for message in messages] == [False, True, False]


def test_a_stream_larger_than_a_message_may_be() -> None:
    """An oversized message is held, in bounded memory, and those around it are read."""

    def stream() -> Iterator[bytes]:
        yield pacs008(id="FIRST").encode()
        yield pacs008(id="HUGE").encode().partition(b"KITES")[0]
        for _ in range(LARGEST_MESSAGE // (1 << 20) + 2):
            yield b"A" * (1 << 20)
        yield b"</Ustrd></RmtInf></CdtTrfTxInf></FIToFICstmrCdtTrf></Document>"
        yield pacs008(id="LAST").encode()

    messages = list(read_iso20022(stream(), "big.xml"))
    assert [message.id for message in messages if not message.broken] == ["FIRST", "LAST"]
    (broken,) = [message for message in messages if message.broken]
    assert "larger than" in broken.broken[0]


def test_batches_and_transactions_keep_their_numbers() -> None:
    """A pain.001 of two batches tells the transactions apart and gives each its date."""
    transfer = (
        "<CdtTrfTxInf><PmtId><EndToEndId>{0}</EndToEndId></PmtId><Amt><InstdAmt Ccy='EUR'>{0}.00</InstdAmt></Amt>"
        "<Cdtr><Nm>Kite {0}</Nm></Cdtr></CdtTrfTxInf>"
    )
    batch = (
        "<PmtInf><ReqdExctnDt><Dt>2026-11-{1}</Dt></ReqdExctnDt><Dbtr><Nm>Payer {1}</Nm></Dbtr>{0}</PmtInf>"
    )
    text = (
        "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.001.001.09'><CstmrCdtTrfInitn><GrpHdr><MsgId>P</MsgId>"
        "</GrpHdr>"
        + batch.format(transfer.format(1) + transfer.format(2), 25)
        + batch.format(transfer.format(3), 26)
        + "</CstmrCdtTrfInitn></Document>"
    )
    (message,) = read(text)
    assert [(t.end_to_end, t.amount, t.date) for t in message.transfers] == [
        ("1", "1", "2026-11-25"),
        ("2", "2", "2026-11-25"),
        ("3", "3", "2026-11-26"),
    ]
    assert [f.where for f in message.fields if f.text.startswith("Kite")] == [
        "Cdtr/Nm",
        "transaction 2: Cdtr/Nm",
        "transaction 3: Cdtr/Nm",
    ]
    assert [f.path for f in message.fields if f.text.startswith("Payer")] == [
        "PmtInf/Dbtr/Nm",
        "PmtInf[2]/Dbtr/Nm",
    ]


def test_free_text_over_several_elements_is_also_read_as_one() -> None:
    """A name that runs from one Ustrd into the next is whole in a reading of the first."""
    (message,) = read(pacs008(text="FOR LANTERN KI</Ustrd><Ustrd>TES PTE LTD"))
    (first, _) = [field for field in message.fields if field.path == "RmtInf/Ustrd"]
    assert "FOR LANTERN KITES PTE LTD" in first.readings


def test_unknown_elements_and_stray_text_are_screened() -> None:
    """What the table does not name is free text, and text between elements is not lost."""
    (message,) = read(pacs008(more="<NewParty><Alias>Somebody</Alias></NewParty>loose words"))
    found = {field.text: field.kind for field in message.fields}
    assert found["Somebody"] is FieldKind.TEXT
    assert found["loose words"] is FieldKind.TEXT


def leaves(path: Path) -> int:
    root = etree.parse(path).getroot()
    return sum(
        1 for element in root.iter(tag=etree.Element) if len(element) == 0 and (element.text or "").strip()
    )


@pytest.mark.parametrize("folder", ["clean", "synthetic", "prowide", "pain001"])
def test_every_leaf_of_the_public_samples_is_accounted_for(
    shared: Callable[[str], Path], folder: str
) -> None:
    """Each leaf of each sample is screened, or stands among those that are not, with a reason."""
    for path in sorted(shared(f"payments/{folder}").glob("*.xml")):
        (message,) = read(path.read_bytes())
        assert message.broken == (), path
        assert len(message.fields) + len(message.unscreened) == leaves(path), path
        assert all(left.why for left in message.unscreened)


SAMPLE = pacs008(more="<UltmtCdtr><Nm>永信 Kite Fund</Nm></UltmtCdtr>").encode()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(SAMPLE) - 30))
def test_truncation_is_always_noticed(length: int) -> None:
    """However much is missing at the end, the message is not taken for whole."""
    messages = read(SAMPLE[:length])
    assert all(message.broken for message in messages)


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255)), max_size=6),
    st.binary(max_size=40),
)
def test_damaged_bytes_never_raise(changes: list[tuple[int, int]], tail: bytes) -> None:
    """Whatever happens to its bytes, a message comes out, broken or whole."""
    data = bytearray(SAMPLE)
    for place, byte in changes:
        data[place] = byte
    assert read(bytes(data) + tail)
