"""Indicators and behaviour over flow, DNS, TLS and HTTP records."""
