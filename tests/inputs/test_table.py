"""Rows come out of every table format, and broken ones cost only themselves."""

import gzip
import io
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.inputs.lines import read_lines
from holdfast.inputs.opendocument import without_indents
from holdfast.inputs.table import read_rows
from holdfast.model.errors import InputError
from holdfast.model.status import Problems


def rows_of(path: Path, required: Sequence[str] = ()) -> tuple[list[dict[str, str]], Problems]:
    problems = Problems()
    return [row.cells for row in read_rows(path, problems, required=required)], problems


def write(tmp_path: Path, name: str, content: bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def test_formats_agree(tmp_path: Path) -> None:
    """CSV, TSV, JSON Lines, JSON, gzip, zstd and a file without a suffix give the same rows."""
    csv = b"id,name\n1,Caf\xc3\xa9\n2,Bar\n"
    jsonl = '{"id": 1, "name": "Café"}\n{"id": 2, "name": "Bar"}\n'.encode()
    files = [
        write(tmp_path, "a.csv", csv),
        write(tmp_path, "a.tsv", csv.replace(b",", b"\t")),
        write(tmp_path, "a.jsonl", jsonl),
        write(tmp_path, "a.json", b"[" + jsonl.strip().replace(b"\n", b",") + b"]"),
        write(tmp_path, "lines.json", jsonl),
        write(tmp_path, "a.csv.gz", gzip.compress(csv)),
        write(tmp_path, "a.csv.zst", zstandard.compress(csv)),
        write(tmp_path, "nothing", csv),
        write(tmp_path, "nothing2", jsonl),
        write(tmp_path, "u16.csv", csv.decode().encode("utf-16")),
        write(tmp_path, "bom.csv", b"\xef\xbb\xbf" + csv),
        write(tmp_path, "u16le.csv", csv.decode().encode("utf-16-le")),
        write(tmp_path, "u16be.csv", csv.decode().encode("utf-16-be")),
        write(tmp_path, "mac.csv", csv.replace(b"\n", b"\r")),
        write(tmp_path, "semicolons.csv", csv.replace(b",", b";")),
        write(tmp_path, "tabs.csv", csv.replace(b",", b"\t")),
        write(tmp_path, "bars.csv", csv.replace(b",", b"|")),
        write(tmp_path, "said.csv", b"sep=;\r\n" + csv.replace(b",", b";")),
        write(tmp_path, "unnamed", csv.replace(b",", b";")),
    ]
    for file in files:
        rows, problems = rows_of(file)
        assert rows == [{"id": "1", "name": "Café"}, {"id": "2", "name": "Bar"}], file
        assert problems.lost == 0


def test_unclosed_quote_costs_one_row(tmp_path: Path) -> None:
    """A quote that is never closed loses its own line, and the lines after it are still read."""
    lines = ["id,name", '1,"open', *(f"{n},x" for n in range(2, 500))]
    rows, problems = rows_of(write(tmp_path, "a.csv", "\n".join(lines).encode()))
    assert [row["id"] for row in rows] == [str(n) for n in range(2, 500)]
    assert [str(problem.origin) for problem in problems.items] == [f"{tmp_path}/a.csv, line 2"]


def test_quoted_cell_spans_lines(tmp_path: Path) -> None:
    """A properly quoted cell may hold line breaks; origins name the record's first line."""
    problems = Problems()
    rows = list(read_rows(write(tmp_path, "a.csv", b'id,note\n1,"a\nb"\n2,c\n'), problems))
    assert [(row.origin.line, row.cells["note"]) for row in rows] == [(2, "a\nb"), (4, "c")]


def test_wrong_encoding_is_repaired_and_said(tmp_path: Path) -> None:
    """A Windows-1252 line is read as such, with a note that loses nothing."""
    rows, problems = rows_of(write(tmp_path, "a.csv", b"id,name\n1,M\xfcller\n2,Caf\xc3\xa9\n"))
    assert [row["name"] for row in rows] == ["Müller", "Café"]
    assert (problems.lost, problems.repaired) == (0, 1)


def test_wrong_encoding_is_said_once(tmp_path: Path) -> None:
    """A file of which every line is Windows-1252 has one line named and the others counted."""
    rows, problems = rows_of(write(tmp_path, "a.csv", b"id,name\n" + b"1,M\xfcller\n" * 500))
    assert {row["name"] for row in rows} == {"Müller"}
    assert [problem.says for problem in problems.items] == [
        "is not UTF-8; read as Windows-1252",
        "499 more lines are not UTF-8; read as Windows-1252",
    ]


def test_what_parts_the_header_parts_the_cells(tmp_path: Path) -> None:
    """Signs within cells part nothing, quoted or in the rows, and a required column decides where a title has other signs."""
    rows, _ = rows_of(write(tmp_path, "a.csv", b'name;"address; street, place"\nA, B and C;x,y,z\n'))
    assert rows == [{"name": "A, B and C", "address; street, place": "x,y,z"}]
    titled = write(tmp_path, "b.csv", b"Customers, all, of, us\nid;name\n1;Bar\n")
    assert rows_of(titled, required=["name"])[0] == [{"id": "1", "name": "Bar"}]


def test_columns_of_one_name_are_told(tmp_path: Path) -> None:
    """Only one of them can be read; columns without a name are nobody's."""
    rows, problems = rows_of(write(tmp_path, "a.csv", b"name,note,note,,\nFoo,1,2,,\n"))
    assert (rows[0]["note"], problems.lost) == ("2", 0)
    assert [problem.says for problem in problems.items] == [
        "has 2 columns called 'note', of which the last is read"
    ]


def test_a_file_without_rows_still_needs_its_columns(tmp_path: Path) -> None:
    """A page of HTML or another table is refused although no row of it is ever asked for."""
    with pytest.raises(InputError, match="has no column 'name'"):
        rows_of(write(tmp_path, "a.csv", b"<html></html>"), required=["name"])


def test_short_and_long_rows(tmp_path: Path) -> None:
    """A short row is filled with blanks; of a long one the surplus is left out and counted as lost."""
    rows, problems = rows_of(write(tmp_path, "a.csv", b"id,name\n1\n2,b,c\n\n3,d\n"))
    assert rows == [{"id": "1", "name": ""}, {"id": "2", "name": "b"}, {"id": "3", "name": "d"}]
    assert (problems.lost, problems.repaired) == (1, 1)


def test_missing_column_names_those_present(tmp_path: Path) -> None:
    """A missing required column is an error that says which columns there are."""
    with pytest.raises(InputError, match=r"has no column 'name'.*its columns are id, nom"):
        rows_of(write(tmp_path, "a.csv", b"id,nom\n1,x\n"), required=["id", "name"])


def test_titles_above_the_header_are_passed_over(tmp_path: Path) -> None:
    """Where columns are required the header is the row that has them, and lines keep their numbers."""
    path = write(tmp_path, "a.csv", b"Our suppliers,,\nReport Date: 23-Sep-2026\nid,name\n1,Bar\n")
    problems = Problems()
    (row,) = read_rows(path, problems, required=["name"])
    assert (row.cells, row.origin.line, problems.lost) == ({"id": "1", "name": "Bar"}, 4, 0)


@pytest.fixture(scope="module")
def spreadsheet() -> bytes:
    """An ODS file whose cells stand on lines of their own."""
    cell = "\n    <table:table-cell office:value-type='string'><text:p>{}</text:p></table:table-cell>"
    lines = [
        "\n  <table:table-row>" + "".join(map(cell.format, row)) + "\n  </table:table-row>"
        for row in (("id", "name"), ("1", "Two  words"))
    ]
    names = " ".join(
        f"xmlns:{name}='urn:oasis:names:tc:opendocument:xmlns:{name}:1.0'"
        for name in ("office", "table", "text")
    )
    content = (
        f"<office:document-content {names}><office:body><office:spreadsheet>\n <table:table table:name='A'>"
        f"{''.join(lines)}\n </table:table>\n</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = "<manifest:manifest xmlns:manifest='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'/>"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return buffer.getvalue()


def test_indented_spreadsheet(tmp_path: Path, spreadsheet: bytes) -> None:
    """It is read like any other; what is no archive, or a bomb, is refused."""
    path = write(tmp_path, "a.ods", spreadsheet)
    assert rows_of(path)[0] == [{"id": "1", "name": "Two  words"}]
    with path.open("rb") as stream, pytest.raises(InputError, match="unpacked"):
        without_indents(stream, "a.ods", 100)
    with pytest.raises(InputError, match="not a spreadsheet"):
        rows_of(write(tmp_path, "b.ods", b"PK no archive"))


def test_endless_line_is_skipped_in_bounded_memory() -> None:
    """A line beyond the bound is skipped and named, and the next one is read."""
    content = b"a\n" + b"x" * 5000 + b"\nb\n"
    problems = Problems()
    assert list(read_lines(io.BytesIO(content), "f", problems, longest=100)) == [(1, "a"), (3, "b")]
    assert [str(problem) for problem in problems.items] == ["f, line 2: is longer than 100 bytes; skipped"]


def test_damaged_archive_is_an_error(tmp_path: Path) -> None:
    """A gzip file cut in the middle is an input error, not a traceback."""
    cut = gzip.compress(b"id,name\n" + b"1,x\n" * 100_000)[:200]
    with pytest.raises(InputError, match="cannot be read to its end"):
        rows_of(write(tmp_path, "a.csv.gz", cut))


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 1 << 16), st.binary(min_size=1, max_size=4)), max_size=8))
def test_damaged_spreadsheets_are_read_or_refused(
    spreadsheet: bytes, changes: list[tuple[int, bytes]]
) -> None:
    """Bytes changed anywhere in an ODS file, its table of contents among them, cost nothing but the file."""
    content = bytearray(spreadsheet)
    for place, new in changes:
        content[place % len(content) : place % len(content) + len(new)] = new
    with suppress(InputError):
        without_indents(io.BytesIO(bytes(content)), "a.ods", 1 << 20)


