"""`thabian report` and `thabian export` as a user types them, over one sealed version on the real parts."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import openpyxl
import polars as pl
import pytest
from docx import Document

from snapshots.reports import registry
from tests.conftest import Installation
from tests.events import SCHOOL, person_id
from tests.thabian.conftest import Said
from tests.thabian.test_snapshot_commands import SEAL, publish

pytestmark = pytest.mark.real

REPORTS = [report.name for report in registry.REPORTS]


@pytest.fixture(scope="module")
def sealed(shared_installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A school with three pupils, sealed."""
    publish(shared_installation, tmp_path_factory.mktemp("events"), 1, 2, 3)
    shared_installation.run("intake", "--until-end")
    shared_installation.run(*SEAL, "--as-of", "2565-06-10")
    return shared_installation


class Run(Protocol):
    """Runs a command on the sealed installation."""

    def __call__(self, *arguments: str, code: int = 0) -> Said: ...


@pytest.fixture
def run(sealed: Installation, thabian: Callable[..., Said]) -> Run:
    def made(*arguments: str, code: int = 0) -> Said:
        said = thabian(*arguments, **sealed.env)
        assert said.code == code, said.err
        return said

    return made


def test_every_report_is_listed_and_told_of(run: Run) -> None:
    listed = run("report", "list").out
    helped = run("report", "--help").out
    for name in (*REPORTS, "movement", "dmc"):
        assert f"{name} " in listed
        assert name in helped


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_speaks_thai_and_names_its_version(run: Run, name: str) -> None:
    document = json.loads(run("report", name, "--school", SCHOOL, "--format", "json").out)
    assert document["origin"]["version"].startswith("2565-1-")
    assert any("ก" <= letter <= "ฮ" for letter in document["title"])
    totals = [row for row in document["rows"] if row["kind"] == "total"]
    pupils = next((totals[-1][key] for key in ("roll", "total") if key in totals[-1]), 3)
    assert pupils == 3, totals


@pytest.mark.parametrize("name", ["by-age", "completeness"])
def test_wide_reports_in_every_format(run: Run, name: str, tmp_path: Path) -> None:
    report = ("report", name, "--scope", "affiliation:10")
    shown = run(*report).out
    assert "…" not in shown, "no number is cut off"
    page = run(*report, "--format", "html").out
    assert 'class="wide' in page
    text = run(*report, "--format", "csv").out
    assert len({len(row) for row in csv.reader(io.StringIO(text)) if len(row) > 2}) == 1
    for wanted in ("xlsx", "parquet"):
        run(*report, "--format", wanted, "-o", str(tmp_path / f"report.{wanted}"))
    sheet = openpyxl.load_workbook(tmp_path / "report.xlsx").active
    assert sheet.page_setup.orientation == "landscape"
    assert {"รวม", "รวมทั้งหมด"} & {cell.value for row in sheet.iter_rows() for cell in row}
    assert pl.read_parquet(tmp_path / "report.parquet").height > 0


