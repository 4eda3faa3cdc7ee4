from holdfast.cases.repeats import CaseBook, keys_of
from holdfast.records.payments import read_bytes
from payment_samples import mt103, pacs008


def enter(book: CaseBook, text: str, seen: str = "x") -> tuple[str, str]:
    (message,) = read_bytes(text.encode(), "in")
    return book.enter(keys_of(message), seen)


def test_the_same_uetr_is_the_same_case_in_any_format() -> None:
    """A transfer, sent again under another message id or as FIN, keeps its case and says where it was seen."""
    book = CaseBook()
    case, before = enter(book, pacs008(id="A"), "first")
    assert before == ""
    assert enter(book, pacs008(id="B")) == (case, "first")
    assert enter(book, mt103()) == (case, "first")


def test_without_uetr_the_reference_or_the_parties_decide() -> None:
    """The end-to-end reference with the money, else parties, amount and date, tie a payment sent twice."""
    book = CaseBook()
    case, _ = enter(book, pacs008(uetr="", end_to_end="E7"))
    assert enter(book, pacs008(id="2", uetr="", end_to_end="E7"))[0] == case
    assert enter(book, pacs008(id="3", uetr="", end_to_end="NOTPROVIDED"))[0] == case
    assert enter(book, pacs008(id="4", uetr="", end_to_end="NOTPROVIDED", amount="100.51"))[0] != case


def test_different_uetrs_are_different_payments() -> None:
    """Two instalments of the same amount on the same day, each with its own UETR, are two cases."""
    book = CaseBook()
    first, _ = enter(book, pacs008(uetr="11111111-1111-4111-8111-111111111111", end_to_end="A"))
    second, before = enter(book, pacs008(uetr="22222222-2222-4222-8222-222222222222", end_to_end="A"))
    assert first != second
    assert before == ""


def test_a_case_is_the_same_in_another_run() -> None:
    """The id is a function of the payment alone."""
    assert enter(CaseBook(), pacs008(id="A")) == enter(CaseBook(), pacs008(id="B"))


def test_broken_bytes_have_a_case_too() -> None:
    """What cannot be read is known by its bytes."""
    book = CaseBook()
    case, _ = enter(book, "junk")
    assert enter(book, "junk")[0] == case
    assert enter(book, "other")[0] != case
