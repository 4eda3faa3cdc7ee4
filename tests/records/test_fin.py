from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.model.payment import FieldKind, PaymentMessage
from holdfast.records.fin import LARGEST_MESSAGE, read_fin
from holdfast.records.textblock import readings
from payment_samples import mt103


def read(text: str | bytes) -> list[PaymentMessage]:
    data = text.encode() if isinstance(text, str) else text
    return list(read_fin(iter((data,)), "in.fin"))


def named(message: PaymentMessage, kind: FieldKind = FieldKind.NAME) -> dict[str, str]:
    return {field.path: field.text for field in message.fields if field.kind is kind}


def test_blocks_and_identity() -> None:
    """An MT103 gives its reference, type, UETR, amount, and the banks of its headers."""
    (message,) = read(mt103())
    assert (message.id, message.type, message.broken) == ("REF1", "MT103", ())
    assert message.transfer.uetr == "0f3ee4ee-6a56-4ab6-a2b9-6a2c1f0f5c11"
    assert (message.transfer.amount, message.transfer.currency, message.transfer.date) == (
        "100.5",
        "USD",
        "2026-11-24",
    )
    assert named(message, FieldKind.BIC) == {"block 1": "QQQQUS33XXX", "block 2": "VVVVSGSGXXX"}
    assert named(message) == {"50K": "MARSH AND FEN ROPE WORKS LTD", "59": "LANTERN KITES PTE LTD"}


def test_a_word_broken_at_the_line_limit_is_read_both_ways() -> None:
    """A name of which a word is cut at 35 characters is whole in one of its readings."""
    (message,) = read(
        mt103(beneficiary="/1\nLANTERN KITES AND PAPER DRAGONS COM\nPANY LIMITED\n1 QUAY\nSINGAPORE")
    )
    (name,) = [field for field in message.fields if field.path == "59" and field.kind is FieldKind.NAME]
    assert "LANTERN KITES AND PAPER DRAGONS COMPANY LIMITED" in name.readings
    assert "LANTERN KITES AND PAPER DRAGONS COM" in name.readings


def test_numbered_lines() -> None:
    """Options F: names over several lines, country and town, birth, identity numbers."""
    lines = (
        "/9\n1/LANTERN KITES AND PAPER DRAGONS C\n1/OMPANY\n2/QUAY 1\n3/SG/SINGAPORE 049483\n4/19740502\n5/DE/KASSEL\n"
        "6/SG/ACRA/T08LL1234A\n7/SG/S1234567D\n8/REGISTERED 2008"
    )
    (message,) = read(mt103(beneficiary=lines).replace(":59:", ":59F:"))
    fields = [field for field in message.fields if field.path == "59F"]
    found = {(field.kind, field.text) for field in fields}
    (name,) = [field for field in fields if field.kind is FieldKind.NAME]
    assert "LANTERN KITES AND PAPER DRAGONS COMPANY" in name.readings
    assert {
        (FieldKind.ACCOUNT, "9"),
        (FieldKind.ADDRESS, "QUAY 1"),
        (FieldKind.COUNTRY, "SG"),
        (FieldKind.TOWN, "SINGAPORE 049483"),
        (FieldKind.BIRTH_DATE, "1974-05-02"),
        (FieldKind.COUNTRY, "DE"),
        (FieldKind.TOWN, "KASSEL"),
        (FieldKind.IDENTIFIER, "T08LL1234A"),
        (FieldKind.IDENTIFIER, "S1234567D"),
        (FieldKind.TEXT, "ACRA"),
        (FieldKind.TEXT, "REGISTERED 2008"),
    } <= found
    assert len({field.party for field in fields if field.kind is not FieldKind.TEXT}) == 1


def test_party_identifier_code_of_50f() -> None:
    """``TXID/US/123`` in front of a 50F is a country and a number."""
    text = mt103().replace(
        ":50K:/9\nMARSH AND FEN ROPE WORKS LTD\nHULL GB", ":50F:TXID/GB/998877\n1/MARSH AND FEN\n3/GB/HULL"
    )
    (message,) = read(text)
    assert (FieldKind.IDENTIFIER, "998877") in {(field.kind, field.text) for field in message.fields}
    assert message.broken == ()


