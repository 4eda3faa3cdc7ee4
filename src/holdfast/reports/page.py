"""The templates of the pages: every text is escaped, and the style sheet is the only thing that is not.

What would change how other text is shown is shown as a replacement character: controls, and marks that turn the direction of writing
over the end of a name. So is a byte of a file's name that is no UTF-8, which could not be written.
"""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from jinja2 import Environment

_UNSHOWN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def environment() -> Environment:
    """An environment over the package's templates, with the style sheet in it as ``css``."""
    from jinja2 import Environment, PackageLoader, StrictUndefined, Template

    class Page(Template):
        def render(self, *args: object, **texts: object) -> str:
            return _UNSHOWN.sub("\N{REPLACEMENT CHARACTER}", super().render(*args, **texts))

    made = Environment(
        loader=PackageLoader("holdfast.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.template_class = Page
    sheet = files("holdfast.reports").joinpath("templates", "assessment.css").read_text("utf-8")
    made.globals["css"] = Markup(sheet)  # noqa: S704 - our own file
    return made
