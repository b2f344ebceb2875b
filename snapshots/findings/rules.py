"""The rules of docs/findings.md in SQL: a second implementation, which the stream is compared with."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Final

from snapshots.findings.found import Found, made_of
from snapshots.findings.ground import Ground, ground
from snapshots.fold import steps
from snapshots.log_ends import Cut
from warehouse.interface import Row, Warehouse

_BY_PUPIL: Final = steps("findings/sql/rules")
_WHOLE: Final = steps("findings/sql/whole")

RULES: Final = {
    "active_at_two": ("ACTIVE_AT_TWO_SCHOOLS", "ACTIVE_AT_TWO_AFFILIATIONS"),
    "active_after_death": ("ACTIVE_AFTER_DEATH",),
    "event_after_death": ("EVENT_AFTER_DEATH",),
    "exit_never_entered": ("EXIT_NEVER_ENTERED",),
    "reentry_after_dropout": ("REENTRY_AFTER_DROPOUT",),
    "out_without_in": ("OUT_WITHOUT_IN",),
    "in_without_out": ("IN_WITHOUT_OUT",),
    "grades": ("GRADE_BACKWARDS", "GRADE_JUMP"),
    "age_outside_grade": ("AGE_OUTSIDE_GRADE",),
    "told_apart": ("SEX_CHANGED", "BIRTH_DATE_CHANGED"),
    "entry_while_on_roll": ("ENTRY_WHILE_ON_ROLL",),
    "exit_of_ended_stay": ("EXIT_OF_ENDED_STAY",),
    "moves_tied": ("MOVES_TIED",),
    "decision_off_roll": ("DECISION_OFF_ROLL",),
    "correction_without_stay": ("CORRECTION_WITHOUT_STAY",),
    "student_number_twice": ("STUDENT_NUMBER_TWICE",),
    "void_of_another_school": ("VOID_OF_ANOTHER_SCHOOL",),
    "void_of_another_person": ("VOID_OF_ANOTHER_PERSON",),
    "identity_not_followed": ("IDENTITY_NOT_FOLLOWED",),
}
"""The codes each file of snapshots/findings/sql finds."""

CODES: Final = tuple(code for codes in RULES.values() for code in codes)
"""What stream and SQL both find."""


def open_findings(
    warehouse: Warehouse, cut: Cut, day: date, grace_days: int, codes: Collection[str] | None = None
) -> list[Found]:
    """Every finding whose condition holds for the events below a cut on a day in Bangkok, sorted; codes None: all CODES."""
    wanted = CODES if codes is None else codes
    with ground(warehouse, cut, day, grace_days) as prepared:
        rules = [rule for rule, found in RULES.items() if not set(found).isdisjoint(wanted)]
        found = {made for rule in rules for made in made_of(_rows(prepared, rule))}
    return sorted(made for made in found if made.code in wanted)


def _rows(prepared: Ground, rule: str) -> Iterable[Row]:
    if rule in _BY_PUPIL:
        return prepared.rows_by_pupil(_BY_PUPIL[rule])
    if rule == "student_number_twice":
        return prepared.rows_by_school(_WHOLE[rule])
    return prepared.rows(_WHOLE[rule])
