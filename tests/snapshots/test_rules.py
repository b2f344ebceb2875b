"""Each rule of semantics 5 with a concrete history that goes wrong without it. The SQL's answer, and the oracle's."""

from collections.abc import Callable
from datetime import date

import pytest

from tests.snapshots.histories import fold, identity, numbered, store
from tests.snapshots.oracle import Event, Values, census
from warehouse.interface import Warehouse

pytestmark = pytest.mark.real

SCHOOL, OTHER = 1020080005, 1020080006
NIT, NOI = identity(0x01_00), identity(0x02_00)  # the greater one is less as a little-endian number
MAY, JUNE, TENTH = date(2022, 5, 16), date(2022, 6, 1), date(2022, 6, 10)

Roll = Callable[..., dict[tuple[int, bytes], Values]]


@pytest.fixture
def roll(warehouse: Warehouse) -> Roll:
    """The roll that events, appended in the order given, lead to."""

    def folded(*events: Event, year: int = 2565, day: date = TENTH) -> dict[tuple[int, bytes], Values]:
        log = numbered(events)
        warehouse.execute("TRUNCATE TABLE change_log")
        store(warehouse, log)
        found = fold(warehouse, year, day)
        assert found == census(log, year, day, {("student-changes.a", 0): len(log)})
        return found

    return folded


def event(act: str, number: int, day: date = MAY, person: bytes = NIT, school: int = SCHOOL, **more: object) -> Event:
    """Event `number`, of pupil Nit unless said otherwise; any other field, or an attribute."""
    fields = {
        name: more.pop(name) for name in ("year", "recorded_at", "replaces", "voids", "new_person") if name in more
    }
    return Event(school, person, act, identity(number), day=day, values=more, **fields)  # type: ignore[arg-type]


def enter(number: int, day: date = MAY, **more: object) -> Event:
    return event("enrolled", number, day, **{"grade": "04", "sex": "F", "room": "1", **more})  # type: ignore[arg-type]


def only(found: dict[tuple[int, bytes], Values]) -> Values:
    """The values of the one pupil on the roll."""
    ((_, values),) = found.items()
    return values


def test_2_4_of_two_copies_the_first_in_the_log_counts(roll: Roll) -> None:
    assert only(roll(enter(1, room="1"), enter(1, room="2")))["room"] == "1"


def test_2_4_the_same_id_at_another_school_is_another_event(roll: Roll) -> None:
    assert len(roll(enter(1), enter(1, school=OTHER))) == 2


def test_5_1_a_row_stored_twice_is_one_row(warehouse: Warehouse, roll: Roll) -> None:
    # The second row of the first entry would be a "later entry" and win over the correction since ENTRY.
    log = numbered([enter(1, room="1"), event("mended", 2, JUNE, room="9")])
    warehouse.execute("TRUNCATE TABLE change_log")
    store(warehouse, log)
    store(warehouse, log)
    assert only(fold(warehouse, 2565, TENTH))["room"] == "9"


def test_5_1_what_lies_outside_the_cut_is_not_known(warehouse: Warehouse, roll: Roll) -> None:
    warehouse.execute("TRUNCATE TABLE change_log")
    store(warehouse, numbered([enter(1), event("void", 2, voids=identity(1))]))
    assert len(fold(warehouse, 2565, TENTH, {("student-changes.a", 0): 1})) == 1
    assert fold(warehouse, 2565, TENTH, {("student-changes.a", 0): 2}) == {}
    assert fold(warehouse, 2565, TENTH, {}) == {}


def test_5_2_a_void_removes_whatever_the_dates(roll: Roll) -> None:
    assert roll(enter(1), event("void", 2, date(2023, 3, 1), voids=identity(1))) == {}


def test_5_2_a_replacement_removes_and_counts_in_one_step(roll: Roll) -> None:
    assert only(roll(enter(1, grade="04"), enter(2, grade="05", replaces=identity(1))))["grade"] == "05"


def test_5_2_removal_is_one_step_not_recursive(roll: Roll) -> None:
    # 3 removes 2; that 2 is gone does not bring back 1.
    assert roll(enter(1), event("changed", 2, JUNE, replaces=identity(1)), event("void", 3, voids=identity(2))) == {}


def test_5_2_a_void_cannot_be_voided(roll: Roll) -> None:
    assert roll(enter(1), event("void", 2, voids=identity(1)), event("void", 3, voids=identity(2))) == {}


def test_5_2_an_event_that_names_itself_stays(roll: Roll) -> None:
    assert len(roll(enter(1, replaces=identity(1)))) == 1


def test_5_2_another_schools_event_is_out_of_reach(roll: Roll) -> None:
    assert len(roll(enter(1), event("void", 2, school=OTHER, voids=identity(1)))) == 1


