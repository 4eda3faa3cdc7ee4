"""The table of verbs: one file each, one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.cli.assess import assess
from holdfast.cli.flows import flows
from holdfast.cli.hunt import hunt

if TYPE_CHECKING:
    from collections.abc import Callable

VERBS: dict[str, Callable[..., int]] = {
    "assess": assess,
    "hunt": hunt,
    "flows": flows,
}
"""Name on the command line, and the function that typer calls; it returns the exit code."""
