"""A screener that answers the same question once, and many questions at a time: the parties of payments recur.

A hit depends on the name, the type, the birth date, the countries and the numbers of a party, and on nothing else of it,
so those are the key. When the memory is full, what was learned first goes first, one at a time: to empty it at once
would hold up a payment.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from holdfast.screen.query import Hit, Query, TextHit
    from holdfast.screen.screener import Screener

MOST_KEPT = 1 << 15
"""Answers of either kind that are kept."""

_Key = tuple[object, ...]
_Asked = TypeVar("_Asked")
_Answer = TypeVar("_Answer")


class RememberingScreener:
    """Over one screener, for one process."""

    def __init__(self, screener: Screener) -> None:
        self._screener = screener
        self._hits: OrderedDict[_Key, tuple[Hit, ...]] = OrderedDict()
        self._finds: OrderedDict[str, tuple[TextHit, ...]] = OrderedDict()

    def screen(self, query: Query, *, min_score: float | None = None) -> tuple[Hit, ...]:
        """Listed parties that the query may be."""
        key = _key(query, min_score)
        known = self._hits.get(key)
        if known is None:
            known = tuple(self._screener.screen(query, min_score=min_score))
            _keep(self._hits, key, known)
        return known

    def prepare(self, queries: Iterable[Query], *, min_score: float | None = None) -> None:
        """Answer those that were not asked before all at once, which costs less than one by one."""
        fresh = {key: query for query in queries if (key := _key(query, min_score)) not in self._hits}
        answers = self._screener.screen_many(fresh.values(), min_score=min_score)
        for key, (_, hits) in zip(fresh, answers, strict=True):
            _keep(self._hits, key, tuple(hits))

    def find(self, text: str) -> tuple[TextHit, ...]:
        """Listed names and identifiers that stand in a text."""
        known = self._finds.get(text)
        if known is None:
            known = tuple(self._screener.find(text))
            _keep(self._finds, text, known)
        return known


def _keep(memory: OrderedDict[_Asked, _Answer], key: _Asked, answer: _Answer) -> None:
    if len(memory) >= MOST_KEPT:
        memory.popitem(last=False)
    memory[key] = answer


def _key(query: Query, min_score: float | None) -> _Key:
    return query.name, query.type, query.birth_date, query.country, query.identifiers, min_score
