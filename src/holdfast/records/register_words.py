"""The words of ownership registers as data, read once."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def read_words() -> dict[str, Any]:
    """The table of ``data/register_words.toml``."""
    return tomllib.loads((files("holdfast.records") / "data" / "register_words.toml").read_text("utf-8"))
