"""Which names, pages and hashes are listed: domains by suffix at any depth, addresses of pages, hashes.

A domain stands for itself and everything below it, never for a name that merely ends in the same letters
(``notw8510.com``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.flows.kernels import fill_tables, hash_reversed, names_with_suffix

if TYPE_CHECKING:
    from collections.abc import Iterable

    from holdfast.model.indicator import Indicator

HASH_TYPES = frozenset({"md5", "sha1", "sha256", "certificate"})
_BLOOM = 1 << 21
"""Bytes of the Bloom filter: 16.8 million bits, 0.6 % false candidates at 100,000 domains."""


class NameIndex:
    """Domains, pages and hashes of some indicators; those of other types are passed over."""

    def __init__(self, indicators: Iterable[Indicator]) -> None:
        self.domains: dict[str, list[Indicator]] = {}
        self.pages: dict[str, list[Indicator]] = {}
        self.hashes: dict[str, list[Indicator]] = {}
        for indicator in indicators:
            if indicator.type == "domain":
                self.domains.setdefault(indicator.value, []).append(indicator)
            elif indicator.type == "url":
                self.pages.setdefault(page_key(indicator.value), []).append(indicator)
            elif indicator.type in HASH_TYPES:
                self.hashes.setdefault(indicator.value, []).append(indicator)
        self._bloom = np.zeros(_BLOOM if self.domains else 1, dtype=np.uint8)
        size = 1 << max(len(self.domains) * 4, 4).bit_length()
        self._table = np.zeros(size, dtype=np.uint64)
        fill_tables(_hashes(self.domains), self._bloom, self._table)
        self._pages = pa.array(list(self.pages), pa.string())
        self._hashes = pa.array(list(self.hashes), pa.string())

    def find_domains(self, column: pa.Array) -> list[tuple[int, str]]:
        """Rows and the listed domains that their names fall under; a row may have several."""
        if not self.domains or column.null_count == len(column):
            return []
        column = pc.fill_null(column, "")
        rows, starts = self.candidates(column)
        found = []
        for row, start in zip(rows.tolist(), starts.tolist(), strict=True):
            # The place counts bytes; a name that is not ASCII is still cut at a label border.
            name = column[row].as_py().encode()[start:].decode("utf-8", "replace").lower().rstrip(".")
            if name in self.domains:
                found.append((row, name))
        return found

    def candidates(self, column: pa.Array) -> tuple[np.ndarray, np.ndarray]:
        """Rows whose names hash like a listed domain, and where it begins in them."""
        offsets, data = text_buffers(column)
        room = max(len(column) // 64, 1024)
        while True:
            rows = np.empty(room, dtype=np.int64)
            starts = np.empty(room, dtype=np.int32)
            count = names_with_suffix(offsets, data, self._bloom, self._table, rows, starts)
            if count <= room:
                return rows[:count], starts[:count]
            room = count

    def find_pages(self, hosts: pa.Array, urls: pa.Array) -> list[tuple[int, str]]:
        """Rows that asked for a listed page, given host and path, or the whole address as a proxy logs it."""
        if not self.pages:
            return []
        whole = pc.fill_null(pc.starts_with(urls, "http"), False)
        stripped = pc.replace_substring_regex(urls, "^https?://", "")
        joined = pc.binary_join_element_wise(pc.utf8_lower(hosts), urls, "")
        keys = pc.if_else(whole, stripped, joined)
        places = np.flatnonzero(pc.is_in(keys, self._pages).to_numpy(zero_copy_only=False))
        return [(int(place), keys[int(place)].as_py()) for place in places]

    def find_hashes(self, column: pa.Array) -> list[tuple[int, str]]:
        """Rows with a listed hash in their lists."""
        if not self.hashes or column.null_count == len(column):
            return []
        flat = pc.list_flatten(column)
        parents = pc.list_parent_indices(column)
        places = np.flatnonzero(pc.is_in(flat, self._hashes).to_numpy(zero_copy_only=False))
        return [(int(parents[int(place)].as_py()), flat[int(place)].as_py()) for place in places]


def page_key(url: str) -> str:
    """Host and path without the scheme, the host in lower case; a missing path is the root."""
    rest = url.partition("://")[2] or url
    host, _, path = rest.partition("/")
    return f"{host.lower()}/{path}"


def text_buffers(column: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Offsets and bytes of a column of text without nulls, as the kernels want them."""
    _, offsets, data = column.buffers()
    positions = np.frombuffer(offsets, dtype=np.int32)[column.offset : column.offset + len(column) + 1]
    content = np.frombuffer(data, dtype=np.uint8) if data is not None and data.size else np.zeros(1, np.uint8)
    return positions, content


def _hashes(domains: Iterable[str]) -> np.ndarray:
    column = pa.array(list(domains), pa.string())
    out = np.empty(len(column), dtype=np.uint64)
    if len(column):
        hash_reversed(*text_buffers(column), out)
    return out
