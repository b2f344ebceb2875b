"""What a school decides for a pupil at the year's end (domain 3.4): passes, repeats, graduates; put off, or forgotten."""

from typing import Final

from publishers.simulator import chances
from publishers.simulator.life import Life, Place

_DECISIONS: Final = chances.Table.of(chances.DECISIONS)


def decide(life: Life, place: Place) -> None:
    """One school's decision for one pupil on its roll."""
    decision = _DECISIONS.choose(life.chance)
    if decision == "deferred":
        life.tell("DischargeDeferred", place.school, life.year.last_lesson)
    if decision.startswith("repeats"):
        _goes_on(life, place, "REPEATS", None)
    if decision.endswith("goes_on"):
        _passes(life, place)


def _passes(life: Life, place: Place) -> None:
    grade = place.stay.this_year()[-1].grade
    if grade != place.school.grades[-1]:
        _goes_on(life, place, "PROMOTED", f"{int(grade) + 1:02}")
        return
    destinations = chances.destinations(grade)
    fields = {"destination": life.chance.choice(destinations)} if destinations else {}
    life.tell("StudentGraduated", place.school, life.year.last_lesson, **fields)
    place.stay.end_with_the_year(life.told)


def _goes_on(life: Life, place: Place, decision: str, next_grade: str | None) -> None:
    life.tell("YearEndDecided", place.school, life.year.last_lesson, decision=decision, next_grade=next_grade)
    place.stay.go_on(life.told, next_grade)
