"""The nouns of the field, the Arrow schema of each kind of bulk record, and the error tree.

Everything here is frozen data without behaviour beyond its own arithmetic; no other room is imported.
"""
