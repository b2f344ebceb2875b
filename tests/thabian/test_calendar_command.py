"""`thabian calendar`, as a user types it."""

import json

from snapshots import calendars


def test_every_calendar_holds_against_the_real_commands(thabian):
    said = thabian("calendar", "check")
    assert (said.code, said.err) == (0, "")
    assert "all hold" in said.out


def test_list_and_show(thabian):
    assert "chiang-rai-2556/1-2" in thabian("calendar", "list").out
    told = [json.loads(line) for line in thabian("calendar", "list", "--format", "json").out.splitlines()]
    assert [one["calendar"] for one in told] == list(calendars.names())
    shown = json.loads(thabian("calendar", "show", "bangkok-1-2565", "--format", "json").out)
    assert [row["row"] for row in shown["rows"]] == [str(number) for number in range(1, 12)]
    text = thabian("calendar", "show", "bangkok-1-2565", THABIAN_CLOCK="2565-06-25 23:59").out
    assert text.count("◀ now") == 4, "rows 1, 2, 6 and 7"
    assert "24:00" in text
    thabian("calendar", "show", "nowhere").one_line()
