"""The watchlist in memory."""

from pathlib import Path

import pytest

from holdfast.model.attribution import Attribution
from holdfast.model.indicator import Indicator
from holdfast.model.party import Name, Party
from holdfast.store.memory import MemoryWatchlist


def test_same_content_same_edition() -> None:
    """The edition id is a function of the content, whatever the order of the sources."""
    one, two = Party("private:1", "Company", (Name("A"),)), Party("us_ofac_sdn:2", "Person", (Name("B"),))
    assert MemoryWatchlist.of([one, two]).edition == MemoryWatchlist.of([two, one]).edition
    assert MemoryWatchlist.of([one]).edition != MemoryWatchlist.of([one, two]).edition


def test_all_parts_are_served(tmp_path: Path) -> None:
    """Parties by id, indicators, edges and a folder of the edition come back as they went in."""
    party = Party("private:1", "Company", (Name("A"),))
    trace, edge = (
        Indicator("domain", "a.example"),
        Attribution("a", "used", "b", "2025-01-01", "official", "x", "y"),
    )
    watchlist = MemoryWatchlist.of([party], [trace], [edge], folder=tmp_path)
    assert watchlist.party("private:1") == party
    assert list(watchlist.parties()) == [party]
    assert (list(watchlist.indicators()), list(watchlist.attributions())) == ([trace], [edge])
    assert watchlist.sources == ("dossier", "private")
    assert watchlist.derived("index") == tmp_path / watchlist.edition / "index"
    with pytest.raises(KeyError):
        watchlist.party("private:2")
