"""What happens to a pupil in a year, each story by its name in `chances.PER_THOUSAND`. None of it is a finding, unless
planted.csv has a kind of that name.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from publishers.simulator import chances
from publishers.simulator.life import Life, Place
from publishers.simulator.schools import School

_EDGES: Final = (25, 26, 178, 179)
"""10 and 11 June, 10 and 11 November, in days after 16 May: what happens on a census day is where counts go wrong."""
_LAST: Final = 285
"""25 February: schools are open."""
_REASONS: Final = chances.Table.of(chances.DROPOUT_REASONS)
_DISADVANTAGES: Final = chances.Table.of(chances.DISADVANTAGES)
_DISABILITIES: Final = chances.Table.of(chances.DISABILITIES)
_BOARDINGS: Final = chances.Table.of(chances.BOARDINGS)


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a story plays: the pupil's school, and the others a pupil of that grade could move to."""

    home: School
    near: Sequence[School]
    """Of the same affiliation."""
    far: Sequence[School]
    """Of another one."""


Story = Callable[[Life, Scene], None]


def opening(life: Life, home: School, **other: object) -> Place:
    """On the roll from the year's first day, entered between 17 May and 10 June, or late."""
    chance = life.chance
    is_new = life.pupil.grade in (home.grades[0], "10")
    delay = 1 + int(chance.random() * 25) if chance.random() > 0.02 else 26 + int(chance.random() * 80)
    given = {
        "disadvantage": _DISADVANTAGES.choose(chance),
        "disability": _DISABILITIES.choose(chance),
        "boarding": _BOARDINGS.choose(chance),
    }
    listed = {name: code for name, code in given.items() if code}
    return life.enrol(home, life.year.first, "NEW" if is_new else "OPENING", delay, **(listed | other))


def some_day(life: Life, first: int = 5, last: int = _LAST) -> date:
    """A day of the year, more often than by chance the day before, at or after a census."""
    edges = [edge for edge in _EDGES if first <= edge < last]
    if edges and life.chance.random() < 0.15:
        return life.year.day(life.chance.choice(edges))
    return life.year.day(first + int(life.chance.random() * (last - first)))


def move(life: Life, place: Place, to: School, day: date, **other: object) -> Place:
    """Out of one school and into another, which may tell it first, on that day or a few later."""
    arrives = day + timedelta(days=life.chance.choice((0, 0, 1, 3, 7)))
    if life.chance.random() < 0.4:
        arrived = life.arrive(to, arrives, place.school, **other)
        life.depart(place, day, to)
        return arrived
    life.depart(place, day, to)
    return life.arrive(to, arrives, place.school, **other)


def under_another_number(life: Life, home: School) -> None:
    """Entered under a wrongly typed number, and put right as semantics 5.2 says."""
    life.person_id = life.pupil.spare_id
    place = opening(life, home)
    life.person_id = life.pupil.person_id
    life.enrol_again(place)


def _stayed(life: Life, scene: Scene) -> None:
    opening(life, scene.home)


def _moved(life: Life, scene: Scene) -> None:
    place = opening(life, scene.home)
    if scene.near:
        move(life, place, life.chance.choice(scene.near), some_day(life))


def _moved_to_another_affiliation(life: Life, scene: Scene) -> None:
    place = opening(life, scene.home)
    if scene.far:
        move(life, place, life.chance.choice(scene.far), some_day(life))


def _moved_twice(life: Life, scene: Scene) -> None:
    place = opening(life, scene.home)
    if len(scene.near) > 1:
        first, second = life.chance.sample(scene.near, 2)
        place = move(life, place, first, some_day(life, 5, 120))
        move(life, place, second, some_day(life, 140))


def _came_back(life: Life, scene: Scene) -> None:
    place = opening(life, scene.home)
    if scene.near:
        place = move(life, place, life.chance.choice(scene.near), some_day(life, 5, 120))
        move(life, place, scene.home, some_day(life, 140))


def _enrolled_later(life: Life, scene: Scene) -> None:
    life.enrol(scene.home, some_day(life), "NEW")


def _dropped_out(life: Life, scene: Scene) -> None:
    life.drop_out(opening(life, scene.home), some_day(life), _REASONS.choose(life.chance))


