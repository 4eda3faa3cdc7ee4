"""Candidates, scores and explanations: names, identifiers, payment fields, free text."""
