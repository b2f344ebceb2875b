"""`thabian snapshot` and `thabian report`, as a user types them, on the real broker and engine."""

import csv
import io
import json
import uuid
from datetime import date, datetime
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from tests.conftest import Installation
from tests.events import SCHOOL, enrolled

pytestmark = pytest.mark.real

SEAL = ("snapshot", "seal", "--year", "2565", "--round", "1", "--wait", "0")


def publish(installation: Installation, folder: Path, *numbers: int) -> None:
    """Enrolments of pupils by number, published and taken in."""
    lines = []
    for number in numbers:
        fields = enrolled(number, event_id=str(uuid.UUID(int=number + 2**100)))
        plain = {
            name: value.isoformat() if isinstance(value, date | datetime) else value for name, value in fields.items()
        }
        lines.append(json.dumps({"kind": "StudentEnrolled", **plain}, ensure_ascii=False))
    file = folder / "events.jsonl"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    installation.run("publish", "events", str(file))


def test_from_seal_to_report(installation: Installation, tmp_path: Path) -> None:
    publish(installation, tmp_path, 1, 2, 3)
    unread = installation.run(*SEAL, "--as-of", "2565-06-10", code=1)
    assert unread.stderr.startswith("thabian: [SNAPSHOT_INCOMPLETE]")
    assert "missing" in unread.stderr
    assert installation.run("snapshot", "list", "--format", "json").stdout == ""

    installation.run("intake", "--until-end")
    sealed = json.loads(
        installation.run(*SEAL, "--as-of", "๑๐ มิ.ย. ๒๕๖๕", "--label", "รอบ 1", "--format", "json").stdout
    )
    assert (sealed["pupils"], sealed["schools"], sealed["label"]) == (3, 1, "รอบ 1")
    again = installation.run(*SEAL, "--as-of", "10/06/2565", "--format", "json")
    assert json.loads(again.stdout) == sealed
    assert "Sealed before" in again.stderr

    listed = installation.run("snapshot", "list").stdout
    assert sealed["version"] in listed
    shown = json.loads(installation.run("snapshot", "show", sealed["version"][:9], "--format", "json").stdout)
    assert sum(place["offset"] for place in shown["positions"]) == 3
    assert "holds" in installation.run("snapshot", "verify", "latest").stdout

    _rows(installation, tmp_path)
    _reports(installation, tmp_path, sealed)
    _a_touched_version(installation, sealed)


def _rows(installation: Installation, folder: Path) -> None:
    lines = [json.loads(line) for line in installation.run("snapshot", "rows", "latest").stdout.splitlines()]
    assert [line["grade"] for line in lines] == ["04"] * 3
    assert len({line["person_key"] for line in lines}) == 3
    installation.run("snapshot", "rows", "latest", "--format", "parquet", "-o", str(folder / "rows.parquet"))
    assert pl.read_parquet(folder / "rows.parquet").to_dicts() == lines


def _reports(installation: Installation, folder: Path, sealed: dict[str, str]) -> None:
    report = ("report", "grade-sex-room", "--snapshot", "latest")
    assert "รวมทั้งหมด" in installation.run(*report).stdout
    document = json.loads(installation.run(*report, "--school", SCHOOL, "--format", "json").stdout)
    assert document["rows"][-1]["total"] == 3
    assert document["origin"]["version"] == sealed["version"]
    text = installation.run(*report, "--format", "csv").stdout
    assert ["", "รวมทั้งหมด", "3", "0", "3", "1"] in list(csv.reader(io.StringIO(text)))
    installation.run(*report, "--format", "xlsx", "-o", str(folder / "report.xlsx"))
    assert openpyxl.load_workbook(folder / "report.xlsx").active["B4"].value == "ชั้น"
    installation.run(*report, "--format", "html", "-o", str(folder / "report.html"))
    assert sealed["root"] in (folder / "report.html").read_text(encoding="utf-8")
    unknown = installation.run(*report, "--school", "1020080009", code=2)
    assert "SCHOOL_NOT_IN_SNAPSHOT" in unknown.stderr
    nowhere = installation.run(*report, "--format", "csv", "-o", str(folder / "no" / "where.csv"), code=2)
    assert "OUTPUT_NOT_WRITABLE" in nowhere.stderr


def _a_touched_version(installation: Installation, sealed: dict[str, str]) -> None:
    warehouse = installation.warehouse()
    warehouse.execute(
        "INSERT INTO census_rows (run, school_code, person_key) SELECT run, school_code, 'x' FROM census_slices"
    )
    warehouse.close()
    touched = installation.run("snapshot", "verify", sealed["version"], code=1)
    assert SCHOOL in touched.stdout
    assert "DOES NOT HOLD" in touched.stdout


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--as-of", "2565-02-30"), "DATE_INVALID"),
        (("--as-of", "2564-06-10"), "SNAPSHOT_DAY_OUTSIDE_YEAR"),
        (("--as-of", "2565-06-10", "--known-at", "2699-01-01"), "SNAPSHOT_KNOWN_AT_FUTURE"),
        (("--as-of", "2565-06-10", "--known-at", "noon"), "DATE_INVALID"),
    ],
)
def test_bad_arguments_are_one_line(installation: Installation, options: tuple[str, ...], code: str) -> None:
    refused = installation.run(*SEAL, *options, code=2)
    assert refused.stderr.startswith(f"thabian: [{code}]")
    assert len(refused.stderr.splitlines()) == 1


def test_nothing_sealed_yet(installation: Installation) -> None:
    assert "SNAPSHOT_NOT_FOUND" in installation.run("report", "grade-sex-room", code=1).stderr


def test_tables_that_are_not_there_yet(installation: Installation) -> None:
    warehouse = installation.warehouse()
    warehouse.execute("DROP TABLE census_versions")
    warehouse.close()
    for command in (("report", "grade-sex-room"), ("snapshot", "list"), (*SEAL, "--as-of", "2565-06-10")):
        assert "WAREHOUSE_NOT_MIGRATED" in installation.run(*command, code=1).stderr
