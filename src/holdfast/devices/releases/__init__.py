"""How each vendor names and orders releases: one file per scheme, listed in :mod:`.table`."""
