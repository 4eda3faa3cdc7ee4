"""Releases and configurations of network devices against what actors exploit."""
