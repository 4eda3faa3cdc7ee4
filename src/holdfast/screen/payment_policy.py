"""The policy by which payments are decided: data in ``data/payments.toml``, or a firm's own file of the same shape."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from holdfast.model.errors import UsageError
from holdfast.model.origin import Origin
from holdfast.screen.geography import Gazetteer, Place, Streets, read_places

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class PaymentPolicy:
    """Everything that a firm may choose about payments."""

    name: str
    """With the start of its hash, so that a decision tells which text it followed: ``default@1a2b3c4d``."""
    budget: float
    """Milliseconds a message (for each transaction of a batch) may take; beyond them it is held."""
    look_from: float
    """Score that a listed name may reach to be compared closely; what is a hit is the screening policy's business."""
    labels: tuple[str, ...]
    """Words before a name that are no part of it, longest first."""
    pointing: frozenset[str]
    """Types of identifiers that point at a party by themselves."""
    differences: int
    """In how many ways the names must differ for a party in another country to be another party."""
    told_in_text: float
    """What the words of a name must weigh to mean somebody in running text."""
    longest_ordinary: int
    """Letters from which a single word that is not ordinary means somebody in running text."""
    short_names: frozenset[str]
    """Shorter words that do."""
    craft_words: frozenset[str]
    """Words that announce the name of a ship or an aircraft."""
    places: tuple[Place, ...]
    gazetteer: Gazetteer


def read_policy(path: Path) -> PaymentPolicy:
    """A policy file; :class:`UsageError` names what is wrong with it."""
    try:
        return _policy(path.read_text("utf-8"))
    except OSError as error:
        raise UsageError("cannot be read", origin=Origin(str(path)), why=str(error.strerror)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise UsageError(
            "is no payment policy",
            origin=Origin(str(path)),
            why=str(error),
            advice="Copy src/holdfast/screen/data/payments.toml and change what differs",
        ) from error


@cache
def default_policy() -> PaymentPolicy:
    """The policy of the package."""
    return _policy(files("holdfast.screen").joinpath("data/payments.toml").read_text(encoding="utf-8"))


def _policy(text: str) -> PaymentPolicy:
    data: dict[str, Any] = tomllib.loads(text)
    places = read_places(data["place"])
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return PaymentPolicy(
        name=f"{data['name']}@{digest}",
        budget=float(data["budget"]),
        look_from=float(data["look_from"]),
        labels=tuple(sorted(map(str.casefold, data["labels"]), key=len, reverse=True)),
        pointing=frozenset(data["pointing"]),
        differences=int(data["differences"]),
        told_in_text=float(data["told_in_text"]),
        longest_ordinary=int(data["longest_ordinary"]),
        short_names=frozenset(map(str.casefold, data["short_names"])),
        craft_words=frozenset(map(str.casefold, data["craft_words"])),
        places=places,
        gazetteer=Gazetteer(places, Streets.of(data)),
    )
