"""Regular expressions that rules bring along, run in linear time by construction.

An expression comes with a rule that somebody else wrote, and is run over text that an intruder may have written: a
backtracking matcher could be made to run for hours. RE2 and Hyperscan cannot; what neither takes (look-around, back
references) makes the rule one that did not load, with this reason.
https://github.com/google/re2/wiki/Syntax
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

LARGEST = 8 << 20
"""Bytes that a compiled expression may take."""


@lru_cache(maxsize=4096)
def compiled(expression: str, flags: str) -> Any:
    """The RE2 object; raises :class:`re2.error` when RE2 does not take it."""
    import re2

    options = re2.Options()
    options.max_mem = LARGEST
    options.log_errors = False
    options.never_nl = False
    return re2.compile(with_flags(expression, flags), options)


def with_flags(expression: str, flags: str) -> str:
    """The expression with its flags in front: ``i`` ignore case, ``m`` multi-line, ``s`` dot matches line ends."""
    return f"(?{flags}){expression}" if flags else expression


def check_expression(expression: str, flags: str) -> str:
    """Why the expression cannot be run, or an empty text."""
    import re2

    try:
        compiled(expression, flags)
    except re2.error as error:
        says = error.args[0] if error.args else error
        says = says.decode(errors="replace") if isinstance(says, bytes) else says
        return f"cannot be run in linear time ({says})"
    return ""
