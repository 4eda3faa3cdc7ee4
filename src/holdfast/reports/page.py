"""The templates of the pages: every text is escaped, and the style sheet is the only thing that is not."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from jinja2 import Environment


def environment() -> Environment:
    """An environment over the package's templates, with the style sheet in it as ``css``."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("holdfast.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    sheet = files("holdfast.reports").joinpath("templates", "assessment.css").read_text("utf-8")
    made.globals["css"] = Markup(sheet)  # noqa: S704 - our own file
    return made
