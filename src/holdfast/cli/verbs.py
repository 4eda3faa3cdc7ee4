"""The table of verbs: one file each, one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.cli.assess import assess
from holdfast.cli.compare import compare
from holdfast.cli.devices import devices
from holdfast.cli.editions import delta, editions
from holdfast.cli.flows import flows
from holdfast.cli.hunt import hunt
from holdfast.cli.owners import owners
from holdfast.cli.pay import pay
from holdfast.cli.rescreen import rescreen
from holdfast.cli.retro import retro
from holdfast.cli.screen import screen
from holdfast.cli.update import update
from holdfast.cli.validate import validate

if TYPE_CHECKING:
    from collections.abc import Callable

VERBS: dict[str, Callable[..., int]] = {
    "assess": assess,
    "delta": delta,
    "editions": editions,
    "update": update,
    "screen": screen,
    "rescreen": rescreen,
    "compare": compare,
    "validate": validate,
    "owners": owners,
    "hunt": hunt,
    "pay": pay,
    "flows": flows,
    "retro": retro,
    "devices": devices,
}
"""Name on the command line, and the function that typer calls; it returns the exit code."""
