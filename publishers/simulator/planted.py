"""Cases that are findings, each planted on purpose and written down with what must be found (issue D's rules by name)."""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from publishers.simulator.calendar import DAY_MS
from publishers.simulator.life import Life, said
from publishers.simulator.schools import School
from publishers.simulator.stories import move, opening, some_day, under_another_number

GRADE: Final = "06"
"""ป.3: every planted pupil's grade, which every school but a secondary one has, with two above and below it."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What a case may use: two schools, and another made-up person beside the pupil."""

    home: School
    other: School
    second: Life


Play = Callable[[Life, Stage], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of case: the findings it must raise, the state they end in, and how it is played."""

    findings: tuple[str, ...]
    play: Play
    state: str
    across: bool
    """Whether `other` is a school of another affiliation."""


@dataclass(frozen=True, slots=True)
class Case:
    """A case that was planted. `expected` names findings, or the outcome of a receipt; no pupil's values."""

    kind: str
    expected: Sequence[str]
    state: str
    pupils: Sequence[str]
    schools: Sequence[str]
    events: Sequence[str]


def play(name: str, life: Life, stage: Stage) -> Case:
    """Let it happen."""
    KINDS[name].play(life, stage)
    return case(name, [one for one in (life, stage.second) if one.events])


def case(name: str, lives: Sequence[Life]) -> Case:
    """What happened to these, written down."""
    kind = KINDS[name]
    events = [event for one in lives for event in one.events]
    return Case(
        kind=name,
        expected=kind.findings,
        state=kind.state,
        pupils=[one.pupil.handle for one in lives],
        schools=sorted({str(event["school_code"]) for event in events}),
        events=[str(event["event_id"]) for event in events],
    )


def _at_two_schools(life: Life, stage: Stage) -> None:
    opening(life, stage.home)
    life.enrol(stage.other, some_day(life, 1, 40), "NEW")


def _at_two_schools_for_a_while(life: Life, stage: Stage) -> None:
    _at_two_schools(life, stage)
    twice = life.decided.pop()
    life.void(twice, twice.begun)
    twice.stay.strike(life.told)


def _out_without_in(life: Life, stage: Stage) -> None:
    life.depart(opening(life, stage.home), some_day(life), stage.other)


def _in_without_out(life: Life, stage: Stage) -> None:
    forgotten = opening(life, stage.home)
    life.arrive(stage.other, some_day(life), stage.home)
    life.decided.remove(forgotten)


def _changed_after_death(life: Life, stage: Stage) -> None:
    place, day = opening(life, stage.home), some_day(life, 5, 240)
    life.die(place, day)
    life.tell("ProfileCorrected", stage.home, day + timedelta(days=20), since="EFFECTIVE_DATE", room="9")


def _passed_after_death(life: Life, stage: Stage) -> None:
    life.die(opening(life, stage.home), some_day(life))
    life.tell("YearEndDecided", stage.home, life.year.last_lesson, decision="PROMOTED", next_grade="07")


def _exit_never_entered(life: Life, stage: Stage) -> None:
    life.tell("StudentDroppedOut", stage.home, some_day(life), reason="OTHER")


def _back_after_dropping_out(life: Life, stage: Stage) -> None:
    day = some_day(life, 5, 160)
    life.drop_out(opening(life, stage.home), day, "POVERTY")
    life.enrol(stage.home, day + timedelta(days=60), "RETURNED")


def _grade_jumped(life: Life, stage: Stage) -> None:
    move(life, opening(life, stage.home), stage.other, some_day(life), grade="08")


def _grade_fell(life: Life, stage: Stage) -> None:
    move(life, opening(life, stage.home), stage.other, some_day(life), grade="05")


def _other_sex_at_the_next_school(life: Life, stage: Stage) -> None:
    sex = "F" if life.pupil.sex == "M" else "M"
    move(life, opening(life, stage.home), stage.other, some_day(life), sex=sex)


def _other_birth_date_at_the_next_school(life: Life, stage: Stage) -> None:
    born = life.pupil.birth_date + timedelta(days=31)
    move(life, opening(life, stage.home), stage.other, some_day(life), birth_date=born)


def _too_old_for_the_grade(life: Life, stage: Stage) -> None:
    born = life.pupil.birth_date
    opening(life, stage.home, birth_date=born.replace(year=born.year - 8, day=1))


def _one_student_number_twice(life: Life, stage: Stage) -> None:
    place = opening(life, stage.home)
    opening(stage.second, stage.home, student_number=place.begun["student_number"])


def _one_person_under_two_ids(life: Life, stage: Stage) -> None:
    opening(life, stage.home)
    stage.second.pupil = replace(life.pupil, handle=stage.second.pupil.handle, person_id=stage.second.pupil.person_id)
    opening(stage.second, stage.other)


def _two_persons_under_one_id(life: Life, stage: Stage) -> None:
    opening(life, stage.home)
    stage.second.person_id = life.person_id
    stage.second.pupil = replace(stage.second.pupil, sex=life.pupil.sex)
    born = life.pupil.birth_date + timedelta(days=100)
    opening(stage.second, stage.other, birth_date=born)


def _voided_by_another_school(life: Life, stage: Stage) -> None:
    place = opening(life, stage.home)
    life.tell("EventVoided", stage.other, some_day(life, 30), voids=place.begun["event_id"])


def _entered_under_another_number(life: Life, stage: Stage) -> None:
    under_another_number(life, stage.home)


def _entered_twice(life: Life, stage: Stage) -> None:
    place = opening(life, stage.home)
    life.tell("StudentEnrolled", stage.home, some_day(life, 30), **said(place.begun))


def _left_twice_under_the_old_number(life: Life, stage: Stage) -> None:
    old, place, day = life.person_id, opening(life, stage.home), some_day(life, 30, 200)
    life.replace_number(place, day, life.pupil.spare_id)
    life.person_id = old
    life.drop_out(place, day + timedelta(days=10), "OTHER")
    life.tell("StudentDroppedOut", stage.home, day + timedelta(days=20), reason="OTHER")


def _left_twice_at_one_moment(life: Life, stage: Stage) -> None:
    left = life.drop_out(opening(life, stage.home), some_day(life), "OTHER")
    again = left | {"event_id": life.diary.event_id(life.told)}
    life.diary.send(life.told, "StudentDroppedOut", again)
    life.events.append(again)


def _passed_after_dropping_out(life: Life, stage: Stage) -> None:
    life.drop_out(opening(life, stage.home), some_day(life), "OTHER")
    life.tell("YearEndDecided", stage.home, life.year.last_lesson, decision="PROMOTED", next_grade="07")


def _corrected_before_the_entry(life: Life, stage: Stage) -> None:
    day = some_day(life, 30)
    life.enrol(stage.home, day, "NEW")
    life.tell("ProfileCorrected", stage.home, day - timedelta(days=10), since="ENTRY", room="9")


def _sent_again_with_other_content(life: Life, stage: Stage) -> None:
    place = opening(life, stage.home)
    life.diary.resend(life.told + 5 * DAY_MS, "StudentEnrolled", place.begun | {"grade": "07"})


_PLAYS: Final[Mapping[str, Play]] = MappingProxyType(
    {
        "at_two_schools": _at_two_schools,
        "at_two_schools_for_a_while": _at_two_schools_for_a_while,
        "at_two_affiliations": _at_two_schools,
        "at_two_affiliations_for_a_while": _at_two_schools_for_a_while,
        "out_without_in": _out_without_in,
        "in_without_out": _in_without_out,
        "changed_after_death": _changed_after_death,
        "passed_after_death": _passed_after_death,
        "exit_never_entered": _exit_never_entered,
        "back_after_dropping_out": _back_after_dropping_out,
        "grade_jumped": _grade_jumped,
        "grade_fell": _grade_fell,
        "other_sex_at_the_next_school": _other_sex_at_the_next_school,
        "other_birth_date_at_the_next_school": _other_birth_date_at_the_next_school,
        "too_old_for_the_grade": _too_old_for_the_grade,
        "one_student_number_twice": _one_student_number_twice,
        "one_person_under_two_ids": _one_person_under_two_ids,
        "two_persons_under_one_id": _two_persons_under_one_id,
        "voided_by_another_school": _voided_by_another_school,
        "entered_under_another_number": _entered_under_another_number,
        "entered_twice": _entered_twice,
        "left_twice_under_the_old_number": _left_twice_under_the_old_number,
        "left_twice_at_one_moment": _left_twice_at_one_moment,
        "passed_after_dropping_out": _passed_after_dropping_out,
        "corrected_before_the_entry": _corrected_before_the_entry,
        "sent_again_with_other_content": _sent_again_with_other_content,
    }
)


def _kinds() -> Mapping[str, Kind]:
    text = (files("publishers") / "simulator" / "planted.csv").read_text(encoding="utf-8")
    return {
        row["kind"]: Kind(tuple(row["findings"].split("|")), _PLAYS[row["kind"]], row["state"], bool(row["across"]))
        for row in csv.DictReader(text.splitlines())
    }


KINDS: Final[Mapping[str, Kind]] = MappingProxyType(_kinds())
"""By name, from planted.csv, which says what each must raise."""


def names(affiliations: int, schools: int) -> list[str]:
    """The kinds that can be played with so many."""
    return [name for name, kind in KINDS.items() if schools > 1 and (affiliations > 1 or not kind.across)]