def test_5_2_a_wrongly_typed_number_is_replaced_across_persons(roll: Roll) -> None:
    assert list(roll(enter(1), enter(2, person=NOI, replaces=identity(1)))) == [(SCHOOL, NOI)]


def test_5_3_a_replaced_number_is_one_person(roll: Roll) -> None:
    found = roll(enter(1), event("identity", 2, school=OTHER, new_person=NOI), enter(3, JUNE, person=NOI, room="2"))
    assert found == {(SCHOOL, NOI): {"grade": "04", "sex": "F", "room": "2"}}


def test_5_3_two_live_targets_are_not_followed(roll: Roll) -> None:
    third = identity(3)
    replaced = [event("identity", 2, new_person=NOI), event("identity", 3, new_person=third)]
    assert list(roll(enter(1), *replaced)) == [(SCHOOL, NIT)]
    assert list(roll(enter(1), *replaced, event("void", 4, voids=identity(3)))) == [(SCHOOL, NOI)]


def test_5_3_a_cycle_is_not_followed_what_leads_to_it_is(roll: Roll) -> None:
    third = identity(3)
    cycle = [event("identity", 2, new_person=NOI), event("identity", 3, person=NOI, new_person=NIT)]
    leads = event("identity", 4, person=third, new_person=NIT)
    assert sorted(roll(enter(1, person=third), *cycle, leads)) == [(SCHOOL, NIT)]
    assert sorted(roll(enter(1), enter(5, person=NOI), *cycle)) == sorted([(SCHOOL, NIT), (SCHOOL, NOI)])


def test_5_3_an_exit_under_a_replaced_number_closes_that_stay_alone(roll: Roll) -> None:
    both = [enter(1), enter(2, person=NOI), event("identity", 3, new_person=NOI)]
    assert len(roll(*both, event("out", 4, JUNE))) == 1
    assert len(roll(*both, event("out", 4, JUNE), event("out", 5, JUNE))) == 1  # over already: nothing
    assert roll(*both, event("out", 4, JUNE, person=NOI)) == {}  # under the last number: all
    assert roll(enter(2, person=NOI), both[2], event("out", 4, JUNE)) == {}  # never a stay under it: all


def test_5_4_an_exits_day_is_the_first_not_counted(roll: Roll) -> None:
    assert roll(enter(1), event("out", 2, TENTH)) == {}
    assert len(roll(enter(1), event("out", 2, date(2022, 6, 11)))) == 1


def test_5_4_the_day_counted_is_inclusive(roll: Roll) -> None:
    assert len(roll(enter(1, TENTH))) == 1
    assert roll(enter(1, date(2022, 6, 11))) == {}


def test_5_4_same_day_the_entry_stands_before_the_exit(roll: Roll) -> None:
    assert roll(event("out", 1, TENTH), enter(2, TENTH)) == {}


def test_5_4_same_day_recorded_later_is_later(roll: Roll) -> None:
    assert len(roll(event("out", 1, TENTH, recorded_at=1), enter(2, TENTH, recorded_at=2))) == 1


def test_5_4_a_tie_is_settled_by_the_ids_bytes(roll: Roll) -> None:
    # 0x0100 > 0x00ff as bytes; a little-endian reading would say the opposite.
    assert only(roll(enter(0x0100, room="later"), enter(0x00FF, room="first")))["room"] == "later"


def test_5_4_a_double_entry_is_one_pupil_and_its_values_count(roll: Roll) -> None:
    assert only(roll(enter(1, room="1"), event("in", 2, JUNE, room="2"))) == {"grade": "04", "sex": "F", "room": "2"}


def test_5_4_at_two_schools_a_pupil_is_on_both_rolls(roll: Roll) -> None:
    assert len(roll(enter(1), enter(2, school=OTHER), event("died", 3, JUNE, school=OTHER))) == 1


def test_5_4_years_go_before_days(roll: Roll) -> None:
    # An entry of the next academic year stands after this year's exit, though its day is earlier.
    late = [event("out", 1, date(2023, 4, 30)), enter(2, date(2023, 4, 1), year=2566)]
    assert len(roll(*late, year=2566, day=date(2023, 6, 10))) == 1
    assert roll(*late) == {}


def test_5_5_a_stay_ends_with_its_year(roll: Roll) -> None:
    assert roll(enter(1), year=2566, day=date(2023, 6, 10)) == {}


def test_5_5_promoted_goes_on_in_the_next_grade_whatever_the_decisions_day(roll: Roll) -> None:
    promoted = event("promoted", 2, date(2022, 5, 1), grade="05")
    assert only(roll(enter(1), promoted, year=2566, day=date(2023, 5, 16)))["grade"] == "05"
    assert only(roll(enter(1), promoted))["grade"] == "04"


