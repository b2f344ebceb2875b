"""Headcounts and student numbers of schools: what is on the shelf decides, however often it was said."""

import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from streams.crossing import Rolled
from streams.schools import Schools
from streams.shelf import Shelf
from streams.told import Told
from tests.snapshots.histories import identity

S, T = 1020080005, 1020080006
PERSONS = [identity(at) for at in range(1, 5)]
SAID = st.lists(
    st.builds(
        Rolled, st.sampled_from((S, T)), st.sampled_from(PERSONS), st.booleans(), st.sampled_from(("", "05", "06")),
        st.sampled_from(("", "F", "M")), st.sampled_from(("", "1", "๒")),
    ),
    max_size=25,
)  # fmt: skip


class Held:
    """Tables as dicts, and schools at work on them."""

    def __init__(self) -> None:
        self.rolls: dict[bytes, bytes] = {}
        self.numbers: dict[bytes, bytes] = {}
        self.open: dict[bytes, tuple[bytes, ...]] = {}
        self.restart()

    def restart(self) -> None:
        self.shelves = [
            (table, Shelf(table.get, lambda table=table: list(table.items()))) for table in (self.numbers, self.rolls)
        ]
        numbers, rolls = (shelf for _, shelf in self.shelves)
        self.schools = Schools(rolls, numbers)

    def take(self, rolled: list[Rolled], stored: int = 2) -> None:
        """`stored`: how many of the two tables are stored before the process ends."""
        told = Told()
        self.schools.take(rolled, told)
        for finding, is_open in told.findings:
            self.open[finding.finding_id] = finding.persons
            if not is_open:
                self.open.pop(finding.finding_id)
        for table, shelf in self.shelves[:stored]:
            for key, value in shelf.take_waiting().items():
                table.pop(key, None) if value is None else table.update({key: value})

    def counts(self) -> dict[tuple[int, str, str], int]:
        return {(school, *cell): n for school, cells in self.schools.counts.items() for cell, n in cells.items() if n}


def wanted(said: list[Rolled]) -> tuple[dict[tuple[int, str, str], int], list[tuple[bytes, ...]]]:
    """Counts, and the pupils who share a number."""
    last = {(one.school, one.person): one for one in said}
    on = [one for one in last.values() if one.is_on]
    sharing: dict[tuple[int, str], list[bytes]] = {}
    for one in on:
        if one.student_number:
            sharing.setdefault((one.school, one.student_number), []).append(one.person)
    shared = sorted(tuple(sorted(persons)) for persons in sharing.values() if len(persons) > 1)
    return dict(Counter((one.school, one.grade, one.sex) for one in on)), shared


@given(SAID)
def test_counts_and_shared_numbers_follow_from_what_was_said_last(said: list[Rolled]) -> None:
    held = Held()
    for one in said:
        held.take([one])
    assert (held.counts(), sorted(held.open.values())) == wanted(said)
    held.restart()
    assert held.counts() == wanted(said)[0]


@given(SAID, st.randoms(use_true_random=False))
def test_repeats_and_crashes_count_once(said: list[Rolled], chance: random.Random) -> None:
    """Each message is taken until it is stored whole; a process that ends in between takes it again."""
    held = Held()
    for one in said:
        for _ in range(chance.randrange(3)):
            held.take([one] * chance.randint(1, 2), stored=chance.randrange(3))
            held.restart()
        held.take([one, one])
    assert (held.counts(), sorted(held.open.values())) == wanted(said)


def test_what_changed_is_told_once_and_an_empty_school_as_empty() -> None:
    held = Held()
    held.take([Rolled(S, PERSONS[0], True, "05", "F", "")])
    assert [(school, dict(counts)) for school, counts in held.schools.take_changed()] == [(S, {("05", "F"): 1})]
    held.take([Rolled(S, PERSONS[0], True, "05", "F", "")])
    assert list(held.schools.take_changed()) == []
    held.take([Rolled(S, PERSONS[0], False)])
    assert [(school, dict(counts)) for school, counts in held.schools.take_changed()] == [(S, {})]


def test_a_school_that_emptied_is_not_told_after_a_restart() -> None:
    held = Held()
    held.take([Rolled(S, PERSONS[0], True, "05", "F", "")])
    held.restart()
    assert [school for school, _ in held.schools.take_changed()] == [S]
