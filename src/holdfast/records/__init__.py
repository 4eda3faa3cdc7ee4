"""The user's own data: one file per format, each turning bytes into typed rows with their origin."""
