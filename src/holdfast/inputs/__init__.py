"""Bytes in: plain, gzip, zstd or standard input, bounded; and the rows of any table format, each with its origin.

``sources`` (what authorities publish) and ``records`` (what the user holds) both read through this room.
"""
