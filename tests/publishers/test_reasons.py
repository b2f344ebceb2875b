"""The reasons file: read whole or refused with a row and a column, never a value."""

import stat
from datetime import date

import pytest

from publishers.roster import reasons
from schemas.errors import ThabianError
from tests.publishers.rosters import person_id

HEADER = ",".join(reasons.COLUMNS)


def written(tmp_path, *lines, header=HEADER):
    path = tmp_path / "reasons.csv"
    path.write_text("\n".join((header, *lines)), encoding="utf-8-sig")
    return path


def test_codes_labels_and_both_eras(tmp_path):
    lines = [
        f"{person_id(1)},dropped_out,ฐานะยากจน,1 ก.ค. 2565,",
        f"{person_id(2)},transferred_out,,2022-07-01,๑๐๒๐๐๘๐๐๐๖",
        f"{person_id(3)},,,,",
    ]
    found = reasons.read(written(tmp_path, *lines))
    assert found[person_id(1)] == reasons.Reason(person_id(1), "dropped_out", "POVERTY", date(2022, 7, 1), "")
    assert found[person_id(2)].other_school == "1020080006"
    assert len(found) == 2


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("123,died,,2565-07-01,", "person_id"),
        (f"{person_id(1)},left,,2565-07-01,", "kind"),
        (f"{person_id(1)},dropped_out,bored,2565-07-01,", "reason"),
        (f"{person_id(1)},died,,soon,", "date"),
        (f"{person_id(1)},transferred_out,,2565-07-01,123456", "other_school"),
        (f"{person_id(2)},died,,2565-07-02,\n{person_id(2)},died,,2565-07-03,", "stands twice"),
    ],
)
def test_what_is_wrong_is_named_by_row_and_column(tmp_path, line, column):
    with pytest.raises(ThabianError, match=column) as caught:
        reasons.read(written(tmp_path, line))
    assert caught.value.code == "REASONS_INVALID"
    assert "row" in caught.value.message
    assert not [value for value in line.split(",") if len(value) > 4 and value in caught.value.message.split()]


def test_a_missing_column_is_named(tmp_path):
    with pytest.raises(ThabianError, match="no column kind"):
        reasons.read(written(tmp_path, header="person_id,reason,date,other_school"))


def test_a_file_to_fill_in_reads_as_nothing_yet(tmp_path):
    path = tmp_path / "gone.csv"
    reasons.write(path, [person_id(2), person_id(1)])
    assert reasons.read(path) == {}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
