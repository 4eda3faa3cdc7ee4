"""The table of indicator formats, and the one way in: a file to indicators, what can never be one dropped with its reason."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Protocol, cast

from holdfast.inputs.stream import chunks, open_input
from holdfast.model.errors import InputError
from holdfast.model.origin import Origin
from holdfast.sources import indicator_misp, indicator_stix, indicator_table, indicator_text
from holdfast.sources.indicator_value import Value, never

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from holdfast.model.indicator import Indicator
    from holdfast.model.status import Problems


class IndicatorFormat(Protocol):
    """A module that reads one format."""

    def recognises(self, head: bytes, name: str) -> bool:
        """Whether the first bytes, or the name, are of this format."""

    def read(self, stream: IO[bytes], name: str, problems: Problems) -> Iterator[Indicator]:
        """The indicators of a file."""


FORMATS: dict[str, IndicatorFormat] = {
    "stix": cast("IndicatorFormat", indicator_stix),
    "misp": cast("IndicatorFormat", indicator_misp),
    "table": cast("IndicatorFormat", indicator_table),
    "text": cast("IndicatorFormat", indicator_text),
}
"""Name, and the module that reads it; the first that recognises a file reads it."""


def read_indicators(path: str | Path, problems: Problems) -> Iterator[Indicator]:
    """The indicators of a file, each source line once, in its order.

    What can never be an actor's (a private address, a public resolver, the publisher's own domain) is left out and
    reported. Raises :class:`InputError` when the file is in none of the formats.
    """
    name = str(path)
    with open_input(path) as stream:
        head = next(chunks(stream, name), b"")
    chosen = next((item for item in FORMATS.values() if item.recognises(head, name)), None)
    if chosen is None:
        raise InputError(
            "is no list of indicators that Holdfast knows",
            origin=Origin(name),
            advice="STIX, MISP, CSV and plain lists are read",
        )
    seen: set[Indicator] = set()
    with open_input(path) as stream:
        for indicator in chosen.read(stream, name, problems):
            reason = never(Value(indicator.type, indicator.value))
            if reason:
                says = f"{indicator.value} can be nobody's indicator: {reason}; left out"
                problems.add(says, Origin(name), lost=False)
            elif indicator not in seen:
                seen.add(indicator)
                yield indicator