def test_sequence_b_of_a_cover() -> None:
    """The customers of an MT202 COV stand in sequence B and are named so."""
    text = (
        "{1:F01QQQQUS33AXXX0000000000}{2:I202VVVVSGSGXXXXN}{3:{119:COV}}{4:\n:20:C1\n:21:REF1\n:32A:261124USD5,\n"
        ":52A:QQQQGB2L\n:58A:VVVVSGSG\n:50K:MARSH AND FEN\n:59:LANTERN KITES\n:33B:USD5,\n-}"
    )
    (message,) = read(text)
    assert message.type == "MT202 COV"
    assert named(message) == {"sequence B 50K": "MARSH AND FEN", "sequence B 59": "LANTERN KITES"}
    assert named(message, FieldKind.BIC)["58A"] == "VVVVSGSG"


def test_codewords() -> None:
    """/INS/ names an institution, residence codewords a country; the rest is text, continued by ``//``."""
    more = ":72:/INS/LANTERN SAVINGS BANK\n//SINGAPORE\n/ACC/PLEASE ADVISE\n:77B:/BENEFRES/SG//QUAY 1\n"
    (message,) = read(mt103(more=more))
    assert named(message)["72 /INS/"] == "LANTERN SAVINGS BANK\nSINGAPORE"
    assert named(message, FieldKind.COUNTRY) == {"77B /BENEFRES/": "SG"}
    assert named(message, FieldKind.TEXT) == {"72 /ACC/": "PLEASE ADVISE", "77B /BENEFRES/": "QUAY 1"}


def test_batches_with_acknowledgements_and_strays() -> None:
    """``$`` separates, an F21 block belongs to the message after it, a stray brace is noted and nothing is lost."""
    service = "{1:F21QQQQUS33AXXX5195167828}{4:{177:2611240717}{451:0}}"
    text = (
        service
        + mt103(reference="A")
        + "$\r\n"
        + mt103(reference="B")
        + "{\n$\n"
        + service
        + mt103(reference="C")
    )
    messages = read(text.replace("\n", "\r\n"))
    assert [(message.id, message.broken) for message in messages] == [("A", ()), ("B", ()), ("C", ())]
    assert messages[1].notes
    assert ("acknowledgement", "QQQQUS33XXX") in {(field.path, field.text) for field in messages[2].fields}


def test_pcc_padding() -> None:
    """Messages padded to blocks of 512 bytes are whole."""
    padded = b"".join((b"\x01" + mt103(reference=name).encode() + b"\x03").ljust(512) for name in ("A", "B"))
    assert [(message.id, message.broken) for message in read(padded)] == [("A", ()), ("B", ())]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (mt103()[:-3], "breaks off"),
        (mt103().replace("{2:I103VVVVSGSGXXXXN}", ""), "block 2"),
        (mt103().partition("{4:")[0], "no text block"),
        (mt103().partition("{4:\n")[2].rpartition("-}")[0], "no basic header"),
        (mt103().replace("{1:F01QQQQUS33AXXX0000000000}", "{1:X}"), "basic header makes no sense"),
        (mt103() + " AND MORE", "outside its blocks"),
        (mt103().encode().replace(b"LANTERN", b"LANT\xffERN"), "not UTF-8"),
        (mt103().replace("261124USD100,50", "LATER"), "32A is no amount"),
        (mt103().replace(":20:REF1\n", "REF1\n"), "belongs to no field"),
    ],
)
def test_what_cannot_be_read_says_why(text: str | bytes, says: str) -> None:
    """A broken message is noticed, and its parties are screened all the same."""
    (message,) = read(text)
    assert any(says in reason for reason in message.broken), message.broken
    if "{4:" in str(text):
        assert "59" in named(message)


def test_a_truncated_message_does_not_swallow_the_next() -> None:
    """A text block that never ends is held; the message after it is whole."""
    first, second = read(mt103(reference="A")[:-3] + mt103(reference="B"))
    assert (bool(first.broken), first.id) == (True, "A")
    assert (second.broken, second.id) == ((), "B")


