"""A large table of holdings read as columns is the register that reading it row by row gives."""

import csv
import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.inputs.table import read_rows
from holdfast.model.status import Problems
from holdfast.records.holding_header import HoldingHeader
from holdfast.records.holdings import read_table
from holdfast.records.holdings_columns import read_columns
from holdfast.records.ownership import Ownership

NAMES = st.sampled_from(["Alpha", "Beta", " Beta ", "Gamma Ltd", "Ünïted", "", "9", 'The "Best"', "A, B"])
CELLS = {
    "owner": NAMES,
    "owned": NAMES,
    "percent": st.sampled_from(
        ["50", "25-50", ">25", "", "1/6", "150", "-3", "half", "33.3", " 40 %", "1e3"]
    ),
    "unit": st.sampled_from(["", "", "", "fraction", "bps", "stone"]),
    "valid_from": st.sampled_from(["", "", "2020-01-01", "2024-05-01T10:00:00", "yesterday"]),
    "valid_to": st.sampled_from(["", "", "2023-01-01", "2026-12-31"]),
    "right": st.sampled_from(["", "shares", "Votes", "gold"]),
    "flags": st.sampled_from(["", "", "", "trust", "us_nexus; licensed"]),
    "price": st.sampled_from(["", "", "", "nominal"]),
    "owner_name": st.sampled_from(["", "Alpha plc", "X"]),
    "owned_type": st.sampled_from(["", "Company", "Trust"]),
    "owner_identifiers": st.sampled_from(["", "lei:5493001KJTIIGC8Y1R12; 77"]),
    "remark": st.text("ab \t'é", max_size=3),
}


@st.composite
def tables(draw: st.DrawFn) -> list[dict[str, str]]:
    """Rows as people write them, with everything that can be wrong with one; some of them twice."""
    more = draw(st.lists(st.sampled_from(sorted(CELLS.keys() - {"owner", "owned"})), unique=True))
    columns = draw(st.permutations(["owner", "owned", *more]))
    rows = draw(
        st.lists(st.fixed_dictionaries({name: CELLS[name] for name in columns}), min_size=1, max_size=8)
    )
    again = draw(st.lists(st.sampled_from(rows), max_size=3))
    return draw(st.permutations([*rows, *again]))


def everything(found: Ownership, problems: Problems) -> tuple[object, ...]:
    return (
        list(found.holdings),
        dict(found.parties),
        list(found.parties),
        found.unnamed,
        found.trusts(),
        dict(found.labels()),
        found.owned(),
        [(item.says, str(item.origin), item.lost) for item in problems.items],
    )


def both(path: Path) -> tuple[tuple[object, ...] | None, tuple[object, ...]]:
    """What the two readers make of a file."""
    problems, others = Problems(), Problems()
    header = HoldingHeader()
    columns = read_columns(path, problems, header, large=0)
    rows = read_table(header.read(read_rows(path, others), str(path), others), others)
    told = None if columns is None else everything(columns, problems)
    return told, everything(rows, others)


@given(tables())
@settings(max_examples=150, deadline=None)
def test_columns_say_what_rows_say_of_csv(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]]
) -> None:
    """Holdings, parties, places and problems are the same in the same order."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path = tmp_path_factory.getbasetemp() / "h.csv"
    path.write_text(text.getvalue(), "utf-8")
    columns, by_row = both(path)
    assert columns == by_row


@given(tables(), st.booleans())
@settings(max_examples=100, deadline=None)
def test_columns_say_what_rows_say_of_parquet(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]], empty_is_null: bool
) -> None:
    """The same of Parquet, with texts or with nothing in the empty cells."""
    path = tmp_path_factory.getbasetemp() / "h.parquet"
    found = [{key: (value or None) if empty_is_null else value for key, value in row.items()} for row in rows]
    pq.write_table(pa.Table.from_pylist(found, pa.schema([(name, pa.string()) for name in rows[0]])), path)
    columns, by_row = both(path)
    assert columns == by_row


def test_numbers_and_dates_of_parquet(tmp_path: Path) -> None:
    """Typed columns are read as their values would be written."""
    from datetime import date

    table = pa.table(
        {
            "owner": pa.array([1, 2, 3]),
            "owned": pa.array(["a", "b", "b"]).dictionary_encode(),
            "percent": pa.array([33.333333333333336, 50.0, None]),
            "valid_from": pa.array([date(2020, 1, 1), None, None]),
        }
    )
    pq.write_table(table, tmp_path / "h.parquet")
    columns, by_row = both(tmp_path / "h.parquet")
    assert columns == by_row


@pytest.mark.parametrize(
    "content",
    [
        b"owner,owned,percent\nX,A,50\n\nY,A,20\n",
        b'owner,owned,percent\n"X\nand Y",A,50\n',
        b"owner,owned,percent\nX,A\n",
        b"owner,owned,percent\nX,A,50,7\n",
        b"owner,owned,percent\nM\xfcller,A,50\n",
        b"who,whom\nX,A\n",
        b"",
    ],
    ids=[
        "blank line",
        "cell of two lines",
        "short row",
        "long row",
        "latin-1",
        "other columns",
        "empty",
    ],
)
def test_what_is_not_a_row_a_line_is_left_to_the_reader_of_rows(tmp_path: Path, content: bytes) -> None:
    """Nothing is guessed about lines: such a file is read by rows, and nothing of it is reported twice."""
    path = tmp_path / "h.csv"
    path.write_bytes(content)
    problems = Problems()
    assert read_columns(path, problems, HoldingHeader(), large=0) is None
    assert problems.items == []


def test_a_packed_file_is_read_as_columns_too(tmp_path: Path) -> None:
    """Gzip makes no difference."""
    import gzip

    path = tmp_path / "h.csv.gz"
    path.write_bytes(gzip.compress(b"owner,owned,percent\r\nX,A,50\r\nA,B,60"))
    columns, by_row = both(path)
    assert columns == by_row


@pytest.mark.parametrize(
    "content",
    [
        b"owner;owned;percent\nX;A;33,3\nY;A;50 %\n",
        b"Shareholder,Company,Ownership %,From,Class\nX,A,50,2020-01-01,B\n",
        b"\xef\xbb\xbfOwner\tOwned\tPercent\nX\tA\t0,5\n",
    ],
    ids=["semicolons", "words", "tabs"],
)
def test_other_headers_are_read_as_columns_too(tmp_path: Path, content: bytes) -> None:
    """What parts the cells, and what the columns are called, makes no difference."""
    path = tmp_path / "h.csv"
    path.write_bytes(content)
    columns, rows = both(path)
    assert columns == rows
