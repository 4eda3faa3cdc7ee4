"""Configuration checks: one file each, listed in :mod:`.table`."""
