"""What an analyst does with a match: a table after OFAC's FAQ 5 (``data/next_steps.toml``)."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from holdfast.screen.query import Hit


def next_step(hit: Hit, effect: str) -> str:
    """The first step whose condition the match meets, and the clock that a confirmed one starts.

    ``effect`` is the kind of the designation's effect: ``blocked``, ``frozen``, …
    """
    table = _table()
    features = {why.feature for why in hit.why}
    says: str = next(step["says"] for step in table["step"] if not step["when"] or step["when"] in features)
    clock: str = table["clock"].get(effect, "")
    return f"{says} {clock}".strip()


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("holdfast.screen.data").joinpath("next_steps.toml").read_text("utf-8"))
