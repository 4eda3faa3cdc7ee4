"""The numbers that the traffic part takes for granted, read from ``data/policy.toml`` with their sources."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of them; a table of the file each."""

    version: str
    timing: Mapping[str, Any]
    score: Mapping[str, float]
    inside: Mapping[str, Any]
    rhythm: Mapping[str, float]
    beacon: Mapping[str, float]
    member: Mapping[str, float]
    population: Mapping[str, float]
    long: Mapping[str, float]
    fan_out: Mapping[str, Any]


@cache
def read_policy() -> Policy:
    """The policy of the package."""
    text = files("holdfast.flows").joinpath("data/policy.toml").read_text("utf-8")
    return Policy(**tomllib.loads(text))
