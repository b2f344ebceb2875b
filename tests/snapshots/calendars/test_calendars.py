"""Both letters, row by row, as they were sent; and what the proof-reader finds in a calendar that is wrong."""

import dataclasses

import pytest

from schemas.errors import ThabianError
from snapshots import calendars
from snapshots.calendars import Window, check
from snapshots.moments import format_minute, parse_moment

BANGKOK = """
1|1 ม.ค. 2565|30 ก.ย. 2565|
2|1 ม.ค. 2565|30 มิ.ย. 2565|
3|17 พ.ค. 2565|10 มิ.ย. 2565|record
4|17 พ.ค. 2565|10 มิ.ย. 2565|confirm,certify
5|10 มิ.ย. 2565|15 มิ.ย. 2565|acknowledge
6|11 มิ.ย. 2565|25 มิ.ย. 2565|close
7|25 มิ.ย. 2565|30 มิ.ย. 2565|
8|1 ส.ค. 2565|15 ส.ค. 2565|
9|6 ก.ค. 2565|20 ก.ค. 2565|
10|1 ส.ค. 2565|30 ส.ค. 2565|
11|16 ก.ย. 2565|30 ก.ย. 2565|
"""
CHIANG_RAI = """
ต้นปีการศึกษา 1|13 มิ.ย. 2556|14 มิ.ย. 2556|
ต้นปีการศึกษา 2|10 มิ.ย. 2556|25 มิ.ย. 2556|record
ต้นปีการศึกษา 3|10 มิ.ย. 2556|25 มิ.ย. 2556|
ต้นปีการศึกษา 4|10 มิ.ย. 2556|25 มิ.ย. 2556|confirm,certify,acknowledge
ต้นปีการศึกษา 5|1 ก.ค. 2556|5 ก.ค. 2556|record,confirm,certify,acknowledge
ต้นปีการศึกษา 6|10 ต.ค. 2556|10 ต.ค. 2556|
ต้นปีการศึกษา 7|10 ต.ค. 2556|10 ต.ค. 2556|
ภาคเรียนที่ 2 1|10 พ.ย. 2556|20 พ.ย. 2556|record
ภาคเรียนที่ 2 2|10 พ.ย. 2556|20 พ.ย. 2556|confirm,certify,acknowledge
สิ้นปีการศึกษา 1|1 เม.ย. 2557|15 เม.ย. 2557|record
สิ้นปีการศึกษา 2|1 พ.ค. 2557|5 พ.ค. 2557|confirm,certify,acknowledge
"""
COMMANDS = {name for each in calendars.names() for step in calendars.load(each).steps for name in step.commands}


@pytest.mark.parametrize(("name", "letter"), [("bangkok-1-2565", BANGKOK), ("chiang-rai-2556", CHIANG_RAI)])
def test_every_row_of_the_letter(name, letter):
    steps = calendars.load(name).steps
    told = [
        "|".join(
            (
                step.place,
                format_minute(step.window.begins).removesuffix(" 00:00"),
                format_minute(step.window.ends, is_end=True).removesuffix(" 24:00"),
                ",".join(step.acts),
            )
        )
        for step in steps
    ]
    assert told == letter.strip().splitlines()


@pytest.mark.parametrize("name", calendars.names())
def test_calendars_hold(name):
    assert check.problems(calendars.load(name), COMMANDS) == []


def test_the_registers_of_10_october_are_not_served_and_say_so():
    rows = {step.place: step for step in calendars.load("chiang-rai-2556").steps}
    for row in ("ต้นปีการศึกษา 6", "ต้นปีการศึกษา 7"):
        assert rows[row].commands == ()
        assert "not yet served" in rows[row].note


def test_deadlines_at_16_30_and_at_24_00():
    """domain 4: school and director confirm and certify on 10 June from 08:30 to 16:30, the area acknowledges on the 11th."""
    windows = calendars.find_round("dmc-1-2565").windows
    assert windows["certify"].holds(parse_moment("2565-06-10 16:29"))
    assert not windows["certify"].holds(parse_moment("2565-06-10 16:30")), "exclusive"
    assert not windows["certify"].holds(parse_moment("2565-06-10 08:29"))
    assert windows["acknowledge"].holds(parse_moment("2565-06-11 23:59"))
    assert not windows["acknowledge"].holds(parse_moment("2565-06-12 00:00"))


def test_rounds_are_found_by_name():
    assert calendars.find_round("bangkok-1-2565") == calendars.find_round("bangkok-1-2565/1")
    second = calendars.find_round("chiang-rai-2556/1-2")
    assert (second.number, second.certification, format_minute(second.known_at, is_end=True)) == (
        1,
        2,
        "5 ก.ค. 2556 24:00",
    )
    for text, code in (
        ("nowhere", "CALENDAR_UNKNOWN"),
        ("chiang-rai-2556", "ROUND_UNKNOWN"),
        ("bangkok-1-2565/9", "ROUND_UNKNOWN"),
    ):
        with pytest.raises(ThabianError) as refused:
            calendars.find_round(text)
        assert (refused.value.code, refused.value.exit_code) == (code, 2)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"window": Window(1, 1)}, "the window ends before it begins"),
        ({"round": "9"}, "there is no round 9"),
        ({"round": ""}, "acts belong to a round"),
        ({"acts": ("sing",)}, "no such act: sing"),
        ({"commands": ("round sing",)}, "no such command: thabian round sing"),
        ({"actor": ""}, "it says neither who nor what"),
        ({"commands": (), "note": ""}, "nothing serves it, and no note says why"),
        ({"row": "5"}, "the rows are not numbered from 1 on"),
    ],
)
def test_what_does_not_hold_is_named(change, said):
    good = calendars.load("bangkok-1-2565")
    steps = list(good.steps)
    steps[3] = dataclasses.replace(steps[3], **change)
    found = check.problems(dataclasses.replace(good, steps=tuple(steps)), COMMANDS)
    assert [text for text in found if said in text]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"affiliation": "99"}, "affiliation is in no list"),
        ({"academic_year": 2566}, "outside the academic year"),
        ({"known_at": 0}, "the cut (K) comes before"),
        ({"windows": {}}, "nobody has a window"),
    ],
)
def test_a_round_that_does_not_hold_is_named(change, said):
    good = calendars.load("bangkok-1-2565")
    rounds = {"1": dataclasses.replace(good.rounds["1"], **change)}
    assert [text for text in check.problems(dataclasses.replace(good, rounds=rounds), COMMANDS) if said in text]


def test_the_budget_bureau_is_told_by_the_report_made_for_it():
    """Row 11 of the Bangkok letter: by affiliation and level, and not why single pupils do not count."""
    (row,) = (step for step in calendars.load("bangkok-1-2565").steps if step.row == "11")
    assert row.commands == ("report budget",)
