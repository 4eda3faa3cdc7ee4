"""Logs: event files of many formats to blocks of events of one kind, in columns, each event with its origin."""
