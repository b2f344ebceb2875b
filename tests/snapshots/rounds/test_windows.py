"""Windows move for one area, or one school, without touching the others."""

from snapshots import calendars
from snapshots.moments import parse_moment
from snapshots.rounds import windows
from snapshots.rounds.state import fold
from tests.snapshots.rounds.acts import A, B, act, opened, walk

ROUND = calendars.find_round("bangkok-1-2565")
LATE, OTHER = "สำนักงานเขตลาดกระบัง", "สำนักงานเขตพระนคร"
TENTH, THIRTEENTH = parse_moment("2565-06-10 24:00"), parse_moment("2565-06-13 16:30")


def moved(*schools, names=("certify",), to=THIRTEENTH, **fields):
    return act("window", "bureau", *schools, windows=names, ends_at=to, **fields)


def ends(state, name="certify", area="", school=None):
    return windows.window(ROUND, state, name, area, school).ends


def test_a_late_district_has_time_and_the_others_have_not():
    state = fold([opened(), moved(area=LATE)])
    assert ends(state, area=LATE) == ends(state, area=LATE, school=A) == THIRTEENTH
    assert ends(state) == ends(state, area=OTHER) == ends(state, "confirm", area=LATE) == TENTH
    assert windows.window(ROUND, state, "certify", LATE).begins == ROUND.windows["certify"].begins
    assert windows.next_deadline(ROUND, state, TENTH) == (THIRTEENTH, "certify", LATE)


def test_one_school_has_time():
    state = fold([opened(), moved((A, ""))])
    assert ends(state, school=A) == THIRTEENTH
    assert ends(state, school=B) == TENTH


def test_the_last_move_counts():
    state = fold([opened(), moved(area=LATE), moved(to=THIRTEENTH + 1)])
    assert ends(state, area=LATE) == ends(state) == THIRTEENTH + 1
    state = fold([opened(), moved(to=THIRTEENTH + 1), moved(area=LATE)])
    assert (ends(state, area=LATE), ends(state)) == (THIRTEENTH, THIRTEENTH + 1)


def test_only_an_open_rounds_windows_move_and_by_the_bureau_alone():
    assert ends(fold([moved()])) == TENTH
    assert ends(fold([opened(), act("window", "director", windows=("certify",), ends_at=THIRTEENTH)])) == TENTH


def test_the_cut_is_the_calendars_until_it_is_moved():
    assert windows.known_at(ROUND, fold([opened()])) == parse_moment("2565-06-15 24:00")
    assert windows.known_at(ROUND, fold([opened(), moved(names=("cut",), area=LATE)])) == THIRTEENTH


def test_a_reopened_round_has_a_new_cut_and_may_be_closed_after_it():
    until = parse_moment("2565-08-20")
    names = ("confirm", "certify", "acknowledge", "close", "cut")
    acts = [opened(), *walk("CERTIFIED"), act("close", "bureau")]
    state = fold([*acts, act("reopen", "bureau", (A, ""), windows=names, ends_at=until, reason="x")])
    assert windows.known_at(ROUND, state) == until
    assert (ends(state, school=A), ends(state, school=B)) == (until, TENTH)
    assert ends(state, "close") > until
    assert windows.next_deadline(ROUND, state, until - 1)[0] == until


def test_what_the_calendar_has_no_window_for_may_be_done_at_any_time():
    assert windows.window(calendars.find_round("chiang-rai-2556/1-1"), fold([opened()]), "close") is None


def test_no_other_act_moves_windows():
    """A director who gives the school's data back gives it no time, and a school's act never moves the round's."""
    confirmed = [opened(), *walk("CONFIRMED")]
    for role, moved in (("director", set()), ("district", set()), ("bureau", {("certify", f"{A:010}")})):
        back = act("return", role, (A, ""), windows=("certify", "cut"), ends_at=THIRTEENTH, reason="x")
        state = fold([*confirmed, back])
        assert (state.school(A).state, set(state.moved)) == ("RETURNED", moved)
