"""`thabian simulate` without a broker: files, options, and what is refused in one line."""

import csv
import json

import pytest

from snapshots import calendars
from thabian.commands.simulate import census_days

SMALL = ("simulate", "--schools", "4", "--pupils", "60", "--no-publish")
FILES = {"events.jsonl", "truth.csv", "planted.json", "schools.csv", "simulation.json"}


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_same_options_write_the_same_bytes(thabian, tmp_path):
    for name in ("a", "b"):
        assert thabian(*SMALL, "-o", tmp_path / name).code == 0
    assert set(files(tmp_path / "a")) == FILES
    assert files(tmp_path / "a") == files(tmp_path / "b")
    thabian(*SMALL, "-o", tmp_path / "c", "--seed", 2)
    assert files(tmp_path / "a")["events.jsonl"] != files(tmp_path / "c")["events.jsonl"]


def test_the_two_parts_of_a_year_are_the_whole_and_have_one_truth(thabian, tmp_path):
    parts = {"whole": (), "first": ("--until", "2565-06-15"), "rest": ("--from", "2565-06-15")}
    for name, options in parts.items():
        assert thabian(*SMALL, "-o", tmp_path / name, *options).code == 0
    whole, first, rest = (files(tmp_path / name) for name in parts)
    assert sorted(whole["events.jsonl"].splitlines()) == sorted(
        (first["events.jsonl"] + rest["events.jsonl"]).splitlines()
    )
    assert first["events.jsonl"]
    assert whole["truth.csv"] == first["truth.csv"] == rest["truth.csv"]


def test_the_truth_adds_up_to_what_is_told(thabian, tmp_path):
    thabian(*SMALL, "-o", tmp_path)
    about = json.loads((tmp_path / "simulation.json").read_text())
    counted = dict.fromkeys(about["roll_at"], 0)
    with (tmp_path / "truth.csv").open() as stream:
        for row in csv.DictReader(stream):
            counted[row["point"]] += int(row["pupils"])
    assert counted == about["roll_at"]


def test_fewer_schools_have_fewer_pupils(thabian, tmp_path):
    thabian("simulate", "--schools", "1", "--no-publish", "-o", tmp_path, "--cases", "0")
    assert json.loads((tmp_path / "simulation.json").read_text())["pupils"] == 253_000 // 437


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--calendar", "nowhere"), "CALENDAR_UNKNOWN"),
        (("--until", "soon"), "DATE_INVALID"),
        (("--affiliation", "99"), "AFFILIATION_UNKNOWN"),
    ],
)
def test_what_cannot_be_simulated_is_refused_in_one_line(thabian, tmp_path, options, code):
    said = thabian(*SMALL, "-o", tmp_path, *options)
    assert said.code == 2
    assert f"[{code}]" in said.err
    assert not (tmp_path / "simulation.json").exists()


def test_a_truth_that_is_none_is_refused(thabian, tmp_path):
    (tmp_path / "truth.csv").write_text("a,b\n1,2\n")
    said = thabian("simulate", "check", tmp_path)
    assert (said.code, "[COUNTS_INVALID]" in said.err) == (2, True)


@pytest.mark.parametrize("name", calendars.names())
def test_every_calendar_has_three_censuses_and_its_own_certifications(name):
    calendar = calendars.load(name)
    days = census_days(calendar)
    assert {day.round for day in days} == {1, 2, 3}
    assert {(each.as_of, each.known_at) for each in calendar.rounds.values()} <= {
        (day.as_of, day.known_at) for day in days
    }
    assert all(day.known_at > 0 for day in days)
