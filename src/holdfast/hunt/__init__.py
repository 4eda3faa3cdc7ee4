"""Sigma rules over batches of events: is the group in our network?"""
