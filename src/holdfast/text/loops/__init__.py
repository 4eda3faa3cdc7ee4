"""Loops written in Python and run as machine code, compiled once and kept on disk.

``kernel`` is what a loop is to its callers, ``arguments`` how values are handed to machine code, ``storage`` the file that
keeps it; ``compiler`` makes it, in a process of its own, so that those that only run loops do without numba.
See ``docs/decisions/0004-loops-without-numba.md``.
"""
