"""`thabian schools`, as a user types it, on the real engine."""

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Installation

pytestmark = pytest.mark.real


def test_from_generate_to_list(installation: Installation, tmp_path: Path) -> None:
    file = tmp_path / "schools.csv"
    installation.run("generate", "schools", "--affiliation", "31", "--areas", "50", "--count", "437", "-o", str(file))
    assert "437 schools" in installation.run("schools", "load", str(file), "--dry-run").stdout
    assert installation.run("schools", "list", "--format", "json").stdout == ""
    first = installation.run("schools", "load", str(file)).stdout
    again = installation.run("schools", "load", str(file)).stdout
    assert "loaded before" in again
    assert first[:12] == again[:12]
    whole = installation.run("schools", "list", "--format", "csv").stdout
    assert whole == file.read_text(encoding="utf-8-sig")
    rows = installation.run("schools", "list", "--area", "สำนักงานเขตลาดกระบัง", "--format", "json").stdout.splitlines()
    assert {json.loads(row)["province"] for row in rows} == {"กรุงเทพมหานคร"}
    assert len(rows) == 9
    assert installation.run("schools", "list", "--affiliation", "10", "--format", "csv").stdout.count("\n") == 1
    assert "3101000001" in installation.run("schools", "list", "--on", "2565-06-10").stdout
    _workbook(installation, whole, tmp_path / "schools.xlsx", first[:12])


def _workbook(installation: Installation, whole: str, file: Path, digest: str) -> None:
    """The same list as a workbook with numbers in place of codes is the same list."""
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(whole)):
        book.active.append([int(cell) if cell.isdigit() else cell for cell in row])
    book.save(file)
    assert installation.run("schools", "load", str(file)).stdout.startswith(f"{digest}: loaded before")


def test_errors_are_named_and_nothing_is_loaded(installation: Installation, tmp_path: Path) -> None:
    file = tmp_path / "schools.csv"
    file.write_text("รหัสโรงเรียน,ชื่อโรงเรียน,เขตพื้นที่\n1020080005,ก,ข\n20010029,ก,ข\n", encoding="cp874")
    refused = installation.run("schools", "load", str(file), code=1)
    lines = refused.stderr.splitlines()
    assert "row 3, column school_code: SCHOOL_CODE_NOT_TEN" in lines[0]
    assert lines[-1].startswith("thabian: [SCHOOLS_REFUSED]")
    assert installation.run("schools", "list", "--format", "json").stdout == ""
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    assert "SCHOOLS_FILE_INVALID" in installation.run("schools", "load", str(file), code=2).stderr
    assert "FILE_MISSING" in installation.run("schools", "load", str(tmp_path / "no.csv"), code=2).stderr
