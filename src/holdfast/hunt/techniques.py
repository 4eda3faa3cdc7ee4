"""ATT&CK techniques named by the tags of rules, in the numbers of one release.

Releases renumber techniques (v19 made T1685 of T1562), and rules of every age are in use: what is counted or drawn is
counted by the number of today, so that one technique under two numbers is not two.
https://attack.mitre.org/resources/versions/
"""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

RELEASE = "19"
"""Release of ATT&CK whose numbers :func:`current` gives."""
_TECHNIQUE = re.compile(r"attack\.(t\d{4}(?:\.\d{3})?)$", re.IGNORECASE)


def techniques_of(tags: Iterable[str]) -> list[str]:
    """Ids such as ``T1059.001`` among tags such as ``attack.t1059.001``, each once, in order, as the rule has them."""
    found = (_TECHNIQUE.match(tag) for tag in tags)
    return list(dict.fromkeys(match.group(1).upper() for match in found if match))


def current(technique: str) -> str:
    """The number of the technique in :data:`RELEASE`; the same one where it was never changed or is unknown."""
    return _renumbered().get(technique, technique)


def name_of(technique: str) -> str:
    """What ATT&CK calls it; empty for techniques that the pack does not use."""
    return _names().get(technique, "")


@cache
def _renumbered() -> dict[str, str]:
    return {row["old"]: row["new"] for row in _rows("attack_renumbered.csv")}


@cache
def _names() -> dict[str, str]:
    return {row["technique"]: row["name"] for row in _rows("attack_names.csv")}


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = resources.files("holdfast.hunt").joinpath("data", name).read_text("utf-8")
    return csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
