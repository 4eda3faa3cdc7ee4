"""Sigma over blocks of events: all rules at once, on the different values of each field.

Specification: https://github.com/SigmaHQ/sigma-specification (2.1.0).
"""