def test_5_5_the_last_recorded_decision_wins(roll: Roll) -> None:
    decisions = [
        event("promoted", 2, date(2023, 3, 31), recorded_at=1, grade="05"),
        event("graduated", 3, date(2023, 3, 1), recorded_at=2),
    ]
    assert roll(enter(1), *decisions, year=2566, day=date(2023, 6, 10)) == {}


def test_5_5_graduated_and_deferred_are_on_the_roll_until_the_years_end(roll: Roll) -> None:
    graduated = event("graduated", 2, date(2022, 5, 20))
    assert len(roll(enter(1), graduated)) == 1


def test_5_6_since_entry_mends_the_entry_and_later_values_still_win(roll: Roll) -> None:
    mended = event("mended", 3, date(2022, 8, 1), room="9", sex="M")
    values = only(roll(enter(1, room="1"), event("changed", 2, JUNE, room="2"), mended))
    assert (values["room"], values["sex"]) == ("2", "M")


def test_5_6_since_entry_is_not_bounded_by_the_day_but_since_that_day_is(roll: Roll) -> None:
    after = date(2022, 7, 1)
    assert only(roll(enter(1, room="1"), event("mended", 2, after, room="9")))["room"] == "9"
    assert only(roll(enter(1, room="1"), event("changed", 2, after, room="9")))["room"] == "1"


def test_5_6_since_entry_mends_the_stay_it_stands_in_not_an_earlier_one(roll: Roll) -> None:
    again = [
        event("out", 2, date(2022, 7, 1)),
        enter(3, date(2022, 8, 1)),
        event("mended", 4, date(2022, 9, 1), room="9"),
    ]
    assert only(roll(enter(1, room="1"), *again))["room"] == "1"
    assert only(roll(enter(1, room="1"), *again, day=date(2022, 8, 1)))["room"] == "9"


def test_5_6_since_entry_after_the_exit_mends_the_last_stay_before_it(roll: Roll) -> None:
    gone = [event("out", 2, date(2022, 7, 1)), event("mended", 3, date(2022, 7, 2), room="9")]
    assert only(roll(enter(1, room="1"), *gone))["room"] == "9"


def test_5_6_a_new_stay_knows_nothing_of_the_old_one(roll: Roll) -> None:
    again = event("in", 3, JUNE, grade="05", sex="F")
    assert only(roll(enter(1, room="7"), event("out", 2, date(2022, 5, 20)), again)) == {"grade": "05", "sex": "F"}


def test_5_6_null_is_unchanged_and_empty_clears(roll: Roll) -> None:
    assert only(roll(enter(1, room="7"), event("changed", 2, JUNE, boarding="1")))["room"] == "7"
    assert "room" not in only(roll(enter(1, room="7"), event("changed", 2, JUNE, room="")))


def test_5_6_next_grade_counts_before_what_the_new_year_says(roll: Roll) -> None:
    promoted = event("promoted", 2, date(2023, 3, 31), grade="05")
    moved = event("changed", 3, date(2023, 5, 16), year=2566, grade="06")
    assert only(roll(enter(1), promoted, moved, year=2566, day=date(2023, 6, 10)))["grade"] == "06"


def test_5_6_a_change_of_the_old_year_does_not_undo_next_grade(roll: Roll) -> None:
    # Recorded and effective after the decision, but of the old year: the year's end comes later.
    promoted = event("promoted", 2, date(2022, 5, 17), grade="05")
    changed = event("changed", 3, date(2023, 3, 1), grade="03")
    assert only(roll(enter(1), promoted, changed, year=2566, day=date(2023, 6, 10)))["grade"] == "05"


def test_5_6_a_code_outside_the_list_is_kept_as_sent(roll: Roll) -> None:
    assert only(roll(enter(1, grade="ม.7", sex="X")))["grade"] == "ม.7"


@pytest.mark.parametrize(
    "text", ["1234567", "12345678", "123456789", "ห้องเรียนพิเศษ", "ศิลป์-ฝรั่งเศส 2", "a\0", "\0", " ", "ÿ" * 4]
)
def test_5_6_any_text_comes_out_as_it_went_in(roll: Roll, text: str) -> None:
    """The walk carries texts as numbers."""
    names = ("room", "student_number", "disadvantage", "disability", "boarding")
    found = roll(enter(1, **dict.fromkeys(names, text)), event("changed", 2, JUNE, room=f"{text}x"))
    assert only(found) | {"room": text} == only(found) | dict.fromkeys(names, text)
    assert only(found)["room"] == f"{text}x"