def test_an_endless_message_costs_no_memory() -> None:
    """A text block without end is held once, and reading goes on behind it."""

    def stream() -> Iterator[bytes]:
        yield mt103(reference="A").encode()[:-3]
        for _ in range(LARGEST_MESSAGE // (1 << 18) + 4):
            yield b"X" * (1 << 18)
        yield mt103(reference="B").encode()

    messages = list(read_fin(stream(), "big.fin"))
    assert [bool(message.broken) for message in messages] == [True, False]
    assert messages[1].id == "B"


def test_transactions_of_an_mt101() -> None:
    """Each 21 begins a transaction with its own amount; what stands above holds for all."""
    text = (
        "{1:F01QQQQUS33AXXX0000000000}{2:I101VVVVSGSGXXXXN}{4:\n:20:L1\n:28D:1/1\n:50H:/9\nMARSH AND FEN\n:30:261125\n"
        ":21:T1\n:32B:USD1,\n:59:/1\nKITE ONE\n:71A:SHA\n:21:T2\n:32B:USD2,\n:59:/2\nKITE TWO\n:71A:SHA\n-}"
    )
    (message,) = read(text)
    assert [(t.end_to_end, t.amount, t.date) for t in message.transfers] == [
        ("T1", "1", "2026-11-25"),
        ("T2", "2", "2026-11-25"),
    ]
    assert [field.where for field in message.fields if field.text.startswith("KITE")] == [
        "59",
        "transaction 2: 59",
    ]


@pytest.mark.parametrize("folder", ["clean", "synthetic", "prowide"])
def test_every_tag_of_the_public_samples_is_accounted_for(shared: Callable[[str], Path], folder: str) -> None:
    """Each tag of each sample is screened, or stands among those that are not, with a reason."""
    import re

    files = [
        path
        for path in sorted(shared(f"payments/{folder}").iterdir())
        if path.suffix in {".txt", ".fin", ".rje"}
    ]
    for path in files:
        if "LICENSE" in path.name:
            continue
        raw = path.read_text()
        messages = read(raw)
        assert not [message.broken for message in messages if message.broken], path
        tags = re.findall(r"(?m)^:(\d\d[A-Z]?):", raw)
        seen = [
            where.replace("sequence B ", "").split(" ")[0]
            for message in messages
            for where in [
                *(field.path for field in message.fields),
                *(left.path for left in message.unscreened),
            ]
        ]
        assert set(tags) <= set(seen), path


@settings(max_examples=80, deadline=None)
@given(st.lists(st.text("ABCDEFG ", min_size=1, max_size=35), min_size=2, max_size=4))
def test_a_reading_loses_no_letter(lines: list[str]) -> None:
    """Every reading of some lines has exactly their letters, in order."""
    letters = "".join(lines).replace(" ", "")
    for reading in readings(lines, 35, both=True):
        assert reading.replace(" ", "") == letters


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 60), st.integers(20, 35))
def test_a_name_broken_anywhere_is_whole_in_a_reading(seed: int, width: int) -> None:
    """However a long name falls over lines of a width, with or without a blank at the break, one reading is the name."""
    words = ["LANTERN", "KITES", "AND", "PAPER", "DRAGONS", "MANUFACTURING", "COMPANY"]
    name = " ".join(words[seed % 7 :] + words[: seed % 7])
    lines = [name[start : start + width] for start in range(0, len(name), width)][:3]
    whole = " ".join("".join(lines).split())
    assert whole in {" ".join(reading.split()) for reading in readings(lines, width, both=True)}


SAMPLE = mt103(more=":70:/INV/1\n:72:/INS/QQQQGB2L\n").encode()


@settings(max_examples=60, deadline=None)
@given(st.integers(4, len(SAMPLE) - 1))
def test_truncation_is_always_noticed(length: int) -> None:
    """However much is missing at the end, the message is not taken for whole."""
    assert all(message.broken for message in read(SAMPLE[:length]))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255)), max_size=8),
    st.binary(max_size=60),
)
def test_damaged_bytes_never_raise(changes: list[tuple[int, int]], tail: bytes) -> None:
    """Whatever happens to its bytes, a message comes out, broken or whole."""
    data = bytearray(SAMPLE)
    for place, byte in changes:
        data[place] = byte
    assert read(bytes(data) + tail)
