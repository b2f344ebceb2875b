"""The same plan makes the same bytes; what is made is what the contract admits; every case is planted and written down."""

import io
import itertools
import random
import uuid
from collections import Counter

import pytest

from publishers.json_events import LineReader
from publishers.simulator import chances, planted, schools, stories
from publishers.simulator.event_lines import line
from publishers.simulator.pupils import family_name, g_code, national
from schemas import code_lists, identity
from schemas.framing import encode
from tests.publishers.simulator import plans


def messages(what):
    return [encode(one.kind, one.event) for one in plans.sent(plans.made(what))]


def test_the_same_plan_makes_the_same_bytes_and_another_seed_others():
    assert messages(plans.plan()) == messages(plans.plan())
    assert messages(plans.plan()) != messages(plans.plan(seed=2))


def test_all_kinds_happen_and_every_line_is_one_that_publish_events_reads():
    events = plans.sent(plans.made(plans.plan(12, 1500)))
    reader = LineReader("t")
    read = list(reader.read(io.BytesIO(b"".join(map(line, events)))))
    assert reader.problems == []
    assert [item.value for item in read] == [encode(one.kind, one.event) for one in events]
    assert len({one.kind for one in events}) == 11


def test_truth_adds_up_to_the_pupils_of_the_first_day():
    """Nobody is lost between the points: who is not on a roll left, died, came later, or is planted as absent."""
    what = plans.plan(6, 400, busier=0.0, cases=0)
    found = plans.made(what)
    truth = plans.truth(found)
    first = sum(count for (point, *_), count in truth.items() if point.name == "round-1-final")
    assert first == 400 == sum(part.pupils for part in found)
    for point in what.points[:-1]:
        if point.name.endswith("final"):
            assert sum(count for (at, *_), count in truth.items() if at == point) == 400


def test_a_certified_point_knows_less_than_the_final_one():
    what = plans.plan(6, 600)
    truth = Counter()
    for (point, *_), count in plans.truth(plans.made(what)).items():
        truth[point.name] += count
    assert truth["round-1-certified"] != truth["round-1-final"]


def test_every_kind_of_case_is_planted_as_often_as_asked_and_names_its_events():
    """And what is a case though nobody planted it: a story that is a finding."""
    found = plans.made(plans.plan(16, 800, cases=2))
    cases = [case for part in found for case in part.cases]
    by_chance = planted.KINDS.keys() & stories.STORIES.keys()
    counts = Counter(case.kind for case in cases)
    assert {kind for kind, count in counts.items() if count > 2} == by_chance == {"entered_under_another_number"}
    assert counts - Counter(dict.fromkeys(by_chance, counts.total())) == dict.fromkeys(
        planted.KINDS.keys() - by_chance, 2
    )
    sent = {one.event["event_id"]: one.event["school_code"] for one in plans.sent(found)}
    for case in cases:
        assert case.events
        assert {sent[event] for event in case.events} == set(case.schools)
    people = {one.event["person_id"] for one in plans.sent(found)}
    assert not [text for case in cases for text in (*case.pupils, *case.schools) if text in people]


def test_one_affiliation_has_no_case_across_two():
    kinds = {case.kind for part in plans.made(plans.plan(8, 400, affiliations=("31",))) for case in part.cases}
    assert kinds == {name for name, kind in planted.KINDS.items() if not kind.across}


def test_nothing_but_what_is_planted_is_out_of_order():
    """Without cases: no pupil on two rolls at once, in the end; no family name twice but one pupil's."""
    events = plans.sent(plans.made(plans.plan(12, 800, cases=0)))
    names = {}
    for one in events:
        if name := one.event.get("last_name"):
            names.setdefault(str(name).removesuffix("กา"), set()).add(one.event["school_code"])
    moved = {one.event["to_school"] for one in events if one.kind == "StudentTransferredOut"}
    assert moved
    counts = Counter(one.kind for one in events if not one.repeats)
    assert counts["StudentTransferredIn"] == counts["StudentTransferredOut"]


def test_an_event_of_a_school_is_recorded_after_what_it_follows():
    events = [one for one in plans.sent(plans.made(plans.plan())) if not one.repeats]
    assert len({one.event["event_id"] for one in events}) == len(events)
    assert [one.at for one in events[:50]] == sorted(one.at for one in events[:50])
    for one in events:
        assert uuid.UUID(one.event["event_id"]).version == 7
        assert one.event["recorded_at"].timestamp() * 1000 <= one.at


def test_numbers_names_and_codes_are_each_pupils_own_and_valid():
    numbers = range(3000)
    ids = [*(national(number, 7) for number in numbers), *(g_code(number, 7) for number in numbers)]
    assert len(set(ids)) == len(ids)
    assert all(identity.normalise_person_id(text) == text and not identity.is_placeholder(text) for text in ids)
    assert all(identity.check_digit_is_right(text) is not False for text in ids)
    assert len({family_name(number, 7) for number in numbers}) == len(numbers)


def test_schools_get_uneven_shares_that_add_up():
    for count, pupils in itertools.product((1, 7, 40), (0, 1, 999)):
        sizes = schools.sizes(count, pupils, random.Random(1))
        assert (len(sizes), sum(sizes)) == (count, pupils)
        assert min(sizes) >= 0


def test_a_large_school_is_made_in_parts_of_bounded_size():
    made = schools.made(("31",), 1, 3)
    found = list(schools.parts(made, [5000, 10, 0]))
    assert [[school.pupils for school in part] for part in found] == [[2000, 10, 0], [2000, 0, 0], [1000, 0, 0]]
    assert len({school.last_number for part in found for school in part}) == 3


@pytest.mark.parametrize(
    ("weights", "listed"),
    [
        (chances.DROPOUT_REASONS, "dropout_reasons"),
        (chances.DISADVANTAGES, "disadvantages"),
        (chances.DISABILITIES, "disabilities"),
        (chances.BOARDINGS, "boardings"),
    ],
)
def test_codes_are_in_their_lists(weights, listed):
    assert set(weights) - {""} <= code_lists.load(listed).codes


def test_every_story_has_a_rate_and_a_telling():
    assert set(stories.STORIES) == {*chances.PER_THOUSAND, "stayed"}
    assert set(chances.DROPOUT_REASONS) == code_lists.load("dropout_reasons").codes