def _died(life: Life, scene: Scene) -> None:
    life.die(opening(life, scene.home), some_day(life))


def _birth_date_was_wrong(life: Life, scene: Scene) -> None:
    wrong = life.pupil.birth_date + timedelta(days=life.chance.choice((-1, 1, 10, 31)))
    place = opening(life, scene.home, birth_date=wrong)
    life.correct(place, some_day(life), birth_date=life.pupil.birth_date)


def _sex_was_wrong(life: Life, scene: Scene) -> None:
    place = opening(life, scene.home, sex="F" if life.pupil.sex == "M" else "M")
    life.correct(place, some_day(life), sex=life.pupil.sex)


def _grade_was_wrong(life: Life, scene: Scene) -> None:
    place = opening(life, scene.home, grade=life.chance.choice(scene.home.grades))
    life.correct(place, some_day(life), grade=life.pupil.grade)


def _name_was_wrong(life: Life, scene: Scene) -> None:
    place = opening(life, scene.home, last_name=life.pupil.last_name + "กา")
    life.correct(place, some_day(life), last_name=life.pupil.last_name)


def _changed_room(life: Life, scene: Scene) -> None:
    place = opening(life, scene.home)
    life.change(place, some_day(life), room=scene.home.room(life.chance.random()))


def _changed_grade(life: Life, scene: Scene) -> None:
    place = opening(life, scene.home)
    at = scene.home.grades.index(life.pupil.grade)
    if at + 1 < len(scene.home.grades):
        life.change(place, some_day(life), grade=scene.home.grades[at + 1])


def _entered_in_another_grade(life: Life, scene: Scene) -> None:
    place = opening(life, scene.home, grade=life.chance.choice(scene.home.grades))
    life.enrol_again(place, grade=life.pupil.grade)


def _entered_under_another_number(life: Life, scene: Scene) -> None:
    under_another_number(life, scene.home)


def _never_came(life: Life, scene: Scene) -> None:
    place = opening(life, scene.home)
    life.void(place, place.begun)
    place.stay.strike(life.told)
    life.decided.remove(place)


def _dropout_was_a_move(life: Life, scene: Scene) -> None:
    place, day = opening(life, scene.home), some_day(life)
    if not scene.near:
        return
    to = life.chance.choice(scene.near)
    wrong = life.drop_out(place, day, "OTHER")
    life.tell("StudentTransferredOut", scene.home, day, to_school=to.code, replaces=wrong["event_id"])
    life.arrive(to, day, scene.home)


def _dropout_was_none(life: Life, scene: Scene) -> None:
    place = opening(life, scene.home)
    wrong = life.drop_out(place, some_day(life), _REASONS.choose(life.chance))
    life.void(place, wrong)
    place.stay.take_back(life.told)
    life.decided.append(place)


def _got_a_number(life: Life, scene: Scene) -> None:
    place = opening(life, scene.home)
    if life.chance.random() < chances.G_GETS_A_NUMBER:
        day = some_day(life, 30, 150)
        life.replace_number(place, day, life.pupil.spare_id)
        if scene.near and life.chance.random() < 0.3:
            move(life, place, life.chance.choice(scene.near), some_day(life, 160))


STORIES: Final[Mapping[str, Story]] = MappingProxyType(
    {
        "stayed": _stayed,
        "moved": _moved,
        "moved_to_another_affiliation": _moved_to_another_affiliation,
        "moved_twice": _moved_twice,
        "came_back": _came_back,
        "enrolled_later": _enrolled_later,
        "dropped_out": _dropped_out,
        "died": _died,
        "birth_date_was_wrong": _birth_date_was_wrong,
        "sex_was_wrong": _sex_was_wrong,
        "grade_was_wrong": _grade_was_wrong,
        "name_was_wrong": _name_was_wrong,
        "changed_room": _changed_room,
        "changed_grade": _changed_grade,
        "entered_in_another_grade": _entered_in_another_grade,
        "entered_under_another_number": _entered_under_another_number,
        "never_came": _never_came,
        "dropout_was_a_move": _dropout_was_a_move,
        "dropout_was_none": _dropout_was_none,
        "got_a_number": _got_a_number,
    }
)
