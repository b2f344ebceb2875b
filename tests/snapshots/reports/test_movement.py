"""Movement by grade over a concrete year, and the figure that shows it."""

from datetime import date

import pytest

from snapshots.balance import Point
from snapshots.reports import movement
from snapshots.reports.scope import named
from snapshots.seal import Sealing
from snapshots.table import Steps
from tests.snapshots.histories import identity
from tests.snapshots.oracle import Event
from tests.snapshots.reports.people import ELSEWHERE, line, pupil, total, version
from tests.snapshots.sealing import OTHER, SCHOOL

pytestmark = pytest.mark.real

NOVEMBER, DECEMBER = date(2022, 11, 1), date(2022, 12, 1)
TENTH = Point(2565, date(2022, 6, 10))


def left(number: int, act: str, **more: object) -> Event:
    return Event(SCHOOL, identity(number), act, identity(500 + number), day=NOVEMBER, **more)  # type: ignore[arg-type]


def test_every_way_in_and_out_by_grade(work: Sealing) -> None:
    came = Event(
        SCHOOL,
        identity(7),
        "in",
        identity(507),
        day=NOVEMBER,
        other_school=ELSEWHERE,
        values={"grade": "05", "sex": "M"},
    )
    events = [
        *(pupil(number) for number in range(1, 7)),
        left(1, "out", other_school=OTHER),
        left(2, "out"),
        left(3, "dropped", reason="POVERTY"),
        left(4, "died"),
        Event(SCHOOL, identity(5), "changed", identity(505), day=NOVEMBER, values={"grade": "05"}),
        came,
        pupil(9, OTHER),
    ]
    whole = version(work, *events, as_of=DECEMBER)
    made = movement.table(work.warehouse, named(work.warehouse, whole.version, f"school:{SCHOOL}"), TENTH)
    first = line(made, grade="04")
    assert (first["before"], first["after"]) == (6, 1)
    assert (first["went_out_same_affiliation"], first["went_out_not_given"]) == (1, 1)
    assert (first["dropped"], first["dropped_poverty"], first["died"], first["moved_out"]) == (1, 1, 1, 1)
    assert (line(made, grade="05")["came_in_other_affiliation"], line(made, grade="05")["moved_in"]) == (1, 1)
    assert (total(made)["before"], total(made)["after"], total(made)["moved_in"]) == (6, 3, 0)
    (figure,) = made.figures
    assert isinstance(figure, Steps)
    assert sum(bar.value for bar in figure.bars[:-1]) == figure.bars[-1].value == 3
