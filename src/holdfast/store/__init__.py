"""Editions, derived indexes and the ledger behind small ports."""
