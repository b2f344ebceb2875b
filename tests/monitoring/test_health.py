"""Ready is what gets things done: a partition that waits and does not move, a part away, or a loop that stands."""

import pytest

from monitoring.health import Health

ONE, TWO = ("student-changes.t", 0), ("student-changes.t", 1)


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def health(clock, **reaches):
    made = Health(30, 60, reaches, clock)
    made.turned()
    made.assigned(frozenset({ONE, TWO}))
    return made


def test_one_stuck_partition_turns_it_red_and_moving_turns_it_back(clock):
    one = health(clock)
    one.stands(ONE, 5, 10)
    one.stands(TWO, 5, 10)
    clock.now += 31
    one.turned()
    one.stands(ONE, 5, 10)
    one.stands(TWO, 6, 10)
    assert one.ready().reasons == ("student-changes.t partition 0 waits and does not move",)
    one.stands(ONE, 6, 10)
    assert one.ready().is_well


def test_an_idle_partition_is_well(clock):
    one = health(clock)
    one.stands(ONE, 10, 10)
    clock.now += 31
    one.stands(ONE, 10, 10)
    assert one.ready().is_well


def test_a_partition_that_went_to_another_is_no_longer_held_against_it(clock):
    one = health(clock)
    one.stands(ONE, 5, 10)
    clock.now += 31
    one.assigned(frozenset({TWO}))
    assert one.ready().is_well


def test_a_part_that_is_away_and_no_assignment(clock):
    one = health(clock, warehouse=lambda: False)
    one.assigned(frozenset())
    assert one.ready().reasons == ("no partition is assigned", "warehouse does not answer")
    assert one.alive().is_well


def test_a_loop_that_stands_is_not_alive(clock):
    one = health(clock)
    clock.now += 61
    assert not one.alive().is_well
