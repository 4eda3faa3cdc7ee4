"""Use cases: settings, wiring, one function per thing a user can ask for."""
