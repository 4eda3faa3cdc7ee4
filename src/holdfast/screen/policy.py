"""When a match is a hit: thresholds, weak aliases, lists. Policies are data (``data/policies.toml``)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from holdfast.model.errors import UsageError
from holdfast.model.origin import Origin

if TYPE_CHECKING:
    from pathlib import Path

WEAK = ("hit", "distinctive", "corroboration")
SCORINGS = ("holdfast", "ofac-search")


@dataclass(frozen=True, slots=True)
class Policy:
    """One way to screen; its name and edition stand in every finding."""

    name: str = "default"
    about: str = ""
    threshold: float = 0.82
    """Score from which a strong name is a hit."""
    shown: float = 0.82
    """Score from which a match is shown although it is no hit."""
    weak: str = "distinctive"
    """What a weak alias alone is: one of :data:`WEAK`."""
    scoring: str = "holdfast"
    """One of :data:`SCORINGS`."""
    lists: tuple[str, ...] = ()
    """Source ids that count; empty for all."""
    decision_days: int = 365
    """Days for which a decision that a hit is a false positive stands, where it names no end itself."""

    @property
    def stamp(self) -> str:
        """Name and a digest of everything else: what stands in a finding."""
        content = repr((self.threshold, self.shown, self.weak, self.scoring, self.lists, self.decision_days))
        return f"{self.name} {sha256(content.encode()).hexdigest()[:8]}"


def policy(name: str) -> Policy:
    """The policy of the package with that name; :class:`UsageError` when there is none."""
    known = policies()
    if name not in known:
        raise UsageError(
            f"no policy {name!r}", why=f"there are {', '.join(known)}", advice="Name a file to use your own"
        )
    return known[name]


@cache
def policies() -> dict[str, Policy]:
    """The policies of the package by name."""
    content = files("holdfast.screen.data").joinpath("policies.toml").read_text("utf-8")
    return {name: _policy(name, table, "policies.toml") for name, table in tomllib.loads(content).items()}


def read_policy(path: Path) -> Policy:
    """A policy of the user's own: a TOML file with one table, in the form of the package's."""
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError("is not a policy file", origin=Origin(str(path)), why=str(error)) from error
    if len(tables) != 1 or not isinstance(next(iter(tables.values())), dict):
        raise UsageError("must hold one table, named like the policy", origin=Origin(str(path)))
    name, table = next(iter(tables.items()))
    return _policy(name, table, str(path))


def _policy(name: str, table: dict[str, Any], where: str) -> Policy:
    known = {field.name for field in fields(Policy)} - {"name"}
    unknown = sorted(set(table) - known)
    if unknown:
        raise UsageError(f"policy {name!r} has unknown keys {', '.join(unknown)}", origin=Origin(where))
    made = Policy(name, **{**table, "lists": tuple(table.get("lists", ()))})
    for key, value, allowed in (("weak", made.weak, WEAK), ("scoring", made.scoring, SCORINGS)):
        if value not in allowed:
            raise UsageError(f"{key} = {value!r} is none of {', '.join(allowed)}", origin=Origin(where))
    if not 0 < made.threshold <= 1 or not 0 < made.shown <= 1:
        raise UsageError("thresholds lie between 0 and 1", origin=Origin(where))
    if made.decision_days < 0:
        raise UsageError("decision_days is below 0", origin=Origin(where))
    return made
