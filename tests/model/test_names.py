"""Names by number and numbers by name, one at a time or many at once."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from holdfast.model.names import NameBook

names = st.lists(st.text(max_size=5), unique=True, max_size=12)


def book_of(base: list[str], more: list[str]) -> NameBook:
    """Some names as bytes in one array, others added later."""
    texts = [name.encode("utf-8", "surrogatepass") for name in base]
    offsets = np.cumsum([0, *map(len, texts)]).astype(np.int64)
    book = NameBook(offsets, np.frombuffer(b"".join(texts), np.uint8).copy())
    for name in more:
        book.give(name)
    return book


@given(names, names, st.lists(st.text(max_size=5), max_size=12))
def test_many_are_found_as_one_at_a_time(base: list[str], more: list[str], asked: list[str]) -> None:
    """Asked together, names have the numbers that each has alone, and -1 where it has none."""
    book = book_of(base, more)
    every = [*base, *more, *asked]
    assert book.find_all(every).tolist() == [
        -1 if (number := book.find(name)) is None else number for name in every
    ]


def test_a_hash_that_is_anothers_is_told_apart() -> None:
    """Where two names have one hash, each is still found by what it says."""
    book = book_of(["a", "b"], [])
    hashes = book.index[0]
    asked = book_of(["a"], []).index[0][0]
    hashes[:] = asked
    assert book.find_all(["a"]).tolist() == [0]
    book.content[:] = book.content[::-1].copy()
    assert book.find_all(["a", "c"]).tolist() == [1, -1]
