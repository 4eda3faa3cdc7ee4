"""A screener that answers the same question once, and many questions at a time: the parties of payments recur.

A hit depends on the name, the type, the birth date, the countries and the numbers of a party, and on nothing else of it,
so those are the key. When the memory is full it is emptied: what recurs is soon there again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.screen.query import Query

if TYPE_CHECKING:
    from collections.abc import Iterable

    from holdfast.screen.query import Hit, TextHit
    from holdfast.screen.screener import Screener

MOST_KEPT = 1 << 15
"""Answers of either kind that are kept."""

_Key = tuple[object, ...]


class RememberingScreener:
    """Over one screener, for one process."""

    def __init__(self, screener: Screener) -> None:
        self._screener = screener
        self._hits: dict[_Key, tuple[Hit, ...]] = {}
        self._finds: dict[str, tuple[TextHit, ...]] = {}

    def screen(self, query: Query, *, min_score: float | None = None) -> tuple[Hit, ...]:
        """Listed parties that the query may be."""
        key = _key(query, min_score)
        known = self._hits.get(key)
        if known is None:
            known = tuple(self._screener.screen(_bare(query), min_score=min_score))
            self._keep(key, known)
        return known

    def prepare(self, queries: Iterable[Query], *, min_score: float | None = None) -> None:
        """Answer those that were not asked before all at once, which costs less than one by one."""
        fresh = {key: query for query in queries if (key := _key(query, min_score)) not in self._hits}
        answers = self._screener.screen_many(map(_bare, fresh.values()), min_score=min_score)
        for key, (_, hits) in zip(fresh, answers, strict=True):
            self._keep(key, tuple(hits))

    def find(self, text: str) -> tuple[TextHit, ...]:
        """Listed names and identifiers that stand in a text."""
        known = self._finds.get(text)
        if known is None:
            known = tuple(self._screener.find(text))
            if len(self._finds) >= MOST_KEPT:
                self._finds.clear()
            self._finds[text] = known
        return known

    def _keep(self, key: _Key, hits: tuple[Hit, ...]) -> None:
        if len(self._hits) >= MOST_KEPT:
            self._hits.clear()
        self._hits[key] = hits


def _key(query: Query, min_score: float | None) -> _Key:
    return query.name, query.type, query.birth_date, query.country, query.identifiers, min_score


def _bare(query: Query) -> Query:
    """Without what changes no answer, so that the hits say nothing of the first payment that asked."""
    return Query("", query.name, query.type, query.birth_date, query.country, "", query.identifiers)
