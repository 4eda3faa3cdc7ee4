"""Names that are on no list, made from common ones: what they alert is the false-positive rate.

A firm's own cleared customers tell more; these are for a run without any.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from holdfast.screen.query import Query
from holdfast.text.fold import words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

PEOPLE = 2 / 3
"""Share of people among the names made."""


@cache
def _parts() -> dict[str, tuple[str, ...]]:
    content = files("holdfast.screen.data").joinpath("clean_names.csv").read_text("utf-8")
    found: dict[str, list[str]] = {}
    for row in csv.DictReader(line for line in content.splitlines() if not line.startswith("#")):
        found.setdefault(row["kind"], []).extend(row["words"].split("|"))
    return {kind: tuple(dict.fromkeys(parts)) for kind, parts in found.items()}


def make_clean(count: int, dice: Random, listed: frozenset[frozenset[str]]) -> Iterator[Query]:
    """So many different names, none of which has exactly the words of a name in ``listed`` (:func:`words_of`)."""
    seen = set(listed)
    for _ in range(20 * count):
        if count <= 0:
            return
        query = _person(dice) if dice.random() < PEOPLE else _firm(dice)
        if (key := words_of(query.name)) not in seen:
            seen.add(key)
            count -= 1
            yield query


def words_of(name: str) -> frozenset[str]:
    """The words of a name, whatever their order, case and accents."""
    return frozenset(word.text for word in words(name))


def _person(dice: Random) -> Query:
    parts = _parts()
    given = [dice.choice(parts["given"]) for _ in range(2 if dice.random() < 0.25 else 1)]
    return Query("", " ".join([*given, dice.choice(parts["family"])]), "Person")


def _firm(dice: Random) -> Query:
    parts = _parts()
    head = dice.choice(parts["coined"] if dice.random() < 0.7 else parts["family"])
    return Query("", f"{head} {dice.choice(parts['activity'])} {dice.choice(parts['form'])}", "Company")