def test_movement_and_dmc(run: Run, tmp_path: Path) -> None:
    moved = run("report", "movement", "--since", "2565-05-15", "--format", "json").out
    assert json.loads(moved)["rows"][-1]["after"] == 3
    assert "การเคลื่อนไหว" in run("report", "movement", "--from", "latest", "--format", "html").out
    run("report", "dmc", "disabled", "-o", str(tmp_path))
    assert (tmp_path / "2565-1-พิการ.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert "REPORT_NOT_DMC" in run("report", "dmc", "funded", "-o", str(tmp_path), code=2).err


def test_dmc_makes_its_folder_and_nothing_above_it(run: Run, tmp_path: Path) -> None:
    said = run("report", "dmc", "left", "-o", str(tmp_path / "dmc")).out
    assert said.strip() == str(tmp_path / "dmc" / "2565-1-จำหน่าย.csv")
    run("report", "dmc", "not-passed", "-o", str(tmp_path / "dmc"))
    assert len(list((tmp_path / "dmc").iterdir())) == 2
    assert "OUTPUT_NOT_WRITABLE" in run("report", "dmc", "left", "-o", str(tmp_path / "no" / "dmc"), code=2).err
    assert "REPORT_NOT_DMC" in run("report", "dmc", "funded", "-o", str(tmp_path / "other"), code=2).err
    assert not (tmp_path / "no").exists()
    assert not (tmp_path / "other").exists()


def test_dmc_is_not_written_into_a_file(run: Run, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine")
    assert "is a file: -o names a folder" in run("report", "dmc", "left", "-o", str(taken), code=2).err
    assert taken.read_text() == "mine"


def test_names_are_read_by_a_role_and_written_down(run: Run) -> None:
    roster = ("report", "roster", "--school", SCHOOL)
    assert person_id(1) not in run(*roster).out
    refused = run(*roster, "--with-names", "--role", "ministry", "--actor", "ก", "--purpose", "ข", code=2)
    assert "ACCESS_REFUSED" in refused.err
    named = run(*roster, "--with-names", "--role", "director", "--actor", "ผอ. ทดสอบ", "--purpose", "ตรวจสอบ").out
    assert person_id(1) in named
    log = json.loads(run("report", "access", "--format", "json").out)
    assert [(row["actor"], row["role"], row["scope"]) for row in log["rows"]] == [
        ("ผอ. ทดสอบ", "director", f"school:{SCHOOL}")
    ]


def test_a_pack_a_bundle_and_a_letter(run: Run, tmp_path: Path) -> None:
    run("report", "pack", "--school", SCHOOL, "-o", str(tmp_path / "pack.html"))
    page = (tmp_path / "pack.html").read_text(encoding="utf-8")
    assert "ลงชื่อ" in page
    assert person_id(1) not in page
    said = run("export", "edc", "--scope", "affiliation:10", "-o", str(tmp_path / "edc.zip")).out
    assert "pupils.csv 3" in said
    assert "BUNDLE_EXISTS" in run("export", "edc", "-o", str(tmp_path / "edc.zip"), code=2).err
    run("export", "edc", "--since", "latest", "-o", str(tmp_path / "corrections"))
    assert json.loads((tmp_path / "corrections" / "manifest.json").read_text())["files"]["corrections.csv"]["rows"] == 0
    letter = ("export", "letter", "--from", "สำนักการศึกษา", "--day", "2565-06-30", "-o")
    run(*letter, str(tmp_path / "letter.docx"))
    assert "๓๐ มิถุนายน ๒๕๖๕" in [line.text for line in Document(str(tmp_path / "letter.docx")).paragraphs]
    run(*letter, str(tmp_path / "letter.html"), "--format", "html")
    assert "๓ คน" in (tmp_path / "letter.html").read_text(encoding="utf-8")


def test_corrections_with_names_are_written_down_like_the_whole_bundle(run: Run, tmp_path: Path) -> None:
    export = ("export", "edc", "--since", "latest", "--scope", "affiliation:10", "--with-names", "-o")
    assert "ACCESS_REFUSED" in run(*export, str(tmp_path / "refused"), code=2).err
    assert not (tmp_path / "refused").exists()
    run(*export, str(tmp_path / "named"), "--role", "bureau", "--actor", "ข. ทดสอบ", "--purpose", "แก้ไข")
    header = (tmp_path / "named" / "corrections.csv").read_text(encoding="utf-8-sig")
    assert "เลขประจำตัวประชาชน" in header
    log = json.loads(run("report", "access", "--format", "json").out)
    assert (log["rows"][0]["actor"], log["rows"][0]["list"]) == ("ข. ทดสอบ", "edc-corrections")


def test_corrections_since_another_day_are_refused(run: Run, tmp_path: Path) -> None:
    earlier = json.loads(run("report", "rooms", "--format", "json").out)["origin"]["version"]
    later = json.loads(run(*SEAL, "--as-of", "2565-06-11", "--format", "json").out)["version"]
    for snapshot, since in ((earlier, later), (later, earlier)):
        out = tmp_path / snapshot
        refused = run("export", "edc", "--snapshot", snapshot, "--since", since, "-o", str(out), code=2).err
        assert refused.startswith("thabian: [SINCE_NOT_EARLIER]")
        assert not out.exists()
