"""Roster after roster through real parts: only differences are sent, and the census is what the last file says."""

import json
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Installation
from tests.end_to_end.test_roster_to_census import REPORT, outcomes, roster
from tests.publishers.rosters import AT, row

pytestmark = pytest.mark.real

HEADERS = 2
"""Rows above the pupils: the report's stamp and the headers."""


def later(file: Path, change) -> list[list[object]]:
    """Rewrite the pupils of a file in place."""
    book = openpyxl.load_workbook(file)
    rows = [list(cells) for cells in book.active.iter_rows(values_only=True)]
    pupils = change(rows[HEADERS:])
    book.active.delete_rows(HEADERS + 1, len(rows))
    for cells in pupils:
        book.active.append(cells)
    book.save(file)
    return pupils


def test_a_later_roster_moves_the_census_without_a_repeat(installation: Installation, tmp_path: Path) -> None:
    file = roster(installation, tmp_path)
    installation.run("publish", "roster", str(file))
    gone = tmp_path / "gone.csv"

    def change(pupils):
        pupils[0][AT["sex"]] = "ญ" if pupils[0][AT["sex"]] == "ช" else "ช"
        pupils[0][AT["title"]] = "-"
        pupils[1][AT["room"]] = "9"
        return [*pupils[:-1], row(7, school_code=pupils[0][AT["school_code"]])]

    first = pupil_counts(installation, "2565-06-10")
    pupils = later(file, change)
    day = ("--effective", "2565-07-01")
    assert "gone without a reason" in installation.run("publish", "roster", str(file), *day, "--gone", str(gone)).stdout
    header, line = gone.read_text(encoding="utf-8-sig").splitlines()
    gone.write_text(f"{header}\n{line.split(',')[0]},dropped_out,ฐานะยากจน,2565-07-01,\n", encoding="utf-8")
    for _ in range(2):
        installation.run("publish", "roster", str(file), *day, "--reasons", str(gone))
    installation.run("intake", "--until-end")

    assert set(outcomes(installation)) == {("ACCEPTED", ""), ("ACCEPTED", "CHECK_DIGIT_WRONG")}
    assert sum(outcomes(installation).values()) == 59 + 5  # sex, title, room, the new pupil, the one who left
    now = pupil_counts(installation, "2565-07-01")
    assert now["total"] == len(pupils) == first["total"] == 59
    assert pupil_counts(installation, "2565-06-30")["total"] == 59
    boys = sum(cells[AT["sex"]] == "ช" for cells in pupils)
    assert (now["boys"], now["girls"]) == (boys, 59 - boys)


def pupil_counts(installation: Installation, day: str) -> dict[str, int]:
    installation.run("intake", "--until-end")
    installation.run("snapshot", "seal", "--year", "2565", "--round", "1", "--as-of", day)
    rows = json.loads(installation.run(*REPORT, "--snapshot", "latest").stdout)["rows"]
    return next(row for row in rows if row["label"] == "รวมทั้งหมด")
