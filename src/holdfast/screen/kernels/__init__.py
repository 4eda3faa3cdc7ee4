"""Compiled loops of the search for candidates, over plain arrays.

``edits`` compares two words letter by letter, ``filing`` hashes words so that nearby ones meet, ``nearness`` looks words
up, ``reach`` finds the listed names that have enough of a query's words. See :mod:`holdfast.text.loops`.
"""
