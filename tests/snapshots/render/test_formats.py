"""Every format of one table, read back by what will read it."""

import csv
import io
import json
from collections import Counter
from datetime import date

import openpyxl
import polars as pl
import pytest

from snapshots.render import Format, render
from snapshots.reports.grade_sex_room import Count, lay_out
from snapshots.reports.scope import Scope
from snapshots.table import Column, Origin, RowKind, Table
from snapshots.versions import Slice, Version

SCHOOL = 1020080005
ROWS = 24
"""19 grades and five subtotals."""


def version(label: str = "รอบ 1") -> Version:
    return Version(
        version="2565-1-0123456789ab",
        run=1,
        academic_year=2565,
        round=1,
        as_of=date(2022, 6, 10),
        known_at=1_654_880_400_000,
        cut=bytes(32),
        label=label,
        pupils=3,
        schools=1,
        root=b"r" * 32,
        rules=bytes(32),
        reference=bytes(32),
        school_list=bytes(32),
        software="test",
        sealed_at=0,
    )


@pytest.fixture
def table() -> Table:
    counts = {
        "04": Count(Counter({"M": 1_234, "F": 1}), 2),
        "<b>&": Count(Counter({"F": 1}), 0),
        "=1+1": Count(Counter({"M": 1}), 1),
    }
    return lay_out(counts, Scope(version(), Slice(SCHOOL, 1, 3, b"s" * 32)))


def test_the_ministrys_order(table: Table) -> None:
    subtotals = [row.cells[1] for row in table.rows if row.kind is not RowKind.ROW]
    assert subtotals == ["รวมก่อนประถม", "รวมประถม", "รวม ม.ต้น", "รวม ม.ปลาย/ปวช.", "รวมทั้งหมด"]
    assert [row.cells[1] for row in table.rows][:6] == ["เด็กเล็ก", "อ.1", "อ.2", "อ.3", "รวมก่อนประถม", "ป.1"]
    assert len(table.rows) == ROWS + 2
    assert table.rows[-1].cells[2:] == (1_235, 2, 1_237, 3)


@pytest.mark.parametrize("wanted", [Format.TABLE, Format.CSV, Format.JSON, Format.HTML])
def test_texts_carry_where_the_numbers_come_from(table: Table, wanted: Format) -> None:
    text = render(table, wanted).decode("utf-8-sig")
    for part in (
        "2565-1-0123456789ab",
        "2565-06-11 00:00:00.000 +07:00",
        (b"s" * 32).hex(),
        "10 มิถุนายน 2565",
        "รวมทั้งหมด",
    ):
        assert part in text


def test_csv_opens_in_excel(table: Table) -> None:
    written = render(table, Format.CSV)
    assert written.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(written.decode("utf-8-sig"))))
    assert lines[0] == ["รหัสชั้น", "ชั้น", "ชาย", "หญิง", "รวม", "ห้องเรียน"]
    assert lines[ROWS + 2] == ["", "รวมทั้งหมด", "1235", "2", "1237", "3"]
    assert ["'=1+1", "ชั้นนอกรายการ: =1+1", "1", "0", "1", "1"] in lines


def test_json_has_rows_by_name(table: Table) -> None:
    document = json.loads(render(table, Format.JSON))
    assert document["rows"][5] == {
        "grade": "04", "label": "ป.1", "boys": 1234, "girls": 1, "total": 1235, "rooms": 2, "kind": "row",
    }  # fmt: skip
    assert document["origin"]["checksum_of"] == "slice"


def test_xlsx_holds_numbers_texts_and_widths(table: Table) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(render(table, Format.XLSX))).active
    assert [cell.value for cell in sheet[4]] == ["รหัสชั้น", "ชั้น", "ชาย", "หญิง", "รวม", "ห้องเรียน"]
    assert [cell.value for cell in sheet[10]] == ["04", "ป.1", 1234, 1, 1235, 2]
    formula = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "=1+1")
    assert formula.data_type in ("s", "inlineStr")
    assert sheet.column_dimensions["B"].width > sheet.column_dimensions["C"].width > 5
    assert sheet.print_title_rows == "$4:$4"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    foot = sheet.oddFooter.left.text
    assert all(part in foot for part in ("2565-1-0123456789ab", "+07:00", (b"s" * 32).hex())), "on every printed sheet"
    assert len(foot) < 255


def test_parquet_has_types(table: Table) -> None:
    frame = pl.read_parquet(io.BytesIO(render(table, Format.PARQUET)))
    assert frame.schema["boys"] == pl.Int64
    assert frame.filter(kind="total")["total"].to_list() == [1_237]
    assert set(frame["version"]) == {"2565-1-0123456789ab"}


def test_html_stands_alone_and_is_escaped(table: Table) -> None:
    page = render(table, Format.HTML).decode()
    assert "&lt;b&gt;&amp;" in page
    assert "<b>" not in page
    assert not any(mark in page for mark in ("http:", "https:", "src=", "url(", "@import", "<script"))
    assert "size: A4" in page
    assert "<section>" in page


@pytest.mark.parametrize(("columns", "name"), [(8, "<section>"), (9, '"wide"'), (21, '"wide"'), (22, '"wide widest"')])
def test_a_table_of_many_columns_fits_on_a_sheet(columns: int, name: str) -> None:
    headings = tuple(Column(f"c{number}", "เขต", is_number=True) for number in range(columns))
    page = render(Table("t", "t", "t", headings, (), Origin.nowhere()), Format.HTML).decode()
    assert name in page


def test_a_table_for_the_terminal_keeps_its_columns(table: Table) -> None:
    lines = render(table, Format.TABLE).decode().splitlines()
    assert any(line.split() == ["04", "ป.1", "1,234", "1", "1,235", "2"] for line in lines)
