"""Holdfast: every trace of a sanctioned cyber actor in an organisation's own records.

The command line (``holdfast --help``) is a thin face over :mod:`holdfast.app`, whose use cases are the Python
interface. The rooms and what each may import are drawn in ``docs/explanation/house.md``.
"""

__version__ = "0.1.0"
