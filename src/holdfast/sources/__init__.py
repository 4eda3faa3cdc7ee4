"""What authorities publish: one file per format, each turning bytes into parties, indicators or other nouns."""
