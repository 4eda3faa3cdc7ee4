"""Findings joined: what follows from them in law, by when."""
