import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.text import body, misspelt, reading
from holdfast.text.lexicon import business, labels, legal, personal
from holdfast.text.name import Family, ParsedName

_PHRASES = sorted(
    {
        *(" ".join(phrase) for table in (legal(), business(), personal(), labels()[0]) for phrase in table.phrases()),
        *("formerly", "former name", "ex", "a.k.a.", "d/b/a", "flag", "trading as", "c/o", "po box", "f k a"),
        *("Kestrel", "Olga", "Şükrü", "李明（香港）", "Иванова", "فلان", "नाम", "１２", "ｅｘ", "b.", "X", "3", "Limted", "sp z.o", "S.A. DE .V.", "O'Hara", "Al-Noor", "M/V", "(HK)", "ref:"),
    }
)  # fmt: skip
_NAMES = st.lists(st.sampled_from(_PHRASES), min_size=1, max_size=6).flatmap(
    lambda parts: st.sampled_from([" ".join(parts), " ".join(parts).title(), ", ".join(parts), "-".join(parts)])
)  # fmt: skip


def _read(text: str, family: Family) -> tuple[ParsedName, ...]:
    for kept in (reading.readings, reading.parse, body._by_itself):
        kept.cache_clear()
    return reading.readings(text, family)


@settings(max_examples=300, deadline=None)
@given(_NAMES, st.sampled_from(Family))
def test_short_cuts_change_no_reading(text: str, family: Family) -> None:
    """A name is read as it is when nothing is known beforehand: not that it is bare, nor what a word is by itself."""
    short = _read(text, family)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "is_bare", _Never(returns=False))
        patch.setattr(body, "_by_itself", _Never(returns=None))
        patch.setattr(misspelt, "_may_be_lettered", lambda _: True)
        long = _read(text, family)
    assert short == long


class _Never:
    """Stands for a kept function that never knows."""

    def __init__(self, *, returns: object) -> None:
        self._returns = returns

    def __call__(self, *_: object) -> object:
        return self._returns

    def cache_clear(self) -> None:
        """Nothing is kept."""
