"""The 50 Percent Rule and its sister rules, as rule packs over a graph of holdings."""
