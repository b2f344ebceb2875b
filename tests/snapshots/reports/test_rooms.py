"""A line per room, in order, that add up."""

from collections import Counter

from snapshots.reports import rooms
from snapshots.reports.scope import Scope
from snapshots.table import RowKind
from tests.snapshots.render.test_formats import version


def test_rooms_in_their_order_with_the_schools_sums() -> None:
    counts = {
        (1020080005, "04", "10"): Counter(M=1),
        (1020080005, "04", "2"): Counter(M=2, F=1),
        (1020080005, "04", "ก"): Counter(F=1),
        (1020080005, "04", ""): Counter(F=1),
        (1020080005, "01", "1"): Counter(F=4),
        (1020080006, "99", "1"): Counter({"X": 1}),
    }
    made = rooms.lay_out(counts, Scope(version()))
    assert [column.name for column in made.columns][-4:] == ["boys", "girls", "sex_X", "total"]
    lines = [(row.cells[2], row.cells[3], row.cells[-1]) for row in made.rows]
    assert lines == [
        ("อ.1", "1", 4), ("ป.1", "2", 3), ("ป.1", "10", 1), ("ป.1", "ก", 1), ("ป.1", "", 1), ("รวมโรงเรียน", "", 10),
        ("ชั้นนอกรายการ: 99", "1", 1), ("รวมโรงเรียน", "", 1), ("รวมทั้งหมด", "", 11),
    ]  # fmt: skip
    assert made.rows[-1].kind is RowKind.TOTAL
