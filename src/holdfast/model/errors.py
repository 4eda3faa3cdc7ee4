"""The error tree.

::

    HoldfastError
    ├── UsageError            the command or the settings make no sense          exit 2
    ├── InputError            a file, record or field cannot be read             exit 2
    │   ├── SourceError       a published list is not what it claims to be
    │   └── RecordError       one of the user's own records is broken
    ├── StoreError            an edition, index or ledger is missing or damaged  exit 2
    │   └── EditionNotFoundError
    └── CheckError            a matcher could not finish its check               exit 3

A message says what happened, to which input, why, and what to do about it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holdfast.model.origin import Origin


class HoldfastError(Exception):
    """Root of all errors that Holdfast raises on purpose.

    ``what`` happened (a clause without a full stop), ``origin`` names the input, ``why`` the cause as far as it is
    known, ``advice`` what the reader can do.
    """

    def __init__(self, what: str, *, origin: Origin | None = None, why: str = "", advice: str = "") -> None:
        self.what = what
        self.origin = origin
        self.why = why
        self.advice = advice
        super().__init__(str(self))

    def __str__(self) -> str:
        """One sentence for a log: where, what, why, and the advice."""
        where = f"{self.origin}: " if self.origin is not None else ""
        why = f" ({self.why})" if self.why else ""
        advice = f". {self.advice}" if self.advice else ""
        return f"{where}{self.what}{why}{advice}"


class UsageError(HoldfastError):
    """The command, an option or a settings file makes no sense."""


class InputError(HoldfastError):
    """A file, a record or a field cannot be read."""


class SourceError(InputError):
    """A published list is truncated, empty, or not the format it claims to be; nothing of it was stored."""


class RecordError(InputError):
    """One of the user's own records is broken; the rest of its file is still read."""


class StoreError(HoldfastError):
    """An edition, an index or the ledger is missing or damaged."""


class EditionNotFoundError(StoreError):
    """No edition has the id that was asked for."""


class CheckError(HoldfastError):
    """A matcher could not finish its check; what it found until then stands, the rest is unchecked."""
