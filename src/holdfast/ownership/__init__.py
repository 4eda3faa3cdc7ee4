"""The 50 Percent Rule and its relatives: rule packs over a graph of holdings.

A verdict is a function of the graph, who is listed, the pack and the date. The rule is a least fixed point over exact
numbers, computed twice: once with what is certain and once with what is possible; where the two differ, the answer is
*review*. The whole is explained in ``docs/explanation/ownership.md``.
"""
