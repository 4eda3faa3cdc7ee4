"""Compiled loops of the search for candidates, over plain arrays.

``edits`` compares two words letter by letter, ``filing`` hashes words so that nearby ones meet, ``nearness`` looks words
up, ``reach`` finds the listed names that have enough of a query's words. The loops are kept compiled between runs:
numba's cache looks at the file of the outermost loop alone, so after a change in one that it calls the ``.nbi`` files in
``__pycache__`` must go.
"""