@given(st.binary(max_size=2000))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    """No sequence of bytes makes the CSV reader crash or lose count of its lines."""
    problems = Problems()
    numbers = [number for number, _ in read_lines(io.BytesIO(content), "f", problems)]
    assert numbers == sorted(set(numbers))


def workbook(sheets: dict[str, list[list[str]]]) -> bytes:
    """An XLSX file with a sheet of texts for each name."""
    office = "http://schemas.openxmlformats.org"
    main, related = f"{office}/spreadsheetml/2006/main", f"{office}/officeDocument/2006/relationships"
    package = f"{office}/package/2006"
    names = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(sheets, 1))
    links = "".join(
        f'<Relationship Id="r{n}" Type="{related}/worksheet" Target="worksheets/s{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    kind = "application/vnd.openxmlformats"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
        f'ContentType="{kind}-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{related}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{related}"><sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">{links}</Relationships>',
    }
    for n, rows in enumerate(sheets.values(), 1):
        cells = "".join(
            f'<row r="{r}">'
            + "".join(
                f'<c r="{"ABCDEFG"[c]}{r}" t="inlineStr"><is><t>{text}</t></is></c>'
                for c, text in enumerate(row)
            )
            + "</row>"
            for r, row in enumerate(rows, 1)
        )
        parts[f"xl/worksheets/s{n}.xml"] = (
            f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>'
        )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return buffer.getvalue()


def test_the_sheet_with_the_header_is_read(tmp_path: Path) -> None:
    """Not the cover before it; a second sheet with the same columns is told as unread, which loses something."""
    table = [["id", "name"], ["1", "Bar"]]
    cover = write(tmp_path, "a.xlsx", workbook({"Cover": [["Report 2026"]], "Data": table}))
    rows, problems = rows_of(cover, required=["name"])
    assert (rows, problems.lost, problems.repaired) == ([{"id": "1", "name": "Bar"}], 0, 1)
    halves = write(tmp_path, "b.xlsx", workbook({"A-L": table, "M-Z": [["id", "name"], ["2", "Foo"]]}))
    rows, problems = rows_of(halves, required=["name"])
    assert (rows, problems.lost) == ([{"id": "1", "name": "Bar"}], 1)
    assert "'M-Z', which has the same columns" in str(problems.items[0])
