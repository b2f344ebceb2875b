"""What `thabian snapshot explain` says of a cell is the number that stands in it."""

import io
from types import SimpleNamespace

from snapshots.explain import CellFilter, ExplainedPupil
from snapshots.fold import rules_digest
from thabian.commands import snapshot_explain


def first_line(cell):
    pupils = [ExplainedPupil(1, bytes(16), values, ()) for values in ({"grade": "04"}, {"grade": "03"}, None)]
    stream = io.BytesIO()
    snapshot_explain._print(pupils, cell, SimpleNamespace(version="2565-1-ab", rules=rules_digest()), stream)
    return stream.getvalue().decode().splitlines()[0]


def test_a_pupil_counted_in_another_cell_is_not_counted_in_this_one(monkeypatch):
    monkeypatch.setattr(snapshot_explain, "_values", lambda pupil: pupil.sealed)
    assert first_line(CellFilter(grade="04")) == "2565-1-ab: 1 of 3 pupils counted in the cell"
    assert first_line(CellFilter()) == "2565-1-ab: 2 of 3 pupils on the roll"
