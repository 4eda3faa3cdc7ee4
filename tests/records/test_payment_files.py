import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.records.payments import find_payments, read_bytes, read_payments
from payment_samples import mt103, pacs008


def test_the_format_is_told_by_the_first_bytes(tmp_path: Path) -> None:
    """XML and FIN are told apart whatever the file is called, packed or not, in UTF-8 or UTF-16."""
    (tmp_path / "a.dat").write_text(pacs008())
    (tmp_path / "b").write_text("\n  " + mt103())
    (tmp_path / "c.xml.gz").write_bytes(gzip.compress(pacs008().encode()))
    (tmp_path / "d.xml").write_bytes(pacs008().replace("UTF-8", "UTF-16").encode("utf-16"))
    (tmp_path / "e.xml").write_bytes(b"\xef\xbb\xbf" + pacs008().encode())
    messages = [message for found in find_payments([tmp_path]) for message in read_payments(found.path)]
    assert [message.type for message in messages] == ["pacs.008.001.08", "MT103", *["pacs.008.001.08"] * 3]
    assert [message.broken for message in messages] == [()] * 5


@pytest.mark.parametrize(
    "content", [b"", b"\n\n$\n", b"hello", b"\x00\x01\x02\xff" * 50, b"\x1f\x8b broken", b"%PDF-1.4"]
)
def test_what_is_no_message_is_one_that_could_not_be_read(tmp_path: Path, content: bytes) -> None:
    """A file that was named is never silently nothing."""
    place = tmp_path / "in.txt"
    place.write_bytes(content)
    (message,) = list(read_payments(place))
    assert message.broken


def test_a_damaged_archive_and_a_missing_file(tmp_path: Path) -> None:
    """What cannot be opened or unpacked is held, and messages read before the damage stay."""
    place = tmp_path / "in.fin.gz"
    packed = gzip.compress((mt103(reference="A") + "$" + mt103(reference="B")).encode())
    place.write_bytes(packed[:-12])
    assert list(read_payments(place))[-1].broken
    (missing,) = list(read_payments(tmp_path / "none.xml"))
    assert missing.broken == ("no such file",)


def test_a_folder_leaves_out_what_is_no_message_and_says_so(tmp_path: Path) -> None:
    """Licences and notes beside the messages are named with the reason; what is doubtful is read."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "one.xml").write_text(pacs008())
    (tmp_path / "README.md").write_text("about")
    (tmp_path / "LICENSE.txt").write_text(
        "Permission is hereby granted to anybody who reads these words. " * 9
    )
    (tmp_path / "junk.txt").write_bytes(b"\x00\x9f\xff" * 99)
    (tmp_path / ".hidden.xml").write_text(pacs008())
    found = {file.path.name: file.left_out for file in find_payments([tmp_path])}
    assert sorted(found) == ["LICENSE.txt", "README.md", "junk.txt", "one.xml"]
    assert found["LICENSE.txt"]
    assert found["README.md"]
    assert not found["one.xml"]
    assert not found["junk.txt"]


def test_bytes_in_memory() -> None:
    """A queue or an interface hands over bytes."""
    assert [message.id for message in read_bytes(pacs008().encode(), "queue")] == ["PAC1"]


@settings(max_examples=120, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_answered(data: bytes) -> None:
    """No input raises."""
    for message in read_bytes(data, "queue"):
        assert message.file == "queue"
